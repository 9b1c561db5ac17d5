"""Which account a command reads: local Heroku, or Heroku itself. Never decided by what happens to be in the environment."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import click

from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from heroku_api.errors import HerokuError
from operations.console import note
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import StackName

if TYPE_CHECKING:
    from operations.rehearsal.rehearsal import Rehearsal

AccountName = Literal["local", "heroku"]
LONGEST_PULUMI = timedelta(minutes=5)
F = TypeVar("F", bound=Callable[..., Any])


class Account(Protocol):
    @property
    def words(self) -> str:
        """What was read, for the first line of every report."""

    @property
    def health_address(self) -> str | None:
        """Where the apps' host names are answered for; None: at their own addresses."""

    def client(self, budget: float) -> Client:
        """A client that can be cancelled; one request is tried again for at most `budget` seconds."""

    def pulumi(self, stack: StackName, arguments: list[str], also: Mapping[str, str] | None = None) -> str:
        """What pulumi prints about this account's stack. Raises OperationError with its reason."""

    def now(self, client: Client) -> datetime:
        """The account's time, UTC."""


@dataclass(frozen=True)
class LocalAccount:
    rehearsal: Rehearsal

    @property
    def words(self) -> str:
        return f"local Heroku at {self.rehearsal.heroku.url} (a rehearsal on this machine)"

    @property
    def health_address(self) -> str | None:
        return self.rehearsal.heroku.url

    def client(self, budget: float) -> Client:
        from local_heroku import process  # noqa: PLC0415 - never imported where the real Heroku is read

        return _client(process.environment(self.rehearsal.heroku), budget)

    def pulumi(self, stack: StackName, arguments: list[str], also: Mapping[str, str] | None = None) -> str:
        if not self.rehearsal.workspace.state(stack).exists():
            raise OperationError(f"the stack {stack} has no state here; run `./ops demo` first")
        self.rehearsal.prepare(stack)
        environment = {**self.rehearsal.environment(stack), **(also or {})}
        return _pulumi(arguments, environment, self.rehearsal.workspace)

    def now(self, client: Client) -> datetime:
        """Local Heroku's clock can be moved."""
        try:
            return datetime.fromisoformat(str(client.request("GET", "/local/clock")["now"]))
        except (HerokuError, KeyError, TypeError, ValueError):
            return datetime.now(tz=UTC)


@dataclass(frozen=True)
class HerokuAccount:
    """With the caller's own HEROKU_API_KEY, pulumi and backend. Raises OperationError where that isn't Heroku."""

    environment: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.environment.get("HEROKU_API_KEY"):
            raise OperationError(
                "--account heroku reads the real account and needs HEROKU_API_KEY; a key with the scope read-protected is enough"
            )
        if self._endpoints.is_loopback:
            raise OperationError(
                f"--account heroku was given, but HEROKU_API_URL is {self._endpoints.platform}: "
                "leave that shell's local Heroku (unset HEROKU_API_URL HEROKU_DATA_URL), or leave out --account"
            )

    @cached_property
    def _endpoints(self) -> Endpoints:
        try:
            return Endpoints.from_environment(self.environment)
        except HerokuError as error:
            raise OperationError(str(error)) from None

    @property
    def words(self) -> str:
        return f"HEROKU, the real account, at {self._endpoints.platform}"

    @property
    def health_address(self) -> str | None:
        return None

    def client(self, budget: float) -> Client:
        return _client(self.environment, budget)

    def pulumi(self, stack: StackName, arguments: list[str], also: Mapping[str, str] | None = None) -> str:
        return _pulumi([*arguments, "--stack", stack], {**self.environment, **(also or {})}, Workspace.here())

    def now(self, client: Client) -> datetime:
        return datetime.now(tz=UTC)


def account_of(name: AccountName) -> Account:
    """Raises OperationError when the account can't be what was asked for."""
    if name == "heroku":
        return HerokuAccount(dict(os.environ))
    from operations.rehearsal.rehearsal import Rehearsal  # noqa: PLC0415 - local Heroku has no part in reading the real one

    return LocalAccount(Rehearsal(Workspace.here()))


def account_option(command: F) -> F:
    return click.option(
        "--account",
        "account_name",
        type=click.Choice(["local", "heroku"]),
        default="local",
        show_default=True,
        help="local: the rehearsal on this machine. heroku: the real account, with HEROKU_API_KEY.",
    )(command)


def _client(environment: Mapping[str, str], budget: float) -> Client:
    try:
        return Client.from_environment(
            {**environment, "HEROKU_API_TIME_BUDGET": str(budget)}, cancelled=threading.Event(), notice=note
        )
    except HerokuError as error:
        raise OperationError(str(error)) from None


def _pulumi(arguments: list[str], environment: Mapping[str, str], workspace: Workspace) -> str:
    """Its standard output. Its errors are passed on; values never are among them."""
    shown = f"pulumi {' '.join(arguments)}"
    try:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=workspace.root,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_PULUMI.total_seconds(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OperationError(f"{shown} did not end within {LONGEST_PULUMI.total_seconds():.0f} s") from None
    except OSError as error:
        raise OperationError(f"{shown} could not be started: {error.strerror}") from None
    if done.returncode:
        from operations.pulumi_run.refresh import errors_of  # noqa: PLC0415 - only after a failure

        reason = done.stderr.strip()[-2000:] or errors_of(done.stdout)
        raise OperationError(f"{shown} failed: {reason}")
    return done.stdout
