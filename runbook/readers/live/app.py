"""One app: what is asked of it, side by side, and how far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from heroku_api import data, platform
from heroku_api.client import Client
from heroku_api.errors import NotFoundError
from heroku_api.models import (
    AddOn,
    Answered,
    Database,
    Dyno,
    FormationEntry,
    Release,
    Transfer,
    TransferSchedule,
)
from heroku_api.shapes import every, one, segment
from runbook.digest import Digests
from runbook.live import NOT_ASKED, Surrounding
from runbook.readers.live.account import Account, addons_of, find_app
from runbook.readers.live.answers import (
    BuildpackInstallation,
    Collaborator,
    Domain,
    Feature,
    LiveApp,
    LogDrain,
    PipelineCoupling,
    Webhook,
)
from runbook.readers.live.ask import Asking, always, holds
from runbook.readers.live.digested import DigestedVars, digested, drains
from runbook.readers.live.wanted import Wanted
from runbook.unknown import Known, Unknown

M = TypeVar("M", bound=Answered)


@dataclass(frozen=True)
class Reach:
    """How much of an app is asked for beside what is declared."""

    surroundings: bool = True
    """Domains, log drains, features, collaborators, webhooks, the pipeline: one request each."""
    releases: bool = False
    running: bool = False
    """Dynos, backups, each database's size and connections."""


@dataclass(frozen=True)
class AppRead:
    """What was answered about one app. A part that was not asked for, or not answered, is Unknown with the reason."""

    app: LiveApp
    addons: Known[list[AddOn]]
    config_vars: Known[DigestedVars]
    formation: Known[list[FormationEntry]]
    buildpacks: Known[list[BuildpackInstallation]]
    schedules: Known[list[tuple[str, TransferSchedule]]]
    """Each with the id of its database."""
    domains: Known[list[Domain]] = NOT_ASKED
    drains: Known[list[Surrounding]] = NOT_ASKED
    features: Known[list[Feature]] = NOT_ASKED
    collaborators: Known[list[Collaborator]] = NOT_ASKED
    webhooks: Known[list[Webhook]] = NOT_ASKED
    coupling: Known[PipelineCoupling | None] = NOT_ASKED
    releases: Known[list[Release]] = NOT_ASKED
    dynos: Known[list[Dyno]] = NOT_ASKED
    transfers: Known[list[Transfer]] = NOT_ASKED
    databases: Known[list[tuple[str, Known[Database]]]] = NOT_ASKED


@dataclass(frozen=True)
class AppReading:
    """An app whose requests are under way."""

    read: AppRead
    parts: Mapping[str, Future[Any]]
    """By the field of AppRead that each fills."""

    def result(self) -> AppRead:
        return replace(self.read, **{name: part.result() for name, part in self.parts.items()})


def start_reading(
    asking: Asking, account: Account, wanted: Wanted, digests: Digests, reach: Reach
) -> Known[AppReading | None]:
    """Starts everything about a stack's app. None when the app is surely gone."""
    app = find_app(asking, account, wanted)
    if app is None or isinstance(app, Unknown):
        return app
    addons = addons_of(asking, account, app, wanted)
    parts = {
        **_declared_parts(asking, account, app, wanted, digests),
        **(_surrounding_parts(asking, app, wanted, digests) if reach.surroundings else {}),
        **_running_parts(asking, app, wanted, reach),
        **_database_parts(asking, addons, wanted, reach),
    }
    empty = AppRead(
        app=app,
        addons=addons,
        config_vars=NOT_ASKED,
        formation=NOT_ASKED,
        buildpacks=NOT_ASKED,
        schedules=addons if isinstance(addons, Unknown) else [],
        databases=addons if isinstance(addons, Unknown) else NOT_ASKED,
    )
    return AppReading(empty, parts)


def _declared_parts(
    asking: Asking, account: Account, app: LiveApp, wanted: Wanted, digests: Digests
) -> dict[str, Future[Any]]:
    path, settings = f"/apps/{segment(app.id)}", wanted.settings
    return {
        "config_vars": asking.start(
            lambda client: digested(platform.config_vars(client, app.id), app.web_url, digests),
            lambda found: found.digests.keys() >= set(wanted.config_vars),
            lambda found: _attachment_without_its_var(account, app, found),
        ),
        "formation": asking.start(
            lambda client: platform.formation(client, app.id),
            holds(settings.formation, lambda found: found.type),
            lambda found: _each_is_there(
                asking,
                settings.formation,
                (one.type for one in found),
                "process types",
                lambda client, name: platform.process_type(client, app.id, name),
            ),
        ),
        "buildpacks": asking.start(
            lambda client: every(client, BuildpackInstallation, f"{path}/buildpack-installations"),
            lambda found: bool(found) or not settings.app.buildpacks,
        ),
    }


def _attachment_without_its_var(account: Account, app: LiveApp, found: DigestedVars) -> Unknown | None:
    """An attachment's config vars can't be unset by hand, so an answer without them is not whole."""
    if isinstance(account.attachments, Unknown):
        return None
    for attached in account.attachments:
        missing = (
            sorted({*attached.config_vars} - found.digests.keys()) if str(attached.app.id) == app.id else []
        )
        if missing:
            return Unknown(
                f"the app's config vars lack {missing[0]}, which its attachment {attached.name} sets"
            )
    return None


def _each_is_there(
    asking: Asking,
    wanted: Iterable[str],
    listed: Iterable[str],
    where: str,
    read: Callable[[Client, str], object],
) -> Unknown | None:
    """Whether Heroku has something declared that its list lacks, asked for itself."""
    return asking.one_is_there({name: name for name in sorted({*wanted} - {*listed})}, where, read)


_ALWAYS = "of every app Heroku lists at least one, and the list is empty"


def _never_empty(found: Sequence[object]) -> Unknown | None:
    """An app has its own domain, its owner among the collaborators, and features."""
    return None if found else Unknown(_ALWAYS)


def _surrounding_parts(
    asking: Asking, app: LiveApp, wanted: Wanted, digests: Digests
) -> dict[str, Future[Any]]:
    settings = wanted.settings
    path = f"/apps/{segment(app.id)}"
    return {
        "domains": _never_empty_list(asking, f"{path}/domains", Domain, _hostname, settings.domains),
        "drains": asking.start(
            lambda client: drains(every(client, LogDrain, f"{path}/log-drains"), digests),
            lambda found: len(found) >= len(settings.log_drains),
        ),
        "features": asking.start(
            lambda client: every(client, Feature, f"{path}/features"), bool, _never_empty
        ),
        "collaborators": _never_empty_list(
            asking, f"{path}/collaborators", Collaborator, _email, settings.access
        ),
        "webhooks": asking.start(lambda client: every(client, Webhook, f"{path}/webhooks"), always),
        "coupling": asking.start(
            lambda client: _coupling(client, path),
            lambda found: found is not None or settings.pipeline is None,
        ),
    }


def _never_empty_list(
    asking: Asking,
    path: str,
    shape: type[M],
    name_of: Callable[[M], str],
    declared: Iterable[str],
) -> Future[Known[list[M]]]:
    """A list of the app that has at least one row. A declared one that it lacks is asked for itself."""
    where = path.rpartition("/")[2]
    return asking.start(
        lambda client: every(client, shape, path),
        lambda found: bool(found) and {*declared} <= {name_of(row) for row in found},
        lambda found: (
            _never_empty(found)
            or _each_is_there(
                asking,
                declared,
                (name_of(row) for row in found),
                where,
                lambda client, name: one(client, shape, "GET", f"{path}/{segment(name)}"),
            )
        ),
    )


def _hostname(found: Domain) -> str:
    return found.hostname


def _email(found: Collaborator) -> str:
    return found.user.email


def _coupling(client: Client, path: str) -> PipelineCoupling | None:
    """None for an app in no pipeline, which Heroku answers with 404."""
    try:
        return one(client, PipelineCoupling, "GET", f"{path}/pipeline-couplings")
    except NotFoundError:
        return None


def _running_parts(asking: Asking, app: LiveApp, wanted: Wanted, reach: Reach) -> dict[str, Future[Any]]:
    parts: dict[str, Future[Any]] = {}
    first = [f"{name}.1" for name, process in wanted.settings.formation.items() if process.least]
    if reach.releases and _released_since(app, wanted):
        parts["releases"] = asking.start(lambda client: platform.releases(client, app.id), bool)
    if reach.running:
        parts["dynos"] = asking.start(
            lambda client: platform.dynos(client, app.id),
            lambda found: {*first} <= {one.name for one in found},
            lambda found: _each_is_there(
                asking,
                first,
                (one.name for one in found),
                "dynos",
                lambda client, name: platform.dyno(client, app.id, name),
            ),
        )
        parts["transfers"] = asking.start(lambda client: data.transfers(client, app.id), bool)
    return parts


def _released_since(app: LiveApp, wanted: Wanted) -> bool:
    """By the list of all apps, whose times are whole seconds: a release within the same second counts."""
    if wanted.released_since is None or app.released_at is None:
        return True
    return app.released_at >= wanted.released_since.replace(microsecond=0)


def _database_parts(
    asking: Asking, addons: Known[list[AddOn]], wanted: Wanted, reach: Reach
) -> dict[str, Future[Any]]:
    if isinstance(addons, Unknown):
        return {}
    ids = [str(addon.id) for addon in addons if addon.is_postgres]
    declared = wanted.addon_ids.get(wanted.database)
    parts: dict[str, Future[Any]] = {
        "schedules": asking.start(
            lambda client: _schedules(client, ids),
            lambda found: any(declared in (None, owner) for owner, _ in found),
        )
    }
    if reach.running:
        parts["databases"] = asking.start(lambda client: _databases(client, ids), always)
    return parts


def _schedules(client: Client, ids: Sequence[str]) -> list[tuple[str, TransferSchedule]]:
    return [(owner, found) for owner in ids for found in data.schedules(client, owner)]


def _databases(client: Client, ids: Sequence[str]) -> list[tuple[str, Known[Database]]]:
    return [(owner, data.database(client, owner)) for owner in ids]
