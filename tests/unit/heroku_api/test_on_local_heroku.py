"""Every typed call on local Heroku, which answers in the shapes that were seen or published."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heroku_api import data, platform
from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from heroku_api.errors import InvalidError, UnauthorizedError
from local_heroku import process
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
APP = "sc-typed-calls"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[process.Running]:
    """Local Heroku, started by a process that ends: it goes on by itself."""
    folder = tmp_path_factory.mktemp("heroku")
    start = "import sys, pathlib; from local_heroku import process; process.start(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", start, folder], check=True, cwd=ROOT)
    found = process.status(folder)
    assert found is not None
    yield found
    process.stop(folder)


@pytest.fixture(scope="module")
def client(running: process.Running) -> Client:
    """One app with one database, provisioned."""
    client = Client.from_environment(process.environment(running))
    client.request("POST", "/apps", {"name": APP})
    client.request(
        "POST", f"/apps/{APP}/addons", {"plan": "heroku-postgresql:standard-0", "name": "typed-calls-db"}
    )
    wait_until(
        lambda: platform.addon(client, "typed-calls-db").state == "provisioned",
        why="the database is provisioned",
    )
    return client


def test_the_app_and_what_it_has(client: Client) -> None:
    app = platform.app(client, APP)
    addon = platform.addon(client, "typed-calls-db")
    assert (addon.plan.name, addon.app.id, addon.is_postgres) == (
        "heroku-postgresql:standard-0",
        app.id,
        True,
    )
    assert addon.billed_price is not None
    assert (addon.billed_price.cents, addon.billed_price.unit) == (5000, "month")
    assert [one.version for one in platform.releases(client, APP)] == sorted(
        (one.version for one in platform.releases(client, APP)), reverse=True
    )
    assert (platform.formation(client, APP), platform.dynos(client, APP)) == ([], [])


def test_config_vars_are_set_and_removed(client: Client) -> None:
    platform.set_config_vars(client, APP, {"A": "1", "B": "2"})
    assert platform.set_config_vars(client, APP, {"B": None})["A"] == "1"
    assert set(platform.config_vars(client, APP)) == {"A", "DATABASE_URL"}


def test_an_attachment_is_made_read_and_detached(client: Client) -> None:
    [database] = platform.attachments(client, APP)
    made = platform.attach(client, addon="typed-calls-db", app=APP, name="REPORTS")
    assert platform.attachments(client, APP) == [database, made]
    with pytest.raises(InvalidError, match="Name REPORTS is already taken"):
        platform.attach(client, addon="typed-calls-db", app=APP, name="REPORTS")
    platform.detach(client, str(made.id))
    assert platform.attachments(client, APP) == [database]


def test_a_schedule_is_made_replaced_and_deleted(client: Client) -> None:
    addon = str(platform.addon(client, "typed-calls-db").id)
    data.schedule(client, addon, name="DATABASE_URL", hour=3, timezone="UTC")
    made = data.schedule(client, addon, name="DATABASE_URL", hour=2, timezone="America/Los_Angeles")
    assert data.schedules(client, addon) == [made]
    assert (made.name, made.hour, made.timezone) == ("DATABASE_URL", 2, "America/Los_Angeles")
    data.unschedule(client, addon, str(made.uuid))
    assert data.schedules(client, addon) == []


def test_a_database_and_a_backup_of_it(client: Client) -> None:
    addon = str(platform.addon(client, "typed-calls-db").id)
    assert {row.name for row in data.database(client, addon).info} >= {"Plan", "Status", "Data Size"}
    captured = data.capture(client, addon)
    assert (captured.name, captured.is_backup) == ("b001", True)
    assert [one.uuid for one in data.transfers(client, APP)] == [captured.uuid]


def test_a_source_is_uploaded_and_built(client: Client) -> None:
    source = platform.source(client)
    client.upload(source.source_blob.put_url, _archive())
    started = platform.start_build(client, APP, source_url=source.source_blob.get_url, version="1")
    wait_until(
        lambda: platform.build(client, APP, str(started.id)).status != "pending", why="the build ended"
    )
    build = platform.build(client, APP, str(started.id))
    assert build.status == "succeeded"
    assert [one.id for one in platform.builds(client, APP)] == [build.id]
    assert [entry.type for entry in platform.formation(client, APP)] == ["web"]


def test_a_wrong_key_is_refused(running: process.Running) -> None:
    with pytest.raises(UnauthorizedError, match="Set HEROKU_API_KEY to a valid key"):
        platform.app(Client(Endpoints(running.url, running.url), "wrong-key"), APP)


def _archive() -> bytes:
    """A source with one process type."""
    import io  # noqa: PLC0415 - only here
    import tarfile  # noqa: PLC0415 - only here

    content = b"web: python -m http.server $PORT\n"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        info = tarfile.TarInfo("Procfile")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()
