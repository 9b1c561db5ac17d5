"""One value as YAML on one line, quoted as in the files that people keep."""

from __future__ import annotations

import json
from typing import Any

import yaml


def yaml_text(value: Any, *, quoted: bool = False) -> str:
    """Text that YAML would read as a number or a date is quoted, so is text with a placeholder, or if `quoted`."""
    dumped: str = yaml.safe_dump(
        value, default_flow_style=True, width=float("inf"), allow_unicode=True, sort_keys=False
    )
    line = dumped.removesuffix("\n").removesuffix("\n...")
    needs_quotes = quoted or line.startswith(("'", '"')) or "${" in line
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) and needs_quotes else line
