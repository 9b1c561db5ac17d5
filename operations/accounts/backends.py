"""Where Pulumi keeps the states of the real account, as the caller's shell says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

_FILE = "file://"


def backend_url(shell: Mapping[str, str]) -> str:
    """Empty where nothing says it. Source: pulumi login, which notes the current one in credentials.json."""
    if named := shell.get("PULUMI_BACKEND_URL"):
        return named
    home = Path(shell.get("PULUMI_HOME") or Path(shell.get("HOME", "/")) / ".pulumi")
    try:
        found = json.loads((home / "credentials.json").read_bytes())
        return str(found.get("current") or "")
    except (OSError, ValueError, AttributeError):
        return ""


def folder_of(url: str, root: Path) -> Path | None:
    """The folder of a file backend, a relative one under `root`; None for any other backend."""
    if not url.startswith(_FILE):
        return None
    parts = urlsplit(url)
    return root / Path(unquote(parts.netloc + parts.path)).expanduser()
