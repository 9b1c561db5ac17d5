"""Every command of docs/real-heroku.md, typed in its order; local Heroku with both apps live stands for the account."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_heroku import process
from tests.engine.plain import loopback_lifted
from tests.engine.plain.shell import Shell, clone, empty_shell
from tests.engine.stacks.checkout import ROOT, STACKS, Checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

DOCUMENT = ROOT / "docs" / "real-heroku.md"
BLOCK = re.compile(r"```(sh|yaml)\n(.*?)```", re.DOTALL)
FILLED_IN = re.compile(r"export (\w+)=…")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Live apps, made by the runbook's commands; another checkout's account."""
    checkout = Checkout.of_working_tree(tmp_path_factory.mktemp("seeded"))
    checkout.ops("local", "seed")
    yield checkout
    checkout.stop()


@pytest.fixture
def account_holder(tmp_path: Path, seeded: Checkout) -> Shell:
    heroku = process.status(seeded.folder / ".local" / "heroku")
    assert heroku is not None
    (tmp_path / "pulumi-home").mkdir()
    return empty_shell(clone(tmp_path / "clone"), tmp_path / "pulumi-home", heroku)


def blocks() -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))]


def lines_of(block: str) -> list[str]:
    lines = [line.partition("  #")[0].strip() for line in block.splitlines()]
    return [line for line in lines if line]


def lift_the_refusal(shell: Shell) -> None:
    """From inside: in the packages of the clone's own environment."""
    [site] = (shell.folder / ".venv" / "lib").glob("python3*/site-packages")
    shutil.copy2(Path(loopback_lifted.__file__), site / "loopback_lifted.py")
    (site / "loopback_lifted.pth").write_text("import loopback_lifted\n", encoding="ascii")


def declare(shell: Shell, variable: str) -> None:
    """Adds the document's example to both stack files."""
    for stack in STACKS:
        path = shell.folder / f"Pulumi.{stack}.yaml"
        text = path.read_text(encoding="utf-8")
        [head] = re.findall(r"^ +social-catering:config_vars:.*\n", text, re.MULTILINE)
        path.write_text(text.replace(head, head + variable), encoding="utf-8")


def walking(shell: Shell, line: str) -> Shell:
    """`pulumi up` asks on a terminal only; elsewhere it takes the answer from its environment."""
    asks = line.startswith("pulumi up ")
    return Shell(shell.folder, {**shell.environment, "PULUMI_OPTION_YES": "true"}) if asks else shell


def answer_to(line: str) -> str:
    return "y\n" if line.startswith("./ops apply ") else ""


def test_the_road_of_the_document_can_be_walked(account_holder: Shell, seeded: Checkout) -> None:
    typed = 0
    for kind, block in blocks():
        if kind == "yaml":
            declare(account_holder, block)
            continue
        for line in lines_of(block):
            if filled_in := FILLED_IN.fullmatch(line):
                assert filled_in[1] in account_holder.environment
                continue
            shown = walking(account_holder, line).type(line, answer=answer_to(line))
            assert "Traceback" not in shown, line
            if line == "pulumi install":
                lift_the_refusal(account_holder)
            typed += 1
    assert typed > 15
    with seeded.heroku() as client:
        for stack in STACKS:
            assert client.request("GET", f"/apps/sc-mvp-{stack}/config-vars")["RAILS_LOG_LEVEL"] == "info"
    assert account_holder.changed() == []


def test_plain_pulumi_is_never_typed_without_the_pack_and_a_refresh() -> None:
    lines = [line for kind, block in blocks() if kind == "sh" for line in lines_of(block)]
    runs = [line for line in lines if re.match(r"pulumi (preview|up|refresh|destroy)", line)]
    assert len(runs) >= 6
    for line in runs:
        assert " --policy-pack policies" in line
        assert " --refresh" in line


def test_the_document_is_read_by_this_test_whole() -> None:
    """Commands are in blocks that are typed; the account's values are the only thing that a reader fills in."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert set(re.findall(r"^```(\w*)$", text, re.MULTILINE)) == {"sh", "yaml", ""}
    assert FILLED_IN.findall(text) == ["HEROKU_API_KEY", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"]
