"""Which log lines match the runbook's error patterns. Lines may hold anything: only their counts leave here.

The router's lines are read by its own fields, an address in one is no error. What /healthz was answered is
health-application's and health-database's: its lines, and what the app said while it answered, don't count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from runbook.live import LogMatches

RECENT = timedelta(hours=24)
"""The checklist is a daily one."""
_BESIDE = timedelta(seconds=1)
"""The app's lines on a request stand within this of the router's, where they don't name the request."""

_ROUTER = re.compile(r"\bheroku\[router\]: (?P<fields>.*)")
_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|(\S*))')
_PROBED = "/healthz"
_PLATFORM = re.compile(r"\bError (?P<code>[RLH]\d\d)\b")
"""Heroku's error codes, such as R14 (memory quota exceeded). Source: Heroku Dev Center, Heroku Error Codes."""
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "ActiveRecord::RecordInvalid": re.compile(r"\bActiveRecord::RecordInvalid\b"),
    "PG::ConnectionTimeout": re.compile(r"\bPG::ConnectionTimeout\b"),
    "ActiveRecord::ConnectionPoolError": re.compile(r"\bActiveRecord::ConnectionPoolError\b"),
    "an asset that is missing": re.compile(r"\bActionController::RoutingError\b.*/assets/"),
    "slow": re.compile(r"(?<![/\w-])slow(?![/\w-])", re.IGNORECASE),
    "error|exception|fatal": re.compile(
        r"(?<![/\w.=-])(?:error|exception|fatal)(?![/\w-]|\.\w|s?\s*[=:]\s*0\b)", re.IGNORECASE
    ),
    "an exception's name": re.compile(r"(?<![/\w-])(?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception)\b(?!/)"),
}
"""By what they are called. Source: runbook, Log Analysis, Check Application Logs, Database Connection Errors, Performance
Issues, Frontend Asset Loading Errors. Words of their own: `0 errors` and `/errors/404` are none."""
_VISITORS = re.compile(r"\bActionController::RoutingError\b")
"""An address that nobody has: a 404 for whoever asked for it, bots above all."""


def matches_of(
    lines: Iterable[tuple[datetime, str]], now: datetime, since: datetime | None = None
) -> tuple[LogMatches, ...]:
    """The first pattern that each line of the last day matches, counted; `since` leaves out what an older release said."""
    recent = [
        (moment, text) for moment, text in lines if now - moment <= RECENT and not _older(moment, since)
    ]
    found: dict[str, list[datetime]] = {}
    for moment, text in _without_probes(recent):
        name = _name(text)
        if name:
            found.setdefault(name, []).append(moment)
    return tuple(
        LogMatches(pattern=name, lines=len(moments), newest_at=max(moments))
        for name, moments in sorted(found.items())
    )


def _older(moment: datetime, since: datetime | None) -> bool:
    return since is not None and moment < since


def _name(text: str) -> str | None:
    router = _ROUTER.search(text)
    if router:
        return _of_router(_fields(router["fields"]))
    platform = _PLATFORM.search(text)
    if platform:
        return platform["code"]
    name = next((name for name, pattern in PATTERNS.items() if pattern.search(text)), None)
    return None if name and _VISITORS.search(text) and name != "an asset that is missing" else name


def _fields(text: str) -> dict[str, str]:
    return {name: quoted or bare for name, quoted, bare in _FIELD.findall(text)}


def _of_router(fields: Mapping[str, str]) -> str | None:
    """By Heroku's own code, such as H12; a status alone is the app's own answer, and its lines tell why."""
    return (fields.get("code") or "at=error") if fields.get("at") == "error" else None


def _without_probes(lines: list[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    probes = [
        (moment, _fields(router["fields"]))
        for moment, text in lines
        if (router := _ROUTER.search(text)) and _fields(router["fields"]).get("path") == _PROBED
    ]
    ids = {fields["request_id"] for _, fields in probes if fields.get("request_id")}
    for moment, text in lines:
        router = _ROUTER.search(text)
        if router and _fields(router["fields"]).get("path") == _PROBED:
            continue
        named = any(one in text for one in ids)
        beside = not router and any(abs(moment - probed) <= _BESIDE for probed, _ in probes)
        if not named and not beside:
            yield moment, text
