"""Edits a stack file's text where its values differ from the wanted ones: what people wrote around them stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from runbook.settings import PROJECT
from runbook.yaml_text import is_plain, yaml_text

_CONFIG_VARS = f"{PROJECT}:config_vars"


class NoEditError(ValueError):
    """The text can't be edited in place, such as one whose mappings are all on one line; write it anew."""


@dataclass(frozen=True)
class _Edit:
    """Text that replaces everything from `start` to `end`."""

    start: int
    end: int
    text: str


def edited(text: str, wanted: Mapping[str, Any], remarks: Mapping[tuple[str, ...], str]) -> str:
    """The text with the values of `wanted`. `remarks`: comments behind keys that are changed or new, by path.

    Raises NoEditError. The caller reads the result back: this knows YAML's marks, not all of its forms.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise NoEditError("no block mapping")
    edits = sorted(_of_mapping(text, root, wanted, remarks, ()), key=lambda edit: (edit.start, edit.end))
    for edit in reversed(edits):  # of two that are put at one place, the inner one comes out first
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _of_mapping(
    text: str,
    node: yaml.MappingNode,
    wanted: Mapping[str, Any],
    remarks: Mapping[tuple[str, ...], str],
    above: tuple[str, ...],
) -> Iterator[_Edit]:
    present = {str(key.value): (key, value) for key, value in node.value}
    for name, (key, value) in present.items():
        path = (*above, name)
        if name not in wanted:
            yield _Edit(_line_start(text, key.start_mark.index), _line_end(text, _end(value)), "")
        elif yaml.SafeLoader("").construct_object(value, deep=True) == wanted[name] and not _is_doubtful(
            path, value, wanted[name]
        ):
            continue
        elif _is_block(value) and wanted[name] and isinstance(wanted[name], Mapping):
            yield from _of_mapping(text, value, wanted[name], remarks, path)
        elif _is_block(value) or value.start_mark.line != value.end_mark.line:
            raise NoEditError(f"{'.'.join(path)} stands on several lines")
        else:
            is_quoted = getattr(value, "style", None) == '"' or _CONFIG_VARS in above
            text_of_value = yaml_text(wanted[name], quoted=is_quoted)
            yield _Edit(value.start_mark.index, value.end_mark.index, text_of_value)
            yield from _remark(text, value, remarks.get(path))
    new = [name for name in wanted if name not in present]
    if new:
        yield _added(text, node, {name: wanted[name] for name in new}, remarks, above)


def _is_doubtful(path: tuple[str, ...], node: yaml.Node, value: object) -> bool:
    """A config var without quotes that some reader takes for no text, such as 08."""
    is_bare = isinstance(node, yaml.ScalarNode) and node.style is None
    return _CONFIG_VARS in path and is_bare and isinstance(value, str) and not is_plain(value)


def _added(
    text: str,
    node: yaml.MappingNode,
    wanted: Mapping[str, Any],
    remarks: Mapping[tuple[str, ...], str],
    above: tuple[str, ...],
) -> _Edit:
    """New keys behind the last one."""
    if not node.value:
        raise NoEditError(f"{'.'.join(above)} is empty")
    indent = " " * node.value[0][0].start_mark.column
    place = _line_end(text, _end(node.value[-1][1]))
    lines = [
        f"{indent}{name}: {yaml_text(value, quoted=_CONFIG_VARS in above)}{_comment(remarks.get((*above, name)))}\n"
        for name, value in wanted.items()
    ]
    before = "" if text[:place].endswith("\n") else "\n"
    return _Edit(place, place, before + "".join(lines))


def _remark(text: str, value: yaml.Node, remark: str | None) -> Iterator[_Edit]:
    end = _line_end(text, value.end_mark.index)
    at = end - 1 if text[:end].endswith("\n") else end
    if remark:
        yield _Edit(at, at, _comment(remark))


def _comment(remark: str | None) -> str:
    return f" # decide: {remark}" if remark else ""


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _end(node: yaml.Node) -> int:
    """Where the last value in a node ends: a block's own mark stands behind the comments that follow it."""
    if not _is_block(node) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1
