"""The `heroku` that the shell finds first: refuses by name, drops HEROKU_APP where it would name a new app, else the CLI."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from operations.atomic_write import replace
from operations.rehearsal.heroku_shell.refused import ALIASES, NAMES_AN_APP, REFUSED

GUARD = Path(__file__).with_name("loopback_only.cjs")
REFUSED_STATUS = 69  # EX_UNAVAILABLE: no exit code of the CLI's own

_SCRIPT = """\
#!/bin/sh
# Made by `ops local shell`: Heroku's CLI, for local Heroku only.
refuse() {{
    echo "heroku $1: refused in this shell, which knows local Heroku only: $2." >&2
    exit {status}
}}
command=
for word in "$@"; do
    case "$word" in -*) ;; *) command=$word; break ;; esac
done
case "$command" in
{refusals}
{new_apps}) unset HEROKU_APP ;;
esac
NODE_OPTIONS="${{NODE_OPTIONS:+$NODE_OPTIONS }}--require={guard}"
export NODE_OPTIONS
exec {program} "$@"
"""


def install(folder: Path, program: Path, refused: Mapping[str, str] = REFUSED) -> Path:
    """The folder to put first on PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "heroku"
    replace(made, script(program, refused))
    made.chmod(0o755)
    return folder


def script(program: Path, refused: Mapping[str, str] = REFUSED) -> str:
    refusals = "\n".join(
        f"{_either((name, *ALIASES.get(name, ())))}) refuse {shlex.quote(name)} {shlex.quote(why)} ;;"
        for name, why in sorted(refused.items())
    )
    return _SCRIPT.format(
        status=REFUSED_STATUS,
        refusals=refusals,
        new_apps=_either(NAMES_AN_APP),
        guard=_node_word(GUARD),
        program=shlex.quote(str(program)),
    )


def _either(names: Iterable[str]) -> str:
    return "|".join(names)


def _node_word(path: Path) -> str:
    r"""A path inside of NODE_OPTIONS, which cuts at spaces: quoted, and again for the shell's own quotes."""
    text = str(path)
    if not any(letter in text for letter in ' "\\$`'):
        return text
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "".join(f"\\{letter}" if letter in '"\\$`' else letter for letter in quoted)


def on_path(folder: Path, path: str) -> str:
    return os.pathsep.join([str(folder), path])
