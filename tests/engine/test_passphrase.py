"""A wrong passphrase and a secret null, told apart on the engine that is there."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from operations.errors import OperationError
from operations.pulumi_run.state_secrets import WRONG, why_failed, why_undecrypted
from tests.engine.plugin_project import require_pulumi

pytestmark = pytest.mark.engine

MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
STACK = "urn:pulumi:test::social-catering::pulumi:pulumi:Stack::social-catering-test"


@dataclass
class Stack:
    folder: Path
    passphrase: str = "right"

    def pulumi(self, arguments: Sequence[str], given: str = "") -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--stack", "test", "--non-interactive"],
            cwd=self.folder,
            env={
                **os.environ,
                "PULUMI_BACKEND_URL": self.folder.as_uri(),
                "PULUMI_HOME": str(self.folder / "home"),
                "PULUMI_CONFIG_PASSPHRASE": self.passphrase,
                "PULUMI_SKIP_UPDATE_CHECK": "1",
            },
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise OperationError(done.stderr)
        return done.stdout

    def holds(self, **secrets: Any) -> None:
        exported = json.loads(self.pulumi(["stack", "export"]))
        outputs = {name: {**MARK, "plaintext": json.dumps(value)} for name, value in secrets.items()}
        exported["deployment"]["resources"] = [
            {"urn": STACK, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": outputs}
        ]
        self.pulumi(["stack", "import"], json.dumps(exported))

    def why(self) -> str:
        """As `ops drift` would say it."""
        try:
            exported = json.loads(self.pulumi(["stack", "export", "--show-secrets"]))
        except OperationError as error:
            return why_failed(error)
        return why_undecrypted(exported, self.pulumi)


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    require_pulumi()
    (tmp_path / "Pulumi.yaml").write_text("name: social-catering\nruntime: python\n")
    made = Stack(tmp_path)
    made.pulumi(["stack", "init"])
    return made


@pytest.mark.fault("B46")
@pytest.mark.parametrize(
    "secrets",
    [{"a": None}, {"a": None, "b": None}, {"a": None, "b": "canary"}, {"a": "true"}, {"a": {}}],
    ids=json.dumps,
)
def test_any_secrets_are_read_with_the_right_passphrase_and_none_with_a_wrong_one(
    stack: Stack, secrets: dict[str, Any]
) -> None:
    stack.holds(**secrets)
    assert stack.why() == ""
    stack.passphrase = "wrong"
    assert stack.why() == WRONG


def test_asking_changes_no_file(stack: Stack) -> None:
    stack.holds(a=None)
    before = {path: path.read_bytes() for path in stack.folder.rglob("*.yaml")}
    assert stack.why() == ""
    assert {path: path.read_bytes() for path in stack.folder.rglob("*.yaml")} == before
