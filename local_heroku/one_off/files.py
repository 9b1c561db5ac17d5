"""`ls` and `cat` of the files that the running release was built from, under /app, where Heroku puts them."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from local_heroku.one_off.line import NotSimulatedError
from local_heroku.one_off.ran import Ran
from local_heroku.store import archives, pages

if TYPE_CHECKING:
    from local_heroku.store.archives import Entry
    from local_heroku.store.records import App
    from local_heroku.store.world import World

NAMES = ("ls", "cat", "pwd")
_HOME = "/app"
_LS_OPTIONS = frozenset("la1hA")
_MISSING = "No such file or directory"


def run(world: World, app: App, words: Sequence[str]) -> Ran:
    name, *options = words
    archive = pages.source(world, app)
    match name:
        case "pwd" if not options:
            return Ran(f"{_HOME}\n")
        case "cat" if options and not any(option.startswith("-") for option in options):
            return _cat(archive, options)
        case "ls":
            flags = {letter for option in options if option.startswith("-") for letter in option[1:]}
            if flags <= _LS_OPTIONS:
                return _ls(archive, [option for option in options if not option.startswith("-")], flags)
    raise NotSimulatedError(" ".join(words))


def _below_home(text: str) -> str | None:
    """The path under /app, "" for /app itself; None for a path outside of it, which no slug has."""
    path = PurePosixPath(text)
    if path.is_absolute() and not path.is_relative_to(_HOME):
        return None
    parts = [part for part in (path.relative_to(_HOME) if path.is_absolute() else path).parts if part != "."]
    return None if ".." in parts else "/".join(parts)


def _cat(archive: bytes | None, paths: list[str]) -> Ran:
    said, status = [], 0
    for text in paths:
        below = _below_home(text)
        content = archives.file_at(archive, below) if archive and below else None
        if content is None:
            said.append(f"cat: {text}: {_MISSING}\n")
            status = 1
        else:
            said.append(content.decode("utf-8", "replace"))
    return Ran("".join(said), status)


def _ls(archive: bytes | None, paths: list[str], flags: set[str]) -> Ran:
    known = archives.entries(archive) if archive else []
    said, status = [], 0
    for text in paths or ["."]:
        below = _below_home(text)
        entry = next((one for one in known if one.path == below), None)
        if below is None or (below and entry is None):
            said.append(f"ls: cannot access '{text}': {_MISSING}\n")
            status = 2
        elif entry is not None and not entry.is_folder:
            said.append(_listed([entry], flags, {entry.path: text}))
        else:
            said.append(_folder(known, below, flags))
    return Ran("".join(said), status)


def _folder(known: list[Entry], below: str, flags: set[str]) -> str:
    prefix = f"{below}/" if below else ""
    inside = [one for one in known if one.path.startswith(prefix) and "/" not in one.path[len(prefix) :]]
    names = {one.path: one.path[len(prefix) :] for one in inside}
    if not flags & {"a", "A"}:
        inside = [one for one in inside if not names[one.path].startswith(".")]
    total = f"total {sum(-(-one.size // 4096) * 4 for one in inside)}\n" if "l" in flags else ""
    return total + _listed(inside, flags, names)


def _listed(shown: list[Entry], flags: set[str], names: dict[str, str]) -> str:
    if "l" not in flags:
        return "".join(f"{names[one.path]}\n" for one in shown)
    width = max((len(str(one.size)) for one in shown), default=0)
    return "".join(_long(one, names[one.path], width) for one in shown)


def _long(entry: Entry, name: str, width: int) -> str:
    mode = stat.filemode((stat.S_IFDIR if entry.is_folder else stat.S_IFREG) | entry.mode)
    at = datetime.fromtimestamp(entry.moment, UTC)
    return f"{mode} 1 u12345 dyno {entry.size:>{width}} {at:%b} {at.day:>2} {at:%H:%M} {name}\n"
