"""A checkout next to live apps that Pulumi knows nothing of, put back as it was after each test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heroku_api.client import Client
from local_heroku import process
from tests.engine.stacks.checkout import Checkout
from tests.waiting import wait_until

LISTS = ("formation", "dynos", "addons", "addon-attachments", "releases", "builds", "buildpack-installations")
WAIT_SECONDS = 60


@dataclass(frozen=True)
class LiveAccount:
    """`kept` holds the account, the states and the stack files as they were right after the seed."""

    checkout: Checkout
    kept: Path

    @property
    def local(self) -> Path:
        return self.checkout.folder / ".local"

    def keep(self) -> None:
        process.stop(self.local / "heroku")
        shutil.copytree(self.local, self.kept / "local", symlinks=True)
        self.start()

    def put_back(self) -> None:
        process.stop(self.local / "heroku")
        shutil.rmtree(self.local)
        shutil.copytree(self.kept / "local", self.local, symlinks=True)
        for stack in ("staging", "production"):
            name = f"Pulumi.{stack}.yaml"
            shutil.copy2(self.kept / name, self.checkout.folder / name)
        self.start()

    def start(self) -> None:
        self.checkout.start_heroku()

    def heroku(self) -> Client:
        return self.checkout.heroku()

    def ask(self, method: str, path: str, body: object = None, *, api: Any = "platform") -> Any:
        with self.heroku() as client:
            return client.request(method, path, body, api=api)

    def adopt(self, stack: str, *options: str, expected: int | None = 0) -> str:
        return self.checkout.ops("adopt", stack, *options, expected=expected)

    def seen(self, stack: str) -> dict[str, Any]:
        """The app as Heroku's own command line would show it: releases, dynos, config vars, schedules and all."""
        app = f"/apps/sc-mvp-{stack}"
        with self.heroku() as client:
            (addon,) = client.request("GET", f"{app}/addons")
            databases = f"/client/v11/databases/{addon['id']}"
            return {
                "app": client.request("GET", app),
                "config vars": client.request("GET", f"{app}/config-vars"),
                "schedules": client.request("GET", f"{databases}/transfer-schedules", api="data"),
                "backups": client.request("GET", f"/client/v11{app}/transfers", api="data"),
                **{name: client.request("GET", f"{app}/{name}") for name in LISTS},
            }

    def settled(self, stack: str) -> dict[str, Any]:
        """The same, once what was asked for is done."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            found = self.seen(stack)
            busy = [dyno for dyno in found["dynos"] if dyno["state"] != "up"]
            busy += [backup for backup in found["backups"] if backup["finished_at"] is None]
            if not busy and all(addon["state"] == "provisioned" for addon in found["addons"]):
                return found
            assert time.monotonic() < deadline, busy
            time.sleep(0.1)

    def writes(self) -> list[tuple[str, str]]:
        """Every request since the server started that could have changed the account; levers of tests are none."""
        asked = self.ask("GET", "/local/requests")["requests"]
        return [
            (one["method"], one["path"])
            for one in asked
            if one["method"] not in ("GET", "HEAD") and not one["path"].startswith("/local/")
        ]

    def state(self, stack: str) -> list[dict[str, Any]]:
        """The stored resources, as the file has them."""
        path = self.local / "pulumi/state/.pulumi/stacks/social-catering" / f"{stack}.json"
        if not path.exists():
            return []
        found: list[dict[str, Any]] = json.loads(path.read_bytes())["checkpoint"]["latest"].get("resources")
        return found or []

    def left_over(self, stack: str) -> list[str]:
        """Files that would keep another adoption from beginning anew: drafts of this one, and locks of the stack."""
        drafts = (self.local / "adopt" / stack).rglob("*")
        locks = (self.local / "pulumi" / "state" / ".pulumi" / "locks").rglob("*.json")
        return [str(path.relative_to(self.local)) for path in (*drafts, *locks) if path.is_file()]

    def names(self, stack: str) -> list[str]:
        """What is stored of what Heroku has."""
        return sorted(
            entry["urn"].rpartition("::")[2]
            for entry in self.state(stack)
            if entry.get("custom") and not entry["type"].startswith("pulumi:providers:")
        )

    def killed(self, stack: str, is_time: Callable[[set[str]], bool]) -> None:
        """Starts an adoption and kills it with all its processes when `is_time` says so of their command lines."""
        adopting = self.checkout.start("adopt", stack)

        def reached() -> bool:
            assert adopting.poll() is None, f"it ended before it was killed, with {adopting.returncode}"
            return is_time(commands(adopting.pid))

        wait_until(reached, why="the moment to kill it", seconds=WAIT_SECONDS)
        kill_all(adopting)


def kill_all(process_: subprocess.Popen[bytes]) -> None:
    """Kills a process and everything it started, wherever that stands in groups and sessions."""
    for pid in [process_.pid, *descendants(process_.pid)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process_.wait()


def descendants(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found = list(children.get(pid, []))
    for one in found:
        found += children.get(one, [])
    return found


def is_alive(pid: int) -> bool:
    """Whether it runs; one that ended and that nobody has waited for does not."""
    try:
        stat = (Path("/proc") / str(pid) / "stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def commands(pid: int) -> set[str]:
    """Command lines of what a process has started."""
    found = set()
    for one in descendants(pid):
        with suppress(OSError):
            words = (Path("/proc") / str(one) / "cmdline").read_bytes().split(b"\0")
            found.add(" ".join(word.decode() for word in words if word))
    return found
