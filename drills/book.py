"""All drills, in the order they are listed, and what of the runbook can't be played."""

from __future__ import annotations

from drills.database_drills import DATABASE_DRILLS
from drills.drill import Drill
from drills.dyno_drills import DYNO_DRILLS

DRILLS: tuple[Drill, ...] = (*DYNO_DRILLS, *DATABASE_DRILLS)

NOT_PLAYED: dict[str, str] = {
    "Migration Failures": "no drill yet; deploy a source with a new db/migrate (`./ops local deploy`), then type the section",
    "Frontend Asset Loading Errors (404 on chunks)": "no drill yet; the files of a source that is deployed can be listed, and nothing serves them",
}
"""Troubleshooting sections, each with the reason."""


def drill(name: str) -> Drill:
    """Raises KeyError for a name that no drill has."""
    return _BY_NAME[name]


_BY_NAME = {found.name: found for found in DRILLS}
