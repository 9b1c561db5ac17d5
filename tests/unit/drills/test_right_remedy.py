"""Two drills take the right remedy only: the wrong one makes the rules green, and the drill says that it is not solved."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drills import checkout, incidents
from drills.database_drills import MIGRATION_MISSING
from drills.drill import Drill
from drills.dyno_drills import APP_WONT_START, RELEASE_FAILED, WHITE_PAGE
from drills.scene import SOURCE, Scene
from heroku_api import platform
from heroku_api.client import Client
from local_heroku import process
from runbook import stack_file
from runbook.settings import STACKS
from runbook.settings_reader import settings_from_file

ROOT = Path(__file__).resolve().parents[3]
APP = "sc-mvp-production"
BUILD = json.loads(checkout.FRONTEND["social-catering-ui/package.json"])["scripts"]["build"]
"""What npm runs."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[process.Running]:
    folder = tmp_path_factory.mktemp("heroku")
    yield process.start(folder)
    process.stop(folder)


@pytest.fixture(scope="module")
def client(running: process.Running) -> Client:
    return Client.from_environment(process.environment(running))


@pytest.fixture
def scene(client: Client, tmp_path: Path) -> Iterator[Scene]:
    """Production's app, with what its dynos need to start."""
    settings = {
        stack: settings_from_file(stack_file.read(ROOT / f"Pulumi.{stack}.yaml"), stack) for stack in STACKS
    }
    client.request("POST", "/apps", {"name": APP})
    client.request("POST", f"/apps/{APP}/addons", {"plan": "heroku-postgresql:standard-0"})
    deadline = time.monotonic() + 20
    while any(addon["state"] != "provisioned" for addon in client.request("GET", f"/apps/{APP}/addons")):
        assert time.monotonic() < deadline
        client.cancelled.wait(0.05)
    values = {name: f"canary-{name}" for name in ("SECRET_KEY_BASE", "RAILS_MASTER_KEY")}
    platform.set_config_vars(client, APP, values)
    yield Scene(client, "production", settings, tmp_path / "source")
    client.request("DELETE", f"/apps/{APP}")


def roll_back(scene: Scene, *, place: int) -> None:
    """To the release that stands there among those that can be rolled back to, newest first."""
    succeeded = [found for found in platform.releases(scene.client, APP) if found.status == "succeeded"]
    scene.client.request("POST", f"/apps/{APP}/releases", {"release": str(succeeded[place].id)})


def test_a_new_value_of_a_lost_secret_does_not_solve_the_drill(scene: Scene) -> None:
    incidents.lost_secret(scene)
    assert APP_WONT_START.still_wrong is not None
    platform.set_config_vars(scene.client, APP, {scene.secret: "canary-another"})
    said = APP_WONT_START.still_wrong(scene)
    assert said is not None
    assert said.startswith(f"{scene.secret} has another value than in v")
    assert "canary" not in said


def test_the_release_before_brings_the_lost_secret_back(scene: Scene) -> None:
    incidents.lost_secret(scene)
    roll_back(scene, place=1)
    assert platform.config_vars(scene.client, APP)[scene.secret] == f"canary-{scene.secret}"
    assert incidents.secret_is_another(scene) is None


def test_a_rollback_after_a_failed_release_does_not_solve_the_drill(scene: Scene) -> None:
    incidents.failed_release(scene)
    roll_back(scene, place=0)
    assert platform.releases(scene.client, APP)[0].status == "succeeded"
    assert RELEASE_FAILED.still_wrong is not None
    assert "should have brought is not what runs" in str(RELEASE_FAILED.still_wrong(scene))


def test_a_failed_release_is_repeated(scene: Scene) -> None:
    """As `heroku releases:retry` does: the newest release's slug once more."""
    incidents.failed_release(scene)
    newest = platform.releases(scene.client, APP)[0]
    assert newest.status == "failed"
    assert newest.slug is not None
    scene.client.request("POST", f"/apps/{APP}/releases", {"slug": str(newest.slug.id)})
    assert incidents.change_not_live(scene) is None


@pytest.mark.parametrize("drill", [APP_WONT_START, RELEASE_FAILED], ids=lambda found: found.name)
def test_no_remedy_makes_a_secret_up_or_rolls_a_failed_release_back(drill: Drill) -> None:
    steps = " && ".join(str(step) for step in drill.remedy)
    assert "openssl" not in steps
    assert ("rollback" in steps) is (drill is APP_WONT_START)


def run(scene: Scene, command: str) -> None:
    """As `heroku run:detached`; waits for its end."""
    scene.client.request("POST", f"/apps/{APP}/dynos", {"command": command})
    deadline = time.monotonic() + 20
    while any(dyno["type"] == "run" for dyno in scene.client.request("GET", f"/apps/{APP}/dynos")):
        assert time.monotonic() < deadline
        scene.client.cancelled.wait(0.05)


def test_a_failed_migration_is_solved_by_running_it_again_and_by_no_restart(scene: Scene) -> None:
    assert MIGRATION_MISSING.still_wrong is not None
    incidents.failed_migration(scene)
    scene.client.request("DELETE", f"/apps/{APP}/dynos")
    assert MIGRATION_MISSING.still_wrong(scene) == "the database has not run 20251120101500"
    run(scene, "rails db:migrate")
    assert MIGRATION_MISSING.still_wrong(scene) is None


def test_missing_assets_are_solved_by_a_push_of_what_was_built(
    scene: Scene, running: process.Running
) -> None:
    """Here from the checkout that the drill makes, with the credentials that the shell gives to git."""
    assert WHITE_PAGE.still_wrong is not None
    incidents.assets_not_committed(scene)
    assert WHITE_PAGE.still_wrong(scene) == (
        "the page asks for /assets/index-2.css, /assets/index-2.js, which is not deployed"
    )
    typed = [step.format_map(scene.words("")) for step in WHITE_PAGE.remedy if isinstance(step, str)]
    env = {**os.environ, "HEROKU_API_KEY": running.token, "GIT_CONFIG_GLOBAL": os.devnull}
    for command in typed:
        here = command.replace(SOURCE, str(scene.source)).replace("npm run build", BUILD)
        helper = "!f() { echo username=heroku; echo password=$HEROKU_API_KEY; }; f"
        here = here.replace("git push", f"git -c credential.helper='{helper}' push")
        subprocess.run(["/bin/sh", "-c", here], env=env, check=True, capture_output=True, timeout=120)
    assert WHITE_PAGE.still_wrong(scene) is None
