"""The runbook's rules on what is declared: the stack files, a plan or the stored state."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.judging import stack_files_compared
from operations.judging.answer import Answer, StackAnswer, Trouble
from operations.judging.reviewed_files import read_waivers
from operations.judging.withheld_token import require_known_providers
from operations.pulumi_run import stack_reads
from operations.workspace import Workspace
from runbook import stack_file
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import Environment
from runbook.readers.settings import environment_of_settings
from runbook.rules.book import RULES
from runbook.rules.rule import Context, Plane
from runbook.rules.verdict import Verdict, evaluate
from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError, settings_from_file, stack_name
from runbook.unknown import Known, Unknown
from runbook.waivers import problems, waive

On = Literal["settings", "plan", "state"]
PLANES: dict[On, frozenset[Plane]] = {
    "settings": frozenset({"settings"}),
    "plan": frozenset({"plan", "steps"}),
    "state": frozenset({"state"}),
}


@dataclass(frozen=True)
class Reading:
    """A stack and where it was read; an environment is Unknown where it could not be."""

    stack: StackName
    source: str
    environment: Known[Environment]
    other: Known[Environment]


def check_files(paths: Sequence[Path]) -> Answer:
    """Of stack files; those beside them are what rules compare with."""
    digests = Digests(os.urandom(KEY_BYTES))
    found = {path: _declared(path, digests) for path in paths}
    for path in paths:
        beside = path.with_name(_other_name(path))
        if beside not in found and not isinstance(found[path], Unknown):
            found[beside] = _declared(beside, digests)
    not_read = Unknown("it was not read")
    answer = _judged(
        [
            Reading(
                stack_of(path),
                _shown(path),
                found[path],
                found.get(path.with_name(_other_name(path)), not_read),
            )
            for path in paths
        ],
        digests,
        "settings",
        paths[0].parent,
    )
    return replace(answer, troubles=stack_files_compared.troubles_of(answer.folder))


def check_saved(stacks: Sequence[StackName], on: On, sources: Sequence[TextIO]) -> Answer:
    """Of plans or states that pulumi printed earlier."""
    digests = Digests(os.urandom(KEY_BYTES))
    found = stack_reads.from_files(sources, on, digests)
    if missing := [stack for stack in stacks if stack not in found]:
        raise OperationError(f"--from: none of what was read is of {missing[0]}")
    return _of_pulumi(stacks, found, digests, on)


def check_account(account: Account, stacks: Sequence[StackName], on: On) -> Answer:
    """Of plans or states, as pulumi has them now."""
    digests = Digests(os.urandom(KEY_BYTES))
    if on == "plan":
        for stack in STACKS:
            require_known_providers(account, stack)
    return _of_pulumi(stacks, stack_reads.from_engine(account, on, digests), digests, on)


def stack_of(path: Path) -> StackName:
    """By the file's name; raises ValueError."""
    try:
        return stack_name(path.name.removeprefix("Pulumi.").removesuffix(".yaml"))
    except SettingsError:
        names = " or ".join(f"Pulumi.{stack}.yaml" for stack in STACKS)
        raise ValueError(f'found "{path.name}"; expected {names}') from None


def _of_pulumi(
    stacks: Sequence[StackName], found: Mapping[StackName, Known[Environment]], digests: Digests, on: On
) -> Answer:
    readings = [Reading(stack, on, found[stack], _other(stack, found)) for stack in stacks or found]
    return _judged(readings, digests, on, Workspace.here().root)


def _declared(path: Path, digests: Digests) -> Known[Environment]:
    stack = stack_of(path)
    try:
        return environment_of_settings(stack, settings_from_file(stack_file.read(path), stack), digests)
    except (stack_file.StackFileError, SettingsError) as error:
        return Unknown(str(error))


def _other_name(path: Path) -> str:
    return next(f"Pulumi.{stack}.yaml" for stack in STACKS if stack != stack_of(path))


def _other(stack: StackName, found: Mapping[StackName, Known[Environment]]) -> Known[Environment]:
    other = next(other for other in STACKS if other != stack)
    return found.get(other, Unknown(f"{other} was not read"))


def _shown(path: Path) -> str:
    return path.name if path.parent == Workspace.here().root else str(path)


def _judged(readings: Sequence[Reading], digests: Digests, on: On, folder: Path) -> Answer:
    """Evaluates first, then waives; a waiver that let nothing off is a trouble of its own."""
    waivers, today = read_waivers(), datetime.now(tz=UTC).date()
    before = [_verdicts(reading, digests, on) for reading in readings]
    found = problems([verdict for verdicts in before for verdict in verdicts], waivers, today)
    return Answer(
        "check",
        tuple(
            StackAnswer(
                reading.stack,
                source=reading.source,
                verdicts=waive(verdicts, waivers, today),
                elsewhere=tuple(rule for rule in RULES if rule.on.isdisjoint(PLANES[on])),
                troubles=_unread(reading.environment),
            )
            for reading, verdicts in zip(readings, before, strict=True)
        ),
        folder,
        to_fix=tuple(Trouble("blocked", str(problem)) for problem in found),
    )


def _verdicts(reading: Reading, digests: Digests, on: On) -> tuple[Verdict, ...]:
    if isinstance(reading.environment, Unknown):
        return ()
    return evaluate(reading.environment, Context(digests, reading.other), RULES, PLANES[on])


def _unread(environment: Known[Environment]) -> tuple[Trouble, ...]:
    if not isinstance(environment, Unknown):
        return ()
    return tuple(
        Trouble("inconclusive", f"could not be read: {line}") for line in environment.why.splitlines()
    )
