"""After `heroku pg:promote` the managed stack is carried over to the promoted database by one command; typed in Heroku's CLI."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from tests.engine.adopt.account import LiveAccount
from tests.engine.stacks.checkout import ROOT
from toolchain import heroku_cli

pytestmark = pytest.mark.engine

APP = "sc-mvp-production"
FILE = "Pulumi.production.yaml"
SETTLED_SECONDS = 300
"""Of local Heroku's clock: a database is there, a backup has ended."""
ADVICE = "carry the stack over: `./ops adopt production --promoted`"


@pytest.fixture(autouse=True)
def _cli(monkeypatch: pytest.MonkeyPatch) -> None:
    if heroku_cli.find(ROOT, os.environ) is None and shutil.which("npm") is None:
        pytest.skip("NOT CHECKED with Heroku's CLI: there is no Node.js (npm) to install it with")
    monkeypatch.setenv("HEROKU_CLI", str(heroku_cli.ensure(ROOT, print)))


def typed(account: LiveAccount, *commands: str) -> None:
    account.checkout.ops("local", "shell", "production", "sh", "-ec", "\n".join(commands))
    account.ask("POST", "/local/clock", {"advance": SETTLED_SECONDS})


def promote(account: LiveAccount, plan: str) -> None:
    typed(
        account,
        f"heroku addons:create heroku-postgresql:{plan} --wait --name second-db -a {APP}",
        f"heroku pg:promote second-db -a {APP}",
    )


def as_it_is(account: LiveAccount) -> dict[str, Any]:
    return {
        name: account.ask("GET", f"/apps/{APP}/{name}")
        for name in ("addons", "addon-attachments", "config-vars", "formation", "releases")
    }


def ops(account: LiveAccount, expected: int, *arguments: str) -> str:
    """With its lines as one, as a person reads them."""
    return " ".join(account.checkout.ops(*arguments, expected=expected).split())


def test_a_promoted_database_is_named_nothing_goes_on_before_it_is_carried_over_and_all_is_clean_after(
    adopted: LiveAccount,
) -> None:
    """A follower of a larger plan, which was reviewed first."""
    account, plan = adopted, "standard-2"
    account.checkout.edit(FILE, "plan: standard-0", f"plan: {plan}")
    account.checkout.edit(FILE, "differs: # from", "differs:\n    postgres_plan: by load # from")
    promote(account, plan)

    said = ops(account, 3, "drift", "production")
    assert (
        f"became second-db ({plan}), which was promoted to the primary database; {APP}-db is still there"
        in said
    )
    assert ADVICE in said
    assert "declares it by now" not in said
    gate = ops(account, 1, "gate", "production")
    assert "another one was promoted" in gate
    assert "Approved" not in gate

    said = ops(account, 1, "adopt", "production", "--promoted")
    command = f"heroku pg:backups:schedule DATABASE_URL --at '02:00 America/Los_Angeles' -a {APP}"
    assert f"a promotion moves none; nothing was changed. Type this, then run it again: {command}" in said
    typed(account, command)
    before, writes = as_it_is(account), account.writes()
    said = ops(account, 0, "adopt", "production", "--promoted")
    assert f"left {APP}-db: Pulumi manages it no more, and no `up` deletes it" in said
    assert "nothing to do: production is adopted" in said
    assert (as_it_is(account), account.writes()) == (before, writes)
    assert f"name: second-db\n    plan: {plan}\n" in (account.checkout.folder / FILE).read_text()
    assert "adopted already" in ops(account, 0, "adopt", "production", "--promoted")

    assert "Approved" in ops(account, 0, "gate", "production")
    account.checkout.ops(
        "pulumi", "production", "up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes"
    )
    colour = next(
        one["name"]
        for one in before["addon-attachments"]
        if one["addon"]["name"] == "second-db" and one["name"] != "DATABASE"
    )
    typed(
        account,
        f"heroku pg:backups:capture DATABASE_URL -a {APP}",
        f"heroku addons:detach {colour} -a {APP}",
        f"heroku addons:destroy {APP}-db -a {APP} --confirm {APP}",
    )
    assert "No drift" in ops(account, 0, "drift", "production")
    assert "fail" not in ops(account, 0, "verify", "production")


def test_adopt_without_the_word_says_what_to_do_and_changes_nothing(account: LiveAccount) -> None:
    account.adopt("production")
    promote(account, "standard-0")
    before = account.state("production")
    assert "if second-db was promoted on purpose: ops adopt production --promoted" in ops(
        account, 1, "adopt", "production"
    )
    account.checkout.edit(FILE, f"name: {APP}-db", "name: second-db")
    assert "if second-db was promoted: ops adopt production --promoted" in ops(
        account, 1, "adopt", "production"
    )
    assert account.state("production") == before
    account.checkout.edit(FILE, "name: second-db", f"name: {APP}-db")
    typed(account, f"heroku pg:promote {APP}-db -a {APP}")
    assert "Approved" in ops(account, 0, "gate", "production")
    back = ops(account, 2, "drift", "production")
    assert "promoted" not in back
    assert "undeclared: production/second-db" in back
