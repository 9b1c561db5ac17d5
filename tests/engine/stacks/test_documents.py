"""Every command that a document shows in a shell block can be typed as it stands."""

from __future__ import annotations

import re
import shlex
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from tests.engine.stacks.checkout import ROOT, Checkout

pytestmark = pytest.mark.engine

RUN_ELSEWHERE = {"demo", "test"}
"""The fixture runs the one, and the other is this run."""
TYPED_BY_ITS_OWN_TEST = {"adopt.md", "real-heroku.md", "state.md"}
"""The first forgets the account and makes another: tests/engine/adopt/test_document.py. The second is about the real account:
tests/engine/plain/test_real_heroku_document.py. The third needs servers: tests/engine/state/test_backends.py."""
TELLS_BY_EXIT_CODE = {"check", "gate", "drift", "verify"}
"""Exit codes of these say what was found: 0 to 3; a wrong command line is 64 with a usage message."""
PLAIN = {
    "pulumi install",
    "pulumi stack init staging",
    "pulumi preview --policy-pack policies",
    "pulumi up --refresh --policy-pack policies",
}
"""Plain Pulumi, typed by tests/engine/plain."""
PRE_COMMIT = {"pip install pre-commit", "pre-commit install", "pre-commit run --all-files"}
"""Another program; what its hooks run is in tests/unit/house/test_pre_commit.py."""
COMPLETION = 'eval "$(_OPS_COMPLETE=bash_source ./ops)"'


def shell_lines(document: Path) -> list[str]:
    """Each line of the document's `sh` blocks, without its comment."""
    blocks = document.read_text(encoding="utf-8").split("```sh\n")[1:]
    lines = [
        line.partition("  #")[0].strip() for block in blocks for line in block.split("```")[0].splitlines()
    ]
    return [line for line in lines if line]


def shell_commands(document: Path) -> list[list[str]]:
    """The words of each `./ops` line."""
    words = [shlex.split(line, comments=True) for line in shell_lines(document) if line.startswith("./ops ")]
    return [found[1:] for found in words if found[1] not in RUN_ELSEWHERE and not _reaches_out(found)]


def _reaches_out(words: list[str]) -> bool:
    """What asks the real Heroku is not typed in a test."""
    return ("--account", "heroku") in pairwise(words)


DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TYPED = {
    " ".join(words): words
    for document in DOCUMENTS
    if document.name not in TYPED_BY_ITS_OWN_TEST
    for words in shell_commands(document)
}
"""Each once, however many documents show it."""


@pytest.mark.parametrize("command", TYPED)
def test_a_documented_command_runs(up: Checkout, command: str) -> None:
    words = TYPED[command]
    beside = up.folder.parent / "main"
    if not beside.exists():
        beside.symlink_to(up.folder)  # a checkout of main, as the documents have it
    shown = up.ops(*words, expected=None if words[0] in TELLS_BY_EXIT_CODE else 0)
    assert "Traceback" not in shown
    assert "Usage:" not in shown


def test_no_command_stands_in_a_document_that_no_test_types() -> None:
    others = {
        line
        for document in DOCUMENTS
        if document.name not in TYPED_BY_ITS_OWN_TEST
        for line in shell_lines(document)
        if not line.startswith("./ops ")
    }
    assert others <= {COMPLETION, *PLAIN, *PRE_COMMIT}


def test_the_tab_key_completes_as_the_readme_sets_it_up(up: Checkout) -> None:
    press = "COMP_WORDS=(./ops gate pro) COMP_CWORD=2; _ops_completion ./ops; echo ${COMPREPLY[@]}"
    shown = subprocess.run(
        ["bash", "-c", f"{COMPLETION}; {press}"], cwd=up.folder, capture_output=True, text=True, check=True
    )
    assert shown.stdout.split() == ["production"], shown.stderr


README = (ROOT / "README.md").read_text(encoding="utf-8")
VARIES = ("health", "database size", "connections", "newest release")
"""Rows of the summary whose numbers are another run's."""


def outputs() -> list[str]:
    """What the README shows as printed, in its order."""
    return [block.split("```")[0].strip() for block in README.split("```text\n")[1:]]


def without_chance(summary: str) -> list[str]:
    """Lines of a summary, without what differs from run to run."""
    lines = re.sub(r"-[0-9a-f]{12}\.", "-SUFFIX.", summary).splitlines()
    return [re.sub(r"[\d.]+", "0", line) if line.strip().startswith(VARIES) else line for line in lines]


def test_the_readme_shows_what_the_demo_prints(printed: str) -> None:
    summary = printed.split("What is running")[1].split("\n\nWhat to look at next", maxsplit=1)[0]
    production = summary[summary.index("production\n") :]
    assert without_chance(outputs()[0]) == without_chance(production.strip())


def test_the_readme_shows_what_the_gate_prints_for_its_edit(up: Checkout) -> None:
    old, new = re.findall(r"`(web: \{[^}]+\})`", README)
    with up.edits() as edit:
        edit("Pulumi.production.yaml", old, new)
        assert outputs()[1] in up.ops("gate", "production")
