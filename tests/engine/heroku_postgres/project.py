"""A Pulumi project with one schedule and one attachment, run by the real engine against local Heroku."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.engine import plugin_project
from tests.engine.plugin_project import ROOT
from tests.waiting import wait_until

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
class Account(plugin_project.Account):
    """Local Heroku with one app and its database."""

    app_id: str = ""
    database_id: str = ""

    @classmethod
    def opened(cls, folder: Path) -> Self:
        account = super().opened(folder)
        account.app_id = account.client.request("POST", "/apps", {"name": "sc-engine"})["id"]
        wanted = {"plan": "heroku-postgresql:standard-0", "name": "sc-engine-db"}
        account.database_id = account.client.request("POST", "/apps/sc-engine/addons", wanted)["id"]
        wait_until(
            lambda: account.get(f"/addons/{account.database_id}")["state"] == "provisioned",
            why="the database is provisioned",
        )
        return account

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


@dataclass
class Project(plugin_project.Project):
    @classmethod
    def of_account(cls, folder: Path, account: Account) -> Self:
        plugin = {"name": "heroku-postgres", "path": str(ROOT / "providers" / "heroku_postgres")}
        return cls.made(
            folder,
            account,
            PROGRAM,
            {
                "PYTHONPATH": str(ROOT),
                "APP_ID": account.app_id,
                "DATABASE_ID": account.database_id,
                "HOUR": "2",
                "ZONE": "PST",
            },
            plugins={"providers": [plugin]},
        )
