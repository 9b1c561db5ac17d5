"""Every command of Heroku's CLI on local Heroku: served, or refused by name. None leaves this machine, none fails dumbly."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local_heroku import process
from operations.rehearsal.heroku_shell import wrapper
from operations.rehearsal.heroku_shell.refused import ALIASES, REFUSED
from operations.rehearsal.shell import shielded
from tests.local_heroku import cli_commands
from tests.local_heroku.cli_commands import APP, ON_THIS_MACHINE, Outcome
from tests.local_heroku.conftest import REPO, Caller, deploy

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIVER = Path(__file__).with_name("every_command.mjs")
UPDATE = "UPDATE_EVERY_COMMAND"
LIMIT = 600.0  # seconds for all commands; they take about half a minute

pytestmark = pytest.mark.timeout(900)  # the first use of the CLI may install it


@pytest.fixture(scope="module")
def package(heroku_cli: str) -> Path:
    """The CLI's own folder, with its manifest."""
    return Path(heroku_cli).resolve().parent.parent


@pytest.fixture(scope="module")
def manifest(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((package / "oclif.manifest.json").read_text())["commands"]
    return found


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder = tmp_path_factory.mktemp("heroku")
    caller = Caller(process.start(folder))
    caller.ok("PATCH", "/local/settings", {"provisioning": 0.0, "boot": 0.0, "transfer": 0.1})
    pipeline = caller.ok("POST", "/pipelines", {"name": "sc-mvp"})["id"]
    for name, stage in ((APP, "production"), ("sc-mvp-staging", "staging")):
        caller.ok("POST", "/apps", {"name": name})
        for number, plan in enumerate(
            ("heroku-postgresql:standard-0", "heroku-postgresql:standard-0", "heroku-redis:mini")
        ):
            made = f"{name}-{('db', 'more', 'cache')[number]}"
            caller.ok("POST", f"/apps/{name}/addons", {"plan": plan, "name": made})
        deploy(caller, name, {"Procfile": "web: ruby web.rb\n"})
        caller.ok("POST", "/pipeline-couplings", {"app": name, "pipeline": pipeline, "stage": stage})
    yield caller
    process.stop(folder)


@pytest.fixture(scope="module")
def aliases(manifest: dict[str, Any]) -> dict[str, str]:
    return {
        other: command
        for command, described in manifest.items()
        for other in (*described.get("aliases", ()), *described.get("hiddenAliases", ()))
    }


@pytest.fixture(scope="module")
def seen(
    package: Path,
    manifest: dict[str, Any],
    aliases: dict[str, str],
    account: Caller,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Outcome]:
    """Each command that is neither typed elsewhere nor refused, under the shell's guard."""
    home = tmp_path_factory.mktemp("home")
    elsewhere = cli_commands.typed(aliases) | REFUSED.keys() | ON_THIS_MACHINE.keys()
    wanted = sorted(manifest.keys() - elsewhere, key=_place)
    env = {**process.environment(account.running), **shielded(home), "PATH": os.environ["PATH"]}
    env["NODE_OPTIONS"] = f"--require={wrapper.GUARD}"
    notes = home / "notes"
    asked = [{"id": one, "argv": cli_commands.arguments(manifest, one)} for one in wanted]
    subprocess.run(
        ["node", str(DRIVER), str(package), str(notes)],
        input=json.dumps(asked),
        env=env,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )
    found = [json.loads(line) for line in notes.read_text().splitlines()]
    return {one["id"]: cli_commands.outcome(one["code"], one["text"]) for one in found}


def _place(command: str) -> tuple[int, str]:
    last = cli_commands.LAST
    return (last.index(command) + 1 if command in last else 0, command)


def test_every_command_of_the_manifest_is_served_or_says_why_not(
    seen: dict[str, Outcome], manifest: dict[str, Any], aliases: dict[str, str]
) -> None:
    """`UPDATE_EVERY_COMMAND=1` writes what was seen, and the page; review the difference."""
    typed = sorted(cli_commands.typed(aliases) & manifest.keys())
    if os.environ.get(UPDATE):
        kept = {"typed": typed, "seen": {command: asdict(one) for command, one in sorted(seen.items())}}
        cli_commands.OUTCOMES.write_text(
            json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    assert typed == cli_commands.typed_elsewhere()
    assert seen == cli_commands.seen()
    everything = {*typed, *seen, *REFUSED, *ON_THIS_MACHINE}
    plugins = {command for command in REFUSED if command.startswith("plugins:") or command == "update"}
    assert everything - plugins == manifest.keys()


def test_no_command_ends_without_a_word_or_leaves(seen: dict[str, Outcome]) -> None:
    silent = [command for command, one in seen.items() if one.status and not one.says]
    leaving = [command for command, one in seen.items() if "outside of this machine" in one.says]
    unclear = [
        command
        for command, one in seen.items()
        if any(word in one.says for word in ("ECONNREFUSED", "ENOTFOUND", "Cannot read prop", "is not a function", "translate host"))
    ]  # fmt: skip
    assert (silent, leaving, unclear) == ([], [], [])


def test_every_other_name_of_a_refused_command_is_refused(manifest: dict[str, Any]) -> None:
    for command in REFUSED.keys() & manifest.keys():
        others = (*manifest[command].get("aliases", ()), *manifest[command].get("hiddenAliases", ()))
        assert sorted(others) == sorted(ALIASES.get(command, ())), command


def test_the_page_is_what_was_seen() -> None:
    page = REPO / cli_commands.PAGE
    if os.environ.get(UPDATE):
        page.write_text(cli_commands.page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == cli_commands.page()
