"""The state of an adopted stack: made of what the program declares, what the engine imported, and the config vars."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from operations.adopting import deployment
from operations.adopting.declared import Declared
from operations.adopting.drain_urls import with_ids
from operations.adopting.live_app import LiveApp
from operations.adopting.values import DeclaredValues, as_live
from operations.errors import OperationError
from runbook.live import Live
from runbook.readers.declared import ADDON, APP, BACKUP_SCHEDULE, DRAIN, FORMATION
from runbook.readers.live.answers import LogDrain
from runbook.readers.live.digested import drains
from runbook.settings import Settings
from runbook.settings_reader import settings_from_values
from tests.unit.providers.heroku import recordings
from tests.unit.runbook.adoption.described import DIGESTS, URL, live, settings

STACK = "urn:pulumi:staging::social-catering::pulumi:pulumi:Stack::social-catering-staging"
PARENT = "urn:pulumi:staging::social-catering::runbook:heroku:Environment::staging"
PROVIDER = "urn:pulumi:staging::social-catering::runbook:heroku:Environment$pulumi:providers:heroku::heroku"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
LIVE = LiveApp("app-id", "sc-mvp-staging", "db-id", "sc-mvp-staging-db", {"RAILS_ENV": "production"})


def declared(
    kind: str, resource: str, /, *, custom: bool = True, protect: bool = False, **inputs: Any
) -> Declared:
    is_provider = kind.startswith("pulumi:providers:")
    provider = f"{PROVIDER}::{UNKNOWN}" if custom and not is_provider else ""
    urn = (
        PROVIDER
        if is_provider
        else f"urn:pulumi:staging::social-catering::runbook:heroku:Environment${kind}::{resource}"
    )
    return Declared(urn, kind, custom, protect, PARENT, provider, inputs)


ENVIRONMENT = Declared(
    urn=PARENT,
    type="runbook:heroku:Environment",
    custom=False,
    protect=False,
    parent=STACK,
    provider="",
    inputs={"monthlyBudgetUsd": 60},
)
HEROKU = declared("pulumi:providers:heroku", "heroku", version="1.0.4", __internal={"a": "b"})
ASSOCIATION = declared(
    deployment.CONFIG_ASSOCIATION, "config-vars", appId=UNKNOWN, vars=UNKNOWN, sensitiveVars={}
)
MISSING = [
    ENVIRONMENT,
    HEROKU,
    declared(APP, "app", name="sc-mvp-staging"),
    declared(ADDON, "database"),
    declared(deployment.ATTACHMENT, "database-attachment", name="DATABASE"),
    ASSOCIATION,
    declared(FORMATION, "formation-web", type="web"),
    declared(FORMATION, "formation-worker", type="worker"),
    declared(BACKUP_SCHEDULE, "backups", attachment="DATABASE"),
]


def test_each_thing_is_imported_by_the_id_its_plugin_knows() -> None:
    found = deployment.import_ids(MISSING, LIVE, live(settings()))
    assert {urn.rpartition("::")[2]: one for urn, one in found.items()} == {
        "app": "app-id",
        "database": "db-id",
        "database-attachment": "app-id:DATABASE",
        "formation-web": "app-id:web",
        "backups": "app-id:DATABASE_URL",
    }


def test_what_is_not_live_is_not_imported() -> None:
    found = deployment.import_ids(MISSING, LIVE, live(settings(), backup_schedules=(), formation=()))
    assert {urn.rpartition("::")[2] for urn in found} == {"app", "database", "database-attachment"}


def test_a_type_that_nobody_taught_adopting_is_refused_with_the_next_step() -> None:
    hook = declared("heroku:webhook/webhook:Webhook", "hook")
    with pytest.raises(
        OperationError, match=r"^hook \(heroku:webhook.* import it by hand first: pulumi import"
    ):
        deployment.import_ids([hook], LIVE, live(settings()))


def test_a_log_drain_is_imported_by_the_id_of_the_live_one_with_its_url() -> None:
    """The program's inputs show no URL, so the names tell which is which."""
    file = settings(log_drains={"FIRST": "logs.example", "SECOND": "logs.example", "GONE": "logs.example"})
    urls = {"FIRST": "https://a:canary@logs.example/", "SECOND": "https://b:canary@logs.example/"}
    file = file.model_copy(update={"secret_values": {name: SecretStr(url) for name, url in urls.items()}})
    there = {f"id-of-{name}": url for name, url in reversed(urls.items())}
    listed = [LogDrain.model_validate({"id": id_, "url": url}) for id_, url in there.items()]
    environment = live(file)
    assert isinstance(environment.live, Live)
    seen = environment.live.model_copy(update={"surroundings": {"log drain": tuple(drains(listed, DIGESTS))}})
    app = with_ids(LIVE, file, environment.model_copy(update={"live": seen}), DIGESTS)
    missing = [declared(DRAIN, f"drain-{name}", sensitiveUrl="[secret]") for name in file.log_drains]
    found = deployment.import_ids(missing, app, environment)
    assert {urn.rpartition("::")[2]: one for urn, one in found.items()} == {
        "drain-FIRST": "app-id:id-of-FIRST:sensitive",
        "drain-SECOND": "app-id:id-of-SECOND:sensitive",
    }


def test_components_and_providers_are_as_the_program_says() -> None:
    environment, heroku = deployment.skeleton(MISSING)
    assert environment == {
        "urn": PARENT,
        "custom": False,
        "type": "runbook:heroku:Environment",
        "inputs": {"monthlyBudgetUsd": 60},
        "parent": STACK,
    }
    assert heroku["outputs"] == {"version": "1.0.4"}
    assert heroku["inputs"] == {"version": "1.0.4", "__internal": {"a": "b"}}
    assert len(heroku["id"]) == 36


def test_parents_come_first_whatever_the_order_of_the_preview() -> None:
    stack = declared("pulumi:pulumi:Stack", "social-catering-staging", custom=False)
    top = replace(stack, urn=STACK, parent="")
    found = deployment.skeleton([HEROKU, ENVIRONMENT, top])
    assert [entry["urn"] for entry in found] == [STACK, PARENT, PROVIDER]


def test_the_import_file_names_parents_and_providers_by_urn() -> None:
    ids = deployment.import_ids(MISSING[:3], LIVE, live(settings()))
    assert deployment.import_file(ids, MISSING) == {
        "nameTable": {PARENT: PARENT, PROVIDER: PROVIDER},
        "resources": [{"type": APP, "name": "app", "id": "app-id", "parent": PARENT, "provider": PROVIDER}],
    }


def association(values: DeclaredValues) -> dict[str, Any]:
    made = deployment.skeleton(MISSING)
    (found,) = deployment.config_associations(MISSING, "app-id", values, made)
    assert found["provider"] == f"{PROVIDER}::{made[1]['id']}"
    return found


def test_the_config_vars_entry_has_the_secrets_marked_for_the_engine_to_encrypt() -> None:
    found = association(DeclaredValues({"RAILS_ENV": "production"}, {"SECRET_KEY_BASE": "s3cret"}))
    secret = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": json.dumps({"SECRET_KEY_BASE": "s3cret"}),
    }
    assert found["id"] == "config:app-id"
    assert found["inputs"] == {
        "__defaults": [],
        "appId": "app-id",
        "vars": {"RAILS_ENV": "production"},
        "sensitiveVars": secret,
    }
    assert found["outputs"] == {
        "id": "config:app-id",
        "appId": "app-id",
        "vars": {"RAILS_ENV": "production"},
        "sensitiveVars": secret,
    }


def test_the_config_vars_entry_has_the_form_that_the_official_plugins_create_leaves() -> None:
    calls = [json.loads(line) for line in recordings.lines("ConfigAssociation")]
    created = next(
        call
        for call in calls
        if call["scenario"] == "ConfigAssociation/lifecycle/full"
        and call["method"] == "Create"
        and not call["request"].get("preview")
    )
    ours = association(DeclaredValues({"K": "1", "L": "two"}, {"S": "invented-1", "T": "invented-2"}))
    app_id = created["request"]["properties"]["appId"]
    assert ours["id"].replace("app-id", app_id) == created["response"]["id"]
    assert ours["inputs"].keys() == created["request"]["properties"].keys()
    assert ours["outputs"].keys() == created["response"]["properties"].keys()
    assert ours["outputs"]["vars"] == created["response"]["properties"]["vars"]


def test_only_values_that_are_live_as_declared_go_into_the_state() -> None:
    """What differs stays unknown to the state, and is what the next up would set."""
    found = as_live(
        with_managed(),
        {
            "RAILS_ENV": "production",
            "VITE_API_URL": f"{URL}/api/v1",
            "SMTP_PORT": "canary",
            "A": "1",
            "B": "x",
        },
        URL,
        DIGESTS,
    )
    assert found == DeclaredValues({"RAILS_ENV": "production", "VITE_API_URL": f"{URL}/api/v1"}, {"A": "1"})
    assert "production" not in repr(found)


def with_managed() -> Settings:
    plain = settings()
    return settings_from_values(
        {
            "app": {"name": "sc-mvp-staging"},
            "formation": {"web": {"quantity": 1, "dyno_type": "basic"}},
            "database": {"name": "db-1", "plan": "standard-0"},
            "backups": {"at": "02:00 UTC"},
            "config_vars": dict(plain.config_vars),
            "secrets": {"A": "managed", "B": "managed", "C": "managed"},
            "A": "1",
            "B": "2",
            "C": "3",
            "cost": {"monthly_budget_usd": 1},
        },
        "staging",
        secret={"A", "B", "C"},
    )


def test_what_was_there_stays_and_what_is_new_comes_behind_parents_first() -> None:
    present = [{"urn": STACK, "type": "pulumi:pulumi:Stack", "custom": False, "created": "before"}]
    made = deployment.skeleton(MISSING)
    app = {"urn": MISSING[2].urn, "type": APP, "custom": True, "id": "app-id"}
    found = deployment.merged(present, made, [app, *reversed(made), present[0]], MISSING)
    assert [entry["urn"] for entry in found] == [STACK, PARENT, PROVIDER, MISSING[2].urn]
    assert found[0] == present[0]


def test_protection_is_the_programs_not_the_imports() -> None:
    protected = declared(APP, "app", protect=True)
    bare = declared(ADDON, "database")
    entries = [
        {"urn": one.urn, "type": one.type, "custom": True, "protect": True} for one in (protected, bare)
    ]
    found = deployment.merged([], [], entries, [protected, bare])
    assert [entry.get("protect") for entry in found] == [True, None]
