"""Commands of the engine run in a session of their own, end at the time limit, and on the real account always with this project's pack."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from operations.accounts.heroku_account import HerokuAccount
from operations.errors import OperationError
from operations.pulumi_run import runner
from operations.pulumi_run.runner import output, pulumi, side_by_side
from operations.workspace import Workspace
from tests.waiting import wait_until


def engine(folder: Path, script: str = "exit 0") -> HerokuAccount:
    """The real account's engine, with a pulumi that is this script."""
    (folder / "pulumi").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "pulumi").chmod(0o755)
    return HerokuAccount({"HEROKU_API_KEY": "a-key", "PATH": str(folder)}, Workspace(folder))


def test_the_pack_is_this_projects_whatever_the_shell_says(tmp_path: Path) -> None:
    shell = {"HEROKU_API_KEY": "a-key", "PULUMI_OPTION_POLICY_PACK": "", "PATH": "/bin"}
    environment = HerokuAccount(shell, Workspace(tmp_path)).environment("production")
    assert environment["PULUMI_OPTION_POLICY_PACK"] == str(tmp_path / "policies")
    assert environment["PULUMI_STACK"] == "production"
    assert environment["PATH"] == f"{Path(sys.executable).parent}{os.pathsep}/bin"


def test_what_a_command_prints_and_its_exit_code_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = engine(tmp_path, 'echo "$@"; echo "oh" >&2; exit 7')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    done = pulumi(chosen, "staging", ["preview"], 10)
    assert (done.stdout, done.stderr, done.code) == ("preview --non-interactive\n", "oh\n", 7)


def test_a_pulumi_that_is_not_there_is_told_with_what_sets_one_up(tmp_path: Path) -> None:
    account = HerokuAccount({"HEROKU_API_KEY": "a-key", "PATH": str(tmp_path)}, Workspace(tmp_path))
    with pytest.raises(OperationError, match=r"^no pulumi on PATH; `ops test` or `ops demo` sets one up$"):
        pulumi(account, "staging", ["preview"])


IN_A_GROUP_OF_ITS_OWN = f"{sys.executable} -c 'import os, time; os.setpgrp(); time.sleep(60)'"
"""As the engine starts policy packs and plugins."""


@pytest.mark.parametrize(
    "child", ["/bin/sleep 60", IN_A_GROUP_OF_ITS_OWN], ids=["its group", "another group"]
)
def test_a_command_that_hangs_is_stopped_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(runner, "STOP_SECONDS", 1)
    chosen = engine(tmp_path, f"{child} & echo $! >child; echo begun; wait")
    started = time.monotonic()
    done = pulumi(chosen, "staging", ["preview"], 1)
    assert (done.stdout, done.code) == ("begun\n", None)
    assert time.monotonic() - started < 20
    ends(int((tmp_path / "child").read_text()))


def test_pipes_that_a_process_out_of_the_session_holds_are_closed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be read from them for as long as it lives, and nobody would close them."""
    started: list[subprocess.Popen[str]] = []
    start = subprocess.Popen

    def remembered(*arguments: Any, **options: Any) -> subprocess.Popen[str]:
        started.append(start(*arguments, **options))
        return started[-1]

    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(runner, "STOP_SECONDS", 0.2)
    held = f'{sys.executable} -c \'import os, time; os.setsid(); print(os.getpid(), file=open("held", "w"), flush=True); time.sleep(60)\''
    chosen = engine(tmp_path, f"{held} & wait")
    monkeypatch.setattr(subprocess, "Popen", remembered)
    done = pulumi(chosen, "staging", ["preview"], 2)
    monkeypatch.undo()
    try:
        (process, *_) = started
        assert done.code is None
        assert [pipe.closed for pipe in (process.stdin, process.stdout, process.stderr) if pipe] == [True] * 3
        assert process.returncode is not None
    finally:
        os.kill(int((tmp_path / "held").read_text()), signal.SIGKILL)


def test_an_interrupt_here_ends_the_command_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    chosen = engine(tmp_path, "echo $$ >child; exec /bin/sleep 60")
    timer = threading.Timer(0.5, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        pulumi(chosen, "staging", ["preview"], 60)
    timer.join()
    ends(int((tmp_path / "child").read_text()))


def test_an_interrupt_ends_commands_that_run_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They run on threads, in sessions of their own: the terminal's Ctrl-C reaches neither."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    chosen = engine(tmp_path, 'echo $$ >"child-$2"; exec /bin/sleep 60')
    timer = threading.Timer(0.5, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    timer.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), side_by_side(2) as pool:
        list(pool.map(lambda name: pulumi(chosen, "staging", ["preview", name], 60), ("a", "b")))
    timer.join()
    assert time.monotonic() - started < 20
    for name in ("a", "b"):
        ends(int((tmp_path / f"child-{name}").read_text()))


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ('echo "error: no stack" >&2; exit 255', "pulumi stack export failed: error: no stack"),
        (
            """echo '{"sequence":0,"diagnosticEvent":{"severity":"error","message":"refused"}}'; exit 1""",
            "pulumi stack export failed: refused",
        ),
        (
            "echo ' +  heroku:index:App creating'; echo '    error: app: 403'; exit 1",
            "pulumi stack export failed: error: app: 403",
        ),
        ("exit 1", "pulumi stack export failed: it printed no error"),
        ("exec /bin/sleep 60", "pulumi stack export did not end within 1 s"),
    ],
    ids=["on stderr", "in its events", "among its progress", "nowhere", "too slow"],
)
def test_a_command_that_fails_says_why_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(OperationError) as raised:
        output(engine(tmp_path, script), "staging", ["stack", "export", "--show-secrets"], 1)
    assert str(raised.value) == reason


def test_a_command_reads_what_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert pulumi(engine(tmp_path, "/bin/cat"), "staging", ["stack"], 10, given="a state").stdout == "a state"


def is_running(process: int) -> bool:
    """One that has ended and that nobody has asked about yet counts for ended."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")


def ends(process: int) -> None:
    wait_until(lambda: not is_running(process), why=f"process {process} still runs", seconds=5)
