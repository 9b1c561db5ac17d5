"""Which providers a stack may have, and what each may be told: a closed list.

A provider gets Heroku's token. One with another address, another program or other headers sends it there, and one that
keeps every config var puts it into the state. So each is held to what components/environment.py gives it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from operations.judging.answer import Trouble
from operations.pulumi_run.events import Change, Preview
from runbook.effects import table

HEROKU = "pulumi:providers:heroku"
POSTGRES = "pulumi:providers:heroku-postgres"
VERSION = "1.0.4"
SERVER = "github://api.github.com/pulumiverse"
"""Of the plugin that pulumiverse_heroku asks for. Source: its pulumi-plugin.json."""

_KEPT = ("setAppAllConfigVarsInState", "setAddonConfigVarsInState")
_DELAYS = frozenset({"postAppCreateDelay", "postDomainCreateDelay", "postSpaceCreateDelay"})
_LONGEST_DELAY = 600
"""Seconds. The settings take no longer one (runbook/settings.py)."""
_PROVIDERS = "pulumi:providers:"
_OURS = ("heroku:", "heroku-postgres:")
_COMPONENTS = ("runbook:",)
_PRICED_ELSEWHERE = "heroku:space/"
"""operations/judging/guards.py says what a space is."""
_DYNAMIC = ":dynamic"


def troubles_of(preview: Preview) -> Iterator[Trouble]:
    """One sentence each; an input is named and never shown, as it may be a token."""
    registered = {change.urn for change in preview.changes if change.type.startswith(_PROVIDERS)}
    for change in preview.changes:
        if change.new is None:
            continue
        if change.type.startswith(_PROVIDERS):
            yield from _of_provider(change)
        elif (wrong := _wrong_type(change)) or (wrong := _wrong_maker(change, registered)):
            yield Trouble("blocked", wrong)


def _of_provider(change: Change) -> Iterator[Trouble]:
    inputs = (change.new or {}).get("inputs") or {}
    if change.type not in _ALLOWED:
        yield Trouble(
            "blocked",
            f"{change.name} ({change.type}) is a provider that this project doesn't have; expected only "
            f"{' and '.join(_ALLOWED)}. Take it out",
        )
        return
    allowed = _ALLOWED[change.type]
    other = sorted(key for key, value in inputs.items() if key not in allowed or not allowed[key](value))
    if change.type == HEROKU and not _leaves_out(inputs.get("customizations")):
        other = [key for key in other if key != "customizations"]
        yield Trouble(
            "blocked",
            f"the provider {change.name} would keep every config var in the state, secrets that are set by hand "
            f"too; expected customizations with {' and '.join(_KEPT)} false, as components/environment.py has them",
        )
    if other:
        yield Trouble(
            "blocked",
            f"the provider {change.name} is given {', '.join(other)} (not shown) otherwise than components/environment.py gives it: "
            "it has Heroku's token, and could send it elsewhere. Take that out; the token and the address are of the shell",
        )


def _wrong_type(change: Change) -> str:
    if change.type == "pulumi:pulumi:Stack" or change.type.startswith((*_COMPONENTS, _PRICED_ELSEWHERE)):
        return ""
    if change.type.startswith(_OURS):
        return "" if change.type in _known_types() else _unknown_type(change)
    if _DYNAMIC in change.type:
        return (
            f"{change.name} ({change.type}) is a resource of a dynamic provider: its code would run in the engine and stay in the state, "
            "where no review sees it, so none is accepted. Declare a resource of the heroku provider, or leave it out"
        )
    return (
        f"{change.name} is of the type {change.type}, which this project doesn't declare; expected only types of heroku, "
        "heroku-postgres and runbook. Leave it out, or to its own program"
    )


def _known_types() -> Collection[str]:
    """Those of which it is said what they do to the running app (runbook/effects.json)."""
    return table().types.keys()


def _unknown_type(change: Change) -> str:
    return (
        f"{change.name} is of the type {change.type}, which this project doesn't declare, so nobody has said what it does to the app; "
        f"expected one of {', '.join(sorted(name.rpartition(':')[2] for name in _known_types()))}. Leave it out, or to its own program"
    )


def _wrong_maker(change: Change, registered: set[str]) -> str:
    """A provider that the engine makes by itself is in no step: only what it makes names it."""
    maker = str((change.new or {}).get("provider") or "").rpartition("::")[0]
    if not maker or maker in registered:
        return ""
    return (
        f"{change.name} would be made by the provider {maker.rpartition('::')[2]}, which the program doesn't set up; "
        "give it the stack's own provider, as its component's children have"
    )


def _leaves_out(customizations: object) -> bool:
    found = _parsed(customizations)
    return bool(found == [dict.fromkeys(_KEPT, False)])


def _is_delays(delays: object) -> bool:
    found = _parsed(delays)
    return (
        isinstance(found, dict)
        and found.keys() <= _DELAYS
        and all(type(value) is int and 0 <= value <= _LONGEST_DELAY for value in found.values())
    )


def _is_internal(value: object) -> bool:
    return value in ({}, {"pluginDownloadURL": SERVER})


def _parsed(text: object) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


_ALLOWED: Mapping[str, Mapping[str, Any]] = {
    HEROKU: {
        "customizations": _leaves_out,
        "delays": _is_delays,
        "version": lambda value: value == VERSION,
        "__internal": _is_internal,
    },
    POSTGRES: {},
}
"""By provider: each input that it may have, and what holds of it."""
