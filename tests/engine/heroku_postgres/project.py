"""A Pulumi project with one schedule and one attachment, run by the real engine against local Heroku."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from local_heroku import process

ROOT = Path(__file__).parents[3]
PROGRAM = """
import os
from components.heroku_postgres import Attachment, BackupSchedule
app, database = os.environ["APP_ID"], os.environ["DATABASE_ID"]
attachment = Attachment("database", app_id=app, database_id=database, name="DATABASE")
schedule = BackupSchedule(
    "backups", app_id=app, database_id=database, attachment="DATABASE",
    hour=int(os.environ["HOUR"]), timezone=os.environ["ZONE"],
)
"""


@dataclass
class Account:
    """Local Heroku with one app and its database."""

    running: process.Running
    client: Client
    app_id: str
    database_id: str

    @classmethod
    def opened(cls, folder: Path) -> Account:
        starts = (
            "import sys, pathlib; from local_heroku import process; process.start(pathlib.Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", starts, folder], check=True, cwd=ROOT)
        running = process.status(folder)
        assert running is not None
        client = Client(Endpoints(running.url, running.url), running.token)
        app = client.request("POST", "/apps", {"name": "sc-engine"})
        addon = client.request(
            "POST", "/apps/sc-engine/addons", {"plan": "heroku-postgresql:standard-0", "name": "sc-engine-db"}
        )
        while client.request("GET", f"/addons/{addon['id']}")["state"] != "provisioned":
            time.sleep(0.1)
        return cls(running, client, app["id"], addon["id"])

    @property
    def path(self) -> str:
        return f"/client/v11/databases/{self.database_id}/transfer-schedules"

    @property
    def schedules(self) -> list[tuple[str, int, str]]:
        """Name, hour and zone of each schedule."""
        found = self.client.list_all(self.path, api="data")
        return [(one["name"], one["hour"], one["timezone"]) for one in found]

    def schedule(self, hour: str, timezone: str, name: str = "DATABASE_URL") -> None:
        body = {"hour": hour, "timezone": timezone, "schedule_name": name}
        self.client.request("POST", self.path, body, api="data")

    def unschedule_all(self) -> None:
        for one in self.client.list_all(self.path, api="data"):
            self.client.request("DELETE", f"{self.path}/{one['uuid']}", api="data")

    def breaks(self, kind: str, method: str, path: str, **options: Any) -> None:
        self.client.request(
            "POST", "/local/faults", {"kind": kind, "method": method, "path": path, **options}
        )

    def heals(self) -> None:
        self.client.request("DELETE", "/local/faults")

    def asked(self) -> list[str]:
        """Requests since the last look, but for those of local Heroku's own."""
        found = self.client.request("GET", "/local/requests")["requests"]
        self.client.request("DELETE", "/local/requests")
        return [f"{one['method']} {one['path']}" for one in found if not one["path"].startswith("/local")]


@dataclass
class Project:
    """A folder with program, state and the engine's home; nothing is shared with the user's."""

    folder: Path
    account: Account
    settings: dict[str, str] = field(default_factory=lambda: {"HOUR": "2", "ZONE": "PST"})

    def __post_init__(self) -> None:
        for name in ("home", "state"):
            (self.folder / name).mkdir()
        plugin = {"name": "heroku-postgres", "path": str(ROOT / "providers" / "heroku_postgres")}
        project = {"name": "engine-test", "runtime": "python", "plugins": {"providers": [plugin]}}
        (self.folder / "Pulumi.yaml").write_text(json.dumps(project))
        (self.folder / "__main__.py").write_text(PROGRAM)
        self.pulumi("stack", "init", "test")

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "x",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            **process.environment(self.account.running),
            "APP_ID": self.account.app_id,
            "DATABASE_ID": self.account.database_id,
            **self.settings,
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What the command did, successful or not."""
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def pulumi(self, *arguments: str) -> str:
        """The command's output; it must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def refused(self, *arguments: str) -> str:
        """The command's output; it must fail."""
        done = self.run(*arguments)
        assert done.returncode != 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def up(self, *arguments: str) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def starts(self, *arguments: str) -> subprocess.Popen[str]:
        """The command, running. Its output goes to a file, so that what it starts can't hold a pipe open."""
        log = (self.folder / "log").open("w")
        with log:
            return subprocess.Popen(
                ["pulumi", *arguments, "--non-interactive"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
            )

    @property
    def state(self) -> dict[str, Any]:
        """Resources of the state by their name."""
        resources = json.loads(self.pulumi("stack", "export"))["deployment"].get("resources", [])
        return {one["urn"].rpartition("::")[2]: one for one in resources}
