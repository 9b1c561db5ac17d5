"""An argument that names one of a fixed collection, with completion and, for a mistyped name, what is near it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import click

from runbook.nearest import did_you_mean

T = TypeVar("T")


class Named(click.ParamType[T], Generic[T]):
    """`names` gives each name with the sentence that completion shows beside it; `find` raises KeyError for any other text."""

    def __init__(
        self,
        name: str,
        find: Callable[[str], T],
        names: Callable[[], Iterable[tuple[str, str]]],
        listed_by: str,
    ) -> None:
        self.name = name
        self._find = find
        self._names = names
        self._listed_by = listed_by

    def convert(self, value: str | T, param: click.Parameter | None, ctx: click.Context | None) -> T:
        if not isinstance(value, str):
            return value
        try:
            return self._find(value)
        except KeyError:
            near = did_you_mean(value, [name for name, _ in self._names()])
            self.fail(f'"{value}" is no {self.name}{near}; `{self._listed_by}` lists them', param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        return [
            click.shell_completion.CompletionItem(name, help=sentence)
            for name, sentence in self._names()
            if name.startswith(incomplete)
        ]
