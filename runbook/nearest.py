"""Names people meant: the nearest known name for one that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_NEAR = 0.6


def did_you_mean(found: str, known: Sequence[str]) -> str:
    """`; did you mean "x"?`, or the known names where none is near and they are few, or nothing.

    Of equally near names the first is meant.
    """
    ratios = [SequenceMatcher(None, found.lower(), name.lower()).ratio() for name in known]
    if ratios and max(ratios) >= _NEAR:
        return f'; did you mean "{known[ratios.index(max(ratios))]}"?'
    few = 8
    return f" ({', '.join(known)})" if 0 < len(known) <= few else ""
