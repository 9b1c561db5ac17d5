"""A small Heroku for one app: a real HTTP server whose answers can be broken, with or without doing what was asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from providers.heroku_postgres.provider import HerokuPostgres
from providers.protocol.lifecycle import (
    CheckRequest,
    CreateRequest,
    DeleteRequest,
    DiffRequest,
    ReadRequest,
    UpdateRequest,
)
from tests.unit.heroku_api.scripted_server import FakeTime, Received, Reply, ScriptedServer, Step

APP = "6f1c1d0e-5b0a-4f0e-9d55-0a0f3a1c2b3d"
OTHER_APP = "6f1c1d0e-5b0a-4f0e-9d55-0a0f3a1c2b4e"
DATABASE = "11111111-2222-4333-8444-555555555555"
OTHER_DATABASE = "11111111-2222-4333-8444-666666666666"
REDIS = "11111111-2222-4333-8444-777777777777"
KEY = "canary-key-88c1"
NOT_FOUND = Reply(404, {"id": "not_found", "message": "Couldn't find that.", "resource": "thing"})
SCHEDULE_URN = (
    "urn:pulumi:staging::x::runbook:heroku:BackupSchedule$heroku-postgres:index:BackupSchedule::backups"
)
ATTACHMENT_URN = "urn:pulumi:staging::x::heroku-postgres:index:Attachment::database"
SCHEDULE = {
    "appId": APP,
    "databaseId": DATABASE,
    "attachment": "DATABASE",
    "hour": 2,
    "timezone": "America/Los_Angeles",
}
TWO_AM = ("DATABASE_URL", 2, "America/Los_Angeles")
SCHEDULES = f"/databases/{DATABASE}/transfer-schedules"
ATTACHMENT = {"appId": APP, "databaseId": DATABASE, "name": "DATABASE"}


@dataclass
class Fault:
    """Breaks the next request that matches: `step` is answered; `after_doing` does what was asked first."""

    method: str
    path: str
    step: Step
    after_doing: bool = False


@dataclass
class FakeHeroku:
    """The account: one app with a Postgres database, and what else a test puts in."""

    apps: dict[str, str] = field(default_factory=lambda: {APP: "sc-mvp-staging", OTHER_APP: "sc-other"})
    addons: dict[str, dict[str, Any]] = field(default_factory=dict)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    schedules: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    duplicates_on_post: bool = False
    waiting: bool = False
    broken: bool = False

    def __post_init__(self) -> None:
        self.add_addon(DATABASE, "sc-staging-db")
        self.attach(DATABASE, "DATABASE")

    def add_addon(
        self, uuid: str, name: str, *, plan: str = "heroku-postgresql:standard-0", app: str = APP
    ) -> None:
        self.addons[uuid] = {
            "id": uuid,
            "name": name,
            "app": {"id": app, "name": self.apps[app]},
            "addon_service": {"name": plan.partition(":")[0]},
            "plan": {"id": str(uuid4()), "name": plan},
            "state": "provisioned",
        }

    def attach(
        self, addon: str, name: str, *, app: str = APP, namespace: str | None = None
    ) -> dict[str, Any]:
        made = {
            "id": str(uuid4()),
            "name": name,
            "namespace": namespace,
            "app": {"id": app, "name": self.apps[app]},
            "addon": self.addons[addon],
            "config_vars": [f"{name}_URL"],
        }
        self.attachments.append(made)
        return made

    def add_schedule(self, hour: int, timezone: str, name: str = "DATABASE_URL") -> dict[str, Any]:
        made = {"uuid": str(uuid4()), "name": name, "hour": hour, "timezone": timezone, "deleted_at": None}
        self.schedules.append(made)
        return made

    @property
    def times(self) -> list[tuple[str, int, str]]:
        """Name, hour and zone of every schedule."""
        return [(one["name"], one["hour"], one["timezone"]) for one in self.schedules]

    def breaks(
        self, method: str, path: str, step: Step, *, after_doing: bool = False, times: int = 1
    ) -> None:
        self.faults += [Fault(method, path, step, after_doing)] * times

    def answer(self, request: Received) -> Step:
        for fault in self.faults:
            if fault.method == request.method and re.search(fault.path, request.path):
                self.faults.remove(fault)
                if fault.after_doing:
                    self._route(request)
                return fault.step
        return self._route(request)

    def _route(self, request: Received) -> Reply:
        routes: dict[str, Callable[[Received, str], Reply]] = {
            r"GET /apps/([^/]+)": self._app,
            r"GET /apps/([^/]+)/addon-attachments": self._attachments,
            r"GET /addons/([^/]+)": self._addon,
            r"GET /addons/([^/]+)/addon-attachments": self._attachments_of,
            r"(GET|DELETE) /addon-attachments/([^/]+)": self._attachment,
            r"POST /addon-attachments()": self._attach,
            r"GET /client/v11/databases/([^/]+)/wait_status": self._wait_status,
            r"(GET|POST) /client/v11/databases/([^/]+)/transfer-schedules": self._schedules,
            r"DELETE /client/v11/databases/[^/]+/transfer-schedules/([^/]+)": self._unschedule,
        }
        for pattern, route in routes.items():
            if found := re.fullmatch(pattern, f"{request.method} {request.path}"):
                return route(request, found.groups()[-1])
        return Reply(501, {"id": "no_route", "message": f"{request.method} {request.path}"})

    def _app(self, _: Received, key: str) -> Reply:
        for uuid, name in self.apps.items():
            if key in {uuid, name}:
                named = {"name": "us"}
                return Reply(200, {"id": uuid, "name": name, "region": named, "stack": {"name": "heroku-24"}})
        return NOT_FOUND

    def _attachments(self, _: Received, app: str) -> Reply:
        if app not in self.apps:
            return NOT_FOUND
        return Reply(200, [one for one in self.attachments if one["app"]["id"] == app])

    def _attachments_of(self, _: Received, addon: str) -> Reply:
        return Reply(200, [one for one in self.attachments if one["addon"]["id"] == addon])

    def _addon(self, _: Received, uuid: str) -> Reply:
        return Reply(200, self.addons[uuid]) if uuid in self.addons else NOT_FOUND

    def _attachment(self, request: Received, uuid: str) -> Reply:
        for one in self.attachments:
            if one["id"] == uuid:
                if request.method == "DELETE":
                    self.attachments.remove(one)
                return Reply(200, one)
        return NOT_FOUND

    def _attach(self, request: Received, _: str) -> Reply:
        body = request.json
        if any(one["name"] == body["name"] and one["app"]["id"] == body["app"] for one in self.attachments):
            return Reply(422, {"id": "invalid_params", "message": "Name is already taken"})
        if body["addon"] not in self.addons:
            return NOT_FOUND
        return Reply(201, self.attach(body["addon"], body["name"], app=body["app"]))

    def _wait_status(self, _: Received, uuid: str) -> Reply:
        if self.addons.get(uuid, {}).get("state") != "provisioned":
            return Reply(404, {"error": "not found"})
        return Reply(200, {"waiting?": self.waiting, "error?": self.broken, "message": "canary state"})

    def _schedules(self, request: Received, uuid: str) -> Reply:
        if uuid not in self.addons:
            return Reply(404, {"error": "not found"})
        if request.method == "GET":
            return Reply(200, list(self.schedules))
        body = request.json
        if not self.duplicates_on_post:
            self.schedules = [one for one in self.schedules if one["name"] != body["schedule_name"]]
        return Reply(201, self.add_schedule(int(body["hour"]), body["timezone"], body["schedule_name"]))

    def _unschedule(self, _: Received, uuid: str) -> Reply:
        for one in self.schedules:
            if one["uuid"] == uuid:
                self.schedules.remove(one)
                return Reply(200, one)
        return NOT_FOUND


class Screen:
    """What the user saw, in the place of the engine."""

    def __init__(self) -> None:
        self.progressed: list[str] = []
        self.warned: list[str] = []

    def progress(self, urn: str, text: str) -> None:
        self.progressed.append(text)

    def warning(self, urn: str, text: str) -> None:
        self.warned.append(text)


class Plugin:
    """The plugin on a fake Heroku, called as the engine would call it; time passes only in its waits."""

    def __init__(self, server: ScriptedServer, **env: str) -> None:
        self.server = server
        self.time = FakeTime()
        self.screen = Screen()
        variables = {
            "HEROKU_API_URL": server.url,
            "HEROKU_DATA_URL": server.url,
            "HEROKU_API_KEY": KEY,
            **env,
        }
        self.provider = HerokuPostgres(variables, cancelled=self.time, clock=self.time.clock)
        self.provider.engine = self.screen  # type: ignore[assignment]  # the same two methods
        self.provider.configure({})

    def check(self, urn: str = SCHEDULE_URN, **changes: Any) -> Any:
        declared = SCHEDULE if urn == SCHEDULE_URN else ATTACHMENT
        return self.provider.check(CheckRequest(urn, {**declared, **changes}))

    def create(
        self, urn: str = SCHEDULE_URN, *, preview: bool = False, timeout: float = 0, **changes: Any
    ) -> Any:
        declared = SCHEDULE if urn == SCHEDULE_URN else ATTACHMENT
        return self.provider.create(CreateRequest(urn, {**declared, **changes}, preview, timeout))

    def diff(self, olds: Any, news: Any, urn: str = SCHEDULE_URN) -> Any:
        return self.provider.diff(DiffRequest(urn, "id", olds, news))

    def read(self, properties: Any, uuid: str = "", urn: str = SCHEDULE_URN) -> Any:
        return self.provider.read(ReadRequest(urn, uuid, properties, properties))

    def imports(self, import_id: str, urn: str = SCHEDULE_URN) -> Any:
        return self.provider.read(ReadRequest(urn, import_id))

    def update(self, olds: Any, urn: str = SCHEDULE_URN, *, preview: bool = False, **changes: Any) -> Any:
        declared = SCHEDULE if urn == SCHEDULE_URN else ATTACHMENT
        news = {**declared, **changes}
        return self.provider.update(UpdateRequest(urn, f"{APP}:DATABASE_URL", olds, news, preview=preview))

    def delete(self, properties: Any, uuid: str = "", urn: str = SCHEDULE_URN) -> None:
        self.provider.delete(DeleteRequest(urn, uuid, properties))


def state_of_schedule(heroku: FakeHeroku, **changes: Any) -> dict[str, Any]:
    """The outputs that the Pulumi state holds of the first schedule."""
    [first, *_] = heroku.schedules
    outputs = {
        **SCHEDULE,
        "scheduleId": first["uuid"],
        "name": "DATABASE_URL",
        "at": "02:00 America/Los_Angeles",
    }
    return {**outputs, **changes}


def writes(plugin: Plugin) -> list[str]:
    return [asked for asked in plugin.server.asked if not asked.startswith("GET")]
