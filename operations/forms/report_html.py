"""One file to look at: posture, backups, cost and drift of each stack. No script, nothing loaded, light and dark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path

from operations.forms.backup_strip import size, strip
from operations.forms.report import Report, StackReport
from operations.judging.judgement import Row
from runbook.drift.grading import Drift
from runbook.environment import Environment
from runbook.live import Live
from runbook.rules.verdict import by_the_runbook, sentence
from runbook.stack_cost import cost_of_stack
from runbook.unknown import Unknown

STYLE = Path(__file__).with_name("style.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CLASSES = {
    "pass": "good",
    "fail": "bad",
    "waived": "odd",
    "not run": "open",
    "breaks the runbook": "bad",
    "unknown": "open",
    "harmless": "odd",
    "expected": "good",
}
_SIGNS = {"good": "✓", "bad": "✗", "odd": "!", "open": "?"}
_EXIT_CLASSES = {0: "good", 1: "open", 2: "odd", 3: "bad"}


def html(report: Report) -> str:
    return "".join(_page(report))


def _page(report: Report) -> Iterator[str]:
    title = f"Social Catering on Heroku: {report.command}"
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>{escape(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head><body><main>"
    yield f'<header class="head"><div><h1>{escape(title)}</h1>'
    yield f'<p class="quiet">{escape(report.account)}<br>Read at {report.read_at:%Y-%m-%d %H:%M} UTC</p></div>'
    yield f"{_pill(_EXIT_CLASSES[report.exit_code], report.summary.partition(':')[0])}</header>"
    for stack in report.stacks:
        yield from _stack(stack, report)
    if report.problems or report.by_hand or report.notes:
        yield "<section><h2>Also</h2>"
        yield from _list("To mend", report.problems)
        yield from _list("By hand, as no API tells", report.by_hand)
        yield from _list("Left out", report.notes)
        yield "</section>"
    yield "</main></body></html>\n"


def _stack(stack: StackReport, report: Report) -> Iterator[str]:
    yield f'<section aria-labelledby="{stack.stack}"><div class="head"><h2 id="{stack.stack}">{stack.stack}</h2>'
    yield f"{_pill(*_state(stack, report))}</div>"
    yield from _list("Could not be read", stack.unread)
    if not isinstance(stack.live, Unknown):
        yield from _facts(stack.live)
        yield from _backups(stack.live)
    if report.command == "drift":
        yield from _drift(stack)
    if stack.posture:
        yield from _posture(stack.posture)
    yield "</section>"


def _state(stack: StackReport, report: Report) -> tuple[str, str]:
    """The stack's colour, and its state in words."""
    alone = Report(report.command, report.account, report.read_at, (stack,))
    return _EXIT_CLASSES[alone.exit_code], alone.summary.partition(":")[0]


def _facts(environment: Environment) -> Iterator[str]:
    facts = list(_facts_of(environment))
    if facts:
        yield '<dl class="facts">'
        yield from (f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
        yield "</dl>"


def _facts_of(environment: Environment) -> Iterator[tuple[str, str]]:
    if environment.app is None or isinstance(environment.app, Unknown):
        return
    yield "app", _text(environment.app.name)
    cost = cost_of_stack(environment)
    budget = environment.monthly_budget_usd
    allowed = "" if isinstance(budget, Unknown) else f" of ${budget}"
    yield "a month", f"${cost.monthly_usd}{allowed}{' and more' if cost.unpriced else ''}"
    if not isinstance(environment.formation, Unknown):
        for process in environment.formation:
            yield (
                f"{_text(process.process_type)} dynos",
                f"{_text(process.quantity)} × {_text(process.dyno_type)}",
            )
    if not isinstance(environment.databases, Unknown):
        for database in environment.databases:
            yield "Postgres plan", _text(database.plan)
    if not isinstance(environment.live, Unknown):
        yield from _facts_of_live(environment.live)


def _facts_of_live(live: Live) -> Iterator[tuple[str, str]]:
    if not isinstance(live.dynos, Unknown):
        states = Counter(dyno.state for dyno in live.dynos)
        yield "dynos", ", ".join(f"{count} {state}" for state, count in states.items()) or "none"
    if not isinstance(live.health, Unknown):
        yield "health", f"{live.health.status or 'no answer'} in {live.health.milliseconds} ms"
    if not isinstance(live.database_use, Unknown):
        for use in live.database_use:
            if not isinstance(use.size_bytes, Unknown):
                yield "database size", size(use.size_bytes)
            if not isinstance(use.connections, Unknown):
                yield "connections", str(use.connections)
    if not isinstance(live.releases, Unknown) and live.releases:
        yield "newest release", f"v{live.releases[0].version}, {live.releases[0].status}"


def _backups(environment: Environment) -> Iterator[str]:
    live = environment.live
    if isinstance(live, Unknown) or isinstance(live.backups, Unknown):
        return
    days = strip(live.backups, live.read_at)
    done = sum(1 for day in days if day.mark == "completed")
    yield f'<h3>Backups: {done} of the last {len(days)} days</h3><ol class="strip">'
    for day in days:
        said = escape(f"{day.day}: {day.words}")
        yield f'<li class="{day.mark}" title="{said}"><span class="hidden">{said}</span></li>'
    yield "</ol>"


def _drift(stack: StackReport) -> Iterator[str]:
    yield "<h3>Drift</h3>"
    if not stack.drifts and not stack.unread:
        yield '<p class="good">✓ Live is as declared.</p>'
    yield '<ul class="items">'
    yield from (_drift_item(drift) for drift in stack.drifts)
    for drift, reason in stack.ignored:
        yield f"<li><b>ignored</b>{escape(drift.target)}: {escape(drift.words)}<br>"
        yield f'<span class="quiet">{escape(reason)}</span></li>'
    yield "</ul>"
    if stack.agreement:
        yield from _list("pulumi refresh disagrees", stack.agreement.unexplained)
        yield from _fold("What pulumi refresh says", stack.agreement.explained)


def _drift_item(drift: Drift) -> str:
    said = f"{drift.kind}: {drift.target}: {drift.words}"
    more = [drift.why]
    if drift.broken:
        severity = drift.broken.severity
        more.append(f"{severity.label}, response time {severity.response}. Runbook, {drift.broken.section}.")
    return _item(drift.grade, said, more, drift.command)


def _posture(rows: tuple[Row, ...]) -> Iterator[str]:
    counts = Counter(row.verdict.name for row in rows)
    words = ", ".join(
        f"{counts[name]} {name}" for name in ("pass", "fail", "waived", "not run") if counts[name]
    )
    yield f'<h3>Rules: {escape(words)}</h3><ul class="items">'
    yield from (item for row in rows if row.verdict.name != "pass" for item in _row(row))
    yield "</ul>"
    yield from _fold(
        f"{counts['pass']} rules hold",
        tuple(
            f"{row.verdict.rule.id}: {row.verdict.rule.title}" for row in rows if row.verdict.name == "pass"
        ),
    )


def _row(row: Row) -> Iterator[str]:
    rule, environment = row.verdict.rule, row.verdict.environment
    for finding in row.verdict.findings:
        if finding.outcome != "elsewhere":
            told, _, command = by_the_runbook(rule, finding, environment).partition(" By hand: ")
            yield _item(finding.outcome, sentence(rule, finding, environment), [told], command)
    for finding, waiver in row.verdict.let_off:
        yield _item("waived", f"{rule.id}: {finding.target} {finding.found}", [waiver], "")


def _item(name: str, said: str, more: list[str], command: str) -> str:
    kind = _CLASSES[name]
    told = "".join(f'<br><span class="quiet">{escape(text)}</span>' for text in more if text)
    typed = f"<br><code>{escape(command)}</code>" if command else ""
    return f'<li><b class="{kind}">{_SIGNS[kind]} {escape(name)}</b>{escape(said)}{told}{typed}</li>'


def _list(title: str, texts: tuple[str, ...]) -> Iterator[str]:
    if texts:
        yield f'<h3>{escape(title)}</h3><ul class="items">'
        yield from (f"<li>{escape(text)}</li>" for text in texts)
        yield "</ul>"


def _fold(title: str, texts: tuple[str, ...]) -> Iterator[str]:
    if texts:
        yield f"<details><summary>{escape(title)}</summary>"
        yield '<ul class="items">'
        yield from (f"<li>{escape(text)}</li>" for text in texts)
        yield "</ul></details>"


def _pill(kind: str, words: str) -> str:
    return f'<span class="pill {kind}">{_SIGNS[kind]} {escape(words)}</span>'


def _text(value: object) -> str:
    return "unknown" if isinstance(value, Unknown) else str(value)
