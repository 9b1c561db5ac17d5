"""`ops demo`: both stacks from nothing to up, on local Heroku."""

from __future__ import annotations

import secrets
import time

import click

from heroku_api import data, platform
from heroku_api.client import Client
from operations.console import heading, say, table
from operations.errors import OperationError
from operations.pulumi_run.runner import on_terminal
from operations.rehearsal.glance import Glance, glance_at
from operations.rehearsal.rehearsal import Rehearsal
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.settings import STACKS, Settings, StackName

SETTLE_SECONDS = 20
"""How long a dyno may take to be up after its config changed."""

NEXT = """
What to look at next
  ./ops pulumi production preview   edit Pulumi.production.yaml first, say web: {quantity: 2, dyno_type: standard-1x}
  ./ops gate                        what that edit would change and cost, and whether the runbook allows it
  ./ops verify                      the runbook's checklists on the account that stands here
  ./ops drift                       what was changed behind Pulumi's back; change something and see
  ./ops drill                       incidents to train on, mended by the runbook with Heroku's own CLI
  ./ops local shell production      heroku and pulumi in a shell that knows local Heroku only
  ./ops local reset                 forgets it all
  ./ops --help                      every command"""


@click.command()
def demo() -> None:
    """Brings staging and production up on a local Heroku, by the real Pulumi engine.

    Needs no Heroku account and changes nothing outside .local/. Run again, it reports no changes.
    """
    workspace = Workspace.here()
    declared = {stack: read_settings(workspace, stack) for stack in STACKS}
    rehearsal = Rehearsal(workspace)
    say(f"Using {rehearsal.engine}")
    say(f"Local Heroku listens at {rehearsal.heroku.url}")
    for stack, settings in declared.items():
        _bring_up(rehearsal, stack, settings)
    heading("What stands now")
    wrong = [
        f"{stack}: {what}"
        for stack, settings in declared.items()
        for what in _show(rehearsal, stack, settings)
    ]
    if wrong:
        raise OperationError("the stacks are up, but not as declared: " + "; ".join(wrong))
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


def _show(rehearsal: Rehearsal, stack: StackName, settings: Settings) -> list[str]:
    """Prints the stack as it is on local Heroku; gives what is not as declared."""
    deadline = time.monotonic() + SETTLE_SECONDS
    with rehearsal.client() as client:
        glance = glance_at(client, settings, rehearsal.heroku.url)
        while glance.differences(settings) and time.monotonic() < deadline:
            time.sleep(0.25)
            glance = glance_at(client, settings, rehearsal.heroku.url)
    say(f"\n{stack}")
    table(_rows(glance, settings))
    return glance.differences(settings)


def _rows(glance: Glance, settings: Settings) -> list[tuple[str, str]]:
    return [
        ("app", f"{settings.app.name}, {glance.url}"),
        *((f"{name} dynos", f"{process.describe()}") for name, process in glance.formation.items()),
        ("database", f"{glance.plan}, attached as {', '.join(glance.attachments) or 'nothing'}"),
        ("backups", ", ".join(glance.schedules) or "no schedule"),
        ("health", f"{glance.health} from /healthz"),
        ("config vars", f"{len(glance.config_vars)} set"),
        ("a month", f"${glance.monthly_cost_usd}"),
    ]
