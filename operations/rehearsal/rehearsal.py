"""The real `pulumi` on local Heroku: what must run, what the environment says, and the stacks that exist."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from heroku_api.client import Client
from heroku_api.errors import HerokuError
from local_heroku import process as local_heroku
from operations.accounts import state_file
from operations.accounts.account import client_of
from operations.atomic_write import replace
from operations.console import note
from operations.errors import OperationError
from operations.pulumi_run import new_stack, stack_lock
from operations.pulumi_run.runner import output
from operations.pulumi_run.set_up import ready_engine
from operations.rehearsal import local_stack_file
from operations.settings_files import read_settings
from operations.workspace import Workspace, file_backend
from providers.heroku import install as heroku_plugin
from runbook.settings import Settings, StackName
from toolchain.engine import Engine

BUDGET_SECONDS = 30.0
"""One request and its repeats, where the caller sets no other."""
FOREIGN = ("HEROKU_", "PULUMI_", "PYTHONDONTWRITEBYTECODE")
"""Beginnings of the caller's variables that are left out: they would lead a rehearsal elsewhere, or slow each one."""


@dataclass(frozen=True)
class Rehearsal:
    """The account on this machine. Starts what is missing, once; every `pulumi` it runs knows local Heroku and nothing else."""

    workspace: Workspace

    @property
    def is_local(self) -> bool:
        return True

    @property
    def words(self) -> str:
        return f"local Heroku at {self.heroku.url} (on this machine)"

    @property
    def health_address(self) -> str | None:
        return self.heroku.url

    @cached_property
    def engine(self) -> Engine:
        return ready_engine(self.workspace)

    @cached_property
    def heroku(self) -> local_heroku.Running:
        try:
            return local_heroku.start(self.workspace.heroku)
        except local_heroku.LocalHerokuError as error:
            raise OperationError(str(error)) from None

    @cached_property
    def base_environment(self) -> dict[str, str]:
        """Everything but the stack: engine, plugins, backend, passphrase, local Heroku."""
        workspace = self.workspace
        homes = [workspace.pulumi_home, home_of_the_user()]
        heroku_plugin.link(workspace.pulumi_home, homes[1:])
        if other := heroku_plugin.of_another_version(homes):
            note(other)
        workspace.backend.mkdir(parents=True, exist_ok=True)
        if not workspace.passphrase.exists():
            replace(workspace.passphrase, secrets.token_urlsafe(32))
        kept = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        return {
            **kept,
            **local_heroku.environment(self.heroku),
            "PATH": self.engine.path(os.environ),
            "PULUMI_HOME": str(workspace.pulumi_home),
            "PULUMI_BACKEND_URL": file_backend(workspace.backend),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(workspace.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    def environment(self, stack: StackName) -> dict[str, str]:
        """What makes a plain `pulumi preview` run this stack, its local copy of the settings and the policy pack."""
        return {
            **self.base_environment,
            "PULUMI_STACK": stack,
            "PULUMI_OPTION_CONFIG_FILE": str(self.workspace.local_stack_file(stack)),
            "PULUMI_OPTION_POLICY_PACK": str(self.workspace.root / "policies"),
        }

    def client(self, budget: float = BUDGET_SECONDS) -> Client:
        """A client of local Heroku, and of nothing else."""
        return client_of(local_heroku.environment(self.heroku), budget)

    def now(self, client: Client) -> datetime:
        """Local Heroku's clock can be moved."""
        try:
            return datetime.fromisoformat(str(client.request("GET", "/local/clock")["now"]))
        except (HerokuError, KeyError, TypeError, ValueError):
            return datetime.now(tz=UTC)

    def prepare(self, stack: StackName) -> None:
        """Checks the settings, then makes the local copy, the stack and its secrets where they're missing."""
        settings = read_settings(self.workspace, stack)
        state_file.require_whole(state_file.of_rehearsal(self.workspace, stack))
        if state_file.discard_cut_metadata(self.workspace, stack):
            note(
                f"{stack}: removed a metadata file beside the state, whose write was cut off; nothing is lost"
            )
        for draft in stack_lock.discard_cut(self.workspace, stack):
            note(f"{stack}: removed {draft.name}, a lock whose write was cut off")
        for lock in stack_lock.release_stale(self.workspace, stack):
            note(
                f"{stack}: released the lock of process {lock.pid}, which ended without finishing; the next up goes on"
            )
        local_stack_file.write(self.workspace, stack)
        if not self.workspace.state(stack).exists():
            self._make(stack)
        for name in local_stack_file.missing_secrets(self.workspace, stack, settings):
            output(self, stack, ["config", "set", "--secret", name], given=_invented(name, settings))

    def prepare_adoption(self, stack: StackName, settings: Settings) -> None:
        self.prepare(stack)
        local_stack_file.write(self.workspace, stack, adopting=True)

    def require_stack(self, stack: StackName) -> None:
        if not self.workspace.state(stack).exists():
            raise OperationError(
                f"the stack {stack} has no state here; run `ops pulumi {stack} up` or `ops demo` first"
            )

    def replace_process(self, stack: StackName, arguments: Sequence[str]) -> None:
        """Becomes `pulumi`, so that signals and exit code are its own."""
        os.chdir(self.workspace.root)
        environment: Mapping[str, str] = self.environment(stack)
        os.execvpe("pulumi", ["pulumi", *arguments], environment)  # noqa: S606 - no shell is wanted

    def _make(self, stack: StackName) -> None:
        copy = self.workspace.local_stack_file(stack)
        with new_stack.made_aside(self.workspace, stack, copy) as arguments:
            output(self, stack, arguments, also=new_stack.NO_STACK_FILE)


def _invented(name: str, settings: Settings) -> str:
    """A value for a secret that nobody gave one on this machine."""
    host = settings.log_drains.get(name)
    return f"https://logs:{secrets.token_hex(16)}@{host}/" if host else secrets.token_hex(64)


def home_of_the_user() -> Path:
    """Where an official plugin may be installed. Source: Pulumi's environment variables, PULUMI_HOME."""
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
