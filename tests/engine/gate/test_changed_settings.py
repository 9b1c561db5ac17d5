"""Changes of the settings on the real engine: verdict, exit code and comment, and that the policy pack says the same."""

from __future__ import annotations

import pytest

from tests.engine.gate.changes import SETTINGS, Change
from tests.engine.gate.conftest import Edit, Gate
from tests.engine.gate.proposing import (
    ends_in_its_verdict,
    has_the_comment_that_was_looked_at,
    is_judged_as_by_the_pack,
    propose,
)

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("change", SETTINGS, ids=lambda change: change.words)
def test_a_change_ends_in_its_verdict(change: Change, edit: Edit, gate: Gate) -> None:
    answer = propose(change, edit, gate)
    ends_in_its_verdict(change, answer)
    is_judged_as_by_the_pack(answer)
    has_the_comment_that_was_looked_at(change, answer)
