"""Makes an Environment of the resources of a plan or a state: real resources first, components where those can't tell.

The official plugin knows nothing of a map with one unknown value, and ids don't exist before `up`. The components
hand over what they know in their own inputs and outputs, key by key; it counts only where the real thing is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from runbook import drains
from runbook.digest import Digests
from runbook.environment import (
    Addon,
    App,
    Attachment,
    BackupSchedule,
    Coupling,
    Database,
    Environment,
    LogDrain,
    Process,
    Resource,
    Step,
)
from runbook.live import SurroundingKind
from runbook.readers.config_vars import config_vars_of
from runbook.readers.registered import Registered
from runbook.settings import StackName
from runbook.settings_reader import stack_name
from runbook.unknown import Known, Unknown

APP = "heroku:app/app:App"
ADDON = "heroku:addon/addon:Addon"
FORMATION = "heroku:formation/formation:Formation"
ATTACHMENTS = {
    "heroku-postgres:index:Attachment": "databaseId",
    "heroku:addon/attachment:Attachment": "addonId",
}
"""Types that attach an add-on, and the property that has the add-on's id."""
PARTS: dict[SurroundingKind, tuple[str, str]] = {
    "domain": ("heroku:domain/domain:Domain", "hostname"),
    "feature": ("heroku:app/feature:Feature", "name"),
    "collaborator": ("heroku:collaborator/collaborator:Collaborator", "email"),
}
"""Types of an app's parts by kind, and the property that has the name."""
COUPLING = "heroku-postgres:index:Coupling"
DRAIN = "heroku:drain/drain:Drain"
BACKUP_SCHEDULE = "heroku-postgres:index:BackupSchedule"
ENVIRONMENT = "runbook:heroku:Environment"
FORMATION_COMPONENT = "runbook:heroku:Formation"
POSTGRES = "heroku-postgresql:"

_NO_BUDGET = Unknown("no budget is declared (cost.monthly_budget_usd)")
_NO_STEPS = Unknown("policies and states see no deletes; a preview's steps have them")


def stack_of(urn: str) -> StackName:
    """The stack a URN belongs to. Raises SettingsError for a stack that is none of this project's."""
    return stack_name(urn.split("::", maxsplit=1)[0].removeprefix("urn:pulumi:"))


def environment_of_resources(
    stack: StackName,
    resources: Sequence[Registered],
    digests: Digests,
    *,
    steps: Known[tuple[Step, ...]] = _NO_STEPS,
) -> Environment:
    addons = [found for found in resources if found.type == ADDON]
    databases = [addon for addon in addons if _is_database(addon)]
    others = [addon for addon in addons if addon not in databases]
    attached = [_attachment(found, resources) for found in resources if found.type in ATTACHMENTS]
    other_names = {_addon_name(addon) for addon in others}
    environment = next((found for found in resources if found.type == ENVIRONMENT), None)
    return Environment(
        stack=stack,
        app=_app(resources),
        formation=_formation(resources),
        databases=tuple(Database(name=_addon_name(found), plan=_plan(found)) for found in databases),
        addons=tuple(Addon(name=_addon_name(found), plan=found.text("plan")) for found in others),
        attachments=tuple(one for one in attached if one.database not in other_names),
        addon_attachments=tuple(one for one in attached if one.database in other_names),
        parts=_parts(resources),
        coupling=next((_coupling(found) for found in resources if found.type == COUPLING), None),
        log_drains=tuple(_drain(found, digests) for found in resources if found.type == DRAIN),
        backup_schedules=tuple(
            _schedule(found, resources) for found in resources if found.type == BACKUP_SCHEDULE
        ),
        config_vars=config_vars_of(resources, digests),
        resources=tuple(protection_of(resources)),
        monthly_budget_usd=environment.whole("monthlyBudgetUsd") if environment else _NO_BUDGET,
        differs=environment.texts("differs") if environment else (),
        steps=steps,
    )


def _parts(resources: Sequence[Registered]) -> dict[SurroundingKind, tuple[str, ...]]:
    """A name that is not known is none: a rule that looks for one does not find it then."""
    names = {
        kind: tuple(
            name for found in resources if found.type == token and isinstance(name := found.text(key), str)
        )
        for kind, (token, key) in PARTS.items()
    }
    return {kind: found for kind, found in names.items() if found}


def _coupling(found: Registered) -> Coupling:
    return Coupling(pipeline=found.text("pipeline"), stage=found.text("stage"))


def _drain(found: Registered, digests: Digests) -> LogDrain:
    url = found.text("url") if isinstance(found.get("url"), str) else found.text("sensitiveUrl")
    name = found.name.removeprefix(drains.RESOURCE)
    return LogDrain(
        name=name,
        host=url if isinstance(url, Unknown) else drains.host_of(url),
        digest=url if isinstance(url, Unknown) else digests.of(url),
        id=None if isinstance(found.id, Unknown) else found.id,
    )


def _app(resources: Iterable[Registered]) -> Known[App | None]:
    apps = [found for found in resources if found.type == APP]
    if not apps:
        return None
    if len(apps) > 1:
        return Unknown(
            f"the stack has {len(apps)} apps ({', '.join(app.name for app in apps)}); it is made for one"
        )
    app = apps[0]
    url = app.text("webUrl")
    return App(
        name=app.text("name"),
        region=app.text("region"),
        heroku_stack=app.text("stack"),
        buildpacks=app.texts("buildpacks"),
        acm=app.flag("acm"),
        url=url if isinstance(url, Unknown) else url.rstrip("/"),
    )


def _formation(resources: Sequence[Registered]) -> tuple[Process, ...]:
    """With their ranges, which the component has: a resource has the quantity that was there last."""
    ranged = {
        found.urn: {one.process_type: one for one in ranges_of(found)}
        for found in resources
        if found.type == FORMATION_COMPONENT
    }
    processes = ((found, _process(found)) for found in resources if found.type == FORMATION)
    return tuple(
        one.model_copy(update={"quantity": known.quantity, "most": known.most})
        if (known := ranged.get(found.parent or "", {}).get(one.process_type))
        else one
        for found, one in processes
    )


def _process(found: Registered) -> Process:
    return Process(
        process_type=found.text("type"), quantity=found.whole("quantity"), dyno_type=found.text("size")
    )


def ranges_of(component: Registered) -> tuple[Process, ...]:
    """Process types with a range, as a Formation component alone declares them."""
    found = component.get("ranges")
    if not isinstance(found, Mapping):
        return ()
    return tuple(
        Process(
            process_type=name,
            quantity=int(entry["least"]),
            dyno_type=str(entry["dynoType"]),
            most=int(entry["most"]),
        )
        for name, entry in found.items()
    )


def _is_database(addon: Registered) -> bool:
    """An add-on whose plan is not known may be one, so it counts as one."""
    plan = addon.text("plan")
    return isinstance(plan, Unknown) or plan.startswith(POSTGRES)


def _addon_name(addon: Registered) -> str:
    name = addon.text("name")
    return addon.name if isinstance(name, Unknown) else name


def _plan(addon: Registered) -> Known[str]:
    plan = addon.text("plan")
    return plan if isinstance(plan, Unknown) else plan.removeprefix(POSTGRES)


def _attachment(found: Registered, resources: Sequence[Registered]) -> Attachment:
    return Attachment(
        name=found.text("name"), database=_database_of(found, ATTACHMENTS[found.type], "name", resources)
    )


def _schedule(found: Registered, resources: Sequence[Registered]) -> BackupSchedule:
    return BackupSchedule(
        attachment=found.text("attachment"),
        database=_database_of(found, "databaseId", "database", resources),
        hour=found.whole("hour"),
        zone=found.text("timezone"),
    )


def _database_of(found: Registered, key: str, hint: str, resources: Sequence[Registered]) -> Known[str]:
    """The name of the database that `key` is the id of: by what the id comes from, by the id, or as the component says."""
    addons = {addon.urn: addon for addon in resources if addon.type == ADDON}
    source = next((urn for urn in found.depends.get(key, ()) if urn in addons), None)
    if source is not None:
        return _addon_name(addons[source])
    database_id = found.text(key)
    if not isinstance(database_id, Unknown):
        owner = next((addon for addon in addons.values() if addon.id == database_id), None)
        return _addon_name(owner) if owner else database_id
    component = next((parent for parent in resources if parent.urn == found.parent), None)
    return component.text(hint) if component and hint in component.properties else database_id


def protection_of(resources: Iterable[Registered]) -> Iterable[Resource]:
    """All but the stack itself and the engine's default providers, which can't be protected."""
    for found in resources:
        if found.type == "pulumi:pulumi:Stack":
            continue
        if found.type.startswith("pulumi:providers:") and found.name.startswith("default"):
            continue
        yield Resource(name=found.name, protected=found.protect)
