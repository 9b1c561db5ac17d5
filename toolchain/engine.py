"""The Pulumi engine: an installed one when it is fit, else the pinned one, built once into `.local/engine`."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from toolchain import build, errors, go, installed, manifest
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolchain.progress import Say


NAMED = "PULUMI"
"""Variable that names a pulumi to use instead of the one on PATH: the executable, or its folder."""


@dataclass(frozen=True)
class Engine:
    folder: Path
    """Holds `pulumi`."""
    version: str
    """Like "3.220.0"."""
    origin: Literal["installed", "built"]
    root: Path
    """The checkout it works for."""

    def __str__(self) -> str:
        how = "installed" if self.origin == "installed" else "built for this project"
        return f"Pulumi {self.version}, {how} ({self.folder})"

    def path(self, env: Mapping[str, str]) -> str:
        """PATH with the project's Python first (the language host takes the first one), then this engine, then the rest."""
        first = [str(self.root / ".venv" / "bin"), str(self.folder)]
        return os.pathsep.join(
            [*first, *(folder for folder in _foreign_folders(self.root, env) if folder not in first)]
        )


@dataclass(frozen=True)
class Search:
    engine: Engine | None
    refused: tuple[str, ...]
    """One sentence for each `pulumi` on PATH that is not used, and why."""


def ensure(root: Path, say: Say) -> Engine:
    """An engine that is whole and fit; builds one when there is none, which takes minutes. Raises SetupError."""
    search = find(root, os.environ)
    if search.engine is None and os.environ.get(NAMED):
        reason = " ".join(search.refused) or "no executable `pulumi` is there"
        raise SetupError(
            f"{NAMED}={os.environ[NAMED]}: {reason}. Name the executable `pulumi` or its folder, or unset {NAMED}"
        )
    for refusal in search.refused:
        say(refusal)
    try:
        return search.engine or _built(root) or _build(root, say)
    except OSError as error:
        raise errors.from_os(error, root, needs=build.NEEDS) from error


def find(root: Path, env: Mapping[str, str]) -> Search:
    """The `pulumi` that PULUMI names, else the first fit one on PATH; what was built in `root` does not count as installed."""
    folders = _foreign_folders(root, env)
    memory = _shelf(root) / "installed.json"
    if named := env.get(NAMED):
        search = installed.search(_named(named), env, memory=memory, hosts=folders)
    else:
        search = installed.search(folders, env, memory=memory)
    if search.found is None:
        return Search(None, search.refused)
    return Search(
        Engine(search.found.executable.parent, search.found.version, "installed", root), search.refused
    )


def _named(path: str) -> list[str]:
    """The folder that PULUMI names, by itself or by the `pulumi` in it; none for anything else."""
    named = Path(path).absolute()
    return [str(named)] if named.is_dir() else [str(named.parent)] if named.name == "pulumi" else []


def choose_go(root: Path, env: Mapping[str, str]) -> go.Go | None:
    """The user's own Go to build with; None when it has to come from PyPI."""
    return go.find(env, go.needed(root))


def _foreign_folders(root: Path, env: Mapping[str, str]) -> list[str]:
    """The folders on PATH that are not ours: a built engine is used only when its manifest holds."""
    folders = env.get("PATH", os.defpath).split(os.pathsep)
    return [folder for folder in folders if folder and not Path(folder).is_relative_to(_shelf(root))]


def _shelf(root: Path) -> Path:
    return root / ".local" / "engine"


def _built(root: Path) -> Engine | None:
    folder = _shelf(root) / build.VERSION
    if manifest.is_intact(folder, build.recipe(root)):
        return Engine(folder, build.VERSION, "built", root)
    return None


def _build(root: Path, say: Say) -> Engine:
    """One build at a time; who waited for another's takes that."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only a build needs it

    _shelf(root).mkdir(parents=True, exist_ok=True)
    lock = FileLock(_shelf(root) / "build.lock")
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        say("Another run is building the engine; waiting for it to end …")
        held = lock.acquire()
    with held:
        return _built(root) or _build_alone(root, say)


def _build_alone(root: Path, say: Say) -> Engine:
    say(
        f"No Pulumi {installed.LOWEST} or newer is installed: building it from Go modules, once; this takes minutes."
    )
    shelf = _shelf(root)
    for left in shelf.glob("building-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="building-", dir=shelf))
    draft.chmod(0o755)
    try:
        toolchain = choose_go(root, os.environ) or go.install(root, say)
        say(f"Building with {toolchain}")
        build.build(root, draft, toolchain, say)
        folder = shelf / build.VERSION
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    go.clear_away(toolchain)
    return Engine(folder, build.VERSION, "built", root)
