"""Prints a report and writes it to the files that were asked for. Options shared by verify and drift."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from operations.report.content import Report
from operations.report.data import as_data
from operations.report.text import lines

F = TypeVar("F", bound=Callable[..., Any])


def output_options(command: F) -> F:
    for option in (
        click.option("--budget", type=click.FloatRange(1, 3600), default=60.0, show_default=True,
                     help="Seconds for all reading together."),
        click.option("--json", "as_json", is_flag=True, help="For programs."),
    ):  # fmt: skip
        command = option(command)
    return command


FORMS: dict[str, Callable[[Report], str]] = {}
"""By the option that asks for each."""


def give_out(report: Report, files: dict[str, Path | None], *, as_json: bool) -> None:
    for form, path in files.items():
        if path:
            path.write_text(FORMS[form](report), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(as_data(report), indent=2))
    else:
        for line in lines(report):
            click.echo(line)
