"""The live app that a stack adopts: its ids, and its config vars in clear for as long as this process runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from heroku_api import platform
from heroku_api.client import Client
from heroku_api.errors import HerokuError, NotFoundError
from heroku_api.models import AddOn, App, Attachment, Named
from heroku_api.shapes import every, one, segment
from operations.errors import OperationError
from runbook.environment import PRIMARY
from runbook.readers.live.answers import LogDrain
from runbook.settings import StackName

SECOND_LOOK_SECONDS = 0.5


class _OwnedApp(App):
    """`team` is None for an app of a person's own."""

    team: Named | None = None


@dataclass(frozen=True)
class LiveApp:
    id: str
    name: str
    database_id: str
    database_name: str
    config_vars: Mapping[str, str] = field(repr=False)
    addon_ids: Mapping[str, str] = field(default_factory=dict)
    """Of other add-ons, by name; read only where the stack file has some."""
    drain_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of log drains, by Heroku's id. What an add-on made belongs to it."""
    drain_ids: Mapping[str, str] = field(default_factory=dict)
    """By the names they are declared by (drain_urls.with_ids)."""


def live_app(
    client: Client,
    stack: StackName,
    name: str,
    database: str | None,
    *,
    other_addons: bool = False,
    log_drains: bool = False,
) -> LiveApp:
    """Reads only. `database` is the name that the stack file has, None: whichever is the primary one.

    `other_addons`, `log_drains`: whether it has some.

    Raises OperationError where the account can't be read, or leaves open which app or database is meant.
    """
    try:
        app = one(client, _OwnedApp, "GET", f"/apps/{segment(name)}")
        if app.team is not None:
            raise OperationError(
                f"{stack}: {name} belongs to the team {app.team.name}. An app of a team can't be declared: declared "
                "without its team it would be replaced, with its database. Nothing was adopted, and nothing here touches it"
            )
        addon = _database(client, stack, str(app.id), name, database)
        values = platform.config_vars(client, str(app.id))
        path = f"/apps/{segment(str(app.id))}"
        others = every(client, AddOn, f"{path}/addons") if other_addons else []
        drains = every(client, LogDrain, f"{path}/log-drains") if log_drains else []
    except NotFoundError as error:
        raise OperationError(
            f"{stack}: this account has no app {name}, or can't see all of it; is app.name in Pulumi.{stack}.yaml the "
            f"live app's, and the key of the right account? `heroku apps` lists them. {error}"
        ) from None
    except HerokuError as error:
        raise OperationError(f"{stack}: the live account could not be read: {error}") from None
    addon_ids = {one.name: str(one.id) for one in others if not one.is_postgres}
    drain_urls = {one.id: one.url.get_secret_value() for one in drains if one.addon is None}
    return LiveApp(str(app.id), app.name, str(addon.id), addon.name, values, addon_ids, drain_urls)


def _attachments(client: Client, app_id: str) -> list[Attachment]:
    """Asked twice where the primary database is not among them, then for that one: in some outages lists lack something."""
    found = platform.attachments(client, app_id)
    if any(one.name == PRIMARY for one in found):
        return found
    client.cancelled.wait(SECOND_LOOK_SECONDS)
    found = platform.attachments(client, app_id)
    if any(one.name == PRIMARY for one in found):
        return found
    try:
        return [*found, platform.attachment_of(client, app_id, PRIMARY)]
    except NotFoundError:
        return found


def _database(client: Client, stack: StackName, app_id: str, app: str, declared: str | None) -> AddOn:
    """The one attached as DATABASE: a Postgres database of this app, ready, and not another than the file means."""
    attached = _attachments(client, app_id)
    held = next((one.addon for one in attached if one.name == PRIMARY and one.namespace is None), None)
    if held is None:
        others = ", ".join(sorted(one.name for one in attached)) or "nothing"
        raise OperationError(
            f"{stack}: no database of {app} is attached as {PRIMARY} (attached: {others}); the app reads {PRIMARY}_URL. "
            f"Attach the right one first: heroku addons:attach NAME --as {PRIMARY} -a {app}"
        )
    addon = platform.addon(client, str(held.id))
    if not addon.is_postgres:
        raise OperationError(
            f"{stack}: {PRIMARY} of {app} is {addon.name}, a {addon.plan.name}; expected Heroku Postgres"
        )
    if str(addon.app.id) != app_id:
        raise OperationError(
            f"{stack}: {PRIMARY} of {app} is {addon.name}, which belongs to the app {addon.app.name}; a stack declares a "
            "database of its own. Adopt it with the app it belongs to"
        )
    if addon.state != "provisioned":
        raise OperationError(
            f"{stack}: the database {addon.name} is {addon.state}; adopt when it is there: heroku addons:wait {addon.name}"
        )
    if declared != addon.name and any(one.addon.name == declared for one in attached):
        raise OperationError(
            f"{stack}: two databases could be meant: Pulumi.{stack}.yaml names {declared}, and {PRIMARY} is {addon.name}; "
            f"if {addon.name} was promoted on purpose: ops adopt {stack} --promoted; if not, first: heroku pg:promote {declared} -a {app}"
        )
    return addon
