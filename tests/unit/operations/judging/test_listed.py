"""What is live and newer than the catalogue: believed where Heroku lists it, unknown where it doesn't."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from heroku_api.client import Client
from local_heroku import process
from operations.accounts.account import client_of
from operations.judging.listed import prices_of
from runbook.catalogue import catalogue
from runbook.environment import App, Database, Environment, Process
from runbook.rules.book import rule
from runbook.rules.rule import Context
from runbook.rules.verdict import findings_of
from tests.unit.runbook.rules.healthy import DIGESTS, HEALTHY, change
from tests.unit.runbook.rules.test_heroku_stack import on

TODAY = date(2028, 11, 25)
NEWER: dict[str, dict[str, object]] = {
    "/stacks": {"heroku-28": {"state": "public"}},
    "/dyno-sizes": {"Standard-3X": {"cost": {"cents": 9000, "unit": "month"}}},
    "/addon-services/heroku-postgresql/plans": {
        "heroku-postgresql:standard-9": {"price": {"cents": 900_000, "unit": "month"}}
    },
}


@dataclass(frozen=True)
class Here:
    environment: dict[str, str]
    words: str = "a Heroku of this test"

    def client(self, budget: float) -> Client:
        return client_of(self.environment, budget)


@pytest.fixture(scope="module")
def heroku(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("heroku")
    found = Here(process.environment(process.start(folder)))
    with found.client(9) as client:
        client.request("PATCH", "/local/listed", NEWER)
    yield found
    process.stop(folder)


def newer(stack: str = "heroku-28", dyno_type: str = "standard-3x", plan: str = "standard-9") -> Environment:
    app: App = on(stack)
    return change(
        HEALTHY,
        app=app,
        formation=(Process(process_type="web", quantity=2, dyno_type=dyno_type),),
        databases=(Database(name="db", plan=plan),),
    )


def test_what_the_catalogue_has_is_asked_of_nobody() -> None:
    nobody = Here(
        {
            "HEROKU_API_KEY": "x",
            "HEROKU_API_URL": "http://127.0.0.1:1",
            "HEROKU_DATA_URL": "http://127.0.0.1:1",
        }
    )
    assert prices_of(nobody, [HEALTHY], TODAY).catalogue is catalogue()


def test_what_heroku_lists_is_believed_priced_and_named(heroku: Here) -> None:
    found = prices_of(heroku, [newer()], TODAY)
    end = "lists it; `./ops catalogue --check --write` takes it in"
    assert found.notes == (
        f"heroku-28 is not in runbook/catalogue.json, but GET /stacks {end}",
        f"Standard-3X is not in runbook/catalogue.json, but GET /dyno-sizes {end}",
        f"standard-9 is not in runbook/catalogue.json, but GET /addon-services/heroku-postgresql/plans {end}",
    )
    context = Context(DIGESTS, prices=found.catalogue)
    for name in ("heroku-stack-current", "dyno-horizontal", "postgres-plan-minimum", "postgres-plan-sold"):
        assert findings_of(rule(name), newer(), context) == ()
        assert findings_of(rule(name), newer(), Context(DIGESTS)) != ()
    (over,) = findings_of(rule("cost-budget"), newer(), context)
    assert over.found == "costs $9180 a month"


def test_what_heroku_does_not_list_stays_unknown(heroku: Here) -> None:
    found = prices_of(heroku, [newer("heroku-99", "basic", "standard-0")], TODAY)
    assert (found.notes, found.catalogue) == ((), catalogue())


def test_where_heroku_cannot_be_asked_it_stays_unknown() -> None:
    nobody = Here(
        {
            "HEROKU_API_KEY": "x",
            "HEROKU_API_URL": "http://127.0.0.1:1",
            "HEROKU_DATA_URL": "http://127.0.0.1:1",
        }
    )
    assert prices_of(nobody, [newer()], TODAY).catalogue is catalogue()
