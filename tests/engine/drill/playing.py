"""A drill from the pager to the end, each step typed as a trainee types it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from drills.drill import Drill, Edit
from runbook.settings import STACKS, StackName
from tests.engine.stacks.checkout import Checkout

SECRETS = {"SECRET_KEY_BASE", "RAILS_MASTER_KEY", "DATABASE_URL", "ANALYTICS_URL"}
Rows = dict[tuple[str, str], bytes]


@dataclass(frozen=True)
class Before:
    """What a drill must give back: every row of the account, the states, and the stack files."""

    account: Rows
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, checkout: Checkout) -> Before:
        local = checkout.folder / ".local"
        watched = [
            *(local / "pulumi/state/.pulumi/stacks").rglob("*.json"),
            *(local / "stacks").glob("*.yaml"),
            *checkout.folder.glob("Pulumi.*.yaml"),
        ]
        return cls(
            rows(local / "heroku" / "heroku.sqlite"),
            {str(path.relative_to(checkout.folder)): path.read_bytes() for path in watched},
        )


def assert_given_back(checkout: Checkout, before: Before) -> None:
    after = Before.of(checkout)
    kinds = [kind for kind, _ in dict(before.account.items() ^ after.account.items())]
    assert kinds == []
    assert dict(before.files.items() ^ after.files.items()).keys() == set()


def rows(file: Path) -> Rows:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        return {
            (kind, row): body for kind, row, body in database.execute("select kind, id, body from objects")
        }


def verdicts(checkout: Checkout, stack: str = "production") -> dict[str, str]:
    """Each rule's verdict by `ops verify`."""
    shown = checkout.ops("verify", stack, "--json", "--budget", "2", expected=None)
    report = json.loads(shown[shown.index("{\n") :])
    return {row["rule"]: row["verdict"] for row in report["stacks"][0]["verdicts"]}


def seen(checkout: Checkout, command: str, stack: str = "production") -> str:
    """What Heroku's own CLI says, in the shell that the pager names."""
    return checkout.ops(
        "local", "shell", stack, "heroku", *command.split(), "-a", f"sc-mvp-{stack}", expected=None
    )


def play(checkout: Checkout, drill: Drill, symptom: tuple[str, str], stack: StackName = "production") -> None:
    """Begun, found, not solved, solved by the runbook's remedy, ended: as before, and no secret was shown."""
    before, secrets = Before.of(checkout), secrets_of(checkout)
    shown = rings(checkout, drill, stack)
    secrets |= secrets_of(checkout) if drill.leaves == "fail" else set()
    assert_is_private(checkout.folder / ".local" / "drill" / "kept")
    if drill.leaves != "fail":  # what fails is named by the drill's own check
        found = verdicts(checkout, stack)
        assert {name: found[name] for name in drill.rules} == dict.fromkeys(drill.rules, drill.leaves)
    shown += not_yet(checkout, drill)  # its look at the app is a request that a log can tell of
    command, pattern = symptom
    said = seen(checkout, command, stack)
    assert re.search(pattern, said, flags=re.MULTILINE), said
    typed = checkout.ops("drill", "--solve")
    assert typed.count("\n$ ") == len([step for step in drill.remedy if not isinstance(step, Edit)]), typed
    secrets |= secrets_of(checkout)
    solved = checkout.ops("drill", "--check")
    assert solved.startswith(
        f"Solved: {stack} complies with the runbook, and Pulumi has nothing left to change.\nIt took "
    ), solved
    shown += typed + solved + checkout.ops("drill", "--end")
    assert_given_back(checkout, before)
    assert [secret for secret in secrets if secret in shown] == []


def not_yet(checkout: Checkout, drill: Drill) -> str:
    """The check names each red rule, or says that Heroku told nothing."""
    shown = checkout.ops("drill", "--check", expected=1 if drill.leaves == "not evaluated" else 3)
    assert "Solved" not in shown
    for rule in drill.rules if drill.leaves == "fail" else ():
        assert f"\n  {rule}: " in shown
    return shown


def rings(checkout: Checkout, drill: Drill, stack: StackName = "production") -> str:
    shown = checkout.ops("drill", drill.name, stack)
    assert f"== PAGER  {stack}" in shown
    assert drill.section in shown
    assert f"Response time of {drill.severity.label}: {drill.severity.response}." in shown
    assert [rule for rule in drill.rules if rule in shown] == []
    return shown


def secrets_of(checkout: Checkout) -> set[str]:
    """Of both apps."""
    with checkout.heroku() as client:
        return {
            value
            for stack in STACKS
            for name, value in client.request("GET", f"/apps/sc-mvp-{stack}/config-vars").items()
            if name in SECRETS
        }


def assert_is_private(kept: Path) -> None:
    """The account that is kept holds secrets."""
    assert {path.stat().st_mode & 0o077 for path in (kept, kept / "heroku.sqlite")} == {0}
