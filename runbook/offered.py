"""What to write instead of a name that Heroku's catalogue doesn't have: by its family, then by its spelling.

What is withdrawn is never proposed, and what may be newer than the catalogue is not taken for a typing mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from runbook.catalogue import Entry
from runbook.nearest import nearest

_TAKE_IN = "; if Heroku has it by now, `./ops catalogue --check --write` takes it in"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}")
_FEW = 8


def instead_of(found: str, entries: Sequence[Entry]) -> str:
    """The end of a sentence on a name that is unknown."""
    take_in = _TAKE_IN if _NAME.fullmatch(found) else ""
    names = {entry.name.lower(): entry for entry in entries}
    offered = [name for name, entry in names.items() if entry.is_offered]
    family = [name for name in offered if _family(name) and _family(name) == _family(found.lower())]
    if family:
        return f" ({', '.join(family)}){take_in}"
    if near := nearest(found, tuple(names)):
        meant = names[near]
        current = near if meant.is_offered else (meant.use_instead or "").lower()
        if current:
            return f'; did you mean "{current}"?'
    listed = f" ({', '.join(offered)})" if len(offered) <= _FEW else ""
    return f"{listed}{take_in}"


def _family(name: str) -> str:
    """`heroku` of heroku-24, `standard` of standard-1x; none where a name has no parts."""
    first, hyphen, _ = name.partition("-")
    return first if hyphen else ""
