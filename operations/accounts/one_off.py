"""What only the application knows, asked of it by a one-off dyno: a detached run, whose output is in the app's log.

It costs its seconds of the app's dyno type, and starts the app's own code. So it is asked for by name, and never else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from heroku_api import platform
from heroku_api.client import Client
from heroku_api.errors import HerokuError
from heroku_api.models import Dyno
from heroku_api.shapes import one, segment
from operations.accounts.log_lines import log_lines
from runbook.unknown import Known, Unknown

LONGEST = timedelta(minutes=2)
"""That a dyno is waited for; Heroku is asked to end it then too."""
_ASK_AGAIN_SECONDS = 0.5
_LOGGED_WITHIN = timedelta(seconds=15)
"""From a dyno's end until its last lines are in the log. Not documented; Logplex is about a second behind."""
_EXITED = "Process exited with status "


def output(client: Client, app: str, command: str) -> Known[list[str]]:
    """The lines of a command that exits with 0."""
    wish = {"command": command, "attach": False, "force_no_tty": True, "time_to_live": LONGEST.seconds}
    try:
        dyno = one(client, Dyno, "POST", f"/apps/{segment(app)}/dynos", wish)
        ended = _within(LONGEST, client, lambda: _has_ended(client, app, dyno))
    except HerokuError as error:
        return Unknown(f"a one-off dyno could not be run: {error}")
    if not ended:
        return Unknown(f"`{command}` did not end within {LONGEST.seconds} s in {dyno.name}")
    said: list[Known[list[str]]] = []

    def is_logged() -> bool:
        said.append(_said(client, app, dyno.name, command))
        return not isinstance(said[-1], Unknown)

    _within(_LOGGED_WITHIN, client, is_logged)
    return said[-1]


def _has_ended(client: Client, app: str, dyno: Dyno) -> bool:
    return dyno.name not in {found.name for found in platform.dynos(client, app)}


def _said(client: Client, app: str, dyno: str, command: str) -> Known[list[str]]:
    found = log_lines(client, app)
    if isinstance(found, Unknown):
        return found
    texts = [text for _, text in found]
    ends = [text.partition(_EXITED)[2] for text in texts if text.startswith(f"heroku[{dyno}]: {_EXITED}")]
    if not ends:
        return Unknown(f"the log does not say how `{command}` ended in {dyno}")
    if ends[-1].strip() != "0":
        return Unknown(
            f"`{command}` exited with status {ends[-1].strip()[:10]}; type it with `heroku run` to see why"
        )
    own = f"app[{dyno}]: "
    return [text.removeprefix(own) for text in texts if text.startswith(own)]


def _within(limit: timedelta, client: Client, is_so: Callable[[], bool]) -> bool:
    """Asked again until it is so, the time is up, or the run is cancelled."""
    deadline = time.monotonic() + limit.total_seconds()
    while not is_so():
        if time.monotonic() > deadline or client.cancelled.wait(_ASK_AGAIN_SECONDS):
            return False
    return True
