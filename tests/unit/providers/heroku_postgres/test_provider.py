"""The plugin's own settings, its schema and its start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from heroku_api.errors import CredentialsError, EndpointError, HerokuError
from providers.heroku_postgres import VERSION
from providers.heroku_postgres.provider import LIFECYCLES, HerokuPostgres
from providers.protocol.errors import ProviderError
from providers.protocol.lifecycle import CheckRequest, ReadRequest
from providers.protocol.values import UNKNOWN
from providers.resources.configuration import Configuration
from tests.unit.heroku_api.scripted_server import ScriptedServer
from tests.unit.providers.heroku_postgres.fake_heroku import (
    SCHEDULE,
    SCHEDULE_URN,
    FakeHeroku,
    Plugin,
)

LOCAL = {"HEROKU_API_URL": "http://127.0.0.1:1", "HEROKU_DATA_URL": "http://127.0.0.1:1"}
URN = "urn:pulumi:staging::x::pulumi:providers:heroku-postgres::p"
ROOT = Path(__file__).parents[4]


def failures(env: dict[str, str], **news: Any) -> list[str]:
    checked = HerokuPostgres(env).check_config(CheckRequest(URN, news))
    return [f"{failure.property} {failure.reason}" for failure in checked.failures]


def test_settings_of_the_environment_pass() -> None:
    assert failures(LOCAL) == []
    assert failures({}, url="http://127.0.0.1:1", dataUrl="http://localhost:1", version="0.1.0") == []
    assert failures({}, url=UNKNOWN) == []


@pytest.mark.parametrize(
    ("news", "message"),
    [
        ({"url": "http://example.com"}, "HEROKU_API_URL must be https://HOST"),
        ({"url": "http://127.0.0.1:1"}, "one is on this machine and the other is not"),
        ({"apiKey": "canary"}, "apiKey is no setting of heroku-postgres; it takes url, dataUrl"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(news: dict[str, str], message: str) -> None:
    [reason] = failures({}, **news)
    assert message in reason
    assert "canary" not in reason


def test_the_programs_settings_win_over_the_environment() -> None:
    provider = HerokuPostgres({**LOCAL, "HEROKU_API_KEY": "k"})
    provider.configure({"url": "http://127.0.0.1:2", "dataUrl": "http://127.0.0.1:3"})
    settings = Configuration(url="http://127.0.0.1:2", data_url="http://127.0.0.1:3", api_key="k")
    assert provider._connection.configuration == settings


@pytest.mark.parametrize(
    ("env", "error", "message"),
    [
        (LOCAL, CredentialsError, "HEROKU_API_KEY is not set"),
        (
            {"HEROKU_API_URL": LOCAL["HEROKU_API_URL"], "HEROKU_API_KEY": "k"},
            EndpointError,
            "the other is not",
        ),
    ],
    ids=["no key", "the Data API elsewhere"],
)
def test_a_step_with_settings_that_cannot_be_used_says_which(
    env: dict[str, str], error: type[HerokuError], message: str
) -> None:
    provider = HerokuPostgres(env)
    provider.configure({})
    with pytest.raises(error, match=message):
        provider.read(ReadRequest(SCHEDULE_URN, "x:DATABASE_URL"))


@pytest.mark.fault("B77")
def test_a_real_looking_key_for_local_heroku_is_warned_about_and_not_shown(heroku: FakeHeroku) -> None:
    key = "HRKU-01234567-89ab-4cde-8f01-23456789abcd"
    with ScriptedServer(heroku.answer) as server:
        plugin = Plugin(server, HEROKU_API_KEY=key)
        plugin.imports("sc-mvp-staging:DATABASE_URL")
    [warning] = plugin.screen.warned
    assert "HEROKU_API_KEY looks like a real Heroku key" in warning
    assert key not in warning


def test_an_unknown_resource_type_is_refused_with_the_known_ones() -> None:
    urn = "urn:pulumi:staging::x::heroku-postgres:index:Nope::n"
    with pytest.raises(
        ProviderError, match="no resource type heroku-postgres:index:Nope; it has heroku-postgres:index:B"
    ):
        HerokuPostgres(LOCAL).check(CheckRequest(urn, {}))


def test_the_schema_has_the_types_that_are_served_with_their_inputs_and_outputs() -> None:
    schema = json.loads(HerokuPostgres({}).schema())
    assert (schema["name"], schema["version"]) == ("heroku-postgres", VERSION)
    assert set(schema["resources"]) == set(LIFECYCLES)
    resource = schema["resources"]["heroku-postgres:index:Attachment"]
    name = {
        "type": "string",
        "description": "The database's name in the app, without _URL.",
        "default": "DATABASE",
        "willReplaceOnChanges": True,
    }
    assert list(resource["inputProperties"]) == ["appId", "databaseId", "name"]
    assert resource["inputProperties"]["name"] == name
    assert resource["requiredInputs"] == ["appId", "databaseId"]
    assert resource["required"] == list(resource["properties"])
    assert [*resource["properties"]] == ["appId", "databaseId", "name", "attachmentId", "configVar"]
    schedule = schema["resources"]["heroku-postgres:index:BackupSchedule"]
    assert schedule["inputProperties"]["hour"]["type"] == "integer"
    assert schedule["requiredInputs"] == ["appId", "databaseId", "hour", "timezone"]


def test_a_preview_imports_neither_the_sdk_nor_an_http_client() -> None:
    code = f"""
import sys
from providers.heroku_postgres.provider import HerokuPostgres
from providers.protocol import serving, servicer
from providers.protocol.lifecycle import CheckRequest, CreateRequest, DiffRequest
provider = HerokuPostgres({{}})
provider.check(CheckRequest({SCHEDULE_URN!r}, {SCHEDULE!r}))
provider.create(CreateRequest({SCHEDULE_URN!r}, {SCHEDULE!r}, preview=True))
provider.diff(DiffRequest({SCHEDULE_URN!r}, "id", {SCHEDULE!r}, {SCHEDULE!r}))
print([name for name in ("pulumi", "pydantic", "urllib3", "tenacity") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_plugin_is_executable_and_has_no_plugin_file() -> None:
    """The pinned engine's language host cannot start a provider that has a PulumiPlugin.yaml."""
    folder = ROOT / "providers" / "heroku_postgres"
    assert os.access(folder / "pulumi-resource-heroku-postgres", os.X_OK)
    assert not (folder / "PulumiPlugin.yaml").exists()


def test_without_its_packages_the_plugin_says_how_to_get_them() -> None:
    """`-S` hides what the virtual environment has installed."""
    command = [sys.executable, "-S", "-m", "providers.heroku_postgres", "127.0.0.1:1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("heroku-postgres cannot start with ")
    assert line.endswith(f"Type `pulumi install` in {ROOT}, then the same command again.")


def test_the_script_starts_from_any_folder_and_serves(tmp_path: Path) -> None:
    script = ROOT / "providers" / "heroku_postgres" / "pulumi-resource-heroku-postgres"
    with subprocess.Popen([script, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as plugin:
        assert plugin.stdout is not None
        port = int(plugin.stdout.readline())
        plugin.terminate()
        rest, _ = plugin.communicate(timeout=10)
    assert (1024 < port < 65536, rest, plugin.returncode) == (True, "", 0)
