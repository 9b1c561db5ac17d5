"""docs/heroku-plugin.md, made from the kinds of deviations."""

from __future__ import annotations

from tests.unit.providers.heroku.deviations import KINDS

UNRECORDED = {
    "Named changes": "The diff names each config var that changes: one that is set to or from the empty string, one that becomes unknown, a map that was empty and becomes unknown. The official plugin says that something in the map changes; where an empty map becomes unknown, not even which map.",
    "An app's config var emptied": "A config var of an app that becomes the empty string is set. The official plugin sees no change.",
    "Source paths": "A build's folder is packed in the same way however its path is written: `src`, `./src`, `lib/../src`, `.`. The official plugin packs `./src` twice nested, and `.` with `.env` as `env`, so that Heroku finds no Procfile. A path that is a link to a folder is refused; the official plugin packs the link alone. A link inside leads where it led; in the official plugin's archive it leads to itself.",
    "Made by hand": "An app or an add-on that a person made is never taken over: the error names `./ops adopt STACK`. The official plugin says only that the name is taken. A domain, drain, attachment, pipeline or coupling that a person made, equal to the declared one, is taken over, and a warning says that it was there already; the official plugin fails. A feature and config vars are set by both, whatever they were before.",
    "Data sources": "None is served; one sentence names the plugin that does.",
}
"""Seen by putting both plugins side by side, and in no recording. Each has tests of its own."""

RECORDED = 1737
"""Calls of the served types in the recordings of the official plugin 1.0.4."""

INTRODUCTION = """\
# The local `heroku` plugin

Pulumi's `heroku` resources are served by a plugin, a binary that no package registry carries. Where the official
one (pulumiverse, 1.0.4) is installed it is used. Where it is not, this project's own stands in: same program, same
state, either plugin. It serves {types}, and any other type is one clear error.

It talks to local Heroku only. Any address that is not on this machine is refused, until it has been checked against
the live service. For the real Heroku install the official plugin:

    pulumi plugin install resource heroku 1.0.4 --server github://api.github.com/pulumiverse

It is held to {recorded} recorded calls of the official plugin: inputs, outputs, secrets, replacement rules, defaults,
previews, every HTTP request in its order, and what a build uploads. It differs in the kinds of calls below, each for
a reason; numbered ones are known bugs of the official plugin, which are not copied. A difference of no kind fails the
tests, and so does a kind that covers more or fewer recorded calls than it says. Only the wording of errors is free.

One of its known bugs is kept on purpose: the failures of a check name their property in the text and not apart,
because the engine prints the value of a property that is named apart, a secret's too.
"""


def page(types: list[str]) -> str:
    """docs/heroku-plugin.md."""
    names = f"{', '.join(types[:-1])} and {types[-1]}"
    rows = [f"| {kind.name[0].upper()}{kind.name[1:]} | {kind.calls} | {kind.reason} |" for kind in KINDS]
    unrecorded = [f"| {name} | {reason} |" for name, reason in UNRECORDED.items()]
    return "\n".join(
        [
            INTRODUCTION.format(types=names, recorded=f"{RECORDED:,}"),
            "## In recorded calls\n",
            "| kind | calls | how it differs, and why |",
            "|---|---|---|",
            *rows,
            "",
            "## Beyond the recordings\n",
            "| kind | how it differs, and why |",
            "|---|---|",
            *unrecorded,
            "",
        ]
    )
