"""Python packages from a lock file, each held to its hash, by the user's own pip configuration."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from toolchain import errors, progress
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolchain.progress import Say

# Settings of a user's pip that would send packages elsewhere than asked; index, proxy and certificates stay theirs.
_MISPLACING = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
_UNREACHABLE = re.compile(
    r"Failed to establish a new connection|NameResolutionError|Temporary failure in name resolution"
    r"|Name or service not known|Connection refused|ConnectTimeoutError|ReadTimeoutError|Read timed out|ProxyError"
    r"|SSLError|CERTIFICATE_VERIFY_FAILED|Could not fetch URL|Network is unreachable|Connection reset|RemoteDisconnected",
)
_HASHES = re.compile(
    r"DO NOT MATCH THE HASHES.*?^\s+(?P<package>\S+) from (?P<origin>\S+).*?Got\s+(?P<got>[0-9a-f]{64})",
    re.DOTALL | re.MULTILINE,
)
_NOT_OFFERED = re.compile(r"No matching distribution found for (?P<package>\S+)")


def install(
    python: Path,
    lock: Path,
    *,
    doing: str,
    say: Say,
    needs: str,
    options: Sequence[str | Path] = (),
    keep_open: Sequence[int] = (),
) -> None:
    """Installs what `lock` names into `python`'s environment; raises SetupError with the reason and the next step.

    `needs`: the room this takes on disk, said when there is none. `keep_open`: see `progress.run`.
    """
    finished = progress.run(
        [
            python,
            "-I",  # no PYTHONPATH, no user site: what is installed does not depend on who installs
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar=off",
            *options,
            "--requirement",
            lock,
        ],
        doing=doing,
        say=say,
        env={key: value for key, value in os.environ.items() if key not in _MISPLACING} | {"PIP_USER": "0"},
        note=_how_far,
        keep_open=keep_open,
    )
    if finished.status != 0:
        raise explain(finished.output, lock=lock, needs=needs)


def _how_far(lines: Sequence[str]) -> str:
    if any(line.startswith("Installing collected packages") for line in lines):
        return "unpacking"
    known = sum(line.startswith(("Collecting ", "Requirement already satisfied")) for line in lines)
    return f"{known} packages so far" if known else ""


def explain(output: str, *, lock: Path, needs: str) -> SetupError:
    """Why pip stopped, from what it printed."""
    if errors.NO_ROOM_TEXT.search(output):
        return errors.no_room(lock.parent, needs=needs)
    if wrong := _HASHES.search(output):
        return SetupError(
            f"{wrong['package']} from {errors.without_credentials(wrong['origin'])} has SHA-256 {wrong['got']}, which "
            f"{lock.name} does not allow; it was not installed. A second run fetches it anew; if it stays so, the package index "
            "serves another file than was locked: find out why before trusting it."
        )
    if (
        "Hashes are required in --require-hashes mode" in output
        or "all requirements must have their versions pinned" in output
    ):
        return SetupError(
            f"{lock} lacks a hash or a version; make it anew with toolchain/locks/relock.\n{errors.tail(output)}"
        )
    wanted = _NOT_OFFERED.search(output)
    # A retry that went well may be told further up; what ended the run is told last.
    if unreachable := _UNREACHABLE.search(output if wanted else errors.tail(output, lines=5)):
        return SetupError(
            f"no package index could be reached ({unreachable[0]}) for {lock.name}. Check the network, the proxy and "
            "`pip config list`, then run the same command again: it goes on where it stopped."
        )
    if wanted:
        return SetupError(
            f"no package index offers {wanted['package']} for this Python and machine ({lock.name} names it), or it could not be "
            "reached. Check the network and `pip config list`, or take another Python: PYTHON=/path/to/python3 ./ops …"
        )
    return SetupError(f"pip could not install {lock.name}; its last words:\n{errors.tail(output)}")
