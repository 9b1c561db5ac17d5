"""A live app described as settings: exact where the account tells, cautious where it doesn't, silent on secrets."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from runbook.adoption.kinds import may_be_plain
from runbook.adoption.settings import AdoptionError, Description, settings_of_live
from runbook.adoption.stack_text import text_of
from runbook.catalogue import catalogue
from runbook.drift.comparison import differences
from runbook.environment import Attachment, BackupSchedule, ConfigVars, Database, Process
from runbook.live import Rename
from runbook.readers.settings import environment_of_settings
from runbook.settings import Settings
from runbook.settings_reader import SettingsError, settings_from_file, settings_from_values
from runbook.stack_file import parse
from runbook.unknown import Unknown
from tests.unit.runbook.adoption.described import DIGESTS, URL, live, settings, values_of, with_vars

NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{2,20}", fullmatch=True)
WORDS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="@$"), max_size=20
)
PROCESSES = st.fixed_dictionaries(
    {
        "quantity": st.integers(0, 5)
        | st.fixed_dictionaries({"min": st.integers(0, 2), "max": st.integers(3, 9)}),
        "dyno_type": st.sampled_from([entry.name.lower() for entry in catalogue().dyno_types.entries]),
    }
)


def _named(plans: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"name": f"own-{name.lower()}", "plan": plan} for name, plan in plans.items()}


PIPELINES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"pipeline": {"name": "sc-mvp", "stage": "staging"}}]
)


@st.composite
def any_settings(draw: st.DrawFn) -> Settings:
    plain = draw(st.dictionaries(NAMES, WORDS, max_size=4))
    kinds = st.sampled_from(["external", "optional"])
    secrets = draw(st.dictionaries(NAMES.filter(lambda name: name not in plain), kinds, max_size=4))
    for names in (plain, secrets):
        names.pop("DATABASE_URL", None)
    hour, zone = draw(st.integers(0, 23)), draw(st.sampled_from(["America/Los_Angeles", "UTC"]))
    app: dict[str, Any] = {
        "name": "sc-mvp-staging",
        "region": draw(st.sampled_from(["us", "eu"])),
        "heroku_stack": draw(st.sampled_from(["heroku-20", "heroku-22", "heroku-24", "heroku-26"])),
        "buildpacks": draw(st.lists(st.sampled_from(["heroku/ruby", "heroku/nodejs"]), unique=True)),
        "acm": draw(st.booleans()),
    }
    return settings(
        app=app,
        formation=draw(
            st.dictionaries(st.sampled_from(["web", "worker", "clock"]), PROCESSES, min_size=1, max_size=3)
        ),
        database={
            "name": draw(st.from_regex(r"[a-z][a-z-]{3,20}[0-9]{3}", fullmatch=True)),
            "plan": draw(st.sampled_from([entry.name for entry in catalogue().postgres_plans.entries])),
        },
        backups={"at": f"{hour:02d}:00 {zone}"},
        addons=draw(
            st.dictionaries(
                st.sampled_from(["CACHE", "SCHEDULER", "LOGS"]),
                st.sampled_from(["heroku-redis:mini", "scheduler:standard", "papertrail:choklad"]),
            ).map(_named)
        ),
        log_drains=draw(
            st.dictionaries(
                st.sampled_from(["LOGS", "ARCHIVE"]), st.sampled_from(["logs.example", "archive.example"])
            )
        ),
        features=draw(st.lists(st.sampled_from(["preboot", "log-runtime-metrics"]), unique=True)),
        **draw(PIPELINES),
        access=draw(
            st.dictionaries(
                st.sampled_from(["pat@example.com", "kim+ops@example.com"]), st.just("collaborator")
            )
        ),
        domains=draw(st.lists(st.sampled_from(["api.example.com", "*.example.com"]), unique=True)),
        config_vars=plain | {"VITE_API_URL": "${app.url}/api/v1"},
        secrets=secrets,
        cost={"monthly_budget_usd": draw(st.integers(0, 999))},
        differs=draw(st.dictionaries(st.sampled_from(["formation", "acm"]), WORDS.filter(bool), max_size=1)),
    )


@pytest.mark.slow
@hypothesis.settings(deadline=None)
@given(any_settings())
def test_settings_that_are_up_are_described_by_themselves(declared: Settings) -> None:
    assert settings_of_live(live(declared), values_of(declared), declared).settings == declared


@pytest.mark.slow
@hypothesis.settings(deadline=None)
@given(any_settings())
def test_the_text_reads_back_as_the_settings(declared: Settings) -> None:
    text = text_of("staging", Description(declared), {})
    assert settings_from_file(parse("Pulumi.staging.yaml", text), "staging") == declared


@pytest.mark.slow
@hypothesis.settings(deadline=None)
@given(any_settings())
def test_what_is_described_without_a_file_differs_in_nothing_that_pulumi_manages(declared: Settings) -> None:
    """Where nobody has decided anything, what can't be known is left to be set by hand."""
    environment = live(declared)
    if not any(process.quantity for process in environment.formation if not isinstance(process, Unknown)):  # type: ignore[union-attr]
        return
    plain = {name: value for name, value in values_of(declared).items() if may_be_plain(name, None)}
    described = settings_of_live(environment, plain)
    found = differences(environment_of_settings("staging", described.settings, DIGESTS), environment)
    templated = {f"staging/{name}" for name in described.settings.config_vars}
    assert [one for one in found if one.resource and one.target not in templated] == []


def test_the_live_name_of_the_database_is_the_one_to_declare() -> None:
    declared = settings()
    environment = live(declared)
    assert not isinstance(environment.live, Unknown)
    rename = Rename(declared="sc-mvp-staging-db", live="postgresql-curved-12345")
    named_by_heroku = environment.model_copy(
        update={"live": environment.live.model_copy(update={"renames": (rename,)})}
    )
    found = settings_of_live(named_by_heroku, values_of(declared), declared).settings
    assert found.database.name == "postgresql-curved-12345"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY_BASE", "canary"),
        ("STRIPE_API_KEY", "canary"),
        ("SOMETHING_NOBODY_KNOWS", "canary"),
        ("DATABASE_REPLICA", "postgres://u:canary@host/db"),
        ("RACK_ENV", "canary0123456789abcdef0123456789"),
        ("RAILS_LOG_LEVEL", "redis://user:canary@host"),
    ],
)
def test_a_value_that_may_be_secret_is_external_and_in_no_text(name: str, value: str) -> None:
    declared = settings()
    values = values_of(declared) | {name: value}
    described = settings_of_live(with_vars(live(declared), name), values, declared)
    assert described.settings.secrets[name] == "external"
    assert "canary" not in text_of("staging", described, {})
    assert "canary" not in repr(described)


def test_what_is_known_to_be_harmless_is_plain() -> None:
    declared = settings()
    values = values_of(declared) | {"RACK_ENV": "production", "WEB_CONCURRENCY": "2"}
    found = settings_of_live(with_vars(live(declared), "RACK_ENV", "WEB_CONCURRENCY"), values, declared)
    assert found.settings.config_vars == {
        **declared.config_vars,
        "RACK_ENV": "production",
        "WEB_CONCURRENCY": "2",
    }
    assert found.decide == {}


def test_a_value_that_people_call_plain_but_that_looks_like_a_key_is_left_to_them() -> None:
    declared = settings()
    values = values_of(declared) | {"SMTP_PORT": "canary0123456789abcdef0123456789"}
    described = settings_of_live(live(declared), values, declared)
    assert described.settings.secrets["SMTP_PORT"] == "external"
    assert "SMTP_PORT" not in described.settings.config_vars
    assert described.decide == {
        "secrets.SMTP_PORT": "not known to be harmless; under config_vars if it is no secret"
    }


def test_what_an_addon_owns_is_left_out() -> None:
    described = settings_of_live(live(settings()), values_of(settings()))
    assert "DATABASE_URL" not in described.settings.config_vars | described.settings.secrets


def test_process_types_that_nobody_scales_are_left_out() -> None:
    """Heroku's Ruby buildpack adds console and rake."""
    declared = settings()
    formation = (
        Process(process_type="web", quantity=1, dyno_type="Basic"),
        Process(process_type="console", quantity=0, dyno_type="Basic"),
        Process(process_type="worker", quantity=1, dyno_type="Basic"),
    )
    found = settings_of_live(live(declared, formation=formation), values_of(declared), declared)
    assert list(found.settings.formation) == ["web", "worker"]


def test_without_a_live_schedule_the_declared_one_stands_marked() -> None:
    declared = settings()
    described = settings_of_live(live(declared, backup_schedules=()), values_of(declared), declared)
    assert described.settings == declared
    text = text_of("staging", described, {})
    assert (
        '    at: "02:00 America/Los_Angeles" # decide: no schedule is live: the next up makes this one\n'
        in text
    )


def test_a_secret_that_must_be_there_and_is_not_is_marked() -> None:
    declared = settings()
    environment = live(declared)
    without = tuple(var for var in environment.config_vars.known if var.name != "RAILS_MASTER_KEY")
    found = settings_of_live(
        environment.model_copy(update={"config_vars": ConfigVars(known=without)}),
        values_of(declared),
        declared,
    )
    assert found.settings == declared
    assert found.decide == {"secrets.RAILS_MASTER_KEY": "not set on the live app"}


def test_without_a_file_the_budget_is_todays_cost_to_be_decided() -> None:
    described = settings_of_live(live(settings()), values_of(settings()))
    assert described.settings.cost.monthly_budget_usd == 57
    assert "monthly_budget_usd: 57 # decide: what it costs today" in text_of("staging", described, {})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"app": None}, "staging has no live app"),
        ({"app": Unknown("429")}, "staging could not be read: 429"),
        ({"formation": Unknown("500")}, "staging could not be read: 500"),
        ({"config_vars": ConfigVars(rest=Unknown("403"))}, "staging could not be read: 403"),
        ({"attachments": ()}, "staging: no database is attached as DATABASE"),
        (
            {"attachments": (Attachment(name="DATABASE", database="a-redis"),)},
            "staging: DATABASE is a-redis, which is no database of this app",
        ),
        ({"formation": ()}, "staging: the live app has no process type; deploy it once, then adopt"),
    ],
)
def test_what_could_not_be_read_is_described_by_nothing(changes: dict[str, Any], message: str) -> None:
    declared = settings()
    with pytest.raises(AdoptionError) as raised:
        settings_of_live(live(declared, **changes), values_of(declared), declared)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"formation": (Process(process_type="web", quantity=1, dyno_type="Private-M"),)},
            'staging, as it is live: formation.web.dyno_type: found "private-m"; expected a dyno type',
        ),
        (
            {"databases": (Database(name="sc-mvp-staging-db", plan="shield-0"),)},
            'staging, as it is live: database.plan: found "shield-0"; expected a Heroku Postgres plan',
        ),
        (
            {
                "backup_schedules": (
                    BackupSchedule(
                        attachment="DATABASE", database="sc-mvp-staging-db", hour=2, zone="Mars/Base"
                    ),
                )
            },
            'staging, as it is live: backups.at: found "02:00 Mars/Base"; expected a zone of the tz database',
        ),
    ],
)
def test_what_settings_cannot_say_is_an_error_that_names_it(changes: dict[str, Any], message: str) -> None:
    declared = settings()
    environment = live(declared, **changes)
    with pytest.raises(SettingsError) as raised:
        settings_of_live(environment, values_of(declared), declared)
    assert str(raised.value).startswith(message)


def test_what_pulumi_and_people_keep_in_the_file_stays() -> None:
    before = {
        "encryptionsalt": "v1:salt",
        "config": {
            "social-catering:secrets": {"SECRET_KEY_BASE": "managed"},
            "social-catering:SECRET_KEY_BASE": {"secure": "v1:cipher"},
            "social-catering:NO_MORE": {"secure": "v1:old"},
            "pulumi:tags": {"team": "ops"},
        },
    }
    declared = settings_from_values(
        {
            "app": {"name": "sc-mvp-staging"},
            "formation": {"web": {"quantity": 1, "dyno_type": "basic"}},
            "database": {"name": "db-1", "plan": "standard-0"},
            "backups": {"at": "02:00 America/Los_Angeles"},
            "config_vars": {},
            "secrets": {"SECRET_KEY_BASE": "managed"},
            "SECRET_KEY_BASE": None,
            "cost": {"monthly_budget_usd": 60},
        },
        "staging",
        secret={"SECRET_KEY_BASE"},
    )
    loaded = yaml.safe_load(text_of("staging", Description(declared), before))
    assert loaded["encryptionsalt"] == "v1:salt"
    assert loaded["config"]["social-catering:SECRET_KEY_BASE"] == {"secure": "v1:cipher"}
    assert loaded["config"]["pulumi:tags"] == {"team": "ops"}
    assert "social-catering:NO_MORE" not in loaded["config"]


def test_a_values_address_is_the_apps_own_only_where_it_is() -> None:
    declared = settings()
    values = values_of(declared) | {"VITE_API_URL": "https://elsewhere.example/api/v1"}
    found = settings_of_live(live(declared), values, declared).settings
    assert found.config_vars["VITE_API_URL"] == "https://elsewhere.example/api/v1"
    assert values_of(declared)["VITE_API_URL"] == f"{URL}/api/v1"
