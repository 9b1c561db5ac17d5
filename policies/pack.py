"""The policy pack: each rule that a plan can decide, as a policy of Pulumi's.

A rule that one resource decides is a resource policy, which blocks the resource before it is created. The others
are stack policies, which see what is missing too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.resources import of_resource, of_stack
from runbook.digest import Digests
from runbook.environment import Environment
from runbook.readers.declared import environment_of_resources, stack_of
from runbook.readers.one_resource import decides, environment_of_one
from runbook.readers.other_stack import other_environment
from runbook.rules.book import RULES
from runbook.rules.rule import Context, Finding, Rule
from runbook.rules.rule import Severity as RunbookSeverity
from runbook.rules.verdict import (
    Verdict,
    by_the_runbook,
    evaluate,
    findings_of,
    in_general,
    section_url,
    sentence,
    to_waive,
)
from runbook.settings import StackName
from runbook.unknown import Known, Unknown
from runbook.waivers import Waiver, problems, waive

WAIVER_POLICIES = ("waivers-current", "waivers-in-force")
POLICIES = sum("plan" in rule.on for rule in RULES) + len(WAIVER_POLICIES)
"""What the pack must have: a rule that is lost on the way is seen at the start."""

SEVERITIES = {
    RunbookSeverity.SEV_1: Severity.CRITICAL,
    RunbookSeverity.SEV_2: Severity.HIGH,
    RunbookSeverity.SEV_3: Severity.MEDIUM,
}
CONFIG = {
    "cost-budget": PolicyConfigSchema(
        {
            "monthlyBudgetUsd": {
                "type": "integer",
                "minimum": 0,
                "description": "US dollars a month; the lower of this and the stack's own budget counts",
            }
        }
    ),
    "stacks-alike": PolicyConfigSchema(
        {
            "otherStackFile": {
                "type": "string",
                "pattern": r"Pulumi\.(staging|production)\.yaml$",
                "description": "the other stack's file, from the project's folder; by default the one beside this stack's",
            }
        }
    ),
}
"""What may differ from stack to stack. Nothing here can loosen a rule."""


@dataclass(frozen=True)
class Pack:
    root: Path
    """The project's folder."""
    digests: Digests
    waivers: tuple[Waiver, ...]
    today: date
    is_local: bool = False
    """Whether Heroku is on this machine; a stack file may say more there."""

    def policies(self, rules: Sequence[Rule] = RULES) -> list[Policy]:
        """One policy a rule, and two on the waivers."""
        planned = [rule for rule in rules if "plan" in rule.on]
        return [
            *(self._of_resource(rule) if rule.each else self._of_stack(rule) for rule in planned),
            self._waivers_current(planned),
            self._waivers_in_force(planned),
        ]

    def _of_resource(self, rule: Rule) -> Policy:
        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            resource = of_resource(args)
            if not decides(rule.each, resource):
                args.not_applicable(f"{rule.id} is decided by another type of resource")
            environment = environment_of_one(stack_of(resource.urn), resource, self.digests)
            self._report(rule, environment, Context(self.digests), report)

        return ResourceValidationPolicy(validate=validate, **_metadata(rule))

    def _of_stack(self, rule: Rule) -> Policy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            config = args.get_config() or {}
            environment = _tightened(self._environment(args.resources), config)
            self._report(rule, environment, self._context(rule, environment.stack, config), report)

        return StackValidationPolicy(validate=validate, **_metadata(rule))

    def _environment(self, resources: Sequence[PolicyResource]) -> Environment:
        registered = of_stack(resources)
        return environment_of_resources(stack_of(registered[0].urn), registered, self.digests)

    def _context(self, rule: Rule, stack: StackName, config: Mapping[str, Any]) -> Context:
        if not rule.both_stacks:
            return Context(self.digests)
        return Context(self.digests, self._other(stack, config.get("otherStackFile")))

    def _other(self, stack: StackName, file_name: str | None = None) -> Known[Environment]:
        return other_environment(stack, self.root, self.digests, file_name, is_local=self.is_local)

    def _report(
        self, rule: Rule, environment: Environment, context: Context, report: ReportViolation
    ) -> None:
        verdict = Verdict(rule, environment, findings_of(rule, environment, context))
        (waived,) = waive([verdict], self.waivers, self.today)
        for finding in waived.findings:
            if finding.outcome != "elsewhere":
                report(_violation(rule, finding, environment), None)

    def _verdicts(self, rules: Sequence[Rule], args: StackValidationArgs) -> tuple[Verdict, ...]:
        environment = self._environment(args.resources)
        other: Known[Environment] = Unknown("no waiver needs it")
        if any("stacks-alike" in waiver.policies for waiver in self.waivers):
            other = self._other(environment.stack)
        return evaluate(environment, Context(self.digests, other), rules, {"plan"})

    def _waivers_current(self, rules: Sequence[Rule]) -> Policy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            for problem in problems(self._verdicts(rules, args), self.waivers, self.today):
                report(str(problem), None)

        return StackValidationPolicy(
            name=WAIVER_POLICIES[0],
            description="No waiver is expired, unused or too long",
            validate=validate,
            severity=Severity.HIGH,
            remediation_steps="Take the waiver out of waivers.yaml, or have it reviewed again with a later day.",
        )

    def _waivers_in_force(self, rules: Sequence[Rule]) -> Policy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            for verdict in waive(self._verdicts(rules, args), self.waivers, self.today):
                for finding, waiver in verdict.let_off:
                    report(f"{verdict.rule.id}: {finding.target} {finding.found}: {waiver}", None)

        return StackValidationPolicy(
            name=WAIVER_POLICIES[1],
            description="Waivers in force are shown",
            validate=validate,
            enforcement_level=EnforcementLevel.ADVISORY,
            severity=Severity.LOW,
        )


def _violation(rule: Rule, finding: Finding, environment: Environment) -> str:
    said = f"{sentence(rule, finding, environment)}\n{by_the_runbook(rule, finding, environment)}"
    return f"{said} {to_waive(rule, [finding.target])}" if finding.outcome == "fail" else said


def _metadata(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.id,
        "description": rule.title,
        "display_name": rule.title,
        "severity": SEVERITIES[rule.severity],
        "tags": ["runbook", rule.severity.label],
        "remediation_steps": in_general(rule.edit),
        "url": section_url(rule),
        "config_schema": CONFIG.get(rule.id),
    }


def _tightened(environment: Environment, config: Mapping[str, Any]) -> Environment:
    """With the lower of the stack's own budget and the one configured."""
    configured = config.get("monthlyBudgetUsd")
    if configured is None:
        return environment
    own = environment.monthly_budget_usd
    budget = int(configured) if isinstance(own, Unknown) else min(own, int(configured))
    return environment.model_copy(update={"monthly_budget_usd": budget})
