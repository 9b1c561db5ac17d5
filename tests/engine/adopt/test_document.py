"""Every command of docs/adopt.md, typed in its order, with the exit code that stands beside it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.engine.adopt.account import LiveAccount
from tests.engine.stacks.checkout import ROOT

pytestmark = pytest.mark.engine

DOCUMENT = ROOT / "docs" / "adopt.md"


def typed(document: Path) -> list[tuple[list[str], int]]:
    """The words of each `./ops` line and its exit code, but for the real Heroku's and for what test_promoted.py types."""
    blocks = document.read_text(encoding="utf-8").split("```sh\n")[1:]
    lines = [line for block in blocks for line in block.split("```")[0].splitlines()]
    found = []
    for line in lines:
        words = shlex.split(line, comments=True)
        code = re.search(r"# exits with (\d)", line)
        if words[0] == "./ops" and not {"--account", "--promoted"} & {*words}:
            found.append((words[1:], int(code[1]) if code else 0))
    return found


def test_the_document_can_be_typed_as_it_stands(account: LiveAccount) -> None:
    for stack in ("staging", "production"):
        # As it is committed: no secret is managed.
        account.checkout.edit(f"Pulumi.{stack}.yaml", "SECRET_KEY_BASE: managed", "SECRET_KEY_BASE: external")
    commands = typed(DOCUMENT)
    assert len(commands) == 9
    assert {code for _, code in commands} == {0, 2}
    for words, code in commands:
        account.checkout.ops(*words, expected=code)
    written = (account.checkout.folder / "Pulumi.staging.yaml").read_text(encoding="utf-8")
    assert re.search(r"^    name: postgresql-[a-z]+-\d{5}$", written, re.MULTILINE)
