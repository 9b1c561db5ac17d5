"""Pending migrations, as the weekly checklist asks for them: told by the app's own `rails db:migrate:status`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from heroku_api.client import Client
from operations.accounts import one_off
from operations.judging.answer import Trouble
from runbook.unknown import Unknown

STATUS = "rails db:migrate:status"
ITEM = "Check for pending migrations"
"""How the item of the checklist begins that people do otherwise."""
_ROW = re.compile(r"\s*(up|down)\s+(\d{3,})\b")
_NAMED = 5


def pending(client: Client, app: str) -> tuple[Trouble, ...]:
    """None where every migration has run."""
    found = one_off.output(client, app, STATUS)
    rows = (
        [match.groups() for line in found if (match := _ROW.match(line))] if isinstance(found, list) else []
    )
    if isinstance(found, Unknown):
        return (Trouble("inconclusive", f"{app}: pending migrations are not known: {found.why}"),)
    if not rows:
        return (
            Trouble(
                "inconclusive", f"{app}: pending migrations are not known: `{STATUS}` listed no migration"
            ),
        )
    down = [version for state, version in rows if state == "down"]
    if not down:
        return ()
    said = f"{app}: {_listed(down)} not run on its database; type `heroku run rails db:migrate -a {app}` (runbook, Migration Failures)"
    return (Trouble("blocked", said),)


def _listed(versions: list[str]) -> str:
    more = f" and {len(versions) - _NAMED} more" if len(versions) > _NAMED else ""
    verb = "migration is" if len(versions) == 1 else "migrations are"
    return f"{len(versions)} {verb} pending: {', '.join(versions[:_NAMED])}{more} {'has' if len(versions) == 1 else 'have'}"


def cost_note(apps: Iterable[str]) -> str:
    return (
        f"A one-off dyno ran `{STATUS}` on {' and '.join(apps)}: it costs its seconds of the app's dyno type."
    )
