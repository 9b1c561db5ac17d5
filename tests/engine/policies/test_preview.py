"""The pack on the real engine: a new stack can be green, a broken one is named and refused, and nothing is skipped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from policies.pack import POLICIES
from tests.engine.policies.conftest import Declare, Preview, by_the_book
from tests.engine.stacks.checkout import FAILED, Checkout

pytestmark = pytest.mark.engine

Edit = Callable[[str, str, str], None]
CANARY = "canary-in-plain-config"
GREEN = "✅ runbook@v0.1.0"
RED = "❌ runbook@v0.1.0"


def named(shown: str) -> set[str]:
    """The policies that a preview says were broken."""
    return {line.split("]")[-1].split("(")[0].strip() for line in shown.splitlines() if "[mandatory]" in line}


def test_the_first_preview_of_a_new_stack_is_green(preview: Preview) -> None:
    assert GREEN in preview("staging")
    assert GREEN in preview("production")


def test_what_the_runbook_forbids_is_named_with_what_was_found_expected_and_mends_it(
    preview: Preview, declare: Declare
) -> None:
    variables = by_the_book("production")["config_vars"]
    in_clear = dict.fromkeys(("NODE_ENV", "DATABASE_URL", "SENTRY_DSN"), CANARY)
    declare(
        database={"name": "sc-mvp-production-db", "plan": "essential-0"},
        formation={"web": {"quantity": 1, "dyno_type": "eco"}},
        backups={"at": "02:00 UTC"},
        config_vars={**variables, **in_clear, "VITE_API_URL": "${app.url}"},
        secrets={"SECRET_KEY_BASE": "managed"},
        cost={"monthly_budget_usd": 4},
    )
    shown = preview(expected=FAILED)
    assert RED in shown
    assert named(shown) == {
        "postgres-plan-minimum",
        "dyno-awake",
        "backup-time",
        "config-expected",
        "database-url-owned",
        "secrets-secret",
        "api-url-own",
        "config-present",
        "cost-budget",
        "stacks-alike",
    }
    for sentence in (
        "production/sc-mvp-production-db has the Postgres plan essential-0; the runbook wants Standard-0 or higher.",
        "production/web runs on Eco, which sleeps after 30 minutes without a request; the runbook wants Basic or higher.",
        "production/DATABASE is backed up at 02:00 UTC; the runbook wants 02:00 America/Los_Angeles.",
        "production/DATABASE_URL is set by hand (value not shown)",
        "production/SENTRY_DSN is a secret among the plain config vars (value not shown)",
        "Runbook, View Backup Schedule; Sev-3, response time 24 hours.",
    ):
        assert sentence in shown
    assert CANARY not in shown


def test_more_that_heroku_or_the_runbook_refuses(preview: Preview, edited: Edit, declare: Declare) -> None:
    edited("bootstrap/Procfile", "web:", "worker: sleep 1\nweb:")
    declare(
        database={"name": "sc-mvp-production-db", "plan": "standard-1"},
        formation={
            "web": {"quantity": 2, "dyno_type": "basic"},
            "worker": {"quantity": 1, "dyno_type": "standard-1x"},
        },
    )
    shown = preview(expected=FAILED)
    assert named(shown) == {
        "postgres-plan-sold",
        "dyno-horizontal",
        "dyno-tiers",
        "cost-budget",
        "stacks-alike",
    }
    assert "standard-1, which Heroku does not sell; the runbook wants standard-2 instead." in shown


def test_a_program_that_declares_otherwise_is_caught(
    preview: Preview, edited: Edit, declare: Declare
) -> None:
    edited("components/database.py", 'ATTACHMENT = "DATABASE"', 'ATTACHMENT = "PRIMARY"')
    edited("components/environment.py", "protect=is_protected(stack)", "protect=False")
    declare(formation={"web": {"quantity": 0, "dyno_type": "basic"}})
    edited(
        "runbook/catalogue.json",
        '"rollback_days": 4, "backup_days": 7',
        '"rollback_days": 4, "backup_days": 6',
    )
    shown = preview(expected=FAILED)
    assert named(shown) == {
        "postgres-primary",
        "backup-daily",
        "production-protected",
        "web-runs",
        "backup-retention",
        "stacks-alike",
    }


def test_a_value_that_only_up_will_know_is_not_run_and_refused(preview: Preview, declare: Declare) -> None:
    """A URL written out in full can't be told from another app's before the app exists."""
    variables = by_the_book("production")["config_vars"]
    declare(config_vars={**variables, "VITE_API_URL": "https://sc-mvp-production.example/api/v1"})
    shown = preview(expected=FAILED)
    assert named(shown) == {"api-url-own"}
    assert (
        "api-url-own not evaluated: production/VITE_API_URL: whether it is this app's URL is unknown" in shown
    )


def test_the_engine_reports_every_policy_as_run(checkout: Checkout, edited: Edit) -> None:
    """The event stream that a gate counts on names each policy as passed, failed or not applicable."""
    edited(
        "operations/rehearsal/rehearsal.py",
        '"PULUMI_SKIP_UPDATE_CHECK"',
        '"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",\n            "PULUMI_SKIP_UPDATE_CHECK"',
    )
    shown = checkout.ops("pulumi", "production", "preview", "--json")
    events = [json.loads(line) for line in shown.splitlines() if line.startswith('{"sequence"')]
    ran: set[str] = set()
    for event in events:
        for kind in ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"):
            ran |= set(event.get(kind, {}).get("passed", []))
    assert len(ran) == POLICIES


def test_a_waiver_lets_a_preview_pass_and_is_shown(preview: Preview, edited: Edit, declare: Declare) -> None:
    declare(cost={"monthly_budget_usd": 50})
    edited(
        "waivers.yaml",
        "waivers: []",
        "waivers:\n  - policies: [cost-budget]\n    targets: [production]\n"
        "    reason: the launch\n    owner: ops\n    expires: 2027-06-30",
    )
    shown = preview()
    assert "cost-budget: production costs $57 a month: waived until 2027-06-30 by ops: the launch" in shown


@pytest.mark.parametrize(
    ("budget", "says"),
    [
        (10, "production costs $57 a month; the runbook wants at most its budget of $10"),
        ("ten", "cost-budget: monthlyBudgetUsd: Invalid type. Expected: integer, given: string"),
    ],
)
def test_a_stack_can_be_given_a_tighter_budget_and_no_nonsense(
    preview: Preview, tmp_path: Path, budget: object, says: str
) -> None:
    config = tmp_path / "policies.json"
    config.write_text(json.dumps({"cost-budget": {"monthlyBudgetUsd": budget}}), encoding="utf-8")
    assert says in preview("production", "--policy-pack-config", str(config), expected=FAILED)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("waivers.yaml", "waivers: []", "waivers: [", ": did not find expected node content; is the file cut or mis-indented?"),
        ("policies/pack.py", "for rule in planned),\n", "for rule in planned[1:]),\n", "the pack has 22 policies and must have 23"),
        ("policies/pack.py", "for rule in planned),\n", "for rule in []),\n", "the pack has 2 policies and must have 23"),
        ("policies/pack.py", "from policies.resources import", "import no_such_module\nfrom policies.resources import", "No module named 'no_such_module'"),
        ("policies/resources.py", "    return {key: _at(props, key) for key in props}", "    raise RuntimeError", "failed to run policy"),
    ],
    ids=["broken waivers", "a rule lost", "no rules", "a dependency missing", "the pack raises"],
)  # fmt: skip
def test_a_pack_that_does_not_work_refuses_the_preview(
    preview: Preview, edited: Edit, *, name: str, old: str, new: str, says: str
) -> None:
    edited(name, old, new)
    shown = preview("staging", expected=FAILED)
    assert says in shown


@pytest.mark.fault("F57")
def test_a_rule_that_raises_refuses_the_preview(preview: Preview, edited: Edit) -> None:
    edited(
        "runbook/rules/dynos.py",
        '    where = f"{environment.stack}/{WEB}"\n',
        f'    raise KeyError("{CANARY}")\n',
    )
    shown = preview(expected=FAILED)
    assert named(shown) == {"web-runs"}
    assert "could not be judged: the rule raised KeyError" in shown
    assert CANARY not in shown


def test_checks_after_up_on_plan_and_state(checkout: Checkout, declare: Declare, tmp_path: Path) -> None:
    checkout.ops("demo")
    assert "44 pass" in checkout.ops("check", "--on", "state")
    assert "44 pass" in checkout.ops("check", "--on", "plan")
    for stack in ("staging", "production"):
        assert GREEN in checkout.ops("pulumi", stack, "preview")

    shared = _shared_secrets(checkout, tmp_path)
    shown = checkout.ops(
        "check", "--on", "state", "--from", str(shared[0]), "--from", str(shared[1]), expected=3
    )
    assert "production/SECRET_KEY_BASE has the same value as staging's (not shown)" in shown

    declare("staging", app={"name": "sc-mvp-staging", "buildpacks": ["heroku/ruby"], "region": "eu"})
    shown = checkout.ops("check", "staging", "--on", "plan", expected=3)
    assert "no-data-loss fails: staging/app would be replaced, and it is the app" in shown


def _shared_secrets(checkout: Checkout, folder: Path) -> tuple[Path, Path]:
    """Production's export, and the same given out as staging's."""
    production, staging = folder / "production.json", folder / "staging.json"
    checkout.ops("pulumi", "production", "stack", "export", "--show-secrets", "--file", str(production))
    text = production.read_text(encoding="utf-8")
    staging.write_text(text.replace("urn:pulumi:production", "urn:pulumi:staging"), encoding="utf-8")
    return production, staging
