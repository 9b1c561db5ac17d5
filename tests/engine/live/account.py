"""A rehearsal that is put back as it was after each test, and the edits that somebody makes behind Pulumi's back."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heroku_api import platform
from heroku_api.client import Client
from local_heroku import process
from tests.engine.stacks.checkout import Checkout

APP = "/apps/sc-mvp-production"
DATABASE = "sc-mvp-production-db"


@dataclass(frozen=True)
class Rehearsed:
    """Both stacks are up. `kept` is the account as it was then."""

    checkout: Checkout
    kept: Path

    @property
    def account(self) -> Path:
        return self.checkout.folder / ".local" / "heroku"

    def keep(self) -> None:
        process.stop(self.account)
        shutil.copytree(self.account, self.kept)

    def put_back(self) -> None:
        process.stop(self.account)
        shutil.rmtree(self.account)
        shutil.copytree(self.kept, self.account)

    def heroku(self) -> Client:
        return Client.from_environment(process.environment(process.start(self.account)))

    def edit(self, change: Callable[[Client], object]) -> None:
        with self.heroku() as client:
            change(client)

    def report(self, command: str, *arguments: str) -> dict[str, Any]:
        """The JSON report; its exit code is in it, and is checked to be the process's own."""
        process.start(self.account)
        shown = self.checkout.ops(command, *arguments, "--json", expected=None)
        report: dict[str, Any] = json.loads(shown[shown.index("{\n") :])
        self.checkout.ops(command, *arguments, expected=report["exit"])
        return report

    def drift(self, *arguments: str) -> dict[str, Any]:
        process.start(self.account)
        shown = self.checkout.ops("drift", "production", "--json", *arguments, expected=None)
        report: dict[str, Any] = json.loads(shown[shown.index("{\n") :])
        return report

    def state(self, stack: str = "production") -> str:
        """A digest of the stored state's bytes."""
        path = self.checkout.folder / ".local/pulumi/state/.pulumi/stacks/social-catering" / f"{stack}.json"
        return hashlib.sha256(path.read_bytes()).hexdigest()


def grades(report: dict[str, Any]) -> list[tuple[str, str, str, str | None]]:
    """Each drift of production as kind, object, grade, and the rule that it breaks."""
    (stack,) = report["stacks"]
    return sorted(
        (
            drift["kind"],
            drift["target"].removeprefix("production").removeprefix("/").partition("#")[0],
            drift["grade"],
            drift["rule"],
        )
        for drift in stack["drift"]
    )


def config(**values: str | None) -> Callable[[Client], object]:
    return lambda client: client.request("PATCH", f"{APP}/config-vars", values)


def patch(path: str, **body: object) -> Callable[[Client], object]:
    return lambda client: client.request("PATCH", f"{APP}{path}", body)


def post(path: str, **body: object) -> Callable[[Client], object]:
    return lambda client: client.request("POST", f"{APP}{path}", body)


def delete(path: str) -> Callable[[Client], object]:
    return lambda client: client.request("DELETE", f"{APP}{path}")


def attach(name: str, app: str = "sc-mvp-production") -> Callable[[Client], object]:
    return lambda client: platform.attach(client, addon=DATABASE, app=app, name=name)


def detach(client: Client) -> None:
    """DATABASE_URL goes; under another name the database stays attached."""
    attach("ELSEWHERE")(client)
    found = platform.attachments(client, "sc-mvp-production")
    platform.detach(client, next(str(one.id) for one in found if one.name == "DATABASE"))


def schedule(hour: int, zone: str, name: str = "DATABASE_URL") -> Callable[[Client], object]:
    def change(client: Client) -> None:
        addon = platform.addon(client, DATABASE)
        body = {"hour": f"{hour:02}", "timezone": zone, "schedule_name": name}
        client.request("POST", f"/client/v11/databases/{addon.id}/transfer-schedules", body, api="data")

    return change


def second_schedule(client: Client) -> None:
    attach("REPORTING")(client)
    schedule(4, "UTC", "REPORTING_URL")(client)


def unschedule(client: Client) -> None:
    path = f"/client/v11/databases/{platform.addon(client, DATABASE).id}/transfer-schedules"
    (found,) = client.request("GET", path, api="data")
    client.request("DELETE", f"{path}/{found['uuid']}", api="data")


def destroy_app(client: Client) -> None:
    client.request("DELETE", APP)


def make_app_anew(client: Client) -> None:
    destroy_app(client)
    client.request("POST", "/apps", {"name": "sc-mvp-production"})


def make_database_anew(client: Client) -> None:
    """With an equal plan, name, attachment and schedule; empty."""
    delete(f"/addons/{DATABASE}")(client)
    post("/addons", plan="heroku-postgresql:standard-0", name=DATABASE)(client)
    client.request("POST", "/local/clock", {"advance": 60})
    schedule(2, "America/Los_Angeles")(client)


def by_hand_database_url(client: Client) -> None:
    detach(client)
    config(DATABASE_URL="postgres://canary:canary-by-hand@db.example/app")(client)


def deploy_rails(client: Client) -> None:
    """As a Rails app is deployed: its Procfile has a worker and a release phase, and Heroku's Ruby adds two more."""
    others = ("worker", "release", "console", "rake")
    deploy(client, procfile="web: bundle exec puma\n" + "".join(f"{name}: bin/{name}\n" for name in others))


def deploy_broken(client: Client) -> None:
    """A good deploy, and one that crashes for want of a config var that nobody has set."""
    deploy(client)
    deploy(client, app_json='{"env": {"FEATURE_GATE_URL": {"required": true}}}')


def swap_databases(client: Client) -> None:
    """Production runs on staging's database."""
    detach(client)
    platform.attach(client, addon="sc-mvp-staging-db", app="sc-mvp-production", name="DATABASE")


def fall_asleep(client: Client) -> None:
    """An Eco dyno sleeps after half an hour without a request."""
    patch("/formation/web", size="eco")(client)
    client.request("POST", "/local/clock", {"advance": 60})
    client.request("POST", "/local/clock", {"advance": 31 * 60})


def deploy(client: Client, procfile: str = "web: bundle exec puma\n", app_json: str = "{}") -> None:
    """A build of another source, as a `git push` makes one."""
    packed = io.BytesIO()
    files = {"Procfile": procfile.encode(), "app.rb": b"# later\n", "app.json": app_json.encode()}
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    place = platform.source(client).source_blob
    client.upload(place.put_url, packed.getvalue())
    build = platform.start_build(client, "sc-mvp-production", source_url=place.get_url, version="1a2b3c4")
    while platform.build(client, "sc-mvp-production", str(build.id)).status == "pending":
        client.cancelled.wait(0.1)


def roll_back(client: Client) -> None:
    deploy(client)
    newest, *older = [found for found in platform.releases(client, "sc-mvp-production") if found.slug]
    target = next(found for found in older if found.slug != newest.slug)
    client.request("POST", f"{APP}/releases", {"release": str(target.id)})
