"""A secret that a program exports or declares in clear is red, by its form or by being a managed one; it is never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from operations.pulumi_run.runner import Done
from runbook.environment import ConfigVar, ConfigVars, Environment
from tests.unit.operations.judging.streams import declare, events, gate, step_on, steps, text
from tests.unit.runbook.readers.rendering import Declared
from tests.unit.runbook.rules.healthy import DIGESTS

HEALTHY = Declared()
KEY = "0f" * 64
PLAIN = "correct-horse-battery"
"""A managed secret of no known form."""
MARKED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}


def told(folder: Path, type_: str, part: str, added: dict[str, Any], *, decrypted: bool = False) -> list[str]:
    declare(folder, HEALTHY)
    taken = steps(HEALTHY, HEALTHY)
    step = step_on(taken, type_)
    step["new"] = {**step["new"], part: {**step["new"][part], **added}}
    secret = ConfigVar(name="SECRET_KEY_BASE", kind="managed", digest=DIGESTS.of(PLAIN))
    own = Environment(stack="production", app=None, config_vars=ConfigVars(known=(secret,)))
    other = Environment(stack="staging", app=None, config_vars=ConfigVars())
    answer = gate(
        folder,
        {"production": Done(text(events(taken)), "", 0)},
        secrets={"production": own, "staging": other} if decrypted else None,
    )
    found = [trouble.what for trouble in answer.stacks[0].troubles if "in clear" in trouble.what]
    assert KEY not in str(answer)
    assert PLAIN not in "".join(found)
    return [what.partition(" (not shown)")[0] for what in found]


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (KEY, "a key in hexadecimal"),
        (f"postgres://u:{KEY}@db.example/app", "a URL with a password"),
        ({"deep": [KEY]}, "a key in hexadecimal"),
    ],
)
def test_an_output_that_carries_a_secret_is_red(value: Any, form: str, tmp_path: Path) -> None:
    (said,) = told(tmp_path, "pulumi:pulumi:Stack", "outputs", {"leak": value})
    assert said.startswith("the output leak")
    assert said.endswith(f" has {form} in clear")


@pytest.mark.parametrize("value", [PLAIN, f"user=app;key={PLAIN}", f"https://x.example/{PLAIN}?a=b"])
def test_a_managed_secret_is_known_by_its_value_whatever_its_form(value: str, tmp_path: Path) -> None:
    found = told(tmp_path, "pulumi:pulumi:Stack", "outputs", {"leak": value}, decrypted=True)
    assert found == ["the output leak has a managed secret in clear"]


def test_an_input_of_a_resource_and_an_output_of_a_component_are_looked_at_too(tmp_path: Path) -> None:
    assert told(tmp_path, "heroku:app/app:App", "inputs", {"note": KEY}) == [
        "app: note has a key in hexadecimal in clear"
    ]
    assert told(tmp_path, "runbook:heroku:Environment", "outputs", {"note": KEY}) == [
        "production: note has a key in hexadecimal in clear"
    ]


@pytest.mark.parametrize(
    "value",
    [
        MARKED,
        "https://sc-mvp-production-6b7a268cc8ad.herokuapp.com",
        57,
        "02:00 America/Los_Angeles",
        "[secret]",
    ],
)
def test_what_is_kept_secret_or_is_none_is_green(value: Any, tmp_path: Path) -> None:
    assert told(tmp_path, "pulumi:pulumi:Stack", "outputs", {"fine": value}) == []


def test_what_heroku_answers_is_its_own(tmp_path: Path) -> None:
    assert told(tmp_path, "heroku:app/app:App", "outputs", {"slugUrl": f"https://u:{KEY}@x.example"}) == []
