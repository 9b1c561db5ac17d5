"""Secrets that a program puts in clear where they are kept: into a stack's outputs, or into what it declares of a resource.

Pulumi stores both in the state, its history and every backup, and `pulumi stack output` prints them. Config vars are
the rule secrets-secret's. What Heroku answers is not looked at: addresses of its own carry signatures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from operations.judging.answer import Trouble
from operations.pulumi_run.events import Change
from runbook.digest import Digest, Digests
from runbook.environment import Environment
from runbook.secret_values import secret_form
from runbook.unknown import Known, Unknown

_STACK = "pulumi:pulumi:Stack"
_BY_A_RULE = frozenset({"heroku:app/configAssociation:ConfigAssociation", "runbook:heroku:ConfigVars"})
_HELD = "pulumi:providers:"
"""Whose inputs are a closed list (operations/judging/providers.py)."""
_PIECE = re.compile(r"[^\s:/@?&=,;\"']{8,}")
"""What may be a secret within a longer text."""
_SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the key of Pulumi's mark, no secret
"""In an object, that the engine keeps it encrypted. Source: sdk/go/common/resource, SigKey."""


def digests_of(secrets: Iterable[Known[Environment]]) -> frozenset[Digest]:
    """Of the managed secrets and log drains' URLs of both stacks, as far as they were decrypted."""
    found: list[Known[Digest]] = []
    for environment in secrets:
        if not isinstance(environment, Unknown):
            found += [var.digest for var in environment.config_vars.known if var.kind == "managed"]
            found += [drain.digest for drain in environment.log_drains]
    return frozenset(digest for digest in found if not isinstance(digest, Unknown))


def troubles_of(changes: Iterable[Change], digests: Digests, known: frozenset[Digest]) -> Iterator[Trouble]:
    for change in changes:
        for path, value in _declared(change):
            if what := _secret(path[-1], value, digests, known):
                where = (
                    f"the output {'.'.join(path)}"
                    if change.type == _STACK
                    else f"{change.name}: {'.'.join(path)}"
                )
                yield Trouble(
                    "blocked",
                    f"{where} has {what} in clear (not shown), which would stand in the state, its history and every backup. Leave it out, "
                    "or keep it secret as pulumi.Output.secret does; replace a value that was up already",
                )


def _declared(change: Change) -> Iterator[tuple[tuple[str, ...], str]]:
    new = change.new or {}
    if change.type in _BY_A_RULE or change.type.startswith(_HELD):
        return
    if change.type == _STACK or change.type.startswith("runbook:"):
        yield from _texts(new.get("outputs") or {}, ())
    if change.type != _STACK:
        yield from _texts(new.get("inputs") or {}, ())


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        if _SECRET not in value:
            for key, part in value.items():
                yield from _texts(part, (*path, str(key)))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, (*path, str(index)))


def _secret(name: str, value: str, digests: Digests, known: frozenset[Digest]) -> str | None:
    pieces = {value, *_PIECE.findall(value)} if known else set[str]()
    if any(digests.of(piece) in known for piece in pieces):
        return "a managed secret"
    return secret_form(name, value)
