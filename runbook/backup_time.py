"""The time of a daily backup: a whole hour of a zone's wall clock, written `02:00 America/Los_Angeles`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

_WRITTEN = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?: +(?P<zone>\S.*))?")

ALIASES = {
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "MST": "America/Boise",
    "MDT": "America/Boise",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "GMT": "Europe/London",
    "BST": "Europe/London",
    "CET": "Europe/Paris",
    "CEST": "Europe/Paris",
    "Z": "UTC",
}
"""Abbreviations that `heroku pg:backups:schedule --at` takes, and the zones it sends for them (CLI 11.10.0)."""


LINKS = {
    "US/Pacific": "America/Los_Angeles",
    "US/Mountain": "America/Denver",
    "US/Central": "America/Chicago",
    "US/Eastern": "America/New_York",
    "US/Alaska": "America/Anchorage",
    "US/Hawaii": "Pacific/Honolulu",
    "US/Arizona": "America/Phoenix",
    "PST8PDT": "America/Los_Angeles",
    "MST7MDT": "America/Denver",
    "CST6CDT": "America/Chicago",
    "EST5EDT": "America/New_York",
}
"""Other names of the tz database for the same zones of the United States (its files `backward` and, since 2024b, links)."""


class BackupTimeError(ValueError):
    """The text is no whole hour of a known zone; the message is what is expected instead."""


@dataclass(frozen=True, slots=True)
class BackupTime:
    """`hour` is 0 to 23 on the wall clock of `zone`, a name of the tz database."""

    hour: int
    zone: str

    def __str__(self) -> str:
        return f"{self.hour:02d}:00 {self.zone}"

    @classmethod
    def parse(cls, text: str) -> BackupTime:
        """Reads `02:00 America/Los_Angeles`; abbreviations of ALIASES become their zone.

        Raises BackupTimeError. A zone must be named: Heroku's CLI takes UTC for a missing one, which is never meant here.
        """
        match = _WRITTEN.fullmatch(text.strip())
        if match is None:
            raise BackupTimeError('"HH:00 Area/City", such as "02:00 America/Los_Angeles"')
        if match["minute"] != "00":
            raise BackupTimeError("a whole hour, such as 02:00; Heroku schedules backups at no other minute")
        if int(match["hour"]) > 23:  # noqa: PLR2004 - hours of a day
            raise BackupTimeError("an hour from 00 to 23")
        if match["zone"] is None:
            raise BackupTimeError('a time zone after the hour, such as "America/Los_Angeles"')
        return cls(int(match["hour"]), zone_of(match["zone"]))


def zone_of(name: str) -> str:
    """The tz database's name for a zone or one of ALIASES; raises BackupTimeError naming the nearest zone."""
    if name.upper() in ALIASES or name in _zones():
        return canonical_zone(name)
    return _refuse_zone(name)


def canonical_zone(name: str) -> str:
    """The zone's own name where this is another name for it: US/Pacific and PST are America/Los_Angeles."""
    return ALIASES.get(name.upper()) or LINKS.get(name, name)


def _refuse_zone(name: str) -> str:
    near = get_close_matches(name, _zones(), n=1, cutoff=0.5) or [
        zone for zone in sorted(_zones()) if zone.lower().endswith("/" + name.lower().replace(" ", "_"))
    ]
    hint = f'; did you mean "{near[0]}"?' if near else ', such as "America/Los_Angeles"'
    raise BackupTimeError(f"a zone of the tz database{hint}")


@cache
def _zones() -> frozenset[str]:
    """Places and UTC; the tz database's fixed offsets (`EST`, `Etc/GMT+8`) are no zones a wall clock follows."""
    return frozenset(
        zone
        for zone in available_timezones()
        if zone == "UTC" or ("/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    )
