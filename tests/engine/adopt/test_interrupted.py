"""Killed or refused at any moment, an adoption leaves a state as it was or whole, and the next one converges."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import pytest

from tests.engine.adopt.account import LiveAccount, commands, descendants, is_alive
from tests.waiting import wait_until

pytestmark = pytest.mark.engine

ADOPTED = ["app", "backups", "config-vars", "database", "database-attachment", "formation-web"]


def runs(*words: str) -> Callable[[set[str]], bool]:
    """When `pulumi` runs with these words."""
    wanted = f"pulumi {' '.join(words)}"
    return lambda lines: any(line.startswith(wanted) for line in lines)


def after(*steps: Callable[[set[str]], bool]) -> Callable[[set[str]], bool]:
    """When the last of these is so, each after the one before."""
    left = list(steps)

    def is_time(lines: set[str]) -> bool:
        if left[0](lines):
            left.pop(0)
        return not left

    return is_time


MOMENTS: dict[str, Callable[[], Callable[[set[str]], bool]]] = {
    "as the program is previewed": lambda: runs("preview"),
    "as the engine reads the live app": lambda: runs("import"),
    "as the state is written": lambda: after(runs("import"), runs("stack import")),
    "right before the proof": lambda: after(runs("import"), runs("preview")),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_it_leaves_nothing_half_done_and_the_next_one_converges(
    account: LiveAccount, secrets: list[str], moment: str
) -> None:
    before = account.seen("staging")
    account.killed("staging", MOMENTS[moment]())
    assert account.names("staging") in ([], ADOPTED)
    left = [path for path in (account.local / "adopt").rglob("*") if path.is_file()]
    assert [path for path in left for secret in secrets if secret.encode() in path.read_bytes()] == []
    said = account.adopt("staging")
    assert "15 unchanged, nothing to do: staging is adopted" in said
    assert account.names("staging") == ADOPTED
    assert account.writes() == []
    assert account.seen("staging") == before
    assert not (account.local / "adopt" / "staging").exists()


def test_interrupted_from_the_keyboard_it_ends_with_all_it_started(account: LiveAccount) -> None:
    account.ask("POST", "/local/faults", {"kind": "stall", "path": "/apps/*/formation/web", "seconds": 60})
    adopting = account.checkout.start("adopt", "staging")
    wait_until(lambda: runs("import")(commands(adopting.pid)), why="the import runs", seconds=60)
    started = descendants(adopting.pid)
    adopting.send_signal(signal.SIGINT)
    assert adopting.wait(30) == 1
    wait_until(lambda: not any(map(is_alive, started)), why="all it started ended")
    assert not (account.local / "adopt" / "staging").exists()
    assert account.state("staging") == []
    account.ask("DELETE", "/local/faults")
    account.adopt("staging")
    assert account.writes() == []


REFUSALS: dict[str, dict[str, object]] = {
    "the key is revoked as the account is read": {"kind": "unauthorized", "count": 0},
    "Heroku fails as the account is read": {"kind": "error", "path": "/apps/*/formation", "count": 0},
    "an answer is no JSON": {"kind": "html-success", "path": "/apps/*/config-vars", "count": 0},
    "the key is revoked as the engine imports": {
        "kind": "unauthorized",
        "path": "/addons/*",
        "skip": 1,
        "count": 0,
    },
    "the key may not see the formation": {"kind": "forbidden", "path": "/apps/*/formation/web", "count": 0},
}

IN_THE_ENGINE = {"the key is revoked as the engine imports", "the key may not see the formation"}
"""The others end before the engine has read or stored anything of the app: what they leave is what a seeded account has."""


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_read_ends_it_and_leaves_no_state(account: LiveAccount, case: str) -> None:
    account.ask("POST", "/local/faults", REFUSALS[case])
    said = account.adopt("staging", "--budget", "3", expected=1)
    assert "Error: " in said
    assert "Traceback" not in said
    assert account.state("staging") == []
    account.ask("DELETE", "/local/faults")
    assert account.left_over("staging") == []
    if case in IN_THE_ENGINE:
        account.adopt("staging")
    assert account.writes() == []


def test_a_throttled_account_is_waited_for(account: LiveAccount) -> None:
    fault = {"kind": "rate-limit", "path": "/apps/*", "count": 4, "retry_after": 1}
    account.ask("POST", "/local/faults", fault)
    account.adopt("staging")
    assert account.writes() == []


def test_two_adoptions_at_once_make_one(account: LiveAccount) -> None:
    said: list[str] = []
    others = [
        threading.Thread(target=lambda: said.append(account.adopt("staging", expected=None)))
        for _ in range(2)
    ]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert any("staging is adopted" in one for one in said)
    assert account.names("staging") == ADOPTED
    assert account.writes() == []
    account.adopt("staging")
