"""The committed stack files hold the runbook's own values."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook import stack_file
from runbook.backup_time import BackupTime
from runbook.cost import Dynos, cost_of, cost_of_processes
from runbook.settings import Settings, StackName, is_protected
from runbook.settings_reader import settings_from_file

ROOT = Path(__file__).resolve().parents[3]


def committed(stack: StackName) -> Settings:
    return settings_from_file(stack_file.read(ROOT / f"Pulumi.{stack}.yaml"), stack)


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_each_stack_is_as_the_runbook_has_it(stack: StackName) -> None:
    settings = committed(stack)
    assert settings.app.name == f"sc-mvp-{stack}"
    assert {name: (p.quantity, p.dyno_type) for name, p in settings.formation.items()} == {
        "web": (1, "Basic")
    }
    assert settings.database.plan == "standard-0"
    assert settings.backups.at == BackupTime(2, "America/Los_Angeles")
    assert settings.config_vars == {
        "RAILS_ENV": "production",
        "RAILS_LOG_TO_STDOUT": "enabled",
        "RAILS_SERVE_STATIC_FILES": "enabled",
        "NODE_ENV": "production",
        "VITE_API_URL": "${app.url}/api/v1",
        "SMTP_PORT": "587",
    }
    assert settings.secrets == {
        "RAILS_MASTER_KEY": "external",
        "SECRET_KEY_BASE": "external",
        "SMTP_HOST": "optional",
        "SMTP_USERNAME": "optional",
        "SMTP_PASSWORD": "optional",
        "GOOGLE_PLACES_API_KEY": "optional",
        "SENTRY_DSN": "optional",
    }


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_a_live_app_is_never_given_a_placeholder_release(stack: StackName) -> None:
    assert committed(stack).rehearsal.placeholder_release is False


def test_production_is_protected_and_staging_is_not() -> None:
    assert is_protected("production")
    assert not is_protected("staging")


def test_todays_production_costs_what_the_runbook_says() -> None:
    cost = cost_of({"web": (1, "Basic")}, ["standard-0"])
    assert cost.monthly_usd == 57


def test_the_scaled_variant_costs_what_the_runbook_says() -> None:
    cost = cost_of({"web": (2, "Standard-1X")}, ["standard-1"])
    assert [(line.what, line.monthly_usd) for line in cost.lines] == [
        ("web: 2 x Standard-1X", 50),
        ("Heroku Postgres standard-1", 200),
    ]


def test_a_range_costs_a_range() -> None:
    worker = Dynos("worker", 2, 6, "standard-1x")
    cost = cost_of_processes([Dynos("web", 1, 1, "Standard-1X"), worker], ["standard-0"])
    assert [(line.what, line.words) for line in cost.lines] == [
        ("web: 1 x Standard-1X", "$25"),
        ("worker: 2 to 6 x Standard-1X", "$50 to $150"),
        ("Heroku Postgres standard-0", "$50"),
    ]
    assert (cost.words, cost.monthly_usd) == ("$125 to $225", 225)


def test_eco_is_paid_once_for_the_account() -> None:
    assert cost_of({"web": (1, "eco"), "worker": (1, "Eco")}, []).monthly_usd == 5


def test_what_the_catalogue_cannot_price_is_named_and_not_guessed() -> None:
    cost = cost_of({"web": (1, "Gigantic")}, ["gold-9"])
    assert cost.unpriced == ("web: 1 x Gigantic", "Heroku Postgres gold-9")


def test_a_process_type_scaled_to_zero_costs_nothing() -> None:
    assert cost_of({"web": (0, "Standard-1X")}, []).lines == ()
