"""Ways in which the gate itself breaks, on the real engine: each is red. More of them, without an engine, in tests/unit/operations/judging.

The change breaks a rule too, which a gate that trusts what is broken would let pass. A pack breaks by what stands before
its own start; an engine, by a `pulumi` that stands before the real one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from policies.pack import POLICIES
from tests.engine.gate.changes import BUDGET, PRODUCTION
from tests.engine.gate.conftest import Edit, Gate
from tests.engine.stacks.checkout import Checkout

pytestmark = pytest.mark.engine

BEFORE = """
import runpy, sys, time
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import pulumi_policy
import policies.pack as pack
pack_of, policies_of = pulumi_policy.PolicyPack, pack.Pack.policies
def hang(args): time.sleep(600)
def fail(args): raise RuntimeError
{broken}
runpy.run_path(str(Path(__file__).with_name("whole.py")))
"""
PACKS = {
    "without a dependency": (
        "import no_such_module",
        ["ModuleNotFoundError: No module named 'no_such_module'"],
    ),
    "that only advises": (
        "pulumi_policy.PolicyPack = lambda name, policies, enforcement_level: pack_of(name, policies, "
        "enforcement_level=pulumi_policy.EnforcementLevel.ADVISORY)",
        ["the policy pack only advises on cost-budget; expected every policy to be mandatory"],
    ),
    "of three policies": (
        "pack.POLICIES = 3; pack.Pack.policies = lambda self: policies_of(self)[-3:]",
        [f"the policy pack ran 3 of {POLICIES} policies, without "],
    ),
    "that lost a policy": (
        "pack.Pack.policies = lambda self: policies_of(self)[1:]",
        [f"the pack has {POLICIES - 1} policies and must have {POLICIES}"],
    ),
    "that raises": ("pack.of_resource = fail", ["failed to run policy"]),
    "that passes what breaks a rule": (
        "waive = pack.waive; pack.waive = lambda *of: tuple(replace(one, findings=()) for one in waive(*of))",
        ["cost-budget is red here, and the policy pack let it pass"],
    ),
}
"""By what is broken: the line that breaks it, and what the gate says."""
ENGINES = {
    "that leaves the pack out": (
        'PULUMI_OPTION_POLICY_PACK= exec "$whole" "$@"',
        f"the policy pack did not run; expected its {POLICIES} policies",
        3,
    ),
    "that gives no events": (
        'PULUMI_ENABLE_STREAMING_JSON_PREVIEW= exec "$whole" "$@"',
        "the preview's event stream is cut: line 1 is no JSON",
        3,
    ),
    "that refuses to run": ('exec "$whole" "$@" --no-such-flag', "unknown flag: --no-such-flag", 1),
}
"""By what is broken: the line that runs a preview, what the gate says, and its exit code."""


@pytest.fixture
def over_the_budget(edit: Edit) -> None:
    edit(PRODUCTION, BUDGET, "monthly_budget_usd: 50")


@pytest.fixture
def pack(up: Checkout, edit: Edit) -> Callable[[str], None]:
    """Runs this line before the pack starts."""

    def breaks(line: str) -> None:
        main = up.folder / "policies" / "__main__.py"
        whole = main.read_text(encoding="utf-8")
        main.with_name("whole.py").write_text(whole, encoding="utf-8")
        edit("policies/__main__.py", whole, BEFORE.format(broken=line))

    return breaks


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a `pulumi` of our own before the real one, for previews."""

    def breaks(line: str) -> None:
        whole = Path(shutil.which("pulumi") or "")
        lines = {program: 'exec "$whole" "$@"' for program in whole.parent.iterdir() if program.is_file()}
        lines[whole] = f'[ "$1" = preview ] || exec "$whole" "$@"\n{line}'
        for program, last in lines.items():
            path = tmp_path / "engine" / program.name
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                f'#!/bin/sh\nwhole="{program}"\nPATH="{whole.parent}:$PATH"\n{last}\n', encoding="utf-8"
            )
            path.chmod(0o755)
        monkeypatch.setenv("PULUMI", str(tmp_path / "engine"))

    return breaks


@pytest.mark.fault("F56", "F57", "F59", "F60", "B55", "B56")
@pytest.mark.usefixtures("over_the_budget")
@pytest.mark.parametrize("name", PACKS)
def test_a_pack_that_breaks_is_red_and_says_why(name: str, pack: Callable[[str], None], gate: Gate) -> None:
    line, says = PACKS[name]
    pack(line)
    answer = gate("production")
    assert [what for what in says if not any(what in trouble for trouble in answer.troubles)] == [], (
        answer.troubles
    )
    assert answer.code == 3


@pytest.mark.usefixtures("over_the_budget")
@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_breaks_is_red_and_says_why(
    name: str, engine: Callable[[str], None], gate: Gate
) -> None:
    line, says, code = ENGINES[name]
    engine(line)
    answer = gate("production")
    assert any(says in trouble for trouble in answer.troubles), answer.troubles
    assert answer.code == code


@pytest.mark.fault("B78")
@pytest.mark.usefixtures("over_the_budget")
@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "waivers.yaml",
            "waivers: []",
            "waivers: [",
            "did not find expected node content; is the file cut or mis-indented?",
        ),
        (
            "policies/PulumiPolicy.yaml",
            "runtime:",
            "runtime_:",
            "runtime_: expected only description, runtime, version in this file (value not shown)",
        ),
    ],
)
def test_a_file_that_is_cut_is_red(  # noqa: PLR0917 - the row and the fixtures
    file: str, old: str, new: str, says: str, edit: Edit, gate: Gate
) -> None:
    edit(file, old, new)
    answer = gate("production")
    assert any(says in trouble for trouble in answer.troubles), answer.troubles
    assert answer.code == 3


@pytest.mark.fault("F58")
def test_a_pack_that_hangs_is_stopped_at_the_time_limit(pack: Callable[[str], None], gate: Gate) -> None:
    pack("pack.of_resource = hang")
    answer = gate("production", "--time-limit", "8")
    assert answer.code == 3
    assert "did not end within 8 s and was stopped" in answer.troubles[0]


def test_a_preview_that_saves_no_plan_is_red(engine: Callable[[str], None], gate: Gate) -> None:
    engine(
        'for word do shift; case $word in --save-plan|*.json) continue; esac; set -- "$@" "$word"; done\n'
        'exec "$whole" "$@"'
    )
    answer = gate("production")
    assert (answer.code, answer.troubles) == (
        3,
        ["the preview saved no whole update plan; run the gate again"],
    )
