"""How the live config vars differ from the declared ones: by digest, never by value."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.drift.difference import Difference, not_read
from runbook.environment import ConfigVar, Environment
from runbook.unknown import Known, Unknown

_NOT_SHOWN = "another value (not shown)"
_SET_BY_PULUMI = ("plain", "managed")


def config_vars(declared: Environment, live: Environment) -> Iterator[Difference]:
    for rest, whose in ((declared.config_vars.rest, "declared: "), (live.config_vars.rest, "")):
        if rest is not None:
            yield not_read("config var", declared.stack, f"{whose}{rest.why}")
            return
    ours = {var.name: var for var in declared.config_vars.known}
    theirs = {var.name: var for var in live.config_vars.known if var.kind != "addon" and var.has_value}
    owned = {var.name for var in live.config_vars.known if var.kind == "addon"}
    for name, var in sorted(ours.items()):
        target = f"{declared.stack}/{name}"
        yield from _owned(var, target) if name in owned else _declared(var, theirs.get(name), target)
    for name in sorted(theirs.keys() - ours.keys()):
        by_hand = "set by hand (value not shown)"
        yield Difference("undeclared", "config var", f"{declared.stack}/{name}", live=by_hand)


def _owned(ours: ConfigVar, target: str) -> Iterator[Difference]:
    yield Difference(
        "changed", "config var", target, f"set ({ours.kind})", "set by an add-on", _resource(ours)
    )


def _declared(ours: ConfigVar, theirs: ConfigVar | None, target: str) -> Iterator[Difference]:
    if theirs is None:
        if ours.kind == "external":
            yield Difference("deleted", "config var", target, "an external secret", "not set on the app")
        elif ours.kind != "optional":
            yield Difference("deleted", "config var", target, f"set ({ours.kind})", resource=_resource(ours))
    elif ours.kind in _SET_BY_PULUMI:
        equal = _equal(ours, theirs)
        if isinstance(equal, Unknown):
            yield not_read("config var", target, equal.why)
        elif not equal:
            both = (f"set ({ours.kind})", _NOT_SHOWN)
            yield Difference("changed", "config var", target, *both, _resource(ours))


def _resource(ours: ConfigVar) -> str | None:
    return "config-vars" if ours.kind in _SET_BY_PULUMI else None


def _equal(ours: ConfigVar, theirs: ConfigVar) -> Known[bool]:
    """By digest; where the declared value waits for the app's URL, by how it is made."""
    if isinstance(ours.digest, Unknown):
        return ours.template == theirs.template if ours.template else ours.digest
    return theirs.digest if isinstance(theirs.digest, Unknown) else ours.digest == theirs.digest
