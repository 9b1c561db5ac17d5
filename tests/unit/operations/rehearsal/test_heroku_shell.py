"""The shell's `heroku`: refuses by name what would leave this machine, and hands the rest to the CLI under guard."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from local_heroku.process import Running
from operations.rehearsal.heroku_shell import curl, wrapper
from operations.rehearsal.heroku_shell.refused import REFUSED
from toolchain import heroku_cli

ECHO = '#!/bin/sh\necho "$HEROKU_APP|$NODE_OPTIONS|$*"\n'


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """What stands for the CLI: shows what it was given."""
    made = tmp_path / "the cli's" / "heroku"
    made.parent.mkdir()
    made.write_text(ECHO)
    made.chmod(0o755)
    return made


def typed(tmp_path: Path, program: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    folder = wrapper.install(tmp_path / "bin", program)
    return subprocess.run(
        [str(folder / "heroku"), *words],
        env={"PATH": "/usr/bin:/bin", "HEROKU_APP": "sc-mvp-staging", **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["ps", "pg:info", "apps:info", "run"])
def test_what_local_heroku_serves_is_handed_over_under_guard(
    tmp_path: Path, program: Path, command: str
) -> None:
    said = typed(tmp_path, program, command, "-x", "a b", NODE_OPTIONS="--no-warnings")
    assert said.stdout == f"sc-mvp-staging|--no-warnings --require={wrapper.GUARD}|{command} -x a b\n"


@pytest.mark.parametrize("command", sorted(REFUSED))
def test_a_refused_command_is_named_with_the_reason(tmp_path: Path, program: Path, command: str) -> None:
    said = typed(tmp_path, program, command, "-a", "sc-mvp-production")
    assert (said.returncode, said.stdout) == (wrapper.REFUSED_STATUS, "")
    assert said.stderr == (
        f"heroku {command}: refused in this shell, which knows local Heroku only: {REFUSED[command]}.\n"
    )


@pytest.mark.parametrize(
    ("alias", "command"), [("psql", "pg:psql"), ("open", "apps:open"), ("login", "auth:login")]
)
def test_another_name_of_a_refused_command_is_refused_too(
    tmp_path: Path, program: Path, alias: str, command: str
) -> None:
    said = typed(tmp_path, program, alias)
    assert (said.returncode, said.stderr.startswith(f"heroku {command}: refused")) == (
        wrapper.REFUSED_STATUS,
        True,
    )


@pytest.mark.parametrize("command", ["apps:create", "create"])
def test_a_new_app_is_not_named_after_the_shells(tmp_path: Path, program: Path, command: str) -> None:
    assert typed(tmp_path, program, command, "sc-new").stdout.startswith("|--require=")


def test_the_shells_own_heroku_is_never_taken_for_the_cli(tmp_path: Path, program: Path) -> None:
    folder = wrapper.install(tmp_path / ".local" / "shell" / "bin", program)
    assert heroku_cli.find(tmp_path, {"PATH": str(folder)}) is None
    assert heroku_cli.find(tmp_path, {"PATH": f"{folder}:{program.parent}"}) == program


def test_curl_is_led_to_local_heroku_on_the_webs_ports_only(tmp_path: Path) -> None:
    running = Running("http://127.0.0.1:4000", "t", 1, tmp_path, "https://127.0.0.1:4001")
    curl.write(tmp_path, running)
    assert (tmp_path / ".curlrc").read_text().splitlines()[1:] == [
        'connect-to = ":80:127.0.0.1:4000"',
        'connect-to = ":443:127.0.0.1:4001"',
        f'cacert = "{tmp_path}/certificate.pem"',
        'noproxy = "*"',
    ]
