"""Which live log drain is which declared one."""

from __future__ import annotations

from collections.abc import Sequence

from runbook.environment import LogDrain
from runbook.live import Surrounding
from runbook.unknown import Unknown


def matched(declared: Sequence[LogDrain], live: Sequence[Surrounding]) -> dict[str, Surrounding]:
    """By the declared name. No URL is needed where Heroku's id is known.

    Without an id the URLs' digests tell; where a URL is encrypted, the host does, each live drain once.
    """
    found: dict[str, Surrounding] = {}
    for same in (_same_id, _same_url, _same_host):
        for one in declared:
            if one.name not in found:
                left = (there for there in live if there not in found.values())
                there = next((there for there in left if same(one, there)), None)
                found |= {} if there is None else {one.name: there}
    return found


def _same_id(one: LogDrain, there: Surrounding) -> bool:
    return one.id is not None and one.id == there.id


def _same_url(one: LogDrain, there: Surrounding) -> bool:
    return one.id is None and not isinstance(one.digest, Unknown) and one.digest == there.digest


def _same_host(one: LogDrain, there: Surrounding) -> bool:
    return one.id is None and isinstance(one.digest, Unknown) and one.host == there.host
