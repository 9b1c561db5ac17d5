"""The log drains of a live app as settings: names for them, and their hosts. Their URLs are no part of this."""

from __future__ import annotations

import re
from collections.abc import Collection

from runbook.drains import DRAIN
from runbook.environment import Environment, LogDrain
from runbook.live import NOT_ASKED
from runbook.live_drains import matched
from runbook.settings import Settings
from runbook.unknown import Unknown

_URL = Unknown("its URL is encrypted in the stack file")


class UnreadDrainsError(ValueError):
    """Heroku did not say where the logs go; the message says why."""


def log_drains(live: Environment, decided: Settings | None) -> dict[str, str]:
    """Hosts by name: the name that today's settings have for a drain to this host, or one made of the host.

    Raises UnreadDrainsError.
    """
    today = {} if decided is None else dict(decided.log_drains)
    found = live.surrounding("log drain")
    if found == NOT_ASKED:
        return today
    if isinstance(found, Unknown):
        raise UnreadDrainsError(found.why)
    known = matched([LogDrain(name=name, host=host, digest=_URL) for name, host in today.items()], found)
    drains = {name: today[name] for name in today if name in known}
    taken = {var.name for var in live.config_vars.known}
    for one in found:
        if one not in known.values():
            drains[_name_of(one.host, {*drains, *taken})] = one.host
    return drains


def _name_of(host: str, taken: Collection[str]) -> str:
    """LOGS_EXAMPLE_COM, or LOGS_EXAMPLE_COM_2 where that is taken."""
    made = re.sub(r"[^A-Z0-9]+", "_", host.upper()).strip("_")
    name = made if DRAIN.fullmatch(made) else f"DRAIN_{made}"
    number = 1
    while (numbered := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return numbered
