"""Log drains: which live one is which declared one, and no URL of them in any text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from runbook.adoption.drains import log_drains
from runbook.drift.grading import drift_of
from runbook.environment import Environment, LogDrain
from runbook.live import Live, Surrounding
from runbook.readers.declared import environment_of_resources
from runbook.readers.engine_values import Secret
from runbook.readers.live.answers import LogDrain as Answered
from runbook.readers.live.digested import drains
from runbook.readers.registered import Registered
from runbook.rules.rule import Context
from runbook.unknown import Known, Unknown
from tests.unit.runbook.adoption.described import live as live_of
from tests.unit.runbook.adoption.described import settings
from tests.unit.runbook.rules.healthy import DIGESTS, HEALTHY, change

HOST = "logs.example.com"
ENCRYPTED = Unknown("it is encrypted in the stack file")
NOW = datetime(2026, 8, 4, 12, tzinfo=UTC)
NOWHERE = Unknown("no program was read")


def url(what: str, host: str = HOST) -> str:
    return f"https://user:canary-{what}@{host}:6514/canary?token=canary"


def answered(*whats: str, host: str = HOST) -> list[Surrounding]:
    """As Heroku lists them; each has its own id."""
    found = [Answered.model_validate({"id": f"{what}-0000-id", "url": url(what, host)}) for what in whats]
    return drains(found, DIGESTS)


def declared(name: str, what: str | None = None, *, id_: str | None = None, host: str = HOST) -> LogDrain:
    """With the URL of `what`; None: encrypted."""
    digest: Known[object] = ENCRYPTED if what is None else DIGESTS.of(url(what, host))
    return LogDrain.model_validate({"name": name, "host": host, "digest": digest, "id": id_})


def drift(ours: tuple[LogDrain, ...], theirs: list[Surrounding]) -> list[tuple[str, str, str]]:
    there: Environment = change(
        HEALTHY,
        log_drains=ours,
        live=Live(read_at=NOW, maintenance=False, surroundings={"log drain": tuple(theirs)}),
    )
    found = drift_of(change(HEALTHY, log_drains=ours), there, Context(DIGESTS), program=NOWHERE)
    assert "canary" not in str(found)
    return [(one.kind, one.target, one.words) for one in found]


ONE_GONE = [("deleted", "production/SECOND", f"log drain SECOND to {HOST} is gone")]
STRANGER = ("undeclared", f"production/{HOST}#stranger", f"log drain {HOST}#stranger")


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ((declared("FIRST", id_="aaa-0000-id"), declared("SECOND", id_="bbb-0000-id")), ["bbb", "aaa"], []),
        ((declared("FIRST", "aaa"), declared("SECOND", "bbb")), ["bbb", "aaa"], []),
        ((declared("FIRST"), declared("SECOND")), ["bbb", "aaa"], []),
        ((declared("FIRST"), declared("SECOND")), ["aaa"], ONE_GONE),
        ((declared("FIRST", "aaa"), declared("SECOND", "bbb")), ["aaa", "stranger"], [*ONE_GONE, STRANGER]),
        ((declared("SECOND", "aaa", id_="gone"),), ["stranger"], [*ONE_GONE, STRANGER]),
        ((declared("FIRST", id_="aaa-0000-id"),), ["aaa", "stranger"], [STRANGER]),
        ((), ["stranger"], [STRANGER]),
    ],
    ids=[
        "by their ids",
        "by their URLs",
        "by their host",
        "one of two of a host",
        "a new token of one",
        "the same host, made anew by hand",
        "one more",
        "none declared",
    ],
)
def test_two_drains_of_one_host_are_told_apart_without_their_urls(
    ours: tuple[LogDrain, ...], theirs: list[str], expected: list[tuple[str, str, str]]
) -> None:
    assert drift(ours, answered(*theirs)) == expected


def test_an_encrypted_url_of_another_host_is_another_drain() -> None:
    assert [kind for kind, _, _ in drift((declared("FIRST"),), answered("aaa", host="other.example"))] == [
        "deleted",
        "undeclared",
    ]


def test_a_drain_that_an_addon_made_belongs_to_it() -> None:
    made = {"id": "an-id", "url": url("addon"), "addon": {"id": "an-addon", "name": "papertrail-1"}}
    assert drains([Answered.model_validate(made)], DIGESTS) == []


def test_what_is_kept_of_an_address_shows_its_host_alone() -> None:
    (found,) = answered("0a1b2c3d")
    assert (found.name, found.host, found.id) == (f"{HOST}#0a1b2c3d", HOST, "0a1b2c3d-0000-id")
    assert "canary" not in repr(found)
    assert "canary" not in repr(Answered.model_validate({"id": "an-id", "url": url("a")}))


@pytest.mark.parametrize("value", [Secret(url("state")), url("state")], ids=["secret", "in clear"])
def test_a_state_tells_the_host_the_id_and_whether_the_url_is_the_same(value: object) -> None:
    resource = Registered(
        type="heroku:drain/drain:Drain",
        urn="urn:pulumi:production::p::heroku:drain/drain:Drain::drain-LOGS",
        properties={"sensitiveUrl": value},
        protect=True,
        id="an-id",
    )
    found = environment_of_resources("production", [resource], DIGESTS)
    assert found.log_drains == (declared("LOGS", "state", id_="an-id"),)
    assert "canary" not in repr(found)


def test_adopting_keeps_the_names_of_today_and_makes_others_of_the_host() -> None:
    today = settings(log_drains={"OURS": HOST, "GONE": "gone.example.com"})
    there = live_of(today)
    assert isinstance(there.live, Live)
    seen = there.live.model_copy(
        update={
            "surroundings": {
                "log drain": (*answered("aaa", "bbb"), *answered("ccc", host="1.logs-eu.example.com"))
            }
        }
    )
    assert log_drains(there.model_copy(update={"live": seen}), today) == {
        "OURS": HOST,
        "LOGS_EXAMPLE_COM": HOST,
        "DRAIN_1_LOGS_EU_EXAMPLE_COM": "1.logs-eu.example.com",
    }
    assert log_drains(there.model_copy(update={"live": seen}), None) == {
        "LOGS_EXAMPLE_COM": HOST,
        "LOGS_EXAMPLE_COM_2": HOST,
        "DRAIN_1_LOGS_EU_EXAMPLE_COM": "1.logs-eu.example.com",
    }
