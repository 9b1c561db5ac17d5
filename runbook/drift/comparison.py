"""What differs between a declared Environment and the live one, thing by thing, before any judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from runbook.environment import App, ConfigVar, Environment
from runbook.live import NOT_ASKED, Live
from runbook.unknown import Known, Unknown

Kind = Literal["changed", "deleted", "undeclared", "not read"]
Aspect = Literal[
    "app",
    "add-on",
    "attachment",
    "backup schedule",
    "config var",
    "database",
    "formation",
    "maintenance",
    "surrounding",
]

RESOURCES: dict[Aspect, str] = {
    "app": "app",
    "database": "database",
    "attachment": "database-attachment",
    "backup schedule": "backups",
    "config var": "config-vars",
}
"""The name Pulumi has for what is declared of each; a process type's own is `formation-TYPE`."""

_NOT_SHOWN = "another value (not shown)"


@dataclass(frozen=True, slots=True)
class Difference:
    """`declared` and `live` are in words and never hold a config var's value; "" where there is nothing."""

    kind: Kind
    aspect: Aspect
    target: str
    """`STACK/OBJECT`, as the rules name it, or the stack alone."""
    declared: str = ""
    live: str = ""
    resource: str | None = None
    """What Pulumi manages it as; None for what Pulumi knows nothing of."""


def differences(declared: Environment, live: Environment) -> tuple[Difference, ...]:
    """In the order of the stack's parts. An app that is gone is one difference: all else went with it."""
    return tuple(_all(declared, live))


def _all(declared: Environment, live: Environment) -> Iterator[Difference]:
    stack = declared.stack
    if isinstance(live.app, Unknown):
        yield Difference("not read", "app", stack, live=live.app.why)
        return
    if isinstance(declared.app, Unknown):
        yield Difference("not read", "app", stack, live=f"what is declared: {declared.app.why}")
        return
    if declared.app is None or live.app is None:
        yield from _one_app(declared.app, live.app, stack)
        return
    yield from _app(declared.app, live.app, stack)
    yield from _formation(declared, live)
    yield from _databases(declared, live)
    yield from _attachments(declared, live)
    yield from _schedules(declared, live)
    yield from _config_vars(declared, live)
    if isinstance(live.live, Unknown):
        yield Difference("not read", "surrounding", stack, live=live.live.why)
    else:
        yield from _beside(live.live, stack)


def _one_app(declared: App | None, live: App | None, stack: str) -> Iterator[Difference]:
    if declared is not None:
        yield Difference("deleted", "app", stack, declared=f"app {_text(declared.name)}", resource="app")
    elif live is not None:
        yield Difference("undeclared", "app", stack, live=f"app {_text(live.name)}")


def _app(declared: App, live: App, stack: str) -> Iterator[Difference]:
    fields = {
        "name": (declared.name, live.name),
        "region": (declared.region, live.region),
        "Heroku stack": (declared.heroku_stack, live.heroku_stack),
        "buildpacks": (_joined(declared.buildpacks), _joined(live.buildpacks)),
        "ACM": (declared.acm, live.acm),
    }
    for what, (ours, theirs) in fields.items():
        unknown = _unknown(ours, theirs)
        if unknown:
            yield Difference("not read", "app", f"{stack}/app", live=f"{what}: {unknown.why}")
        elif ours != theirs:
            yield Difference(
                "changed", "app", f"{stack}/app", f"{what} {_text(ours)}", f"{what} {_text(theirs)}", "app"
            )


def _formation(declared: Environment, live: Environment) -> Iterator[Difference]:
    unknown = _unknown(declared.formation, live.formation)
    if isinstance(declared.formation, Unknown) or isinstance(live.formation, Unknown):
        yield _not_read("formation", declared.stack, unknown)
        return
    ours = {_text(found.process_type): found for found in declared.formation}
    theirs = {_text(found.process_type): found for found in live.formation}
    words = {
        name: f"{_text(found.quantity)} x {_text(found.dyno_type)}"
        for name, found in (*ours.items(), *theirs.items())
    }
    yield from _by_name(
        "formation",
        declared.stack,
        {name: f"{_text(found.quantity)} x {_text(found.dyno_type)}" for name, found in ours.items()},
        {name: words[name] for name in theirs},
    )


def _databases(declared: Environment, live: Environment) -> Iterator[Difference]:
    if isinstance(declared.databases, Unknown) or isinstance(live.databases, Unknown):
        yield _not_read("database", declared.stack, _unknown(declared.databases, live.databases))
        return
    yield from _by_name(
        "database",
        declared.stack,
        {found.name: f"plan {_text(found.plan)}" for found in declared.databases},
        {found.name: f"plan {_text(found.plan)}" for found in live.databases},
    )


def _attachments(declared: Environment, live: Environment) -> Iterator[Difference]:
    if isinstance(declared.attachments, Unknown) or isinstance(live.attachments, Unknown):
        yield _not_read("attachment", declared.stack, _unknown(declared.attachments, live.attachments))
        return
    yield from _by_name(
        "attachment",
        declared.stack,
        {_text(found.name): f"attached to {_text(found.database)}" for found in declared.attachments},
        {_text(found.name): f"attached to {_text(found.database)}" for found in live.attachments},
    )


def _schedules(declared: Environment, live: Environment) -> Iterator[Difference]:
    ours, theirs = declared.backup_schedules, live.backup_schedules
    if isinstance(ours, Unknown) or isinstance(theirs, Unknown):
        yield _not_read("backup schedule", declared.stack, _unknown(ours, theirs))
        return
    words = [
        {
            _text(found.attachment): f"{_hour(found.hour)} {_text(found.zone)} of {_text(found.database)}"
            for found in schedules
        }
        for schedules in (ours, theirs)
    ]
    yield from _by_name("backup schedule", declared.stack, *words)


def _config_vars(declared: Environment, live: Environment) -> Iterator[Difference]:
    for rest, whose in ((declared.config_vars.rest, "declared: "), (live.config_vars.rest, "")):
        if rest is not None:
            yield _not_read("config var", declared.stack, Unknown(f"{whose}{rest.why}"))
            return
    ours = {var.name: var for var in declared.config_vars.known}
    theirs = {var.name: var for var in live.config_vars.known if var.kind != "addon" and var.has_value}
    owned = {var.name for var in live.config_vars.known if var.kind == "addon"}
    for name, var in sorted(ours.items()):
        yield from _declared_var(var, theirs.get(name), name in owned, f"{declared.stack}/{name}")
    for name in sorted(theirs.keys() - ours.keys()):
        yield Difference(
            "undeclared", "config var", f"{declared.stack}/{name}", live="set by hand (value not shown)"
        )


def _declared_var(
    ours: ConfigVar,
    theirs: ConfigVar | None,
    owned: bool,  # noqa: FBT001 - one of four facts
    target: str,
) -> Iterator[Difference]:
    resource = RESOURCES["config var"] if ours.kind in ("plain", "managed") else None
    if theirs is None:
        if ours.kind != "optional" and not owned:
            yield Difference(
                "deleted", "config var", target, declared=f"set ({ours.kind})", resource=resource
            )
        elif owned:
            yield Difference(
                "changed", "config var", target, f"set ({ours.kind})", "set by an add-on", resource
            )
    elif ours.kind in ("plain", "managed"):
        equal = _equal(ours, theirs)
        if isinstance(equal, Unknown):
            yield Difference("not read", "config var", target, live=equal.why)
        elif not equal:
            yield Difference("changed", "config var", target, f"set ({ours.kind})", _NOT_SHOWN, resource)


def _equal(ours: ConfigVar, theirs: ConfigVar) -> Known[bool]:
    """By digest; where the declared value waits for the app's URL, by how it is made."""
    if isinstance(ours.digest, Unknown):
        return ours.template == theirs.template if ours.template else ours.digest
    return theirs.digest if isinstance(theirs.digest, Unknown) else ours.digest == theirs.digest


def _beside(live: Live, stack: str) -> Iterator[Difference]:
    """What nothing declares: maintenance mode, other add-ons, a rename, domains, drains, features, people, webhooks."""
    if isinstance(live.maintenance, Unknown):
        yield _not_read("maintenance", stack, live.maintenance)
    elif live.maintenance:
        yield Difference("changed", "maintenance", stack, "maintenance mode off", "maintenance mode on")
    for rename in live.renames:
        yield Difference(
            "changed",
            "database",
            f"{stack}/{rename.declared}",
            f"name {rename.declared}",
            f"name {rename.live}",
            "database",
        )
    for name, plan in () if isinstance(live.addons, Unknown) else live.addons:
        yield Difference("undeclared", "add-on", f"{stack}/{name}", live=f"add-on {name}, {plan}")
    for app, name in live.elsewhere:
        yield Difference(
            "undeclared", "attachment", f"{stack}/{app}", live=f"the database attached to {app} as {name}"
        )
    yield from _surroundings(live, stack)


def _surroundings(live: Live, stack: str) -> Iterator[Difference]:
    if isinstance(live.releases, Unknown) and live.releases != NOT_ASKED:
        yield _not_read("surrounding", stack, Unknown(f"releases: {live.releases.why}"))
    for kind, found in live.surroundings.items():
        if isinstance(found, Unknown):
            if found != NOT_ASKED:
                yield Difference("not read", "surrounding", stack, live=f"{kind}s: {found.why}")
            continue
        for one in found:
            yield Difference("undeclared", "surrounding", f"{stack}/{one.name}", live=f"{kind} {one.name}")


def _by_name(
    aspect: Aspect, stack: str, ours: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[Difference]:
    for name in (*ours, *(name for name in theirs if name not in ours)):
        target = f"{stack}/{name}"
        resource = RESOURCES.get(aspect, f"formation-{name}") if name in ours else None
        if name not in theirs:
            yield Difference("deleted", aspect, target, declared=ours[name], resource=resource)
        elif name not in ours:
            yield Difference("undeclared", aspect, target, live=theirs[name])
        elif ours[name] != theirs[name]:
            yield Difference("changed", aspect, target, ours[name], theirs[name], resource)


def _not_read(aspect: Aspect, stack: str, unknown: Unknown | None) -> Difference:
    return Difference("not read", aspect, stack, live=unknown.why if unknown else "")


def _unknown(*values: object) -> Unknown | None:
    return next((value for value in values if isinstance(value, Unknown)), None)


def _joined(names: Known[Iterable[str]]) -> Known[str]:
    return names if isinstance(names, Unknown) else ", ".join(names) or "none"


def _hour(hour: Known[int]) -> str:
    return "at an unknown hour" if isinstance(hour, Unknown) else f"{hour:02d}:00"


def _text(value: Known[object]) -> str:
    if isinstance(value, Unknown):
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else str(value)
