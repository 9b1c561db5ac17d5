"""What a caller may have installed, kept from tests: the official heroku plugin, in a Pulumi home or on PATH."""

from __future__ import annotations

import os
from pathlib import Path

NOTHING_INSTALLED = "TESTS_WITHOUT_INSTALLED_PLUGINS"
"""Names the folder that stands for the caller's Pulumi home and filtered PATH."""
PLUGIN = "pulumi-resource-heroku"
"""Pulumi takes a plugin on PATH before one in its home. Source: Pulumi, PULUMI_IGNORE_AMBIENT_PLUGINS."""


def without_plugins(path: str, folder: str) -> str:
    """The PATH with each folder that holds the plugin replaced by one of links to all else in it."""
    kept = [
        str(_linked(Path(entry), Path(folder) / str(number))) if (Path(entry) / PLUGIN).exists() else entry
        for number, entry in enumerate(path.split(os.pathsep))
    ]
    return os.pathsep.join(kept)


def _linked(source: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for item in source.iterdir():
        if item.name != PLUGIN:
            (folder / item.name).symlink_to(item.absolute())
    return folder
