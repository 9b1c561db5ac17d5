"""What a reviewer must see of a step beside the names of its properties: budgets, and where logs would go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from operations.pulumi_run.events import Change
from runbook.drains import RESOURCE
from runbook.readers.engine_values import Secret, decode

_ENVIRONMENT = "runbook:heroku:Environment"
_DRAIN = "heroku:drain/drain:Drain"
_LOG_DRAINS = "runbook:heroku:LogDrains"
_SECRET = "a host that is kept secret"  # noqa: S105 - words


def of_budgets(changes: Iterable[Change]) -> Iterator[str]:
    """By the values: a component's step need not name what differs."""
    for change in changes:
        before, after = change.values("monthlyBudgetUsd")
        if change.type == _ENVIRONMENT and change.old and change.new and before != after:
            raised = _is_number(before) and _is_number(after) and after > before
            told = "raised" if raised else "changed"
            yield f"! budget {told} from {_dollars(before)} to {_dollars(after)} a month"


def of_drain(change: Change, among: Iterable[Change] = ()) -> str:
    """The host that a log drain sends the app's logs to, config and user data in them; its URL may hold a token.

    `among`: of a URL that is secret, the component says the host; the program has held the two together.
    """
    if change.type != _DRAIN or not change.new:
        return ""
    inputs = change.new.get("inputs") or {}
    told = _host(inputs.get("url", inputs.get("sensitiveUrl")))
    return f", to {_told_by_component(change, among) or told if told == _SECRET else told}"


def _told_by_component(change: Change, among: Iterable[Change]) -> str:
    for other in among:
        if other.type == _LOG_DRAINS and other.new:
            hosts = (other.new.get("inputs") or {}).get("hosts")
            if isinstance(hosts, Mapping):
                return str(hosts.get(change.name.removeprefix(RESOURCE), ""))
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _dollars(value: object) -> str:
    return f"${value:g}" if isinstance(value, int | float) else "none"


def _host(value: object) -> str:
    known = decode(value)
    if isinstance(known, Secret):
        return _SECRET
    if not isinstance(known, str):
        return "a host that is not known yet"
    try:
        return urlsplit(known).hostname or "no host"
    except ValueError:
        return "no host"
