"""Both stacks up in a checkout with a history; each test proposes a change and takes it back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.gate.changes import WAIVERS
from tests.engine.stacks.brought_up import bring_up
from tests.engine.stacks.checkout import STACKS, Checkout

RECORDER = """
import shutil, sys
shutil.copytree(sys.argv[sys.argv.index("--events") + 1], ".local/recorded", dirs_exist_ok=True)
print('{"stacks": []}')
"""
"""Stands for main's version, which the gate hands the previews that it judged: keeps them and says nothing of them."""


@dataclass(frozen=True)
class Answer:
    code: int
    data: dict[str, Any]
    comment: str
    sarif: dict[str, Any]
    streams: dict[str, str]
    """By stack, the event stream that was judged; none where nothing was previewed."""
    printed: str
    """Standard error."""

    def stack(self, name: str) -> dict[str, Any]:
        (found,) = [stack for stack in self.data["stacks"] if stack["stack"] == name]
        return dict(found)

    def red(self, name: str) -> list[str]:
        return [
            verdict["rule"]
            for verdict in self.stack(name)["verdicts"]
            if verdict["verdict"] in ("fail", "not evaluated")
        ]

    @property
    def troubles(self) -> list[str]:
        found = [*self.data["blocks"], *self.data["inconclusive"], *self.data["to_fix"]]
        for stack in self.data["stacks"]:
            found += [*stack["blocks"], *stack["inconclusive"]]
        return found

    @property
    def findings(self) -> list[str]:
        """Each with its rule, of all stacks."""
        return sorted(
            f"{verdict['rule']}: {finding['target']} {finding['found']}"
            for stack in self.data["stacks"]
            for verdict in stack["verdicts"]
            for finding in verdict["findings"]
            if finding["outcome"] != "elsewhere"
        )

    @property
    def steps(self) -> list[str]:
        """In words, of all stacks."""
        return sorted(step for stack in self.data["stacks"] for step in stack["steps_in_words"])

    @property
    def shown(self) -> str:
        return json.dumps(self.data) + self.comment + json.dumps(self.sarif) + self.printed


pytest.register_assert_rewrite("tests.engine.gate.proposing")
Edit = Callable[[str, str, str], None]
Gate = Callable[..., Answer]


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=ops", "-c", "user.email=ops@example.invalid"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    checkout = Checkout.with_a_managed_secret(tmp_path_factory.mktemp("checkout"))
    git(checkout.folder, "init", "-q")
    git(checkout.folder, "add", "-A")
    git(checkout.folder, "commit", "-qm", "By the book")
    bring_up(checkout, tmp_path_factory)
    yield checkout
    checkout.stop()


@pytest.fixture(scope="module")
def secrets(up: Checkout) -> list[str]:
    """What is set on both apps and must be in no output."""
    with up.heroku() as client:
        return up.secrets(client)


@pytest.fixture
def edit(up: Checkout) -> Iterator[Edit]:
    with up.edits() as edit:
        yield edit


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    folder = tmp_path / "recorder"
    (folder / "operations").mkdir(parents=True)
    (folder / "operations" / "__main__.py").write_text(RECORDER, encoding="utf-8")
    (folder / "waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    return folder


@pytest.fixture
def gate(up: Checkout, tmp_path: Path, recorder: Path, secrets: list[str]) -> Gate:
    """Runs the gate; no secret is in anything that it says."""

    def run(*arguments: str, main: Path = recorder) -> Answer:
        comment, sarif = tmp_path / "gate.md", tmp_path / "gate.sarif"
        files = ["--json", "--markdown", str(comment), "--sarif", str(sarif), "--main", str(main)]
        done = subprocess.run(
            [sys.executable, "-m", "operations", "gate", *arguments, *files],
            cwd=up.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.stdout, done.stderr
        answer = Answer(
            done.returncode,
            json.loads(done.stdout),
            comment.read_text(encoding="utf-8"),
            json.loads(sarif.read_text(encoding="utf-8")),
            {
                path.stem: json.loads(path.read_text(encoding="utf-8"))["stdout"]
                for path in (recorder / ".local" / "recorded").glob("*.json")
                if path.stem in STACKS
            },
            done.stderr,
        )
        assert [number for number, secret in enumerate(secrets) if secret in answer.shown] == []
        return answer

    return run
