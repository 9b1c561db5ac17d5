"""One file to look at: rules, backups, cost, steps and drift of each stack. No script, nothing loaded, light and dark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from operations.forms import findings, steps, words
from operations.forms.backup_strip import newest_failed, strip
from operations.forms.facts import facts
from operations.forms.looks import LOOKS, OUTCOMES, Look
from operations.judging.answer import Answer, StackAnswer
from operations.safe_text import html as safe
from runbook.drift.grading import Breach, Drift
from runbook.environment import Environment
from runbook.rules.verdict import Verdict, section_url
from runbook.unknown import Unknown

STYLE = Path(__file__).with_name("style.css")
Below: TypeAlias = tuple[str, str, str]
"""A text under an item, the command to type or "", and the address of its section of the runbook or ""."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html(answer: Answer) -> str:
    return "".join(_page(answer))


def _page(answer: Answer) -> Iterator[str]:
    title = f"Social Catering on Heroku: {answer.command}"
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>{safe(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head><body><main>"
    yield f'<header class="head"><div><h1>{safe(title)}</h1><p class="quiet">{_read(answer)}</p></div>'
    yield f"{_pill(OUTCOMES[answer.outcome], words.outcome_words(answer, answer.outcome))}</header>"
    yield f"<p>{safe(words.headline(answer))}</p>"
    yield from _list("In the way", [trouble.what for trouble in answer.troubles])
    for stack in answer.stacks:
        yield from _stack(stack, answer)
    if answer.to_fix or answer.by_hand or answer.notes:
        yield "<section><h2>Also</h2>"
        yield from _list("To fix", [trouble.what for trouble in answer.to_fix])
        yield from _list("By hand, as no API tells", answer.by_hand)
        yield from _list("Left out", answer.notes)
        yield "</section>"
    yield "</main></body></html>\n"


def _read(answer: Answer) -> str:
    at = f"Read at {answer.read_at:%Y-%m-%d %H:%M} UTC" if answer.read_at else ""
    return "<br>".join(safe(line) for line in (answer.account, at) if line)


def _stack(stack: StackAnswer, answer: Answer) -> Iterator[str]:
    yield f'<section aria-labelledby="{stack.stack}"><div class="head"><h2 id="{stack.stack}">{stack.stack}</h2>'
    yield f"{_pill(OUTCOMES[stack.outcome], words.outcome_words(answer, stack.outcome))}</div>"
    yield from _list("In the way", [trouble.what for trouble in stack.troubles])
    if not isinstance(stack.live, Unknown):
        yield from _facts(stack.live)
        yield from _backups(stack.live)
    if answer.command == "drift":
        yield from _drift(stack)
    if stack.preview is not None:
        yield from _list("Steps", steps.step_words(stack))
        yield from _list("Drift that up would undo", words.refreshed_words(stack.preview))
    yield from _list("Cost", list(words.cost_words(stack)))
    if stack.verdicts:
        yield from _rules(stack.verdicts)
    yield "</section>"


def _facts(environment: Environment) -> Iterator[str]:
    if found := list(facts(environment)):
        yield '<dl class="facts">'
        for fact in found:
            look = ' class="bad"' if fact.is_wrong else ""
            yield f"<div><dt>{safe(fact.name)}</dt><dd{look}>{safe(fact.value)}</dd></div>"
        yield "</dl>"


def _backups(environment: Environment) -> Iterator[str]:
    live = environment.live
    if isinstance(live, Unknown) or isinstance(live.backups, Unknown):
        return
    days = strip(live.backups, live.read_at)
    if not days:
        yield '<h3>Backups</h3><p class="bad">✗ none is listed</p>'
        return
    done = sum(1 for day in days if day.mark == "completed")
    of = words.counted(len(days), "day", "days")
    yield f"<h3>Backups: {done} of the last {of}, from the oldest that is listed</h3>"
    if failed := newest_failed(live.backups):
        yield f'<p class="bad">✗ the newest, {safe(failed.name)}, failed</p>'
    yield '<ol class="strip">'
    for day in days:
        said = safe(f"{day.day}: {day.words}")
        yield f'<li class="{day.mark}" title="{said}"><span class="hidden">{said}</span></li>'
    yield "</ol>"


def _drift(stack: StackAnswer) -> Iterator[str]:
    yield "<h3>Drift</h3>"
    if not stack.drifts and not stack.troubles:
        yield '<p class="good">✓ Live is as declared.</p>'
    yield '<ul class="items">'
    yield from (_drift_item(drift) for drift in stack.drifts)
    yield from (
        _item("ignored", words.drift_words(drift), [(entry, "", "")]) for drift, entry in stack.ignored
    )
    yield "</ul>"
    if stack.agreement:
        yield from _list("pulumi refresh disagrees", stack.agreement.unexplained)
        yield from _fold("What pulumi refresh says", stack.agreement.explained)


def _drift_item(drift: Drift) -> str:
    breaking = sorted(findings.breaking(drift), key=lambda breach: breach.severity.label)
    return _item(
        drift.grade,
        words.drift_words(drift),
        [(drift.why, "", ""), *map(_below, breaking)],
        breaking[0].severity.label if breaking else "",
    )


def _rules(verdicts: Sequence[Verdict]) -> Iterator[str]:
    counts = Counter[str](verdict.name for verdict in verdicts)
    yield f'<h3>Rules: {safe(", ".join(words.summary(counts)))}</h3><ul class="items">'
    yield from (item for verdict in verdicts if verdict.name != "pass" for item in _verdict(verdict))
    yield "</ul>"
    passing = [verdict.rule for verdict in verdicts if verdict.name == "pass"]
    yield from _fold(
        f"{words.counted(len(passing), 'rule holds', 'rules hold')}",
        [f"{rule.id}: {rule.title}" for rule in passing],
    )


def _verdict(verdict: Verdict) -> Iterator[str]:
    for said in findings.said(verdict):
        if said.finding.outcome != "elsewhere":
            below = [_below(said)] if said.below else []
            yield _item(said.finding.outcome, said.message, below, said.severity.label if below else "")
    yield from (_item("waived", f"{verdict.rule.id}: {line}") for line in findings.waived(verdict))


def _below(found: findings.Said | Breach) -> Below:
    return (*findings.parted(found), section_url(found.rule))


def _item(name: str, said: str, more: Sequence[Below] = (), severity: str = "") -> str:
    look = LOOKS[name]
    rank = f'<b class="pill {look.css}">{safe(severity)}</b>' if severity else ""
    told = "".join(map(_told, more))
    return f'<li><b class="{look.css}">{look.sign} {safe(name)}</b>{rank}{safe(said)}{told}</li>'


def _told(below: Below) -> str:
    text, command, url = below
    link = f' <a href="{safe(url)}">Open the section</a>' if url else ""
    typed = f"<br><code>{safe(command)}</code>" if command else ""
    return f'<br><span class="quiet">{safe(text)}{link}</span>{typed}'


def _list(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield f'<h3>{safe(title)}</h3><ul class="items">'
        yield from (f"<li>{safe(text)}</li>" for text in texts)
        yield "</ul>"


def _fold(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield f"<details><summary>{safe(title)}</summary>"
        yield '<ul class="items">'
        yield from (f"<li>{safe(text)}</li>" for text in texts)
        yield "</ul></details>"


def _pill(look: Look, words: str) -> str:
    return f'<span class="pill {look.css}">{look.sign} {safe(words)}</span>'
