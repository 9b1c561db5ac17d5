"""What each command starts from: an empty account, live apps that Pulumi doesn't know, and staging up."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.engine.gate.conftest import git
from tests.engine.kill.killing import UP, Worlds, kills
from tests.engine.kill.standing import APP
from tests.engine.stacks.checkout import Checkout

DEFAULT = 3
"""A sample, for the time that a run of all tests may take. `ops test --kill 7` has each target once, `ops test --kill 40`
each pair of command and target, and five of them twice."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kill" in metafunc.fixturenames:
        metafunc.parametrize(
            "kill", kills(int(os.environ.get("KILLS", DEFAULT)), os.environ.get("KILL_SEED", "")), ids=str
        )


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    checkout = Checkout.with_a_managed_secret(tmp_path_factory.mktemp("checkout"))
    for arguments in (
        ("init", "--quiet"),
        ("config", "user.name", "Test"),
        ("config", "user.email", "test@example.com"),
        ("add", "--all"),
        ("commit", "-q", "-m", "As it was"),
        ("tag", "first"),
    ):
        git(checkout.folder, *arguments)
    found = Worlds(checkout, tmp_path_factory.mktemp("kept"))
    checkout.ops("local", "start")
    found.keep("empty")
    checkout.ops("local", "seed")
    found.keep("seeded")
    found.put_back("empty")
    checkout.ops(*UP)
    with checkout.heroku() as client:
        client.request("PATCH", f"{APP}/config-vars", {"RAILS_MASTER_KEY": "of-the-test-" * 3})
    found.keep("up")
    yield found
    checkout.stop()
