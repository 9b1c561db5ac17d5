"""`ops rules`: what is enforced, and where each rule comes from."""

from __future__ import annotations

import json

import click

from operations.forms.rule_page import page
from runbook.rules.book import RULES
from runbook.rules.rule import Rule
from runbook.rules.verdict import in_general, section_url


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: everything a rule says of itself.")
@click.option("--markdown", is_flag=True, help="The page docs/rules.md.")
def rules(*, as_json: bool, markdown: bool) -> None:
    """Lists the rules and the runbook section each comes from.

    A rule holds on a stack file, a plan, the state and, of a preview, its steps. Check them with `ops check`.
    """
    if as_json:
        click.echo(json.dumps([described(rule) for rule in RULES], indent=2))
        return
    if markdown:
        click.echo(page(RULES), nl=False)
        return
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
        "both_stacks": rule.both_stacks,
        "waivable": rule.waivable,
        "why": rule.why,
        "not_run_when": rule.cannot_tell,
        "mend": in_general(rule.mend),
        "command": in_general(rule.command),
    }
