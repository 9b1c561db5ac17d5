"""Stack files that are refused, and waivers, on the real engine: verdict, exit code, comment, and that the policy pack says the same."""

from __future__ import annotations

import pytest

from tests.engine.gate.changes import FILES, Change
from tests.engine.gate.conftest import Edit, Gate
from tests.engine.gate.proposing import holds

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("change", FILES, ids=lambda change: change.words)
def test_a_change_ends_in_its_verdict(change: Change, edit: Edit, gate: Gate) -> None:
    holds(change, edit, gate)
