"""What one stack registers: every resource with its inputs, its parent, its protection and what it waits for."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import rpc
from pydantic import SecretStr

from components.environment import Environment
from components.formation import placeholder_process_types
from runbook import stack_file
from runbook.app_parts import AddonSettings
from runbook.pipeline import PipelineSettings
from runbook.settings import ProcessSettings, QuantityRange, RehearsalSettings, Settings, StackName
from runbook.settings_reader import settings_from_file
from tests.unit.components.registrations import APP_ID, Declare, Registered

ROOT = Path(__file__).resolve().parents[3]
CANARY = "canary-secret-5e1f"


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi runs a program in its project's folder."""
    monkeypatch.chdir(ROOT)


def settings_of(stack: StackName, *, new: bool = False) -> Settings:
    """The committed settings; of a `new` app as a rehearsal has them."""
    committed = settings_from_file(stack_file.read(ROOT / f"Pulumi.{stack}.yaml"), stack)
    own = RehearsalSettings(placeholder_release=new)
    secrets = {"SECRET_KEY_BASE": SecretStr(CANARY)}
    return committed.model_copy(update={"rehearsal": own, "secret_values": secrets})


def declared(declare: Declare, stack: StackName, settings: Settings) -> Registered:
    def program() -> None:
        Environment(stack, settings)

    return declare(program)


def test_a_live_stack_registers_its_resources_and_no_release(declare: Declare) -> None:
    registered = declared(declare, "production", settings_of("production"))
    assert sorted((found.parent, found.type, found.name) for found in registered.all) == [
        ("app", "heroku:app/app:App", "app"),
        ("backups", "heroku-postgres:index:BackupSchedule", "backups"),
        ("config-vars", "heroku:app/configAssociation:ConfigAssociation", "config-vars"),
        ("database", "heroku-postgres:index:Attachment", "database-attachment"),
        ("database", "heroku:addon/addon:Addon", "database"),
        ("formation", "heroku:formation/formation:Formation", "formation-web"),
        ("production", "pulumi:providers:heroku", "heroku"),
        ("production", "pulumi:providers:heroku-postgres", "heroku-postgres"),
        ("production", "runbook:heroku:App", "app"),
        ("production", "runbook:heroku:BackupSchedule", "backups"),
        ("production", "runbook:heroku:ConfigVars", "config-vars"),
        ("production", "runbook:heroku:Database", "database"),
        ("production", "runbook:heroku:Formation", "formation"),
        ("social-catering-test", "runbook:heroku:Environment", "production"),
    ]


def test_every_resource_of_production_is_protected(declare: Declare) -> None:
    registered = declared(declare, "production", settings_of("production"))
    assert [found.name for found in registered.all if not found.protect] == []


def test_no_resource_of_staging_is_protected(declare: Declare) -> None:
    registered = declared(declare, "staging", settings_of("staging"))
    assert [found.name for found in registered.all if found.protect] == []


def test_the_inputs_are_what_the_runbook_says(declare: Declare) -> None:
    registered = declared(declare, "production", settings_of("production"))
    assert registered.one("heroku:app/app:App", "app").inputs == {
        "name": "sc-mvp-production",
        "region": "us",
        "stack": "heroku-24",
        "buildpacks": ["heroku/ruby"],
        "acm": False,
    }
    assert registered.one("heroku:addon/addon:Addon", "database").inputs == {
        "appId": APP_ID,
        "name": "sc-mvp-production-db",
        "plan": "heroku-postgresql:standard-0",
    }
    assert registered.one("heroku-postgres:index:Attachment", "database-attachment").inputs == {
        "appId": APP_ID,
        "databaseId": "database-id",
        "name": "DATABASE",
    }
    assert registered.one("heroku:formation/formation:Formation", "formation-web").inputs == {
        "appId": APP_ID,
        "type": "web",
        "quantity": 1.0,
        "size": "Basic",
    }
    assert registered.one("heroku-postgres:index:BackupSchedule", "backups").inputs == {
        "appId": APP_ID,
        "databaseId": "database-id",
        "attachment": "DATABASE",
        "hour": 2.0,
        "timezone": "America/Los_Angeles",
    }


def test_a_range_starts_with_its_least_and_is_never_scaled(declare: Declare) -> None:
    worker = ProcessSettings(quantity=QuantityRange(min=2, max=6), dyno_type="Standard-1X")
    settings = settings_of("staging")
    settings = settings.model_copy(update={"formation": {**settings.formation, "worker": worker}})
    registered = declared(declare, "staging", settings)
    found = registered.one("heroku:formation/formation:Formation", "formation-worker")
    assert (found.inputs["quantity"], found.ignore_changes) == (2.0, ("quantity",))
    assert registered.one("heroku:formation/formation:Formation", "formation-web").ignore_changes == ()
    assert registered.one("runbook:heroku:Formation", "formation").inputs == {
        "ranges": {"worker": {"least": 2.0, "most": 6.0, "dynoType": "Standard-1X"}}
    }


def test_web_is_scaled_before_the_others(declare: Declare) -> None:
    """It starts on Basic, which Heroku mixes with no Standard."""
    own = ProcessSettings(quantity=1, dyno_type="Standard-1X")
    formation = {"clock": own, "web": own, "worker": own}
    settings = settings_of("staging").model_copy(update={"formation": formation})
    registered = declared(declare, "staging", settings)
    waits = {
        name: "formation-web" in registered.one("heroku:formation/formation:Formation", name).after
        for name in ("formation-web", "formation-clock", "formation-worker")
    }
    assert waits == {"formation-web": False, "formation-clock": True, "formation-worker": True}


def test_what_an_app_got_over_time_is_registered(declare: Declare) -> None:
    redis = AddonSettings(name="sc-mvp-staging-redis", plan="heroku-redis:mini")
    settings = settings_of("staging").model_copy(
        update={
            "addons": {"REDIS": redis},
            "domains": ["api.example.com"],
            "features": ["preboot"],
            "access": {"pat@example.com": "collaborator"},
            "pipeline": PipelineSettings(name="sc-mvp", stage="staging"),
            "log_drains": {"LOGS": "logs.example", "ARCHIVE": "logs.example"},
            "secret_values": {
                name: SecretStr(f"https://{name}:canary@logs.example") for name in ("LOGS", "ARCHIVE")
            },
        }
    )
    registered = declared(declare, "staging", settings)
    assert registered.one("heroku:addon/addon:Addon", "addon-REDIS").inputs == {
        "appId": APP_ID,
        "name": "sc-mvp-staging-redis",
        "plan": "heroku-redis:mini",
    }
    assert registered.one("heroku-postgres:index:Attachment", "addon-REDIS-attachment").inputs == {
        "appId": APP_ID,
        "databaseId": "addon-REDIS-id",
        "name": "REDIS",
    }
    assert registered.one("heroku:domain/domain:Domain", "domain-api.example.com").inputs == {
        "appId": APP_ID,
        "hostname": "api.example.com",
    }
    assert registered.one("heroku:app/feature:Feature", "feature-preboot").inputs == {
        "appId": APP_ID,
        "name": "preboot",
        "enabled": True,
    }
    assert registered.one("heroku-postgres:index:Coupling", "pipeline").inputs == {
        "appId": APP_ID,
        "pipeline": "sc-mvp",
        "stage": "staging",
    }
    person = registered.one("heroku:collaborator/collaborator:Collaborator", "access-pat@example.com")
    assert person.inputs == {"appId": APP_ID, "email": "pat@example.com"}
    for name in ("LOGS", "ARCHIVE"):
        drain = registered.one("heroku:drain/drain:Drain", f"drain-{name}")
        assert drain.inputs == {
            "appId": APP_ID,
            "sensitiveUrl": {
                rpc._special_sig_key: rpc._special_secret_sig,
                "value": f"https://{name}:canary@logs.example",
            },
        }
    told = registered.one("runbook:heroku:LogDrains", "log-drains")
    assert told.inputs == {"hosts": {"LOGS": "logs.example", "ARCHIVE": "logs.example"}}
    vars_ = registered.one("heroku:app/configAssociation:ConfigAssociation", "config-vars")
    assert "canary" not in str(vars_)
    assert "addon-REDIS-attachment" in vars_.after
    assert {found.parent for found in registered.all if "addon-REDIS" in found.name} == {
        "staging",
        "addon-REDIS",
    }


def test_the_api_url_is_made_from_the_apps_own_url(declare: Declare) -> None:
    registered = declared(declare, "production", settings_of("production"))
    inputs = registered.one("heroku:app/configAssociation:ConfigAssociation", "config-vars").inputs
    assert inputs["vars"]["VITE_API_URL"] == "https://sc-mvp-production-6b7a268cc8ad.herokuapp.com/api/v1"


def test_managed_secrets_are_secret_and_others_are_not_set(declare: Declare) -> None:
    registered = declared(declare, "staging", settings_of("staging"))
    inputs = registered.one("heroku:app/configAssociation:ConfigAssociation", "config-vars").inputs
    assert inputs["sensitiveVars"] == {
        rpc._special_sig_key: rpc._special_secret_sig,
        "value": {"SECRET_KEY_BASE": CANARY},
    }
    shown = [found for found in registered.all if CANARY in str(found.inputs)]
    assert [found.name for found in shown] == ["config-vars"]
    assert not {"RAILS_MASTER_KEY", "SMTP_PASSWORD", "DATABASE_URL"} & inputs["vars"].keys()


def test_neither_all_config_vars_nor_the_add_ons_values_reach_the_state(declare: Declare) -> None:
    registered = declared(declare, "staging", settings_of("staging"))
    inputs = registered.one("pulumi:providers:heroku", "heroku").inputs
    assert (
        inputs["customizations"]
        == '[{"setAddonConfigVarsInState": false, "setAppAllConfigVarsInState": false}]'
    )


def test_a_new_app_gets_its_first_release_after_its_config_vars_and_before_it_is_scaled(
    declare: Declare,
) -> None:
    registered = declared(declare, "staging", settings_of("staging", new=True))
    release = registered.one("heroku:build/build:Build", "first-release")
    assert release.inputs == {"appId": APP_ID, "source": {"path": "bootstrap", "version": "placeholder"}}
    assert "config-vars" in release.after
    assert release.ignore_changes == ("source", "buildpacks", "localChecksum")
    assert "first-release" in registered.one("heroku:formation/formation:Formation", "formation-web").after


def test_config_vars_wait_for_the_database(declare: Declare) -> None:
    registered = declared(declare, "staging", settings_of("staging"))
    assert (
        "database-attachment"
        in registered.one("heroku:app/configAssociation:ConfigAssociation", "config-vars").after
    )


def test_a_process_type_that_the_placeholder_lacks_is_named(declare: Declare) -> None:
    settings = settings_of("staging", new=True)
    worker = {"worker": ProcessSettings(quantity=1, dyno_type="Basic")}
    with pytest.raises(pulumi.RunError, match=r"^bootstrap/Procfile: has no process type worker"):
        declared(declare, "staging", settings.model_copy(update={"formation": worker}))


def test_the_placeholder_serves_the_web() -> None:
    assert placeholder_process_types(ROOT / "bootstrap") == {"web"}
