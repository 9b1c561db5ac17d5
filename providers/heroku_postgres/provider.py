"""The plugin: routes each call to its resource type, with a session on Heroku where one is needed."""

from __future__ import annotations

import threading
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from heroku_api.errors import HerokuError
from providers.heroku_postgres.declarations import Attachment, BackupSchedule
from providers.protocol.errors import ProviderError
from providers.protocol.lifecycle import Checked, Created, Failure, Provider
from providers.protocol.values import Unknown, is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from heroku_api.client import Client
    from providers.heroku_postgres.declarations import Declaration
    from providers.heroku_postgres.session import Session
    from providers.heroku_postgres.steps import Steps
    from providers.protocol.lifecycle import (
        CheckRequest,
        CreateRequest,
        DeleteRequest,
        Difference,
        DiffRequest,
        Found,
        ReadRequest,
        UpdateRequest,
    )
    from providers.protocol.values import Properties

DECLARATIONS: dict[str, Declaration] = {
    "heroku-postgres:index:BackupSchedule": BackupSchedule(),
    "heroku-postgres:index:Attachment": Attachment(),
}
SCHEMA = Path(__file__).with_name("schema.json")
SETTINGS = {"url": "HEROKU_API_URL", "dataUrl": "HEROKU_DATA_URL"}
"""The provider's settings, and the environment variables that hold them otherwise."""
THE_ENGINES = {"version", "pluginDownloadURL"}
"""Settings the engine may add to any provider."""


class HerokuPostgres(Provider):
    """Settings come from the program, or else from the environment; the API key only from the environment."""

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._env = dict(env)
        self._sleep = sleep
        self._clock = clock
        self._current = threading.local()
        self._opening = threading.Lock()

    def schema(self) -> str:
        return SCHEMA.read_text(encoding="utf-8")

    def check_config(self, request: CheckRequest) -> Checked:
        failures = [
            Failure(name, f"{name} is no setting of heroku-postgres; it takes {', '.join(SETTINGS)}")
            for name in sorted(request.news)
            if name not in SETTINGS and name not in THE_ENGINES and not name.startswith("__")
        ]
        if not failures and request.news.keys() & SETTINGS.keys() and is_known(request.news):
            from heroku_api.endpoints import Endpoints  # noqa: PLC0415 - most programs leave it to the environment

            try:
                Endpoints.from_environment(self._settings(request.news))
            except HerokuError as error:
                failures = [Failure("url", str(error))]
        return Checked(request.news, failures)

    def configure(self, args: Properties) -> None:
        self._env = self._settings(args)

    def check(self, request: CheckRequest) -> Checked:
        return _declaration(request.type).check(request.news)

    def diff(self, request: DiffRequest) -> Difference:
        return _declaration(request.type).diff(request)

    def create(self, request: CreateRequest) -> Created:
        if request.preview:
            return Created("", _declaration(request.type).foreseen(request.inputs))
        return _steps(request.type).create(
            self._session(request.urn, request.timeout), _known(request.inputs)
        )

    def read(self, request: ReadRequest) -> Found | None:
        return _steps(request.type).read(self._session(request.urn, 0), request)

    def update(self, request: UpdateRequest) -> Properties:
        if request.preview:
            return _declaration(request.type).foreseen(request.news)
        return _steps(request.type).update(
            self._session(request.urn, request.timeout), _known(request.news), request.olds
        )

    def delete(self, request: DeleteRequest) -> None:
        _steps(request.type).delete(self._session(request.urn, request.timeout), request)

    def wait(self, seconds: float) -> None:
        if self._sleep:
            self._sleep(seconds)
        super().wait(0 if self._sleep else seconds)

    def _session(self, urn: str, timeout: float) -> Session:
        """`timeout`: the resource's own (customTimeouts) in seconds; 0 takes the client's time budget."""
        from providers.heroku_postgres.session import Session  # noqa: PLC0415

        self._current.urn = urn
        with self._opening:
            client = self._client
        return Session(
            client=client,
            wait=self.wait,
            clock=self._clock,
            progress=self._progress,
            warn=lambda text: self.engine.warning(urn, text) if self.engine else None,
            limit=timeout or client.budget.total_seconds(),
        )

    @cached_property
    def _client(self) -> Client:
        from heroku_api.client import Client, budget_from_environment  # noqa: PLC0415 - a preview needs no client
        from heroku_api.credentials import Credentials  # noqa: PLC0415
        from heroku_api.endpoints import Endpoints  # noqa: PLC0415

        client = Client(
            Endpoints.from_environment(self._env),
            Credentials.from_environment(self._env),
            budget=budget_from_environment(self._env),
            cancelled=self.cancelled,
            notice=self._progress,
            sleep=self._sleep,
            clock=self._clock,
        )
        if client.endpoints.is_loopback and client.credentials.looks_real and self.engine:
            self.engine.warning(
                "", "HEROKU_API_KEY looks like a real Heroku key and is sent to local Heroku: use ./ops"
            )
        return client

    def _progress(self, text: str) -> None:
        """Beside the resource that this thread works on."""
        if self.engine:
            self.engine.progress(getattr(self._current, "urn", ""), text)

    def _settings(self, args: Properties) -> dict[str, str]:
        """The environment with the program's settings over it."""
        given = {
            variable: args[name]
            for name, variable in SETTINGS.items()
            if isinstance(args.get(name), str) and args[name]
        }
        return {**self._env, **given}


def _declaration(token: str) -> Declaration:
    """The pure part of a resource type."""
    if token not in DECLARATIONS:
        raise ProviderError(f"heroku-postgres has no resource type {token}; it has {', '.join(DECLARATIONS)}")
    return DECLARATIONS[token]


def _steps(token: str) -> Steps:
    """The part that reaches Heroku. Imported late: pydantic takes 30 ms, and a preview needs none of it."""
    from providers.heroku_postgres.attachment import AttachmentSteps  # noqa: PLC0415
    from providers.heroku_postgres.backup_schedule import BackupScheduleSteps  # noqa: PLC0415

    return BackupScheduleSteps() if isinstance(_declaration(token), BackupSchedule) else AttachmentSteps()


def _known(news: Properties) -> Properties:
    """Inputs of a step that changes something. What was unknown in the preview must be known by now."""
    unknown = [name for name, value in news.items() if isinstance(value, Unknown)]
    if unknown:
        raise ProviderError(
            f"{', '.join(unknown)} is still unknown; run `pulumi up` without --target, so that it is made"
        )
    return news
