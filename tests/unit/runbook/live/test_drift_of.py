"""Drift as a pure function: what differs and what it means, on environments made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.drift.comparison import differences
from runbook.drift.grading import Drift, drift_of
from runbook.drift.ignore import Entry, IgnoreError, read, sort_out
from runbook.environment import (
    Addon,
    Attachment,
    ConfigVar,
    ConfigVars,
    Coupling,
    Database,
    Environment,
    Process,
)
from runbook.live import NOT_ASKED, Live, Lost, Release, Rename, Surrounding, SurroundingKind
from runbook.rules.rule import Context
from runbook.unknown import Known, Unknown
from tests.unit.runbook.rules.healthy import (
    DIGESTS,
    HEALTHY,
    LATER,
    change,
    plain,
    secret,
    with_var,
    without_var,
)

NOW = datetime(2026, 8, 4, 12, 0, tzinfo=UTC)
UP_AT = NOW - timedelta(days=1)
OFF = Unknown("503")
NOWHERE = Unknown("no program was read")


def live(found: Environment = HEALTHY, **fields: Any) -> Environment:
    """As Heroku has it: external secrets have values, the database's own config var is there."""
    owned = ConfigVar(name="DATABASE_URL", kind="addon", digest=DIGESTS.of("postgres://canary"))
    found = with_var(found, secret("RAILS_MASTER_KEY", "canary", "external"), owned)
    return change(found, live=Live(**{"read_at": NOW, "app_id": "an id", "maintenance": False, **fields}))


def drift(
    there: Environment, declared: Environment = HEALTHY, program: Any = NOWHERE
) -> list[tuple[str, ...]]:
    found = drift_of(declared, there, Context(DIGESTS), program=program, declared_at=UP_AT)
    return [(one.kind, one.target, one.grade) for one in found]


def release(version: int, description: str, status: str = "succeeded", **age: float) -> Release:
    moment = NOW - timedelta(**(age or {"hours": 1}))
    return Release(version=version, description=description, status=status, current=False, created_at=moment)


def test_what_is_as_declared_is_no_drift() -> None:
    assert drift(live()) == []


REDIS = Addon(name="own-redis", plan="heroku-redis:mini")
GROWN = change(
    HEALTHY,
    addons=(REDIS,),
    addon_attachments=(Attachment(name="REDIS", database="own-redis"),),
    parts={
        "domain": ("api.example.com",),
        "feature": ("preboot",),
        "collaborator": ("pat@example.com",),
    },
)
PAT = Surrounding(kind="collaborator", name="pat@example.com", says="collaborator")
DOMAIN = Surrounding(kind="domain", name="api.example.com")
PREBOOT = Surrounding(kind="feature", name="preboot")
AS_GROWN: dict[SurroundingKind, tuple[Surrounding, ...]] = {
    "domain": (DOMAIN,),
    "feature": (PREBOOT,),
    "collaborator": (PAT,),
}


def grown(**fields: Any) -> Environment:
    """As declared, but for these fields."""
    return change(live(GROWN, surroundings=AS_GROWN), **fields)


def seen(there: Environment) -> list[tuple[str, str, str | None]]:
    return [(one.kind, one.target, one.resource) for one in differences(GROWN, there)]


def test_declared_addons_and_domains_are_no_drift() -> None:
    assert drift(grown(), GROWN) == []


def test_an_addon_that_is_gone_takes_its_attachment_with_it() -> None:
    assert seen(grown(addons=(), addon_attachments=())) == [
        ("deleted", "production/own-redis", "addon-REDIS")
    ]


def test_another_plan_of_an_addon_is_drift() -> None:
    there = grown(addons=(REDIS.model_copy(update={"plan": "heroku-redis:premium-0"}),))
    assert seen(there) == [("changed", "production/own-redis", "addon-REDIS")]


def test_a_detached_addon_is_drift_and_a_second_name_of_it_is_none() -> None:
    second = Attachment(name="REDIS_OLIVE", database="own-redis")
    assert seen(grown(addon_attachments=(second,))) == [
        ("deleted", "production/REDIS", "addon-REDIS-attachment")
    ]
    assert seen(grown(addon_attachments=(*_known(GROWN.addon_attachments), second))) == []


def test_an_undeclared_addon_and_domain_are_drift() -> None:
    there = live(HEALTHY, surroundings={"domain": (DOMAIN,)})
    there = change(there, addons=(REDIS,))
    assert [(one.kind, one.target, one.resource) for one in differences(HEALTHY, there)] == [
        ("undeclared", "production/own-redis", None),
        ("undeclared", "production/api.example.com", None),
    ]


def test_a_domain_that_is_gone_is_drift() -> None:
    there = live(GROWN, surroundings={"domain": ()})
    assert seen(there) == [("deleted", "production/api.example.com", "domain-api.example.com")]


IN_PIPELINE = Coupling(pipeline="sc-mvp", stage="production")
IN_STAGING = Coupling(pipeline="sc-mvp", stage="staging")


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        (IN_PIPELINE, IN_PIPELINE, []),
        (None, None, []),
        (None, NOT_ASKED, []),
        (
            None,
            IN_PIPELINE,
            [("undeclared", "production/sc-mvp", "pipeline sc-mvp, stage production", "harmless")],
        ),
        (
            IN_PIPELINE,
            None,
            [("deleted", "production/sc-mvp", "pipeline sc-mvp, stage production is gone", "harmless")],
        ),
        (
            IN_PIPELINE,
            IN_STAGING,
            [
                (
                    "changed",
                    "production/sc-mvp",
                    "pipeline sc-mvp, stage production became pipeline sc-mvp, stage staging",
                    "breaks the runbook",
                )
            ],
        ),
    ],
)
def test_another_place_in_the_pipeline_is_one_drift(
    ours: Coupling | None, theirs: Known[Coupling | None], told: list[tuple[str, ...]]
) -> None:
    declared, there = change(HEALTHY, coupling=ours), live(change(HEALTHY, coupling=theirs))
    found = drift_of(declared, there, Context(DIGESTS), program=NOWHERE, declared_at=UP_AT)
    assert [(one.kind, one.target, one.words, one.grade) for one in found] == told


def test_a_person_in_the_file_alone_or_on_the_account_alone_is_one_drift_that_names_them() -> None:
    kim = PAT.model_copy(update={"name": "kim@example.com"})
    there = live(GROWN, surroundings={**AS_GROWN, "collaborator": (kim,)})
    found = drift_of(GROWN, there, Context(DIGESTS), program=NOWHERE, declared_at=UP_AT)
    assert [(one.kind, one.target, one.grade, one.broken and one.broken.id) for one in found] == [
        ("undeclared", "production/kim@example.com", "breaks the runbook", "access-reviewed"),
        ("deleted", "production/pat@example.com", "breaks the runbook", "access-reviewed"),
    ]
    assert [one.command for one in found] == [
        "heroku access:remove kim@example.com -a sc-mvp-production",
        "",
    ]


def test_a_further_database_is_named_with_its_role_and_its_schedule() -> None:
    follower = Database(name="follower", plan="standard-0")
    there = live(
        change(
            HEALTHY,
            databases=(*_known(HEALTHY.databases), follower),
            attachments=(
                *_known(HEALTHY.attachments),
                Attachment(name="HEROKU_POSTGRESQL_OLIVE", database="follower"),
            ),
            monthly_budget_usd=500,
        )
    )
    declared = change(HEALTHY, monthly_budget_usd=500)
    found = drift_of(declared, there, Context(DIGESTS), program=NOWHERE, declared_at=UP_AT)
    (told,) = [one for one in found if one.target == "production/follower"]
    assert told.words == "plan standard-0, attached as HEROKU_POSTGRESQL_OLIVE, without a backup schedule"
    assert (told.grade, told.why) == (
        "harmless",
        "it breaks no rule; a further database can't be declared, and nothing here touches it. If it is left over: `heroku "
        "addons:destroy follower -a sc-mvp-production`, which takes its backups with it; until then list it in drift-ignore.yaml",
    )


def test_a_feature_that_was_switched_off_is_drift() -> None:
    there = live(GROWN, surroundings={"feature": ()})
    assert seen(there) == [("deleted", "production/preboot", "feature-preboot")]


@pytest.mark.parametrize(
    ("there", "key"),
    [
        ({"surroundings": {"domain": (DOMAIN,)}}, "declare it (domains in Pulumi.production.yaml), "),
        ({"surroundings": {"feature": (PREBOOT,)}}, "declare it (features in Pulumi.production.yaml), "),
        (
            {"surroundings": {"webhook": (Surrounding(kind="webhook", name="hook.example#1"),)}},
            "webhooks can't be declared, and nothing here touches one: ",
        ),
    ],
    ids=["a domain", "a feature", "a webhook"],
)
def test_what_nobody_declared_is_said_with_the_key_that_declares_it(there: dict[str, Any], key: str) -> None:
    drifts = drift_of(HEALTHY, live(**there), Context(DIGESTS), program=NOWHERE)
    assert [found.why for found in drifts] == [
        f"it breaks no rule; Pulumi does not see it: {key}undo it, or list it in drift-ignore.yaml"
    ]


def test_a_renamed_addon_is_drift_of_its_own() -> None:
    there = live(GROWN, renames=(Rename(declared="own-redis", live="cache"),))
    assert seen(there) == [("changed", "production/own-redis", "addon-REDIS")]


def _known(found: Any) -> Any:
    assert not isinstance(found, Unknown)
    return found


def scaling(quantity: int, dyno_type: str = "Standard-1X") -> Environment:
    return live(
        change(HEALTHY, formation=(Process(process_type="web", quantity=quantity, dyno_type=dyno_type),))
    )


RANGED = change(
    HEALTHY,
    formation=(Process(process_type="web", quantity=2, dyno_type="Standard-1X", most=6),),
    monthly_budget_usd=500,
)


@pytest.mark.parametrize("quantity", [2, 4, 6])
def test_a_quantity_inside_its_range_is_no_drift(quantity: int) -> None:
    assert drift(change(scaling(quantity), monthly_budget_usd=500), RANGED) == []


@pytest.mark.parametrize(("quantity", "grade"), [(1, "harmless"), (7, "harmless"), (0, "breaks the runbook")])
def test_a_quantity_outside_its_range_is_drift_that_up_leaves(quantity: int, grade: str) -> None:
    there = change(scaling(quantity), monthly_budget_usd=500)
    (found,) = drift_of(RANGED, there, Context(DIGESTS), program=NOWHERE, declared_at=UP_AT)
    assert (found.kind, found.target, found.grade, found.resource) == (
        "changed",
        "production/web",
        grade,
        None,
    )
    assert found.words == f"2 to 6 x Standard-1X became {quantity} x Standard-1X"


def test_another_dyno_type_inside_a_range_is_taken_back_by_up() -> None:
    there = change(scaling(4, "Standard-2X"), monthly_budget_usd=500)
    (found,) = differences(RANGED, there)
    assert (found.kind, found.resource) == ("changed", "formation-web")


def test_a_value_that_the_program_declares_by_now_is_expected() -> None:
    declared = with_var(HEALTHY, plain("LOG_LEVEL", "info"))
    program = with_var(HEALTHY, plain("LOG_LEVEL", "debug"))
    assert drift(live(program), declared) == [("changed", "production/LOG_LEVEL", "harmless")]
    assert drift(live(program), declared, program) == [("changed", "production/LOG_LEVEL", "expected")]


def test_another_value_than_the_programs_is_not_expected() -> None:
    """The next `up` would overwrite what somebody set by hand."""
    there, program = (with_var(HEALTHY, plain("NEW_FLAG", value)) for value in ("live", "file"))
    assert drift(live(there), program=program) == [("undeclared", "production/NEW_FLAG", "harmless")]


def test_what_the_program_declares_and_breaks_a_rule_is_no_less_broken() -> None:
    program = with_var(HEALTHY, plain("SMTP_PORT", "2525"))
    assert drift(live(program), program=program) == [
        ("changed", "production/SMTP_PORT", "breaks the runbook")
    ]


def test_a_value_that_the_program_cannot_tell_is_not_taken_for_expected() -> None:
    there = live(with_var(HEALTHY, secret("SECRET_KEY_BASE", "canary-other")))
    program = with_var(HEALTHY, secret("SECRET_KEY_BASE", LATER))
    assert drift(there, program=program) == [("changed", "production/SECRET_KEY_BASE", "harmless")]


def test_a_declared_value_that_cannot_be_told_is_unknown() -> None:
    declared = with_var(HEALTHY, secret("SECRET_KEY_BASE", LATER))
    assert drift(live(), declared) == [("not read", "production/SECRET_KEY_BASE", "unknown")]


def test_a_rule_that_was_broken_as_declared_is_not_broken_by_drift() -> None:
    """Web was declared with an Eco dyno already; that there are two of them now breaks another rule."""
    eco = change(HEALTHY, formation=(Process(process_type="web", quantity=1, dyno_type="Eco"),))
    found = drift_of(
        eco,
        live(change(HEALTHY, formation=(Process(process_type="web", quantity=2, dyno_type="Eco"),))),
        Context(DIGESTS),
        program=NOWHERE,
    )
    assert [(one.grade, one.broken.id if one.broken else None) for one in found] == [
        ("breaks the runbook", "dyno-horizontal")
    ]


@pytest.mark.parametrize(
    ("found", "grade"),
    [
        (release(9, "Deploy 1a2b3c4d"), "expected"),
        (release(9, "Promote sc-mvp-staging v12 1a2b3c4d"), "expected"),
        (release(9, "Update DATABASE by heroku-postgresql"), "expected"),
        (release(9, "Rollback to v7"), "harmless"),
        (release(9, "Deploy 1a2b3c4d", "failed"), "breaks the runbook"),
        (release(9, "Set LOG_LEVEL config vars"), None),
        (release(9, "Rollback to v7", days=2), None),
    ],
)
def test_releases_since_the_last_up_are_told_where_no_other_difference_tells_them(
    found: Release, grade: str | None
) -> None:
    expected = [("changed", "production/v9", grade)] if grade else []
    assert drift(live(releases=(found,))) == expected


@pytest.mark.fault("F34")
def test_a_rotated_database_url_is_no_difference_of_its_own() -> None:
    there = with_var(live(), ConfigVar(name="DATABASE_URL", kind="addon", digest=DIGESTS.of("rotated")))
    assert drift(there) == []


def test_an_app_that_is_gone_is_one_difference() -> None:
    assert drift(change(HEALTHY, app=None, live=Live(read_at=NOW))) == [
        ("deleted", "production", "breaks the runbook")
    ]


def test_a_database_that_has_the_name_of_the_declared_one_and_is_another_is_lost_data() -> None:
    (found,) = drift_of(
        HEALTHY,
        live(lost=(Lost(what="database", name="sc-mvp-production-db", another=True),)),
        Context(DIGESTS),
        program=NOWHERE,
        declared_at=UP_AT,
    )
    assert (found.kind, found.target, found.grade) == (
        "deleted",
        "production/sc-mvp-production-db",
        "breaks the runbook",
    )
    assert found.broken is not None
    assert found.broken.id == "no-data-loss"


@pytest.mark.parametrize("part", ["formation", "databases", "attachments", "backup_schedules", "app", "live"])
def test_a_part_that_was_not_read_is_unknown(part: str) -> None:
    assert {grade for _, _, grade in drift(change(live(), **{part: OFF}))} == {"unknown"}


def test_config_vars_and_surroundings_that_were_not_read_are_unknown() -> None:
    assert {found[2] for found in drift(change(live(), config_vars=ConfigVars(rest=OFF)))} == {"unknown"}
    assert {found[2] for found in drift(live(surroundings={"log drain": OFF}))} == {"unknown"}
    assert {found[2] for found in drift(live(releases=OFF))} == {"unknown"}


@given(st.text(min_size=8), st.sampled_from(["SMTP_PORT", "SECRET_KEY_BASE", "VITE_API_URL", "NEW_ONE"]))
def test_no_difference_holds_a_value(value: str, name: str) -> None:
    there = live(with_var(HEALTHY, plain(name, f"canary{value}")))
    found = drift_of(HEALTHY, there, Context(DIGESTS), program=NOWHERE)
    assert found
    assert f"canary{value}" not in str(found)


@given(st.sampled_from(["RAILS_ENV", "SMTP_PORT", "SECRET_KEY_BASE", "RAILS_MASTER_KEY"]))
def test_what_is_missing_on_one_side_is_undeclared_on_the_other(name: str) -> None:
    there = live(without_var(HEALTHY, name)) if name != "RAILS_MASTER_KEY" else without_var(live(), name)
    assert [(found.kind, found.target) for found in differences(HEALTHY, there)] == [
        ("deleted", f"production/{name}")
    ]
    back = [(found.kind, found.target) for found in differences(without_var(HEALTHY, name), live())]
    assert back == [("undeclared", f"production/{name}")]


ENTRY = Entry(
    targets=("production/drain.example",),
    kinds=("undeclared", "changed"),
    reason="logs of the launch",
    owner="ops",
    expires=date(2026, 12, 31),
)


def found(kind: str, grade: str = "harmless") -> Drift:
    there = live(surroundings={"log drain": (Surrounding(kind="log drain", name="drain.example"),)})
    (one,) = drift_of(HEALTHY, there, Context(DIGESTS), program=NOWHERE)
    return Drift(kind, one.aspect, one.target, "", one.live, grade, "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drifted", "today", "ignored"),
    [
        (found("undeclared"), date(2026, 12, 31), True),
        (found("undeclared"), date(2027, 1, 1), False),
        (found("deleted"), date(2026, 8, 4), False),
        (found("not read", "unknown"), date(2026, 8, 4), False),
        (found("changed", "breaks the runbook"), date(2026, 8, 4), False),
    ],
    ids=["on its last day", "a day later", "a delete", "what could not be read", "what breaks a rule"],
)
def test_what_is_ignored_and_what_never_is(drifted: Drift, today: date, *, ignored: bool) -> None:
    sorted_out = sort_out([drifted], [ENTRY], today)
    assert (len(sorted_out.ignored), len(sorted_out.counting)) == ((1, 0) if ignored else (0, 1))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignore: 1", 'expected a list under "ignore"'),
        (
            "ignore: [{targets: [production], kinds: [changed], reason: r, owner: o, expires: 2026-12-31}]",
            "STACK/OBJECT",
        ),
        (
            "ignore: [{targets: [production/x], kinds: [deleted], reason: r, owner: o, expires: 2026-12-31}]",
            "kinds.0",
        ),
        ("ignore: [{targets: [production/x], kinds: [changed], reason: r, owner: o}]", "expires"),
        (
            "ignore: [",
            "drift-ignore.yaml:2: did not find expected node content; is the file cut or mis-indented?",
        ),
        ("ignore: []\nignore: []", "drift-ignore.yaml:2: ignore appears twice, first in line 1; keep one"),
        (
            "ignore:\n- {targets: [production/x], targets: [staging/x]}",
            "drift-ignore.yaml:2: ignore.0.targets appears twice",
        ),
        ("ignore:\n\n- {targets: [production/x]}", "drift-ignore.yaml:3: kinds: Field required"),
    ],
)
def test_a_list_that_is_not_what_it_should_be_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "drift-ignore.yaml"
    path.write_text(text)
    with pytest.raises(IgnoreError, match=r"drift-ignore\.yaml") as raised:
        read(path)
    assert message in str(raised.value)
