"""The page at `/`, in a real browser: the account at a glance, and nothing asked of anybody else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from local_heroku.process import Running
from tests.local_heroku.conftest import Caller, deploy

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=3000",
    "--enable-logging=stderr",
]


@pytest.fixture
def browser() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("NOT CHECKED in a real browser: there is no Chromium on PATH")
    return found


def opened(browser: str, url: str, home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [browser, *QUIET, f"--user-data-dir={home}", "--dump-dom", *options, url]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)


def test_the_page_shows_the_account(browser: str, running: Running, heroku: Caller, tmp_path: Path) -> None:
    heroku.ok("POST", "/apps", {"name": "sc-mvp-staging"})
    heroku.ok(
        "POST",
        "/apps/sc-mvp-staging/addons",
        {"plan": "heroku-postgresql:standard-0", "name": "sc-mvp-staging-db"},
    )
    deploy(heroku, "sc-mvp-staging", {"Procfile": "web: ruby placeholder.rb\n"})
    shown = opened(browser, f"{running.url}/?token={running.token}", tmp_path / "profile")
    assert "sc-mvp-staging" in shown.stdout
    assert "standard-0" in shown.stdout
    assert "Basic" in shown.stdout
    assert running.token not in shown.stdout
    complaints = [line for line in shown.stderr.splitlines() if "CONSOLE" in line]
    assert complaints == [], "the browser found fault with the page"


def test_a_name_that_is_markup_is_shown_as_text(
    browser: str, running: Running, heroku: Caller, tmp_path: Path
) -> None:
    heroku.ok("POST", "/apps", {"name": "sc-mvp-staging"})
    heroku.ok("PATCH", "/apps/sc-mvp-staging/config-vars", {"X": "<script>document.title='owned'</script>"})
    heroku.ask("GET", "/apps/%3Cscript%3Edocument.title='owned'%3C%2Fscript%3E")
    shown = opened(browser, f"{running.url}/?token={running.token}", tmp_path / "profile")
    assert "<title>owned</title>" not in shown.stdout


def test_without_the_token_nothing_is_shown(
    browser: str, running: Running, heroku: Caller, tmp_path: Path
) -> None:
    heroku.ok("POST", "/apps", {"name": "sc-mvp-staging"})
    shown = opened(browser, running.url, tmp_path / "profile")
    assert "sc-mvp-staging" not in shown.stdout
