"""Levers of local Heroku: its clock and its faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heroku_api.client import Client
from heroku_api.errors import RequestError
from local_heroku import process
from operations.errors import OperationError
from operations.workspace import Workspace


def move_clock(wish: Mapping[str, Any] | None) -> str:
    """Its time, after `wish` where there is one."""
    return str((_ask("POST", "/local/clock", wish) if wish else _ask("GET", "/local/clock"))["now"])


def clear_faults() -> None:
    _ask("DELETE", "/local/faults")


def order_fault(kind: str, wish: Mapping[str, object]) -> str:
    """In words, with its number. What is None in `wish` is left to local Heroku."""
    known = {key: value for key, value in wish.items() if value is not None}
    return _described(_ask("POST", "/local/faults", {"kind": kind, **known}))


def faults() -> list[str]:
    """Those in force, in words."""
    return [_described(found) for found in _ask("GET", "/local/faults")["faults"]]


def _described(found: dict[str, Any]) -> str:
    often = f"{found['count']} x" if found["count"] else "always"
    long = f", for {found['lasts']:g} s" if found["lasts"] else ""
    where = f"{found['kind']} on {found['method']} {found['path']}"
    return f"Fault {found['id']}: {where}, {often}{long}, struck {found['struck']} x"


def client() -> Client:
    """Of the local Heroku that runs here. Raises OperationError where none does."""
    running = process.status(Workspace.here().heroku)
    if running is None:
        raise OperationError("local Heroku isn't running; start it with `./ops local start`")
    return Client.from_environment(process.environment(running))


def _ask(method: str, path: str, body: object | None = None) -> Any:
    try:
        with client() as heroku:
            return heroku.request(method, path, body)
    except RequestError as error:
        raise OperationError(str(error)) from None
