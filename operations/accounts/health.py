"""Asks an app's health endpoint as anybody would: no key is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

import urllib3

from operations.accounts.time_limit import within
from runbook.live import Health
from runbook.unknown import Known, Unknown

TIMEOUT_SECONDS = 10.0
"""Heroku's router gives up on a dyno after 30 s; a health report that takes 10 is none."""
_LARGEST_BYTES = 64 * 1024


def ask_health(app_url: str, address: str | None = None) -> Known[Health]:
    """`address` answers for the app's host name, on loopback. Unknown where no connection could be made at all."""
    started = time.monotonic()
    answered = within(TIMEOUT_SECONDS, lambda: _ask(app_url, address, started))
    return answered or Health(status=None, milliseconds=_since(started))


def _ask(app_url: str, address: str | None, started: float) -> Known[Health]:
    host = urlsplit(app_url).hostname or ""
    try:
        answer = urllib3.request(
            "GET",
            f"{address or app_url}/healthz",
            headers={"Host": host} if address else {},
            timeout=urllib3.Timeout(total=TIMEOUT_SECONDS),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            content = answer.read(_LARGEST_BYTES)
        finally:
            answer.release_conn()
    except (urllib3.exceptions.NameResolutionError, urllib3.exceptions.NewConnectionError):
        return Unknown(f"no connection to {host}")
    except urllib3.exceptions.SSLError:
        return Unknown(f"the TLS certificate of {host} was refused")
    except (urllib3.exceptions.HTTPError, OSError):
        return Health(status=None, milliseconds=_since(started))
    report = _report(content)
    return Health(
        status=answer.status, says=_says(report), said_at=_said_at(report), milliseconds=_since(started)
    )


def _report(content: bytes) -> dict[str, object]:
    try:
        report = json.loads(content)
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def _says(report: Mapping[str, object]) -> str:
    """`ok`, `other`, or "" for no health report; the words themselves are not passed on."""
    said = report.get("status")
    return "" if said is None else "ok" if said == "ok" else "other"


def _said_at(report: Mapping[str, object]) -> datetime | None:
    """RFC 3339 with a time zone, as the runbook's expected answer has it."""
    try:
        moment = datetime.fromisoformat(str(report.get("timestamp")))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
