"""A plugin on a server that plays a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.providers.heroku.replay import loopback
from tests.unit.providers.heroku.scripted import Heroku

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def heroku() -> Iterator[Heroku]:
    with loopback() as (url, played):
        yield Heroku(url, played)
