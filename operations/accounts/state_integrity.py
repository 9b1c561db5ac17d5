"""Whether a stored state holds together, by the conditions that Pulumi's engine sets itself.

The engine answers some of these with a banner of a bug of its own, and takes others for an empty stack, which it would
make anew. Source: pulumi/pkg 3.274.1, resource/deploy/snapshot.go, VerifyIntegrity; resource/stack/checkpoint.go.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

VERSIONS = (3, 4)
"""Of the form that current engines write."""
_GZIP = b"\x1f\x8b"
_PROVIDER = "pulumi:providers:"

Resource = dict[str, Any]


def damage(content: bytes) -> str | None:
    """The first thing that is wrong with a state file, in words that name no value; None for a whole one."""
    if not content:
        return "it is empty"
    try:
        found = json.loads(gzip.decompress(content) if content.startswith(_GZIP) else content)
    except (ValueError, OSError, EOFError, zlib.error, RecursionError):
        return "it was cut off or is no JSON"
    try:
        return next(_troubles(found), None)
    except (KeyError, TypeError, AttributeError, ValueError):
        return "it has not the form of a state"


def _troubles(found: Any) -> Iterator[str]:
    if found["version"] not in VERSIONS:
        yield f"its version is {found['version']!r}; this project knows {' and '.join(map(str, VERSIONS))}"
    latest = found["checkpoint"].get("latest")
    if latest is None:  # of a stack that was made and never up
        return
    manifest = latest.get("manifest") or {}
    if (manifest.get("magic") or "") != _magic(manifest.get("version") or ""):
        yield "the check value of its manifest is wrong"
    resources = latest.get("resources") or []
    yield from _malformed([*resources, *_pending(latest)])
    yield from _unreferable(resources)
    yield from _duplicates(resources)


def _magic(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest() if version else ""


def _pending(latest: dict[str, Any]) -> list[Any]:
    return [operation["resource"] for operation in latest.get("pending_operations") or []]


def _malformed(resources: Sequence[Resource]) -> Iterator[str]:
    for index, one in enumerate(resources):
        urn = one.get("urn")
        if not isinstance(urn, str) or not _is_urn(urn):
            yield f"its resource {index} has no valid URN"
        elif not one.get("type"):
            yield f"{urn} has no type"
        elif not one.get("custom") and one.get("id"):
            yield f"{urn} is a component and has an id"


def _is_urn(text: str) -> bool:
    """urn:pulumi:STACK::PROJECT::TYPES::NAME; a name may have colons of its own."""
    return text.startswith("urn:pulumi:") and text.count("::") >= 3  # noqa: PLR2004 - between four parts


def _unreferable(resources: Sequence[Resource]) -> Iterator[str]:
    """Each must come after what it refers to."""
    seen: set[str] = set()
    providers: set[str] = set()
    every = {one["urn"] for one in resources}
    for one in resources:
        urn = one["urn"]
        if one["type"].startswith(_PROVIDER):
            if not one.get("id"):
                yield f"{urn} has no id"
            providers.add(f"{urn}::{one.get('id')}")
        provider = one.get("provider")
        if provider and provider not in providers and not one.get("pendingReplacement"):
            yield f"{urn} refers to a provider that is missing: {provider.rpartition('::')[0] or provider}"
        for relation, other in _references(one):
            if other not in seen:
                yield f"{urn} refers to a {relation} that {'comes after it' if other in every else 'is missing'}: {other}"
        seen.add(urn)


def _references(one: Resource) -> Iterator[tuple[str, str]]:
    by_property: dict[str, list[str]] = one.get("propertyDependencies") or {}
    relations: dict[str, Iterable[str | None]] = {
        "parent": [one.get("parent")],
        "dependency": [
            *_urns(one.get("dependencies")),
            *(urn for of in by_property.values() for urn in _urns(of)),
        ],
        "resource that it is deleted with": [one.get("deletedWith")],
        "resource that it is replaced with": _urns(one.get("replaceWith")),
    }
    for relation, urns in relations.items():
        for urn in filter(None, urns):
            yield relation, urn


def _urns(found: Any) -> list[str]:
    if found is not None and not isinstance(found, list):
        raise TypeError("no list of URNs")
    return found or []


def _duplicates(resources: Sequence[Resource]) -> Iterator[str]:
    """All but one must wait for their deletion."""
    living = Counter(one["urn"] for one in resources if not one.get("delete"))
    for urn, count in living.items():
        if count > 1:
            yield f"{urn} is in it {count} times"
