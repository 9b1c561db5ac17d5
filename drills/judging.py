"""Is it solved? The rules of `ops verify` on the live account, drift, and what Pulumi would still change."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import timedelta

from drills.drill import StillWrong
from drills.incidents import SETTLED
from drills.scene import Scene
from heroku_api import platform
from heroku_api.errors import HerokuError
from operations.accounts.account import Account
from operations.errors import OperationError
from operations.judging.answer import EXIT_CODES, Answer
from operations.judging.drift import drifted
from operations.judging.verify import verified
from operations.pulumi_run.runner import read
from runbook.readers.live.app import Reach
from runbook.rules.rule import Severity
from runbook.settings import StackName

LEFT_OUT = {"log-errors": "the lines that an incident leaves stay in the log for a day"}
"""Rules of verify that say nothing on whether a drill is solved, each with the reason."""
BUDGET_SECONDS = 5.0
"""For one request and its repeats: local Heroku answers at once, or is meant not to."""
SETTLING = timedelta(seconds=10)
_NO_PACK = {"PULUMI_OPTION_POLICY_PACK": "", "PULUMI_OPTION_REFRESH": ""}
_UNCHANGED = {"same", "read"}


@dataclass(frozen=True)
class Standing:
    """How the stack is. Each entry is one line for people."""

    red: tuple[tuple[str, str], ...] = ()
    """Rule and its title: what was found would tell the trainee the cause."""
    untold: tuple[tuple[str, str], ...] = ()
    """What is inconclusive, and its title or why."""
    left: tuple[str, ...] = ()
    """What differs from what is declared, or is wrong and no rule sees it."""

    @property
    def lines(self) -> list[str]:
        """All of it, for people."""
        return [
            *(f"{rule}: {title}" for rule, title in self.red),
            *(f"inconclusive: {what}: {why}" for what, why in self.untold),
            *self.left,
        ]

    @property
    def exit_code(self) -> int:
        if self.red or self.left:
            return EXIT_CODES["blocked"]
        return EXIT_CODES["inconclusive" if self.untold else "ok"]


def standing(account: Account, scene: Scene, still_wrong: StillWrong | None = None) -> Standing:
    """Looks at the account first. Pulumi is asked only when nothing else is left: it takes longest."""
    settle(scene)
    live = _by_the_rules(verified(account, (scene.stack,), BUDGET_SECONDS, leave_out=frozenset(LEFT_OUT)))
    if live.exit_code:
        return live
    left = (*_drift(account, scene.stack), *_unseen(scene, still_wrong))
    if left:
        return Standing(left=left)
    return _by_pulumi(account, scene.stack)


def settle(scene: Scene) -> None:
    """Waits a little for dynos on their way. What can't be read is the rules' to say."""
    deadline = time.monotonic() + SETTLING.total_seconds()
    try:
        while any(dyno.state not in SETTLED for dyno in platform.dynos(scene.client, scene.app)):
            if time.monotonic() > deadline:
                return
            time.sleep(0.1)
    except HerokuError:
        return


def limit_of(severity: Severity) -> timedelta | None:
    """The runbook's response time; None for `immediate`, which is no span."""
    found = re.fullmatch(r"(\d+) hours", severity.response)
    return timedelta(hours=int(found[1])) if found else None


def in_time(taken: timedelta, severity: Severity) -> str:
    """How long it took against the severity's response time, in a sentence."""
    limit = limit_of(severity)
    wanted = f"{severity.label}, response time {severity.response}"
    if limit is None:
        return f"It took {span(taken)}; the runbook's response to it: {wanted}."
    kept = "within" if taken <= limit else "longer than"
    return f"It took {span(taken)}, {kept} the runbook's: {wanted}."


def span(taken: timedelta) -> str:
    """`1 h 20 min`, `3 min`, `12 s`."""
    minutes, seconds = divmod(max(0, round(taken.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def _by_the_rules(answer: Answer) -> Standing:
    (stack,) = answer.stacks
    if stack.troubles:
        return Standing(untold=tuple(("the account", trouble.what) for trouble in stack.troubles))
    return Standing(
        red=tuple((verdict.rule.id, verdict.rule.title) for verdict in stack.verdicts_of("fail")),
        untold=tuple((verdict.rule.id, verdict.rule.title) for verdict in stack.verdicts_of("not evaluated")),
    )


def _drift(account: Account, stack: StackName) -> tuple[str, ...]:
    """Releases are how an incident is fixed, and no drift here."""
    (found,) = drifted(account, (stack,), BUDGET_SECONDS, engine=False, reach=Reach()).stacks
    drifts = [drift for drift in found.drifts if drift.grade != "expected" and drift.aspect != "release"]
    return (
        *(f"drift: {drift.target}: {drift.words}" for drift in drifts),
        *(f"drift: {trouble.what}" for trouble in found.troubles),
    )


def _unseen(scene: Scene, still_wrong: StillWrong | None) -> tuple[str, ...]:
    found = still_wrong(scene) if still_wrong else None
    return (found,) if found else ()


def _by_pulumi(account: Account, stack: StackName) -> Standing:
    try:
        summary = json.loads(read(account, stack, ["preview", "--refresh", "--json"], _NO_PACK))[
            "changeSummary"
        ]
    except OperationError as error:
        return Standing(untold=(("pulumi preview", str(error)),))
    except (ValueError, KeyError):
        return Standing(untold=(("pulumi preview", "its answer has no summary of changes"),))
    return Standing(
        left=tuple(
            f"pulumi would {operation} {count} resource{'s' * (count > 1)}: ./ops pulumi {stack} preview --refresh --diff"
            for operation, count in sorted(summary.items())
            if operation not in _UNCHANGED
        )
    )
