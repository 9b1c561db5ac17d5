"""Which rules a difference breaks: each rule once, on its cause where there is one."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.drift.comparison import differences
from runbook.drift.grading import Drift, drift_of
from runbook.environment import (
    Addon,
    Attachment,
    BackupSchedule,
    ConfigVar,
    Database,
    Environment,
    Process,
)
from runbook.live import Live, Lost
from runbook.rules.rule import Context
from runbook.unknown import Unknown
from tests.unit.runbook.live.test_drift_of import NOW, live
from tests.unit.runbook.rules.healthy import (
    DIGESTS,
    HEALTHY,
    STAGING,
    change,
    plain,
    secret,
    with_var,
)

OWN = "sc-mvp-production-db"
OWN_ATTACHMENT = Attachment(name="DATABASE", database=OWN)
OWN_SCHEDULE = BackupSchedule(attachment="DATABASE", database=OWN, hour=2, zone="America/Los_Angeles")
SECOND = Database(name="second-db", plan="standard-0")
RICH = change(HEALTHY, monthly_budget_usd=250)
OFF = Unknown("503")
Row = tuple[str, str, str, tuple[str, ...]]


def drifts(
    there: Environment, declared: Environment = RICH, other: Environment | None = None
) -> tuple[Drift, ...]:
    context = Context(DIGESTS, other or live_staging())
    return drift_of(declared, there, context, program=declared, declared_other=STAGING)


def live_staging(found: Environment = STAGING) -> Environment:
    found = with_var(found, secret("RAILS_MASTER_KEY", "canary-of-staging", "external"))
    return change(found, live=Live(read_at=NOW, app_id="another id", maintenance=False))


def rows(there: Environment, declared: Environment = RICH, other: Environment | None = None) -> list[Row]:
    return [
        (one.kind, one.target, one.grade, tuple(breach.rule.id for breach in one.breaches))
        for one in drifts(there, declared, other)
    ]


def gone(found: Environment = RICH) -> Environment:
    """Its database was destroyed; attachment and schedule went with it."""
    lost = (Lost(what="database", name=OWN),)
    return live(change(found, databases=(), attachments=(), backup_schedules=()), lost=lost)


def promoted(*schedules: BackupSchedule, found: Environment = RICH) -> Environment:
    attachments = (
        Attachment(name="DATABASE", database="second-db"),
        Attachment(name="HEROKU_POSTGRESQL_RED", database=OWN),
    )
    both = (*found.databases, SECOND)  # type: ignore[misc]
    return live(change(found, databases=both, attachments=attachments, backup_schedules=schedules))


def test_a_destroyed_database_is_data_loss_and_one_line_for_all_that_went_with_it() -> None:
    assert rows(gone()) == [
        (
            "deleted",
            f"production/{OWN}",
            "breaks the runbook",
            ("no-data-loss",),
        )
    ]


def test_a_destroyed_database_that_another_took_the_place_of_is_data_loss_all_the_same() -> None:
    moved = promoted(OWN_SCHEDULE.model_copy(update={"database": "second-db"}))
    there = change(
        moved,
        databases=(SECOND,),
        attachments=(Attachment(name="DATABASE", database="second-db"),),
        live=Live(read_at=NOW, maintenance=False, lost=(Lost(what="database", name=OWN),)),
    )
    found = drifts(there)
    assert [(one.kind, one.target, one.grade) for one in found] == [
        ("deleted", f"production/{OWN}", "breaks the runbook"),
        ("undeclared", "production/second-db", "harmless"),
        ("changed", "production/DATABASE", "harmless"),
        ("changed", "production/DATABASE", "harmless"),
    ]
    assert found[0].severity is not None
    assert found[0].severity.label == "Sev-1"
    assert "harmless" not in found[0].why
    assert not [one for one in found if "sets it back" in one.why], "no `up` brings data back"


def test_a_destroyed_app_is_one_line_and_nothing_that_hangs_on_it_is_judged() -> None:
    there = change(
        HEALTHY, app=None, live=Live(read_at=NOW, lost=(Lost(what="app", name="sc-mvp-production"),))
    )
    assert rows(there) == [("deleted", "production", "breaks the runbook", ("no-data-loss",))]


def test_a_database_promoted_without_a_schedule_breaks_the_daily_backup() -> None:
    found = {row[1]: row for row in rows(promoted(OWN_SCHEDULE))}
    assert found["production/DATABASE"] == (
        "changed",
        "production/DATABASE",
        "breaks the runbook",
        ("backup-daily",),
    )


def test_a_database_that_a_promotion_left_over_breaks_no_rule_and_its_end_is_named() -> None:
    """The stack is carried over by now: its file and state have second-db."""
    schedule = OWN_SCHEDULE.model_copy(update={"database": "second-db"})
    declared = change(
        RICH,
        databases=(SECOND,),
        attachments=(Attachment(name="DATABASE", database="second-db"),),
        backup_schedules=(schedule,),
    )
    (left, name) = drifts(promoted(schedule), declared)
    assert (left.target, left.grade, left.breaches) == (f"production/{OWN}", "harmless", ())
    assert f"If it is left over: `heroku addons:destroy {OWN} -a sc-mvp-production`" in left.why
    assert (name.target, name.grade) == ("production/HEROKU_POSTGRESQL_RED", "harmless")


def test_a_config_var_on_staging_alone_makes_the_stacks_differ() -> None:
    """Production has no difference of its own, so the rule is said by itself."""
    other = live_staging(with_var(STAGING, plain("FEATURE_X", "canary")))
    assert rows(live(RICH), other=other) == [
        ("broken", "production/config_vars", "breaks the runbook", ("stacks-alike",))
    ]


def test_a_config_var_on_one_stack_is_the_cause_there() -> None:
    assert rows(live(with_var(RICH, plain("FEATURE_X", "canary")))) == [
        ("undeclared", "production/FEATURE_X", "breaks the runbook", ("stacks-alike",))
    ]


def test_an_addon_without_a_price_makes_the_cost_unknown() -> None:
    there = live(change(RICH, addons=(Addon(name="cache-of-ours", plan="own-cache:mini"),)))
    assert rows(there) == [("undeclared", "production/cache-of-ours", "unknown", ("cost-budget",))]


def test_two_schedules_of_one_name_are_two() -> None:
    there = live(change(RICH, backup_schedules=(OWN_SCHEDULE, OWN_SCHEDULE.model_copy(update={"hour": 5}))))
    assert ("undeclared", "production/DATABASE", "breaks the runbook") in [row[:3] for row in rows(there)]
    named = [rule for row in rows(there) for rule in row[3]]
    assert {"backup-daily", "backup-time"} <= {*named}
    assert len(named) == len({*named}), "a rule is named twice"


def test_a_process_type_without_dynos_is_what_a_deploy_leaves_behind() -> None:
    idle = tuple(Process(process_type=name, quantity=0, dyno_type="Basic") for name in ("release", "rake"))
    there = live(change(RICH, formation=(*RICH.formation, *idle)))  # type: ignore[misc]
    assert rows(there) == [
        ("undeclared", "production/release", "expected", ()),
        ("undeclared", "production/rake", "expected", ()),
    ]


def test_a_process_type_without_dynos_is_not_blamed_for_the_budget() -> None:
    formation = (
        Process(process_type="release", quantity=0, dyno_type="Basic"),
        Process(process_type="web", quantity=2, dyno_type="Performance-M"),
    )
    there = live(change(RICH, formation=formation))
    assert rows(there) == [
        ("changed", "production/web", "breaks the runbook", ("cost-budget", "stacks-alike")),
        ("undeclared", "production/release", "expected", ()),
    ]


def test_each_rule_that_one_change_breaks_is_named_on_it() -> None:
    there = live(change(RICH, formation=(Process(process_type="web", quantity=2, dyno_type="Eco"),)))
    ((_, target, _, rules),) = rows(there)
    assert (target, {*rules}) == ("production/web", {"dyno-awake", "dyno-horizontal", "stacks-alike"})


def part(**fields: Any) -> Environment:
    return change(RICH, **fields)


UNKNOWN_PARTS: dict[str, tuple[Environment, Environment, str]] = {
    "a plan": (
        part(databases=(Database(name=OWN, plan=OFF),)),
        part(databases=(Database(name=OWN, plan=OFF),)),
        OWN,
    ),
    "a plan on one side": (part(databases=(Database(name=OWN, plan=OFF),)), RICH, OWN),
    "a dyno type": (
        part(formation=(Process(process_type="web", quantity=1, dyno_type=OFF),)),
        part(formation=(Process(process_type="web", quantity=1, dyno_type=OFF),)),
        "web",
    ),
    "a schedule's zone": (
        part(backup_schedules=(OWN_SCHEDULE.model_copy(update={"zone": OFF}),)),
        part(backup_schedules=(OWN_SCHEDULE.model_copy(update={"zone": OFF}),)),
        "DATABASE",
    ),
    "what is attached": (
        part(attachments=(Attachment(name="DATABASE", database=OFF),)),
        part(attachments=(Attachment(name="DATABASE", database=OFF),)),
        "DATABASE",
    ),
    "the buildpacks": (
        part(app=RICH.app.model_copy(update={"buildpacks": OFF})),  # type: ignore[union-attr]
        part(app=RICH.app.model_copy(update={"buildpacks": OFF})),  # type: ignore[union-attr]
        "app",
    ),
}


@pytest.mark.parametrize("words", UNKNOWN_PARTS)
def test_what_is_unknown_equals_nothing_not_even_another_unknown(words: str) -> None:
    declared, there, name = UNKNOWN_PARTS[words]
    assert [(one.kind, one.target) for one in differences(declared, live(there))] == [
        ("not read", f"production/{name}")
    ]


def test_a_change_beside_something_unknown_is_still_a_change() -> None:
    declared = part(formation=(Process(process_type="web", quantity=1, dyno_type=OFF),))
    there = part(formation=(Process(process_type="web", quantity=3, dyno_type=OFF),))
    assert [(one.kind, one.target) for one in differences(declared, live(there))] == [
        ("not read", "production/web"),
        ("changed", "production/web"),
    ]


def test_an_external_secret_that_was_never_set_is_named_by_its_rule() -> None:
    """The state knows nothing of it: the file called it external after the last `up`."""
    absent = ConfigVar(name="STRIPE_API_KEY", kind="external", has_value=False)
    other = live_staging(with_var(STAGING, secret("STRIPE_API_KEY", "canary-of-staging", "external")))
    (found,) = drifts(live(with_var(RICH, absent)), other=other)
    assert (found.kind, found.target, found.grade) == (
        "broken",
        "production/STRIPE_API_KEY",
        "breaks the runbook",
    )
    assert found.broken is not None
    assert found.broken.id == "config-present"
    assert "gone" not in found.words


def test_a_waived_finding_is_not_called_broken_where_verify_lets_it_off() -> None:
    """What the waiver covers is drift all the same, until it is declared or ignored."""
    from datetime import date  # noqa: PLC0415 - for this one

    from runbook.drift.grading import Leave  # noqa: PLC0415 - for this one
    from runbook.waivers import Waiver  # noqa: PLC0415 - for this one

    waiver = Waiver(
        policies=("dyno-awake",),
        targets=("production/web",),
        reason="a trial",
        owner="ops",
        expires=date(2026, 12, 31),
    )
    eco = change(
        RICH, formation=(Process(process_type="web", quantity=1, dyno_type="Eco"),), differs=("formation",)
    )
    declared = change(RICH, differs=("formation",))
    found = drift_of(
        declared,
        live(eco),
        Context(DIGESTS, live_staging()),
        program=declared,
        declared_other=STAGING,
        leave=Leave((waiver,), date(2026, 8, 4)),
    )
    assert [(one.target, one.grade) for one in found] == [("production/web", "harmless")]
