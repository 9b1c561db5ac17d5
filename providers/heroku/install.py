"""Places the drop-in where Pulumi looks for the `heroku` plugin, when the official one isn't there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = "1.0.4"
"""The version of pulumiverse_heroku, which asks Pulumi for this plugin."""
EXECUTABLE = "pulumi-resource-heroku"


def official(homes: Iterable[Path]) -> Path | None:
    """The official plugin in the first of these Pulumi homes that has it; links to this project's are none."""
    places = (home / "plugins" / f"resource-heroku-v{VERSION}" / EXECUTABLE for home in homes)
    return next((place for place in places if place.is_file() and not _is_ours(place)), None)


def _is_ours(place: Path) -> bool:
    """Whether it leads to a stand-in, of this checkout or another."""
    found = place.resolve()
    return found.parts[-3:] == ("providers", "heroku", EXECUTABLE)


def link(pulumi_home: Path) -> bool:
    """Makes `plugins/resource-heroku-v1.0.4/` lead to the drop-in; False where an official plugin is there already.

    Pulumi finds a plugin in that folder without downloading. Running it again changes nothing.
    """
    place = pulumi_home / "plugins" / f"resource-heroku-v{VERSION}" / EXECUTABLE
    ours = Path(__file__).resolve().with_name(EXECUTABLE)
    if place.is_symlink():
        if place.readlink() == ours:
            return True
        place.unlink()
    elif place.exists():
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{EXECUTABLE}.{os.getpid()}")
    temporary.symlink_to(ours)
    temporary.replace(place)
    return True
