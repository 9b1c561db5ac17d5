"""Heroku itself, with the caller's own HEROKU_API_KEY, pulumi and backend."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from heroku_api.errors import HerokuError
from operations.accounts import state_file
from operations.accounts.account import client_of
from operations.accounts.backends import backend_url, folder_of
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import Settings, StackName


@dataclass(frozen=True)
class HerokuAccount:
    """Raises OperationError where the environment names something else than Heroku."""

    shell: Mapping[str, str] = field(repr=False)
    """The caller's environment variables."""
    workspace: Workspace = field(default_factory=Workspace.here)

    def __post_init__(self) -> None:
        if not self.shell.get("HEROKU_API_KEY"):
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
            return Endpoints.from_environment(self.shell)
        except HerokuError as error:
            raise OperationError(str(error)) from None

    @property
    def is_local(self) -> bool:
        return False

    @property
    def words(self) -> str:
        return f"HEROKU, the real account, at {self._endpoints.platform}"

    @property
    def health_address(self) -> str | None:
        return None

    def client(self, budget: float) -> Client:
        return client_of(self.shell, budget)

    def now(self, client: Client) -> datetime:
        return datetime.now(tz=UTC)

    def prepare(self, stack: StackName) -> None:
        """Makes nothing: the stack and its secrets are there. Refuses a state in a folder that is damaged."""
        folder = folder_of(backend_url(self.shell), self.workspace.root)
        if folder is not None:
            look = f"pulumi preview --refresh --stack {stack}"
            state_file.require_whole(state_file.StateFiles(folder, stack, look))

    def prepare_adoption(self, stack: StackName, settings: Settings) -> None:
        """Nothing: the stack and its secrets are there."""

    def require_stack(self, stack: StackName) -> None:
        """Nothing: only pulumi knows its backend, and says so itself."""

    def environment(self, stack: StackName) -> dict[str, str]:
        """Pulumi as this shell has it. The policy pack is always this project's, and as its code has it."""
        return {
            **{key: value for key, value in self.shell.items() if key != "PULUMI_OPTION_POLICY_PACK_CONFIG"},
            # The language host and the plugins take the first Python they find.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{self.shell.get('PATH', os.defpath)}",
            "PULUMI_STACK": stack,
            "PULUMI_OPTION_POLICY_PACK": str(self.workspace.root / "policies"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
