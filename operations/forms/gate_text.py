"""The gate's answer for people at a terminal; plain when piped."""

from __future__ import annotations

from collections.abc import Iterator

import click

from operations.forms.gate_words import cost_words, drift_words, headline, step_words
from operations.forms.safe_text import plain
from operations.judging.gated import Gated, GatedStack, Outcome

COLOURS: dict[Outcome, str] = {"pass": "green", "could not tell": "magenta", "blocked": "red"}
VERDICTS = {"fail": "red", "not run": "magenta", "waived": "yellow", "pass": "green"}


def text_of(gated: Gated) -> str:
    return "\n".join(_lines(gated))


def _lines(gated: Gated) -> Iterator[str]:
    yield click.style(headline(gated), fg=COLOURS[gated.outcome], bold=True)
    for trouble in gated.troubles:
        yield f"  {plain(trouble.what)}"
    for waiver in gated.new_waivers:
        yield f"  this change brings a waiver: {plain(', '.join(waiver.policies))}: {plain(waiver.describe())}"
    for problem in gated.waiver_problems:
        yield click.style(f"  {plain(str(problem))}", fg="red")
    for stack in gated.stacks:
        yield ""
        yield from _stack(stack)


def _stack(stack: GatedStack) -> Iterator[str]:
    yield click.style(f"{stack.stack}: {stack.outcome}", fg=COLOURS[stack.outcome], bold=True)
    for trouble in stack.troubles:
        yield from (f"  {line}" for line in plain(trouble.what).splitlines())
    for row in sorted(stack.rows, key=lambda row: list(VERDICTS).index(row.verdict.name)):
        name = row.verdict.name
        if name != "pass":
            yield f"  {click.style(f'{name:<8}', fg=VERDICTS[name])} {row.verdict.rule.id}"
            yield from (f"           {plain(line)}" for line in row.lines)
    if stack.rows:
        yield f"  {len(stack.rows_of('pass'))} of {len(stack.rows)} rules pass"
    yield from (f"  step     {plain(words)}" for words in step_words(stack))
    yield from (f"  drift    {plain(words)}" for words in drift_words(stack.preview))
    if stack.cost is not None:
        yield from (f"  cost     {plain(words)}" for words in cost_words(stack.cost))
