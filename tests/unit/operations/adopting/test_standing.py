"""Which state adopt writes into, and what it asks for first."""

from __future__ import annotations

import pytest

from operations.adopting.live_app import LiveApp
from operations.adopting.standing import require_own
from operations.errors import OperationError

URN = "urn:pulumi:staging::social-catering::heroku:addon/addon:Addon::database"
LIVE = LiveApp("app-id", "sc-mvp-staging", "db-id", "sc-mvp-staging-db", {})


def test_a_create_that_was_cut_off_is_named_with_the_command_that_forgets_it() -> None:
    """`up --refresh` keeps it for good, also where what it made is in the state by now."""
    cut_off = {"type": "creating", "resource": {"urn": URN, "type": "heroku:addon/addon:Addon"}}
    state = {"deployment": {"resources": [], "pending_operations": [cut_off]}}
    with pytest.raises(
        OperationError,
        match=r"whether it made database\. `pulumi refresh --clear-pending-creates --stack staging` forgets the question",
    ):
        require_own(state, "staging", LIVE)


def test_a_state_with_nothing_under_way_is_taken() -> None:
    require_own({"deployment": {"resources": [], "pending_operations": []}}, "staging", LIVE)
