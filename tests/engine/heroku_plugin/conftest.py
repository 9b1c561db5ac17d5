"""One local Heroku a module; one project, with apps of its own, a test."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from local_heroku import process
from tests.engine.heroku_plugin.project import Project
from tests.engine.plugin_project import Account, require_pulumi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBERS = count(1)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    require_pulumi()
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
def project(account: Account, tmp_path: Path) -> Iterator[Project]:
    made = Project.of_app(tmp_path, account, f"sc-engine-{next(NUMBERS)}")
    yield made
    made.end()
