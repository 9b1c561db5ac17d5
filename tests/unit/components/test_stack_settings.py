"""What the program takes of the settings that Pulumi hands it: a rehearsal's own only from a local Heroku's account."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi
import pytest
import yaml

from components.stack_settings import read_settings
from runbook.settings import RehearsalSettings

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Staging's committed file and the key of a rehearsal, as Pulumi hands them over."""
    config = yaml.safe_load((ROOT / "Pulumi.staging.yaml").read_text(encoding="utf-8"))["config"]
    config["social-catering:rehearsal"] = {"placeholder_release": True}
    texts = {key: json.dumps(value) for key, value in config.items()}
    monkeypatch.setattr(pulumi, "get_stack", lambda: "staging")
    monkeypatch.setattr(pulumi.runtime, "get_config_env", lambda: texts)
    monkeypatch.setattr(pulumi.runtime, "get_config_secret_keys_env", list)


def at(monkeypatch: pytest.MonkeyPatch, platform: str | None, data: str | None) -> None:
    for name, value in (("HEROKU_API_URL", platform), ("HEROKU_DATA_URL", data)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("handed")
def test_a_local_heroku_takes_a_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "http://127.0.0.1:5000", "http://127.0.0.1:5000")
    assert read_settings()[1].rehearsal == RehearsalSettings(placeholder_release=True)


@pytest.mark.usefixtures("handed")
@pytest.mark.parametrize(
    ("platform", "data"),
    [
        (None, None),
        ("", ""),
        ("https://api.heroku.com", None),
        ("https://127.0.0.1.example.com", "https://127.0.0.1.example.com"),
        ("http://127.0.0.1:80@example.com", "http://127.0.0.1:80@example.com"),
        ("http://127.0.0.1:5000", None),
    ],
)
def test_any_other_address_refuses_it(
    monkeypatch: pytest.MonkeyPatch, platform: str | None, data: str | None
) -> None:
    at(monkeypatch, platform, data)
    with pytest.raises(
        pulumi.RunError, match=r"^Pulumi.staging.yaml: rehearsal: HEROKU_API_URL is not on this machine"
    ):
        read_settings()
