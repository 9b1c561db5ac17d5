"""What the live reader believes: nothing is gone, and nothing is missing, by one answer alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from heroku_api.errors import Asked, HerokuError, NotFoundError, Said, ServerError
from heroku_api.models import FormationEntry
from runbook.readers.live.answers import BuildpackInstallation, Webhook
from runbook.readers.live.ask import Asking, holds
from runbook.readers.live.digested import commands, digested
from runbook.unknown import Unknown
from tests.unit.runbook.rules.healthy import DIGESTS

ASKED = Asked("GET", "/apps/x", "127.0.0.1")
GONE = NotFoundError(ASKED, Said(404, "not_found", "Couldn't find that app"))
FAULT = ServerError(ASKED, Said(500, "internal_server_error", "Internal server error"))
Answer = list[str] | HerokuError


class Answers:
    """Gives these answers, one a call; counts the calls."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked = 0

    def __call__(self, _client: Client) -> list[str]:
        self.asked += 1
        answer = self._answers.pop(0)
        if isinstance(answer, HerokuError):
            raise answer
        return answer


def name_of(text: str) -> str:
    return text


WHOLE = holds(["web"], name_of)


@pytest.fixture
def asking() -> Iterator[Asking]:
    """No request is sent: the reads are functions of the test."""
    here = "http://127.0.0.1:9"
    client = Client(Endpoints(here, here), "canary-key", cancelled=threading.Event())
    with Asking(client, budget=30, pause=0.01) as found:
        yield found


@pytest.mark.parametrize(
    ("answers", "believed", "asked"),
    [
        ([["web"]], ["web"], 1),
        ([[], ["web"]], ["web"], 2),
        ([[], []], [], 2),
        ([GONE, ["web"]], ["web"], 2),
        ([GONE, GONE], Unknown(str(GONE)), 2),
        ([FAULT], Unknown(str(FAULT)), 1),
        ([[], FAULT], Unknown(str(FAULT)), 2),
    ],
    ids=[
        "all is there",
        "it lacks something once",
        "it lacks something twice",
        "404 once",
        "404 twice",
        "a fault",
        "a fault when asked again",
    ],
)
def test_what_is_believed_of_a_list(
    asking: Asking, answers: list[Answer], believed: object, asked: int
) -> None:
    read = Answers(*answers)
    assert asking.start(read, WHOLE).result() == believed
    assert read.asked == asked


@pytest.mark.parametrize(
    ("answers", "gone"),
    [([GONE, GONE], True), ([GONE, ["x"]], False), ([["x"]], False), ([GONE, FAULT], Unknown(str(FAULT)))],
    ids=["404 twice", "404 once", "found", "404 and a fault"],
)
def test_one_object_is_gone_only_after_two_answers_that_say_so(
    asking: Asking, answers: list[Answer], gone: object
) -> None:
    assert asking.is_gone(Answers(*answers)) == gone


@pytest.mark.fault("F22")
@pytest.mark.parametrize(
    ("itself", "believed"),
    [
        ([GONE, GONE], []),
        ([["web"]], Unknown("Heroku's list of process types lacks web, and asked for itself it is there")),
        ([FAULT], Unknown(str(FAULT))),
    ],
    ids=["the witness agrees", "the witness contradicts", "the witness can't be asked"],
)
def test_what_a_list_lacks_twice_is_gone_only_where_a_second_witness_agrees(
    asking: Asking, itself: list[Answer], believed: object
) -> None:
    witness = Answers(*itself)

    def doubt(_found: list[str]) -> Unknown | None:
        return asking.contradicted("web", "process types", witness)

    assert asking.start(Answers([], []), WHOLE, doubt).result() == believed
    assert asking.start(Answers([], ["web"]), WHOLE, doubt).result() == ["web"]


def test_when_the_budget_ends_every_wait_ends_and_the_reason_is_the_budget() -> None:
    here = "http://127.0.0.1:9"
    client = Client(Endpoints(here, here), "canary-key", cancelled=threading.Event())

    def wait(client: Client) -> list[str]:
        assert client.cancelled.wait(20)
        raise FAULT

    started = time.monotonic()
    with Asking(client, budget=0.2) as asking:
        found = [asking.start(wait, WHOLE) for _ in range(4)]
        assert {part.result() for part in found} == {
            Unknown("the time budget of 0.2 s ended first; raise --budget")
        }
    assert time.monotonic() - started < 5


def test_config_values_end_as_digests_and_an_own_url_is_seen() -> None:
    url = "https://sc-mvp-staging.herokuapp.com"
    found = digested({"VITE_API_URL": f"{url}/api/v1", "SECRET": "canary-value"}, f"{url}/", DIGESTS)
    assert "canary-value" not in repr(found)
    assert found.digests["SECRET"] == DIGESTS.of("canary-value")
    assert found.templates == {"VITE_API_URL": DIGESTS.of("${app.url}/api/v1")}


def test_of_an_address_that_may_hold_a_password_only_the_host_is_kept() -> None:
    found = Webhook.model_validate(
        {"id": "0a1b2c3d-0000", "url": "https://user:canary@logs.example:6514/canary?token=canary"}
    )
    assert (found.host, found.name) == ("logs.example", "logs.example#0a1b2c3d")
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("heroku/ruby", "heroku/ruby"),
        ("urn:buildpack:heroku/ruby", "urn:buildpack:heroku/ruby"),
        ("https://git.example/a/buildpack.git", "https://git.example/a/buildpack.git"),
        ("https://user:token@git.example/a@b.git", "https://***@git.example/a@b.git"),
        ("https://token@git.example", "https://***@git.example"),
        ("https://git.example/a.tgz?token=secret#main", "https://git.example/a.tgz?***"),
    ],
)
def test_of_a_buildpacks_address_no_token_is_kept(address: str, kept: str) -> None:
    answered = BuildpackInstallation.model_validate(
        {"ordinal": 0, "buildpack": {"url": address, "name": address}}
    )
    assert answered.buildpack == kept


def test_what_a_process_type_runs_is_told_without_secrets() -> None:
    run = {
        "web": "bundle exec puma -C config/puma.rb",
        "worker": "REDIS=redis://u:canary-password@cache.example bin/worker",
        "clock": "bin/clock\x1b[31m",
        "release": "bin/rails db:migrate",
    }
    entries = [
        FormationEntry.model_validate(
            {
                "id": str(uuid4()),
                "type": name,
                "quantity": name != "release",
                "size": "Basic",
                "command": text,
            }
        )
        for name, text in run.items()
    ]
    assert commands(entries) == {
        "web": "bundle exec puma -C config/puma.rb",
        "worker": "a command with a secret in it (not shown)",
        "clock": "bin/clock [31m",
    }
