"""What a preview registers beside what its stack file declares: another app's objects, a second of what an app has once, more of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from operations.judging.answer import Trouble
from operations.pulumi_run.events import Change
from runbook import drains
from runbook.settings import Settings

_APP = "heroku:app/app:App"
_ONCE = {_APP: "app", "heroku:app/configAssociation:ConfigAssociation": "set of config vars"}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine shows for a text that it doesn't know yet. Source: sdk/go/common/resource/plugin, UnknownStringValue."""
_LISTED: Mapping[str, tuple[str, str, Callable[[Settings], Iterable[str]]]] = {
    "heroku:domain/domain:Domain": ("hostname", "domains", lambda settings: settings.domains),
    "heroku:app/feature:Feature": ("name", "features", lambda settings: settings.features),
    "heroku:collaborator/collaborator:Collaborator": ("email", "access", lambda settings: settings.access),
}
"""By type: the input that names it, and the key of the stack file that must list it."""
_OF_A_PIPELINE = (
    "heroku:pipeline/pipeline:Pipeline",
    "heroku:pipeline/coupling:Coupling",
    "heroku-postgres:index:Coupling",
)


def troubles_of(changes: Iterable[Change], settings: Settings, file: str) -> Iterator[Trouble]:
    """Nobody who reads the stack file would see it, and it gets the app's secrets, or reads them."""
    registered = [change for change in changes if change.new is not None]
    for what in (*_second(registered), *_of_other_apps(registered)):
        yield Trouble("blocked", f"{what}; take it out of the program")
    for change in registered:
        if key := _unlisted(change, settings):
            yield Trouble(
                "blocked",
                f"{change.name} ({change.type}) is nowhere in {file}; expected only what {key} there says. Declare it there, where a review sees it",
            )


def _second(changes: Iterable[Change]) -> Iterator[str]:
    found: dict[str, Change] = {}
    for change in changes:
        if change.type in _ONCE and (first := found.setdefault(change.type, change)) is not change:
            yield f"{change.name} is a second {_ONCE[change.type]} beside {first.name}, and a stack has one"


def _of_other_apps(changes: list[Change]) -> Iterator[str]:
    own = {str(side.get("id")) for change in changes if change.type == _APP for side in _sides(change)}
    for change in changes:
        given = str(((change.new or {}).get("inputs") or {}).get("appId") or _UNKNOWN)
        if given != _UNKNOWN and given not in own and _UUID.fullmatch(given):
            yield f"{change.name} ({change.type}) belongs to another app than this stack's (id not shown)"


def _sides(change: Change) -> Iterator[Mapping[str, object]]:
    for side in (change.old, change.new):
        if side is not None:
            yield side
            yield side.get("outputs") or {}


def _unlisted(change: Change, settings: Settings) -> str:
    if change.type == "heroku:drain/drain:Drain":
        listed = change.name.removeprefix(drains.RESOURCE) in settings.log_drains
        return "" if listed and change.name.startswith(drains.RESOURCE) else "log_drains"
    if change.type in _OF_A_PIPELINE:
        return "" if settings.pipeline else "pipeline"
    if change.type in _LISTED:
        name, key, names = _LISTED[change.type]
        given = ((change.new or {}).get("inputs") or {}).get(name)
        return "" if given in [*names(settings)] else key
    return ""
