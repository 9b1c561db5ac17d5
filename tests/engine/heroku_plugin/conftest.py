"""One local Heroku a module; one project, with apps of its own, a test."""

from __future__ import annotations

import shutil
from itertools import count
from typing import TYPE_CHECKING

import pytest

from local_heroku import process
from tests.engine.heroku_plugin.project import Account, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBERS = count(1)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    if shutil.which("pulumi") is None:
        pytest.skip(
            "no pulumi on PATH: the plugin was not tried with the real engine; `./ops test` puts one there"
        )
    folder = tmp_path_factory.mktemp("heroku")
    yield Account.opened(folder)
    process.stop(folder)


@pytest.fixture
def account(opened: Account) -> Iterator[Account]:
    """No fault, an empty request log."""
    opened.heals()
    opened.asked()
    yield opened
    opened.heals()


@pytest.fixture
def project(account: Account, tmp_path: Path) -> Project:
    return Project(tmp_path, account, f"sc-engine-{next(NUMBERS)}")
