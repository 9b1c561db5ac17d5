"""Places the local `heroku` plugin where Pulumi looks for the `heroku` plugin, when the official one isn't there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VERSION = "1.0.4"
"""The version of pulumiverse_heroku, which asks Pulumi for this plugin."""
EXECUTABLE = "pulumi-resource-heroku"
SERVER = "github://api.github.com/pulumiverse"
"""Where Pulumi downloads it from. Source: pulumi-plugin.json of pulumiverse_heroku."""


def official(homes: Iterable[Path], version: str = VERSION) -> Path | None:
    """The official plugin in the first of these Pulumi homes that has it; links to this project's are none.

    `version` may be a pattern, such as `*`.
    """
    places = (
        place
        for home in homes
        for place in sorted(home.glob(f"plugins/resource-heroku-v{version}/{EXECUTABLE}"))
    )
    return next((place for place in places if place.is_file() and not _is_ours(place)), None)


def of_another_version(homes: Sequence[Path]) -> str:
    """What to say where these homes have an official plugin, and none of the version that is needed; else nothing."""
    found = official(homes, "*")
    if found is None or official(homes) is not None:
        return ""
    version = found.parent.name.removeprefix("resource-heroku-v")
    return (
        f"{found} is version {version} of the official heroku plugin, and this project needs {VERSION}: local runs use the "
        f"project's own plugin instead; to use the official one: pulumi plugin install resource heroku {VERSION} --server {SERVER}"
    )


def _is_ours(place: Path) -> bool:
    """Whether it leads to a local `heroku` plugin, of this checkout or another."""
    found = place.resolve()
    return found.parts[-3:] == ("providers", "heroku", EXECUTABLE)


def link(pulumi_home: Path, others: Iterable[Path] = ()) -> Path:
    """Makes `plugins/resource-heroku-v1.0.4/` of this Pulumi home run a plugin; gives the one that runs.

    That is an official plugin which is there already, else the official one of the `others` homes, else the local one.
    Pulumi finds a plugin in that folder without downloading. Running it again changes nothing.
    """
    place = pulumi_home / "plugins" / f"resource-heroku-v{VERSION}" / EXECUTABLE
    if place.exists() and not place.is_symlink():
        return place
    target = official(others) or Path(__file__).resolve().with_name(EXECUTABLE)
    if not (place.is_symlink() and place.readlink() == target):
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f".{EXECUTABLE}.{os.getpid()}")
        temporary.symlink_to(target)
        temporary.replace(place)
    return target
