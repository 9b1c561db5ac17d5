"""`ops rules`: what is enforced, and where each rule comes from."""

from __future__ import annotations

import json

import click

from operations.commands.named import Named
from operations.forms.rule_page import page, text
from runbook.rules.book import RULES
from runbook.rules.book import rule as rule_of
from runbook.rules.rule import Rule
from runbook.rules.verdict import in_general, section_url

RULE = Named("rule", rule_of, lambda: ((found.id, found.title) for found in RULES), "ops rules")


@click.command()
@click.argument("rule", type=RULE, required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs: everything a rule says of itself.")
@click.option("--markdown", is_flag=True, help="The page docs/rules.md.")
def rules(rule: Rule | None, *, as_json: bool, markdown: bool) -> None:
    """Lists the rules and the runbook section each comes from. With RULE, explains that one.

    \b
    ops rules
    ops rules config-expected     what it requires, why, and how to fix a failure

    `ops check` evaluates them on the stack files, `ops verify` on the live account.
    """
    if as_json:
        found = described(rule) if rule else [described(one) for one in RULES]
        click.echo(json.dumps(found, indent=2))
    elif markdown:
        if rule:
            raise click.UsageError("--markdown is of all rules; leave out RULE")
        click.echo(page(RULES), nl=False)
    elif rule:
        click.echo(text(rule), nl=False)
    else:
        _list()


def _list() -> None:
    rows = [("RULE", "SEVERITY", "DECIDED ON", "SOURCE", "HOLDS WHEN")]
    rows += [
        (rule.id, rule.severity.label, ", ".join(sorted(rule.on)), _source(rule), rule.title)
        for rule in RULES
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row[:4], widths, strict=True)]
        click.echo(f"{'  '.join(cells)}  {row[4]}".rstrip())


def _source(rule: Rule) -> str:
    return f"{rule.document.lower()}: {rule.section}"


def described(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.label,
        "response_time": rule.severity.response,
        "document": rule.document,
        "section": rule.section,
        "url": section_url(rule),
        "on": sorted(rule.on),
        "reads": list(rule.reads),
        "expects": list(rule.expects),
        "both_stacks": rule.both_stacks,
        "waivable": rule.waivable,
        "why": rule.why,
        "not_evaluated_when": rule.cannot_tell,
        "fix": in_general(rule.edit),
        "command": in_general(rule.command),
    }
