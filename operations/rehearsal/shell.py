"""`ops local shell`: a shell where `heroku` and `pulumi` know local Heroku and nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from operations.console import note
from operations.rehearsal.heroku_shell import curl, git, wrapper
from operations.rehearsal.heroku_shell.refused import REFUSED, WITH_POSTGRES
from operations.rehearsal.rehearsal import Rehearsal
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.settings import StackName
from toolchain import heroku_cli
from toolchain.errors import SetupError


def open_shell(stack: StackName, command: Sequence[str]) -> NoReturn:
    """Replaces this process. Raises FileNotFoundError for a command that is not there."""
    workspace = Workspace.here()
    rehearsal = Rehearsal(workspace)
    environment = environment_of(rehearsal, stack)
    environment["HEROKU_APP"] = read_settings(workspace, stack).app.name
    try:
        environment = with_heroku_cli(environment, workspace.root, rehearsal.heroku.postgres)
    except SetupError as error:
        note(f"No `heroku` here: {error}")
    words = list(command) or [os.environ.get("SHELL") or "/bin/sh"]
    if not command:
        note(
            f"`heroku`, `git push heroku` and `pulumi` speak to local Heroku at {rehearsal.heroku.url} about {stack}; leave with exit. "
            "A remote that `heroku apps:create` or `git:remote` adds to a repository leads nowhere outside of this shell."
        )
    os.chdir(workspace.root)
    os.execvpe(words[0], words, environment)  # noqa: S606 - it is the shell


def environment_of(rehearsal: Rehearsal, stack: StackName) -> dict[str, str]:
    """What makes a command know local Heroku and nothing else, and leaves the caller's home alone."""
    rehearsal.prepare(stack)
    home = rehearsal.workspace.local / "home"
    shield = shielded(home)
    curl.write(home, rehearsal.heroku)
    git.write(home, rehearsal.heroku)
    answer_runbooks_hosts(rehearsal)
    return rehearsal.environment(stack) | shield


def answer_runbooks_hosts(rehearsal: Rehearsal) -> None:
    """The apps answer under the host names that the runbook writes too; names given by hand stay."""
    with rehearsal.client() as client:
        given = client.request("GET", "/local/settings")["hosts"]
        wanted = {**curl.RUNBOOKS_HOSTS, **given}
        if wanted != given:
            client.request("PATCH", "/local/settings", {"hosts": wanted})


def with_heroku_cli(environment: Mapping[str, str], root: Path, postgres: str = "") -> dict[str, str]:
    """With Heroku's own CLI on its PATH, under guard. Raises SetupError where there is none and none can be installed."""
    return with_guarded_cli(environment, root, heroku_cli.ensure(root, note), postgres)


def with_guarded_cli(
    environment: Mapping[str, str], root: Path, program: Path, postgres: str = ""
) -> dict[str, str]:
    """`postgres`: the folder of PostgreSQL's programs, which the CLI's pg commands run; "" without."""
    refused = WITH_POSTGRES if postgres else REFUSED
    folder = wrapper.install(Workspace(root).local / "shell" / "bin", program, refused)
    path = wrapper.on_path(Path(postgres), environment["PATH"]) if postgres else environment["PATH"]
    return {**environment, "PATH": wrapper.on_path(folder, path)}


def shielded(home: Path) -> dict[str, str]:
    """Variables that give a command a home of its own. Heroku's CLI writes to git's global configuration."""
    home.mkdir(parents=True, exist_ok=True)
    return {
        "HOME": str(home),
        "CURL_HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "GIT_CONFIG_GLOBAL": str(home / git.CONFIG),
    }
