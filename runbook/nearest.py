"""Names people meant: the nearest known name for one that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_NEAR = 0.6


def did_you_mean(found: str, known: Sequence[str]) -> str:
    """`; did you mean "x"?`, or nothing where none is near. Of equally near names the first is meant."""
    meant = nearest(found, known)
    return f'; did you mean "{meant}"?' if meant else ""


def nearest(found: str, known: Sequence[str]) -> str | None:
    """The known name that is spelt most alike; None where none is near."""
    ratios = [_ratio(found.lower(), name.lower()) for name in known]
    if not ratios or max(ratios) < _NEAR:
        return None
    return known[ratios.index(max(ratios))]


def known_names(found: str, known: Sequence[str]) -> str:
    """The nearest name, or all of them where none is near and they are few."""
    few = 16
    return did_you_mean(found, known) or (f" ({', '.join(known)})" if 0 < len(known) <= few else "")


def _ratio(found: str, name: str) -> float:
    """1 is the same; the beginning of a name is as near as a typing mistake."""
    beginning = 3
    if len(found) >= beginning and name.startswith(found):
        return _NEAR
    return SequenceMatcher(None, found, name).ratio()
