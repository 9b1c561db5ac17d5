"""The one seam to where the stacks are: local Heroku, or Heroku itself. Never decided by what happens to be in the environment."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

from heroku_api.client import Client
from heroku_api.errors import HerokuError
from operations.console import note
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import Settings, StackName

AccountName = Literal["local", "heroku"]


class Account(Protocol):
    """An account of Heroku's, and the Pulumi stacks that manage it."""

    @property
    def workspace(self) -> Workspace: ...

    @property
    def is_local(self) -> bool:
        """Whether the token opens nothing but an account on this machine."""

    @property
    def words(self) -> str:
        """What was read, for the first line of every report."""

    @property
    def health_address(self) -> str | None:
        """Where the apps' host names are answered for; None: at their own addresses."""

    def client(self, budget: float) -> Client:
        """A client that can be cancelled; one request is tried again for at most `budget` seconds."""

    def now(self, client: Client) -> datetime:
        """The account's time, UTC."""

    def prepare(self, stack: StackName) -> None:
        """Makes what a run of pulumi on this stack needs. Raises OperationError where it can't."""

    def prepare_adoption(self, stack: StackName, settings: Settings) -> None:
        """The same for a stack whose app is live already. Raises OperationError for settings that would deploy over it."""

    def require_stack(self, stack: StackName) -> None:
        """Raises OperationError where it is known that the stack was never made."""

    def environment(self, stack: StackName) -> dict[str, str]:
        """What makes a plain `pulumi preview` run this stack, with the project's policy pack."""


def client_of(environment: Mapping[str, str], budget: float) -> Client:
    """Raises OperationError for an environment that names no account."""
    try:
        return Client.from_environment(
            {**environment, "HEROKU_API_TIME_BUDGET": str(budget)}, cancelled=threading.Event(), notice=note
        )
    except HerokuError as error:
        raise OperationError(str(error)) from None
