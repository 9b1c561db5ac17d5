"""One command that is killed somewhere, and whether at most two more make everything good."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_heroku import process
from tests.engine.gate.conftest import git
from tests.engine.stacks.checkout import Checkout
from tests.waiting import wait_until

STACK = "staging"
APP = "/apps/sc-mvp-staging"
UP = ("pulumi", STACK, "up", "--yes", "--refresh", "--skip-preview", "--non-interactive")
COMMANDS: dict[str, tuple[str, ...]] = {
    "first up": UP,
    "update": UP,
    "adopt": ("adopt", STACK),
    "apply": ("apply", STACK, "--yes"),
    "destroy": ("pulumi", STACK, "destroy", "--yes", "--refresh", "--skip-preview", "--non-interactive"),
}
TARGETS: dict[str, str] = {
    "engine": "pulumi ",
    "whole tree": "pulumi ",
    "heroku plugin": "providers.heroku ",
    "heroku-postgres plugin": "providers.heroku_postgres ",
    "policy pack": "pulumi.policy",
    "language host": "language_host/__main__.py",
    "local Heroku": "",
}
"""Words of the command line of what is killed."""
LATER_SECONDS = 3.0
"""At most, from the moment that the target is there."""
MOST_COMMANDS = 2
NEW_VAR = "LANG"


@dataclass(frozen=True)
class Kill:
    number: int
    command: str
    target: str
    later: float

    def __str__(self) -> str:
        return f"{self.number}-{self.command}-{self.target}-{self.later:.1f}".replace(" ", "-")


def kills(count: int) -> list[Kill]:
    """Both in turn: their numbers have no factor in common, so each pair comes once before any comes twice."""
    chance = random.Random(count)  # noqa: S311 - for tests
    commands, targets = [*COMMANDS], [*TARGETS]
    return [
        Kill(
            number,
            commands[number % len(commands)],
            targets[number % len(targets)],
            round(chance.uniform(0, LATER_SECONDS), 2),
        )
        for number in range(count)
    ]


@dataclass(frozen=True)
class Worlds:
    """A checkout, and what it looked like before each command."""

    checkout: Checkout
    kept: Path

    @property
    def local(self) -> Path:
        return self.checkout.folder / ".local"

    def keep(self, name: str) -> None:
        process.stop(self.local / "heroku")
        shutil.copytree(self.local, self.kept / name, symlinks=True)

    def put_back(self, name: str) -> None:
        process.stop(self.local / "heroku")
        shutil.rmtree(self.local, ignore_errors=True)
        shutil.copytree(self.kept / name, self.local, symlinks=True)
        self.checkout.ops("local", "start")


def play(worlds: Worlds, kill: Kill) -> bool:
    """Whether something was there to be killed. Fails where two commands don't converge."""
    checkout = worlds.checkout
    worlds.put_back({"first up": "empty", "adopt": "seeded"}.get(kill.command, "up"))
    _propose(checkout, change=kill.command in ("update", "apply"))
    before = config_vars(checkout)
    running = checkout.start(*COMMANDS[kill.command])
    struck = _strike(checkout, running, kill)
    _converge(checkout, COMMANDS[kill.command])
    if kill.command == "destroy":
        with checkout.heroku() as client:
            assert [
                app["name"] for app in client.request("GET", "/apps") if app["name"].endswith(STACK)
            ] == []
        return struck
    _one_of_each(checkout)
    after = config_vars(checkout)
    lost = {name: value for name, value in before.items() if after.get(name) != value}
    assert lost.keys() == set(), f"lost or changed: {sorted(lost)}"
    assert (NEW_VAR in after) is (kill.command in ("update", "apply"))
    checkout.ops("pulumi", STACK, "preview", "--refresh", "--expect-no-changes")
    return struck


def _propose(checkout: Checkout, *, change: bool) -> None:
    git(checkout.folder, "checkout", "-q", "first", "--", ".")
    if change:
        for stack in ("staging", "production"):
            checkout.edit(
                f"Pulumi.{stack}.yaml", "RAILS_ENV: production", f"RAILS_ENV: production\n    {NEW_VAR}: C"
            )
    git(checkout.folder, "commit", "-q", "--allow-empty", "-am", "As it is to be applied")


def _strike(checkout: Checkout, running: subprocess.Popen[bytes], kill: Kill) -> bool:
    until = time.monotonic() + 60
    found: list[int] = []
    while not found and running.poll() is None and time.monotonic() < until:
        found = _targets(checkout, running.pid, kill.target)
        time.sleep(0.01)
    time.sleep(kill.later)
    tree = _tree(running.pid)
    pids = (
        [*tree, running.pid] if kill.target == "whole tree" else _targets(checkout, running.pid, kill.target)
    )
    struck = bool(pids) and running.poll() is None
    for pid in pids if struck else []:
        _kill(pid)
    running.wait(timeout=120)
    wait_until(
        lambda: not [pid for pid in tree if _lives(pid)], why="the killed run's processes end", seconds=15
    )
    return struck


def _targets(checkout: Checkout, leader: int, target: str) -> list[int]:
    if target == "local Heroku":
        server = process.status(checkout.folder / ".local" / "heroku")
        return [server.pid] if server else []
    words = TARGETS[target]
    lines = {pid: line for pid, line in [*_tree(leader).items(), (leader, _line(leader))] if words in line}
    if words == "pulumi ":
        lines = {pid: line for pid, line in lines.items() if line.split(" ")[0].endswith("pulumi")}
    return [*lines]


def _tree(leader: int) -> dict[int, str]:
    """What this process has started, and what these have, with their command lines."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [
        (int(row[0]), int(row[1]), row[2])
        for line in listed.splitlines()
        if len(row := line.split(None, 2)) == 3
    ]
    found: dict[int, str] = {}
    parents = {leader}
    while parents:
        children = {
            pid: line for pid, parent, line in rows if parent in parents and "local_heroku serve" not in line
        }
        found |= children
        parents = {*children}
    return found


def _line(pid: int) -> str:
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _converge(checkout: Checkout, command: tuple[str, ...]) -> None:
    """By the command that was killed, typed again as a person does."""
    said: list[str] = []
    for _ in range(MOST_COMMANDS):
        try:
            checkout.ops(*command)
        except AssertionError as failed:
            said.append(str(failed))
        else:
            return
    raise AssertionError("\n===== and again\n".join(said))


def config_vars(checkout: Checkout) -> dict[str, Any]:
    with checkout.heroku() as client:
        if not [app for app in client.request("GET", "/apps") if app["name"].endswith(STACK)]:
            return {}
        found: dict[str, Any] = client.request("GET", f"{APP}/config-vars")
        return found


def _one_of_each(checkout: Checkout) -> None:
    with checkout.heroku() as client:
        assert [app["name"] for app in client.request("GET", "/apps")].count(f"sc-mvp-{STACK}") == 1
        (addon,) = client.request("GET", f"{APP}/addons")
        assert addon["name"] == f"sc-mvp-{STACK}-db"
        assert [one["name"] for one in client.request("GET", f"{APP}/addon-attachments")] == ["DATABASE"]
        schedules = client.request(
            "GET", f"/client/v11/databases/{addon['id']}/transfer-schedules", api="data"
        )
        assert [one["name"] for one in schedules] == ["DATABASE_URL"]
        assert client.request("GET", f"{APP}/formation/web")["quantity"] == 1
