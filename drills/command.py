"""`ops drill`: a practice incident on local Heroku: diagnose it and fix it with the runbook and Heroku's own CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from drills.book import DRILLS
from drills.book import drill as drill_of
from drills.drill import Drill
from drills.page import page, section_link
from drills.record import Bench, Record
from operations.commands.named import Named
from operations.commands.stack_argument import StackType
from operations.console import heading, note, say
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import StackName

if TYPE_CHECKING:
    from drills.course import Course

NEXT = "./ops drill --hint, --check, --solve or --end"


DRILL = Named("drill", drill_of, lambda: ((found.name, found.sentence) for found in DRILLS), "ops drill")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", type=DRILL, required=False)
@click.argument("stack", type=StackType(), required=False)
@click.option("--hint", is_flag=True, help="Show the runbook's next diagnosing command.")
@click.option("--check", is_flag=True, help="Check whether it is solved, and how long that took.")
@click.option("--solve", is_flag=True, help="Run the runbook's fix, showing each command.")
@click.option("--end", is_flag=True, help="Restore everything as it was before the drill.")
@click.option("--markdown", is_flag=True, help="Print the page docs/drills.md.")
def drill(
    name: Drill | None,
    stack: StackName | None,
    *,
    hint: bool,
    check: bool,
    solve: bool,
    end: bool,
    markdown: bool,
) -> None:
    """Breaks local Heroku the way a section of the runbook describes. Without NAME, lists the drills.

    \b
    ops drill                       the drills, and which one is under way
    ops drill site-down             on production, unless STACK is given
    ops local shell production      diagnose and fix it, with Heroku's own CLI
    ops drill --check
    ops drill --end

    The pager names the symptom; you find the cause. Both stacks must be up (`ops demo`). Only local Heroku is
    touched. --check exits 0 when it is solved, 1 when that is inconclusive, 3 when it is not.
    """
    acts = {"--hint": hint, "--check": check, "--solve": solve, "--end": end, "--markdown": markdown}
    chosen = [act for act, wanted in acts.items() if wanted]
    if len(chosen) > 1:
        raise click.UsageError(f"give one of {', '.join(acts)}")
    if markdown:
        click.echo(page(), nl=False)
        return
    bench = Bench.of(Workspace.here())
    record = bench.read()
    if not chosen and name is None:
        _list(record)
        return
    from drills.course import Course  # noqa: PLC0415 - the list and the help need none of it

    course = Course(Workspace.here())
    with course.alone():
        if not chosen and name is not None:
            _begin(course, name, stack or "production")
            return
        record = _under_way(course.bench.read(), name, stack)
        if end:
            _end(course, record)
            return
        _refuse_unfinished(record)
        {"--hint": _hint, "--check": _check, "--solve": _solve}[chosen[0]](course, record)


def _list(record: Record | None) -> None:
    rows = [("DRILL", "SEVERITY", "SECTION", "WHAT IS SEEN")]
    rows += [(found.name, found.severity.label, found.section, found.sentence) for found in DRILLS]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row[:3], widths, strict=True)]
        say(f"{'  '.join(cells)}  {row[3]}")
    if record is None:
        say("\nNo drill is under way. Begin one: ./ops drill NAME [STACK]")
    else:
        say(f"\n{record.drill} is under way on {record.stack}. Next: {_next(record)}")


def _begin(course: Course, drill: Drill, stack: StackName) -> None:
    record = course.bench.read()
    if record is not None:
        raise OperationError(f"{record.drill} is under way on {record.stack}; first: {_next(record)}")
    note("Checking both stacks and saving them …")
    words = course.words(course.begin(drill, stack))
    heading(f"PAGER  {stack}")
    say(drill.pager.format_map(words))
    say(f"\nRunbook: {drill.section}, {section_link(drill)}")
    say(f"Response time of {drill.severity.label}: {drill.severity.response}.")
    say(f"Begin:   ./ops local shell {stack}")
    say(f"There:   {words['health']}   # the app is on this machine, and not at its address")
    say(f"Then:    {NEXT}")


def _hint(course: Course, record: Record) -> None:
    number, hint = course.hint(record)
    if hint is None:
        say("No more hints. To run the runbook's fix: ./ops drill --solve")
        return
    say(f"Hint {number} of {len(drill_of(record.drill).hints)}: {hint.command}")
    say(f"  Look at: {hint.look}")


def _check(course: Course, record: Record) -> None:
    from drills.judging import LEFT_OUT, in_time  # noqa: PLC0415 - late, as Course

    standing, taken = course.check(record)
    if standing.exit_code:
        say({1: "Inconclusive, whether it is solved:"}.get(standing.exit_code, "Not solved yet:"))
        for line in standing.lines:
            say(f"  {line}")
        say(f"What was found on it: ./ops verify {record.stack}")
    else:
        say(f"Solved: {record.stack} complies with the runbook, and Pulumi has nothing left to change.")
        say(in_time(taken, drill_of(record.drill).severity))
        for rule, why in LEFT_OUT.items():
            say(f"Not counted: {rule}, as {why}.")
        say("Next: ./ops drill --end")
    click.get_current_context().exit(standing.exit_code)


def _solve(course: Course, record: Record) -> None:
    course.solve(record)
    say("\nNext: ./ops drill --check")


def _end(course: Course, record: Record) -> None:
    note("Restoring everything …")
    edited, standing = course.end(record)
    for path in edited:
        say(f"{path.name} had been edited; that text is kept as {path}")
    if standing.exit_code:
        raise OperationError(
            "the account and the states are as before the drill, but they don't comply with the runbook: "
            + "; ".join(standing.lines)
            + "; start over with ./ops local reset"
        )
    say(
        f"{record.drill} has ended: both stacks are as before and comply with the runbook; Pulumi has nothing to change."
    )


def _under_way(record: Record | None, name: Drill | None, stack: StackName | None) -> Record:
    if record is None:
        raise OperationError("no drill is under way; begin one: ./ops drill NAME")
    if (name and name.name != record.drill) or (stack and stack != record.stack):
        raise OperationError(f"{record.drill} on {record.stack} is the drill under way; leave out the name")
    return record


def _refuse_unfinished(record: Record) -> None:
    if record.began_at is None:
        raise OperationError(f"{record.drill} was interrupted while it was set up; first: {_next(record)}")


def _next(record: Record) -> str:
    return NEXT if record.began_at else "./ops drill --end"
