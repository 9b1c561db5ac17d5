"""One comment or issue: the outcome, one table, what is in the way, and the rest folded away.

Whatever a name, a value or an error says is shown letter by letter: nothing of it becomes a link, a mention or HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from operations.forms import findings, steps, words
from operations.forms.looks import LOOKS, OUTCOMES
from operations.judging.answer import Answer, StackAnswer, Trouble
from operations.safe_text import markdown as safe
from runbook.drift.grading import Drift
from runbook.rules.verdict import Verdict, section_url

LONGEST = 60_000
"""Characters; GitHub takes 65,536 in a comment."""
CUT = "\n\n…cut: the job's log has all of it.\n"


def markdown(answer: Answer) -> str:
    text = "\n".join(_lines(answer))
    return f"{text}\n" if len(text) < LONGEST else _cut(text)


def marker(answer: Answer) -> str:
    """By which the comment is found again, to be written anew instead of a second one."""
    return f"<!-- social-catering: ops {answer.command} -->"


def _cut(text: str) -> str:
    """Cut between two lines, with what is folded closed again."""
    kept = text[:LONGEST].rpartition("\n")[0]
    open_folds = kept.count("<details") - kept.count("</details>")
    return kept + "\n</details>" * open_folds + CUT


def _lines(answer: Answer) -> Iterator[str]:
    yield marker(answer)
    yield f"## {OUTCOMES[answer.outcome].emoji} {safe(words.headline(answer))}"
    yield ""
    above = list(_above(answer))
    yield from above
    if answer.stacks:
        yield from [""] if above else []
        yield from _table(answer)
    for stack in answer.stacks:
        yield from _details(stack)


def _above(answer: Answer) -> Iterator[str]:
    if answer.account:
        read = f"; read at {answer.read_at:%Y-%m-%d %H:%M} UTC" if answer.read_at else ""
        yield f"- Account: {safe(answer.account)}{read}"
    yield from _troubles(answer.troubles)
    yield from (
        f"- This change brings a waiver, for a code owner to review: {safe(', '.join(waiver.policies))} on "
        f"{safe(', '.join(waiver.targets))}, {safe(waiver.describe())}"
        for waiver in answer.new_waivers
    )
    yield from _troubles(answer.to_fix)
    yield from (f"- {safe(note)}" for note in answer.notes)


def _table(answer: Answer) -> Iterator[str]:
    rows = [_cells(answer, stack) for stack in answer.stacks]
    columns = [name for name in rows[0] if any(row[name] for row in rows)]
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    yield from (f"| {' | '.join(row[name] for name in columns)} |" for row in rows)


def _cells(answer: Answer, stack: StackAnswer) -> dict[str, str]:
    """By column; one that is empty for every stack is left out."""
    outcome = words.outcome_words(answer, stack.outcome)
    rules = {name: len(stack.verdicts_of(name)) for name in ("fail", "not evaluated", "waived", "pass")}
    found = {"stack": stack.stack, "outcome": f"{OUTCOMES[stack.outcome].emoji} {outcome}"}
    found["rules"] = "" if stack.only_shown else ", ".join(words.summary(rules)) or "none judged"
    found["steps"] = safe(steps.step_counts(stack)) if stack.preview else ""
    found["drift"] = _drift_cell(stack)
    found["a month"] = _cost_cell(stack)
    return found


def _drift_cell(stack: StackAnswer) -> str:
    if stack.preview:
        return str(len(stack.preview.drift) or "none")
    return ", ".join(words.summary(stack.counts)) or "none" if stack.only_shown else ""


def _cost_cell(stack: StackAnswer) -> str:
    if stack.cost is None:
        return "not known" if stack.preview else ""
    now, after = stack.cost.now.words, stack.cost.after.words
    return f"{now} → {after} ({words.signed(stack.cost.monthly_usd)})"


def _details(stack: StackAnswer) -> Iterator[str]:
    yield from _fold(f"{stack.stack}: what is in the way", _in_the_way(stack), is_open=True)
    waived = [line for verdict in stack.verdicts_of("waived") for line in findings.waived(verdict)]
    waived += [f"{words.drift_words(drift)}: {entry}" for drift, entry in stack.ignored]
    yield from _fold(f"{stack.stack}: waived", (_item("waived", line) for line in waived))
    yield from _fold(f"{stack.stack}: steps", map(_bullet, steps.step_words(stack)))
    if stack.preview:
        drift = map(_bullet, words.refreshed_words(stack.preview))
        yield from _fold(f"{stack.stack}: drift, which this change did not make and `up` would undo", drift)
    yield from _fold(f"{stack.stack}: cost", map(_bullet, words.cost_words(stack)))
    yield from _fold(f"{stack.stack}: every rule", map(_rule, stack.verdicts))


def _rule(verdict: Verdict) -> str:
    rule = verdict.rule
    return f"- {LOOKS[verdict.name].emoji} [{rule.id}]({section_url(rule)}): {safe(rule.title)}"


def _in_the_way(stack: StackAnswer) -> Iterator[str]:
    yield from _troubles(stack.troubles)
    for verdict in [] if stack.only_shown else stack.verdicts_of("fail", "not evaluated"):
        for message, below in findings.grouped(verdict):
            yield _item(verdict.name, message)
            yield from [f"  {safe(below)}"] if below else []
    for drift in stack.drifts:
        if drift.grade != "expected":
            yield from _drift(drift)
    if stack.agreement:
        yield from (
            _item("unknown", f"pulumi refresh disagrees: {what}") for what in stack.agreement.unexplained
        )


def _drift(drift: Drift) -> Iterator[str]:
    yield _item(drift.grade, f"{words.drift_words(drift)}. {drift.why}")
    yield from (f"  {safe(breach.by_the_runbook)}" for breach in findings.breaking(drift))


def _troubles(troubles: Iterable[Trouble]) -> Iterator[str]:
    return (f"- {OUTCOMES[trouble.outcome].emoji} {safe(trouble.what)}" for trouble in troubles)


def _item(name: str, line: str) -> str:
    return f"- {LOOKS[name].emoji} {safe(line)}"


def _bullet(line: str) -> str:
    return f"- {safe(line)}"


def _fold(title: str, lines: Iterable[str], *, is_open: bool = False) -> Iterator[str]:
    if inside := list(lines):
        yield f"\n<details{' open' if is_open else ''}><summary>{title.replace('`', '')}</summary>\n"
        yield from inside
        yield "\n</details>"
