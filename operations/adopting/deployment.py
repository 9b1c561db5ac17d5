"""States as `pulumi stack export` has them, taken apart and put together. Pure.

Providers and components have nothing on Heroku: their state is what the program says. What Heroku has is imported by
the engine. Only the config association can't be: its entry is written here, in the form that the plugin's own create
leaves (recordings of plugin 1.0.4, ConfigAssociation/lifecycle), and the refreshing preview that follows judges it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from operations.adopting.declared import PROVIDERS, Declared
from operations.adopting.live_app import LiveApp
from operations.adopting.values import DeclaredValues
from operations.errors import OperationError
from runbook.drains import RESOURCE
from runbook.environment import PRIMARY, Environment
from runbook.live import SurroundingKind
from runbook.readers.declared import ADDON, APP, BACKUP_SCHEDULE, COUPLING, DRAIN, FORMATION, PARTS, POSTGRES
from runbook.unknown import Unknown

State = dict[str, Any]
ATTACHMENT = "heroku-postgres:index:Attachment"
CONFIG_ASSOCIATION = "heroku:app/configAssociation:ConfigAssociation"
MAPS = ("vars", "sensitiveVars")
_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""The engine's mark of a secret in a state. Source: pulumi/pulumi, sdk/go/common/resource/sig."""


def resources_of(exported: State) -> list[State]:
    return list(exported["deployment"].get("resources") or [])


def with_resources(exported: State, resources: Sequence[State]) -> State:
    return {**exported, "deployment": {**exported["deployment"], "resources": list(resources)}}


def skeleton(missing: Iterable[Declared]) -> list[State]:
    """Entries of the stack itself, components and providers, parents first; a preview tells them in any order."""
    entries = [_entry(one) for one in missing if one.is_provider or not one.custom]
    parents = {entry["urn"]: entry.get("parent") for entry in entries}
    return sorted(entries, key=lambda entry: _depth(entry["urn"], parents))


def without_heroku(entries: Iterable[State]) -> list[State]:
    """Those entries of a state that the account knows nothing of."""
    return [entry for entry in entries if not _is_on_heroku(entry)]


def import_ids(missing: Iterable[Declared], app: LiveApp, live: Environment) -> dict[str, str]:
    """By URN, what the engine is to import; what the live app lacks is left out, and so are the config vars."""
    wanted = {
        one.urn: _import_id(one, app, live)
        for one in missing
        if one.custom and not one.is_provider and one.type != CONFIG_ASSOCIATION
    }
    return {urn: found for urn, found in wanted.items() if found}


def _import_id(one: Declared, app: LiveApp, live: Environment) -> str | None:
    """What the plugin finds the live thing by; None where there is none. Source: plugin recordings, import ids."""
    if one.type not in _IMPORT_IDS:
        raise OperationError(
            f"{one.name} ({one.type}) is declared, and how to adopt one is not known here; import it by hand first: "
            f"pulumi import {one.type} {one.name} ID"
        )
    return _IMPORT_IDS[one.type](one, app, live)


def _app_id(_one: Declared, app: LiveApp, _live: Environment) -> str | None:
    return app.id


def _formation_id(one: Declared, app: LiveApp, live: Environment) -> str | None:
    process_types = () if isinstance(live.formation, Unknown) else live.formation
    is_live = any(found.process_type == one.inputs["type"] for found in process_types)
    return f"{app.id}:{one.inputs['type']}" if is_live else None


def _schedule_id(one: Declared, app: LiveApp, live: Environment) -> str | None:
    schedules = () if isinstance(live.backup_schedules, Unknown) else live.backup_schedules
    primary = live.primary_database
    is_live = any(
        found.attachment == one.inputs["attachment"] and primary in (found.database, None)
        for found in schedules
    )
    return f"{app.id}:{one.inputs['attachment']}_URL" if is_live else None


def _addon_id(one: Declared, app: LiveApp, _live: Environment) -> str | None:
    is_database = str(one.inputs.get("plan", POSTGRES)).startswith(POSTGRES)
    return app.database_id if is_database else app.addon_ids.get(str(one.inputs["name"]))


def _attachment_id(one: Declared, app: LiveApp, live: Environment) -> str | None:
    attached = () if isinstance(live.addon_attachments, Unknown) else live.addon_attachments
    is_live = one.inputs["name"] in (PRIMARY, *(found.name for found in attached))
    return f"{app.id}:{one.inputs['name']}" if is_live else None


def _domain_id(one: Declared, app: LiveApp, live: Environment) -> str | None:
    hostname = one.inputs["hostname"]
    return f"{app.id}:{hostname}" if _is_live(str(hostname), "domain", live) else None


def _feature_id(one: Declared, app: LiveApp, live: Environment) -> str | None:
    name = str(one.inputs["name"])
    return f"{app.id}:{name}" if _is_live(name, "feature", live) else None


def _access_id(one: Declared, app: LiveApp, live: Environment) -> str | None:
    email = str(one.inputs["email"])
    return f"{app.id}:{email}" if _is_live(email, "collaborator", live) else None


def _coupling_id(_one: Declared, app: LiveApp, live: Environment) -> str | None:
    return None if live.coupling is None or isinstance(live.coupling, Unknown) else app.id


def _drain_id(one: Declared, app: LiveApp, _live: Environment) -> str | None:
    """The suffix keeps the URL a secret. Source: plugin recordings, Drain/import."""
    found = app.drain_ids.get(one.name.removeprefix(RESOURCE))
    return f"{app.id}:{found}:sensitive" if found else None


def _is_live(name: str, kind: SurroundingKind, live: Environment) -> bool:
    found = live.surrounding(kind)
    return not isinstance(found, Unknown) and any(part.name == name for part in found)


_IMPORT_IDS: Mapping[str, Callable[[Declared, LiveApp, Environment], str | None]] = {
    APP: _app_id,
    FORMATION: _formation_id,
    BACKUP_SCHEDULE: _schedule_id,
    ADDON: _addon_id,
    ATTACHMENT: _attachment_id,
    PARTS["domain"][0]: _domain_id,
    PARTS["feature"][0]: _feature_id,
    PARTS["collaborator"][0]: _access_id,
    COUPLING: _coupling_id,
    DRAIN: _drain_id,
}


def import_file(wanted: Mapping[str, str], missing: Iterable[Declared]) -> State:
    """What `pulumi import --file` takes. `wanted`: import ids by URN."""
    chosen = [one for one in missing if one.urn in wanted]
    urns = {urn for one in chosen for urn in (one.parent, one.provider_urn)}
    return {
        "nameTable": {urn: urn for urn in sorted(urns)},
        "resources": [
            {
                "type": one.type,
                "name": one.name,
                "id": wanted[one.urn],
                "parent": one.parent,
                "provider": one.provider_urn,
            }
            for one in chosen
        ],
    }


def config_associations(
    missing: Iterable[Declared], app_id: str, values: DeclaredValues, base: Iterable[State]
) -> list[State]:
    """The entry of the app's config vars, with those values that are live as they are declared."""
    providers = _provider_ids(base)
    return [
        _config_association(one, app_id, values, providers)
        for one in missing
        if one.type == CONFIG_ASSOCIATION
    ]


def _config_association(
    one: Declared, app_id: str, values: DeclaredValues, providers: Mapping[str, str]
) -> State:
    known = {"appId": app_id, "vars": dict(values.plain), "sensitiveVars": _secret(values.managed)}
    return {
        **_entry(one),
        "id": f"config:{app_id}",
        "inputs": {"__defaults": [], **{key: known[key] for key in ("appId", *MAPS) if key in one.inputs}},
        "outputs": {**known, "id": f"config:{app_id}"},
        "provider": f"{one.provider_urn}::{providers[one.provider_urn]}",
    }


def merged(
    present: Sequence[State], made: Sequence[State], imported: Iterable[State], missing: Iterable[Declared]
) -> list[State]:
    """What the stack had, what was made for it here, and what was imported; protected as the program says."""
    protect = {one.urn: one.protect for one in missing}
    known = {entry["urn"] for entry in (*present, *made)}
    new = [*made, *(entry for entry in imported if entry["urn"] not in known)]
    skeleton_first = sorted(new, key=_is_on_heroku)
    return [*present, *(protected(entry, protect.get(entry["urn"], False)) for entry in skeleton_first)]


def _provider_ids(entries: Iterable[State]) -> dict[str, str]:
    return {entry["urn"]: str(entry["id"]) for entry in entries if str(entry["type"]).startswith(PROVIDERS)}


def _depth(urn: str, parents: Mapping[str, str | None]) -> int:
    """How many of these stand above one."""
    parent = parents.get(urn)
    return 1 + _depth(parent, parents) if parent is not None and parent in parents else 0


def _is_on_heroku(entry: State) -> bool:
    return bool(entry.get("custom")) and not str(entry["type"]).startswith(PROVIDERS)


def protected(entry: State, protect: bool) -> State:  # noqa: FBT001 - what the program says of this one
    """As the engine writes it: an entry that isn't protected says nothing of it."""
    without = {key: value for key, value in entry.items() if key != "protect"}
    return {**without, "protect": True} if protect else without


def _entry(one: Declared) -> State:
    entry: State = {"urn": one.urn, "custom": one.custom, "type": one.type}
    if one.is_provider:
        entry["id"] = str(uuid.uuid4())
        entry["outputs"] = {key: value for key, value in one.inputs.items() if key != "__internal"}
    if one.inputs:
        entry["inputs"] = dict(one.inputs)
    if one.parent:
        entry["parent"] = one.parent
    return entry


def _secret(values: Mapping[str, str]) -> State:
    """Encrypted by the engine as it takes the state in, with the stack's own secrets provider."""
    return {**_SECRET, "plaintext": json.dumps(dict(values))}
