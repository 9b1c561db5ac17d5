"""Local Heroku from the command line: started, looked at, moved in time, made to fail, stopped, forgotten."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import urllib3
from click.testing import CliRunner, Result

from heroku_api.client import Client
from local_heroku import process
from local_heroku.postgres import programs
from operations.cli import ops
from operations.workspace import Workspace

Local = Callable[..., Result]


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Local]:
    """`ops local …` in a checkout of its own."""
    workspace = Workspace(tmp_path)
    monkeypatch.setattr(Workspace, "here", classmethod(lambda _: workspace))
    yield lambda *words: CliRunner().invoke(ops, ["local", *words])
    process.stop(workspace.heroku)


def test_it_is_started_once_and_stopped(local: Local) -> None:
    first, second = local("start"), local("start")
    assert first.output.startswith("Local Heroku listens at http://127.0.0.1:")
    assert second.output == first.output
    assert local("status").exit_code == 0
    assert local("stop").output == "Stopped.\n"
    assert local("stop").output == "Local Heroku wasn't running.\n"


def test_without_a_postgresql_it_says_where_to_get_one(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_HEROKU_POSTGRES", "/nowhere")
    refused = local("start", "--postgres")
    assert (refused.exit_code, "no PostgreSQL was found: install" in refused.output) == (1, True)
    assert local("status").exit_code == 1


def test_with_a_postgresql_it_is_started_anew_and_goes_on_so(local: Local) -> None:
    found = programs.found(os.environ)
    if found is None:
        pytest.skip(f"NOT CHECKED, as there is no PostgreSQL: {programs.HOW_TO_GET}")
    local("start")
    assert f"Its databases hold data, in PostgreSQL of {found}.\n" in local("start", "--postgres").output
    local("stop")
    assert f"in PostgreSQL of {found}" in local("start").output


def test_it_listens_on_loopback_only_and_its_token_is_for_the_owner(local: Local, tmp_path: Path) -> None:
    local("start")
    assert stat.S_IMODE((tmp_path / ".local" / "heroku" / "server.json").stat().st_mode) == 0o600


def test_status_says_how_to_start_it(local: Local) -> None:
    shown = local("status")
    assert (shown.exit_code, shown.output) == (
        1,
        "Local Heroku isn't running; start it with `./ops local start`.\n",
    )


def test_its_clock_is_moved_and_set_back(local: Local) -> None:
    local("start")
    assert local("clock", "--to", "2030-03-10T09:59:00Z").exit_code == 1, "400 days at most"
    before = local("clock").output
    assert local("clock", "--advance", "1d2h").output != before
    assert local("clock", "--reset").output[:40] == before[:40]


@pytest.mark.parametrize("span", ["2x", "", "h", "1d 2h", "-1h"])
def test_a_span_that_is_none_is_refused(local: Local, span: str) -> None:
    shown = local("clock", "--advance", span)
    assert shown.exit_code == 64
    assert "expected days, hours, minutes, seconds, such as 1d2h30m" in shown.output


def test_a_fault_is_ordered_strikes_and_is_cleared(local: Local, tmp_path: Path) -> None:
    local("start")
    shown = local("fault", "error", "--path", "/apps", "--status", "503")
    assert shown.output == "Fault 1: error on * /apps, 1 x, struck 0 x\n"
    running = process.status(tmp_path / ".local" / "heroku")
    assert running is not None
    assert local("fault").output.splitlines()[0] == "Fault 1: error on * /apps, 1 x, struck 0 x"
    assert local("fault", "--clear").output == "No faults in force.\n"
    assert ", always, for 30 s, struck 0 x" in local("fault", "error", "--count", "0", "--lasts", "30").output


def test_levers_say_how_to_start_it(local: Local) -> None:
    shown = local("clock")
    assert (shown.exit_code, shown.output) == (
        1,
        "Error: local Heroku isn't running; start it with `./ops local start`\n",
    )


def test_reset_forgets_the_account_and_the_stacks(local: Local, tmp_path: Path) -> None:
    local("start")
    state = Workspace(tmp_path).state("staging")
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    assert local("reset", "--yes").output == "Deleted the local account and the stacks' local states.\n"
    assert not state.exists()
    assert not (tmp_path / ".local" / "heroku" / "heroku.sqlite").exists()


def test_env_gives_heroku_where_it_is_installed(
    local: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "cli" / "heroku"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("HEROKU_CLI", str(program))
    shown = local("env").output
    assert f"export PATH={tmp_path}/.local/shell/bin:" in shown
    assert str(program) in (tmp_path / ".local" / "shell" / "bin" / "heroku").read_text()


def test_a_folder_is_deployed_and_brings_its_process_types_and_migrations(
    local: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).resolve().parents[4]
    monkeypatch.setattr(Workspace, "stack_file", lambda _, stack: root / f"Pulumi.{stack}.yaml")
    source = tmp_path / "source"
    (source / "db" / "migrate").mkdir(parents=True)
    (source / ".git").mkdir()
    (source / ".git" / "config").write_text("secret")
    (source / "db" / "migrate" / "20251120101500_add_skills.rb").write_text("")
    (source / "Procfile").write_text("web: bundle exec puma\nworker: sidekiq\n")
    assert "isn't running" in local("deploy", "staging", str(source)).output
    local("start")
    with Client.from_environment(
        process.environment(process.start(tmp_path / ".local" / "heroku"))
    ) as client:
        assert "./ops demo" in local("deploy", "staging", str(source)).output
        client.request("POST", "/apps", {"name": "sc-mvp-staging"})
        shown = local("deploy", "staging", str(source))
        assert (shown.exit_code, "Procfile declares types -> web, worker" in shown.output) == (0, True), shown
        formation = client.request("GET", "/apps/sc-mvp-staging/formation")
        assert [one["type"] for one in formation] == ["web", "worker"]
        client.request("POST", "/apps/sc-mvp-staging/dynos", {"command": "ls -a"})
        client.request("POST", "/local/clock", {"advance": 5})
        session = client.request("POST", "/apps/sc-mvp-staging/log-sessions", {"lines": 100})
    listed = urllib3.request("GET", session["logplex_url"]).data.decode()
    assert ("]: db" in listed, "]: .git" in listed) == (True, False)
