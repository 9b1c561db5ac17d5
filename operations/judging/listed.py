"""Reads what an account's API lists of Heroku's own things, and finds where the catalogue says otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from heroku_api.client import Client
from heroku_api.errors import HerokuError, NotFoundError
from operations.accounts.account import Account
from operations.errors import OperationError
from runbook.catalogue import catalogue_of
from runbook.listed import Answer, Change, changes, is_listed, own_path, paths, taken_in, text

SECONDS = 60.0
_SERVICE = "addon_plans/"


def catalogue_data(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def changes_on(
    account: Account, today: date, data: Mapping[str, Any], plans: Sequence[str] = ()
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
