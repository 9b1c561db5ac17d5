"""The CGI program behind a push: fed and read as it goes, bounded, and ended with all that it started."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvloop

from local_heroku.git import backend
from local_heroku.git.backend import Backend, Head, TooLargeError
from local_heroku.sending import Cut

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from local_heroku.sending import Receive


def receive(*messages: dict[str, Any], apart: float = 0.0) -> Receive:
    left = list(messages)

    async def given() -> dict[str, Any]:
        if left:
            await asyncio.sleep(apart)
            return left.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError

    return given


def body(content: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


def program(folder: Path, script: str) -> str:
    made = folder / "backend"
    made.write_text(f"#!/bin/sh\n{script}\n")
    made.chmod(0o700)
    return str(made)


def played(
    path: str, given: Receive, act: Callable[[Backend], Awaitable[object]], *, limit: int = 1000
) -> object:
    async def play() -> object:
        running = await Backend.start(path, {"PATH": os.environ["PATH"]}, given, limit)
        try:
            return await act(running)
        finally:
            await running.close()

    return uvloop.run(play())


async def whole(running: Backend) -> tuple[Head, bytes]:
    head = await running.head()
    return head, b"".join([piece async for piece in running.body()])


def test_the_body_goes_in_and_the_answer_comes_out(tmp_path: Path) -> None:
    path = program(tmp_path, r"printf 'Status: 201 Created\r\nContent-Type: x/y\r\n\r\n'; exec cat")
    said = played(path, receive(body(b"one ", more=True), body(b"two")), whole)
    assert said == (Head(201, {"Content-Type": "x/y"}), b"one two")


def test_a_program_that_says_nothing_is_a_bad_gateway(tmp_path: Path) -> None:
    assert played(program(tmp_path, "exit 1"), receive(body(b"x")), whole) == (Head(502, {}), b"")


def test_a_program_that_has_ended_before_the_body_is_in_has_its_say(tmp_path: Path) -> None:
    """On a busy machine: what comes of the body then finds a pipe that is closed."""

    async def late(running: Backend) -> object:
        await asyncio.sleep(0.5)
        return await whole(running)

    path = program(tmp_path, r"printf 'Content-Type: x/y\r\n\r\nenough'")
    pieces = [body(b"x", more=True), body(b"")]
    assert played(path, receive(*pieces, apart=0.2), late) == (
        Head(200, {"Content-Type": "x/y"}),
        b"enough",
    )


def test_a_body_over_the_limit_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError):
        played(
            program(tmp_path, "exec cat"),
            receive(body(b"x" * 600, more=True), body(b"x" * 600, more=True)),
            whole,
        )


def test_a_client_that_goes_away_ends_it(tmp_path: Path) -> None:
    with pytest.raises(Cut):
        played(
            program(tmp_path, "exec cat"), receive(body(b"x", more=True), {"type": "http.disconnect"}), whole
        )


def test_one_that_never_answers_is_given_up_and_its_children_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "LONGEST", 0.5)
    path = program(tmp_path, f"sleep 300 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(TimeoutError):
        played(path, receive(body(b"")), whole)
    child = Path("/proc") / (tmp_path / "child").read_text().strip() / "stat"
    assert not child.exists() or child.read_text().split()[2] == "Z"
