"""Databases that hold data: rows are counted by psql itself, backups are pg_dump's, and a restore brings rows back."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import pytest

from local_heroku import process
from local_heroku.postgres import programs
from operations.rehearsal.heroku_shell import wrapper
from operations.rehearsal.heroku_shell.refused import WITH_POSTGRES
from tests.local_heroku.cli import Cli
from tests.local_heroku.conftest import Caller, deploy
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_heroku.process import Running

Seen = TypeVar("Seen")
STAGING, PRODUCTION = "sc-mvp-staging", "sc-mvp-production"
MIGRATIONS = {
    f"db/migrate/{stem}.rb": "" for stem in ("20250901090000_create_users", "20251120101500_add_skills")
}
ROWS = {"users": 58, "workers": 42, "shifts": 318, "assignments": 1271}


@pytest.fixture(scope="module")
def tools() -> Path:
    found = programs.found(os.environ)
    if found is None:
        pytest.skip(
            f"NOT CHECKED on databases that hold data, as there is no PostgreSQL: {programs.HOW_TO_GET}"
        )
    return found


@contextmanager
def serving(folder: Path, tools: Path | None) -> Iterator[Running]:
    try:
        yield process.start(folder, postgres=tools)
    finally:
        process.stop(folder)


@pytest.fixture(scope="module")
def held(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """Both apps, each with a database."""
    with serving(tmp_path_factory.mktemp("held") / "heroku", tools) as running:
        yield with_apps(Caller(running))


def with_apps(caller: Caller) -> Caller:
    caller.ok("PATCH", "/local/settings", {"provisioning": 0.0, "boot": 0.0, "transfer": 0.0})
    for app in (STAGING, PRODUCTION):
        caller.ok("POST", "/apps", {"name": app})
        caller.ok(
            "POST", f"/apps/{app}/addons", {"plan": "heroku-postgresql:standard-0", "name": f"{app}-db"}
        )
        deploy(caller, app, {"Procfile": "web: ruby web.rb\n", **MIGRATIONS})
    return caller


def awaited(look: Callable[[], Seen | None]) -> Seen:
    """What it saw once it saw something."""
    seen: list[Seen | None] = []

    def holds() -> bool:
        seen.append(look())
        return bool(seen[-1])

    wait_until(holds, why="nothing was seen", seconds=60)
    found = seen[-1]
    assert found
    return found


def address(caller: Caller, app: str) -> str:
    return str(caller.ok("GET", f"/apps/{app}/config-vars")["DATABASE_URL"])


def psql(tools: Path, url: str, sql: str) -> subprocess.CompletedProcess[str]:
    command = [str(tools / "psql"), "-X", "-A", "-t", "-q", "-d", url, "-c", sql]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def counted(tools: Path, url: str) -> dict[str, int]:
    return {table: psql(tools, url, f"TABLE {table}").stdout.count("\n") for table in ROWS}


def captured(caller: Caller, app: str) -> dict[str, Any]:
    made = caller.ok("POST", f"/client/v11/databases/{app}-db/backups")
    return finished(caller, app, made["num"])


def finished(caller: Caller, app: str, number: int) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        shown = caller.ok("GET", f"/client/v11/apps/{app}/transfers/{number}")
        return shown if shown["finished_at"] else None

    return awaited(ended)


def restored(caller: Caller, app: str, backup: dict[str, Any], of: str = "") -> dict[str, Any]:
    public = f"/client/v11/apps/{of or app}/transfers/{backup['num']}/actions/public-url"
    url = caller.ok("POST", public)["url"]
    made = caller.ok("POST", f"/client/v11/databases/{app}-db/restores", {"backup_url": url})
    return finished(caller, app, made["num"])


def one_off(caller: Caller, app: str, script: str) -> str:
    """What a detached `rails runner` writes into the app's logs."""
    caller.ok("POST", f"/apps/{app}/dynos", {"command": f'rails runner "{script}"', "attach": False})

    def said() -> str | None:
        session = caller.ok("POST", f"/apps/{app}/log-sessions", {"lines": 200, "source": "app"})
        lines = caller.ask("GET", urlsplit(session["logplex_url"]).path).content.decode().splitlines()
        found = [line for line in lines if "app[run." in line]
        return found[-1].partition("]: ")[2] if found else None

    return awaited(said)


def test_a_restore_brings_rows_back_and_a_migration_away(held: Caller, tools: Path) -> None:
    url = address(held, PRODUCTION)
    assert counted(tools, url) == ROWS
    backup = captured(held, PRODUCTION)
    assert (backup["succeeded"], backup["processed_bytes"] > 1000) == (True, True)
    held.ok("PATCH", f"/local/databases/{PRODUCTION}-db", {"rows": {"Worker": 0}})
    psql(
        tools,
        url,
        "DELETE FROM shifts; CREATE TABLE mine (id int); INSERT INTO schema_migrations VALUES ('20251120101500')",
    )
    assert counted(tools, url) == {**ROWS, "workers": 0, "shifts": 0}
    assert restored(held, PRODUCTION, backup)["succeeded"] is True
    assert counted(tools, url) == ROWS
    assert psql(tools, url, "SELECT to_regclass('mine'), count(*) FROM schema_migrations").stdout == "|5\n"
    written = psql(tools, url, "INSERT INTO workers (name) VALUES ('a new one') RETURNING id")
    assert (written.stdout, written.stderr) == ("43\n", "")


def test_the_application_answers_from_the_rows(held: Caller, tools: Path) -> None:
    url = address(held, STAGING)
    psql(tools, url, "DELETE FROM workers WHERE id > 7")
    assert one_off(held, STAGING, "puts Worker.count") == "7"
    psql(tools, url, "DROP TABLE workers")
    captured(held, STAGING)
    assert "workers" in psql(tools, url, "SELECT count(*) FROM workers").stderr


def test_staging_restored_from_production_is_sanitized_row_by_row(held: Caller, tools: Path) -> None:
    backup = captured(held, PRODUCTION)
    assert restored(held, STAGING, backup, of=PRODUCTION)["succeeded"] is True
    url = address(held, STAGING)
    assert counted(tools, url)["users"] == ROWS["users"]
    script = 'User.update_all(email: -> { \\"test_#{id}@example.com\\" }); puts User.first.email'
    assert one_off(held, STAGING, script) == "test_1@example.com"
    own = "SELECT count(*) FROM users WHERE email = 'test_' || id || '@example.com'"
    assert psql(tools, url, own).stdout == "58\n"
    assert psql(tools, address(held, PRODUCTION), own).stdout == "0\n"


def test_a_backup_that_is_downloaded_is_pg_dumps_own(held: Caller, tools: Path, tmp_path: Path) -> None:
    backup = captured(held, PRODUCTION)
    url = held.ok("POST", f"/client/v11/apps/{PRODUCTION}/transfers/{backup['num']}/actions/public-url")[
        "url"
    ]
    latest = tmp_path / "latest.dump"
    latest.write_bytes(held.ask("GET", urlsplit(url).path).content)
    assert latest.stat().st_size == backup["processed_bytes"]
    listed = subprocess.run(
        [tools / "pg_restore", "-l", latest], capture_output=True, text=True, check=True
    ).stdout
    assert "TABLE DATA public workers" in listed
    held.ok("DELETE", f"/client/v11/apps/{PRODUCTION}/transfers/{backup['num']}")
    assert held.ask("GET", urlsplit(url).path).status == 404


def test_sizes_and_connections_are_counted(held: Caller, tools: Path) -> None:
    url = address(held, PRODUCTION)
    asleep = subprocess.Popen(
        [tools / "psql", "-X", "-d", url, "-c", "SELECT pg_sleep(60)"], stdout=subprocess.DEVNULL
    )
    try:
        shown = awaited(lambda: (found := details(held))["num_connections"] == 1 and found)
    finally:
        asleep.kill()
        asleep.wait()
    size = int(psql(tools, url, "SELECT pg_database_size(current_database())").stdout)
    assert (shown["num_tables"], abs(shown["num_bytes"] - size) < 1024**2) == (5, True)


def details(caller: Caller) -> Any:
    return caller.ok("GET", f"/client/v11/databases/{PRODUCTION}-db")


def test_each_database_has_a_password_of_its_own_and_rotating_it_ends_the_old_one(
    held: Caller, tools: Path
) -> None:
    staging, production = address(held, STAGING), address(held, PRODUCTION)
    crossed = staging.rpartition("/")[0] + "/" + production.rpartition("/")[2]
    assert "permission denied for database" in psql(tools, crossed, "SELECT 1").stderr
    held.ok("POST", f"/local/databases/{STAGING}-db/rotate")
    assert "password authentication failed" in psql(tools, staging, "SELECT 1").stderr
    assert psql(tools, address(held, STAGING), "SELECT 1").stdout == "1\n"


def test_it_listens_on_loopback_only_and_its_files_are_the_owners(held: Caller, tools: Path) -> None:
    url, folder = address(held, PRODUCTION), held.running.folder / "postgres"
    assert psql(tools, url, "SHOW listen_addresses").stdout == "127.0.0.1\n"
    modes = {
        path.name: path.stat().st_mode & 0o077 for path in (folder, folder / "password", folder / "data")
    }
    assert modes == {"postgres": 0, "password": 0, "data": 0}


def test_a_database_that_is_deleted_is_dropped(held: Caller, tools: Path) -> None:
    held.ok("POST", "/apps", {"name": "short"})
    held.ok("POST", "/apps/short/addons", {"plan": "heroku-postgresql:standard-0", "name": "short-db"})
    url = awaited(lambda: held.ok("GET", "/apps/short/config-vars").get("DATABASE_URL"))
    held.ok("DELETE", "/apps/short/addons/short-db")
    assert psql(tools, url, "SELECT 1").stderr != ""
    held.ok("DELETE", "/apps/short")


def test_a_killed_local_heroku_leaves_no_rows_lost_and_no_second_server(tools: Path, tmp_path: Path) -> None:
    """And an account that held no data holds some from `--postgres` on, by a release that says so."""
    folder = tmp_path / "heroku"
    with serving(folder, None) as plain:
        caller = with_apps(Caller(plain))
        assert ".invalid:" in awaited(
            lambda: caller.ok("GET", f"/apps/{STAGING}/config-vars").get("DATABASE_URL")
        )
    with serving(folder, tools) as running:
        caller = Caller(running)
        described = [row["description"] for row in caller.ok("GET", f"/apps/{STAGING}/releases")]
        assert described[-1] == "Update DATABASE by heroku-postgresql"
        url = address(caller, STAGING)
        psql(tools, url, "DELETE FROM workers WHERE id > 1")
        first = (folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]
        os.kill(running.pid, signal.SIGKILL)
        awaited(lambda: process.status(folder) is None or None)
        assert process.start(folder).postgres == str(tools)
        assert counted(tools, url)["workers"] == 1
        second = (folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]
        assert first != second, "the port is the same, so the first one no longer listens"
    assert psql(tools, url, "SELECT 1").stderr != "", "it ends with local Heroku"


def test_the_clis_queries_are_answered(held: Caller, tools: Path, heroku_cli: str, tmp_path: Path) -> None:
    """Under the shell's guard, as `ops local shell` runs it."""
    folder = wrapper.install(tmp_path / "bin", Path(heroku_cli), WITH_POSTGRES)
    path = wrapper.on_path(tools, os.environ["PATH"])
    (tmp_path / "home").mkdir()
    cli = Cli(str(folder / "heroku"), held.running, tmp_path / "home", path=path)
    assert " 42\n" in cli("pg:psql", "-c", "SELECT count(*) FROM workers WHERE id <= 42").out
    for command, shows in (("pg:ps", "pid"), ("pg:locks", "relname"), ("pg:outliers", "total_exec_time")):
        said = cli(command)
        assert (said.code, shows in said.out) == (0, True), (command, said)
    assert cli.ok("pg:credentials:url").count(address(held, PRODUCTION).rpartition("@")[2]) == 1
    assert "default" in cli.ok("pg:credentials")
    held.ok(
        "POST",
        f"/apps/{PRODUCTION}/addons",
        {"plan": "heroku-postgresql:standard-0", "name": "copy", "attachment": {"name": "COPY"}},
    )
    other = awaited(lambda: held.ok("GET", f"/apps/{PRODUCTION}/config-vars").get("COPY_URL"))
    cli.ok("pg:reset", "COPY", "--confirm", PRODUCTION)
    assert psql(tools, other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").stdout == "0\n"
    copied = cli("pg:copy", "DATABASE", "COPY", "--confirm", "COPY")
    assert (copied.code, "Copying... done" in copied.err) == (0, True), copied
    assert counted(tools, other) == counted(tools, address(held, PRODUCTION))
    assert "VACUUM" in cli("pg:psql", "-c", "VACUUM ANALYZE").out
    assert "Tables:                5" in cli("pg:info").out
