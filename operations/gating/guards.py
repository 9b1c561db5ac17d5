"""What the gate asks of itself before it believes a preview: was it whole, did the pack run, did all of it run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from operations.gating.engine_run import Done
from operations.gating.events import PackRun, Preview
from runbook.rules.book import RULES
from runbook.rules.verdict import Verdict

WAIVER_POLICIES = frozenset({"waivers-current", "waivers-in-force"})
SHOWS_ONLY = frozenset({"waivers-in-force"})
"""Policies that are advisory by design."""


_SIGNS_OF_A_PACK = ("policy pack", "failed to run policy", "Pulumi policy project")
"""In the engine's errors, where it was the pack that failed."""
_SIGNS_OF_PROTECTION = ("because it is protected", "marked for protection")
"""In the engine's errors, where it refuses to delete or replace what is protected."""


_URN_NAME = re.compile(r'resource "urn:[^"]*::([^":]+)"')


@dataclass(frozen=True)
class Trouble:
    """`blocks`: the change can't go on. `cannot tell`: the account or the engine could not be asked."""

    kind: Literal["blocks", "cannot tell"]
    what: str


def expected_policies() -> frozenset[str]:
    """What the pack must have: the rules that a plan can decide, and the two on waivers."""
    return frozenset(rule.id for rule in RULES if "plan" in rule.on) | WAIVER_POLICIES


def of_run(done: Done, preview: Preview, limit_seconds: float) -> Iterator[Trouble]:
    """An engine that did not answer, failed, or whose stream can't be believed."""
    if done.code is None:
        what = f"the preview did not end within {limit_seconds:g} s and was stopped"
        yield Trouble("blocks", f"{what}; is the policy pack or Heroku slow? --time-limit gives it longer")
    elif done.code != 0 and (preview.errors or done.stderr.strip()):
        yield from _errors(done, preview)
    elif preview.broken:
        yield Trouble("blocks", f"the preview's event stream {preview.broken}; run the gate again")
    elif done.code != 0 and not preview.pack.violations:
        yield Trouble("cannot tell", f"pulumi ended with exit code {done.code} and gave no reason")


def _errors(done: Done, preview: Preview) -> Iterator[Trouble]:
    """What the engine said. A pack that doesn't start or raises blocks, protection too; an account that doesn't answer can't tell."""
    said = [*preview.errors, *([done.stderr.strip()] if done.stderr.strip() else [])]
    # The engine may say one failure both ways.
    said = [words for words in said if f"Preview failed: {words}" not in said]
    if refused := [words for words in said if any(sign in words for sign in _SIGNS_OF_PROTECTION)]:
        yield Trouble("blocks", _protected(refused))
    of_pack = any(sign in words for words in said for sign in _SIGNS_OF_A_PACK)
    for words in said:
        if words not in refused:
            yield Trouble("blocks" if of_pack else "cannot tell", words)


def _protected(refused: Iterable[str]) -> str:
    """In our words: the engine's own advise to take the protection away."""
    names = dict.fromkeys(
        name for words in refused for name in _URN_NAME.findall(words.partition(" as part of ")[0])
    )
    return (
        f"{', '.join(names) or 'what is protected'} would be deleted or replaced, which the engine refuses, as it is "
        "protected. Undo that change; to remove something on purpose, take its protection away in a change of its own"
    )


def of_pack(pack: PackRun, *, exact: bool = True) -> Iterator[Trouble]:
    """A pack that did not run, not all of it, or has other rules than the book; all of them, where not `exact`, at least."""
    expected = expected_policies()
    if not pack.policies:
        yield Trouble("blocks", f"the policy pack did not run; expected its {len(expected)} policies")
        return
    if not pack.finished:
        yield Trouble("blocks", "the policy pack did not finish: its verdict on the whole stack is missing")
        return
    missing, extra = expected - pack.policies, pack.policies - expected
    if missing:
        yield Trouble(
            "blocks",
            f"the policy pack ran {len(pack.policies)} of {len(expected)} policies, without {_listed(missing)}",
        )
    if extra and exact:
        yield Trouble("blocks", f"the policy pack has {_listed(extra)}, which the rules don't have")
    weak = {found.policy for found in pack.violations if found.level != "mandatory"} - SHOWS_ONLY
    if weak:
        yield Trouble(
            "blocks",
            f"the policy pack only advises on {_listed(weak)}; expected every policy to be mandatory",
        )


def disagreement(verdicts: Iterable[Verdict], pack: PackRun) -> Iterator[Trouble]:
    """Where the pack and the gate, which judge by the same rules, say otherwise: one of them is broken."""
    if not pack.finished:
        return
    red = {
        found.rule.id for found in verdicts if found.name in ("fail", "not run") and "plan" in found.rule.on
    }
    told = {found.policy for found in pack.violations} - WAIVER_POLICIES
    for rule in sorted(red - told):
        yield Trouble("blocks", f"{rule} is red here, and the policy pack let it pass")
    for rule in sorted(told - red):
        yield Trouble("blocks", f"the policy pack refuses {rule}, and it is not red here")


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
