"""git's configuration in the shell: Heroku's remotes lead to local Heroku, and nothing of the operator's is written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from local_heroku.process import Running
from operations.rehearsal.heroku_shell import git


def configured(home: Path, *words: str, key: str = "canary") -> str:
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": str(home / git.CONFIG), "HEROKU_API_KEY": key}
    done = subprocess.run(
        ["git", *words], env=env, cwd=home, input="protocol=https\nhost=127.0.0.1:2\n\n",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def running(tmp_path: Path) -> Running:
    return Running("http://127.0.0.1:1", "canary", 1, tmp_path, "https://127.0.0.1:2")


@pytest.fixture
def operators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "operators"
    file.write_text(
        '[user]\n\tname = "O \\"x\\" Perator"\n\temail = o@example.com\n[credential]\n\thelper = store\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))
    return file


def test_the_token_comes_from_the_shell_s_environment_and_is_in_no_file(
    tmp_path: Path, running: Running, operators: Path
) -> None:
    git.write(tmp_path / "home", running)
    said = configured(tmp_path / "home", "credential", "fill", key="canary-token")
    assert said.splitlines()[-2:] == ["username=heroku", "password=canary-token"]
    written = "".join(file.read_text() for file in (tmp_path / "home").iterdir())
    assert "canary" not in written
    assert operators.read_text().endswith("helper = store\n")


def test_a_commit_in_the_shell_is_the_operator_s(tmp_path: Path, running: Running, operators: Path) -> None:
    del operators
    git.write(tmp_path / "home", running)
    assert configured(tmp_path / "home", "config", "user.name") == 'O "x" Perator\n'


def test_what_heroku_s_cli_wrote_stays_and_the_rest_is_made_anew(
    tmp_path: Path, running: Running, operators: Path
) -> None:
    del operators
    home = tmp_path / "home"
    git.write(home, running)
    configured(home, "config", "--global", "credential.https://x.helper", "!heroku git:credentials")
    git.write(home, Running("http://127.0.0.1:1", "canary", 1, tmp_path, "https://127.0.0.1:3"))
    assert configured(home, "config", "credential.https://x.helper") == "!heroku git:credentials\n"
    assert "url.https://127.0.0.1:3/.insteadof git@heroku.com:" in configured(
        home, "config", "--get-regexp", "insteadof"
    )
    assert "127.0.0.1:2" not in configured(home, "config", "--list")


def test_without_a_certificate_it_goes_over_http(tmp_path: Path, operators: Path) -> None:
    del operators
    git.write(tmp_path / "home", Running("http://127.0.0.1:1", "canary", 1, tmp_path))
    assert "url.http://127.0.0.1:1/.insteadof https://127.0.0.1:1/" in configured(
        tmp_path / "home", "config", "--get-regexp", "insteadof"
    )
