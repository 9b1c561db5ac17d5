"""Brings a stack to one commit, stage by stage: staging first, gate, up by the judged plan, verify."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from operations.accounts.account import Account
from operations.applying.commit import applied_commit, commit_of
from operations.applying.place import place_of
from operations.applying.record import Journal, Outcome, Record, Stage
from operations.console import heading, say, table
from operations.errors import OperationError
from operations.forms.text import text
from operations.judging.answer import EXIT_CODES
from operations.judging.gate import answer_of
from operations.judging.preview_run import TIME_LIMIT_SECONDS, previewing
from operations.judging.standing import not_standing
from operations.pulumi_run.runner import on_terminal
from operations.pulumi_run.update_plan import differences
from operations.workspace import Workspace
from runbook.settings import StackName


def apply(stack: StackName, account: Account, *, yes: bool) -> None:
    """Raises OperationError where it can't begin."""
    workspace = Workspace.here()
    commit = commit_of(workspace.root)
    journal = Journal(workspace.local / "apply" / f"{stack}.json")
    try:
        record = journal.begin(stack, commit, place_of(account, stack))
    except ValueError as error:
        raise OperationError(str(error)) from None
    run = Apply(stack, account, journal, record)
    try:
        run.go(yes=yes)
    finally:
        run.show()


@dataclass(frozen=True)
class Apply:
    stack: StackName
    account: Account
    journal: Journal
    record: Record

    def go(self, *, yes: bool) -> None:
        say(f"{self.stack} to the commit {self.record.commit[:12]}, on {self.account.words}")
        if self.record.outcome("up") == "done":
            say("An apply of this commit was cut off after its up; going on with verify")
        else:
            if self.record.outcome("up"):
                say("An apply of this commit was cut off in its up; judging again what is left to do")
            if self.stack == "production":
                self._require_staging()
            plan = self._gate()
            if not yes:
                click.confirm(f"Make these changes to {self.stack}?", abort=True)
            self._up(plan)
        self._verify()

    def _require_staging(self) -> None:
        heading("staging first")
        self._note("staging is ready", "started")
        found = applied_commit(self.account, "staging")
        wrong = (
            not_standing(self.account, "staging")
            if found == self.record.commit
            else [
                f"staging was last up at {found[:12] if found else 'no clean commit'}; run `ops apply staging` first"
            ]
        )
        if wrong:
            self._stop("staging is ready", wrong, EXIT_CODES["blocked"])
        self._note("staging is ready", "done", "up at the same commit, healthy, without drift")

    def _gate(self) -> Path:
        heading("gate")
        self._note("gate", "started")
        plan = self.journal.path.with_name(f"{self.stack}.plan.json")
        plan.unlink(missing_ok=True)
        with previewing(self.account, (self.stack,), TIME_LIMIT_SECONDS, plans={self.stack: plan}) as run:
            answer = answer_of(run)
        say(text(answer))
        if answer.exit_code:
            self._stop("gate", [answer.outcome], answer.exit_code)
        plan.chmod(0o600)
        (judged,) = answer.stacks
        if other := differences(plan, judged.preview.changes if judged.preview else ()):
            self._stop("gate", other, EXIT_CODES["blocked"])
        self._note("gate", "done", "approved")
        return plan

    def _up(self, plan: Path) -> None:
        heading("up")
        self._note("up", "started")
        command = [
            "up",
            "--yes",
            "--skip-preview",
            "--refresh",
            "--suppress-progress",
            "--non-interactive",
        ]
        code = on_terminal(self.account, self.stack, [*command, "--plan", str(plan)])
        plan.unlink(missing_ok=True)
        if code:
            again = f"`ops apply {self.stack}` judges what is left and goes on"
            self._stop(
                "up",
                [f"pulumi ended with exit code {code}, as said above; {again}"],
                EXIT_CODES["inconclusive"],
            )
        self._note("up", "done")

    def _verify(self) -> None:
        heading("verify")
        self._note("verify", "started")
        wrong = not_standing(self.account, self.stack)
        if wrong:
            self._stop("verify", wrong, EXIT_CODES["inconclusive"])
        self._note("verify", "done", "up, healthy, without drift")

    def _stop(self, stage: Stage, wrong: list[str], code: int) -> NoReturn:
        self._note(stage, "failed", "; ".join(wrong))
        for what in wrong:
            click.secho(f"  {what}", fg="red")
        raise click.exceptions.Exit(code)

    def _note(self, stage: Stage, outcome: Outcome, said: str = "") -> None:
        self.journal.note(self.record, stage, outcome, said)

    def show(self) -> None:
        """What was done, stage by stage, also where it ended early."""
        heading("What was done")
        table(
            [
                (entry.at, f"{entry.stage}: {entry.outcome} {entry.said}".rstrip())
                for entry in self.record.entries
            ]
            or [("nothing", "")]
        )
