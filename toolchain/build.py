"""Builds the pinned engine from Go modules. What is built is fixed by go.mod and go.sum in two folders beside this file.

Two modules, because no one version of Pulumi's SDK module holds all parts: the language host for Python is in
v3.79.0's, the last to carry it; the engine and the scripts it starts Python with are of 3.220.0. Engines from 3.221 on
start policy packs in a way this host does not serve.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolchain import errors, manifest, progress
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.go import Go
    from toolchain.progress import Finished, Note, Say

VERSION = "3.220.0"

NEEDS = "3 GB"  # modules and compiler cache, where they aren't there yet; the engine itself takes 100 MB
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_SCRIPTS = (
    "python/cmd/pulumi-language-python-exec",
    "python/dist/pulumi-resource-pulumi-python",
    "python/dist/pulumi-analyzer-policy-python",
)


@dataclass(frozen=True)
class _Program:
    name: str
    title: str
    module: str
    """The folder, in toolchain/, whose go.mod and go.sum pin it."""
    package: str
    linker: str


_PROGRAMS = (
    _Program(
        name="pulumi",
        title=f"Pulumi's engine {VERSION}",
        module="engine",
        package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        linker=f"-s -w -X {_SDK}/go/common/version.Version=v{VERSION}",
    ),
    _Program(
        name="pulumi-language-python",
        title="Pulumi's language host for Python",
        module="language_host",
        package=f"{_SDK}/python/cmd/pulumi-language-python",
        linker="-s -w",
    ),
)


def recipe(root: Path) -> str:
    """SHA-256 over all that decides what is built, and the machine it is built for."""
    digest = hashlib.sha256(repr((_PROGRAMS, _SCRIPTS, platform.system(), platform.machine())).encode())
    for program in _PROGRAMS:
        for name in ("go.mod", "go.sum"):
            digest.update((root / "toolchain" / program.module / name).read_bytes())
    return digest.hexdigest()


def build(root: Path, folder: Path, go: Go, say: Say) -> None:
    """Fills the empty `folder`: engine, language host, scripts, manifest. Raises SetupError."""
    for program in _PROGRAMS:
        _compile(root, folder, go, program, say)
    for script in _scripts(root, go):
        target = folder / script.name
        shutil.copyfile(script, target)
        target.chmod(0o755)
    _try_out(folder)
    manifest.write(folder, recipe(root))


def _scripts(root: Path, go: Go) -> list[Path]:
    """What Pulumi starts Python with, in the SDK's folder of the module cache."""
    module = root / "toolchain" / "engine"
    asked = ("list", "-mod=readonly", "-m", "-f", "directory {{.Dir}}", _SDK)
    found = _go(go, asked, module, "Finding Pulumi's scripts", say=lambda _: None)
    line = next(line for line in found.output.splitlines() if line.startswith("directory "))
    return [Path(line.removeprefix("directory ")) / script for script in _SCRIPTS]


def _fetch(root: Path, go: Go, program: _Program, say: Say) -> int:
    """Has the modules of `program` in Go's cache, each held to go.sum; gives the number of packages to compile."""
    listed = _go(
        go,
        ("list", "-mod=readonly", "-deps", "-f", "package {{.ImportPath}}", program.package),
        root / "toolchain" / program.module,
        f"Fetching the Go modules of {program.title}",
        say=say,
        note=lambda lines: _counted(lines, "go: downloading ", "modules"),
    )
    return sum(line.startswith("package ") for line in listed.output.splitlines())


def _compile(root: Path, folder: Path, go: Go, program: _Program, say: Say) -> None:
    total = _fetch(root, go, program, say)
    target = str(folder / program.name)
    reproducible = ("-mod=readonly", "-trimpath", "-buildvcs=false", f"-ldflags={program.linker}")
    _go(
        go,
        (
            "build",
            "-v",
            *reproducible,
            "-o",
            target,
            program.package,
        ),  # -v names each package as it is compiled
        root / "toolchain" / program.module,
        f"Compiling {program.title}",
        say=say,
        note=lambda lines: f"{len(lines)} of {total} packages",
    )


def _counted(lines: Sequence[str], start: str, what: str) -> str:
    count = sum(line.startswith(start) for line in lines)
    return f"{count} {what}" if count else ""


def _go(
    go: Go, arguments: Sequence[str], module: Path, doing: str, *, say: Say, note: Note | None = None
) -> Finished:
    env = go.environment(os.environ)
    finished = progress.run([go.executable, *arguments], doing=doing, say=say, env=env, cwd=module, note=note)
    if finished.status != 0:
        raise explain(finished.output, doing=doing, go=go, module=module)
    return finished


def _try_out(folder: Path) -> None:
    """A program that was linked may still not start: a wrong machine, a folder mounted without execution."""
    try:
        done = subprocess.run(
            [folder / "pulumi", "version"],
            env=dict(os.environ) | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        answer = done.stdout.strip() or done.stderr.strip()
    except (OSError, subprocess.SubprocessError) as error:
        answer = str(error)
    if answer != f"v{VERSION}":
        raise SetupError(
            f"the engine was built, but `pulumi version` answers {answer!r} instead of 'v{VERSION}'. "
            f"Is {folder.parent} on a disk that programs may be run from?"
        )


_UNREACHABLE = re.compile(
    r"dial tcp[^\n]*|no such host|connection refused|i/o timeout|TLS handshake timeout|proxyconnect[^\n]*|x509: [^\n]*"
    r"|module lookup disabled by GOPROXY=off|network is unreachable|unexpected EOF|connection reset by peer"
)
_WRONG_SUM = re.compile(
    r"verifying (?P<module>\S+): checksum mismatch|missing go\.sum entry for (?:module providing package )?(?P<missing>[^\s;]+)"
)


def explain(output: str, *, doing: str, go: Go, module: Path) -> SetupError:
    """Why `go` stopped, from what it printed."""
    if errors.NO_ROOM_TEXT.search(output):
        return errors.no_room(module, needs=NEEDS)
    if wrong := _WRONG_SUM.search(output):
        name = wrong["module"] or wrong["missing"]
        return SetupError(
            f"{name} is not what {module / 'go.sum'} pins; nothing was built from it. If go.sum is as committed, the module "
            "proxy or the module cache holds another file: empty the cache (`go clean -modcache`) and run again; if it stays so, "
            "find out why before trusting it."
        )
    if unreachable := _UNREACHABLE.search(output):
        return SetupError(
            f"no Go module proxy could be reached ({errors.without_credentials(unreachable[0])}). Check the network and `go env GOPROXY`, "
            "then run the same command again: it goes on where it stopped. With an installed Pulumi "
            f"{VERSION} or newer on PATH nothing needs to be built."
        )
    return SetupError(f"{doing} failed with {go}; its last words:\n{errors.tail(output)}")
