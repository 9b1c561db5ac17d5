"""One seeded account a module: both apps live as the stack files say, and nothing of them in a state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from local_heroku import process
from tests.engine.adopt.account import LiveAccount
from tests.engine.adopt.adoption import Adoption
from tests.engine.stacks.checkout import STACKS, Checkout


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAccount]:
    checkout = Checkout.with_a_managed_secret(tmp_path_factory.mktemp("checkout"))
    found = LiveAccount(checkout, tmp_path_factory.mktemp("kept"))
    for stack in ("staging", "production"):
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


@pytest.fixture(scope="module")
def adoption(seeded: LiveAccount, tmp_path_factory: pytest.TempPathFactory) -> Adoption:
    """Of both apps, right after the seed, once; `adopted` starts where it ended."""
    seeded.put_back()
    kept = tmp_path_factory.mktemp("adopted")
    found = Adoption.of(LiveAccount(seeded.checkout, kept))
    for stack in STACKS:
        shutil.copy2(seeded.checkout.folder / f"Pulumi.{stack}.yaml", kept)
    found.account.keep()
    return found


@pytest.fixture
def adopted(adoption: Adoption) -> LiveAccount:
    """Both apps adopted, whatever a test before did."""
    adoption.account.put_back()
    return adoption.account


@pytest.fixture
def secrets(seeded: LiveAccount) -> list[str]:
    with seeded.heroku() as client:
        return seeded.checkout.secrets(client)
