"""One rehearsal a module: both stacks up, from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.stacks.checkout import Checkout


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout where nothing has run yet."""
    checkout = Checkout.with_a_managed_secret(tmp_path_factory.mktemp("checkout"))
    yield checkout
    checkout.stop()


@pytest.fixture(scope="module")
def up(fresh: Checkout) -> Checkout:
    """Both stacks are up."""
    fresh.ops("demo")
    return fresh


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
