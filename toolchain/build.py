"""Builds the pinned engine from Go modules. What is built is fixed by go.mod and go.sum in engine/ beside this file.

The engine starts Python programs and policy packs through a language host. Pulumi's own is in no Go module since
v3.79.0, which can't start policy packs for engines from 3.221 on, so a built engine gets the project's
(providers/language_host, docs/decisions/0008).
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from toolchain import errors, installed, manifest, progress
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.go import Go
    from toolchain.progress import Finished, Note, Say

VERSION = "3.274.1"

NEEDS = "4 GB"  # modules and compiler cache, where they aren't there yet; the engine itself takes 120 MB
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_LINKER = f"-s -w -X {_SDK}/go/common/version.Version=v{VERSION}"
_TITLE = f"Pulumi's engine {VERSION}"
_EXECUTOR = "pulumi-language-python-exec"
_EXECUTOR_IN_SDK = f"python/cmd/{_EXECUTOR}"
_LANGUAGE_HOST = "pulumi-language-python"
_START_LANGUAGE_HOST = f"""#!/bin/sh
# The language host of the checkout that this engine was built for, with Pulumi's script that runs programs.
here=$(CDPATH='' cd -- "${{0%/*}}" && pwd)
exec "$here/../../../providers/language_host/{_LANGUAGE_HOST}" "$here/{_EXECUTOR}" "$@"
"""


def recipe(root: Path) -> str:
    """SHA-256 over all that decides what is built, and the machine it is built for."""
    parts = (_PACKAGE, _LINKER, _EXECUTOR_IN_SDK, _START_LANGUAGE_HOST, platform.system(), platform.machine())
    digest = hashlib.sha256(repr(parts).encode())
    for name in ("go.mod", "go.sum"):
        digest.update((_module(root) / name).read_bytes())
    return digest.hexdigest()


def build(root: Path, folder: Path, go: Go, say: Say) -> None:
    """Fills the empty `folder`: engine, what starts Python, manifest. Raises SetupError."""
    _compile(root, folder, go, say)
    _make_executable(folder / _EXECUTOR, _executor(root, go))
    _make_executable(folder / _LANGUAGE_HOST, _START_LANGUAGE_HOST)
    _try_out(folder)
    manifest.write(folder, recipe(root))


def _module(root: Path) -> Path:
    return root / "toolchain" / "engine"


def _make_executable(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _executor(root: Path, go: Go) -> str:
    """Pulumi's script that runs a program, from the SDK's folder in the module cache."""
    asked = ("list", "-mod=readonly", "-m", "-f", "directory {{.Dir}}", _SDK)
    found = _go(go, asked, _module(root), "Finding Pulumi's scripts", say=lambda _: None)
    line = next(line for line in found.output.splitlines() if line.startswith("directory "))
    return (Path(line.removeprefix("directory ")) / _EXECUTOR_IN_SDK).read_text(encoding="utf-8")


def _fetch(root: Path, go: Go, say: Say) -> int:
    """Has the modules in Go's cache, each held to go.sum; gives the number of packages to compile."""
    listed = _go(
        go,
        ("list", "-mod=readonly", "-deps", "-f", "package {{.ImportPath}}", _PACKAGE),
        _module(root),
        f"Fetching the Go modules of {_TITLE}",
        say=say,
        note=lambda lines: _counted(lines, "go: downloading ", "modules"),
    )
    return sum(line.startswith("package ") for line in listed.output.splitlines())


def _compile(root: Path, folder: Path, go: Go, say: Say) -> None:
    total = _fetch(root, go, say)
    reproducible = ("-mod=readonly", "-trimpath", "-buildvcs=false", f"-ldflags={_LINKER}")
    _go(
        go,
        # -v names each package as it is compiled.
        ("build", "-v", *reproducible, "-o", str(folder / "pulumi"), _PACKAGE),
        _module(root),
        f"Compiling {_TITLE}",
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
            f"{installed.LOWEST} or newer on PATH nothing needs to be built."
        )
    return SetupError(f"{doing} failed with {go}; its last words:\n{errors.tail(output)}")
