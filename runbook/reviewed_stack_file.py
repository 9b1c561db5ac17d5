"""What a reviewed stack file may hold: a closed list. Pulumi reads more of it than the settings, and all of it counts."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.secret_values import secret_form
from runbook.settings import PROJECT
from runbook.stack_file import KeyPath, StackFile

REHEARSAL = "rehearsal"
"""The key under which a local run's own copy of a stack file has what a reviewed file must not say."""
TOP_LEVEL = ("config", "encryptionsalt", "secretsprovider", "encryptedkey")
"""The settings, and how this stack's secrets are encrypted. Source: Pulumi docs, Stack settings file reference.
Not `environment`: values of Pulumi ESC come from outside of what is reviewed."""
_JUDGED_BY_A_RULE = "config_vars"
"""secrets-secret names each of them."""


def mistakes(file: StackFile, *, is_local: bool = False) -> Iterator[str]:
    """One sentence each. `is_local`: Heroku is on this machine, so the file may say what only a rehearsal may."""
    for key in file.values:
        if key not in TOP_LEVEL:
            yield f"{_where(file, (key,))}: {key}: expected only {', '.join(TOP_LEVEL)} at the top of this file; take it out"
    yield from _of_other_namespaces(file)
    values = file.project(PROJECT)
    if REHEARSAL in values and not is_local:
        where = _where(file, ("config", f"{PROJECT}:{REHEARSAL}"))
        yield (
            f"{where}: {REHEARSAL}: only a local run's own copy of this file may have it, as its "
            "placeholder would be deployed over a live app; take it out (`./ops` puts it into the copy)"
        )
    for key, value in values.items():
        if key != _JUDGED_BY_A_RULE:
            yield from _secrets_in(file, value, (key,))


def _of_other_namespaces(file: StackFile) -> Iterator[str]:
    config = file.values["config"]
    for key in config if isinstance(config, dict) else ():
        if not key.startswith(f"{PROJECT}:"):
            yield (
                f"{_where(file, ('config', key))}: {key}: expected only keys of {PROJECT} (value not shown); take it out. "
                "Providers are set up in components/, and Heroku's token is HEROKU_API_KEY of the shell"
            )


def _secrets_in(file: StackFile, value: object, path: KeyPath) -> Iterator[str]:
    if isinstance(value, dict) and value.keys() != {"secure"}:
        for key, part in value.items():
            yield from _secrets_in(file, part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _secrets_in(file, part, (*path, str(index)))
    elif isinstance(value, str) and (form := secret_form(path[-1], value)):
        where = _where(file, ("config", f"{PROJECT}:{path[0]}", *path[1:]))
        yield f"{where}: {'.'.join(path)}: found {form} (not shown); take it out, and replace it: it has been seen"


def _where(file: StackFile, path: KeyPath) -> str:
    return f"{file.name}:{file.line(path)}"
