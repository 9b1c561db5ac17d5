"""Reads what an account's API lists of Heroku's own things, and finds where the catalogue says otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from heroku_api.client import Client
from heroku_api.errors import HerokuError, NotFoundError
from operations.errors import OperationError
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.catalogue import FILE, Catalogue, catalogue, catalogue_of
from runbook.environment import App, Environment
from runbook.listed import Answer, Change, changes, is_listed, own_path, paths, taken_in, text
from runbook.settings import STACKS
from runbook.unknown import all_known

SECONDS = 60.0
_SERVICE = "addon_plans/"


class Asked(Protocol):
    """What of an account is needed here."""

    @property
    def words(self) -> str: ...

    def client(self, budget: float) -> Client: ...


def catalogue_data(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def declared_plans() -> tuple[str, ...]:
    """Of the add-ons in the stack files. A file that can't be read declares none: it may be wrong by what is asked here."""
    plans: dict[str, None] = {}
    for stack in STACKS:
        with suppress(OperationError):
            plans |= dict.fromkeys(
                addon.plan for addon in read_settings(Workspace.here(), stack).addons.values()
            )
    return tuple(plans)


def changes_on(
    account: Asked, today: date, data: Mapping[str, Any], plans: Sequence[str] = ()
) -> tuple[Change, ...]:
    """`plans`: other add-on plans whose services are asked for too. Raises OperationError where anything is inconclusive."""
    with account.client(SECONDS) as client:
        try:
            found = changes(data, _answers(client, paths(data, plans)), today)
            for change in found:
                if change.kind == "gone":
                    _refuse_contradiction(client, change)
        except HerokuError as error:
            raise OperationError(f"{account.words}: {error}") from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise OperationError(
                f"{account.words}: an answer is not as Heroku's API describes it: {error!r}"
            ) from None
    return found


def write(data: Mapping[str, Any], found: Sequence[Change], today: date, file: Path) -> None:
    """Whole or not at all, and only what can be read again."""
    new = text(taken_in(data, found, today))
    catalogue_of(json.loads(new))
    partial = file.with_suffix(".new")
    partial.write_text(new, encoding="utf-8")
    partial.replace(file)


def _answers(client: Client, asked: Mapping[str, str]) -> dict[str, Answer]:
    """A service that Heroku doesn't have sells nothing; any other empty list is not believed."""
    found: dict[str, Answer] = {}
    for part, path in asked.items():
        try:
            found[part] = [item for _, items in client.pages(path) for item in items]
        except NotFoundError:
            if not part.startswith(_SERVICE):
                raise
            found[part] = []
            continue
        if not found[part]:
            raise OperationError(
                f"GET {path}: Heroku answered an empty list, which is not believed; run it again"
            )
    return found


def _refuse_contradiction(client: Client, change: Change) -> None:
    path = own_path(change)
    try:
        answered = client.request("GET", path)
    except NotFoundError:
        return
    if is_listed(change, answered):
        raise OperationError(
            f"{change.says}, but GET {path} answers for it: one of the two is not believed; run it again"
        )


@dataclass(frozen=True)
class Prices:
    """The catalogue with what is live and newer than it; a note for each such thing."""

    catalogue: Catalogue = field(default_factory=catalogue)
    notes: tuple[str, ...] = ()


def prices_of(account: Asked, live: Iterable[Environment], today: date) -> Prices:
    """What is live and unknown is asked for: it is believed where Heroku lists it, and nothing is written.

    Where Heroku can't be asked, it stays unknown, and rules say so.
    """
    known = catalogue()
    unknown = {part: names for part, names in _names(live, known).items() if names}
    if not unknown:
        return Prices(known)
    data = catalogue_data(FILE)
    asked = {
        key: path
        for key, path in paths(data, sorted(unknown.get("addon_plans", ()))).items()
        if key.partition("/")[0] in unknown
    }
    try:
        with account.client(SECONDS) as client:
            found = changes(data, _answers(client, asked), today)
    except (HerokuError, OperationError, KeyError, TypeError, ValueError, AttributeError):
        return Prices(known)
    new = [one for one in found if one.kind == "new" and one.name.lower() in unknown[one.part]]
    notes = tuple(
        f"{one.name} is not in runbook/{FILE.name}, but {one.source} lists it; `./ops catalogue --check --write` takes it in"
        for one in new
    )
    return Prices(catalogue_of(taken_in(data, new, today)), notes)


def _names(live: Iterable[Environment], known: Catalogue) -> dict[str, set[str]]:
    """What is live and not in the catalogue, by its part, in lower case."""
    found: dict[str, set[str]] = {
        "heroku_stacks": set(),
        "dyno_types": set(),
        "postgres_plans": set(),
        "addon_plans": set(),
    }
    for one in live:
        if (
            isinstance(one.app, App)
            and isinstance(one.app.heroku_stack, str)
            and not known.heroku_stack(one.app.heroku_stack)
        ):
            found["heroku_stacks"].add(one.app.heroku_stack)
        found["dyno_types"] |= {
            process.dyno_type.lower()
            for process in all_known(one.formation)
            if isinstance(process.dyno_type, str) and not known.dyno_type(process.dyno_type)
        }
        found["postgres_plans"] |= {
            database.plan
            for database in all_known(one.databases)
            if isinstance(database.plan, str) and not known.postgres_plan(database.plan)
        }
        found["addon_plans"] |= {
            addon.plan
            for addon in all_known(one.addons)
            if addon.billed_usd is None and isinstance(addon.plan, str) and not known.addon_plan(addon.plan)
        }
    return found
