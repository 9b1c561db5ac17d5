"""Null secrets are a wrong passphrase only where the engine says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from operations.errors import OperationError
from operations.pulumi_run.state_secrets import WRONG, why_failed, why_undecrypted

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
SALT = "v1:c2FsdA==:v1:bm9uY2U=:Y2hlY2s="
PASSPHRASE = {"type": "passphrase", "state": {"salt": SALT}}


def _exported(*secrets: dict[str, str], provider: dict[str, Any] | None = PASSPHRASE) -> dict[str, Any]:
    resources = [{"outputs": {"map": {**SECRET, **secret}}} for secret in secrets]
    return {"version": 3, "deployment": {"secrets_providers": provider, "resources": resources}}


class Engine:
    """Answers the one command that is expected of it."""

    def __init__(self, error: str = "") -> None:
        self.asked: list[dict[str, Any]] = []
        self._error = error

    def __call__(self, arguments: Sequence[str]) -> str:
        *command, file = arguments
        assert command == ["config", "--json", "--show-secrets", "--config-file"]
        self.asked.append(json.loads(Path(file).read_text()))
        if self._error:
            raise OperationError(self._error)
        return "{}"


NULL, TEXT = {"plaintext": "null"}, {"plaintext": '"x"'}


@pytest.mark.parametrize(
    "exported",
    [
        _exported(),
        _exported(TEXT),
        _exported(NULL, TEXT),
        _exported(NULL, provider={"type": "cloud", "state": {"url": "awskms://k"}}),
        _exported(NULL, provider=None),
    ],
    ids=["no secret", "a value", "one null among values", "another provider", "no provider"],
)
def test_nothing_is_asked_where_null_says_nothing_of_the_passphrase(exported: dict[str, Any]) -> None:
    engine = Engine()
    assert why_undecrypted(exported, engine) == ""
    assert engine.asked == []


def test_where_every_secret_is_null_the_salts_own_check_is_decrypted() -> None:
    engine = Engine()
    assert why_undecrypted(_exported(NULL, NULL), engine) == ""
    assert engine.asked == [
        {"encryptionsalt": SALT, "config": {"social-catering:check": {"secure": "v1:bm9uY2U=:Y2hlY2s="}}}
    ]


def test_a_refused_passphrase_is_said_and_any_other_failure_as_it_is() -> None:
    refused = Engine("pulumi config failed: error: incorrect passphrase")
    assert why_undecrypted(_exported(NULL), refused) == WRONG
    broken = Engine("pulumi config failed: disk full")
    assert why_undecrypted(_exported(NULL), broken) == "pulumi config failed: disk full"


def test_an_export_without_show_secrets_is_told_apart() -> None:
    exported = _exported({"ciphertext": "v1:x:y"})
    assert (
        why_undecrypted(exported, Engine()) == "its secrets were not decrypted; export it with --show-secrets"
    )


def test_the_current_engines_own_refusal_reads_the_same() -> None:
    error = "pulumi stack export failed: error: failed to decrypt: incorrect passphrase, please set PULUMI_…"
    assert why_failed(OperationError(error)) == WRONG
    assert why_failed(OperationError("no stack named 'staging' found")) == "no stack named 'staging' found"
