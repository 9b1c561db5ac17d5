"""docs/drills.md, made from the drills themselves."""

from __future__ import annotations

from dataclasses import replace

from drills.book import DRILLS
from drills.drill import Drill
from runbook.rules.book import RULES
from runbook.rules.verdict import section_url

_HEAD = """# Drills

Made from `drills/` with `./ops drill --markdown > docs/drills.md`; a test compares them.

`./ops drill NAME [STACK]` breaks local Heroku the way a section of the runbook describes. Then it says what a pager would say: the symptom, and
the section to open. Find the cause and fix it with Heroku's own CLI, as you would on the night it happens. Both stacks must be up
(`./ops demo`). A drill costs nothing and reaches nothing outside this machine. It needs Node.js 20+ for Heroku's CLI.

    ./ops drill                                       # the list, and which one is under way
    ./ops drill site-down
    ./ops local shell production heroku ps            # or without a command: a shell to work in
    ./ops drill --hint                                # the runbook's next diagnosing command
    ./ops drill --solve                               # runs the runbook's fix, showing each command
    ./ops drill --check                               # solved? and how long it took
    ./ops drill --end                                 # restores everything

**Solved** means: each rule of `./ops verify` passes, nothing has drifted, and Pulumi has nothing left to change. `--check` then exits with 0. It exits with 3
while something is red (it names the rule, not the cause), and with 1 when it is inconclusive. It ignores the lines that the incident left in the
log. Time is measured by local Heroku's clock, so you can fast-forward: `./ops local clock --advance 1h`.

**Ended** means: the whole local account (with its clock and backups), both stacks' states and the stack files are as they were before. That holds
whatever you did in between, and also if the drill was killed while it broke things. If you edited a stack file, your version is kept under
`.local/drill-edits/`. [Decision 7](decisions/0007-a-drill-is-ended-by-a-snapshot.md) says why it is a snapshot.
"""


def page() -> str:
    return f"{_HEAD}\n{_table()}"


def section_link(drill: Drill) -> str:
    """The heading on GitHub."""
    return section_url(replace(RULES[0], document=drill.document, section=drill.section))


def _table() -> str:
    rows = [
        "## Drills there are",
        "",
        "| Drill | Section | Severity | Symptom | Red in `./ops verify` |",
        "|---|---|---|---|---|",
    ]
    rows += [
        f"| `{found.name}` | [{found.section}]({section_link(found)}) | {found.severity.label} | {found.sentence} | {_rules(found)} |"
        for found in DRILLS
    ]
    return "\n".join([*rows, ""])


def _rules(drill: Drill) -> str:
    if not drill.rules:
        return "none: no rule detects it"
    named = ", ".join(f"`{rule}`" for rule in drill.rules)
    return named if drill.leaves == "fail" else f"{named} and more: inconclusive"
