"""The gate's answer as one comment of a pull request: the verdict, one table, and the rest folded away.

Whatever a name, a value or an error says is shown letter by letter: nothing of it becomes a link, a mention or HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from operations.forms.gate_words import cost_words, counts, drift_words, headline, signed, step_words
from operations.forms.safe_text import markdown
from operations.judging.gated import Gated, GatedStack, Outcome
from operations.judging.guards import Trouble
from operations.judging.judgement import Row
from runbook.rules.verdict import section_url

MARKER = "<!-- social-catering: ops gate -->"
"""By which the comment is found again, to be written anew instead of a second one."""
LONGEST = 60_000
"""Characters; GitHub takes 65,536 in a comment."""
CUT = "\n\n…cut: the job's log has all of it.\n"
SIGNS: dict[Outcome, str] = {"pass": "✅", "could not tell": "❔", "blocked": "⛔"}
_BELOW = ("Runbook,", "ENV_CONFIG,")
ROW_SIGNS = {"pass": "✅", "fail": "⛔", "waived": "⚠️", "not run": "❔"}


def comment_of(gated: Gated) -> str:
    text = "\n".join([MARKER, f"## {SIGNS[gated.outcome]} {markdown(headline(gated))}", *_body(gated)])
    return f"{text}\n" if len(text) < LONGEST else _cut(text)


def _cut(text: str) -> str:
    """Cut between two lines, with what is folded closed again."""
    kept = text[:LONGEST].rpartition("\n")[0]
    open_folds = kept.count("<details") - kept.count("</details>")
    return kept + "\n</details>" * open_folds + CUT


def _body(gated: Gated) -> Iterator[str]:
    yield from ("", *_troubles(gated.troubles))
    yield from (
        f"- This change brings a waiver, for a code owner to review: {markdown(', '.join(waiver.policies))} on "
        f"{markdown(', '.join(waiver.targets))}, {markdown(waiver.describe())}"
        for waiver in gated.new_waivers
    )
    yield from (f"- {markdown(str(problem))}" for problem in gated.waiver_problems)
    if gated.stacks:
        if gated.troubles or gated.new_waivers or gated.waiver_problems:
            yield ""
        yield "| stack | verdict | rules | steps | drift | a month |"
        yield "|---|---|---|---|---|---|"
        yield from (_table_row(stack) for stack in gated.stacks)
    for stack in gated.stacks:
        yield from _details(stack)


def _table_row(stack: GatedStack) -> str:
    rules = ", ".join(
        f"{count} {name}"
        for name in ("fail", "not run", "waived", "pass")
        if (count := len(stack.rows_of(name)))
    )
    cost = (
        f"${stack.cost.now.monthly_usd} → ${stack.cost.after.monthly_usd} ({signed(stack.cost.monthly_usd)})"
        if stack.cost
        else "not known"
    )
    cells = [
        stack.stack,
        f"{SIGNS[stack.outcome]} {stack.outcome}",
        rules or "none judged",
        markdown(counts(stack)),
        str(len(stack.preview.drift) or "none"),
        cost,
    ]
    return f"| {' | '.join(cells)} |"


def _details(stack: GatedStack) -> Iterator[str]:
    red = stack.rows_of("fail", "not run")
    if stack.troubles or red:
        yield from _fold(f"{stack.stack}: what is in the way", _in_the_way(stack, red), is_open=True)
    waived = stack.rows_of("waived")
    if waived:
        yield from _fold(f"{stack.stack}: waived", (line for row in waived for line in _lines(row)))
    yield from _fold(f"{stack.stack}: steps", (f"- {markdown(words)}" for words in step_words(stack)))
    if stack.preview.drift:
        lines = [f"- {markdown(words)}" for words in drift_words(stack.preview)]
        yield from _fold(f"{stack.stack}: drift, which this change did not make and `up` would undo", lines)
    if stack.cost:
        yield from _fold(f"{stack.stack}: cost", (f"- {markdown(words)}" for words in cost_words(stack.cost)))
    if stack.rows:
        rules = (
            f"- {ROW_SIGNS[row.verdict.name]} [{row.verdict.rule.id}]({section_url(row.verdict.rule)}): "
            f"{markdown(row.verdict.rule.title)}"
            for row in stack.rows
        )
        yield from _fold(f"{stack.stack}: every rule", rules)


def _in_the_way(stack: GatedStack, red: Iterable[Row]) -> Iterator[str]:
    yield from _troubles(stack.troubles)
    for row in red:
        yield from _lines(row)


def _troubles(troubles: Iterable[Trouble]) -> Iterator[str]:
    for trouble in troubles:
        yield f"- {SIGNS['blocked' if trouble.kind == 'blocks' else 'could not tell']} {markdown(trouble.what)}"


def _lines(row: Row) -> Iterator[str]:
    """One entry a finding; the runbook's line on it hangs below, once for findings in a row that share it."""
    lines = row.lines
    for number, line in enumerate(lines):
        if not line.startswith(_BELOW):
            yield f"- {ROW_SIGNS[row.verdict.name]} {markdown(line)}"
        elif line != next((later for later in lines[number + 1 :] if later.startswith(_BELOW)), None):
            yield f"  {markdown(line)}"


def _fold(title: str, lines: Iterable[str], *, is_open: bool = False) -> Iterator[str]:
    yield f"\n<details{' open' if is_open else ''}><summary>{title.replace('`', '')}</summary>\n"
    yield from lines
    yield "\n</details>"
