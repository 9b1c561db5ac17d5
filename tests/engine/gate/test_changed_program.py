"""Changes of the program on the real engine: verdict, exit code, comment, and that the policy pack says the same."""

from __future__ import annotations

import pytest

from tests.engine.gate.changes import PROGRAM, Change
from tests.engine.gate.conftest import Edit, Gate
from tests.engine.gate.proposing import holds

pytestmark = pytest.mark.engine


@pytest.mark.fault("B48", "B50", "B54", "T02", "T03")
@pytest.mark.parametrize("change", PROGRAM, ids=lambda change: change.words)
def test_a_change_ends_in_its_verdict(change: Change, edit: Edit, gate: Gate) -> None:
    holds(change, edit, gate)
