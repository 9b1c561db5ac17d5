"""The lists of the whole account: apps, add-ons, attachments. Three requests, however many apps there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heroku_api import platform
from heroku_api.models import AddOn, Attachment
from heroku_api.shapes import every
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
        lambda found: not any(_missing(found, one) for one in wanted),
    )
    attachments = asking.start(
        lambda client: every(client, Attachment, "/addon-attachments"),
        lambda found: all(_attached(found, one) >= {*one.attachments} for one in wanted),
        lambda found: _attachments_are_there(asking, found, wanted),
    )
    return Account(apps.result(), addons.result(), attachments.result())


def _attachments_are_there(
    asking: Asking, found: Sequence[Attachment], wanted: Sequence[Wanted]
) -> Unknown | None:
    """Whether an app has an attachment that the list lacks, asked for itself."""
    lacking = {
        f"{name} of {one.settings.app.name}": (one.app, name)
        for one in wanted
        for name in sorted(set(one.attachments) - _attached(found, one))
    }
    return asking.one_is_there(
        lacking, "attachments", lambda client, asked: platform.attachment_of(client, *asked)
    )


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


def _missing(addons: Sequence[AddOn], wanted: Wanted) -> dict[str, str]:
    """The declared add-ons that a list lacks, by name, each with what to ask for."""
    there = {text for addon in addons for text in (str(addon.id), addon.name)}
    return {name: ask for name, ask in wanted.addons.items() if ask not in there}


def addons_of(asking: Asking, account: Account, app: LiveApp, wanted: Wanted) -> Known[list[AddOn]]:
    """What is billed to the app. A declared add-on that is not in the list is asked for itself."""
    if isinstance(account.addons, Unknown):
        return account.addons
    own = [addon for addon in account.addons if str(addon.app.id) == app.id]
    missing = _missing(own, wanted) if app.id == (wanted.app_id or app.id) else {}
    return asking.one_is_there(missing, "add-ons", platform.addon) or own


def _attached(attachments: Sequence[Attachment], wanted: Wanted) -> set[str]:
    """The names under which something is attached to the stack's app."""
    return {
        found.name
        for found in attachments
        if (str(found.app.id) == wanted.app_id if wanted.app_id else found.app.name == wanted.app)
    }
