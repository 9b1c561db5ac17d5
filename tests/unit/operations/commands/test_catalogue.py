"""`ops catalogue`: what it shows, and what it says when Heroku lists something else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from heroku_api.client import Client
from local_heroku import process
from operations.cli import ops
from operations.commands import catalogue as command
from runbook.catalogue import FILE, catalogue_of

TODAY = datetime.now(tz=UTC).date().isoformat()


@dataclass(frozen=True)
class Here:
    """What the command needs of an account."""

    environment: dict[str, str]
    words: str = "a Heroku of this test"

    def client(self, budget: float) -> Client:
        del budget
        return Client.from_environment(self.environment)


@pytest.fixture(scope="module")
def heroku(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("heroku")
    yield Here(process.environment(process.start(folder)))
    process.stop(folder)


@pytest.fixture
def lists(heroku: Here) -> Iterator[Callable[[str, str, dict[str, Any] | None], None]]:
    """Makes local Heroku list something else, for the length of a test."""

    def tell(path: str, name: str, facts: dict[str, Any] | None) -> None:
        with heroku.client(9) as client:
            client.request("PATCH", "/local/listed", {path: {name: facts}})

    yield tell
    with heroku.client(9) as client:
        client.request("DELETE", "/local/listed")


@pytest.fixture
def run(heroku: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    file = tmp_path / "catalogue.json"
    shutil.copy(FILE, file)
    monkeypatch.setattr(command, "THE_FILE", file)
    monkeypatch.setattr(command, "account_of", lambda _name: heroku)
    return lambda *words: CliRunner().invoke(ops, ["catalogue", *words])


def test_it_shows_every_entry_with_price_source_and_date() -> None:
    shown = CliRunner().invoke(ops, ["catalogue"])
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert (
        "  heroku-22                 ends 2027-04-30; deprecated 2026-05-20; builds fail now and then from 2026-11-01; use heroku-26"
        in lines
    )
    assert "  Performance-M             $250 a month; 2560 MB; at most 10 a process type" in lines
    assert "  heroku-redis:mini         $3 a month" in lines
    assert "Dyno types (2026-08-04, price table of Heroku's CLI 11.10.0)" in lines
    names = {
        entry["name"] for part in json.loads(FILE.read_bytes()).values() for entry in part.get("entries", ())
    }
    assert names == {line.split()[0] for line in lines if line.startswith("  ")}


def test_programs_get_it_as_json() -> None:
    shown = json.loads(CliRunner().invoke(ops, ["catalogue", "--json"]).output)
    assert shown["postgres_plans"]["entries"][3]["name"] == "standard-0"
    assert shown["most_dynos_an_app"] == 100


def test_what_heroku_lists_as_the_catalogue_has_it_exits_0(run: Callable[..., Result]) -> None:
    shown = run("--check")
    assert (shown.exit_code, shown.output) == (0, "The same: a Heroku of this test\n")


def test_what_is_new_or_gone_exits_2_and_is_written_when_asked(
    run: Callable[..., Result], lists: Callable[..., None]
) -> None:
    lists("/stacks", "heroku-28", {"state": "public"})
    lists("/stacks", "heroku-22", None)
    shown = run("--check")
    assert shown.exit_code == 2
    assert shown.output.splitlines() == [
        "Differs: a Heroku of this test",
        "  new       Heroku has the Heroku stack heroku-28",
        "  gone      Heroku lists no Heroku stack heroku-22 any more",
        f"Write it to {command.THE_FILE.parent.name}/catalogue.json with --check --write",
    ]
    assert run("--check", "--write").exit_code == 0
    new = catalogue_of(json.loads(command.THE_FILE.read_bytes()))
    known, gone = new.heroku_stack("heroku-28"), new.heroku_stack("heroku-22")
    assert known is not None
    assert gone is not None
    assert (known.source, known.date, known.is_offered) == ("GET /stacks of the account's API", TODAY, True)
    assert (gone.withdrawn, gone.ends, gone.deprecated) == (TODAY, "2027-04-30", "2026-05-20")
    assert run("--check").exit_code == 0


def test_programs_get_the_changes_as_json(run: Callable[..., Result], lists: Callable[..., None]) -> None:
    lists("/dyno-sizes", "Basic", {"cost": {"cents": 900, "unit": "month"}})
    shown = run("--check", "--json")
    assert shown.exit_code == 2
    answer = json.loads(shown.output)
    assert [(one["kind"], one["part"], one["name"], one["facts"]) for one in answer["changes"]] == [
        ("changed", "dyno_types", "Basic", {"monthly_usd": 9})
    ]


def test_a_list_that_heroku_contradicts_is_not_believed(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Client.pages

    def cut(self: Client, path: str, **more: Any) -> Iterator[Any]:
        for answer, items in whole(self, path, **more):
            yield answer, items[:1] if path == "/stacks" else items

    monkeypatch.setattr(Client, "pages", cut)
    before = command.THE_FILE.read_bytes()
    shown = run("--check", "--write")
    assert shown.exit_code == 1
    assert "GET /stacks/heroku-24 answers for it: one of the two is not believed" in shown.output
    assert command.THE_FILE.read_bytes() == before


def test_an_empty_list_is_not_believed(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "pages", lambda *_, **__: iter(()))
    shown = run("--check")
    assert shown.exit_code == 1
    assert "GET /stacks: Heroku answered an empty list, which is not believed" in shown.output


def test_an_answer_of_another_shape_is_inconclusive(
    run: Callable[..., Result], lists: Callable[..., None]
) -> None:
    lists("/regions", "eu", {"provider": None})
    shown = run("--check")
    assert shown.exit_code == 1
    assert "an answer is not as Heroku's API describes it" in shown.output


def test_write_alone_is_refused() -> None:
    shown = CliRunner().invoke(ops, ["catalogue", "--write"])
    assert shown.exit_code == 64
    assert "--write writes what --check finds; give both" in shown.output


def test_the_services_of_declared_add_ons_are_asked_for_too(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that Heroku doesn't have has no plan, and none is in the catalogue."""
    asked: list[str] = []
    whole = Client.pages

    def noted(self: Client, path: str, **more: Any) -> Iterator[Any]:
        asked.append(path)
        return whole(self, path, **more)

    monkeypatch.setattr(Client, "pages", noted)
    monkeypatch.setattr("operations.judging.listed.declared_plans", lambda: ("sendgrid:bronze",))
    assert run("--check").exit_code == 0
    assert "/addon-services/sendgrid/plans" in asked
