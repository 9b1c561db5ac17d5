"""A plugin on a loopback server that plays a script, and the objects that the scripts are about."""

from __future__ import annotations

from typing import Any

from providers.heroku.provider import HerokuProvider
from tests.unit.heroku_api.scripted_server import FakeTime
from tests.unit.providers.heroku.recordings import Exchange
from tests.unit.providers.heroku.replay import DELAYS, Loopback

APP_ID = "fce9d32a-0486-5fd5-97c8-adc8be16f670"
ADDON_ID = "3a173720-c662-5863-875a-2ae9f3af7bc5"
CANARY = "canary-9f2c-secret"
APP = {
    "id": APP_ID,
    "name": "sc-app",
    "region": {"name": "us"},
    "stack": {"name": "heroku-24"},
    "git_url": "https://git.heroku.com/sc-app.git",
    "web_url": "https://sc-app-1.herokuapp.com/",
}
LOST = {"id": "bad_gateway", "message": "Bad gateway."}
DATABASE = {"appId": APP_ID, "plan": "heroku-postgresql:standard-0", "name": "sc-db"}


def addon(state: str = "provisioned", plan: str = "heroku-postgresql:standard-0") -> dict[str, Any]:
    return {
        "id": ADDON_ID,
        "name": "sc-db",
        "app": {"id": APP_ID, "name": "sc-app"},
        "plan": {"name": plan},
        "state": state,
        "config_vars": ["DATABASE_URL"],
        "provider_id": "p",
    }


class Heroku:
    """A plugin configured for a loopback server that plays what a test scripts."""

    def __init__(self, url: str, played: Loopback) -> None:
        self.played = played
        self.provider = HerokuProvider({"HEROKU_API_TIME_BUDGET": "0"}, cancelled=FakeTime())
        self.provider.configure({"url": url, "apiKey": "key", "delays": DELAYS})

    def plays(self, *script: tuple[str, str, int, Any]) -> None:
        self.played.play(
            tuple(
                Exchange(method, path, status, answer, body=ANY, range=ANY)
                for method, path, status, answer in script
            )
        )

    def surprises(self) -> list[str]:
        """Requests that the script did not foresee, and those it foresaw in vain."""
        return self.played.finish()


class Any_:  # noqa: N801 - a value that equals every body
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


ANY = Any_()


def urn(token: str) -> str:
    return f"urn:pulumi:dev::demo::{token}::r"


ADDON = urn("heroku:addon/addon:Addon")
APPS = urn("heroku:app/app:App")
CONFIG = urn("heroku:app/configAssociation:ConfigAssociation")
FORMATION = urn("heroku:formation/formation:Formation")
