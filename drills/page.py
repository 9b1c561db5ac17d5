"""docs/drills.md, made from the drills themselves."""

from __future__ import annotations

from dataclasses import replace

from drills.book import DRILLS, NOT_PLAYED
from drills.drill import Drill
from runbook.rules.book import RULES
from runbook.rules.verdict import section_url

_HEAD = """# Drills

Made from `drills/` with `./ops drill --markdown > docs/drills.md`; a test compares them.

`./ops drill NAME [STACK]` breaks the local Heroku as a section of the runbook describes, then says what a pager would say: the symptom, and
the section to open. Find the cause and mend it with Heroku's own CLI, as on the night it happens. It needs both stacks up
(`./ops demo`), costs nothing, and reaches nothing outside this machine.

    ./ops drill                                       # the list, and which one is under way
    ./ops drill site-down
    ./ops local shell production heroku ps            # or without a command: a shell to work in
    ./ops drill --hint                                # the runbook's next diagnosing command
    ./ops drill --solve                               # types the runbook's remedy, each command shown
    ./ops drill --check                               # solved? and in what time
    ./ops drill --end                                 # everything as before

**Solved** means: each rule of `./ops verify` holds, nothing drifts, and Pulumi has nothing left to change. `--check` exits with 0 then, with 3
while something is red, which it names without the cause, and with 1 when it could not be told. The lines that the incident left in the
log are not counted. The time runs by local Heroku's clock, so waiting can be played: `./ops local clock --advance 1h`.

**Ended** means: the whole local account, clock and backups included, both stacks' states and the stack files are as they were, whatever was
done meanwhile, also where the drill was killed as it broke things. A stack file that was edited is kept under `.local/drill-edits/`. It is
a snapshot that is put back ([why](decisions/0007-a-drill-is-ended-by-a-snapshot.md)).
"""


def page() -> str:
    return f"{_HEAD}\n{_table()}\n{_left_out()}"


def section_link(drill: Drill) -> str:
    """The heading on GitHub."""
    return section_url(replace(RULES[0], document=drill.document, section=drill.section))


def _table() -> str:
    rows = [
        "## What is played",
        "",
        "| Drill | Section | Severity | What is seen | Red in `./ops verify` |",
        "|---|---|---|---|---|",
    ]
    rows += [
        f"| `{found.name}` | [{found.section}]({section_link(found)}) | {found.severity.label} | {found.sentence} | {_rules(found)} |"
        for found in DRILLS
    ]
    return "\n".join([*rows, ""])


def _rules(drill: Drill) -> str:
    if not drill.rules:
        return "none: no rule sees it"
    named = ", ".join(f"`{rule}`" for rule in drill.rules)
    return named if drill.leaves == "fail" else f"{named} and more: could not be told"


def _left_out() -> str:
    rows = ["## What is not", ""]
    rows += [f"- {section}: {why}." for section, why in NOT_PLAYED.items()]
    return "\n".join([*rows, ""])
