"""What somebody may do to a live stack behind Pulumi's back, each as a change of the model that a reader would make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from runbook.environment import (
    Addon,
    App,
    Attachment,
    BackupSchedule,
    ConfigVar,
    ConfigVars,
    Database,
    Environment,
    Process,
)
from runbook.live import Live, Lost, Rename, Surrounding
from runbook.unknown import Unknown
from tests.unit.runbook.rules.healthy import change, plain, secret, with_var, without_var

Edit = Callable[[Environment], Environment]
OFF = Unknown("GET /x: 503 Heroku has a fault")
NAMES = (
    "RAILS_ENV",
    "NODE_ENV",
    "SMTP_PORT",
    "VITE_API_URL",
    "SECRET_KEY_BASE",
    "RAILS_MASTER_KEY",
    "FEATURE_X",
)
VALUES = ("production", "staging", "enabled", "587", "", "secret", "canary")
PLANS = ("essential-0", "mini", "standard-0", "standard-2", "premium-4", "unheard-of")
SIZES = ("Eco", "Basic", "Standard-1X", "Performance-L", "unheard-of")
ZONES = ("America/Los_Angeles", "US/Pacific", "UTC", "Europe/Paris")
OWN = "sc-mvp-production-db"


def facts(found: Environment, **fields: object) -> Environment:
    live = found.live
    return change(found, live=live.model_copy(update=fields)) if isinstance(live, Live) else found


def scaled(name: str, quantity: int, size: str) -> Edit:
    def edit(found: Environment) -> Environment:
        if isinstance(found.formation, Unknown):
            return found
        others = tuple(one for one in found.formation if one.process_type != name)
        return change(
            found, formation=(*others, Process(process_type=name, quantity=quantity, dyno_type=size))
        )

    return edit


def without_process(found: Environment) -> Environment:
    return change(found, formation=())


def planned(plan: str) -> Edit:
    def edit(found: Environment) -> Environment:
        if isinstance(found.databases, Unknown):
            return found
        return change(found, databases=tuple(Database(name=one.name, plan=plan) for one in found.databases))

    return edit


def bought(plan: str) -> Edit:
    """A second database, attached under a name of its own."""

    def edit(found: Environment) -> Environment:
        if isinstance(found.databases, Unknown) or isinstance(found.attachments, Unknown):
            return found
        if any(one.name == "second-db" for one in found.databases):
            return found
        return change(
            found,
            databases=(*found.databases, Database(name="second-db", plan=plan)),
            attachments=(*found.attachments, Attachment(name="SECOND", database="second-db")),
        )

    return edit


def promoted(found: Environment) -> Environment:
    if isinstance(found.attachments, Unknown) or not any(one.name == "SECOND" for one in found.attachments):
        return found
    swapped = {"SECOND": "DATABASE", "DATABASE": "HEROKU_POSTGRESQL_RED"}
    return change(
        found,
        attachments=tuple(
            one.model_copy(update={"name": swapped.get(str(one.name), one.name)}) for one in found.attachments
        ),
    )


def destroyed(found: Environment) -> Environment:
    """The declared database, with what hangs on it."""
    parts = (found.databases, found.attachments, found.backup_schedules)
    if any(isinstance(part, Unknown) for part in parts) or not _has(found, OWN):
        return found
    gone = change(
        found,
        databases=tuple(one for one in _known(found.databases) if one.name != OWN),
        attachments=tuple(one for one in _known(found.attachments) if one.database != OWN),
        backup_schedules=tuple(one for one in _known(found.backup_schedules) if one.database != OWN),
    )
    return facts(gone, lost=(Lost(what="database", name=OWN),))


def made_anew(found: Environment) -> Environment:
    return facts(found, lost=(Lost(what="database", name=OWN, another=True),)) if _has(found, OWN) else found


def renamed_database(found: Environment) -> Environment:
    return facts(found, renames=(Rename(declared=OWN, live="curved-1"),))


def detached(found: Environment) -> Environment:
    return change(found, attachments=())


def attached(name: str, database: str) -> Edit:
    def edit(found: Environment) -> Environment:
        if isinstance(found.attachments, Unknown):
            return found
        return change(found, attachments=(*found.attachments, Attachment(name=name, database=database)))

    return edit


def scheduled(name: str, hour: int, zone: str, database: str) -> Edit:
    def edit(found: Environment) -> Environment:
        if isinstance(found.backup_schedules, Unknown):
            return found
        added = BackupSchedule(attachment=name, database=database, hour=hour, zone=zone)
        return change(found, backup_schedules=(*found.backup_schedules, added))

    return edit


def rescheduled(hour: int, zone: str) -> Edit:
    def edit(found: Environment) -> Environment:
        moved = [
            one.model_copy(update={"hour": hour, "zone": zone}) for one in _known(found.backup_schedules)
        ]
        return change(found, backup_schedules=tuple(moved))

    return edit


def unscheduled(found: Environment) -> Environment:
    return change(found, backup_schedules=())


def set_var(name: str, value: str) -> Edit:
    is_secret = name in ("SECRET_KEY_BASE", "RAILS_MASTER_KEY")
    var = secret(name, value, "external") if is_secret else plain(name, value)
    return lambda found: with_var(found, var)


def unset_var(name: str) -> Edit:
    return lambda found: without_var(found, name, found.config_vars.rest)


def absent_external(found: Environment) -> Environment:
    return with_var(found, ConfigVar(name="STRIPE_API_KEY", kind="external", has_value=False))


def app_changed(part: str, value: object) -> Edit:
    def edit(found: Environment) -> Environment:
        if not isinstance(found.app, App):
            return found
        renamed = {"url": "https://another.herokuapp.com"} if part == "name" else {}
        return change(found, app=found.app.model_copy(update={part: value, **renamed}))

    return edit


def destroyed_app(found: Environment) -> Environment:
    lost = (Lost(what="app", name="sc-mvp-production"),)
    read_at = found.live.read_at if isinstance(found.live, Live) else None
    return Environment(stack=found.stack, app=None, live=Live(read_at=read_at, lost=lost) if read_at else OFF)


def unread(part: str) -> Edit:
    def edit(found: Environment) -> Environment:
        if part == "config_vars":
            return change(found, config_vars=ConfigVars(rest=OFF))
        if part in Live.model_fields:
            return facts(found, **{part: OFF})
        return change(found, **{part: OFF})

    return edit


def fact(**fields: Any) -> Edit:
    return lambda found: facts(found, **fields)


def bought_addon(found: Environment) -> Environment:
    return change(found, addons=(Addon(name="cache", plan="heroku-redis:mini"),))


def with_person(found: Environment) -> Environment:
    live = found.live
    if not isinstance(live, Live):
        return found
    somebody = Surrounding(kind="collaborator", name="somebody@example.com")
    return facts(found, surroundings={**live.surroundings, "collaborator": (somebody,)})


EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(scaled, st.sampled_from(["web", "worker", "rake"]), st.sampled_from([0, 1, 2, 11, 101]), st.sampled_from(SIZES)),
    st.builds(planned, st.sampled_from(PLANS)),
    st.builds(bought, st.sampled_from(PLANS)),
    st.builds(attached, st.sampled_from(["REPORTS", "DATABASE"]), st.sampled_from([OWN, "sc-mvp-staging-db"])),
    st.builds(scheduled, st.sampled_from(["DATABASE", "REPORTS"]), st.sampled_from([2, 5]), st.sampled_from(ZONES), st.sampled_from([OWN, "second-db"])),
    st.builds(rescheduled, st.sampled_from([2, 5]), st.sampled_from(ZONES)),
    st.builds(set_var, st.sampled_from([*NAMES, "DATABASE_URL"]), st.sampled_from(VALUES)),
    st.builds(unset_var, st.sampled_from(NAMES)),
    st.builds(app_changed, st.just("region"), st.just("eu")),
    st.builds(app_changed, st.just("name"), st.just("another")),
    st.builds(app_changed, st.just("heroku_stack"), st.sampled_from(["heroku-22", OFF])),
    st.builds(app_changed, st.just("buildpacks"), st.sampled_from([(), ("heroku/nodejs",), OFF])),
    st.builds(unread, st.sampled_from(["formation", "databases", "attachments", "backup_schedules", "config_vars", "maintenance", "elsewhere", "lost"])),
    st.sampled_from([
        without_process, promoted, destroyed, made_anew, renamed_database, detached, unscheduled, absent_external,
        destroyed_app, bought_addon, with_person, fact(maintenance=True),
        fact(elsewhere=(("sc-mvp-staging", "PRODUCTION"),)), fact(elsewhere=(("reports", "PRODUCTION"),)),
    ]),
)  # fmt: skip


def _has(found: Environment, name: str) -> bool:
    return any(one.name == name for one in _known(found.databases))


def _known(found: Any) -> Any:
    return () if isinstance(found, Unknown) else found
