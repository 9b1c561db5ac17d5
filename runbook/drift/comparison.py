"""What differs between a declared Environment and the live one, thing by thing, before any judgement.

Models are compared field by field. A field that either side can't tell is `not read`, never equal; words come last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Generic, TypeVar

from runbook.drift.config_vars import config_vars
from runbook.drift.difference import Difference, not_read
from runbook.drift.promotion import as_promotion, promotion
from runbook.drift.surroundings import beside
from runbook.environment import Addon, App, Attachment, BackupSchedule, Database, Environment, Process
from runbook.live import Live
from runbook.rules.fixes import app_name
from runbook.rules.rule import Aspect
from runbook.unknown import Known, Unknown

T = TypeVar("T")
Hanging = TypeVar("Hanging", Attachment, BackupSchedule)

APP_FIELDS: Mapping[str, str] = {
    "name": "name",
    "region": "region",
    "heroku_stack": "Heroku stack",
    "buildpacks": "buildpacks",
    "acm": "ACM",
}
"""What is compared of an app, in words."""
_LEFT_OVER = (
    "a further database can't be declared, and nothing here touches it. If it is left over: `heroku addons:destroy {name} -a {app}`, "
    "which takes its backups with it; until then list it in drift-ignore.yaml"
)
NO_DYNOS = "a deploy leaves a process type without dynos"


@dataclass(frozen=True)
class _Sort(Generic[T]):
    """How things of one aspect are identified, compared and described."""

    aspect: Aspect
    name: Callable[[T], Known[str]]
    fields: tuple[str, ...]
    words: Callable[[T], str]
    resource: Callable[[T], str]
    expected: Callable[[T], str] = lambda _: ""
    """Why an undeclared one is no drift; "" where it is."""
    sees: Callable[[T, T], bool] = lambda _one, _other: True
    """Whether Pulumi sees what differs of two; a quantity that has a range it leaves alone."""


_PROCESS = _Sort[Process](
    aspect="formation",
    name=lambda found: found.process_type,
    fields=("quantity", "dyno_type"),
    words=lambda found: f"{found.dynos} x {_text(found.dyno_type)}",
    resource=lambda found: f"formation-{found.process_type}",
    sees=lambda one, other: one.most is None or one.dyno_type != other.dyno_type,
    expected=lambda found: NO_DYNOS if found.quantity == 0 else "",
)
_DATABASE = _Sort[Database](
    aspect="database",
    name=lambda found: found.name,
    fields=("plan",),
    words=lambda found: f"plan {_text(found.plan)}",
    resource=lambda _: "database",
)
_ATTACHMENT = _Sort[Attachment](
    aspect="attachment",
    name=lambda found: found.name,
    fields=("database",),
    words=lambda found: f"attached to {_text(found.database)}",
    resource=lambda _: "database-attachment",
)
_ADDON = _Sort[Addon](
    aspect="add-on",
    name=lambda found: found.name,
    fields=("plan",),
    words=lambda found: f"add-on {found.name}, {_text(found.plan)}",
    resource=lambda found: f"addon:{found.name}",
)
_ADDON_ATTACHMENT = _Sort[Attachment](
    aspect="add-on",
    name=lambda found: found.name,
    fields=("database",),
    words=lambda found: f"{_text(found.name)} attached to {_text(found.database)}",
    resource=lambda found: f"addon-{_text(found.name)}-attachment",
)
_SCHEDULE = _Sort[BackupSchedule](
    aspect="backup schedule",
    name=lambda found: found.attachment,
    fields=("hour", "zone", "database"),
    words=lambda found: f"{_hour(found.hour)} {_text(found.zone)} of {_text(found.database)}",
    resource=lambda _: "backups",
)


def differences(declared: Environment, live: Environment) -> tuple[Difference, ...]:
    """In the order of the stack's parts. An app that is gone is one difference: all else went with it."""
    return tuple(as_promotion(_all(declared, live), promotion(declared, live)))


def _all(declared: Environment, live: Environment) -> Iterator[Difference]:
    stack = declared.stack
    if isinstance(live.app, Unknown):
        yield not_read("app", stack, live.app.why)
    elif isinstance(declared.app, Unknown):
        yield not_read("app", stack, f"what is declared: {declared.app.why}")
    elif declared.app is None or live.app is None:
        yield from _one_app(declared.app, live.app, stack)
    else:
        yield from _lost(live.live, stack)
        yield from _app(declared.app, live.app, stack)
        yield from _lists(declared, live)
        yield from config_vars(declared, live)
        if isinstance(live.live, Unknown):
            yield not_read("surrounding", stack, live.live.why)
        else:
            yield from beside(live.live, live.coupling, declared)


def _one_app(declared: App | None, live: App | None, stack: str) -> Iterator[Difference]:
    if declared is not None:
        yield Difference("deleted", "app", stack, declared=f"app {_text(declared.name)}", resource="app")
    elif live is not None:
        yield Difference("undeclared", "app", stack, live=f"app {_text(live.name)}")


def _lost(live: Known[Live], stack: str) -> Iterator[Difference]:
    """Something else by the name of what is declared; what is simply not there, the lists tell."""
    if isinstance(live, Unknown) or isinstance(live.lost, Unknown):
        return
    for one in live.lost:
        if one.another:
            where = stack if one.what == "app" else f"{stack}/{one.name}"
            instead = f"another {one.what} of the same name"
            yield Difference("deleted", one.what, where, f"the {one.what}", instead, one.what, part="id")


def _app(declared: App, live: App, stack: str) -> Iterator[Difference]:
    for part, words in APP_FIELDS.items():
        ours, theirs = getattr(declared, part), getattr(live, part)
        unknown = _unknown(ours, theirs)
        if unknown:
            yield not_read("app", f"{stack}/app", f"{words}: {unknown.why}", part)
        elif ours != theirs:
            both = (f"{words} {_text(ours)}", f"{words} {_text(theirs)}")
            yield Difference("changed", "app", f"{stack}/app", *both, "app", part)


def _lists(declared: Environment, live: Environment) -> Iterator[Difference]:
    stack = declared.stack
    yield from _compared(
        _PROCESS, stack, declared.formation, _as_declared(declared.formation, live.formation)
    )
    databases = tuple(_compared(_DATABASE, stack, declared.databases, live.databases))
    yield from (_with_its_role(found, live) for found in databases)
    yield from _addons(declared, live)
    gone = {found.name for found in databases if found.kind == "deleted"}
    attachments = _compared(_ATTACHMENT, stack, declared.attachments, live.attachments)
    schedules = _compared(_SCHEDULE, stack, declared.backup_schedules, live.backup_schedules)
    yield from _without_what_went(_ATTACHMENT, attachments, declared.attachments, gone)
    yield from _without_what_went(_SCHEDULE, schedules, declared.backup_schedules, gone)


def _with_its_role(found: Difference, live: Environment) -> Difference:
    """A further database, such as a follower before an upgrade, with its attachments and its backup schedules."""
    if found.kind != "undeclared":
        return found
    attached = () if isinstance(live.attachments, Unknown) else live.attachments
    scheduled = () if isinstance(live.backup_schedules, Unknown) else live.backup_schedules
    names = ", ".join(_text(one.name) for one in attached if one.database == found.name) or "nothing"
    hours = ", ".join(
        f"{_hour(one.hour)} {_text(one.zone)}" for one in scheduled if one.database == found.name
    )
    backed_up = f"backed up at {hours}" if hours else "without a backup schedule"
    told = replace(found, live=f"{found.live}, attached as {names}, {backed_up}")
    if found.name == live.primary_database:
        return told
    return replace(told, advice=_LEFT_OVER.format(name=quote(found.name), app=quote(app_name(live))))


def _addons(declared: Environment, live: Environment) -> Iterator[Difference]:
    """With the attachments that are declared; how else an add-on is attached is its own app's business."""
    own = declared.addon_attachments
    resources = {} if isinstance(own, Unknown) else {one.database: f"addon-{_text(one.name)}" for one in own}
    found = tuple(_compared(_ADDON, declared.stack, declared.addons, live.addons))
    for one in found:
        known = resources.get(one.name) if one.resource else None
        yield replace(one, resource=known)
    if isinstance(own, Unknown) or isinstance(live.addon_attachments, Unknown):
        return
    gone = {one.name for one in found if one.kind == "deleted"}
    names = {one.name for one in own}
    attached = tuple(one for one in live.addon_attachments if one.name in names)
    differ = _compared(_ADDON_ATTACHMENT, declared.stack, own, attached)
    yield from _without_what_went(_ADDON_ATTACHMENT, differ, own, gone)


def _as_declared(
    ours: Known[tuple[Process, ...]], theirs: Known[tuple[Process, ...]]
) -> Known[tuple[Process, ...]]:
    """The live ones; of a process type whose quantity is inside its range, that is no difference."""
    if isinstance(ours, Unknown) or isinstance(theirs, Unknown):
        return theirs
    declared = {one.process_type: one for one in ours}
    return tuple(
        found.model_copy(update={"quantity": own.quantity, "most": own.most})
        if (own := declared.get(found.process_type)) and own.allows(found.quantity)
        else found
        for found in theirs
    )


def _without_what_went(
    sort: _Sort[Hanging],
    found: Iterable[Difference],
    declared: Known[Sequence[Hanging]],
    gone: Collection[str],
) -> Iterator[Difference]:
    """A database that is gone took its attachments and schedules with it: one cause, one line."""
    ours = () if isinstance(declared, Unknown) else declared
    went = {sort.name(one) for one in ours if one.database in gone}
    return (one for one in found if one.kind != "deleted" or one.name not in went)


def _compared(
    sort: _Sort[T], stack: str, ours: Known[Sequence[T]], theirs: Known[Sequence[T]]
) -> Iterator[Difference]:
    unknown = _unknown(ours, theirs)
    if isinstance(ours, Unknown) or isinstance(theirs, Unknown):
        yield not_read(sort.aspect, stack, unknown.why if unknown else "")
        return
    unnamed = _unknown(*(sort.name(one) for one in (*ours, *theirs)))
    if unnamed:
        yield not_read(sort.aspect, stack, f"a name: {unnamed.why}")
        return
    names = dict.fromkeys(_text(sort.name(one)) for one in (*ours, *theirs))
    for name in names:
        both = [[one for one in side if sort.name(one) == name] for side in (ours, theirs)]
        yield from _of_one_name(sort, f"{stack}/{name}", *both)


def _of_one_name(sort: _Sort[T], target: str, ours: list[T], theirs: list[T]) -> Iterator[Difference]:
    """A name may be there twice. What is equal goes together first."""
    for one in list(ours):
        if one in theirs and not _unknown(*(getattr(one, field) for field in sort.fields)):
            ours.remove(one)
            theirs.remove(one)
    for one, other in zip(ours, theirs, strict=False):
        yield from _of_two(sort, target, one, other)
    for one in ours[len(theirs) :]:
        yield Difference("deleted", sort.aspect, target, sort.words(one), resource=sort.resource(one))
    for other in theirs[len(ours) :]:
        yield Difference(
            "undeclared", sort.aspect, target, live=sort.words(other), expected=sort.expected(other)
        )


def _of_two(sort: _Sort[T], target: str, one: T, other: T) -> Iterator[Difference]:
    pairs = {field: (getattr(one, field), getattr(other, field)) for field in sort.fields}
    for field, values in pairs.items():
        unknown = _unknown(*values)
        if unknown:
            yield not_read(sort.aspect, target, f"{field.replace('_', ' ')}: {unknown.why}", field)
    if any(not _unknown(*values) and values[0] != values[1] for values in pairs.values()):
        both = (sort.words(one), sort.words(other))
        resource = sort.resource(one) if sort.sees(one, other) else None
        yield Difference("changed", sort.aspect, target, *both, resource)


def _unknown(*values: object) -> Unknown | None:
    return next((value for value in values if isinstance(value, Unknown)), None)


def _hour(hour: Known[int]) -> str:
    return "at an unknown hour" if isinstance(hour, Unknown) else f"{hour:02d}:00"


def _text(value: Known[object]) -> str:
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
