"""Pending migrations are told by a one-off dyno on a real local Heroku, or it is said why they are not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from drills import incidents
from heroku_api import platform
from heroku_api.client import Client
from local_heroku import process
from operations.accounts import one_off
from operations.judging import migrations
from operations.judging.answer import Trouble
from tests.local_heroku.conftest import Caller, deploy

APP = "sc-mvp-production"
WEB = {"Procfile": "web: bundle exec puma\n", "db/migrate/20250901090000_create_users.rb": ""}
MORE = {**WEB, f"db/migrate/{incidents.NEW_MIGRATION}.rb": ""}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder = tmp_path_factory.mktemp("heroku")
    caller = Caller(process.start(folder))
    caller.ok("PATCH", "/local/settings", {"boot": 0.0, "provisioning": 0.0})
    caller.ok("POST", "/apps", {"name": APP})
    caller.ok("POST", f"/apps/{APP}/addons", {"plan": "heroku-postgresql:standard-0"})
    caller.ok(
        "PATCH", f"/apps/{APP}/config-vars", {"SECRET_KEY_BASE": "canary", "RAILS_MASTER_KEY": "canary"}
    )
    deploy(caller, APP, WEB)
    yield caller
    process.stop(folder)


@pytest.fixture
def client(account: Caller) -> Iterator[Client]:
    with Client.from_environment(process.environment(account.running)) as made:
        yield made


def test_what_is_pending_is_a_failure_until_it_has_run(account: Caller, client: Client) -> None:
    assert migrations.pending(client, APP) == ()
    deploy(account, APP, MORE)
    assert migrations.pending(client, APP) == (
        Trouble(
            "blocked",
            f"{APP}: 1 migration is pending: 20251120101500 has not run on its database; "
            f"type `heroku run rails db:migrate -a {APP}` (runbook, Migration Failures)",
        ),
    )
    assert isinstance(one_off.output(client, APP, "rails db:migrate"), list)
    assert migrations.pending(client, APP) == ()
    assert [dyno.type for dyno in platform.dynos(client, APP)] == ["web"], "no dyno is left behind"


def test_an_app_that_does_not_start_is_inconclusive_and_says_what_to_type(
    account: Caller, client: Client
) -> None:
    account.ok("PATCH", f"/apps/{APP}/config-vars", {"RAILS_MASTER_KEY": None})
    try:
        (found,) = migrations.pending(client, APP)
    finally:
        account.ok("PATCH", f"/apps/{APP}/config-vars", {"RAILS_MASTER_KEY": "canary"})
    assert found.outcome == "inconclusive"
    assert "`rails db:migrate:status` exited with status 1; type it with `heroku run`" in found.what


def test_a_token_that_may_not_start_dynos_is_inconclusive(account: Caller, client: Client) -> None:
    account.ok("POST", "/local/faults", {"kind": "forbidden", "method": "POST", "path": "/apps/*/dynos"})
    (found,) = migrations.pending(client, APP)
    assert (found.outcome, "a one-off dyno could not be run" in found.what) == ("inconclusive", True)


def test_a_dyno_that_does_not_end_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heroku ends it too, as it is told how long it may live; here that is not seen."""
    monkeypatch.setattr(one_off, "LONGEST", timedelta(seconds=1))
    monkeypatch.setattr(one_off, "_has_ended", lambda *_: False)
    (found,) = migrations.pending(client, APP)
    assert "`rails db:migrate:status` did not end within 1 s in run." in found.what
