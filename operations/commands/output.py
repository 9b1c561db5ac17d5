"""The options that say in which forms an answer is given, and the giving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from operations.errors import OperationError

if TYPE_CHECKING:
    from operations.judging.answer import Answer

F = TypeVar("F", bound=Callable[..., Any])
FORMS = {
    "markdown": "Write Markdown, for a comment or an issue.",
    "sarif": "Write SARIF 2.1.0, for code scanning.",
    "junit": "Write JUnit's XML, for CI.",
    "html": "Write a page to look at, whole in one file.",
}
"""Each is a module of operations.forms with a function of that name, imported when it is asked for."""
EARLIER_NAMES = {"markdown": ("comment",)}
"""Names that workflows written for an earlier version type."""
_PATH = click.Path(dir_okay=False, path_type=Path)


def output_options(command: F) -> F:
    for form, said in reversed(FORMS.items()):
        names = (f"--{form}", *(f"--{name}" for name in EARLIER_NAMES.get(form, ())))
        command = click.option(*names, form, type=_PATH, help=said)(command)
    for option in (
        click.option("--all", "every", is_flag=True, help="Also name each rule that passes."),
        click.option("--json", "as_json", is_flag=True, help="For programs, on standard output."),
    ):
        command = option(command)
    return command


budget_option = click.option(
    "--budget",
    type=click.FloatRange(1, 3600),
    default=60.0,
    show_default=True,
    help="Seconds for all reading together.",
)


def give_out(answer: Answer, files: Mapping[str, Path | None], *, as_json: bool, every: bool) -> None:
    """Writes the files that were asked for, prints the answer, and exits with its code."""
    for form, path in files.items():
        if path:
            _write(path, _form(form)(answer))
    click.echo(_form("json")(answer) if as_json else _form("text")(answer, every=every))
    click.get_current_context().exit(answer.exit_code)


def _form(name: str) -> Callable[..., str]:
    found: Callable[..., str] = getattr(import_module(f"operations.forms.{name}"), name)
    return found


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OperationError(f"{path}: can't be written: {error.strerror}") from None
