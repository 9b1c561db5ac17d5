"""The lists of the whole account: apps, add-ons, attachments. Three requests, however many apps there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heroku_api import platform
from heroku_api.models import AddOn, Attachment
from heroku_api.shapes import every
from runbook.environment import PRIMARY
from runbook.readers.live.answers import LiveApp
from runbook.readers.live.ask import Asking
from runbook.readers.live.wanted import Wanted
from runbook.unknown import Known, Unknown


@dataclass(frozen=True)
class Account:
    apps: Known[list[LiveApp]]
    addons: Known[list[AddOn]]
    attachments: Known[list[Attachment]]


def read_account(asking: Asking, wanted: Sequence[Wanted]) -> Account:
    apps = asking.start(
        lambda client: every(client, LiveApp, "/apps"),
        lambda found: all(_find(found, one) for one in wanted),
    )
    addons = asking.start(
        lambda client: every(client, AddOn, "/addons"),
        lambda found: all(find_database(found, one) for one in wanted),
    )
    attachments = asking.start(
        lambda client: every(client, Attachment, "/addon-attachments"),
        lambda found: all(_has_primary(found, one) for one in wanted),
        lambda found: _primary_is_there(asking, found, wanted),
    )
    return Account(apps.result(), addons.result(), attachments.result())


def _primary_is_there(
    asking: Asking, found: Sequence[Attachment], wanted: Sequence[Wanted]
) -> Unknown | None:
    """Whether an app has the attachment that the list lacks, asked for itself."""
    for one in wanted:
        if not _has_primary(found, one):
            why = asking.contradicted(
                f"{PRIMARY} of {one.settings.app.name}",
                "attachments",
                lambda client, app=one.app: platform.attachment_of(client, app, PRIMARY),  # type: ignore[misc]
            )
            if why is not None:
                return why
    return None


def find_app(asking: Asking, account: Account, wanted: Wanted) -> Known[LiveApp | None]:
    """The stack's app. None when it is surely gone: not in two lists, and 404 twice when asked for itself."""
    if isinstance(account.apps, Unknown):
        return account.apps
    found = _find(account.apps, wanted)
    if found is not None:
        return found
    gone = asking.is_gone(lambda client: platform.app(client, wanted.app))
    if isinstance(gone, Unknown):
        return gone
    # One made anew under the declared name is another app, with another database.
    again = next((app for app in account.apps if app.name == wanted.settings.app.name), None)
    contradiction = Unknown(f"Heroku's list of apps lacks {wanted.app}, and asked for itself it is there")
    return again if gone else contradiction


def _find(apps: Sequence[LiveApp], wanted: Wanted) -> LiveApp | None:
    if wanted.app_id:
        return next((app for app in apps if app.id == wanted.app_id), None)
    return next((app for app in apps if app.name == wanted.settings.app.name), None)


def find_database(addons: Sequence[AddOn], wanted: Wanted) -> AddOn | None:
    addon_id = wanted.addon_ids.get(wanted.database)
    if addon_id:
        return next((addon for addon in addons if str(addon.id) == addon_id), None)
    return next((addon for addon in addons if addon.name == wanted.database), None)


def addons_of(asking: Asking, account: Account, app: LiveApp, wanted: Wanted) -> Known[list[AddOn]]:
    """What is billed to the app. A declared database that is not in the list is asked for itself."""
    if isinstance(account.addons, Unknown):
        return account.addons
    own = [addon for addon in account.addons if str(addon.app.id) == app.id]
    if find_database(own, wanted) is None and app.id == (wanted.app_id or app.id):
        name = wanted.addon_ids.get(wanted.database, wanted.database)
        gone = asking.is_gone(lambda client: platform.addon(client, name))
        if isinstance(gone, Unknown):
            return gone
        if not gone:
            return Unknown(
                f"Heroku's list of add-ons lacks {wanted.database}, and asked for itself it is there"
            )
    return own


def _has_primary(attachments: Sequence[Attachment], wanted: Wanted) -> bool:
    return any(
        found.name == PRIMARY
        and (str(found.app.id) == wanted.app_id if wanted.app_id else found.app.name == wanted.app)
        for found in attachments
    )
