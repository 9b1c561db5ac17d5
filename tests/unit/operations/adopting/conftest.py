"""A live staging app on local Heroku, made by `ops local seed`'s own steps; each test gets a copy of the account."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from heroku_api.client import Client
from local_heroku import process
from operations.rehearsal.seed import Seeding
from tests.unit.runbook.adoption.described import settings

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an account with the app, at rest."""
    folder = tmp_path_factory.mktemp("account") / "heroku"
    with Client.from_environment(process.environment(process.start(folder))) as client:
        Seeding(client, ROOT / "bootstrap", settings(), {}, given_names=False).run()
    process.stop(folder)
    return folder


@pytest.fixture
def heroku(seeded: Path, tmp_path: Path) -> Iterator[Client]:
    folder = tmp_path / "heroku"
    shutil.copytree(seeded, folder)
    with Client.from_environment(
        process.environment(process.start(folder)) | {"HEROKU_API_TIME_BUDGET": "0"}
    ) as client:
        yield client
    process.stop(folder)
