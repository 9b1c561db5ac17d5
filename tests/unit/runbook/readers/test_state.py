"""A stored state: what counts, what doesn't, and when it is none."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.environment import Attachment, ConfigVar, Database, Resource
from runbook.readers.engine_values import ENCRYPTED
from runbook.readers.state import StateError, environment_of_state
from runbook.unknown import Unknown
from tests.unit.runbook.readers.rendering import Declared, state
from tests.unit.runbook.rules.healthy import DIGESTS

ADDON = "heroku:addon/addon:Addon"
ASSOCIATION = "heroku:app/configAssociation:ConfigAssociation"


def resource(type_: str, name: str, **fields: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:production::social-catering::{type_}::{name}"
    return {"urn": urn, "type": type_, "id": f"{name}-id", **fields}


def stored(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}}


def test_what_heroku_answered_counts_over_what_was_asked() -> None:
    asked, answered = (
        {"plan": "heroku-postgresql:standard-0"},
        {"plan": "heroku-postgresql:essential-0", "name": "db"},
    )
    environment = environment_of_state(stored(resource(ADDON, "db", inputs=asked, outputs=answered)), DIGESTS)
    assert environment.databases == (Database(name="db", plan="essential-0"),)


def test_what_waits_for_its_deletion_is_not_there() -> None:
    plan = {"plan": "heroku-postgresql:standard-0", "name": "db"}
    gone = resource(ADDON, "db", outputs={**plan, "name": "old"}, delete=True)
    environment = environment_of_state(stored(resource(ADDON, "db", outputs=plan), gone), DIGESTS)
    assert environment.databases == (Database(name="db", plan="standard-0"),)


def test_an_addon_of_another_service_is_no_database() -> None:
    environment = environment_of_state(
        stored(resource(ADDON, "r", outputs={"plan": "heroku-redis:mini"})), DIGESTS
    )
    assert environment.databases == ()
    assert [addon.plan for addon in environment.addons] == ["heroku-redis:mini"]  # type: ignore[union-attr]


def test_an_addon_without_a_plan_counts_as_a_database_of_an_unknown_plan() -> None:
    environment = environment_of_state(stored(resource(ADDON, "db", outputs={})), DIGESTS)
    assert environment.databases == (Database(name="db", plan=Unknown("db has no text under plan")),)


def test_the_official_attachment_is_one_too_found_by_the_addons_id() -> None:
    addon = resource(ADDON, "db", outputs={"plan": "heroku-postgresql:standard-0", "name": "main-db"})
    attachment = resource(
        "heroku:addon/attachment:Attachment", "a", outputs={"name": "DATABASE", "addonId": "db-id"}
    )
    environment = environment_of_state(stored(addon, attachment), DIGESTS)
    assert environment.attachments == (Attachment(name="DATABASE", database="main-db"),)


def test_a_database_that_is_not_declared_is_named_by_its_id() -> None:
    attachment = resource(
        "heroku-postgres:index:Attachment", "a", outputs={"name": "DATABASE", "databaseId": "of-staging"}
    )
    environment = environment_of_state(stored(attachment), DIGESTS)
    assert environment.attachments == (Attachment(name="DATABASE", database="of-staging"),)


def test_two_apps_are_one_too_many_to_judge() -> None:
    environment = environment_of_state(
        stored(resource("heroku:app/app:App", "a"), resource("heroku:app/app:App", "b")), DIGESTS
    )
    assert environment.app == Unknown("the stack has 2 apps (a, b); it is made for one")


def test_config_vars_of_the_app_itself_are_seen() -> None:
    app = resource(
        "heroku:app/app:App",
        "a",
        inputs={"configVars": {"DATABASE_URL": "canary"}, "sensitiveConfigVars": {"K": "s"}},
    )
    environment = environment_of_state(stored(app), DIGESTS)
    assert environment.config_vars.known == (
        ConfigVar(name="DATABASE_URL", kind="plain", digest=DIGESTS.of("canary")),
        ConfigVar(name="K", kind="managed", digest=DIGESTS.of("s")),
    )


def test_an_encrypted_map_that_no_component_declares_leaves_the_rest_unknown() -> None:
    encrypted = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
    association = resource(ASSOCIATION, "c", inputs={"vars": {"LANG": "C"}, "sensitiveVars": encrypted})
    environment = environment_of_state(stored(association), DIGESTS)
    assert [var.name for var in environment.config_vars.known] == ["LANG"]
    assert environment.config_vars.rest == ENCRYPTED


SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
NULL = {**SECRET, "plaintext": "null"}


@pytest.mark.parametrize(
    ("decrypted", "other", "rest"),
    [
        (False, NULL, ENCRYPTED),
        (False, {**SECRET, "plaintext": '{"K": "s"}'}, None),
        (True, NULL, None),
    ],
    ids=["perhaps a wrong passphrase", "one secret is another value", "the passphrase is known to be right"],
)
def test_null_secrets_are_encrypted_ones_only_where_every_secret_is_null(
    *, decrypted: bool, other: dict[str, object], rest: Unknown | None
) -> None:
    association = resource(ASSOCIATION, "c", inputs={"vars": {"LANG": "C"}, "sensitiveVars": NULL})
    app = resource("heroku:app/app:App", "app", inputs={"sensitiveConfigVars": other})
    environment = environment_of_state(stored(app, association), DIGESTS, decrypted=decrypted)
    assert "LANG" in [var.name for var in environment.config_vars.known]
    assert environment.config_vars.rest == rest


def test_what_a_component_declares_and_nobody_set_is_not_there() -> None:
    """The association was removed from the program: its component's word alone counts for nothing."""
    whole = state(Declared())
    kept = [found for found in whole["deployment"]["resources"] if found["type"] != ASSOCIATION]
    environment = environment_of_state({**whole, "deployment": {"resources": kept}}, DIGESTS)
    assert [(var.name, var.kind) for var in environment.config_vars.known] == [
        ("RAILS_MASTER_KEY", "external")
    ]


def test_a_number_that_is_not_whole_is_not_known() -> None:
    formation = resource(
        "heroku:formation/formation:Formation", "f", outputs={"type": "web", "quantity": 1.5, "size": "Basic"}
    )
    environment = environment_of_state(stored(formation), DIGESTS)
    assert isinstance(environment.formation, tuple)
    assert environment.formation[0].quantity == Unknown("f has no whole number under quantity")


def test_providers_count_as_resources_and_the_engines_own_do_not() -> None:
    found = [
        resource("pulumi:pulumi:Stack", "s", protect=False),
        resource("pulumi:providers:heroku", "heroku", protect=True),
        resource("pulumi:providers:heroku", "default_1_0_4", protect=False),
    ]
    assert environment_of_state(stored(*found), DIGESTS).resources == (
        Resource(name="heroku", protected=True),
    )


@pytest.mark.parametrize(
    ("exported", "message"),
    [
        ([], "expected the output of `pulumi stack export`"),
        ({}, "expected the output of `pulumi stack export`"),
        ({"version": 3, "deployment": None}, "expected the output of `pulumi stack export`"),
        ({"version": 4, "deployment": {}}, "the state has version 4; expected 3"),
        ({"version": 3, "deployment": {}}, "nothing was ever put up; run `pulumi up` first"),
        (stored({"urn": "x"}), "a resource of the state has no urn or no type"),
    ],
)
def test_what_is_no_state_is_refused(exported: object, message: str) -> None:
    with pytest.raises(StateError, match=message):
        environment_of_state(exported, DIGESTS)
