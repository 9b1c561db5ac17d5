"""What one configured plugin holds: its settings and Heroku, opened by the first call that needs it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from heroku_api.errors import HerokuError
from providers.heroku.calls import Call
from providers.heroku.claims import Claims
from providers.heroku.settings import Settings, settings_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from providers.heroku.api import Heroku
    from providers.protocol.engine import Engine


class EndpointRefusedError(HerokuError):
    """An address this plugin may not talk to, or none at all."""


@dataclass
class Connection:
    """`env` stands behind the configuration; `cancelled` ends every wait and request."""

    env: Mapping[str, str] = field(repr=False)
    cancelled: threading.Event
    settings: Settings | None = None
    claims: Claims = field(default_factory=Claims)
    _heroku: Heroku | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _local: threading.local = field(default_factory=threading.local)
    """The resource that this thread's call is about: a client's retries are told under its name."""

    def configure(self, arguments: Mapping[str, Any]) -> None:
        """Takes the configuration. Raises SettingsError, or EndpointRefusedError for an address not on loopback."""
        from heroku_api.endpoints import is_loopback  # noqa: PLC0415 - ipaddress and urllib are slow imports

        settings = settings_from(arguments, self.env)
        if not is_loopback(settings.url):
            raise EndpointRefusedError(
                f"this stand-in for the heroku plugin serves local Heroku only, and heroku:url is {settings.url}. For "
                "the real Heroku install the official plugin: pulumi plugin install resource heroku 1.0.4 "
                "--server github://api.github.com/pulumiverse"
            )
        with self._lock:
            self.settings, self._heroku = settings, None

    def call(self, urn: str, engine: Engine | None, timeout: timedelta | None = None) -> Call:
        """What one call is given. Raises EndpointRefusedError before `configure`."""
        if self.settings is None:
            raise EndpointRefusedError("the heroku plugin was called before it was configured")
        self._local.urn = urn
        return Call(
            heroku=self._open(self.settings, engine),
            settings=self.settings,
            cancelled=self.cancelled,
            claims=self.claims,
            urn=urn,
            timeout=timeout,
            tell=partial(engine.progress, urn) if engine else _silent,
            warn=partial(engine.warning, urn) if engine else _silent,
        )

    def _open(self, settings: Settings, engine: Engine | None) -> Heroku:
        with self._lock:
            if self._heroku is None:
                self._heroku = self._connected(settings, engine)
        return self._heroku

    def _connected(self, settings: Settings, engine: Engine | None) -> Heroku:
        from heroku_api.client import Client, budget_from_environment  # noqa: PLC0415 - not for a preview
        from heroku_api.credentials import Credentials  # noqa: PLC0415
        from heroku_api.endpoints import Endpoints  # noqa: PLC0415
        from providers.heroku.api import Heroku  # noqa: PLC0415

        def notice(text: str) -> None:
            if engine:
                engine.progress(getattr(self._local, "urn", ""), text)

        client = Client(
            Endpoints(settings.url, settings.url),
            Credentials(settings.api_key, settings.email or None, basic=True),
            budget=budget_from_environment(self.env),
            cancelled=self.cancelled,
            notice=notice,
        )
        return Heroku(client, settings.headers)


def _silent(_: str) -> None:
    pass
