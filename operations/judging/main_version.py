"""Has main's version of this project judge the same previews: a change can't loosen the rules it is judged by.

Main's own code runs, with main's rules and catalogue, on the events of this change's previews and its stack files.
A waiver that the change itself brings counts, and is named first: its review is the code owners'.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from operations.judging.answer import Answer, Trouble
from operations.judging.change import Basis
from operations.pulumi_run.runner import Done
from runbook.settings import StackName
from runbook.waivers import FILE_NAME, WaiverError
from runbook.waivers import read as read_waivers

ANSWERS = {0, 1, 3}
_JUDGING_SECONDS = 120


def judged_too(answer: Answer, done: Mapping[StackName, Done], basis: Basis, main: Path) -> Answer:
    try:
        known = read_waivers(main / FILE_NAME)
    except WaiverError as error:
        return replace(
            answer, troubles=(*answer.troubles, Trouble("inconclusive", f"main's version: {error}"))
        )
    return replace(
        answer,
        troubles=(*answer.troubles, *_troubles(answer, done, basis, main)),
        new_waivers=tuple(waiver for waiver in basis.waivers if waiver not in known),
    )


def keep(folder: Path, done: Mapping[StackName, Done]) -> None:
    """One file a stack. The engine redacts secrets in what it prints."""
    for stack, ran in done.items():
        (folder / f"{stack}.json").write_text(json.dumps(asdict(ran)), encoding="utf-8")


def kept(folder: Path) -> dict[StackName, Done]:
    return {
        stack: Done(**json.loads(path.read_text(encoding="utf-8")))
        for stack in ("staging", "production")
        if (path := folder / f"{stack}.json").exists()
    }


def _troubles(answer: Answer, done: Mapping[StackName, Done], basis: Basis, main: Path) -> Iterator[Trouble]:
    with tempfile.TemporaryDirectory() as name:
        keep(Path(name), done)
        by_main = _ask(main, basis.folder, Path(name))
    if isinstance(by_main, str):
        yield Trouble("inconclusive", f"main's version could not judge this change: {by_main}")
        return
    red = {
        (stack.stack, verdict.rule.id)
        for stack in answer.stacks
        for verdict in stack.verdicts_of("fail", "not evaluated")
    }
    for stack in by_main["stacks"]:
        for verdict in stack["verdicts"]:
            if verdict["verdict"] not in ("pass", "waived") and (stack["stack"], verdict["rule"]) not in red:
                for finding in verdict["findings"]:
                    yield Trouble("blocked", f"by main's version, {finding['message']}")
        if answer.outcome != "blocked":
            yield from (Trouble("blocked", f"by main's version, {what}") for what in stack["blocks"])


def _ask(main: Path, checkout: Path, events: Path) -> dict[str, list[dict[str, Any]]] | str:
    """Main's answer as JSON, or why there is none."""
    arguments = ["gate", "--events", str(events), "--checkout", str(checkout.resolve()), "--json"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "operations", *arguments],
            cwd=main,
            capture_output=True,
            text=True,
            timeout=_JUDGING_SECONDS,
            check=False,
        )
        answer: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return f"no answer within {_JUDGING_SECONDS} s"
    except json.JSONDecodeError:
        return done.stderr.strip()[-300:] or f"exit code {done.returncode} and no answer"
    return answer if done.returncode in ANSWERS else f"exit code {done.returncode}"
