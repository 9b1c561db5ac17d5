"""Makes the Environment of what was answered about an app."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from heroku_api import models
from runbook.access import ROLE
from runbook.environment import (
    Addon,
    App,
    Attachment,
    BackupSchedule,
    ConfigVar,
    ConfigVarKind,
    ConfigVars,
    Coupling,
    Database,
    Environment,
    Process,
)
from runbook.live import (
    DatabaseUse,
    Dyno,
    Live,
    Lost,
    Release,
    Rename,
    Surrounding,
    SurroundingKind,
)
from runbook.readers.live.account import Account
from runbook.readers.live.answers import PipelineCoupling
from runbook.readers.live.app import AppRead
from runbook.readers.live.backups import backups_of
from runbook.readers.live.digested import DigestedVars, commands
from runbook.readers.live.wanted import Wanted
from runbook.readers.settings import parts_of
from runbook.rules.expected import is_secret
from runbook.unknown import Known, Unknown

T = TypeVar("T")
R = TypeVar("R")

_POSTGRES = "heroku-postgresql:"
_SCHEDULE_SUFFIX = "_URL"
_NOT_SAID = Unknown("the database did not say")


def environment_of_app(
    wanted: Wanted, account: Account, read: Known[AppRead | None], read_at: datetime
) -> Environment:
    """`read` None: the app is surely gone. Unknown: nothing about it can be told."""
    common: dict[str, Any] = {
        "stack": wanted.stack,
        "monthly_budget_usd": wanted.settings.cost.monthly_budget_usd,
        "differs": tuple(wanted.settings.differs),
        "parts": parts_of(wanted.settings),
        "resources": Unknown("protection is Pulumi's; Heroku knows none"),
    }
    if isinstance(read, Unknown):
        return Environment(
            **common,
            app=read,
            formation=read,
            databases=read,
            addons=read,
            attachments=read,
            addon_attachments=read,
            coupling=read,
            backup_schedules=read,
            config_vars=ConfigVars(rest=read),
            live=read,
        )
    if read is None:
        gone = Lost(what="app", name=wanted.settings.app.name)
        return Environment(**common, app=None, live=Live(read_at=read_at, lost=(gone,)))
    names = _database_names(read, wanted)
    return Environment(
        **common,
        app=_app(read),
        formation=_each(read.formation, _process),
        databases=_databases(read.addons, names),
        addons=_addons(read.addons, names),
        attachments=_attachments(account.attachments, read, names),
        addon_attachments=_addon_attachments(account.attachments, read, names),
        coupling=_coupling(read.coupling),
        backup_schedules=_each(read.schedules, lambda found: _schedule(found, names)),
        config_vars=_config_vars(read, account.attachments, wanted),
        live=_live(read, account, names, read_at).model_copy(update={"lost": _lost(read, wanted)}),
    )


def _each(found: Known[Sequence[T]], make: Callable[[T], R]) -> Known[tuple[R, ...]]:
    return found if isinstance(found, Unknown) else tuple(make(one) for one in found)


def _app(read: AppRead) -> App:
    app = read.app
    buildpacks = read.buildpacks
    return App(
        name=app.name,
        region=app.region,
        heroku_stack=app.heroku_stack,
        buildpacks=buildpacks
        if isinstance(buildpacks, Unknown)
        else tuple(
            found.buildpack.removeprefix("urn:buildpack:")
            for found in sorted(buildpacks, key=lambda found: found.ordinal)
        ),
        acm=app.acm,
        url=(app.web_url or "").rstrip("/") or Unknown("Heroku says no URL of the app"),
    )


def _process(found: models.FormationEntry) -> Process:
    return Process(process_type=found.type, quantity=found.quantity, dyno_type=found.size)


def _database_names(read: AppRead, wanted: Wanted) -> dict[str, str]:
    """Names by add-on id; a renamed database keeps the declared name, and the rename is a difference of its own."""
    if isinstance(read.addons, Unknown):
        return {}
    declared = {addon_id: name for name, addon_id in wanted.addon_ids.items()}
    return {str(addon.id): declared.get(str(addon.id), addon.name) for addon in read.addons}


def _databases(addons: Known[list[models.AddOn]], names: dict[str, str]) -> Known[tuple[Database, ...]]:
    if isinstance(addons, Unknown):
        return addons
    return tuple(
        Database(name=names[str(addon.id)], plan=addon.plan.name.removeprefix(_POSTGRES))
        for addon in addons
        if addon.is_postgres
    )


def _addons(addons: Known[list[models.AddOn]], names: dict[str, str]) -> Known[tuple[Addon, ...]]:
    if isinstance(addons, Unknown):
        return addons
    return tuple(
        Addon(name=names[str(addon.id)], plan=addon.plan.name, billed_usd=_billed(addon.billed_price))
        for addon in addons
        if not addon.is_postgres
    )


def _billed(price: models.Price | None) -> int | None:
    """Whole dollars a month, upwards; None for a price of another unit."""
    return None if price is None or price.unit != "month" else -(-price.cents // 100)


def _addon_attachments(
    attachments: Known[list[models.Attachment]], read: AppRead, names: dict[str, str]
) -> Known[tuple[Attachment, ...]]:
    return _attached(attachments, read, names, to_others=True)


def _attachments(
    attachments: Known[list[models.Attachment]], read: AppRead, names: dict[str, str]
) -> Known[tuple[Attachment, ...]]:
    """Those of databases. An attached database of another app counts; of other add-ons the rules know nothing."""
    return _attached(attachments, read, names, to_others=False)


def _attached(
    attachments: Known[list[models.Attachment]], read: AppRead, names: dict[str, str], *, to_others: bool
) -> Known[tuple[Attachment, ...]]:
    """To this app's add-ons that are no databases, or to anything else."""
    if isinstance(attachments, Unknown):
        return attachments
    if isinstance(read.addons, Unknown):
        return read.addons
    others = {str(addon.id) for addon in read.addons if not addon.is_postgres}
    return tuple(
        Attachment(name=found.name, database=names.get(str(found.addon.id), found.addon.name))
        for found in attachments
        if str(found.app.id) == read.app.id and (str(found.addon.id) in others) == to_others
    )


def _schedule(found: tuple[str, models.TransferSchedule], names: dict[str, str]) -> BackupSchedule:
    owner, schedule = found
    return BackupSchedule(
        attachment=schedule.name.removesuffix(_SCHEDULE_SUFFIX),
        database=names.get(owner, owner),
        hour=schedule.hour,
        zone=schedule.timezone,
    )


def _config_vars(read: AppRead, attachments: Known[list[models.Attachment]], wanted: Wanted) -> ConfigVars:
    """Kinds as the settings have them; what an attachment sets belongs to its add-on."""
    if isinstance(read.config_vars, Unknown):
        return ConfigVars(rest=read.config_vars)
    if isinstance(attachments, Unknown):
        return ConfigVars(rest=attachments)
    owned = {name for found in attachments if str(found.app.id) == read.app.id for name in found.config_vars}
    found = read.config_vars
    there = [_config_var(name, found, owned, wanted) for name in sorted(found.digests)]
    absent = [
        ConfigVar(name=name, kind=kind, has_value=False)
        for name, kind in wanted.settings.secrets.items()
        if name not in found.digests and kind != "managed"
    ]
    return ConfigVars(known=(*there, *absent))


def _config_var(name: str, found: DigestedVars, owned: Iterable[str], wanted: Wanted) -> ConfigVar:
    declared = wanted.settings.secrets.get(name)
    kind: ConfigVarKind = "plain"
    if name in owned:
        kind = "addon"
    elif declared is not None:
        kind = declared
    elif name not in wanted.settings.config_vars and is_secret(name):
        kind = "external"
    return ConfigVar(name=name, kind=kind, digest=found.digests[name], template=found.templates.get(name))


def _coupling(found: Known[PipelineCoupling | None]) -> Known[Coupling | None]:
    if found is None or isinstance(found, Unknown):
        return found
    return Coupling(pipeline=found.pipeline, stage=found.stage)


def _live(read: AppRead, account: Account, names: dict[str, str], read_at: datetime) -> Live:
    return Live(
        read_at=read_at,
        app_id=read.app.id,
        maintenance=read.app.maintenance,
        dynos=_each(
            read.dynos, lambda found: Dyno(name=found.name, process_type=found.type, state=found.state)
        ),
        backups=backups_of(read, account.attachments, names),
        database_use=_uses(read.databases, names),
        releases=_each(read.releases, _release),
        commands={} if isinstance(read.formation, Unknown) else commands(read.formation),
        surroundings=_surroundings(read),
        renames=_renames(read.addons, names),
        elsewhere=_elsewhere(account.attachments, read),
    )


def _renames(addons: Known[list[models.AddOn]], names: dict[str, str]) -> tuple[Rename, ...]:
    if isinstance(addons, Unknown):
        return ()
    return tuple(
        Rename(declared=names[str(addon.id)], live=addon.name)
        for addon in addons
        if names[str(addon.id)] != addon.name
    )


def _lost(read: AppRead, wanted: Wanted) -> Known[tuple[Lost, ...]]:
    """By the ids of the stored state: the name alone does not tell a database from an empty one made since."""
    if wanted.app_id and read.app.id != wanted.app_id:
        return (Lost(what="app", name=read.app.name, another=True),)
    if isinstance(read.addons, Unknown):
        return read.addons
    if not wanted.addon_ids:
        return _missing_by_name(read.addons, wanted)
    ids, names = {str(addon.id) for addon in read.addons}, {addon.name for addon in read.addons}
    return tuple(
        Lost(what="database", name=name, another=name in names)
        for name, uuid in wanted.addon_ids.items()
        if uuid not in ids and name not in wanted.others
    )


def _missing_by_name(addons: Sequence[models.AddOn], wanted: Wanted) -> Known[tuple[Lost, ...]]:
    """Without a state, a renamed database looks like one that was destroyed and replaced."""
    databases = [addon for addon in addons if addon.is_postgres]
    if any(addon.name == wanted.database for addon in databases):
        return ()
    if databases:
        return Unknown(
            f"no add-on is called {wanted.database}, and no stored state was read that tells whether "
            f"{databases[0].name} is the same one"
        )
    return (Lost(what="database", name=wanted.database),)


def _elsewhere(
    attachments: Known[list[models.Attachment]], read: AppRead
) -> Known[tuple[tuple[str, str], ...]]:
    if isinstance(attachments, Unknown):
        return attachments
    return tuple(
        (found.app.name, found.name)
        for found in attachments
        if str(found.addon.app.id) == read.app.id and str(found.app.id) != read.app.id
    )


def _uses(
    databases: Known[list[tuple[str, Known[models.Database]]]], names: dict[str, str]
) -> Known[tuple[DatabaseUse, ...]]:
    if isinstance(databases, Unknown):
        return databases
    return tuple(
        DatabaseUse(
            database=names.get(owner, owner),
            size_bytes=_said(found, "num_bytes"),
            connections=_said(found, "num_connections"),
        )
        for owner, found in databases
    )


def _said(found: Known[models.Database], field: str) -> Known[int]:
    if isinstance(found, Unknown):
        return found
    value = getattr(found, field)
    return value if isinstance(value, int) else _NOT_SAID


def _release(found: models.Release) -> Release:
    return Release(
        version=found.version,
        description=" ".join("".join(c if c.isprintable() else " " for c in found.description).split()),
        status=found.status,
        current=found.current,
        created_at=found.created_at,
        has_slug=found.slug is not None,
    )


def _surroundings(read: AppRead) -> dict[SurroundingKind, Known[tuple[Surrounding, ...]]]:
    return {
        "domain": _named(
            "domain",
            read.domains,
            lambda found: found.hostname if found.kind != "heroku" else "",
            lambda found: found.words,
        ),
        "log drain": read.drains if isinstance(read.drains, Unknown) else tuple(read.drains),
        "feature": _named("feature", read.features, lambda found: found.name if found.enabled else ""),
        "collaborator": _named(
            "collaborator",
            read.collaborators,
            lambda found: found.user.email if found.role != "owner" else "",
            lambda found: found.role or ROLE,
        ),
        "webhook": _named("webhook", read.webhooks, lambda found: found.name),
    }


def _named(
    kind: SurroundingKind,
    found: Known[list[T]],
    name: Callable[[T], str],
    says: Callable[[T], str] = lambda _: "",
) -> Known[tuple[Surrounding, ...]]:
    """Those with a name; "" stands for one that counts for nothing."""
    if isinstance(found, Unknown):
        return found
    return tuple(Surrounding(kind=kind, name=name(one), says=says(one)) for one in found if name(one))
