"""A stack file (`Pulumi.<stack>.yaml`) as plain values with the line of every key. No engine, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

KeyPath = tuple[str, ...]


class StackFileError(ValueError):
    """The stack file can't be read; the message names file, line and what is expected."""


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


def read(path: Path) -> StackFile:
    """Raises StackFileError for a file that is missing, cut, not UTF-8, no mapping, or that says a key twice."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise StackFileError(f"{path.name}: no such file; expected the settings of one stack") from None
    except UnicodeDecodeError as error:
        raise StackFileError(
            f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None
    except OSError as error:
        raise StackFileError(f"{path.name}: {error.strerror}") from None
    return parse(path.name, text)


def parse(name: str, text: str) -> StackFile:
    """The same for text at hand; `name` is what errors call it."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None or not isinstance(node, yaml.MappingNode):
            raise StackFileError(f'{name}: expected a mapping with the key "config"')
        lines = dict(_lines(name, node, ()))
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise StackFileError(_syntax_message(name, error)) from None
    except yaml.YAMLError as error:
        raise StackFileError(f"{name}: not YAML: {error}") from None
    finally:
        loader.dispose()
    if not isinstance(values.get("config"), dict):
        raise StackFileError(
            f'{name}: expected a mapping under "config", found {_kind(values.get("config"))}'
        )
    return StackFile(name, MappingProxyType(values), MappingProxyType(lines))


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
                f"{name}:{line}: {where} stands twice, first in line {seen[key.value]}; keep one"
            )
        seen[key.value] = line
        yield (*above, key.value), line
        yield from _lines(name, value, (*above, key.value))


def _syntax_message(name: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"{name}:{mark.line + 1}" if mark else name
    problem = error.problem or error.context or "not YAML"
    return f"{where}: {problem}; is the file cut or mis-indented?"


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
