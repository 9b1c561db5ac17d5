"""All drills, in the order they are listed."""

from __future__ import annotations

from drills.database_drills import DATABASE_DRILLS
from drills.drill import Drill
from drills.dyno_drills import DYNO_DRILLS

DRILLS: tuple[Drill, ...] = (*DYNO_DRILLS, *DATABASE_DRILLS)


def drill(name: str) -> Drill:
    """Raises KeyError for a name that no drill has."""
    return _BY_NAME[name]


_BY_NAME = {found.name: found for found in DRILLS}
