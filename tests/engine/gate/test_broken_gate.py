"""Ways in which the gate itself breaks, on the real engine: each is red. More of them, without an engine, in tests/unit/operations/judging.

The change breaks a rule too, which a gate that trusts what is broken would let pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.engine.gate.changes import BUDGET, PRODUCTION, Replacement
from tests.engine.gate.conftest import Edit, Gate

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Broken:
    words: str
    edit: Replacement
    says: str
    code: int = 3


ENGINE, PREVIEWS, PACK = (
    "operations/pulumi_run/runner.py",
    "operations/pulumi_run/previews.py",
    "policies/pack.py",
)
BROKEN = [
    Broken("waivers that are cut", ("waivers.yaml", "waivers: []", "waivers: ["), "not YAML; is it cut"),
    Broken("a pack that is not there", ("policies/PulumiPolicy.yaml", "runtime:", "runtime_:"), "failed to load Pulumi policy project"),
    Broken("a pack that is left out", ("operations/rehearsal/rehearsal.py", 'str(self.workspace.root / "policies")', '""'), "the policy pack did not run; expected its 20 policies"),
    Broken("a pack without a dependency", (PACK, "from policies.resources import", "import no_such_module\nfrom policies.resources import"), "the program failed: policies/pack.py:28: ModuleNotFoundError: No module named 'no_such_module'"),
    Broken("a pack that only advises", ("policies/__main__.py", "EnforcementLevel.MANDATORY", "EnforcementLevel.ADVISORY"), "the policy pack only advises on cost-budget; expected every policy to be mandatory"),
    Broken("a pack of one rule", (PACK, "planned = [rule for rule in rules if", "planned = [RULES[0]] * 18 or [rule for rule in rules if"), "the policy pack ran 3 of 20 policies, without api-url-own, "),
    Broken("a pack that lost a rule", ("runbook/rules/book.py", "    WEB_RUNS,\n    DYNO_H", "    DYNO_H"), "the pack has 19 policies and must have 20"),
    Broken("a pack that raises", ("policies/resources.py", "    return {key: _at(props, key) for key in props}", "    raise RuntimeError"), "failed to run policy"),
    Broken("a pack that passes what breaks a rule", (PACK, "        for finding in waived.findings:", "        for finding in ():"), "cost-budget is red here, and the policy pack let it pass"),
    Broken("an engine that gives no events", (ENGINE, '"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"', '"PULUMI_NO_EVENTS": "true"'), "the preview's event stream is cut: line 1 is no JSON"),
    Broken("an engine that refuses to run", (PREVIEWS, '["preview", "--json"', '["preview", "--no-such-flag", "--json"'), "unknown flag: --no-such-flag", code=1),
    Broken("an engine that is not there", (ENGINE, '["pulumi", *arguments', '["no-such-pulumi", *arguments'), "no pulumi on PATH", code=1),
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.words)
def test_a_gate_that_breaks_is_red_and_says_why(broken: Broken, edit: Edit, gate: Gate) -> None:
    edit(*broken.edit)
    edit(PRODUCTION, BUDGET, "monthly_budget_usd: 50")
    answer = gate("production")
    assert any(broken.says in trouble for trouble in answer.troubles), answer.troubles
    assert answer.code == broken.code


def test_a_pack_that_hangs_is_stopped_at_the_time_limit(edit: Edit, gate: Gate) -> None:
    edit(
        PACK,
        "            resource = of_resource(args)\n",
        "            __import__('time').sleep(600)\n            resource = of_resource(args)\n",
    )
    answer = gate("production", "--time-limit", "8")
    assert answer.code == 3
    assert "did not end within 8 s and was stopped" in answer.troubles[0]


def test_a_preview_that_saves_no_plan_is_red(edit: Edit, gate: Gate) -> None:
    edit(PREVIEWS, "if stack in plans:", "if stack in ():")
    answer = gate("production")
    assert (answer.code, answer.troubles) == (
        3,
        ["the preview saved no whole update plan; run the gate again"],
    )
