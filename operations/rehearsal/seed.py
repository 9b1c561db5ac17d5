"""`ops local seed`: live apps that Pulumi knows nothing of, made as the runbook's hand-typed commands make them.

Each step looks before it writes, so a seed that was cut off goes on where it stopped.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from heroku_api import data, platform
from heroku_api.client import Client
from heroku_api.errors import HerokuError, NotFoundError
from local_heroku import process
from operations.console import heading, say
from operations.errors import OperationError
from operations.pulumi_run.decrypted_settings import decrypted_settings
from operations.rehearsal.archive import packed
from operations.rehearsal.rehearsal import Rehearsal
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.settings import APP_URL, Settings, StackName

PATIENCE = timedelta(seconds=30)
"""For a database or a build of local Heroku."""
SOURCE = Path("bootstrap")
"""What is deployed: any source with a Procfile would do."""


def seed(chosen: Sequence[StackName], *, given_names: bool) -> None:
    """Raises OperationError."""
    workspace = Workspace.here()
    declared = {one: read_settings(workspace, one) for one in chosen}
    for one in chosen:
        if workspace.state(one).exists() and _has_resources(workspace.state(one)):
            raise OperationError(
                f"{one} is managed by Pulumi here already; `./ops local reset` forgets it, then seed"
            )
    try:
        running = process.start(workspace.heroku)
    except process.LocalHerokuError as error:
        raise OperationError(str(error)) from None
    with _told(), Client.from_environment(process.environment(running)) as client:
        for one, settings in declared.items():
            heading(f"{one}: {settings.app.name}")
            given = _managed_values(workspace, one, settings)
            Seeding(client, workspace.root / SOURCE, settings, given, given_names=given_names).run()
    say("\nPulumi knows nothing of these apps. Next: ./ops adopt " + chosen[0])


@dataclass(frozen=True)
class Seeding:
    """The steps for one app, in the order an operator takes them."""

    client: Client
    source: Path
    settings: Settings
    managed: Mapping[str, str]
    given_names: bool

    def run(self) -> None:
        app = self._app()
        addon = self._database(app["name"])
        self._addons(app["name"])
        self._domains(app["name"])
        self._features(app["name"])
        self._log_drains(app["name"])
        self._people(app["name"])
        self._pipeline(app["name"])
        self._config_vars(app)
        self._deploy(app["name"])
        self._scale(app["name"])
        self._back_up(app["name"], addon)

    def _app(self) -> dict[str, Any]:
        wanted = self.settings.app
        found: dict[str, Any]
        try:
            found = self.client.request("GET", f"/apps/{wanted.name}")
        except NotFoundError:
            body = {"name": wanted.name, "region": wanted.region, "stack": wanted.heroku_stack}
            found = self.client.request("POST", "/apps", body)
            say(f"  heroku apps:create {wanted.name}")
        path = f"/apps/{wanted.name}"
        if wanted.buildpacks and not self.client.request("GET", f"{path}/buildpack-installations"):
            updates = [{"buildpack": name} for name in wanted.buildpacks]
            self.client.request("PUT", f"{path}/buildpack-installations", {"updates": updates})
            say(f"  heroku buildpacks:set {', '.join(wanted.buildpacks)}")
        if wanted.acm and not found["acm"]:
            found = self.client.request("POST", f"{path}/acm")
            say("  heroku certs:auto:enable")
        return found

    def _database(self, app: str) -> str:
        """The UUID of the database attached as DATABASE."""
        wanted = self.settings.database
        attached = {found.name: found.addon for found in platform.attachments(self.client, app)}
        if "DATABASE" not in attached:
            plan = f"heroku-postgresql:{wanted.plan}"
            name = {} if self.given_names else {"name": wanted.name}
            made = self.client.request("POST", f"/apps/{app}/addons", {"plan": plan, "confirm": app, **name})
            say(f"  heroku addons:create {plan} (named {made['name']})")
            attached = {found.name: found.addon for found in platform.attachments(self.client, app)}
        addon = str(attached["DATABASE"].id)
        _until(lambda: platform.addon(self.client, addon).state == "provisioned", "the database")
        return addon

    def _addons(self, app: str) -> None:
        """Beside the database, each attached as the stack file has it."""
        there = (
            {found.name for found in platform.attachments(self.client, app)} if self.settings.addons else ()
        )
        for attachment, wanted in self.settings.addons.items():
            if attachment in there:
                continue
            body = {"plan": wanted.plan, "confirm": app, "attachment": {"name": attachment}}
            name = {} if self.given_names else {"name": wanted.name}
            made = self.client.request("POST", f"/apps/{app}/addons", {**body, **name})
            say(f"  heroku addons:create {wanted.plan} --as {attachment} (named {made['name']})")

    def _domains(self, app: str) -> None:
        listed = self.client.request("GET", f"/apps/{app}/domains") if self.settings.domains else []
        there = {found["hostname"] for found in listed}
        for host in self.settings.domains:
            if host not in there:
                self.client.request("POST", f"/apps/{app}/domains", {"hostname": host})
                say(f"  heroku domains:add {host}")

    def _features(self, app: str) -> None:
        for name in self.settings.features:
            path = f"/apps/{app}/features/{name}"
            if not self.client.request("GET", path)["enabled"]:
                self.client.request("PATCH", path, {"enabled": True})
                say(f"  heroku features:enable {name}")

    def _log_drains(self, app: str) -> None:
        path = f"/apps/{app}/log-drains"
        listed = self.client.request("GET", path) if self.settings.log_drains else []
        there = {found["url"] for found in listed}
        for name, host in self.settings.log_drains.items():
            if self.managed[name] not in there:
                self.client.request("POST", path, {"url": self.managed[name]})
                say(f"  heroku drains:add https://…@{host}")

    def _people(self, app: str) -> None:
        listed = self.client.request("GET", f"/apps/{app}/collaborators") if self.settings.access else []
        there = {found["user"]["email"] for found in listed}
        for email in self.settings.access:
            if email not in there:
                self.client.request("POST", f"/apps/{app}/collaborators", {"user": email, "silent": True})
                say(f"  heroku access:add {email}")

    def _pipeline(self, app: str) -> None:
        wanted = self.settings.pipeline
        if wanted is None or self._is_there(f"/apps/{app}/pipeline-couplings"):
            return
        if not self._is_there(f"/pipelines/{wanted.name}"):
            owner = {"id": self.client.request("GET", "/account")["id"], "type": "user"}
            self.client.request("POST", "/pipelines", {"name": wanted.name, "owner": owner})
        body = {"app": app, "pipeline": wanted.name, "stage": wanted.stage}
        self.client.request("POST", "/pipeline-couplings", body)
        say(f"  heroku pipelines:add {wanted.name} -s {wanted.stage}")

    def _is_there(self, path: str) -> bool:
        try:
            self.client.request("GET", path)
        except NotFoundError:
            return False
        return True

    def _config_vars(self, app: Mapping[str, Any]) -> None:
        url = str(app["web_url"]).rstrip("/")
        wanted = {name: value.replace(APP_URL, url) for name, value in self.settings.config_vars.items()}
        wanted |= {name: secrets.token_hex(16) for name in self.settings.names_of("external")}
        wanted |= {name: self.managed[name] for name in self.settings.names_of("managed")}
        present = platform.config_vars(self.client, app["name"])
        missing = {name: value for name, value in wanted.items() if name not in present}
        if missing:
            platform.set_config_vars(self.client, app["name"], missing)
            say(f"  heroku config:set {' '.join(f'{name}=…' for name in missing)}")

    def _deploy(self, app: str) -> None:
        if not platform.builds(self.client, app):
            place = platform.source(self.client).source_blob
            self.client.upload(place.put_url, packed(self.source))
            platform.start_build(self.client, app, source_url=place.get_url, version="by-hand")
            say("  git push heroku main")
        _until(lambda: bool(platform.formation(self.client, app)), "the first release")

    def _scale(self, app: str) -> None:
        wanted = {
            name: (process_type.least, process_type.dyno_type)
            for name, process_type in self.settings.formation.items()
        }
        found = {one.type: (one.quantity, one.size) for one in platform.formation(self.client, app)}
        for name in wanted.keys() - found.keys():
            raise OperationError(f"{self.source.name}/Procfile has no process type {name}; add it there")
        updates = [
            {"type": name, "quantity": quantity, "size": size}
            for name, (quantity, size) in wanted.items()
            if found[name] != (quantity, size)
        ]
        if updates:
            self.client.request("PATCH", f"/apps/{app}/formation", {"updates": updates})
            scaled = " ".join(f"{one['type']}={one['quantity']}:{one['size']}" for one in updates)
            say(f"  heroku ps:scale {scaled}")

    def _back_up(self, app: str, addon: str) -> None:
        at = self.settings.backups.at
        if not data.schedules(self.client, addon):
            data.schedule(self.client, addon, name="DATABASE_URL", hour=at.hour, timezone=at.zone)
            say(f"  heroku pg:backups:schedule DATABASE_URL --at '{at}'")
        if not data.transfers(self.client, app):
            data.capture(self.client, addon)
            say("  heroku pg:backups:capture")


def _managed_values(workspace: Workspace, stack: StackName, settings: Settings) -> dict[str, str]:
    """What the rehearsal's copy of the stack file has encrypted: the live app has the same values set."""
    names = settings.encrypted
    if not names:
        return {}
    rehearsal = Rehearsal(workspace)
    rehearsal.prepare(stack)
    values = decrypted_settings(rehearsal, stack, PATIENCE.total_seconds()).secret_values
    return {name: value.get_secret_value() for name in names if (value := values[name])}


def _has_resources(state: Path) -> bool:
    return b'"resources"' in state.read_bytes()


def _until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while not is_so():
        if time.monotonic() > deadline:
            raise OperationError(
                f"{what} was not there within {PATIENCE.total_seconds():.0f} s; run seed again"
            )
        time.sleep(0.1)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except HerokuError as error:
        raise OperationError(f"{error}; run `./ops local seed` again, it goes on from there") from None
