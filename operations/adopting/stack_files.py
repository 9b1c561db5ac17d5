"""The stack file of a stack to adopt: read, guessed where there is none yet, written from the live app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import yaml

from operations.adopting.live_app import LiveApp
from operations.console import say
from operations.errors import OperationError
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.adoption.drains import UnreadDrainsError
from runbook.adoption.kinds import may_be_plain
from runbook.adoption.settings import AdoptionError, Description, settings_of_live
from runbook.adoption.stack_edit import NoEditError, edited
from runbook.adoption.stack_text import text_of
from runbook.environment import Environment
from runbook.settings import PROJECT, Settings, StackName
from runbook.settings_reader import SettingsError, settings_from_file, settings_from_values
from runbook.stack_file import StackFileError, parse
from runbook.unknown import Unknown


def settings_in_file(workspace: Workspace, stack: StackName) -> Settings | None:
    """None where there is no file. Raises OperationError for one that is wrong."""
    return read_settings(workspace, stack) if workspace.stack_file(stack).exists() else None


def guessed(stack: StackName, app: str) -> Settings:
    """What to ask the account for where no file says it; nothing of this is written."""
    try:
        return settings_from_values(
            {
                "app": {"name": app},
                "formation": {"web": {"quantity": 1, "dyno_type": "basic"}},
                "database": {"name": f"{app}-db", "plan": "standard-0"},
                "backups": {"at": "02:00 America/Los_Angeles"},
                "config_vars": {},
                "cost": {"monthly_budget_usd": 0},
            },
            stack,
            secret=(),
            file_name="--app",
        )
    except SettingsError as error:
        raise OperationError(str(error)) from None


@dataclass(frozen=True)
class Proposed:
    """A stack file that describes the live app. `text` is None where today's does already."""

    path: Path
    text: str | None
    described: Description

    def lines(self) -> Iterator[str]:
        """What it changes of today's file, line by line; values that are no secret are in it."""
        today = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        changes = unified_diff(
            today.splitlines(), (self.text or today).splitlines(), self.path.name, self.path.name, lineterm=""
        )
        return (line for line in changes)


def proposed(
    workspace: Workspace, stack: StackName, today: Settings | None, live: Environment, app: LiveApp
) -> Proposed:
    """Writes nothing. Raises OperationError where the live app has what settings can't say."""
    plain = {name: value for name, value in app.config_vars.items() if may_be_plain(name, today)}
    try:
        described = settings_of_live(live, plain, today)
    except (AdoptionError, UnreadDrainsError, SettingsError) as error:
        raise OperationError(f"nothing was written: {error}") from None
    path = workspace.stack_file(stack)
    is_right = today is not None and described.settings == today
    return Proposed(path, None if is_right else _text(path, stack, described), described)


def proposed_database(
    workspace: Workspace, stack: StackName, today: Settings | None, live: Environment, app: LiveApp
) -> Proposed:
    """The file with the app's primary database and nothing else changed. Raises OperationError."""
    if today is None:
        raise OperationError(f"Pulumi.{stack}.yaml: no such file; --promoted edits the database in it")
    path, name = workspace.stack_file(stack), app.database_name
    if name == today.database.name:
        return Proposed(path, None, Description(today, {}))
    databases = () if isinstance(live.databases, Unknown) else live.databases
    plan = next((one.plan for one in databases if one.name == name), Unknown("it is in no list"))
    if isinstance(plan, Unknown):
        raise OperationError(
            f"{stack}: the plan of {name} could not be read: {plan.why}; nothing was changed"
        )
    database = today.database.model_copy(update={"name": name, "plan": plan})
    text = path.read_text(encoding="utf-8")
    values = yaml.safe_load(text)
    values["config"][f"{PROJECT}:database"].update(name=name, plan=plan)
    try:
        new = edited(text, values, {})
        found = settings_from_file(parse(path.name, new), stack)
    except (NoEditError, StackFileError, SettingsError) as error:
        raise OperationError(
            f"{path.name}: the database could not be edited ({error}); set database.name to {name} and database.plan to {plan}"
        ) from None
    if found.database != database:
        raise OperationError(f"{path.name}: set database.name to {name} and database.plan to {plan} first")
    return Proposed(path, new, Description(found, {}))


def write(workspace: Workspace, stack: StackName, found: Proposed) -> Settings:
    """Writes the file, whole or not at all; leaves one that is right already."""
    if found.text is None:
        say(f"  {found.path.name} says what is live; it stays as it is")
    else:
        temporary = found.path.with_name(f".{found.path.name}.new")
        temporary.write_text(found.text, encoding="utf-8")
        temporary.replace(found.path)
        say(f"  wrote {found.path.name}; see what changed: git diff {found.path.name}")
    say_what_to_decide(found)
    return read_settings(workspace, stack)


def say_what_to_decide(found: Proposed) -> None:
    for key, why in found.described.decide.items():
        say(f"  decide {key}: {why}")


def _text(path: Path, stack: StackName, described: Description) -> str:
    """Today's file, edited where it differs; the whole file anew where there is none, or its form allows no edit.

    What was made must read back as what was meant, before it takes the place of anything.
    """
    today = path.read_text(encoding="utf-8") if path.exists() else ""
    anew = text_of(stack, described, yaml.safe_load(today) or {})
    with suppress(NoEditError, StackFileError, SettingsError):
        text = edited(today, yaml.safe_load(anew), _remarks(described))
        if settings_from_file(parse(path.name, text), stack) == described.settings:
            return text
    try:
        found = settings_from_file(parse(path.name, anew), stack)
    except (StackFileError, SettingsError) as error:
        raise OperationError(f"nothing was written, as {path.name} would be wrong: {error}") from None
    if found != described.settings:
        raise OperationError(f"nothing was written, as {path.name} would not say what is live; report this")
    return anew


def _remarks(described: Description) -> dict[tuple[str, ...], str]:
    return {("config", *f"{PROJECT}:{key}".split(".", 1)): why for key, why in described.decide.items()}
