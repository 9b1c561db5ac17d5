"""One seeded account a module: both apps live as the stack files say, and nothing of them in a state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from local_heroku import process
from tests.engine.adopt.account import LiveAccount
from tests.engine.stacks.checkout import Checkout


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAccount]:
    """SECRET_KEY_BASE is managed, so that states hold a secret."""
    if shutil.which("pulumi") is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")
    checkout = Checkout.of_working_tree(tmp_path_factory.mktemp("checkout"))
    found = LiveAccount(checkout, tmp_path_factory.mktemp("kept"))
    for stack in ("staging", "production"):
        checkout.edit(f"Pulumi.{stack}.yaml", "SECRET_KEY_BASE: external", "SECRET_KEY_BASE: managed")
        shutil.copy2(checkout.folder / f"Pulumi.{stack}.yaml", found.kept)
    checkout.ops("local", "seed")
    for stack in ("staging", "production"):
        found.settled(stack)
    found.keep()
    yield found
    process.stop(found.local / "heroku")


@pytest.fixture
def account(seeded: LiveAccount) -> LiveAccount:
    """Right after the seed, whatever a test before did."""
    seeded.put_back()
    return seeded


@pytest.fixture
def secrets(account: LiveAccount) -> list[str]:
    """Every secret value of the account, and what the local states are encrypted with."""
    names = ("SECRET_KEY_BASE", "RAILS_MASTER_KEY", "DATABASE_URL")
    values = [
        account.ask("GET", f"/apps/sc-mvp-{stack}/config-vars")[name]
        for stack in ("staging", "production")
        for name in names
    ]
    return [*values, (account.local / "pulumi" / "passphrase").read_text()]
