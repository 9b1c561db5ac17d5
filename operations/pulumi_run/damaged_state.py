"""What the engine says of a state that it can't use, without its banner of a bug.

The states of a folder are looked at before (`operations/accounts/state_file.py`); those of other backends only the
engine can read.
"""

from __future__ import annotations

import re

_FROM_BACKEND = re.compile(r"failed to load checkpoint: (?P<why>.+)")
_INTEGRITY = "snapshot integrity error"
_CRASH = "The Pulumi CLI encountered a fatal error"
_WHY = re.compile(r"^(?:Read Error|Error|Panic):\s*(?P<why>.+)$", re.MULTILINE)
_MALFORMED = re.compile(
    r"error: (?P<why>resource (?:at index|missing required|'[^']*' (?:missing required|has 'custom' false|is marked as custom)).*)"
)


def told(said: str) -> str | None:
    """One sentence with the next step; None where pulumi failed for another reason."""
    if found := _FROM_BACKEND.search(said) or _MALFORMED.search(said):
        return _sentence(found["why"])
    if _INTEGRITY in said:
        found = _WHY.search(said)
        return _sentence(found["why"] if found else "its resources don't fit together")
    if _CRASH in said:
        found = _WHY.search(said)
        return (
            f"Pulumi's engine crashed: {found['why'] if found else 'it said no reason'}. A state that is damaged does this; "
            "look at it with `pulumi stack export`, and restore it as in docs/state.md"
        )
    return None


def _sentence(why: str) -> str:
    return f"the stored state is damaged: {why.strip()}; nothing was done. Restore the version before as in docs/state.md"
