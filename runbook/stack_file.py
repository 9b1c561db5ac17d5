"""A reviewed YAML file, such as a stack file (`Pulumi.<stack>.yaml`), as plain values with the line of every key.

No engine, no network. What a file can cost is bounded before it is read: its size, its depth, and no aliases.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

_NUMBER_TO_OTHERS = re.compile(r"[-+]?(\d[\d_]*([eE][-+]?\d+)?|0[oO][0-7_]+)|\d{4}-\d\d?-\d\d?([Tt ].*)?")
"""Source: gopkg.in/yaml.v3, resolve.go: 08 and 1e3 are numbers to it, 2026-1-1 is a date."""
KeyPath = tuple[str, ...]
LARGEST_BYTES = 256 * 1024
"""Heroku takes 32 KiB of config vars for an app (runbook.settings.CONFIG_VARS_LIMIT); the longest list of waivers is far from it."""
DEEPEST = 16
"""Levels of mappings and lists. A stack file has five."""


class StackFileError(ValueError):
    """The file can't be read; the message names file, line and what is expected."""


@dataclass(frozen=True)
class StackFile:
    """`values` holds the file's top level; `lines` the 1-based line of each key by its path."""

    name: str
    values: Mapping[str, object]
    lines: Mapping[KeyPath, int]

    def project(self, namespace: str) -> dict[str, object]:
        """The `config:` entries of one namespace, without the namespace."""
        config = self.values.get("config")
        if not isinstance(config, dict):
            return {}
        prefix = f"{namespace}:"
        return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}

    def line(self, path: KeyPath) -> int | None:
        """The line of this key, or of the nearest key above it that the file has."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


@dataclass(frozen=True)
class Document:
    """A whole file: a mapping, and the 1-based line of each key and item by its path."""

    values: Mapping[str, object]
    lines: Mapping[KeyPath, int]


def read(path: Path) -> StackFile:
    """Raises StackFileError for a file that is missing, cut, not UTF-8, no mapping, or that says a key twice."""
    try:
        return parse(path.name, text_of(path))
    except FileNotFoundError:
        raise StackFileError(f"{path.name}: no such file; expected the settings of one stack") from None


def text_of(path: Path) -> str:
    """Raises FileNotFoundError, and StackFileError for anything else that is no readable text of a bounded size."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise StackFileError(f"{path.name}: is no regular file, nor a link to one; expected a YAML file")
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise StackFileError(
                f"{path.name}: is larger than {LARGEST_BYTES // 1024} KiB; is it the right file?"
            )
        return content.decode("utf-8")
    except FileNotFoundError:
        raise
    except UnicodeDecodeError as error:
        raise StackFileError(
            f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None
    except OSError as error:
        raise StackFileError(f"{path.name}: {error.strerror}") from None


def parse(name: str, text: str) -> StackFile:
    """The same for text at hand; `name` is what errors call it."""
    found = document(name, text, 'expected a mapping with the key "config"')
    config = found.values.get("config")
    if not isinstance(config, dict):
        raise StackFileError(f'{name}: expected a mapping under "config", found {_kind(config)}')
    return StackFile(name, found.values, found.lines)


def document(name: str, text: str, expected: str) -> Document:
    """Raises StackFileError; `expected` is said where the text is no mapping."""
    if len(text) > LARGEST_BYTES:
        raise StackFileError(f"{name}: is larger than {LARGEST_BYTES // 1024} KiB; is it the right file?")
    loader = _Loader(text)
    try:
        _refuse_what_nests(name, text)
        node = loader.get_single_node()
        if node is None or not isinstance(node, yaml.MappingNode):
            raise StackFileError(f"{name}: {expected}")
        lines = dict(_lines(name, node, ()))
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise StackFileError(_syntax_message(name, error)) from None
    except yaml.YAMLError as error:
        raise StackFileError(f"{name}: not YAML: {error}") from None
    except ValueError as error:
        # A date or number that is none, such as 2026-02-30.
        raise error if isinstance(error, StackFileError) else StackFileError(f"{name}: {error}") from None
    finally:
        loader.dispose()
    return Document(MappingProxyType(values), MappingProxyType(lines))


def _refuse_what_nests(name: str, text: str) -> None:
    """Before anything is built of it: ten lines of nested aliases stand for a billion values."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise StackFileError(f"{name}:{line}: the alias *{event.anchor} is not read; write its value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise StackFileError(f"{name}:{line}: more than {DEEPEST} levels; expected a stack's few")


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _lines(name: str, node: yaml.Node, above: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*above, str(index)), item.start_mark.line + 1
            yield from _lines(name, item, (*above, str(index)))
    if not isinstance(node, yaml.MappingNode):
        return
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        where = ".".join((*above, str(key.value)))
        if key.tag == "tag:yaml.org,2002:merge":
            raise StackFileError(f"{name}:{line}: merge keys (<<) are not read; write the keys out")
        if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
            raise StackFileError(f"{name}:{line}: the key {where} is not text; put it in quotes")
        if key.value in seen:
            raise StackFileError(
                f"{name}:{line}: {where} appears twice, first in line {seen[key.value]}; keep one"
            )
        seen[key.value] = line
        _refuse_two_readings(name, where, value)
        yield (*above, key.value), line
        yield from _lines(name, value, (*above, key.value))


def _refuse_two_readings(name: str, where: str, node: yaml.Node) -> None:
    """Text to this reader, and a number or a date to Pulumi's engine, whose YAML is a later one."""
    if (
        not isinstance(node, yaml.ScalarNode)
        or node.tag != "tag:yaml.org,2002:str"
        or node.style in ('"', "'")
    ):
        return
    if _NUMBER_TO_OTHERS.fullmatch(node.value) and node.style not in ("|", ">"):
        raise StackFileError(
            f"{name}:{node.start_mark.line + 1}: {where}: Pulumi reads this as a number or a date; put it in quotes"
        )


def _syntax_message(name: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"{name}:{mark.line + 1}" if mark else name
    problem = error.problem or error.context or "not YAML"
    return f"{where}: {problem}; is the file cut or mis-indented?"


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
