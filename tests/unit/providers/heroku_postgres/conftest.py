"""A fake Heroku and the plugin on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.heroku_api.scripted_server import ScriptedServer
from tests.unit.providers.heroku_postgres.fake_heroku import FakeHeroku, Plugin

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def heroku() -> FakeHeroku:
    return FakeHeroku()


@pytest.fixture
def plugin(heroku: FakeHeroku) -> Iterator[Plugin]:
    with ScriptedServer(heroku.answer) as server:
        yield Plugin(server)
