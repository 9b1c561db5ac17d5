"""A policy pack that does not work is red on the real engine; tests/unit/gate has each other way to break."""

from __future__ import annotations

import pytest

from tests.engine.gate.changes import PRODUCTION
from tests.engine.gate.conftest import Edit, Gate

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("waivers.yaml", "waivers: []", "waivers: [", "not YAML; is it cut"),
        ("policies/PulumiPolicy.yaml", "runtime:", "runtime_:", "olicy"),
        ("policies/pack.py", "from policies.resources import", "import no_such_module\nfrom policies.resources import", "olicy pack"),
        ("policies/__main__.py", "EnforcementLevel.MANDATORY", "EnforcementLevel.ADVISORY", "the policy pack only advises on cost-budget"),
        ("policies/pack.py", "planned = [rule for rule in rules if", "planned = [RULES[0]] * 18 or [rule for rule in rules if", "policy pack"),
    ],
    ids=["broken waivers", "no pack", "a dependency missing", "a pack that only advises", "a pack of one rule"],
)  # fmt: skip
def test_a_pack_that_does_not_work_is_red(
    edit: Edit, gate: Gate, *, name: str, old: str, new: str, says: str
) -> None:
    edit(name, old, new)
    edit(PRODUCTION, "monthly_budget_usd: 250", "monthly_budget_usd: 50")
    answer = gate("production")
    assert answer.code == 3
    assert any(says in trouble for trouble in answer.troubles), answer.troubles


def test_a_pack_that_hangs_is_stopped_at_the_time_limit(edit: Edit, gate: Gate) -> None:
    edit(
        "policies/pack.py",
        "            resource = of_resource(args)\n",
        "            __import__('time').sleep(600)\n            resource = of_resource(args)\n",
    )
    answer = gate("production", "--time-limit", "8")
    assert answer.code == 3
    assert "did not end within 8 s and was stopped" in answer.troubles[0]
