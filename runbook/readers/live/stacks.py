"""Reads the live environments of stacks: the account's lists once, then every app side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from runbook.digest import Digests
from runbook.environment import Environment
from runbook.readers.live.account import read_account
from runbook.readers.live.app import AppRead, AppReading, Reach, start_reading
from runbook.readers.live.ask import Asking
from runbook.readers.live.environment import environment_of_app
from runbook.readers.live.wanted import Wanted
from runbook.settings import StackName
from runbook.unknown import Known, Unknown


def live_environments(
    asking: Asking, wanted: Sequence[Wanted], digests: Digests, reach: Reach, read_at: datetime
) -> dict[StackName, Environment]:
    """One Environment a stack. What could not be read is Unknown in it; nothing is raised for that."""
    account = read_account(asking, wanted)
    readings = [(one, start_reading(asking, account, one, digests, reach)) for one in wanted]
    return {
        one.stack: environment_of_app(one, account, _finish(reading), read_at) for one, reading in readings
    }


def _finish(reading: Known[AppReading | None]) -> Known[AppRead | None]:
    return reading if reading is None or isinstance(reading, Unknown) else reading.result()
