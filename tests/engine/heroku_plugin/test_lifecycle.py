"""The local `heroku` plugin through the real engine: up, previews, scaling, drift, import, destroy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.engine.heroku_plugin.project import EXTRAS, SECRET, STACK

if TYPE_CHECKING:
    from tests.engine.heroku_plugin.project import Project
    from tests.engine.plugin_project import Account

pytestmark = pytest.mark.engine


def test_up_makes_the_stack_and_the_next_preview_is_empty(project: Project, account: Account) -> None:
    project.up()
    formation = account.get(f"/apps/{project.app}/formation/web")
    assert (formation["quantity"], formation["size"]) == (1, "Basic")
    found = account.get(f"/apps/{project.app}/config-vars")
    assert found["RAILS_ENV"] == "production"
    assert found["VITE_API_URL"].endswith(".herokuapp.com/api/v1")
    assert found["SECRET_KEY_BASE"] == SECRET
    assert account.names(f"/apps/{project.app}/addons") == [f"{project.app}-db"]
    project.pulumi("preview", "--refresh", "--expect-no-changes")


def test_a_preview_asks_heroku_nothing(project: Project, account: Account) -> None:
    project.pulumi("preview")
    assert account.asked() == []


def test_no_secret_is_in_clear_in_any_file_or_output(project: Project, account: Account) -> None:
    project.program(STACK + EXTRAS)
    outputs = [project.pulumi("preview", "--diff"), project.up()]
    project.settings["SECRET"] = f"{SECRET}-rotated"
    outputs += [project.pulumi("preview", "--diff"), project.up("--diff"), project.pulumi("stack", "export")]
    password = account.get(f"/apps/{project.app}/config-vars")["DATABASE_URL"]
    canaries = [SECRET, account.running.token, password]
    written = [path for path in project.folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert written
    texts = [path.read_bytes() for path in written] + [output.encode() for output in outputs]
    assert [canary for canary in canaries if any(canary.encode() in text for text in texts)] == []


def test_every_type_goes_up_previews_empty_and_comes_down(project: Project, account: Account) -> None:
    project.program(STACK + EXTRAS)
    project.up()
    assert f"{project.app}.example.com" in account.names(f"/apps/{project.app}/domains", "hostname")
    project.pulumi("preview", "--refresh", "--expect-no-changes")
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert [name for name in account.names("/apps") if name.startswith(f"{project.app}")] == []
    assert f"{project.app}-db" not in account.names("/addons")


def test_scaling_is_one_update_in_place_and_back(project: Project, account: Account) -> None:
    project.up()
    project.settings.update(QUANTITY="2", SIZE="standard-1x")
    shown = project.pulumi("preview", "--diff")
    assert "~ 1 to update" in shown
    assert "replace" not in shown
    project.up()
    formation = account.get(f"/apps/{project.app}/formation/web")
    assert (formation["quantity"], formation["size"]) == (2, "Standard-1X")
    project.settings.update(QUANTITY="1", SIZE="Basic")
    project.up()
    assert account.get(f"/apps/{project.app}/formation/web")["quantity"] == 1


def test_a_plan_is_changed_in_place(project: Project, account: Account) -> None:
    project.up()
    before = account.get(f"/apps/{project.app}/addons/{project.app}-db")["id"]
    project.settings["PLAN"] = "heroku-postgresql:standard-2"
    project.up()
    addon = account.get(f"/apps/{project.app}/addons/{project.app}-db")
    assert (addon["id"], addon["plan"]["name"]) == (before, "heroku-postgresql:standard-2")


@pytest.mark.fault("T09")
def test_a_config_var_changed_by_hand_shows_as_drift_and_is_mended_and_others_are_left(
    project: Project, account: Account
) -> None:
    project.up()
    changes = {"RAILS_ENV": "staging", "BY_HAND": "kept"}
    account.client.request("PATCH", f"/apps/{project.app}/config-vars", changes)
    assert "config" in project.pulumi("preview", "--refresh", "--diff")
    project.up("--refresh")
    found = account.get(f"/apps/{project.app}/config-vars")
    assert (found["RAILS_ENV"], found["BY_HAND"]) == ("production", "kept")


@pytest.mark.fault("F34")
def test_a_rotated_database_url_is_no_difference(project: Project, account: Account) -> None:
    project.up()
    before = account.get(f"/apps/{project.app}/config-vars")["DATABASE_URL"]
    account.client.request("POST", f"/local/databases/{project.app}-db/rotate")
    assert account.get(f"/apps/{project.app}/config-vars")["DATABASE_URL"] != before
    project.pulumi("preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F21")
def test_a_missing_app_stops_the_run_and_leaves_the_state(project: Project, account: Account) -> None:
    project.up()
    account.client.request("DELETE", f"/apps/{project.app}")
    shown = project.refused("up", "--yes", "--skip-preview", "--refresh")
    assert "Is it gone, or does HEROKU_API_KEY belong to another account?" in shown
    assert {"app", "database", "config", "web"} <= project.state.keys()


def test_an_app_and_its_add_on_are_imported_without_a_change(project: Project, account: Account) -> None:
    app = account.client.request("POST", "/apps", {"name": project.app, "region": "us"})
    body = {"plan": "heroku-postgresql:standard-0", "name": f"{project.app}-db"}
    addon = account.client.request("POST", f"/apps/{project.app}/addons", body)
    wanted = {
        "resources": [
            {"type": "heroku:app/app:App", "name": "app", "id": project.app, "version": "1.0.4"},
            {"type": "heroku:addon/addon:Addon", "name": "database", "id": addon["id"], "version": "1.0.4"},
        ]
    }
    (project.folder / "import.json").write_text(json.dumps(wanted))
    project.pulumi("import", "--file", "import.json", "--yes", "--skip-preview", "--generate-code=false")
    state = project.state
    assert state["app"]["id"] == app["id"]
    assert state["database"]["inputs"]["plan"] == "heroku-postgresql:standard-0"


def test_wrong_inputs_are_one_sentence_each_before_any_request(project: Project, account: Account) -> None:
    project.settings.update(APP="Sc_Engine", SIZE="Huge", QUANTITY="-1")
    shown = project.refused("preview")
    assert "name must be 3 to 30 lower-case letters" in shown
    assert account.asked() == []


def test_a_wrong_secret_input_is_not_shown(project: Project) -> None:
    """The engine prints the value of a property that a failure names apart, so none does."""
    project.program(STACK + EXTRAS.replace("https://u:", "ftp://u:"))
    shown = project.refused("preview")
    assert "sensitiveUrl must be a URL that starts with https:// or syslog+tls://, found a secret." in shown
    assert SECRET not in shown


def test_the_real_heroku_is_refused_with_the_way_to_the_official_plugin(project: Project) -> None:
    project.settings["HEROKU_API_URL"] = "https://api.heroku.com"
    shown = project.refused("preview")
    assert "serves local Heroku only" in shown
    assert "pulumi plugin install resource heroku 1.0.4" in shown


def test_a_failed_build_shows_its_log_and_the_next_up_builds_again(
    project: Project, account: Account
) -> None:
    source = project.folder / "source"
    source.mkdir()
    (source / "Procfile").write_text("web: puma\n")
    (source / "app.json").write_text("[]")
    project.settings["SOURCE"] = str(source)
    for _ in range(2):
        shown = project.refused("up", "--yes", "--skip-preview")
        assert "app.json is not a JSON object." in shown
        assert "build" not in project.state
    assert [one["status"] for one in account.get(f"/apps/{project.app}/builds")] == ["failed", "failed"]
    (source / "app.json").unlink()
    project.up()
    assert account.get(f"/apps/{project.app}/formation/web")["quantity"] == 1


def test_a_data_source_says_which_plugin_serves_it(project: Project) -> None:
    project.program(STACK + '\nheroku.app.get_app(name="x", opts=pulumi.InvokeOptions(provider=provider))\n')
    shown = project.refused("preview")
    assert "heroku:app/getApp:getApp is a data source, and this local heroku plugin" in shown
    assert "Method not found" not in shown
