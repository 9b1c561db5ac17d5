"""Both stacks as `ops demo` leaves them: brought up once a run, and copied into each checkout that starts from there."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from local_heroku import process
from tests.engine.stacks.checkout import STACKS, Checkout

PRINTED = "demo.txt"


def bring_up(checkout: Checkout, factory: pytest.TempPathFactory) -> str:
    """Both stacks are up and local Heroku runs, in a checkout where nothing has run. What the demo printed.

    Checkouts with the same stack files share one demo: its account, states and local stack files hold no path.
    """
    kept = _run_folder(factory) / f"demo-{_digest(checkout)}"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            _keep(checkout, kept)
    local = checkout.folder / ".local"
    if not local.exists():
        shutil.copytree(kept, local, symlinks=True, ignore=shutil.ignore_patterns(PRINTED))
    checkout.start_heroku()
    return (kept / PRINTED).read_text(encoding="utf-8")


def _keep(checkout: Checkout, kept: Path) -> None:
    """The demo's `.local` and what it printed, whole or not at all."""
    shown = checkout.ops("demo")
    local, draft = checkout.folder / ".local", kept.with_suffix(".new")
    process.stop(local / "heroku")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(local, draft, symlinks=True)
    (draft / PRINTED).write_text(shown, encoding="utf-8")
    draft.rename(kept)


def _digest(checkout: Checkout) -> str:
    files = [checkout.folder / f"Pulumi.{stack}.yaml" for stack in STACKS]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _run_folder(factory: pytest.TempPathFactory) -> Path:
    """One for all workers of pytest-xdist: each has its own folder in it."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
