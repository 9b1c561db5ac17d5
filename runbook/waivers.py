"""Waivers: reviewed, dated exceptions from one rule for one exact target. Rules are evaluated first, then findings are waived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runbook import reviewed_list
from runbook.nearest import did_you_mean
from runbook.reviewed_list import Listed
from runbook.rules.book import RULES
from runbook.rules.rule import LIVE, Finding, Rule
from runbook.rules.verdict import Verdict
from runbook.settings import STACKS
from runbook.stack_file import StackFileError

FILE_NAME = "waivers.yaml"
_KEY = "waivers"
LONGEST_DAYS = 366
"""A waiver is looked at again within a year."""


class WaiverError(ValueError):
    """The file is not what it should be; one line a mistake, each with file and line."""


class Waiver(BaseModel):
    """Named as in Pulumi's own policy exceptions, plus who answers for it and until when (the last day included)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    policies: Annotated[tuple[str, ...], Field(min_length=1)]
    targets: Annotated[tuple[str, ...], Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]
    owner: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    """A team or role, such as ops."""
    expires: date

    def covers(self, rule: Rule, finding: Finding) -> bool:
        return rule.id in self.policies and finding.target in self.targets

    def describe(self) -> str:
        return f"waived until {self.expires} by {self.owner}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A waiver that must go: expired, unused, or for something that can't be waived."""

    waiver: Waiver
    what: str

    def __str__(self) -> str:
        return (
            f"{FILE_NAME}: {', '.join(self.waiver.policies)} on {', '.join(self.waiver.targets)}: {self.what}"
        )


def read(path: Path) -> tuple[Waiver, ...]:
    """No file, no waivers. Raises WaiverError."""
    try:
        return _waivers(reviewed_list.read(path, _KEY))
    except StackFileError as error:
        raise WaiverError(str(error)) from None


def parse(text: str, name: str = FILE_NAME) -> tuple[Waiver, ...]:
    """Raises WaiverError."""
    try:
        return _waivers(reviewed_list.parse(text, name, _KEY))
    except StackFileError as error:
        raise WaiverError(str(error)) from None


def _waivers(listed: Iterable[Listed]) -> tuple[Waiver, ...]:
    mistakes: list[str] = []
    found = [_waiver(entry.value, entry.where, mistakes) for entry in listed]
    if mistakes:
        raise WaiverError("\n".join(mistakes))
    return tuple(waiver for waiver in found if waiver is not None)


def _waiver(entry: object, where: str, mistakes: list[str]) -> Waiver | None:
    try:
        waiver = Waiver.model_validate(entry)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            key = ".".join(str(part) for part in detail["loc"])
            mistakes.append(f"{where}: {key or 'the waiver'}: {detail['msg']}")
        return None
    mistakes += [f"{where}: {mistake}" for mistake in _mistakes(waiver)]
    return waiver


def _mistakes(waiver: Waiver) -> Iterable[str]:
    ids = [rule.id for rule in RULES]
    for policy in waiver.policies:
        if policy not in ids:
            yield f'policies: found "{policy}", which is no rule{did_you_mean(policy, ids)}'
    for rule in RULES:
        if rule.id in waiver.policies and not rule.waivable:
            yield f"policies: {rule.id} can't be waived"
    for found in waiver.targets:
        if found.partition("/")[0] not in STACKS or "*" in found:
            yield f'targets: found "{found}"; expected one exact target such as "production/web" or "staging"'


def is_expired(waiver: Waiver, today: date) -> bool:
    return today > waiver.expires


def waive(verdicts: Iterable[Verdict], waivers: Sequence[Waiver], today: date) -> tuple[Verdict, ...]:
    """The verdicts, with what a waiver in force covers as waived. What is unknown is never waived."""
    in_force = [waiver for waiver in waivers if not is_expired(waiver, today)]
    return tuple(_let_off(verdict, in_force) for verdict in verdicts)


def _let_off(verdict: Verdict, waivers: Sequence[Waiver]) -> Verdict:
    kept: list[Finding] = []
    let_off: list[tuple[Finding, str]] = []
    for finding in verdict.findings:
        waiver = covering(verdict.rule, finding, waivers)
        if waiver is None:
            kept.append(finding)
        else:
            let_off.append((finding, waiver.describe()))
    return replace(verdict, findings=tuple(kept), let_off=tuple(let_off))


def covering(rule: Rule, finding: Finding, waivers: Iterable[Waiver]) -> Waiver | None:
    """The waiver of this finding; None for what is unknown and for rules that can't be waived."""
    if finding.outcome != "fail" or not rule.waivable:
        return None
    return next((waiver for waiver in waivers if waiver.covers(rule, finding)), None)


def problems(verdicts: Sequence[Verdict], waivers: Sequence[Waiver], today: date) -> tuple[Problem, ...]:
    """Expired waivers, ones that run too long, ones that miss what they mean, and unused ones.

    `verdicts` are those before waiving, of what is declared, of the live account, or of both. A waiver of a stack or rule
    that was not decided, or is unknown, is left alone; so is one that the side not read may need.
    """
    found: list[Problem] = []
    in_force = [waiver for waiver in waivers if not is_expired(waiver, today)]
    for waiver in waivers:
        if is_expired(waiver, today):
            found.append(
                Problem(waiver, f"expired on {waiver.expires}; fix the cause or have it reviewed again")
            )
        elif (waiver.expires - today).days > LONGEST_DAYS:
            found.append(Problem(waiver, f"runs until {waiver.expires}; expected a day within a year"))
        else:
            found += [
                Problem(waiver, what)
                for policy in waiver.policies
                for target in waiver.targets
                if (what := _unneeded(policy, target, verdicts, in_force))
            ]
    return tuple(found)


def _unneeded(
    policy: str,
    target: str,
    verdicts: Iterable[Verdict],
    waivers: Sequence[Waiver],
) -> str:
    """Why nothing here needs it; "" where something does, or may elsewhere."""
    stack = target.partition("/")[0]
    decided = [found for found in verdicts if found.rule.id == policy and found.environment.stack == stack]
    findings = [finding for verdict in decided for finding in verdict.findings]
    if not decided or any(one.outcome == "fail" and one.target == target for one in findings):
        return ""
    rule = decided[0].rule
    open_targets = [
        one.target for one in findings if one.outcome == "fail" and not covering(rule, one, waivers)
    ]
    if open_targets:
        return f"{policy} has no finding on `{target}`; did you mean {_meant(open_targets)}?"
    if any(one.outcome == "not evaluated" for one in findings) or not _both_sides(decided):
        return ""
    return f"{policy} holds on {target} without it; take it out"


def _meant(targets: Iterable[str]) -> str:
    return " or ".join(f"`{target}`" for target in sorted({*targets}))


def _both_sides(decided: Sequence[Verdict]) -> bool:
    """Whether each side that can decide the rule did: what is declared, and what is live."""
    on = decided[0].rule.on
    sides = {is_live for is_live in (True, False) if (on & LIVE if is_live else on - LIVE)}
    return sides <= {verdict.environment.is_live for verdict in decided}
