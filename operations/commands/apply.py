"""`ops apply`: brings a stack to the commit that was reviewed, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from operations.accounts.account import Account, AccountName
from operations.applying.commit import applied_commit, commit_of
from operations.applying.record import Journal, Outcome, Record, Stage
from operations.commands.account_option import account_of, account_option
from operations.commands.gate import TIME_LIMIT_SECONDS
from operations.commands.stack_argument import StackType
from operations.console import heading, say, table
from operations.errors import OperationError
from operations.pulumi_run.runner import on_terminal
from operations.workspace import Workspace
from runbook.settings import StackName


@click.command()
@click.argument("stack", type=StackType())
@click.option("--yes", is_flag=True, help="Don't ask before the change is made.")
@account_option
def apply(stack: StackName, account_name: AccountName, *, yes: bool) -> None:
    """Brings STACK to this checkout's commit: gate, saved plan, up by that plan, verify.

    \b
    ops apply staging
    ops apply production

    Production goes only after staging: up at the same commit, healthy, without drift. Up holds itself to the plan of
    the preview that was judged; where the world has changed since, it stops. What was done is kept under
    .local/apply/; the same command goes on with an apply that was cut off.

    Exits 0 when the stack stands as declared, 1 when something failed or could not be told, 3 when it is blocked.
    """
    workspace = Workspace.here()
    commit = commit_of(workspace.root)
    journal = Journal(workspace.local / "apply" / f"{stack}.json")
    try:
        record = journal.begin(stack, commit)
    except ValueError as error:
        raise OperationError(str(error)) from None
    account = account_of(account_name)
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
        from operations.applying.standing import not_standing  # noqa: PLC0415 - reads the live account

        heading("staging first")
        self._note("staging stands", "started")
        found = applied_commit(self.account, "staging")
        wrong = (
            not_standing(self.account, "staging")
            if found == self.record.commit
            else [
                f"staging was last up at {found[:12] if found else 'no clean commit'}; run `ops apply staging` first"
            ]
        )
        if wrong:
            self._stop("staging stands", wrong, 3)
        self._note("staging stands", "done", "up at the same commit, healthy, without drift")

    def _gate(self) -> Path:
        from operations.forms import gate_text as as_text  # noqa: PLC0415
        from operations.judging import gate as run  # noqa: PLC0415
        from operations.pulumi_run.update_plan import differences  # noqa: PLC0415

        heading("gate")
        self._note("gate", "started")
        plan = self.journal.path.with_name(f"{self.stack}.plan.json")
        plan.unlink(missing_ok=True)
        gated = run.gate(self.account, (self.stack,), TIME_LIMIT_SECONDS, plans={self.stack: plan})
        say(as_text.text_of(gated))
        if gated.exit_code:
            self._stop("gate", [gated.outcome], gated.exit_code)
        plan.chmod(0o600)
        other = differences(plan, gated.stacks[0].preview.changes)
        if other:
            self._stop("gate", other, 3)
        self._note("gate", "done", "may go on")
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
            self._stop("up", [f"pulumi ended with exit code {code}, as said above; {again}"], 1)
        self._note("up", "done")

    def _verify(self) -> None:
        from operations.applying.standing import not_standing  # noqa: PLC0415 - reads the live account

        heading("verify")
        self._note("verify", "started")
        wrong = not_standing(self.account, self.stack)
        if wrong:
            self._stop("verify", wrong, 1)
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
