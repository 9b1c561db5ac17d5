"""An app at a glance: the few things that say whether a stack stands as declared. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from heroku_api.client import Client
from operations.accounts.health import ask_health, in_words
from runbook.backup_time import BackupTime
from runbook.cost import cost_of
from runbook.settings import Settings


@dataclass(frozen=True)
class Process:
    quantity: int
    dyno_type: str
    states: Mapping[str, int]
    """How many dynos are in each state."""

    def describe(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in self.states.items())
        return f"{self.quantity} x {self.dyno_type} ({states or 'none running'})"


@dataclass(frozen=True)
class Glance:
    url: str
    formation: Mapping[str, Process]
    plan: str
    attachments: tuple[str, ...]
    schedules: tuple[str, ...]
    config_vars: frozenset[str]
    health: str
    """`200 ok`, or what was answered instead."""

    @property
    def monthly_cost_usd(self) -> int:
        formation = {name: (process.quantity, process.dyno_type) for name, process in self.formation.items()}
        return cost_of(formation, [self.plan]).monthly_usd

    def differences(self, settings: Settings) -> list[str]:
        """What is not as the settings declare it, each as found and expected."""
        wanted = {name: (process.quantity, process.dyno_type) for name, process in settings.formation.items()}
        found = {name: (process.quantity, process.dyno_type) for name, process in self.formation.items()}
        up = all(
            process.states == {"up": process.quantity}
            for process in self.formation.values()
            if process.quantity
        )
        required = {
            "DATABASE_URL",
            *settings.config_vars,
            *settings.names_of("managed"),
            *settings.names_of("external"),
        }
        checks = [
            (found == wanted, f"formation {found}, expected {wanted}"),
            (up, f"dynos {[process.describe() for process in self.formation.values()]}, expected all up"),
            (self.plan == settings.database.plan, f"plan {self.plan}, expected {settings.database.plan}"),
            (
                self.schedules == (str(settings.backups.at),),
                f"backups {self.schedules}, expected {settings.backups.at}",
            ),
            (required <= self.config_vars, f"no config var {', '.join(sorted(required - self.config_vars))}"),
            (self.health == "200 ok", f"health {self.health}, expected 200 ok"),
        ]
        return [said for holds, said in checks if not holds]


def glance_at(client: Client, settings: Settings, local_heroku: str) -> Glance:
    """Seven requests. `local_heroku` is the address that answers for the app's host name."""
    app = f"/apps/{settings.app.name}"
    url = str(client.request("GET", app)["web_url"])
    dynos = client.request("GET", f"{app}/dynos")
    addon = client.request("GET", f"{app}/addons/{settings.database.name}")
    return Glance(
        url=url,
        formation={
            entry["type"]: Process(
                entry["quantity"],
                entry["size"],
                Counter(str(dyno["state"]) for dyno in dynos if dyno["type"] == entry["type"]),
            )
            for entry in client.request("GET", f"{app}/formation")
        },
        plan=addon["plan"]["name"].removeprefix("heroku-postgresql:"),
        attachments=tuple(entry["name"] for entry in client.request("GET", f"{app}/addon-attachments")),
        schedules=tuple(
            str(BackupTime(int(entry["hour"]), entry["timezone"]))
            for entry in client.request(
                "GET", f"/client/v11/databases/{addon['id']}/transfer-schedules", api="data"
            )
        ),
        config_vars=frozenset(client.request("GET", f"{app}/config-vars")),
        health=in_words(ask_health(url, local_heroku)),
    )
