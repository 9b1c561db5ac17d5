"""Whatever is killed, and whenever: at most two commands make it good, with one of each object and no config var lost.

`ops test --kill N` plays N of them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.kill.killing import COMMANDS, TARGETS, Kill, Worlds, kills, play

pytestmark = [pytest.mark.engine, pytest.mark.timeout(3600)]


@pytest.mark.fault("F41", "F42", "F43")
def test_what_is_killed_converges(
    worlds: Worlds, kill: Kill, record_property: Callable[[str, object], None]
) -> None:
    record_property("struck", play(worlds, kill))


def test_kills_are_spread_over_commands_and_targets() -> None:
    every = {(command, target) for command in COMMANDS for target in TARGETS}
    assert {(one.command, one.target) for one in kills(len(every))} == every
    assert {one.target for one in kills(len(TARGETS))} == {*TARGETS}
    assert {one.command for one in kills(len(TARGETS))} == {*COMMANDS}
    assert kills(9) == kills(9)
