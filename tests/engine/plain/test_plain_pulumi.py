"""Plain `pulumi` in a fresh clone, from an empty shell: no ./ops, nothing set up before."""

from __future__ import annotations

import re

import pytest

from local_heroku import process
from tests.engine.plain.shell import Shell
from tests.engine.stacks.checkout import ROOT, STACKS

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

GREEN = "✅ runbook@v0.1.0"


def typed(stack: str) -> list[str]:
    """The README's block of plain `pulumi` commands, for either stack."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [block] = [
        found for found in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL) if "pulumi install" in found
    ]
    lines = [line.partition("  #")[0].strip() for line in block.splitlines()]
    return [line.replace("staging", stack) for line in lines if line]


def for_an_empty_account(shell: Shell) -> None:
    """The apps aren't there yet, so each gets its first release from the placeholder, which only a local account takes."""
    for stack in STACKS:
        path = shell.folder / f"Pulumi.{stack}.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count("config:\n") == 1
        own = "config:\n  social-catering:rehearsal: {placeholder_release: true}\n"
        path.write_text(text.replace("config:\n", own), encoding="utf-8")
    shell.commit("A new account")


def test_the_readmes_commands_bring_both_stacks_up(shell: Shell, heroku: process.Running) -> None:
    for_an_empty_account(shell)
    confirmed = Shell(shell.folder, {**shell.environment, "PULUMI_OPTION_YES": "true"})
    for stack in STACKS:
        install, init, preview, up = typed(stack)
        assert "Finished installing dependencies" in confirmed.type(install)
        confirmed.type(init)
        assert GREEN in confirmed.type(preview)
        shown = confirmed.type(up)
        assert GREEN in shown
        assert "+ 16 created" in shown
        assert "Traceback" not in shown
        # Pulumi's own: what the stack's secrets are encrypted with. It belongs to the stack, and is committed.
        assert confirmed.changed() == [f" M Pulumi.{stack}.yaml"]
        difference = confirmed.type("git diff --unified=0").splitlines()
        added = [
            line for line in difference if line.startswith(("+", "-")) and line[:3] not in ("+++", "---")
        ]
        assert len(added) == 1
        assert added[0].startswith("+encryptionsalt: ")
        confirmed.commit(f"The salt of {stack}")
        again = "pulumi preview --refresh --expect-no-changes --policy-pack policies"
        assert GREEN in confirmed.type(again)
        assert confirmed.changed() == []
