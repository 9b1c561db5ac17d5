"""Files of `.local/` that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path


def replace(path: Path, text: str) -> None:
    """Writes a file whole or not at all, for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
