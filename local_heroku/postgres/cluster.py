"""One PostgreSQL server on loopback: made, started, asked, stopped."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ADMIN = "local_heroku"
HOST = "localhost"
"""The one name for which Heroku's CLI doesn't insist on TLS. Source: heroku-cli-util, bastion.js, `baseEnv`."""
LOOPBACK = "127.0.0.1"
STARTS = 60  # seconds
RUNS = 120.0  # seconds for one program
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "130",
    "fsync": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "log_min_messages": "fatal",
}
"""Standard-0 allows 120 connections. Without fsync: what is lost with the machine's power is a rehearsal's."""


class PostgresError(Exception):
    """What a program of PostgreSQL's complained of."""


@dataclass(frozen=True)
class Cluster:
    """`programs`: the folder of PostgreSQL's; `folder`: data, password, log, port."""

    programs: Path
    folder: Path

    @property
    def port(self) -> int:
        return int((self.folder / "port").read_text())

    def start(self) -> None:
        """Makes it first where there is none; one that a killed local Heroku left behind is stopped. Raises PostgresError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.folder / "made").exists():
            self._make()
        self.stop()
        options = [part for name, value in self._settings().items() for part in ("-c", f"{name}={value}")]
        said = " ".join(f"'{part}'" for part in options)
        try:
            self._control("start", "-l", str(self.folder / "log"), "-t", str(STARTS), "-o", said)
        except PostgresError as error:
            raise PostgresError(
                f"PostgreSQL did not start on port {self.port}: {self._last_line()}"
            ) from error

    def stop(self) -> None:
        """Whatever is connected is let go."""
        if (self.folder / "data" / "postmaster.pid").exists():
            with suppress(PostgresError):
                self._control("stop", "-m", "fast", "-t", str(STARTS))

    def ask(self, sql: str, *, database: str = "postgres") -> str:
        """What it answers, a row a line, cells with | between. Raises PostgresError."""
        words = [
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-v",
            "VERBOSITY=terse",
            "-d",
            database,
            "-f",
            "-",
        ]
        return self.run("psql", *words, given=sql).strip()

    def run(self, program: str, *words: str, given: str = "") -> str:
        """As the administrator. Raises PostgresError."""
        known = {
            "PGHOST": LOOPBACK,
            "PGPORT": str(self.port),
            "PGUSER": ADMIN,
            "PGPASSWORD": (self.folder / "password").read_text(),
            "PGCONNECT_TIMEOUT": "10",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return _ran([str(self.programs / program), *words], given, {**kept, **known})

    def _make(self) -> None:
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_hex(24))
        (self.folder / "port").write_text(str(_free_port()))
        words = [
            "-D",
            str(self.folder / "data"),
            "-U",
            ADMIN,
            "-A",
            "scram-sha-256",
            "--pwfile",
            str(password),
        ]
        _ran(_no_root([str(self.programs / "initdb"), *words, "-E", "UTF8", "--locale=C", "--no-sync"]))
        (self.folder / "made").touch()

    def _settings(self) -> dict[str, str]:
        return {**_SETTINGS, "port": str(self.port)}

    def _control(self, *words: str) -> None:
        _ran(_no_root([str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *words]))

    def _last_line(self) -> str:
        log = self.folder / "log"
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        return lines[-1] if lines else "it said nothing"


def _ran(command: list[str], given: str = "", env: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, check=False, timeout=RUNS, env=env
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PostgresError(str(error)) from error
    if done.returncode:
        raise PostgresError(done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}")
    return done.stdout


def _no_root(command: list[str]) -> list[str]:
    """PostgreSQL refuses root. That of a container is another user to it in a namespace; the files stay root's."""
    return [*(["unshare", "--user", "--map-user=1000", "--"] if os.geteuid() == 0 else []), *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
