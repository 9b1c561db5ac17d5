"""Changes of settings on the real engine: verdict, exit code, comment, and that the policy pack says the same."""

from __future__ import annotations

import pytest

from tests.engine.gate.changes import SETTINGS, Change
from tests.engine.gate.conftest import Edit, Gate
from tests.engine.gate.proposing import holds

pytestmark = pytest.mark.engine


@pytest.mark.fault("B29", "B30", "B49")
@pytest.mark.parametrize("change", SETTINGS, ids=lambda change: change.words)
def test_a_change_ends_in_its_verdict(change: Change, edit: Edit, gate: Gate) -> None:
    holds(change, edit, gate)
