"""`ops local`: local Heroku, started, stopped, forgotten."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import click

from local_heroku import process
from local_heroku.postgres import programs
from operations.commands.local_levers import clock, fault
from operations.commands.stack_argument import StackType
from operations.console import say, table
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import STACKS, StackName
from toolchain import heroku_cli


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def local() -> None:
    """Controls local Heroku, a Heroku emulator on this machine. Heroku's own command line works with it."""


local.add_command(clock)
local.add_command(fault)


@local.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Listen there. [default: a free one]")
@click.option(
    "--postgres",
    is_flag=True,
    help="Keep the databases' data in a real PostgreSQL, from now until `ops local reset`.",
)
def start(port: int | None, *, postgres: bool) -> None:
    """Starts local Heroku if it isn't running.

    With --postgres each database holds data: `heroku pg:psql` answers, a backup is a real dump, a restore brings rows back.
    PostgreSQL is looked for in the folder that LOCAL_HEROKU_POSTGRES names, on PATH, and where Debian has it.
    """
    folder = Workspace.here().heroku
    try:
        running = _start_with_postgres(folder, port) if postgres else process.start(folder, port=port)
    except process.LocalHerokuError as error:
        raise OperationError(str(error)) from None
    say(f"Local Heroku listens at {running.url} (process {running.pid}).")
    if running.postgres:
        say(f"Its databases hold data, in PostgreSQL of {running.postgres}.")


def _start_with_postgres(folder: Path, port: int | None) -> process.Running:
    """One that runs without is started anew. Raises OperationError where no PostgreSQL is found."""
    found = programs.found(os.environ)
    if found is None:
        raise OperationError(programs.HOW_TO_GET)
    if (running := process.status(folder)) and not running.postgres:
        process.stop(folder)
    return process.start(folder, port=port, postgres=found)


@local.command()
def stop() -> None:
    """Stops local Heroku. Its account is kept."""
    say("Stopped." if process.stop(Workspace.here().heroku) else "Local Heroku wasn't running.")


@local.command()
def status() -> None:
    """Shows whether local Heroku is running, and where. Exits with 1 if it isn't."""
    running = process.status(Workspace.here().heroku)
    if running is None:
        say("Local Heroku isn't running; start it with `./ops local start`.")
        raise SystemExit(1)
    rows = [("address", running.url), ("process", str(running.pid)), ("account", str(running.folder))]
    table(rows + ([("PostgreSQL", running.postgres)] if running.postgres else []))


@local.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
def reset(*, yes: bool) -> None:
    """Deletes the local account and the stacks' local states. The next run starts from nothing."""
    workspace = Workspace.here()
    if not yes:
        click.confirm(f"Delete the local account and the stacks' states under {workspace.local}?", abort=True)
    process.stop(workspace.heroku)
    process.reset(workspace.heroku)
    for folder in (workspace.backend, workspace.local / "stacks"):
        shutil.rmtree(folder, ignore_errors=True)
    say("Deleted the local account and the stacks' local states.")


@local.command()
@click.argument("stack", type=StackType(), required=False)
def env(stack: StackName | None) -> None:
    """Prints variables that make `heroku` use local Heroku; with STACK also `pulumi`: eval "$(./ops local env staging)"."""
    from operations.rehearsal.rehearsal import Rehearsal  # noqa: PLC0415 - needs the engine, which may have to be built

    rehearsal = Rehearsal(Workspace.here())
    values = process.environment(rehearsal.heroku)
    if stack:
        rehearsal.prepare(stack)
        wanted = rehearsal.environment(stack)
        values |= {key: value for key, value in wanted.items() if key.startswith("PULUMI_") or key == "PATH"}
    if program := heroku_cli.find(Workspace.here().root, os.environ):
        from operations.rehearsal.shell import with_guarded_cli  # noqa: PLC0415 - as above

        path = {"PATH": values.get("PATH", os.environ["PATH"])}
        values |= with_guarded_cli(path, Workspace.here().root, program, rehearsal.heroku.postgres)
    for name, value in sorted(values.items()):
        click.echo(f"export {name}={shlex.quote(value)}")


@local.command()
@click.argument("stack", type=StackType(), required=False)
@click.option(
    "--given-names",
    is_flag=True,
    help="Let Heroku name the databases, as it does for an add-on that was created without --name.",
)
def seed(stack: StackName | None, *, given_names: bool) -> None:
    """Creates live apps that Pulumi doesn't know, to try `ops adopt` on. Without STACK, both.

    It creates, configures, deploys, scales and backs up the apps as the stack files say, step by step as someone
    would with Heroku's command line. It changes nothing that exists. `ops local reset` gives you an empty account.
    """
    from operations.rehearsal import seed as seeding  # noqa: PLC0415 - only this command needs the engine

    seeding.seed((stack,) if stack else STACKS, given_names=given_names)


@local.command()
@click.argument("stack", type=StackType())
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def deploy(stack: StackName, folder: Path) -> None:
    """Deploys FOLDER to STACK's app on local Heroku, as a push to the real one would.

    Its Procfile gives the process types, its db/migrate the migrations that `heroku run rails db:migrate` runs, and its
    files what `heroku run ls` shows. No code of it is run.
    """
    from operations.rehearsal import deploy as deploying  # noqa: PLC0415 - only this command needs the client

    deploying.deploy(stack, folder)


@local.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("stack", type=StackType())
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def shell(stack: StackName, command: tuple[str, ...]) -> None:
    """Opens a shell in which `heroku` and `pulumi` use local Heroku, for STACK. Or runs COMMAND there.

    \b
    ops local shell production
    ops local shell production heroku ps

    HOME and git's configuration point to folders under .local/, so nothing of yours is read or changed.
    """
    from operations.rehearsal.shell import open_shell  # noqa: PLC0415 - only this command needs the engine

    try:
        open_shell(stack, command)
    except FileNotFoundError:
        raise click.UsageError(f"no command {command[0]} on PATH") from None
