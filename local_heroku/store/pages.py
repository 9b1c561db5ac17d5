"""The static files of an app: those under public/ of the source that its running release was built from."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING

from local_heroku.store import archives, releases

if TYPE_CHECKING:
    from local_heroku.store.records import App
    from local_heroku.store.world import World

_FOLDER = "public"
_FRONT = "/index.html"
_ASSET = re.compile(r"""["'](/assets/[^"'?#\s]+)""")


def source(world: World, app: App) -> bytes | None:
    """The archive of the running release; None for a release without one."""
    release = releases.current(world, app)
    slug = world.slugs.get(release.slug_id or "") if release else None
    return world.blob(slug.archive_id) if slug and slug.archive_id else None


def page(world: World, app: App, path: str) -> tuple[str, bytes] | None:
    """(media type, content) of the file at a path; / is the front page. None where the source has none."""
    path = _FRONT if path == "/" else path
    archive = source(world, app)
    content = archives.file_at(archive, f"{_FOLDER}{path}") if archive and ".." not in path else None
    if content is None:
        return None
    return mimetypes.guess_type(path)[0] or "application/octet-stream", content


def missing_assets(world: World, app: App) -> list[str]:
    """Assets that the front page asks for and the source does not have."""
    front = page(world, app, _FRONT)
    asked = dict.fromkeys(_ASSET.findall(front[1].decode("utf-8", "replace"))) if front else {}
    return [path for path in asked if page(world, app, path) is None]
