"""The pack, run through the SDK's own server and proxies: the rules' verdicts, and never a skipped one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pulumi_policy import EnforcementLevel, ResourceValidationPolicy, StackValidationPolicy

from policies.pack import POLICIES, SEVERITIES
from runbook.readers.config_vars import CONFIG_VARS
from runbook.readers.declared import FORMATION_COMPONENT
from runbook.rules.book import RULES
from runbook.rules.rule import Context, Findings
from runbook.rules.verdict import evaluate, section_url, sentence
from runbook.settings import APP_URL
from runbook.waivers import Waiver
from tests.unit.policies.analyzer import Diagnostic, analyze, pack, registered
from tests.unit.runbook.readers.declarations import declarations
from tests.unit.runbook.readers.rendering import UNKNOWN, Declared, by_settings, stack_file, type_of
from tests.unit.runbook.rules.healthy import DIGESTS

PLANNED = [rule for rule in RULES if "plan" in rule.on]
HEALTHY = Declared()
CANARY = "canary-in-clear"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project's folder with a healthy staging in it."""
    (tmp_path / "Pulumi.staging.yaml").write_text(stack_file(Declared(stack="staging")), encoding="utf-8")
    return tmp_path


def run(root: Path, declared: Declared = HEALTHY, *, exists: bool = False) -> list[Diagnostic]:
    return analyze(pack(root).policies(), registered(declared, exists=exists))


def broken(**changes: Any) -> Declared:
    return replace(HEALTHY, **changes)


def with_vars(**variables: str) -> Declared:
    return broken(config_vars={**HEALTHY.config_vars, **variables})


def names(found: list[Diagnostic]) -> set[str]:
    return {diagnostic.policy for diagnostic in found}


def test_a_policy_a_rule_and_two_on_waivers(root: Path) -> None:
    policies = pack(root).policies()
    assert [policy.name for policy in policies] == [
        *(rule.id for rule in PLANNED),
        "waivers-current",
        "waivers-in-force",
    ]
    assert len(policies) == POLICIES


def test_what_one_resource_decides_blocks_before_it_is_created(root: Path) -> None:
    kinds = {policy.name: type(policy) for policy in pack(root).policies()}
    assert {name for name, kind in kinds.items() if kind is ResourceValidationPolicy} == {
        "postgres-plan-minimum",
        "postgres-plan-sold",
        "backup-time",
        "backup-retention",
        "dyno-awake",
        "dyno-horizontal",
        "config-expected",
        "secrets-secret",
        "database-url-owned",
        "production-protected",
    }
    assert set(kinds.values()) == {ResourceValidationPolicy, StackValidationPolicy}


def test_every_policy_says_how_bad_it_is_where_it_comes_from_and_what_mends_it(root: Path) -> None:
    policies = {policy.name: policy for policy in pack(root).policies()}
    for rule in PLANNED:
        policy = policies[rule.id]
        assert policy.severity is SEVERITIES[rule.severity]
        assert policy.url == section_url(rule)
        assert policy.remediation_steps
        assert "{" not in policy.remediation_steps.replace("${app.url}", "")
        assert policy.enforcement_level is None, "the pack's level counts: mandatory"


@pytest.mark.parametrize("exists", [False, True], ids=["first preview", "later preview"])
def test_a_stack_by_the_book_is_green(root: Path, *, exists: bool) -> None:
    assert run(root, exists=exists) == []


@pytest.mark.parametrize("exists", [False, True], ids=["first preview", "later preview"])
@pytest.mark.parametrize(
    ("rule", "declared", "says"),
    [
        ("postgres-plan-minimum", broken(plan="essential-0"), "production/sc-mvp-production-db has the Postgres plan essential-0"),
        ("postgres-plan-sold", broken(plan="standard-1"), "which Heroku does not sell; the runbook wants standard-2 instead"),
        ("backup-time", broken(zone="UTC"), "production/DATABASE is backed up at 02:00 UTC"),
        ("dyno-awake", broken(formation={"web": (1, "Eco")}), "production/web runs on Eco"),
        ("web-runs", broken(formation={"web": (0, "Basic")}), "production/web is scaled to 0 dynos"),
        ("web-runs", broken(formation={}), "production/web is not in the formation"),
        ("dyno-horizontal", broken(formation={"web": (2, "Basic")}), "production/web has 2 dynos of type Basic"),
        ("dyno-tiers", broken(formation={"web": (1, "Basic"), "worker": (1, "Standard-1X")}), "production mixes web on Basic"),
        ("config-present", broken(secrets={"SECRET_KEY_BASE": "managed"}), "production/RAILS_MASTER_KEY is not set"),
        ("config-expected", with_vars(NODE_ENV=CANARY), "production/NODE_ENV has another value (not shown)"),
        ("secrets-secret", with_vars(SENTRY_DSN=CANARY), "production/SENTRY_DSN is a secret among the plain config vars"),
        ("database-url-owned", with_vars(DATABASE_URL=CANARY), "production/DATABASE_URL is set by hand"),
        ("api-url-own", with_vars(VITE_API_URL=APP_URL), "production/VITE_API_URL has another value (not shown)"),
        ("cost-budget", broken(budget=56), "production costs $57 a month"),
        ("stacks-alike", broken(region="eu"), "production/region differs from staging in region (eu; there us)"),
    ],
)  # fmt: skip
def test_a_broken_stack_is_named_and_blocked(
    root: Path, rule: str, declared: Declared, says: str, *, exists: bool
) -> None:
    found = [diagnostic for diagnostic in run(root, declared, exists=exists) if diagnostic.policy == rule]
    assert found
    assert {diagnostic.level for diagnostic in found} == {"MANDATORY"}
    assert all(says in diagnostic.message and CANARY not in diagnostic.message for diagnostic in found)


@pytest.mark.parametrize(
    ("missing", "rules"),
    [
        ("heroku:app/app:App", {"web-runs", "stacks-alike"}),
        ("heroku:addon/addon:Addon", {"postgres-primary", "stacks-alike"}),
        ("heroku-postgres:index:Attachment", {"postgres-primary", "backup-daily"}),
        ("heroku-postgres:index:BackupSchedule", {"backup-daily"}),
        ("heroku:formation/formation:Formation", {"web-runs", "stacks-alike"}),
        ("heroku:app/configAssociation:ConfigAssociation", {"config-present", "stacks-alike"}),
    ],
)
def test_what_is_missing_is_seen(root: Path, missing: str, rules: set[str]) -> None:
    left = [resource for resource in registered(HEALTHY, exists=True) if type_of(resource) != missing]
    assert names(analyze(pack(root).policies(), left)) == rules


def test_one_unprotected_resource_of_production_is_named(root: Path) -> None:
    found = registered(HEALTHY)
    found[-1]["protect"] = False
    (diagnostic,) = analyze(pack(root).policies(), found)
    assert diagnostic.policy == "production-protected"
    assert "production/backups is not protected" in diagnostic.message


@pytest.mark.parametrize(
    ("token", "name"), [(FORMATION_COMPONENT, "formation"), (CONFIG_VARS, "config-vars")]
)
def test_a_component_without_protection_is_named_too(root: Path, token: str, name: str) -> None:
    found = registered(HEALTHY)
    (component,) = [one for one in found if type_of(one) == token]
    component["protect"] = False
    (diagnostic,) = analyze(pack(root).policies(), found)
    assert diagnostic.policy == "production-protected"
    assert f"production/{name} is not protected" in diagnostic.message


def test_an_unknown_value_is_not_run_and_as_mandatory_as_a_failure(root: Path) -> None:
    """The SDK itself would skip the policy with an advisory."""
    found = registered(HEALTHY, exists=True)
    for resource in found:
        if type_of(resource) == "heroku:addon/addon:Addon":
            resource["inputs"] = {**resource["inputs"], "plan": UNKNOWN}
            resource["outputs"] = {**resource["outputs"], "plan": UNKNOWN}
    diagnostics = analyze(pack(root).policies(), found)
    assert {(diagnostic.policy, diagnostic.level) for diagnostic in diagnostics} == {
        (rule, "MANDATORY")
        for rule in (
            "postgres-plan-minimum",
            "postgres-plan-sold",
            "backup-retention",
            "cost-budget",
            "stacks-alike",
        )
    }
    assert all(" not evaluated: " in diagnostic.message for diagnostic in diagnostics)


def test_config_vars_that_no_component_declares_are_not_run_while_they_are_unknown(root: Path) -> None:
    found = [one for one in registered(HEALTHY) if type_of(one) != "runbook:heroku:ConfigVars"]
    for resource in found:
        if type_of(resource) == "heroku:app/configAssociation:ConfigAssociation":
            resource["parent"] = ""
    diagnostics = analyze(pack(root).policies(), found)
    assert {
        "config-present",
        "config-expected",
        "secrets-secret",
        "database-url-owned",
        "api-url-own",
    } <= names(diagnostics)
    assert all(" not evaluated: " in one.message for one in diagnostics if one.policy != "config-present")


def test_the_other_stack_cannot_be_read_is_not_run(tmp_path: Path) -> None:
    (diagnostic,) = run(tmp_path)
    assert diagnostic.policy == "stacks-alike"
    assert (
        "not evaluated: production: the other stack is unknown: Pulumi.staging.yaml: no such file"
        in diagnostic.message
    )


def test_the_other_stacks_file_can_be_named(root: Path) -> None:
    (root / "Pulumi.staging.yaml").rename(root / "elsewhere.Pulumi.staging.yaml")
    config = {"stacks-alike": {"otherStackFile": "elsewhere.Pulumi.staging.yaml"}}
    assert analyze(pack(root).policies(), registered(HEALTHY), config) == []


@pytest.mark.parametrize(("configured", "rules"), [(56, {"cost-budget"}), (57, set()), (1000, set())])
def test_a_configured_budget_can_only_tighten(root: Path, configured: int, rules: set[str]) -> None:
    config = {"cost-budget": {"monthlyBudgetUsd": configured}}
    assert names(analyze(pack(root).policies(), registered(HEALTHY), config)) == rules
    too_dear = registered(broken(budget=56))
    assert names(analyze(pack(root).policies(), too_dear, config)) == {"cost-budget"}


def test_a_waived_finding_does_not_block_and_is_shown(root: Path) -> None:
    waivers = [
        Waiver(
            policies=("backup-time", "stacks-alike"),
            targets=(target,),
            reason="a move of the office",
            owner="ops",
            expires=date(2026, 12, 31),
        )
        for target in ("production/DATABASE", "production/backups")
    ]
    split = [
        waivers[0].model_copy(update={"policies": ("backup-time",)}),
        waivers[1].model_copy(update={"policies": ("stacks-alike",)}),
    ]
    found = analyze(pack(root, *split).policies(), registered(broken(zone="UTC")))
    assert {(diagnostic.policy, diagnostic.level) for diagnostic in found} == {
        ("waivers-in-force", "ADVISORY")
    }
    assert (
        "backup-time: production/DATABASE is backed up at 02:00 UTC: waived until 2026-12-31 by ops"
        in "".join(diagnostic.message for diagnostic in found)
    )


@pytest.mark.parametrize(
    ("expires", "says"), [(date(2026, 11, 22), "expired on"), (date(2026, 12, 31), "take it out")]
)
def test_an_expired_or_unused_waiver_blocks(root: Path, expires: date, says: str) -> None:
    waiver = Waiver(
        policies=("production-protected",),
        targets=("production/app",),
        reason="gone",
        owner="ops",
        expires=expires,
    )
    (diagnostic,) = analyze(pack(root, waiver).policies(), registered(HEALTHY))
    assert (diagnostic.policy, diagnostic.level) == ("waivers-current", "MANDATORY")
    assert says in diagnostic.message


def test_a_rule_that_raises_blocks(root: Path) -> None:
    def raises(_environment: object, _context: Context) -> Findings:
        raise RuntimeError(CANARY)

    policies = pack(root).policies([replace(rule, decide=raises) for rule in RULES if rule.id == "web-runs"])
    (diagnostic,) = analyze(policies, registered(HEALTHY))
    assert (diagnostic.policy, diagnostic.level) == ("web-runs", "MANDATORY")
    assert "could not be judged: the rule raised RuntimeError" in diagnostic.message
    assert CANARY not in diagnostic.message


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(declarations("production"))
def test_the_pack_says_what_the_rules_say_of_the_settings(root: Path, declared: Declared) -> None:
    """The same sentences as `ops check --on settings`, on a first preview and on a later one."""
    environment = by_settings(declared)
    context = Context(DIGESTS, by_settings(Declared(stack="staging")))
    expected = {
        sentence(verdict.rule, finding, environment)
        for verdict in evaluate(environment, context, PLANNED, {"plan"})
        for finding in verdict.findings
    }
    for exists in (False, True):
        said = {diagnostic.message.split("\n")[1] for diagnostic in run(root, declared, exists=exists)}
        assert said == expected


def test_no_message_shows_a_value(root: Path) -> None:
    leaky = broken(
        config_vars=dict.fromkeys([*HEALTHY.config_vars, "DATABASE_URL", "SENTRY_DSN"], CANARY),
        secrets=HEALTHY.secrets,
    )
    said = "".join(
        diagnostic.message for exists in (False, True) for diagnostic in run(root, leaky, exists=exists)
    )
    assert "production/SENTRY_DSN" in said
    assert "canary" not in said


def test_only_the_list_of_waivers_in_force_is_advisory(root: Path) -> None:
    levels = {policy.name: policy.enforcement_level for policy in pack(root).policies()}
    assert [name for name, level in levels.items() if level is not None] == ["waivers-in-force"]
    assert levels["waivers-in-force"] is EnforcementLevel.ADVISORY
