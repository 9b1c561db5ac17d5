"""How the engine is started for an adoption: what a scratch stack takes over, and what an adoption refuses before it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from operations.accounts.heroku_account import HerokuAccount
from operations.adopting.adoption import Adoption
from operations.adopting.live_app import LiveApp
from operations.adopting.scratch import Scratch, scratch
from operations.adopting.time_budget import TimeBudget
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.environment import BackupSchedule, Environment
from runbook.live import Live
from tests.unit.runbook.adoption.described import live, settings, values_of

CALLER = {
    "HEROKU_API_KEY": "canary-key",
    "PATH": "/bin",
    "PULUMI_HOME": "/pulumi-home",
    "PULUMI_BACKEND_URL": "s3://the-real-states",
    "PULUMI_CONFIG_PASSPHRASE": "canary-passphrase",
    "PULUMI_CONFIG_PASSPHRASE_FILE": "/canary-file",
    "PULUMI_OPTION_REFRESH": "true",
    "PULUMI_OPTION_CONFIG_FILE": "/real/Pulumi.staging.yaml",
}
APP = LiveApp("app-id", "sc-mvp-staging", "db-id", "sc-mvp-staging-db", {})


def real(folder: Path) -> HerokuAccount:
    return HerokuAccount(CALLER, Workspace(folder))


def test_a_scratch_stack_has_the_engines_plugins_and_key_and_a_state_of_its_own(tmp_path: Path) -> None:
    found = Scratch(real(tmp_path), "staging", tmp_path / "scratch", lambda: 1.0)
    environment = found.environment("staging")
    assert {key: environment[key] for key in ("HEROKU_API_KEY", "PULUMI_HOME", "PULUMI_STACK")} == {
        "HEROKU_API_KEY": "canary-key",
        "PULUMI_HOME": "/pulumi-home",
        "PULUMI_STACK": "staging",
    }
    assert environment["PULUMI_BACKEND_URL"] == f"{(tmp_path / 'scratch').as_uri()}?metadata=skip"
    assert environment["PULUMI_OPTION_CONFIG_FILE"] == str(tmp_path / "scratch" / "Pulumi.staging.yaml")
    assert environment["PULUMI_CONFIG_PASSPHRASE"] == found.passphrase != "canary-passphrase"
    assert not {"PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_OPTION_REFRESH", "PULUMI_OPTION_POLICY_PACK"} & {
        *environment
    }
    assert found.passphrase not in repr(found)
    assert "canary" not in repr(found)


def test_one_adoption_of_a_stack_at_a_time_and_no_trace_of_it_afterwards(tmp_path: Path) -> None:
    engine = real(tmp_path)
    with scratch(engine, "staging", lambda: 1.0) as first:
        assert first.folder.stat().st_mode & 0o777 == 0o700
        with (
            pytest.raises(OperationError, match="another `ops adopt staging` is running here"),
            scratch(engine, "staging", lambda: 1.0),
        ):
            pass
        with scratch(engine, "production", lambda: 1.0):
            pass
    assert not first.folder.exists()


def test_what_a_killed_adoption_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".local" / "adopt" / "staging" / "import.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    with scratch(real(tmp_path), "staging", lambda: 1.0) as place:
        assert list(place.folder.iterdir()) == []


def adoption(folder: Path) -> Adoption:
    return Adoption("staging", real(folder), TimeBudget(1.0))


def found_live(**changes: Any) -> Environment:
    return live(settings(), **changes)


def test_two_schedules_of_one_name_are_for_a_person_to_sort_out(tmp_path: Path) -> None:
    twice = tuple(
        BackupSchedule(attachment="DATABASE", database="sc-mvp-staging-db", hour=hour, zone="UTC")
        for hour in (2, 5)
    )
    with pytest.raises(
        OperationError, match=r"has two backup schedules DATABASE_URL; keep one: heroku pg:backups"
    ):
        adoption(tmp_path)._require_clear(APP, found_live(backup_schedules=twice))


def test_two_readings_that_contradict_each_other_are_not_believed(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="the config vars changed while they were read; run adopt again"):
        adoption(tmp_path)._require_clear(APP, found_live())


def test_readings_that_agree_are_clear(tmp_path: Path) -> None:
    values = {**values_of(settings()), "RAILS_MASTER_KEY": "x", "DATABASE_URL": "y"}
    app = LiveApp("app-id", "sc-mvp-staging", "db-id", "sc-mvp-staging-db", values)
    adoption(tmp_path)._require_clear(
        app, found_live(live=Live(read_at=datetime(2026, 1, 1, tzinfo=UTC), app_id="app-id"))
    )
