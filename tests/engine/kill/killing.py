"""One command that is killed somewhere, and whether at most two more make everything good."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_heroku import process
from tests.engine.gate.conftest import git
from tests.engine.kill.standing import APP, STACK, Standing, standing
from tests.engine.stacks.checkout import Checkout
from tests.waiting import wait_until

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
USUAL_SECONDS = {"apply": 8.0, "adopt": 5.0}
"""What a command takes where nobody has measured it yet; else 3 s."""
MOST_COMMANDS = 2
LIMIT_SECONDS = 600
"""Of one command: 400 kills are played beside other work, at the lowest priority."""
NEW_VAR = "LANG"
ONE_OF_EACH = ("app", "addon", "attachment", "formation", "schedule")


@dataclass(frozen=True)
class Kill:
    number: int
    command: str
    target: str
    moment: float
    """When, as a part of the time that the command takes; where its target comes later, as soon as it is there."""

    def __str__(self) -> str:
        return f"{self.number}-{self.command}-{self.target}-at-{self.moment:.0%}".replace(" ", "-")


def kills(count: int, seed: str = "") -> list[Kill]:
    """Both in turn: their numbers have no factor in common, so each pair comes once before any comes twice."""
    chance = random.Random(f"{count} {seed}")  # noqa: S311 - for tests
    commands, targets = [*COMMANDS], [*TARGETS]
    return [
        Kill(
            number,
            commands[number % len(commands)],
            targets[number % len(targets)],
            round(chance.uniform(0, 1), 2),
        )
        for number in range(count)
    ]


@dataclass(frozen=True)
class Worlds:
    """A checkout, and what it looked like before each command."""

    checkout: Checkout
    kept: Path
    seconds: dict[str, float] = field(default_factory=dict)
    """What each command took when it last went through."""
    proven: dict[str, Standing] = field(default_factory=dict)
    """What is there after each command, where an empty preview has shown that it is whole."""

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
        process.start(self.local / "heroku")

    def usual_seconds(self, command: str) -> float:
        return self.seconds.get(command, USUAL_SECONDS.get(command, 3.0))


ENDS = {"first up": "up", "update": "changed", "apply": "changed", "adopt": "adopted", "destroy": "gone"}
"""What each command leaves: the first of a kind is proven by an empty preview, the others must equal it."""


def play(worlds: Worlds, kill: Kill) -> bool:
    """Whether something was there to be killed. Fails where two commands don't converge."""
    checkout = worlds.checkout
    worlds.put_back({"first up": "empty", "adopt": "seeded"}.get(kill.command, "up"))
    changes = kill.command in ("update", "apply")
    _propose(checkout, change=changes)
    before = config_vars(checkout)
    struck = _strike(worlds, kill)
    _converge(worlds, kill.command)
    assert _edited(checkout) == ""
    if kill.command == "destroy":
        assert standing(checkout) == Standing({}, {"app": []})
        return struck
    after = config_vars(checkout)
    lost = {name: value for name, value in before.items() if after.get(name) != value}
    assert lost.keys() == set(), f"lost or changed: {sorted(lost)}"
    assert (NEW_VAR in after) is changes
    _whole(worlds, ENDS[kill.command])
    return struck


def _whole(worlds: Worlds, end: str) -> None:
    found = standing(worlds.checkout)
    if end not in worlds.proven:
        assert {
            kind: len(ones) for kind, ones in found.account.items() if kind in ONE_OF_EACH
        } == dict.fromkeys(ONE_OF_EACH, 1)
        worlds.checkout.ops("pulumi", STACK, "preview", "--refresh", "--expect-no-changes")
        worlds.proven[end] = found
    assert found == worlds.proven[end]


def _edited(checkout: Checkout) -> str:
    return subprocess.run(
        ["git", "status", "--porcelain"], cwd=checkout.folder, capture_output=True, text=True, check=True
    ).stdout


def _propose(checkout: Checkout, *, change: bool) -> None:
    git(checkout.folder, "checkout", "-q", "first", "--", ".")
    if change:
        for stack in ("staging", "production"):
            checkout.edit(
                f"Pulumi.{stack}.yaml", "RAILS_ENV: production", f"RAILS_ENV: production\n    {NEW_VAR}: C"
            )
    git(checkout.folder, "commit", "-q", "--allow-empty", "-am", "As it is to be applied")


def _strike(worlds: Worlds, kill: Kill) -> bool:
    checkout = worlds.checkout
    start = time.monotonic()
    running = checkout.start(*COMMANDS[kill.command])
    found: list[int] = []
    while not found and running.poll() is None and time.monotonic() < start + LIMIT_SECONDS:
        found = _targets(checkout, running.pid, kill.target)
        time.sleep(0.02)
    time.sleep(max(0.0, start + kill.moment * worlds.usual_seconds(kill.command) - time.monotonic()))
    tree = _tree(running.pid)
    pids = (
        [*tree, running.pid] if kill.target == "whole tree" else _targets(checkout, running.pid, kill.target)
    )
    struck = bool(pids) and running.poll() is None
    for pid in pids if struck else []:
        _kill(pid)
    running.wait(timeout=LIMIT_SECONDS)
    wait_until(
        lambda: not [pid for pid in tree if _lives(pid)], why="the killed run's processes end", seconds=60
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
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        stat = _stat(int(folder.name))
        if len(stat) > 1:
            children.setdefault(int(stat[1]), []).append(int(folder.name))
    found: dict[int, str] = {}
    waiting = [leader]
    while waiting:
        for pid in children.get(waiting.pop(), ()):
            if "local_heroku serve" not in (line := _line(pid)):
                found[pid] = line
                waiting.append(pid)
    return found


def _stat(pid: int) -> list[str]:
    """Its state, its parent and what follows; nothing of a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ").strip()
    except OSError:
        return ""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lives(pid: int) -> bool:
    return _stat(pid)[:1] not in ([], ["Z"])


def _converge(worlds: Worlds, command: str) -> None:
    """By the command that was killed, typed again as a person does."""
    said: list[str] = []
    for _ in range(MOST_COMMANDS):
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "operations", *COMMANDS[command]],
            cwd=worlds.checkout.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            worlds.seconds[command] = time.monotonic() - start
            return
        said.append(f"exit {done.returncode}\n{done.stdout}")
    raise AssertionError("\n===== and again\n".join(said))


def config_vars(checkout: Checkout) -> dict[str, Any]:
    with checkout.heroku() as client:
        if not [app for app in client.request("GET", "/apps") if app["name"].endswith(STACK)]:
            return {}
        found: dict[str, Any] = client.request("GET", f"{APP}/config-vars")
        return found
