"""Values as YAML that every reader takes for the same: PyYAML, which reads YAML 1.1, and Pulumi's engine, written in Go.

`08`, `1e3`, `0x10`, `1:30`, `yes` and `~` are text to one and something else to the other. Text is left without
quotes only where no reader could take it for anything but text.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./:+@ -]*[A-Za-z0-9_/+])?")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
"""Taken for a boolean, nothing or a number, in any case. Source: YAML 1.1 and 1.2, gopkg.in/yaml.v3 resolve.go."""


def is_plain(text: str) -> bool:
    """Whether every reader takes it for text without quotes."""
    return bool(_PLAIN.fullmatch(text)) and text.lower() not in _WORDS and ": " not in text


class _Quoting(yaml.SafeDumper):
    """Text in double quotes, unless it is surely text; its escapes are the ones that JSON, YAML 1.1 and 1.2 share."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain(text) else '"')


_Quoting.add_representer(str, _text)


def dump(content: Any) -> str:
    """A whole document, in the order of its keys."""
    text: str = yaml.dump(content, Dumper=_Quoting, sort_keys=False, allow_unicode=True, width=float("inf"))
    return text


def yaml_text(value: Any, *, quoted: bool = False) -> str:
    """One value on one line; `quoted`: text in quotes, whatever it is."""
    style = '"' if quoted and isinstance(value, str) else None
    dumped: str = yaml.dump(
        value,
        Dumper=_Quoting,
        default_flow_style=True,
        default_style=style,
        width=float("inf"),
        allow_unicode=True,
        sort_keys=False,
    )
    return dumped.removesuffix("\n").removesuffix("\n...")
