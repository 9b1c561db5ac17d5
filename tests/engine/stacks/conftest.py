"""One rehearsal a module: both stacks up, from nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.stacks.checkout import Checkout


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout where nothing has run yet; SECRET_KEY_BASE is managed in it, so that the state holds a secret."""
    if shutil.which("pulumi") is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")
    checkout = Checkout.of_working_tree(tmp_path_factory.mktemp("checkout"))
    for stack in ("staging", "production"):
        checkout.edit(f"Pulumi.{stack}.yaml", "SECRET_KEY_BASE: external", "SECRET_KEY_BASE: managed")
    yield checkout
    checkout.stop()


@pytest.fixture(scope="module")
def up(fresh: Checkout) -> Checkout:
    """Both stacks are up."""
    fresh.ops("demo")
    return fresh


@pytest.fixture
def canaries(up: Checkout) -> list[str]:
    """Every secret value of the local account."""
    secret = {"SECRET_KEY_BASE", "RAILS_MASTER_KEY", "DATABASE_URL"}
    with up.heroku() as client:
        found = [
            value
            for stack in ("staging", "production")
            for name, value in client.request("GET", f"/apps/sc-mvp-{stack}/config-vars").items()
            if name in secret
        ]
    assert len(found) == 6
    return [*found, (up.folder / ".local" / "pulumi" / "passphrase").read_text()]


@pytest.fixture
def local_files(up: Checkout) -> list[Path]:
    """What a rehearsal wrote, but for local Heroku's own store, which is the account, and the passphrase."""
    kept = up.folder / ".local"
    return [
        path
        for path in kept.rglob("*")
        if path.is_file() and not path.name.startswith("heroku.sqlite") and path.name != "passphrase"
    ]
