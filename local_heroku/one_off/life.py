"""From `heroku run` to the end of a one-off dyno: started, attached or detached, ended; each step in the logs.

Source: Dev Center, "One-Off Dynos" and "Heroku Error Codes" (R13). The most that run at once is not confirmed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from local_heroku import catalogue
from local_heroku.errors import HerokuError, invalid_params
from local_heroku.one_off import programs
from local_heroku.one_off.line import said_status
from local_heroku.store.formation import size_name
from local_heroku.store.one_offs import OneOff
from local_heroku.store.world import OWNER_EMAIL, new_id, new_key

if TYPE_CHECKING:
    from local_heroku.store.records import App
    from local_heroku.store.world import World

MOST_AT_ONCE = 50
LONGEST = 24 * 3600.0  # seconds that a one-off dyno may live
ATTACH_WITHIN = 60.0  # seconds until a terminal that nobody opened is given up, R13
IDLE_LIMIT = 3600.0  # seconds without input or output until a terminal is closed
_HANGUP = 129  # 128 + SIGHUP
_TERMINATED = 143  # 128 + SIGTERM


@dataclass(frozen=True, slots=True)
class Wish:
    """What `POST /apps/{app}/dynos` asked for. `lives`: seconds, `time_to_live`."""

    command: str
    attach: bool = False
    size: str | None = None
    type: str | None = None
    tty: bool = True
    lives: float = LONGEST
    env: dict[str, str] = field(default_factory=dict, repr=False)


def start(world: World, app: App, wish: Wish) -> OneOff:
    """Raises 422 where Heroku's limits don't allow it."""
    if not wish.command.strip():
        raise invalid_params("command is required")
    if len(world.one_offs.of(app.id)) >= MOST_AT_ONCE:
        raise HerokuError(
            422,
            "cannot_run_more_dynos",
            f"Cannot run more than {MOST_AT_ONCE} one-off dynos of {app.name} at once.",
        )
    release = world.releases.last_of(app.id)
    one_off = world.one_offs.put(
        OneOff(
            id=new_id(), app_id=app.id, type=wish.type or "run", number=_free_number(world, app), state="starting",
            size=_size(world, app, wish.size), command=wish.command, release_id=release.id if release else "",
            release_version=release.version if release else 0, created_at=world.now, updated_at=world.now,
            boots_until=world.now + world.settings.boot, stops_at=world.now + min(wish.lives, LONGEST),
            key=new_key() if wish.attach else "", tty=wish.tty, env=wish.env,
        ),
    )  # fmt: skip
    text = f"Starting process with command `{wish.command}` by user {OWNER_EMAIL}"
    world.logs.write(app.id, world.now, "app", "api", text)
    return one_off


def play(world: World) -> None:
    """What is due by now: boots end, detached commands run, a terminal that nobody opened is given up."""
    for one_off in world.one_offs.all():
        if one_off.boots_until and one_off.boots_until <= world.now:
            _end_boot(world, one_off)
        elif one_off.key and not one_off.attached and one_off.created_at + ATTACH_WITHIN <= world.now:
            _log(world, one_off, "Error R13 (Attach error) -> Failed to attach to process")
            end(world, one_off, 1)
        elif one_off.stops_at <= world.now:
            stop(world, one_off, "Cycling")


def run(world: World, one_off: OneOff) -> tuple[str, int]:
    """What the command of a dyno that is up says, and its status; with the marker that `--exit-code` asks for."""
    app = world.apps.get(one_off.app_id)
    if app is None:
        return "", 1
    ran = programs.run(world, app, one_off.command)
    marker = said_status(ran.status) if programs.says_status(one_off.command) else ""
    return ran.output + marker, ran.status


def attach(world: World, one_off: OneOff) -> OneOff:
    """The terminal is open; nobody else can open it."""
    up = world.one_offs.put(replace(one_off, attached=True))
    _log(world, up, f"Starting process with command `{up.command}`")
    return up


def hang_up(world: World, one_off: OneOff) -> None:
    """Whoever watched has gone."""
    _log(world, one_off, "Client connection closed. Sending SIGHUP to all processes")
    end(world, one_off, _HANGUP)


def stop(world: World, one_off: OneOff, why: str = "Stopping all processes with SIGTERM") -> None:
    _log(world, one_off, why)
    end(world, one_off, _TERMINATED)


def end(world: World, one_off: OneOff, status: int) -> None:
    if world.one_offs.get(one_off.id) is None:
        return
    world.one_offs.remove(one_off)
    _log(world, one_off, f"Process exited with status {status}")
    _log(world, one_off, f"State changed from {one_off.state} to complete")


def _end_boot(world: World, one_off: OneOff) -> None:
    with world.at(one_off.boots_until):
        up = world.one_offs.put(replace(one_off, state="up", boots_until=0.0, updated_at=world.now))
        _log(world, up, "State changed from starting to up")
        if up.key:
            _log(world, up, "Awaiting client")
            return
        _log(world, up, f"Starting process with command `{up.command}`")
    output, status = run(world, up)
    for line in output.splitlines():
        if line:
            world.logs.write(up.app_id, world.now, "app", up.name, line)
    end(world, up, status)


def _free_number(world: World, app: App) -> int:
    """Four digits, as Heroku's are."""
    taken = {row.number for row in world.one_offs.of(app.id)}
    while (number := 1000 + secrets.randbelow(9000)) in taken:
        pass
    return number


def _size(world: World, app: App, wish: str | None) -> str:
    """That of the app's first process type, where none is asked for."""
    if wish is None:
        types = world.process_types.of(app.id)
        return types[0].size if types else world.settings.default_size
    size = size_name(wish)
    tiers = {
        catalogue.DYNO_SIZES[item.size.lower()].tier
        for item in world.process_types.of(app.id)
        if item.quantity
    }
    tiers.add(catalogue.DYNO_SIZES[size.lower()].tier)
    if len(tiers) > 1 and tiers & {"eco", "basic"}:
        raise invalid_params(
            f"Cannot run a {size} dyno in an app of others: Eco and Basic go with no other size"
        )
    return size


def _log(world: World, one_off: OneOff, text: str) -> None:
    world.logs.write(one_off.app_id, world.now, "heroku", one_off.name, text)
