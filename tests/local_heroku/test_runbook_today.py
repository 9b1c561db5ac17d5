"""Every command of the runbook, typed in Heroku's own CLI on local Heroku; docs/runbook-today.md says what came of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_heroku import process
from operations.rehearsal.heroku_shell import curl, wrapper
from operations.rehearsal.heroku_shell import git as shell_git
from operations.rehearsal.shell import shielded
from tests.local_heroku import runbook_today
from tests.local_heroku.conftest import REPO, Caller, deploy
from tests.local_heroku.runbook_today import TODAY, Today

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_heroku.process import Running

UPDATE = "UPDATE_RUNBOOK_TODAY"
SIDE_BY_SIDE = 4  # commands that only look
LIMIT = 240.0  # seconds for one command on a busy machine
DEPLOY = Path(__file__).with_name("deploy-heroku.sh")
"""Stands for the runbook's scripts/deploy-heroku.sh."""
SOURCE = {
    "Procfile": "web: bundle exec puma -C config/puma.rb\n",
    "public/index.html": '<link href="/assets/index-1.css">\n',
    "public/assets/index-1.css": "\n",
    "public/assets/index-1.js": "\n",
    "db/migrate/20250901090000_create_users.rb": "",
}
MORE = {**SOURCE, "db/migrate/20251120101500_add_skills_to_workers.rb": ""}
CONFIG = {"RAILS_MASTER_KEY": "canary-1", "SECRET_KEY_BASE": "canary-2", "RAILS_ENV": "production"}
PRELUDE = """
set -o pipefail
tailed() {
    shown=$(mktemp)
    command heroku "$@" > "$shown" & tailing=$!
    until test -s "$shown" || ! kill -0 $tailing 2> /dev/null; do sleep 0.2; done
    sleep 1
    kill $tailing 2> /dev/null
    wait $tailing
    cat "$shown"
}
heroku() { case " $* " in *" --tail "*) tailed "$@" ;; *) command heroku "$@" ;; esac; }
"""
"""A tail ends a moment after it has shown what there was, as a person ends it."""

pytestmark = pytest.mark.timeout(900)  # the first use of the CLI may install it


@dataclass(frozen=True)
class Said:
    text: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("heroku")
    yield process.start(folder)
    process.stop(folder)


@pytest.fixture(scope="module")
def account(running: Running) -> Caller:
    """The runbook's apps after some months: releases, a backup, a pending migration, visitors, one of them lost."""
    caller = Caller(running)
    fast = {"provisioning": 0.0, "boot": 0.0, "transfer": 0.1, "hosts": dict(curl.RUNBOOKS_HOSTS)}
    caller.ok("PATCH", "/local/settings", fast)
    for name in (runbook_today.S, runbook_today.P):
        caller.ok("POST", "/apps", {"name": name})
        wish = {"plan": "heroku-postgresql:standard-0", "name": f"{name}-db"}
        addon = caller.ok("POST", f"/apps/{name}/addons", wish)["id"]
        caller.ok("PATCH", f"/apps/{name}/config-vars", CONFIG)
        for number, source in enumerate((SOURCE, SOURCE, SOURCE, SOURCE, MORE)):
            caller.ok("PATCH", f"/apps/{name}/config-vars", {"WEB_CONCURRENCY": str(number)})
            deploy(caller, name, source)
        schedule = {"hour": "2", "timezone": "America/Los_Angeles", "schedule_name": "DATABASE_URL"}
        caller.ok("POST", f"/client/v11/databases/{addon}/transfer-schedules", schedule)
        caller.ok("POST", f"/client/v11/databases/{addon}/backups")
        _visits(caller, name)
    time.sleep(0.3)
    return caller


def _visits(caller: Caller, name: str) -> None:
    host = caller.ok("GET", f"/apps/{name}")["web_url"].removeprefix("https://").rstrip("/")
    caller.ok("PATCH", f"/local/apps/{name}", {"web_behaviour": "slow"})
    for path in ("/api/v1/workers", "/assets/gone.js", "/healthz"):
        caller.ask("GET", path, Host=host)
    caller.ok("PATCH", f"/local/apps/{name}", {"web_behaviour": ""})


@pytest.fixture(scope="module")
def said(heroku_cli: str, account: Caller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Said]:
    """What each command printed: those that look side by side, then those that change, one after the other."""
    home = tmp_path_factory.mktemp("home")
    folder = _checkout(tmp_path_factory.mktemp("checkout"))
    curl.write(home, account.running)
    shell_git.write(home, account.running)
    env = {
        **process.environment(account.running),
        **shielded(home),
        "PATH": wrapper.on_path(wrapper.install(home / "bin", Path(heroku_cli)), os.environ["PATH"]),
        "TZ": "UTC",
    }

    def typed(item: tuple[str, Today]) -> tuple[str, Said]:
        command, today = item
        lines = [line for line in (PRELUDE, today.before, command, today.after) if line]
        return command, Said(
            _typed("\n".join(_filled(line, account) for line in lines), today.given, folder, env)
        )

    looking = [(one, today) for one, today in TODAY.items() if today.typed and not today.changes]
    looking += [(today.instead, Today("")) for _, today in list(looking) if today.instead]
    changing = [(one, today) for one, today in TODAY.items() if today.typed and today.changes]
    changing += [(today.instead, Today("")) for _, today in list(changing) if today.instead]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        found = dict(pool.map(typed, dict(looking).items()))
    found |= dict(map(typed, dict(changing).items()))
    return found


def _filled(command: str, account: Caller) -> str:
    """With what an operator fills in."""
    if "<PREVIOUS_VERSION>" in command:
        current = account.ok("GET", f"/apps/{runbook_today.P}/releases")[-1]["version"]
        command = command.replace("<PREVIOUS_VERSION>", str(current - 1))
    return command.replace("<BACKUP_ID>", "b001")


def _typed(script: str, given: str, folder: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=env,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )
    return f"{done.stdout}\n{done.stderr}".replace("⬢ ", "")


def _checkout(folder: Path) -> Path:
    """A clone with a branch main, the source that runs, a frontend that is built into one file, and a remote of the app."""
    build = "mkdir -p dist/assets && date +%s%N > dist/assets/index-2.js"
    package = json.dumps({"name": "social-catering-ui", "scripts": {"build": build}})
    files = {**MORE, "social-catering-ui/package.json": package, ".gitignore": "dist/\nlatest.dump\n"}
    for name, text in {**files, "scripts/deploy-heroku.sh": DEPLOY.read_text()}.items():
        (folder / "origin" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "origin" / name).write_text(text)
    git = [
        "git",
        "-c",
        "user.name=Ops",
        "-c",
        "user.email=ops@local-heroku.invalid",
        "-c",
        "init.defaultBranch=main",
    ]
    for words in (
        ["init", "-q", "origin"],
        ["-C", "origin", "add", "."],
        ["-C", "origin", "commit", "-q", "-m", "First"],
        ["clone", "-q", "origin", "app"],
        ["-C", "app", "config", "user.name", "Ops"],
        ["-C", "app", "config", "user.email", "ops@local-heroku.invalid"],
        ["-C", "app", "remote", "add", "production", f"https://git.heroku.com/{runbook_today.P}.git"],
    ):
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)
    return folder / "app"


@pytest.mark.parametrize("command", [command for command, today in TODAY.items() if today.typed])
def test_a_command_of_the_runbook_does_what_the_page_says(said: dict[str, Said], command: str) -> None:
    found = " ".join(said[command].text.split())
    pattern = TODAY[command].shows
    assert re.search(pattern, said[command].text.strip(), re.DOTALL | re.MULTILINE) or re.search(
        pattern, found
    ), said[command].text
    assert "outside of this machine" not in found


@pytest.mark.parametrize("command", [command for command, today in TODAY.items() if today.instead])
def test_what_to_type_instead_works(said: dict[str, Said], command: str) -> None:
    today = TODAY[command]
    assert re.search(today.instead_shows, said[today.instead].text, re.DOTALL), said[today.instead].text


def test_a_deploy_is_pushed_to_staging_then_to_production_and_is_what_runs(
    said: dict[str, Said], account: Caller
) -> None:
    for app in (runbook_today.S, runbook_today.P):
        shown = said[f"APP_NAME={app} bash scripts/deploy-heroku.sh"].text
        version = re.search(r"Released v(\d+)", shown)
        assert version, shown
        release = account.ok("GET", f"/apps/{app}/releases/{version[1]}")
        commit = re.search(r"Updated \d+ paths from ([0-9a-f]{7})", shown)
        assert commit, shown
        assert (release["description"][:14], release["status"]) == (f"Deploy {commit[1]}", "succeeded")


def test_every_command_of_the_runbook_is_judged() -> None:
    assert {command for _, command in runbook_today.places()} == TODAY.keys()


def test_the_page_says_what_was_typed() -> None:
    """`UPDATE_RUNBOOK_TODAY=1` writes it."""
    page = REPO / runbook_today.PAGE
    if os.environ.get(UPDATE):
        page.write_text(runbook_today.page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == runbook_today.page()
