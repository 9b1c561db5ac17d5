"""A drill from the pager to the end, each step typed as a trainee types it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from operations.drills.drill import Drill, Edit
from tests.engine.stacks.checkout import Checkout

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


def play(checkout: Checkout, drill: Drill, symptom: tuple[str, str]) -> None:
    """Begun, found, not solved, solved by the runbook's remedy, ended: as before."""
    before = Before.of(checkout)
    rings(checkout, drill)
    found = verdicts(checkout)
    assert {name: found[name] for name in drill.rules} == dict.fromkeys(drill.rules, drill.leaves)
    command, pattern = symptom
    said = seen(checkout, command)
    assert re.search(pattern, said, flags=re.MULTILINE), said
    not_yet = checkout.ops("drill", "--check", expected=1 if drill.leaves == "not run" else 3)
    assert "Solved" not in not_yet
    for rule in drill.rules if drill.leaves == "fail" else ():
        assert f"\n  {rule}: " in not_yet
    assert_types_each_step(checkout.ops("drill", "--solve"), drill)
    solved = checkout.ops("drill", "--check")
    assert solved.startswith(
        "Solved: production stands by the runbook, and Pulumi has nothing left to change.\nIt took "
    ), solved
    checkout.ops("drill", "--end")
    assert_given_back(checkout, before)


def rings(checkout: Checkout, drill: Drill) -> None:
    shown = checkout.ops("drill", drill.name)
    assert "== PAGER  production" in shown
    assert drill.section in shown
    assert f"Response time of {drill.severity.label}: {drill.severity.response}." in shown
    assert [rule for rule in drill.rules if rule in shown] == []


def assert_types_each_step(shown: str, drill: Drill) -> None:
    commands = [step for step in drill.remedy if not isinstance(step, Edit)]
    assert shown.count("\n$ ") == len(commands), shown
    assert shown.endswith("Next: ./ops drill --check\n")
