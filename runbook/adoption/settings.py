"""The settings that describe a live app, and what of them only a person can decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runbook.access import ROLE
from runbook.adoption.drains import log_drains
from runbook.adoption.kinds import OPTIONAL, looks_plain, may_be_plain
from runbook.cost import cost_of_settings
from runbook.environment import PRIMARY, App, Environment, Process
from runbook.live import NOT_ASKED, SurroundingKind
from runbook.rules.expected import is_secret
from runbook.settings import APP_URL, CostSettings, Settings
from runbook.settings_reader import settings_from_values
from runbook.unknown import Unknown

RUNBOOK_BACKUPS = "02:00 America/Los_Angeles"
"""Where no schedule is live. Source: runbook, Check Backup Status."""


class AdoptionError(ValueError):
    """The live app could not be read whole, or has what settings can't say; the message says what."""


@dataclass(frozen=True)
class Description:
    """`settings` describe the live app. `decide`: by `section.key`, what a person has to look at, and why."""

    settings: Settings
    decide: Mapping[str, str] = field(default_factory=dict)


def settings_of_live(
    live: Environment, plain_values: Mapping[str, str], decided: Settings | None = None
) -> Description:
    """Settings that, put up, would change nothing of what Pulumi manages in the live app.

    `plain_values` holds config vars in clear, none but those that `may_be_plain` lets through. `decided` are today's
    settings: what no account can tell, such as the budget and where each secret lives, is kept from them.
    Raises AdoptionError, and SettingsError for a value that settings don't take, such as an unknown dyno type.
    """
    app = _whole_app(live)
    decide: dict[str, str] = {}
    config_vars, secrets = _config_vars(live, app, plain_values, decided, decide)
    values: dict[str, Any] = {
        "app": _app(app),
        "formation": _formation(live, decided),
        "database": _database(live),
        "backups": {"at": _backups(live, decided, decide)},
        "config_vars": config_vars,
        "secrets": secrets,
        **{key: found for key, found in _parts_of(live, decided, decide) if found},
    }
    values["cost"] = {"monthly_budget_usd": 0 if decided is None else decided.cost.monthly_budget_usd}
    if decided is not None and decided.differs:
        values["differs"] = dict(decided.differs)
    managed = {} if decided is None else decided.secret_values
    drains = values.get("log_drains", {})
    kept = {
        name: value for name, value in managed.items() if secrets.get(name) == "managed" or name in drains
    }
    settings = settings_from_values(
        {**values, **{name: value and value.get_secret_value() for name, value in kept.items()}},
        live.stack,
        secret=set(kept),
        file_name=f"{live.stack}, as it is live",
    )
    return Description(settings if decided is not None else _with_budget(settings, decide), decide)


def _whole_app(live: Environment) -> App:
    if live.app is None:
        raise AdoptionError(f"{live.stack} has no live app")
    parts = (
        live.app,
        live.formation,
        live.databases,
        live.attachments,
        live.backup_schedules,
        live.addons,
        live.addon_attachments,
        live.config_vars.rest,
    )
    unread = [part.why for part in parts if isinstance(part, Unknown)]
    if unread or isinstance(live.app, Unknown):
        raise AdoptionError(f"{live.stack} could not be read: {'; '.join(dict.fromkeys(unread))}")
    return live.app


def _app(app: App) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": _known(app.name),
        "region": _known(app.region),
        "heroku_stack": _known(app.heroku_stack),
        "buildpacks": list(_known(app.buildpacks)),
    }
    if _known(app.acm):
        found["acm"] = True
    return found


def _formation(live: Environment, decided: Settings | None) -> dict[str, dict[str, Any]]:
    """What runs, and what is declared. Buildpacks add process types that nobody scales, such as console and rake."""
    found = {
        str(_known(process.process_type)): {
            "quantity": _quantity(process, decided),
            "dyno_type": str(_known(process.dyno_type)).lower(),
        }
        for process in _known(live.formation)
    }
    wanted = {"web"} if decided is None else set(decided.formation)
    kept = {name: process for name, process in found.items() if process["quantity"] or name in wanted}
    if not kept:
        raise AdoptionError(
            f"{live.stack}: the live app has no process type; deploy it once, then adopt (an app that was never deployed "
            "can be put up anew)"
        )
    return kept


def _quantity(process: Process, decided: Settings | None) -> int | dict[str, int]:
    """A declared range is kept, and made wider where the live quantity is outside of it: nothing is scaled then."""
    live = int(_known(process.quantity))
    own = None if decided is None else decided.formation.get(str(process.process_type))
    if own is None or own.least == own.most:
        return live
    return {"min": min(own.least, live), "max": max(own.most, live)}


def _database(live: Environment) -> dict[str, Any]:
    attached = {_known(found.name): _known(found.database) for found in _known(live.attachments)}
    if PRIMARY not in attached:
        raise AdoptionError(f"{live.stack}: no database is attached as {PRIMARY}")
    name = attached[PRIMARY]
    renamed = {} if isinstance(live.live, Unknown) else {one.declared: one.live for one in live.live.renames}
    plans = {found.name: found.plan for found in _known(live.databases)}
    if name not in plans:
        raise AdoptionError(f"{live.stack}: {PRIMARY} is {name}, which is no database of this app")
    return {"name": renamed.get(name, name), "plan": _known(plans[name])}


def _addons(live: Environment) -> dict[str, dict[str, str]]:
    """By the first name that each is attached as; another of its names is left to the app."""
    renamed = {} if isinstance(live.live, Unknown) else {one.declared: one.live for one in live.live.renames}
    attached: dict[str, str] = {}
    for one in _known(live.addon_attachments):
        attached.setdefault(str(_known(one.database)), str(_known(one.name)))
    return {
        attached[addon.name]: {"name": renamed.get(addon.name, addon.name), "plan": str(_known(addon.plan))}
        for addon in _known(live.addons)
        if addon.name in attached
    }


def _parts_of(
    live: Environment, decided: Settings | None, decide: dict[str, str]
) -> Iterable[tuple[str, object]]:
    """By their keys in a stack file."""
    yield "addons", _addons(live)
    yield "domains", _parts(live, "domain")
    yield "features", _parts(live, "feature")
    yield "log_drains", log_drains(live, decided)
    yield "access", _access(live, decided, decide)
    yield "pipeline", _pipeline(live, decided)


def _pipeline(live: Environment, decided: Settings | None) -> dict[str, str] | None:
    """The declared one where that was not asked."""
    held = live.coupling
    if held == NOT_ASKED:
        return decided.pipeline.model_dump() if decided and decided.pipeline else None
    held = _known(held)
    return held and {"name": str(_known(held.pipeline)), "stage": str(_known(held.stage))}


def _access(live: Environment, decided: Settings | None, decide: dict[str, str]) -> dict[str, str]:
    """Everybody who has it today; whether somebody should, a person must look at once."""
    people = dict.fromkeys(_parts(live, "collaborator"), ROLE)
    for email in people:
        if decided is None or email not in decided.access:
            decide[f"access.{email}"] = "can read every secret today; is that right?"
    return people


def _parts(live: Environment, kind: SurroundingKind) -> list[str]:
    """Names of this kind that are live; declared ones where that was not asked."""
    found = live.surrounding(kind)
    if found == NOT_ASKED:
        return list(live.parts.get(kind, ()))
    return [one.name for one in _known(found)]


def _backups(live: Environment, decided: Settings | None, decide: dict[str, str]) -> str:
    for schedule in _known(live.backup_schedules):
        if _known(schedule.attachment) == PRIMARY:
            return f"{_known(schedule.hour):02d}:00 {_known(schedule.zone)}"
    decide["backups.at"] = "no schedule is live: the next up makes this one"
    return RUNBOOK_BACKUPS if decided is None else str(decided.backups.at)


def _config_vars(
    live: Environment,
    app: App,
    plain_values: Mapping[str, str],
    decided: Settings | None,
    decide: dict[str, str],
) -> tuple[dict[str, str], dict[str, str]]:
    """Plain values with the app's URL as a placeholder; the kind of each secret. What an add-on owns is in neither."""
    url = "" if isinstance(app.url, Unknown) else app.url
    plain: dict[str, str] = {}
    secrets: dict[str, str] = (
        dict.fromkeys(OPTIONAL, "optional") if decided is None else dict(decided.secrets)
    )
    there = [var.name for var in live.config_vars.known if var.kind != "addon" and var.has_value]
    for name in _in_order(there, decided):
        if name in secrets:
            continue
        value = plain_values.get(name) if may_be_plain(name, decided) else None
        if value is not None:
            declared = value.replace(url, APP_URL) if url else value
            if looks_plain(declared.replace(APP_URL, "")) or _is_declared(name, declared, decided):
                plain[name] = declared
                continue
        secrets[name] = "external"
        if not is_secret(name):
            decide[f"secrets.{name}"] = "not known to be harmless; under config_vars if it is no secret"
    for name in sorted(secrets.keys() - set(there)):
        if secrets[name] != "optional":
            decide[f"secrets.{name}"] = "not set on the live app"
    return plain, secrets


def _in_order(names: Iterable[str], decided: Settings | None) -> list[str]:
    """As today's file has them, new ones behind."""
    order = [] if decided is None else list(decided.config_vars)
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def _is_declared(name: str, value: str, decided: Settings | None) -> bool:
    return decided is not None and decided.config_vars.get(name) == value


def _with_budget(settings: Settings, decide: dict[str, str]) -> Settings:
    decide["cost.monthly_budget_usd"] = "what it costs today; say what it may cost"
    today = CostSettings(monthly_budget_usd=cost_of_settings(settings).monthly_usd)
    return settings.model_copy(update={"cost": today})


def _known(value: Any) -> Any:
    """A part that was checked to be read. Raises AdoptionError for one inside it that was not."""
    if isinstance(value, Unknown):
        raise AdoptionError(value.why)
    return value
