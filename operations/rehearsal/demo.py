"""Both stacks from nothing to up, on local Heroku, and a summary of what is running then."""

from __future__ import annotations

import secrets

from heroku_api import data, platform
from heroku_api.client import Client
from operations.console import heading, say, table
from operations.errors import OperationError
from operations.forms.facts import facts
from operations.judging.standing import settled
from operations.pulumi_run.runner import on_terminal
from operations.rehearsal.rehearsal import Rehearsal
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.settings import STACKS, Settings, StackName

NEXT = """
What to look at next
  ./ops pulumi production preview   edit Pulumi.production.yaml first, say web: {quantity: 2, dyno_type: standard-1x}
  ./ops gate                        what that edit would change and cost, and whether the runbook allows it
  ./ops verify                      the runbook's checklists on the local account
  ./ops drift                       what was changed outside Pulumi; change something and see
  ./ops drill                       practice incidents: diagnose and fix them with Heroku's own CLI
  ./ops local shell production      a shell in which heroku and pulumi use local Heroku only
  ./ops local reset                 deletes it all
  ./ops --help                      every command"""


def demo() -> None:
    """Raises OperationError where the stacks don't come up, or aren't well."""
    workspace = Workspace.here()
    declared = {stack: read_settings(workspace, stack) for stack in STACKS}
    rehearsal = Rehearsal(workspace)
    say(f"Using {rehearsal.engine}")
    say(f"Local Heroku listens at {rehearsal.heroku.url}")
    for stack, settings in declared.items():
        _bring_up(rehearsal, stack, settings)
    heading("What is running")
    standing = settled(rehearsal, STACKS)
    for stack in STACKS:
        say(f"\n{stack}")
        table([(fact.name, fact.value) for fact in facts(standing.live[stack], placeholder=True)])
    if standing.wrong:
        raise OperationError("the stacks are up, but not well: " + "; ".join(standing.wrong))
    say(NEXT)


def _bring_up(rehearsal: Rehearsal, stack: StackName, settings: Settings) -> None:
    heading(f"{stack}: preview and up")
    rehearsal.prepare(stack)
    if on_terminal(rehearsal, stack, ["up", "--yes", "--refresh", "--suppress-progress"]):
        raise OperationError(f"`pulumi up` of {stack} failed, as said above; `./ops demo` goes on from there")
    with rehearsal.client() as client:
        _set_external_secrets(client, stack, settings)
        _capture_first_backup(client, stack, settings)


def _set_external_secrets(client: Client, stack: StackName, settings: Settings) -> None:
    """What an operator does once with `heroku config:set`: these values never enter Pulumi."""
    present = platform.config_vars(client, settings.app.name)
    missing = [name for name in settings.names_of("external") if name not in present]
    if missing:
        platform.set_config_vars(client, settings.app.name, {name: secrets.token_hex(16) for name in missing})
        say(f"{stack}: set {', '.join(missing)} by hand, as `heroku config:set` does")


def _capture_first_backup(client: Client, stack: StackName, settings: Settings) -> None:
    """The runbook wants at least one completed backup; the schedule's first is a night away."""
    if not data.transfers(client, settings.app.name):
        data.capture(client, str(platform.addon(client, settings.database.name).id))
        say(f"{stack}: captured a first backup, as `heroku pg:backups:capture` does")
