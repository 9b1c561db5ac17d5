"""A provider with other inputs than the program's own, one that nobody set up, and a type that nobody declares are named and red."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from operations.judging import providers
from operations.pulumi_run.runner import Done
from providers.heroku import install
from tests.unit.operations.judging.streams import declare, events, gate, steps, text
from tests.unit.runbook.readers.rendering import Declared

HEALTHY = Declared()
CANARY = "canary-for-another-host"
OURS: dict[str, Any] = {
    "customizations": json.dumps([{"setAddonConfigVarsInState": False, "setAppAllConfigVarsInState": False}]),
    "delays": json.dumps({"postAppCreateDelay": 5, "postDomainCreateDelay": 0, "postSpaceCreateDelay": 0}),
    "version": "1.0.4",
    "__internal": {"pluginDownloadURL": "github://api.github.com/pulumiverse"},
}
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}


def registered(type_: str, inputs: Mapping[str, Any], *, maker: str = "") -> dict[str, Any]:
    urn = f"urn:pulumi:production::social-catering::{type_}::added"
    state = {
        "urn": urn,
        "type": type_,
        "inputs": dict(inputs),
        "outputs": {},
        "protect": True,
        "provider": maker,
    }
    return {"op": "same", "urn": urn, "type": type_, "old": state, "new": state}


def told(folder: Path, *added: dict[str, Any]) -> list[str]:
    declare(folder, HEALTHY)
    answer = gate(folder, {"production": Done(text(events([*steps(HEALTHY, HEALTHY), *added])), "", 0)})
    assert answer.exit_code == (3 if answer.stacks[0].troubles else 0)
    return [trouble.what for trouble in answer.stacks[0].troubles]


def test_the_programs_own_providers_are_approved(tmp_path: Path) -> None:
    assert told(tmp_path, registered(providers.HEROKU, OURS), registered(providers.POSTGRES, {})) == []


def test_the_plugin_is_the_one_that_is_installed() -> None:
    assert (providers.VERSION, providers.SERVER) == (install.VERSION, install.SERVER)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("url", f"https://{CANARY}.example"),
        ("headers", json.dumps({"x": CANARY})),
        ("apiKey", SECRET),
        ("apiKey", CANARY),
        ("email", CANARY),
        ("timeouts", "{}"),
        ("pluginDownloadURL", CANARY),
        ("__internal", {"pluginDownloadURL": f"https://{CANARY}.example"}),
        ("__internal", {"pluginDownloadURL": install.SERVER, "parameterization": CANARY}),
        ("version", "1.0.5"),
        ("delays", json.dumps({"postAppCreateDelay": 86400})),
        ("delays", json.dumps({"other": 1})),
        ("delays", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
    ],
)
def test_another_input_of_the_heroku_provider_is_named_and_not_shown(
    key: str, value: Any, tmp_path: Path
) -> None:
    (said,) = told(tmp_path, registered(providers.HEROKU, {**OURS, key: value}))
    assert said.startswith(f"the provider added is given {key} (not shown) otherwise than")
    assert CANARY not in said


def test_any_input_of_our_own_provider_is_named(tmp_path: Path) -> None:
    (said,) = told(tmp_path, registered(providers.POSTGRES, {"apiUrl": CANARY, "token": CANARY}))
    assert said.startswith("the provider added is given apiUrl, token (not shown) otherwise than")


@pytest.mark.parametrize("name", ["aws", "pulumi", "heroku-other", "pulumi-python"])
def test_another_provider_is_named(name: str, tmp_path: Path) -> None:
    (said,) = told(tmp_path, registered(f"pulumi:providers:{name}", {"url": CANARY}))
    assert said == (
        f"added (pulumi:providers:{name}) is a provider that this project doesn't have; expected only "
        "pulumi:providers:heroku and pulumi:providers:heroku-postgres. Take it out"
    )


@pytest.mark.parametrize(
    "type_",
    [
        "pulumi-python:dynamic:Resource",
        "pulumi-python:dynamic/module:Name",
        "pulumi-nodejs:dynamic:Resource",
    ],
)
def test_a_dynamic_provider_is_not_accepted(type_: str, tmp_path: Path) -> None:
    (said,) = told(tmp_path, registered(type_, {"__provider": CANARY}))
    assert said.startswith(f"added ({type_}) is a resource of a dynamic provider: ")
    assert CANARY not in said


@pytest.mark.parametrize(
    "type_",
    ["aws:s3/bucket:Bucket", "random:index:RandomId", "pulumi:pulumi:StackReference", "my:own:Component"],
)
def test_a_type_that_nobody_declares_is_named(type_: str, tmp_path: Path) -> None:
    (said,) = told(tmp_path, registered(type_, {}))
    assert said.startswith(f"added is of the type {type_}, which this project doesn't declare; ")


def test_what_a_provider_of_the_engines_own_would_make_is_named(tmp_path: Path) -> None:
    """The engine reports no step for that provider: its address may come from the stack's settings or the shell."""
    maker = "urn:pulumi:production::social-catering::pulumi:providers:heroku::default_1_0_4::some-id"
    (said,) = told(tmp_path, registered("heroku:drain/drain:Drain", {}, maker=maker))
    assert said.startswith(
        "added would be made by the provider default_1_0_4, which the program doesn't set up; "
    )
