"""A list that is empty, cut, short or doubled says of nothing declared that it is gone, whoever reads it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heroku_api import platform
from heroku_api.client import Client
from local_heroku import process
from operations.adopting.live_app import live_app
from operations.errors import OperationError
from operations.rehearsal.seed import Seeding
from runbook.drift.grading import drift_of
from runbook.environment import Environment
from runbook.readers.live.app import Reach
from runbook.readers.live.ask import Asking
from runbook.readers.live.stacks import live_environments
from runbook.readers.live.wanted import Wanted
from runbook.readers.settings import environment_of_settings
from runbook.rules.book import RULES
from runbook.rules.rule import Context
from runbook.rules.verdict import evaluate
from runbook.settings import STACKS, StackName
from tests.unit.runbook.adoption.described import DIGESTS, settings

ROOT = Path(__file__).resolve().parents[4]
DECLARED = {
    stack: settings(
        stack,
        addons={"REDIS": {"name": f"sc-mvp-{stack}-redis", "plan": "heroku-redis:mini"}},
        domains=[f"{stack}.example.com"],
        backups={"at": "02:00 America/Los_Angeles"},
    )
    for stack in STACKS
}
OTHER = {"staging": "production", "production": "staging"}
WITNESSED = (
    "/apps", "/addons", "/addon-attachments", "/apps/*/formation", "/apps/*/dynos", "/apps/*/domains",
    "/apps/*/log-drains", "/apps/*/features", "/apps/*/collaborators", "/apps/*/webhooks", "/apps/*/releases",
)  # fmt: skip
ALONE = (
    "/apps/*/buildpack-installations",
    "/client/v11/databases/*/transfer-schedules",
    "/client/v11/apps/*/transfers",
)
"""Heroku has no second way to ask for these: [] and a short list are what it answers where there is no more."""
ATTACHMENTS = "/apps/*/addon-attachments"
SPOILT = [
    *((kind, path) for kind in ("empty-list", "short-list") for path in WITNESSED),
    *(("cut-list", path) for path in (*WITNESSED, *ALONE)),
    ("doubled-list", "*"),
]


@pytest.fixture(scope="module")
def heroku(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Both stacks' apps, as `ops local seed` makes them, with a backup each."""
    folder = tmp_path_factory.mktemp("account") / "heroku"
    environment = process.environment(process.start(folder)) | {"HEROKU_API_TIME_BUDGET": "0"}
    with Client.from_environment(environment, cancelled=threading.Event()) as client:
        client.request("PATCH", "/local/settings", {"provisioning": 0, "boot": 0})
        for stack in STACKS:
            Seeding(client, ROOT / "bootstrap", DECLARED[stack], {}, given_names=False).run()
        yield client
    process.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def wanted(heroku: Client) -> list[Wanted]:
    """By the ids that a state would have."""
    return [
        Wanted(
            stack,
            DECLARED[stack],
            str(platform.app(heroku, f"sc-mvp-{stack}").id),
            {
                name: str(platform.addon(heroku, name).id)
                for name in (f"sc-mvp-{stack}-db", f"sc-mvp-{stack}-redis")
            },
            frozenset({f"sc-mvp-{stack}-redis"}),
        )
        for stack in STACKS
    ]


@pytest.fixture
def ordered(heroku: Client) -> Iterator[Client]:
    yield heroku
    heroku.request("DELETE", "/local/faults")


def read(client: Client, wanted: list[Wanted]) -> dict[StackName, Environment]:
    with Asking(client, budget=60, pause=0) as asking:
        return live_environments(
            asking, wanted, DIGESTS, Reach(running=True, releases=True), datetime.now(UTC)
        )


def drifted(found: dict[StackName, Environment]) -> set[tuple[str, str]]:
    """What drift says of production but that it could not read something."""
    declared = environment_of_settings("production", DECLARED["production"], DIGESTS)
    context = Context(DIGESTS, found["staging"])
    drifts = drift_of(declared, found["production"], context, program=declared)
    return {(one.kind, one.target) for one in drifts if one.kind != "not read" and one.grade != "unknown"}


def failing(found: dict[StackName, Environment]) -> set[tuple[str, str]]:
    verdicts = evaluate(found["production"], Context(DIGESTS, found["staging"]), RULES, {"live"})
    return {
        (verdict.rule.id, finding.target)
        for verdict in verdicts
        for finding in verdict.findings
        if finding.outcome == "fail"
    }


@pytest.fixture(scope="module")
def whole(heroku: Client, wanted: list[Wanted]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    found = read(heroku, wanted)
    return drifted(found), failing(found)


@pytest.mark.slow
@pytest.mark.fault("F22")
@pytest.mark.parametrize(("kind", "path"), SPOILT)
def test_nothing_declared_is_called_gone(
    ordered: Client,
    wanted: list[Wanted],
    whole: tuple[set[tuple[str, str]], set[tuple[str, str]]],
    kind: str,
    path: str,
) -> None:
    """Drift and verify say no more than before the list was spoilt, but that something could not be read."""
    ordered.request("POST", "/local/faults", {"kind": kind, "path": path, "count": 0})
    found = read(ordered, wanted)
    assert drifted(found) - whole[0] == set()
    assert failing(found) - whole[1] == set()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["short-list", "doubled-list"])
def test_adopt_finds_the_database_that_a_list_lacks(ordered: Client, wanted: list[Wanted], kind: str) -> None:
    ordered.request("POST", "/local/faults", {"kind": kind, "path": ATTACHMENTS, "count": 0})
    found = live_app(ordered, "staging", "sc-mvp-staging", "sc-mvp-staging-db")
    assert found.database_id == wanted[STACKS.index("staging")].addon_ids["sc-mvp-staging-db"]


@pytest.mark.slow
def test_adopt_stops_at_a_list_that_breaks_off(ordered: Client) -> None:
    ordered.request("POST", "/local/faults", {"kind": "cut-list", "path": ATTACHMENTS, "count": 0})
    with pytest.raises(OperationError, match=r"could not be read: .* a part of a list"):
        live_app(ordered, "staging", "sc-mvp-staging", "sc-mvp-staging-db")
