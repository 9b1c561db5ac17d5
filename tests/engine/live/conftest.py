"""One rehearsal a module, put back after each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.live.account import Rehearsed
from tests.engine.stacks.checkout import Checkout


@pytest.fixture(scope="module")
def stands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    if shutil.which("pulumi") is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")
    checkout = Checkout.of_working_tree(tmp_path_factory.mktemp("checkout"))
    for stack in ("staging", "production"):
        checkout.edit(f"Pulumi.{stack}.yaml", "SECRET_KEY_BASE: external", "SECRET_KEY_BASE: managed")
    checkout.ops("demo")
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
    """Every secret value of both apps, and the passphrase."""
    named = {"SECRET_KEY_BASE", "RAILS_MASTER_KEY", "DATABASE_URL"}
    with stands.heroku() as client:
        found = [
            value
            for stack in ("staging", "production")
            for name, value in client.request("GET", f"/apps/sc-mvp-{stack}/config-vars").items()
            if name in named
        ]
    assert len(found) == 6
    return [*found, Path(stands.checkout.folder / ".local/pulumi/passphrase").read_text()]
