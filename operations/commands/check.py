"""`ops check`: the runbook's rules on a stack's settings, plan or state."""

from __future__ import annotations

import json
import os
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO

import click

from operations.commands.account_option import account_of
from operations.errors import OperationError
from operations.judging.judgement import Judged, Judgement, judge
from runbook.digest import KEY_BYTES, Digests
from runbook.environment import Environment
from runbook.rules.rule import Plane
from runbook.settings import STACKS, StackName
from runbook.settings_reader import SettingsError, settings_from_file, stack_name
from runbook.stack_file import StackFileError
from runbook.unknown import Known, Unknown
from runbook.waivers import FILE_NAME, WaiverError
from runbook.waivers import read as read_waivers

ROOT = Path(__file__).resolve().parents[2]
On = Literal["settings", "plan", "state"]
PLANES: dict[On, frozenset[Plane]] = {
    "settings": frozenset({"settings"}),
    "plan": frozenset({"plan", "steps"}),
    "state": frozenset({"state"}),
}
COLOURS = {"pass": "green", "fail": "red", "waived": "yellow", "not run": "magenta"}


@click.command()
@click.argument("stacks", nargs=-1, metavar="[STACK|FILE]...")
@click.option(
    "--on", type=click.Choice(list(PLANES)), default="settings", show_default=True, help="What is read."
)
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.File("r"),
    help="Read this export or preview instead of running pulumi; - is standard input. Give both stacks' by giving it twice.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def check(
    context: click.Context,
    stacks: tuple[str, ...],
    on: On,
    sources: tuple[TextIO, ...],
    *,
    as_json: bool,
) -> None:
    """Checks the runbook's rules. Without STACK, both stacks.

    \b
    settings  the stack files alone: no engine, no network; FILE may be any Pulumi.STACK.yaml
    plan      what `pulumi preview` would register, and its steps
    state     what the last `pulumi up` stored

    \b
    ops check
    ops check production --on state
    pulumi stack export --show-secrets | ops check --on state --from -

    Exits 0 when all rules pass or are waived, 1 when something could not be told, 3 when a rule fails.
    """
    digests = Digests(os.urandom(KEY_BYTES))
    read = _read_settings(stacks, digests) if on == "settings" else _read_engine(stacks, on, sources, digests)
    try:
        waivers = read_waivers(ROOT / FILE_NAME)
    except WaiverError as error:
        raise OperationError(str(error)) from None
    judgement = judge(read, digests, PLANES[on], waivers, datetime.now(tz=UTC).date())
    if as_json:
        click.echo(json.dumps({"on": on, **judgement.as_json()}, indent=2))
    else:
        _print(judgement)
    context.exit(judgement.exit_code)


def _read_settings(stacks: tuple[str, ...], digests: Digests) -> list[Judged]:
    paths = [_stack_path(word) for word in stacks or STACKS]
    environments = {path: _settings_environment(path, digests) for path in paths}
    for path in paths:
        beside = path.with_name(_other_name(path))
        if beside not in environments and not isinstance(environments[path], Unknown):
            environments[beside] = _settings_environment(beside, digests)
    return [
        Judged(
            _stack_of(path),
            _shown(path),
            environments[path],
            environments.get(path.with_name(_other_name(path)), Unknown("it was not read")),
        )
        for path in paths
    ]


def _stack_path(word: str) -> Path:
    """The file of a stack's name, or the file itself."""
    if "/" in word or word.endswith(".yaml"):
        path = Path(word).absolute()
        _stack_of(path)
        return path
    try:
        return ROOT / f"Pulumi.{stack_name(word)}.yaml"
    except SettingsError as error:
        raise click.BadParameter(str(error), param_hint="STACK") from None


def _stack_of(path: Path) -> StackName:
    try:
        return stack_name(path.name.removeprefix("Pulumi.").removesuffix(".yaml"))
    except SettingsError:
        names = " or ".join(f"Pulumi.{stack}.yaml" for stack in STACKS)
        raise click.BadParameter(f'found "{path.name}"; expected {names}', param_hint="FILE") from None


def _other_name(path: Path) -> str:
    return next(f"Pulumi.{stack}.yaml" for stack in STACKS if stack != _stack_of(path))


def _shown(path: Path) -> str:
    return path.name if path.parent == ROOT else str(path)


def _settings_environment(path: Path, digests: Digests) -> Known[Environment]:
    from runbook.readers.settings import environment_of_settings  # noqa: PLC0415 - only what is read
    from runbook.stack_file import read  # noqa: PLC0415

    stack = _stack_of(path)
    try:
        return environment_of_settings(stack, settings_from_file(read(path), stack), digests)
    except (StackFileError, SettingsError) as error:
        return Unknown(str(error))


def _read_engine(
    stacks: tuple[str, ...], on: On, sources: tuple[TextIO, ...], digests: Digests
) -> list[Judged]:
    from operations.pulumi_run import stack_reads  # noqa: PLC0415 - starts the engine; settings need none of it

    wanted = [_stack_argument(word) for word in stacks]
    if sources:
        environments = stack_reads.from_files(sources, on, digests)
        missing = [stack for stack in wanted if stack not in environments]
        if missing:
            raise OperationError(f"--from: none of what was read is of {missing[0]}")
    else:
        # What is said while the engine starts is for people; standard output is the answer's.
        with redirect_stdout(sys.stderr):
            environments = stack_reads.from_engine(account_of("local"), on, digests)
    return [
        Judged(stack, on, environments[stack], _other(stack, environments))
        for stack in wanted or list(environments)
    ]


def _stack_argument(word: str) -> StackName:
    try:
        return stack_name(word)
    except SettingsError as error:
        raise click.BadParameter(str(error), param_hint="STACK") from None


def _other(stack: StackName, environments: dict[StackName, Known[Environment]]) -> Known[Environment]:
    other = next(other for other in STACKS if other != stack)
    return environments.get(other, Unknown(f"{other} was not read"))


def _print(judgement: Judgement) -> None:
    for stack in judgement.stacks:
        click.secho(f"{stack.judged.stack} ({stack.judged.source})", bold=True)
        for mistake in stack.mistakes:
            click.secho(f"  could not be read: {mistake}", fg="red")
        for row in stack.rows:
            click.echo(
                f"  {click.style(f'{row.verdict.name:<8}', fg=COLOURS[row.verdict.name])} {row.verdict.rule.id}"
            )
            for line in row.lines:
                click.echo(f"           {line}")
        for rule in stack.elsewhere:
            click.echo(f"  {'-':<8} {rule.id}: decided on {', '.join(sorted(rule.on))}")
    for problem in judgement.problems:
        click.secho(str(problem), fg="red")
    click.echo(judgement.summary)
