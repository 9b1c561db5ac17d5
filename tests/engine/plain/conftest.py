"""A local Heroku that stands for the account, and a shell in a fresh clone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_heroku import process
from tests.engine.plain.shell import Shell, clone, empty_shell


@pytest.fixture(scope="module")
def heroku(tmp_path_factory: pytest.TempPathFactory) -> Iterator[process.Running]:
    """An empty account."""
    folder = tmp_path_factory.mktemp("heroku")
    yield process.start(folder)
    process.stop(folder)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, heroku: process.Running) -> Shell:
    return empty_shell(
        clone(tmp_path_factory.mktemp("clone")), tmp_path_factory.mktemp("pulumi-home"), heroku
    )
