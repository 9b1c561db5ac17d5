"""Figures of one run, each beside another of the same run: only their ratio says something on another machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(__file__).with_name("figures.json")
PAGE = ROOT / "docs" / "performance.md"
WORSE = 1.2
"""A ratio that grew by more than a fifth since the last commit is worse."""


@dataclass(frozen=True)
class Work:
    """What is measured, what it is compared with, the ratio that is wanted, and why it is not reached where it isn't."""

    ours: str
    beside: str
    goal: float
    unit: str = "s"
    floor: str = ""


@dataclass(frozen=True)
class Pair:
    """Medians of the two, in the work's unit."""

    ours: float
    beside: float

    @property
    def ratio(self) -> float:
        return self.ours / self.beside


@dataclass(frozen=True)
class Run:
    machine: str
    date: str
    pairs: Mapping[str, Pair]


WORKS = {
    "check": Work(
        "`ops check` of one stack", "a bare preview of production", 0.33
    ),
    "check-200": Work("`ops check` of 200 stacks", "of one", 10),
    "preview": Work(
        "a bare preview of production",
        "a preview of an empty program",
        1.3,
        floor="Importing `pulumiverse_heroku`, Pydantic and the settings in the program, and the start of two plugins (Python with gRPC), "
        "are the rest. The engine starts a plugin when the first resource asks for it, so the two starts follow the program's own.",
    ),
    "pack": Work(
        "a preview of production with the policy pack",
        "without it",
        1.15,
        floor="Pulumi's own policy SDK and gRPC take half of what the pack adds before a rule is read; Pydantic and the models are most of "
        "the rest. A pack that speaks the analyzer protocol itself would spare the SDK, and would have to follow each change of it.",
    ),
    "gate": Work(
        "`ops gate` of both stacks",
        "a bare preview of production",
        1.5,
        floor="Two previews with a refresh and the pack keep two cores busy; `pulumi config` decrypts each stack's secrets beside them.",
    ),
    "drift": Work(
        "reading 100 apps for drift, 50 ms an answer", "`pulumi refresh --preview-only` of them", 0.3
    ),
    "drift-requests": Work(
        "requests an app of it",
        "of `pulumi refresh`",
        0.4,
        unit="requests",
        floor="Heroku lists formation, config vars, domains, drains, features, collaborators, webhooks and the pipeline by app only, and schedules by "
        "database: ten answers an app, where four were wanted. A GET with `If-None-Match` that ends in 304 is a request all the same, and isn't documented "
        "as free; no `updated_at` of an app is documented to move with these parts. So none can be left out truthfully. `--no-surroundings` asks what is declared, and no more.",
    ),
}  # fmt: skip


def load(path: Path = KEPT) -> Run:
    data = json.loads(path.read_text(encoding="utf-8"))
    pairs = {name: Pair(**pair) for name, pair in data["pairs"].items()}
    return Run(data["machine"], data["date"], pairs)


def save(run: Run, path: Path = KEPT) -> None:
    path.write_text(json.dumps(asdict(run), indent=2) + "\n", encoding="utf-8")


def lines(run: Run) -> Iterator[str]:
    """Each ratio with both of its figures, for a terminal."""
    for name, pair in run.pairs.items():
        work = WORKS[name]
        verdict = "ok" if pair.ratio <= work.goal else "above"
        yield f"{pair.ratio:6.2f}  goal {work.goal:5.2f}  {verdict:<5}  {name}: {work.ours} {_amount(pair.ours, work)}, {work.beside} {_amount(pair.beside, work)}"


def worse(run: Run, before: Run) -> list[str]:
    """What grew by more than a fifth, or is measured no more."""
    found = [
        f"{name}: {pair.ratio:.2f}, was {before.pairs[name].ratio:.2f}"
        for name, pair in run.pairs.items()
        if name in before.pairs and pair.ratio > before.pairs[name].ratio * WORSE
    ]
    return found + [f"{name}: not measured" for name in before.pairs if name not in run.pairs]


def page(run: Run) -> str:
    rows = [_row(run.pairs[name], work) for name, work in WORKS.items() if name in run.pairs]
    floors = [
        f"- **{WORKS[name].ours}**: {WORKS[name].floor}"
        for name, pair in run.pairs.items()
        if pair.ratio > WORKS[name].goal and WORKS[name].floor
    ]
    return HEAD.format(date=run.date, machine=run.machine) + "\n".join(rows) + "\n" + _floors(floors)


HEAD = """# How long it takes

`./ops bench` measures all of this in one run, in turns, and writes this page. A busy machine slows both columns: only the ratios compare.
`./ops bench --check` writes nothing; it exits 1 where a ratio is worse by a fifth than the committed one. The nightly workflow runs it.

Measured on {date}, {machine}; medians.

| what | takes | beside it | takes | ratio | goal |
|---|---|---|---|---|---|
"""


def _floors(floors: Sequence[str]) -> str:
    return "\n## Goals that are not reached, and why\n\n" + "\n".join(floors) + "\n" if floors else ""


def _row(pair: Pair, work: Work) -> str:
    ours, beside = _amount(pair.ours, work), _amount(pair.beside, work)
    return f"| {work.ours} | {ours} | {work.beside} | {beside} | {pair.ratio:.2f} | {work.goal:.2f} |"


def _amount(value: float, work: Work) -> str:
    return f"{value:.1f}" if work.unit == "requests" else f"{value:.2f} {work.unit}"
