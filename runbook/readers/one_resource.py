"""Reads what a single resource tells of its stack, for rules that one object decides before it is created."""

from __future__ import annotations

from dataclasses import replace

from runbook.digest import Digests
from runbook.environment import ConfigVars, Environment
from runbook.readers.config_vars import CONFIG_VARS, MAPS, declared_config_vars
from runbook.readers.declared import (
    ADDON,
    BACKUP_SCHEDULE,
    FORMATION,
    FORMATION_COMPONENT,
    POSTGRES,
    environment_of_resources,
    protection_of,
    ranges_of,
)
from runbook.readers.registered import Registered
from runbook.rules.rule import Each
from runbook.settings import StackName
from runbook.unknown import Unknown

_TYPES: dict[Each, frozenset[str]] = {
    "database": frozenset({ADDON}),
    "process": frozenset({FORMATION, FORMATION_COMPONENT}),
    "backup schedule": frozenset({BACKUP_SCHEDULE}),
    "config var": frozenset({CONFIG_VARS, *MAPS}),
}


_ALONE = Unknown("only this one resource was read")


def decides(each: Each | None, resource: Registered) -> bool:
    """Whether this resource is one of what a rule decides one by one."""
    if each is None:
        return False
    if each == "resource":
        return resource.type != "pulumi:pulumi:Stack"
    plan = resource.text("plan")
    if each == "database" and isinstance(plan, str) and not plan.startswith(POSTGRES):
        return False
    return resource.type in _TYPES[each] and not _has_range(resource)


def _has_range(resource: Registered) -> bool:
    """A process type that was decided on its component, which has both ends of its range."""
    in_component = FORMATION_COMPONENT in (resource.parent or "")
    return resource.type == FORMATION and "quantity" in resource.ignored and in_component


def environment_of_one(stack: StackName, resource: Registered, digests: Digests) -> Environment:
    """The stack as if it had this resource only. What is missing in it means nothing."""
    protection = tuple(protection_of([resource]))
    if resource.type == CONFIG_VARS:
        return Environment(
            stack=stack,
            app=None,
            config_vars=_in_clear(declared_config_vars(resource, digests)),
            resources=protection,
        )
    if resource.type == FORMATION_COMPONENT:
        return Environment(stack=stack, app=None, formation=ranges_of(resource), resources=protection)
    if resource.type in MAPS and _in_component(resource):
        resource = _without_unknown_maps(resource)
    found = environment_of_resources(stack, [resource], digests)
    return found.model_copy(update={"attachments": _ALONE})


def _in_clear(declared: ConfigVars) -> ConfigVars:
    """Without the managed ones: the association that follows has their values."""
    return ConfigVars(known=tuple(var for var in declared.known if var.kind != "managed"))


def _in_component(resource: Registered) -> bool:
    return f"${CONFIG_VARS}::" in (resource.parent or "") or f"::{CONFIG_VARS}::" in (resource.parent or "")


def _without_unknown_maps(resource: Registered) -> Registered:
    """A map that is not known yet was decided on what its component declares, key by key."""
    known = {
        key: value for key, value in resource.properties.items() if not isinstance(resource.get(key), Unknown)
    }
    return replace(resource, properties=known)
