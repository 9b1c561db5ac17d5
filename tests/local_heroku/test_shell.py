"""The shell knows local Heroku only: no connection of the CLI leaves this machine, and curl's addresses work as written."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_heroku import process
from operations.rehearsal.heroku_shell import curl, wrapper
from operations.rehearsal.shell import shielded
from tests.local_heroku.conftest import Caller, deploy

if TYPE_CHECKING:
    from local_heroku.process import Running

APP = "sc-mvp-production"
RECORDER = Path(__file__).with_name("recorder.cjs")

pytestmark = pytest.mark.timeout(900)  # the first use of the CLI may install it


@pytest.fixture
def account(heroku: Caller) -> Caller:
    heroku.ok("PATCH", "/local/settings", {"boot": 0.0, "hosts": dict(curl.RUNBOOKS_HOSTS)})
    heroku.ok("POST", "/apps", {"name": APP})
    deploy(heroku, APP, {"Procfile": "web: ruby web.rb\n"})
    return heroku


def environment(running: Running, home: Path) -> dict[str, str]:
    curl.write(home, running)
    return {**process.environment(running), **shielded(home), "PATH": os.environ["PATH"]}


def curled(account: Caller, home: Path, address: str) -> tuple[int, str]:
    if shutil.which("curl") is None:
        pytest.skip("NOT CHECKED with curl: there is none")
    done = subprocess.run(
        ["curl", "-sS", address],
        env=environment(account.running, home),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("host", [*curl.RUNBOOKS_HOSTS][:1])
def test_an_apps_health_is_asked_by_the_address_that_the_runbook_writes(
    account: Caller, tmp_path: Path, host: str
) -> None:
    own = account.ok("GET", f"/apps/{APP}")["web_url"]
    for address in (f"https://{host}/healthz", f"{own}healthz"):
        status, shown = curled(account, tmp_path, address)
        assert (status, shown[:24]) == (0, '{"status":"ok","timestam'), address
    lines = account.ok("POST", f"/apps/{APP}/log-sessions", {"lines": 10})["logplex_url"]
    assert "protocol=https" in account.ask("GET", "/" + lines.split("/", 3)[3]).content.decode()


def test_another_address_reaches_nobody_else(account: Caller, tmp_path: Path) -> None:
    """Its certificate is for apps alone; over http local Heroku refuses the host."""
    assert curled(account, tmp_path, "https://example.com/")[0] != 0
    assert "neither loopback nor an app" in curled(account, tmp_path, "http://example.com/")[1]


LEAVING = (
    ("apps:favorites",),
    ("notifications",),
    ("apps:errors", "-a", APP),
)
STAYING = (
    ("status",),
    ("buildpacks:add", "heroku/ruby", "-a", APP),
    ("ps", "-a", APP),
    ("run", "ls", "-a", APP),
)


def recorded(
    cli: str, account: Caller, home: Path, words: tuple[str, ...]
) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """What the CLI said under the guard, without the wrapper's refusals, and what got past the guard."""
    notes = home / "notes"
    notes.touch()
    done = subprocess.run(
        [cli, *words],
        env={
            **environment(account.running, home),
            "NODE_OPTIONS": f"--require={RECORDER} --require={wrapper.GUARD}",
            "RECORDER_FILE": str(notes),
        },
        capture_output=True,
        text=True,
        check=False,
        input="",
        timeout=200,
    )
    return done, set(notes.read_text().split("\n")) - {""}


@pytest.mark.parametrize("words", LEAVING, ids=lambda words: words[0])
def test_a_command_that_asks_a_host_of_its_own_gets_past_the_guard_with_nothing(
    heroku_cli: str, account: Caller, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Should the wrapper's list ever lack one: the guard names the host, and no name is looked up."""
    done, notes = recorded(heroku_cli, account, tmp_path, words)
    assert done.returncode != 0
    assert notes <= {"connect 127.0.0.1"}
    assert "outside of this machine" in " ".join(done.stderr.replace("›", "").split()), done


@pytest.mark.parametrize("words", STAYING, ids=lambda words: words[0])
def test_a_command_that_local_heroku_serves_connects_to_loopback_only(
    heroku_cli: str, account: Caller, tmp_path: Path, words: tuple[str, ...]
) -> None:
    done, notes = recorded(heroku_cli, account, tmp_path, words)
    assert (done.returncode, notes) == (0, {"connect 127.0.0.1"}), done


def test_the_recorder_sees_what_would_leave(heroku_cli: str, tmp_path: Path) -> None:
    """So that its silence above means something."""
    del heroku_cli
    node = shutil.which("node")
    assert node
    notes = tmp_path / "notes"
    script = "require('node:net').connect({host: '127.0.0.2', port: 9}).on('error', () => {}); require('node:dns').lookup('x.invalid', () => {})"
    subprocess.run(
        [node, "-e", script],
        env={
            "NODE_OPTIONS": f"--require={RECORDER}",
            "RECORDER_FILE": str(notes),
            "PATH": os.environ["PATH"],
        },
        check=True,
        timeout=60,
    )
    assert set(notes.read_text().split("\n")) == {"connect 127.0.0.2", "look up x.invalid", ""}
