"""One rehearsal a module, put back after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.live.account import Rehearsed
from tests.engine.stacks.brought_up import bring_up
from tests.engine.stacks.checkout import Checkout


@pytest.fixture(scope="module")
def stands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    checkout = Checkout.with_a_managed_secret(tmp_path_factory.mktemp("checkout"))
    bring_up(checkout, tmp_path_factory)
    rehearsed = Rehearsed(checkout, tmp_path_factory.mktemp("kept") / "account")
    with rehearsed.heroku() as client:
        # As after a night: the runbook wants at least one completed backup.
        for stack in ("staging", "production"):
            addon = client.request("GET", f"/addons/sc-mvp-{stack}-db")
            client.request("POST", f"/client/v11/databases/{addon['id']}/backups", api="data")
        client.request("POST", "/local/clock", {"advance": 60})
    rehearsed.keep()
    yield rehearsed
    checkout.stop()


@pytest.fixture
def rehearsed(stands: Rehearsed) -> Iterator[Rehearsed]:
    yield stands
    stands.put_back()


@pytest.fixture
def secrets(stands: Rehearsed) -> list[str]:
    with stands.heroku() as client:
        return stands.checkout.secrets(client)
