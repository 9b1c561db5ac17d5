"""A rule in full, for docs/rules.md and for a terminal; made from the rule itself."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent

from runbook.rules.rule import LIVE, Rule, severity_of
from runbook.rules.verdict import in_general, section_url

_HEAD = """# Rules

Made from `runbook/rules/` with `./ops rules --markdown > docs/rules.md`; a test compares them.

A verdict is `pass`, `fail`, `waived` or `not evaluated`. `not evaluated`: the rule lacked a value it needs (for example, one known only after
`up`). It blocks like a failure. A rule is decided on `settings` (the stack file alone), `plan` (what Pulumi would register: the policy
pack, and `./ops check --on plan`), `state` (what the last `up` stored), `steps` (the deletes, replacements and changes of
a preview, which policies never see) or `live` (the account itself: `./ops verify`, `./ops drift`). Severities and response times are the runbook's.
`./ops rules RULE` shows one rule in a terminal.
"""


def page(rules: Sequence[Rule]) -> str:
    return "\n".join([_HEAD, _table(rules), *(_section(rule) for rule in rules)])


def text(rule: Rule) -> str:
    """For a terminal."""
    rows = [
        ("severity", _severity(rule)),
        ("source", f"{rule.document}: {rule.section}"),
        ("", section_url(rule)),
        ("decided on", ", ".join(sorted(rule.on))),
        ("why", rule.why),
        ("reads", "; ".join(rule.reads)),
        *_column("expects", rule.expects),
        ("not evaluated when", rule.cannot_tell),
        *_column("fails", (rule.fails_with or "").splitlines()),
        *_column("passes", (rule.passes_with or "").splitlines()),
        ("to fix", f"{in_general(rule.edit)}."),
        ("by hand", in_general(rule.command)),
        ("waiver", "possible, in waivers.yaml" if rule.waivable else "impossible"),
    ]
    return "\n".join([f"{rule.id}: {rule.title}", *(f"  {name:<20}{line}" for name, line in rows), ""])


def _severity(rule: Rule) -> str:
    """Production's, and staging's where that is another."""
    severity, staging = rule.severity, severity_of(rule, None, "staging")
    milder = "" if staging is severity else f"; on staging {staging.label}"
    return f"{severity.label}, response time {severity.response}{milder}"


def _column(name: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    """The name stands beside the first line."""
    return [("" if number else name, line) for number, line in enumerate(lines)]


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
        f"{rule.title}. {_severity(rule)}. Source: {_source(rule)}.",
        f"**Why.** {rule.why}",
        f"**Reads** {'; '.join(rule.reads)}.",
        f"**Expects** `{'`, `'.join(rule.expects)}`." if rule.expects else "",
        f"**Not evaluated when.** {rule.cannot_tell}",
        f"**Checklists.** {'; '.join(f'{item.checklist}: {item.title}' for item in rule.items)}."
        if rule.items
        else "",
        *_examples(rule),
        f"**Fix.** {in_general(rule.edit)}. By hand: `{in_general(rule.command)}`",
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
