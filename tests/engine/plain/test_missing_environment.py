"""A pack whose environment is missing ends with the command to type, on any engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.stacks.checkout import ROOT, Checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    if shutil.which("pulumi") is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")
    found = Checkout.of_working_tree(tmp_path_factory.mktemp("checkout"))
    yield found
    found.stop()


def test_a_preview_with_a_pack_that_was_never_set_up_ends_at_once(checkout: Checkout, tmp_path: Path) -> None:
    """Before, Pulumi 3.274.1 waited for the pack and did not end."""
    other = tmp_path / "other"
    shutil.copytree(ROOT / "policies", other / "policies")
    command = ("pulumi", "staging", "preview", "--policy-pack", str(other / "policies"))
    shown = checkout.ops(*command, expected="failed")
    assert (
        f"The policy pack cannot start: {other}/.venv/bin/python is missing. Type `pulumi install` in {other}, "
        "then the same command again." in shown
    )
    assert "error: policy pack" in shown
    assert "Traceback" not in shown
