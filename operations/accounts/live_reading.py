"""Reads stacks on the live account, and what only a visitor sees: the health endpoint and the log."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from heroku_api.client import Client
from operations.accounts.account import Account
from operations.accounts.health import ask_health
from operations.accounts.log_lines import log_lines
from runbook.digest import Digests
from runbook.environment import Environment
from runbook.live import Live
from runbook.log_lines import matches_of
from runbook.readers.live.app import Reach
from runbook.readers.live.ask import Asking
from runbook.readers.live.stacks import live_environments
from runbook.readers.live.wanted import Wanted
from runbook.settings import StackName
from runbook.unknown import Unknown


def read_live(
    account: Account, wanted: Sequence[Wanted], digests: Digests, reach: Reach, *, budget: float
) -> dict[StackName, Environment]:
    """One Environment a stack; with `reach.running`, health and logs too."""
    with account.client(budget) as client:
        now = account.now(client)
        with Asking(client, budget=budget) as asking:
            found = live_environments(asking, wanted, digests, reach, now)
            if not reach.running:
                return found
            with ThreadPoolExecutor(len(found)) as pool:
                seen = pool.map(lambda one: _with_visit(client, account, one, now), found.values())
                return dict(zip(found, seen, strict=True))


def _with_visit(client: Client, account: Account, found: Environment, now: datetime) -> Environment:
    if isinstance(found.live, Unknown) or found.app is None or isinstance(found.app, Unknown):
        return found
    url = found.app.url
    lines = log_lines(client, found.live.app_id or "")
    return _replaced(
        found,
        found.live.model_copy(
            update={
                "health": url if isinstance(url, Unknown) else ask_health(url, account.health_address),
                "log_matches": lines
                if isinstance(lines, Unknown)
                else matches_of(lines, now, _released_at(found.live)),
            }
        ),
    )


def _released_at(live: Live) -> datetime | None:
    """Of the release that runs. What the one before said is fixed, or will be said again."""
    if isinstance(live.releases, Unknown):
        return None
    return next((found.created_at for found in live.releases if found.status == "succeeded"), None)


def _replaced(found: Environment, live: Live) -> Environment:
    return found.model_copy(update={"live": live})
