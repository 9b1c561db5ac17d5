"""The commit that is applied, and the one that a stack was last brought up at."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run.runner import read
from runbook.settings import StackName

_HISTORY = "20"
"""Updates looked at; a refresh or a failed run in between is passed over."""


def commit_of(root: Path) -> str:
    """The full id of HEAD. Raises OperationError where there is none, or where files differ from it."""
    commit = _git(root, "rev-parse", "HEAD")
    changed = _git(root, "status", "--porcelain").splitlines()
    if changed:
        raise OperationError(
            f"{_count(changed)} from the commit {commit[:12]}, such as {changed[0][3:]}; "
            "what is applied must be what was reviewed: commit or undo that"
        )
    return commit


def applied_commit(account: Account, stack: StackName) -> str | None:
    """The commit of the last `up` of a stack that got to its end, as Pulumi's own history has it; None for a dirty one."""
    arguments = ["stack", "history", "--json", "--page-size", _HISTORY]
    try:
        history = json.loads(read(account, stack, arguments))
    except json.JSONDecodeError:
        raise OperationError(f"the history of {stack} is no JSON; look at `pulumi stack history`") from None
    ups = [update for update in history if update.get("kind") == "update"]
    if not ups or ups[0].get("result") != "succeeded":
        return None
    environment = ups[0].get("environment") or {}
    return environment.get("git.head") if environment.get("git.dirty") != "true" else None


def _count(changed: Sequence[str]) -> str:
    return "1 file differs" if len(changed) == 1 else f"{len(changed)} files differ"


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise OperationError("no git on PATH; an apply is of a commit") from None
    if done.returncode:
        raise OperationError(f"git {arguments[0]}: {done.stderr.strip()}; an apply is of a commit")
    return done.stdout.rstrip("\n")
