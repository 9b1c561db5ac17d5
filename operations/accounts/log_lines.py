"""An app's newest log lines, read once through a log session. They may hold anything: only their counts leave this run."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import urllib3

from heroku_api.client import Client
from heroku_api.endpoints import is_loopback
from heroku_api.errors import HerokuError
from heroku_api.shapes import one, segment
from operations.accounts.time_limit import within
from runbook.readers.live.answers import LogSession
from runbook.unknown import Known, Unknown

LINES = 1500
"""Logplex keeps no more (Dev Center, Logging)."""
TIMEOUT_SECONDS = 10.0
_LARGEST_BYTES = 4 * 1024 * 1024


def log_lines(client: Client, app: str) -> Known[list[tuple[datetime, str]]]:
    """Each with its moment, oldest first."""
    try:
        session = one(
            client, LogSession, "POST", f"/apps/{segment(app)}/log-sessions", {"lines": LINES, "tail": False}
        )
    except HerokuError as error:
        return Unknown(str(error))
    url = session.logplex_url
    if urlsplit(url).scheme != "https" and not (is_loopback(url) and client.endpoints.is_loopback):
        return Unknown("the log session's address is neither https nor local Heroku's")
    found = within(TIMEOUT_SECONDS, lambda: _stream(url))
    return Unknown(f"the log's stream did not end within {TIMEOUT_SECONDS:g} s") if found is None else found


def _stream(url: str) -> Known[list[tuple[datetime, str]]]:
    """The address is a secret of its own, so no error quotes it."""
    try:
        answer = urllib3.request(
            "GET",
            url,
            headers={"Accept": "text/event-stream"},
            timeout=urllib3.Timeout(total=TIMEOUT_SECONDS),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            content = answer.read(_LARGEST_BYTES)
        finally:
            answer.release_conn()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        return Unknown(f"the log's stream broke off ({type(error).__name__})")
    if answer.status != 200:  # noqa: PLR2004 - OK
        return Unknown(f"the log's stream answered {answer.status}")
    return parse(content.decode("utf-8", "replace"))


def parse(stream: str) -> list[tuple[datetime, str]]:
    """`data: 2026-08-04T14:53:15.000000+00:00 app[web.1]: text`; other lines of the stream say nothing."""
    found = []
    for line in stream.splitlines():
        if line.startswith("data:"):
            moment, _, text = line.removeprefix("data:").strip().partition(" ")
            try:
                when = datetime.fromisoformat(moment)
            except ValueError:
                continue
            if when.tzinfo:
                found.append((when, text))
    return found
