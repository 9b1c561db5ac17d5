"""One rehearsal a module: both stacks up, from nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.stacks.brought_up import bring_up
from tests.engine.stacks.checkout import ROOT, Checkout
from toolchain import heroku_cli


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout where nothing has run yet."""
    checkout = Checkout.with_a_managed_secret(tmp_path_factory.mktemp("checkout"))
    yield checkout
    checkout.stop()


@pytest.fixture(scope="module")
def printed(fresh: Checkout, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the demo printed that brought both stacks up, from nothing."""
    return bring_up(fresh, tmp_path_factory)


@pytest.fixture(scope="module")
def up(fresh: Checkout, printed: str) -> Checkout:
    """Both stacks are up."""
    return fresh


@pytest.fixture(scope="module", autouse=True)
def _one_heroku_cli() -> Iterator[None]:
    """Not one installed into each checkout whose shell is opened. Without Node.js the shell has none."""
    with pytest.MonkeyPatch.context() as patch:
        if heroku_cli.find(ROOT, os.environ) is not None or shutil.which("npm") is not None:
            patch.setenv("HEROKU_CLI", str(heroku_cli.ensure(ROOT, print)))
        yield


@pytest.fixture
def canaries(up: Checkout) -> list[str]:
    with up.heroku() as client:
        return up.secrets(client)


@pytest.fixture
def local_files(up: Checkout) -> list[Path]:
    """What a rehearsal wrote, but for local Heroku's own store, which is the account, and the passphrase."""
    kept = up.folder / ".local"
    return [
        path
        for path in kept.rglob("*")
        if path.is_file() and not path.name.startswith("heroku.sqlite") and path.name != "passphrase"
    ]
