"""docs/rules.md, made from the rules themselves."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent

from runbook.rules.rule import LIVE, Rule
from runbook.rules.verdict import in_general, section_url

_HEAD = """# Rules

Made from `runbook/rules/` with `./ops rules --markdown > docs/rules.md`; a test compares them.

A verdict is `pass`, `fail`, `waived` or `not run`. `not run` means that something the rule reads is not known where it
was read; it is as red as a failure. `settings` is the stack file alone, `plan` what Pulumi would register (the policy
pack, and `./ops check --on plan`), `state` what the last `up` stored, `steps` the deletes, replacements and changes of
a preview, which policies never see, `live` the account itself (`./ops verify`, `./ops drift`). Severities and response times are the runbook's.
"""


def page(rules: Sequence[Rule]) -> str:
    return "\n".join([_HEAD, _table(rules), *(_section(rule) for rule in rules)])


def _table(rules: Sequence[Rule]) -> str:
    rows = [
        "| rule | holds when | severity | decided on | source |",
        "|---|---|---|---|---|",
        *(
            f"| [{rule.id}](#{rule.id}) | {rule.title} | {rule.severity.label} | {', '.join(sorted(rule.on))} | {_source(rule)} |"
            for rule in rules
        ),
    ]
    return "\n".join(rows) + "\n"


def _source(rule: Rule) -> str:
    return f"[{rule.document}: {rule.section}]({section_url(rule)})"


def _section(rule: Rule) -> str:
    parts = [
        f"## {rule.id}",
        f"{rule.title}. {rule.severity.label}, response time {rule.severity.response}. Source: {_source(rule)}.",
        f"**Why.** {rule.why}",
        f"**Reads** {'; '.join(rule.reads)}.",
        f"**Not run when.** {rule.cannot_tell}",
        *_examples(rule),
        f"**Mend.** {in_general(rule.mend)}. By hand: `{in_general(rule.command)}`",
        "" if rule.waivable else "It can't be waived.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _examples(rule: Rule) -> list[str]:
    if rule.on == LIVE:
        return ["No stack file shows it: it is seen on the live account only (`./ops verify`)."]
    if rule.fails_with is None or rule.passes_with is None:
        return [
            "No stack file can break it: the components declare it so. A program that declares otherwise is caught."
        ]
    return [
        "Fails, as part of a stack file (each key under `social-catering:`):",
        indent(rule.fails_with, "    "),
        "Passes:",
        indent(rule.passes_with, "    "),
    ]
