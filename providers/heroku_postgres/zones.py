"""Time zones as backup schedules take them: places of the tz database, and UTC."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

ALIASES = {
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "MDT": "America/Boise",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "EDT": "America/New_York",
    "BST": "Europe/London",
    "CEST": "Europe/Paris",
    "Z": "UTC",
}
"""Abbreviations as `heroku pg:backups:schedule --at` maps them (CLI 11.10.0), in any case."""

AMBIGUOUS = {
    "MST": "America/Boise",
    "EST": "America/New_York",
    "GMT": "Europe/London",
    "CET": "Europe/Paris",
}
"""Names that are one thing to Heroku's CLI, given here, and another in the tz database (EST: UTC-5 all year)."""

NOT_PLACES = ("Etc/", "SystemV/")
"""Fixed offsets, which no wall clock follows through the year."""


class ZoneError(ValueError):
    """No zone a schedule can have; the text says what is expected, with the nearest name."""


def zone_of(name: str) -> str:
    """The tz database's name. Raises ZoneError."""
    if name in places():
        return name
    if name.upper() in ALIASES:
        return ALIASES[name.upper()]
    if name.upper() in AMBIGUOUS:
        raise ZoneError(
            f"a place of the tz database; {name} means {AMBIGUOUS[name.upper()]} to Heroku's CLI and a fixed offset "
            f'elsewhere: write "{AMBIGUOUS[name.upper()]}"'
        )
    near = nearest(name)
    hint = f'; did you mean "{near}"?' if near else ', such as "America/Los_Angeles"'
    raise ZoneError(f"a zone of the tz database{hint}")


def nearest(name: str) -> str | None:
    """The known zone that looks most like the name, or whose place is the name."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    place = name.strip().replace(" ", "_").lower()
    same_place = sorted(
        zone for zone in places() if zone.lower() == place or zone.lower().endswith(f"/{place}")
    )
    close = get_close_matches(name, sorted(places()), n=1, cutoff=0.5)
    return next(iter([*same_place, *close]), None)


@cache
def places() -> frozenset[str]:
    """Every zone that can be named. From the list in the tzdata package: one file, where zoneinfo reads hundreds."""
    package = find_spec("tzdata")
    if package is None or package.origin is None:
        raise ImportError("the Python package tzdata is not installed; run ./ops once, which sets it up")
    names = Path(package.origin).with_name("zones").read_text(encoding="ascii").split()
    return frozenset(
        name for name in names if name == "UTC" or ("/" in name and not name.startswith(NOT_PLACES))
    )
