"""What one configured plugin holds: Heroku, opened by the first call that needs it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from providers.protocol.errors import ProviderError
from providers.resources.calls import Call
from providers.resources.claims import Claims
from providers.resources.sent_creates import SentCreates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta

    from heroku_api.objects import Heroku
    from providers.protocol.engine_log import EngineLog
    from providers.resources.configuration import Configuration


@dataclass
class Connection:
    """`env` has what settings leave to it; `cancelled` ends every wait and request; `clock` counts seconds."""

    env: Mapping[str, str] = field(repr=False)
    cancelled: threading.Event
    clock: Callable[[], float] = time.monotonic
    configuration: Configuration | None = None
    claims: Claims = field(default_factory=Claims)
    creates: SentCreates = field(init=False)
    _heroku: Heroku | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _local: threading.local = field(default_factory=threading.local)
    """The resource that this thread's call is about: a client's retries are told under its name."""

    def __post_init__(self) -> None:
        self.creates = SentCreates.of(self.env)

    def configure(self, configuration: Configuration) -> None:
        with self._lock:
            self.configuration, self._heroku = configuration, None

    def call(self, urn: str, engine: EngineLog | None, timeout: timedelta | None = None) -> Call:
        """What one call is given. Raises ProviderError before `configure`."""
        if self.configuration is None:
            raise ProviderError("the plugin was called before it was configured")
        self._local.urn = urn
        return Call(
            heroku=self._open(self.configuration, engine),
            configuration=self.configuration,
            cancelled=self.cancelled,
            claims=self.claims,
            creates=self.creates,
            urn=urn,
            timeout=timeout,
            tell=partial(engine.progress, urn) if engine else _silent,
            warn=partial(engine.warning, urn) if engine else _silent,
            clock=self.clock,
        )

    def _open(self, configuration: Configuration, engine: EngineLog | None) -> Heroku:
        with self._lock:
            if self._heroku is None:
                self._heroku = self._connected(configuration, engine)
        return self._heroku

    def _connected(self, configuration: Configuration, engine: EngineLog | None) -> Heroku:
        from heroku_api.client import Client, budget_from_environment  # noqa: PLC0415 - not for a preview
        from heroku_api.credentials import Credentials  # noqa: PLC0415
        from heroku_api.endpoints import Endpoints  # noqa: PLC0415
        from heroku_api.objects import Heroku  # noqa: PLC0415

        def notice(text: str) -> None:
            if engine:
                engine.progress(getattr(self._local, "urn", ""), text)

        client = Client(
            Endpoints(configuration.url, configuration.data_url),
            Credentials(configuration.api_key, configuration.email or None, basic=configuration.basic),
            budget=budget_from_environment(self.env),
            cancelled=self.cancelled,
            notice=notice,
            clock=self.clock,
        )
        if client.endpoints.is_loopback and client.credentials.looks_real and engine:
            engine.warning(
                "", "HEROKU_API_KEY looks like a real Heroku key and is sent to local Heroku: use ./ops"
            )
        return Heroku(client, configuration.headers)


def _silent(_: str) -> None:
    pass
