"""Where a drill plays: one stack of local Heroku, its names, and a client that knows local Heroku only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from heroku_api.client import Client
from operations.errors import OperationError
from runbook.settings import STACKS, Settings, StackName

SOURCE = ".local/drill/source"
ROTATED = ("SECRET_KEY_BASE", "RAILS_MASTER_KEY")
"""Secrets that the Rails app does not start without, in the order in which a drill takes one."""


@dataclass(frozen=True)
class Scene:
    client: Client
    stack: StackName
    settings: Mapping[StackName, Settings]
    source: Path = Path(SOURCE)
    """Where a drill puts the app's checkout; beside the drill's record, and removed with it."""

    @property
    def app(self) -> str:
        return self._own.app.name

    @property
    def other_app(self) -> str:
        other = next(stack for stack in STACKS if stack != self.stack)
        return self.settings[other].app.name

    @property
    def database(self) -> str:
        return self._own.database.name

    @cached_property
    def url(self) -> str:
        """Without the slash at its end."""
        return url_of(self.client, self.app)

    @property
    def secret(self) -> str:
        """A secret that is set by hand, so that a hand can lose it. Raises OperationError where there is none."""
        found = self._by_hand
        if found is None:
            raise OperationError(
                f"Pulumi.{self.stack}.yaml: this drill needs {' or '.join(ROTATED)} as `external` under secrets; "
                "choose another drill: ./ops drill"
            )
        return found

    def words(self, url: str) -> dict[str, str]:
        """What stands in braces in a drill's texts. Asks nothing: local Heroku may be made not to answer."""
        formation = self._own.formation
        return {
            "app": self.app,
            "stack": self.stack,
            "database": self.database,
            "other": self.other_app,
            "formation": " ".join(
                f"{name}={process.least}:{process.dyno_type}" for name, process in formation.items()
            ).lower(),
            "at": str(self._own.backups.at),
            "url": url,
            "source": SOURCE,
            "health": f'curl -H "Host: {urlsplit(url).hostname}" "$HEROKU_API_URL/healthz"',
            "secret": self._by_hand or ROTATED[0],
        }

    @property
    def _by_hand(self) -> str | None:
        names = self._own.names_of("external")
        return next((name for name in ROTATED if name in names), None)

    @property
    def _own(self) -> Settings:
        return self.settings[self.stack]


def url_of(client: Client, app: str) -> str:
    return str(client.request("GET", f"/apps/{app}")["web_url"]).rstrip("/")
