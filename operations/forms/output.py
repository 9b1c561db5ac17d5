"""Prints a report and writes it to the files that were asked for. Options shared by verify and drift."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from operations.errors import OperationError
from operations.forms.report import Report
from operations.forms.report_json import as_data
from operations.forms.report_text import lines

F = TypeVar("F", bound=Callable[..., Any])


def output_options(command: F) -> F:
    path = click.Path(dir_okay=False, path_type=Path)
    for option in (
        click.option("--html", type=path, help="Write a page to look at, whole in one file."),
        click.option("--junit", type=path, help="Write JUnit's XML, for CI."),
        click.option("--markdown", type=path, help="Write Markdown, for an issue."),
        click.option("--budget", type=click.FloatRange(1, 3600), default=60.0, show_default=True,
                     help="Seconds for all reading together."),
        click.option("--json", "as_json", is_flag=True, help="For programs."),
    ):  # fmt: skip
        command = option(command)
    return command


FORMS = {
    "markdown": "operations.forms.report_markdown:markdown",
    "junit": "operations.forms.report_junit:junit",
    "html": "operations.forms.report_html:html",
}
"""By the option that asks for each; imported when it is asked for."""


def give_out(report: Report, files: dict[str, Path | None], *, as_json: bool) -> None:
    for form, path in files.items():
        if path:
            _write(path, _form(form)(report))
    if as_json:
        click.echo(json.dumps(as_data(report), indent=2))
    else:
        for line in lines(report):
            click.echo(line)


def _form(name: str) -> Callable[[Report], str]:
    module, _, function = FORMS[name].partition(":")
    return cast("Callable[[Report], str]", getattr(import_module(module), function))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OperationError(f"{path}: can't be written: {error.strerror}") from None
