"""One local Heroku a module, one project a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_heroku import process
from tests.engine.heroku_postgres.project import Account, Project
from tests.engine.plugin_project import require_pulumi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    require_pulumi()
    folder = tmp_path_factory.mktemp("heroku")
    yield Account.opened(folder)
    process.stop(folder)


@pytest.fixture
def account(opened: Account) -> Iterator[Account]:
    """No schedule, no fault, an empty request log."""
    opened.heals()
    opened.unschedule_all()
    opened.asked()
    yield opened
    opened.heals()


@pytest.fixture
def project(account: Account, tmp_path: Path) -> Iterator[Project]:
    made = Project.of_account(tmp_path, account)
    yield made
    made.end()
