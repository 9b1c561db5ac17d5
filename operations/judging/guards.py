"""What the gate asks of itself before it believes a preview: was it whole, did the pack run, did all of it run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from operations.judging.answer import Trouble
from operations.pulumi_run.events import Change, PackRun, Preview
from operations.pulumi_run.pack_levels import PackLevels
from operations.pulumi_run.runner import Done
from runbook.rules.book import RULES
from runbook.rules.verdict import Verdict

PACK = "runbook"
WAIVER_POLICIES = frozenset({"waivers-current", "waivers-in-force"})
SHOWS_ONLY = frozenset({"waivers-in-force"})
"""Policies that are advisory by design."""


_SIGNS_OF_A_PACK = ("policy pack", "failed to run policy", "Pulumi policy project")
"""In the engine's errors, where it was the pack that failed."""
_SIGNS_OF_PROTECTION = ("because it is protected", "marked for protection")
"""In the engine's errors, where it refuses to delete or replace what is protected."""


_URN_NAME = re.compile(r'"urn:[^"]*::([^":]+)"')
_BUILD = "heroku:build/build:Build"
_BUILDS = frozenset({"create", "replace", "create-replacement", "import-replacement"})
_AFTER_RELEASE = frozenset({_BUILD, "heroku:formation/formation:Formation"})
"""What Heroku takes or makes on an app with a release only."""
_NOT_YET = frozenset({"create", "refresh"})
_SPACES = "heroku:space/"
_CRASH = "Program failed with an unhandled exception:"
_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')


def expected_policies() -> frozenset[str]:
    """What the pack must have: the rules that a plan can decide, and the two on waivers."""
    return frozenset(rule.id for rule in RULES if "plan" in rule.on) | WAIVER_POLICIES


def of_run(done: Done, preview: Preview, limit_seconds: float, folder: Path) -> Iterator[Trouble]:
    """An engine that did not answer, failed, or whose stream can't be believed. `folder` has the program."""
    if done.code is None:
        what = f"the preview did not end within {limit_seconds:g} s and was stopped"
        yield Trouble("blocked", f"{what}; is the policy pack or Heroku slow? --time-limit gives it longer")
    elif done.code != 0 and (preview.errors or done.stderr.strip()):
        yield from _errors(done, preview, folder)
    elif preview.broken:
        yield Trouble("blocked", f"the preview's event stream {preview.broken}; run the gate again")
    elif done.code != 0 and not preview.pack.violations:
        yield Trouble("inconclusive", f"pulumi ended with exit code {done.code} and gave no reason")


def _errors(done: Done, preview: Preview, folder: Path) -> Iterator[Trouble]:
    """What the engine said. A pack that doesn't start or raises blocks, protection too; an account that doesn't answer can't tell."""
    said = [*preview.errors, *([done.stderr.strip()] if done.stderr.strip() else [])]
    # The engine may say one failure both ways.
    said = [words for words in said if f"Preview failed: {words}" not in said]
    if refused := [words for words in said if any(sign in words for sign in _SIGNS_OF_PROTECTION)]:
        yield Trouble("blocked", _protected(refused))
    of_pack = any(sign in words for words in said for sign in _SIGNS_OF_A_PACK)
    for words in said:
        if words not in refused:
            yield Trouble("blocked" if of_pack else "inconclusive", _crash(words, folder))


def of_builds(preview: Preview) -> Iterator[Trouble]:
    """A build over what runs. The placeholder is for an app that has no release yet, and a formation needs one."""
    has_release = any(change.type in _AFTER_RELEASE and _stands(change) for change in preview.changes)
    for change in preview.proposed:
        if change.type == _BUILD and change.operation in _BUILDS and has_release:
            yield Trouble(
                "blocked",
                f"{change.name} would be deployed over the release that the app has ({change.operation}); a build is for a new app. "
                "Take placeholder_release out, or the build out of the program; deploy with `git push heroku`",
            )


def _stands(change: Change) -> bool:
    """Whether it is on Heroku before this preview's steps are taken."""
    return change.operation not in _NOT_YET


def of_prices(preview: Preview) -> Iterator[Trouble]:
    """What no catalogue prices. Of Heroku's resources, only dynos, add-ons and spaces cost (Heroku's price list)."""
    for change in preview.changes:
        if change.new and change.type.startswith(_SPACES):
            what = f"what {change.name} ({change.type}) costs is not known"
            yield Trouble(
                "inconclusive", f"{what}; the sums below are without it. Leave it out, or to its own program"
            )


def _crash(words: str, folder: Path) -> str:
    """Of a traceback, the last line of the program's own and what was raised; anything else as it is."""
    if not words.removeprefix("error: ").startswith(_CRASH):
        return words
    frames = [
        (Path(found["file"]).relative_to(folder), found["line"])
        for found in _FRAME.finditer(words)
        if Path(found["file"]).is_relative_to(folder) and "site-packages" not in found["file"]
    ]
    where = f"{frames[-1][0]}:{frames[-1][1]}: " if frames else ""
    return f"the program failed: {where}{words.splitlines()[-1].strip()}"


def refusals(pack: PackRun) -> Iterator[Trouble]:
    """What the pack refused in a preview that ended early, where the gate can judge no rule itself."""
    refused = {found.policy for found in pack.violations} - WAIVER_POLICIES
    if refused:
        yield Trouble("blocked", f"as far as the preview got, the policy pack refuses {_listed(refused)}")


def _protected(refused: Iterable[str]) -> str:
    """In our words: the engine's own advise to take the protection away."""
    names = {name for words in refused for name in _URN_NAME.findall(words)}
    return (
        f"{', '.join(sorted(names)) or 'what is protected'} would be deleted or replaced, which the engine refuses, as it is "
        "protected. Undo that change; to remove something on purpose, take its protection away in a change of its own"
    )


def of_pack(pack: PackRun, *, exact: bool = True) -> Iterator[Trouble]:
    """A pack that did not evaluated, not all of it, or has other rules than the book; all of them, where not `exact`, at least."""
    expected = expected_policies()
    if not pack.policies:
        yield Trouble("blocked", f"the policy pack did not run; expected its {len(expected)} policies")
        return
    if not pack.finished:
        yield Trouble("blocked", "the policy pack did not finish: its verdict on the whole stack is missing")
        return
    if others := pack.names - {PACK}:
        yield Trouble("blocked", f"the policy pack is named {_listed(others)}; expected {PACK}")
    missing, extra = expected - pack.policies, pack.policies - expected
    if missing:
        yield Trouble(
            "blocked",
            f"the policy pack ran {len(pack.policies)} of {len(expected)} policies, without {_listed(missing)}",
        )
    if extra and exact:
        yield Trouble("blocked", f"the policy pack has {_listed(extra)}, which the rules don't have")
    weak = {found.policy for found in pack.violations if found.level != "mandatory"} - SHOWS_ONLY
    if weak:
        yield Trouble(
            "blocked",
            f"the policy pack only advises on {_listed(weak)}; expected every policy to be mandatory",
        )


def of_levels(levels: PackLevels) -> Iterator[Trouble]:
    """A pack of another name, without a rule, or one whose policies don't all stop an `up` that breaks them."""
    if levels.name != PACK:
        yield Trouble("blocked", f"the policy pack is named {levels.name}; expected {PACK}")
    if missing := expected_policies() - levels.levels.keys():
        yield Trouble("blocked", f"the policy pack has no policy {_listed(missing)}")
    weak = sorted(
        f"{name} ({level or 'an unknown level'})"
        for name, level in levels.levels.items()
        if level != "mandatory" and name not in SHOWS_ONLY
    )
    if weak:
        yield Trouble(
            "blocked",
            f"the policy pack does not enforce {_listed(weak)}; expected every policy to be mandatory: a plain `pulumi up` would "
            "not be stopped",
        )


def disagreement(verdicts: Iterable[Verdict], pack: PackRun) -> Iterator[Trouble]:
    """Where the pack and the gate, which judge by the same rules, say otherwise: one of them is broken."""
    if not pack.finished:
        return
    red = {
        found.rule.id
        for found in verdicts
        if found.name in ("fail", "not evaluated") and "plan" in found.rule.on
    }
    told = {found.policy for found in pack.violations} - WAIVER_POLICIES
    for rule in sorted(red - told):
        yield Trouble("blocked", f"{rule} is red here, and the policy pack let it pass")
    for rule in sorted(told - red):
        yield Trouble("blocked", f"the policy pack refuses {rule}, and it is not red here")


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
