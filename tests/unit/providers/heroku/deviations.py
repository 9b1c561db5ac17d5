"""Where this project's heroku plugin answers otherwise than the official one, call by call, and why.

docs/heroku-plugin.md is made from this list, and the replay holds the plugin to it: what differs stands here, and
what stands here differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

REASONS = {
    "bug 1": "A failed create or update stores what Heroku has, and the next run looks at what is there and finishes. The official plugin stores what was wanted as if it were set, and its next run changes nothing.",
    "bug 2": "A throttled write is sent again, with its body, within the time budget. The official plugin waits 30 s and then fails.",
    "bug 3": "Only the release that this change made is waited for, and only its failure counts. The official plugin fails when the app's newest release failed, whoever made it.",
    "bug 4": "An object that is gone is gone: a refresh shows it as deleted, and deleting it succeeds with a warning. The official plugin fails for all types but App and Addon.",
    "bug 5": "A config var that another resource has set in the same run is not taken out by the one that gives it up: it moves, in any order of updates.",
    "bug 6": "A config association that moves to another app sets its values there and takes them out of the old app; a formation that changes its process type scales the new one. The official plugin sends an empty change.",
    "bug 7": "An import says what went wrong: a refused key, a server error, an id of the wrong form. The official plugin says that the object does not exist.",
    "bug 8": "No crash: a failed Configure, and a pipeline without an owner, are answered.",
    "bug 9": "Check refuses what Heroku would refuse later: fractions and negative numbers of dynos, a number for a boolean, names, regions, dyno types, plans and URLs that cannot be, inputs in snake_case, a source or drain with no URL or two, a config var declared twice.",
    "bug 10": "The case of a dyno type does not matter: STANDARD-1X is Standard-1X.",
    "bug 11": "A feature must be named, and an attachment without a name gets the one Heroku gives it. The official plugin makes up names that Heroku refuses.",
    "bug 12": "What exists is kept in the state even if the rest fails, so that the next run waits on instead of making a second one.",
    "failed build": "A build that the state has as failed is replaced: the next run builds again. The official plugin leaves it.",
    "bug 13": "An import stores that Heroku does not tell an add-on's config or a build's source, and believes the program's, instead of replacing a database or building again.",
    "bug 15": "One unknown value in a map leaves the others known at preview.",
    "lost answer": "When a create's answer was lost, or the name is taken, the object is looked up: an equal one (for an app: an empty one) is taken over instead of failing or making a second one. The look-up is one more request.",
    "stop": "A refresh that cannot find an app or a Postgres database stops and asks whether it is gone or the key is wrong. The official plugin plans to make it anew, empty.",
    "loopback": "This plugin refuses every address that is not on this machine, before any request.",
    "no key": "Without an API key no request is sent. The official plugin sends empty credentials.",
    "settings": "The provider's settings are checked when they are read, and a wrong one is a failure of its key. The official plugin fails without naming it, or later.",
    "refused": "The inputs are refused by both; they differ in bookkeeping that nothing reads, or in how many of two conflicting inputs are named.",
}
"""Numbered reasons are known bugs of the official plugin 1.0.4, which are not copied."""


@dataclass(frozen=True)
class Deviation:
    """Calls whose `SCENARIO#STEP` matches differ in these aspects of response, error and http."""

    calls: str
    aspects: frozenset[str]
    reason: str

    def covers(self, call: str) -> bool:
        return fnmatchcase(call, self.calls)


def _table(reason: str, rows: str) -> list[Deviation]:
    """Rows of a pattern and the aspects that differ."""
    pairs = (line.split() for line in rows.strip().splitlines())
    return [Deviation(pattern, frozenset(aspects.split(",")), reason) for pattern, aspects in pairs]


DEVIATIONS = [
    *_table(
        "bug 1",
        """
        App/update/error-4*#1 error
        App/update/error-*#3 error,http
        App/update/half-done#1 error
        App/create/error-500-on-read#1 error
        App/create/half-done-*#1 error
        App/release/failed-on-create#1 error
        App/update/stack-case#2 error
        Addon/update/error-*#1 error
        Addon/update/error-*#3 error,http
        Addon/update/plan-case#2 error
        ConfigAssociation/update/error-4*#1 error
        ConfigAssociation/update/error-*#3 error,http
        Pipeline/update/error-*#1 error
        Pipeline/update/error-*#3 error,http
        Domain/update/error-*#1 error
        Domain/update/error-*#3 error,http
        Feature/update/error-*#1 error
        Feature/update/error-*#3 error,http
        """,
    ),
    *_table(
        "bug 2",
        """
        App/update/429-then-ok#1 error,http
        Addon/update/429-then-ok#1 error,http
        Pipeline/update/429-then-ok#1 error,http
        Domain/update/429-then-ok#1 error,http
        Feature/update/429-then-ok#1 error,http
        Formation/update/429-then-ok#1 http
        App/create/429-then-ok#1 http
        Attachment/create/429-then-ok#1 http
        ConfigAssociation/create/429-then-ok#1 http
        Build/create/429-then-ok#1 http
        Pipeline/create/429-then-ok#1 http
        Coupling/create/429-then-ok#1 http
        Drain/create/429-then-ok#1 http
        Domain/create/429-then-ok#1 http
        Feature/create/429-then-ok#1 http
        """,
    ),
    *_table("bug 3", "App/release/failed-before-update#1 http"),
    *_table(
        "bug 4",
        """
        Attachment/lifecycle/full#8 error
        Pipeline/lifecycle/full#8 error
        Coupling/lifecycle/full#8 error
        Drain/lifecycle/full#8 error
        Domain/lifecycle/full#8 error
        Drain/delete/ok#2 error
        Domain/delete/ok#2 error
        Attachment/import/missing#1 error
        Attachment/read/error-404#1 error
        Formation/read/error-404#1 error
        Formation/drift/type-gone#1 error
        Build/read/error-404#1 error
        Pipeline/read/error-404#1 error
        Pipeline/read/parent-gone#1 error
        Coupling/read/error-404#1 error
        Drain/read/error-404#1 error
        Domain/read/error-404#1 error
        Feature/read/error-404#1 error
        Addon/delete/missing#1 error
        Attachment/delete/missing#1 error
        Pipeline/delete/missing#1 error
        Coupling/delete/missing#1 error
        Drain/delete/missing#1 error
        Domain/delete/missing#1 error
        Addon/delete/parent-gone#1 error
        Attachment/delete/parent-gone#1 error
        Coupling/delete/parent-gone#1 error
        Drain/delete/parent-gone#1 error
        Feature/delete/parent-gone#1 error
        """,
    ),
    *_table("bug 5", "ConfigAssociation/two/key-moved#2 http"),
    *_table(
        "bug 6",
        """
        ConfigAssociation/update/appId#2 error,http
        Formation/update/type#2 http
        """,
    ),
    *_table(
        "bug 7",
        """
        App/import/error-*#1 error
        Formation/import/error-500#1 error
        Build/import/error-401#1 error
        Pipeline/import/error-500#1 error
        Drain/import/error-*#1 error
        Feature/import/error-500#1 error
        Formation/read/own-id-only#1 error
        Build/read/own-id-only#1 error
        Drain/read/own-id-only#1 error
        Domain/read/own-id-only#1 error
        Formation/import/no-type#1 error
        Build/import/bare#1 error
        Drain/import/bad-suffix#1 error
        Drain/import/bare-id#1 error
        Domain/import/bare#1 error
        Feature/import/bare#1 error
        """,
    ),
    *_table(
        "bug 8",
        """
        Provider/configure/headers-bad#2 error
        Provider/configure/customizations-two#2 error
        Pipeline/create/owner-null#1 error
        """,
    ),
    *_table(
        "bug 9",
        """
        App/check/wrong-type-acm-2#1 response
        App/check/wrong-type-internalRouting-2#1 response
        App/check/wrong-type-name-3#1 response
        App/check/wrong-type-region-3#1 response
        App/check/snake-case-input#1 response
        App/invalid/region#1 response
        App/invalid/name-upper#1 response
        App/invalid/name-short#1 response
        App/diff/region-case#1 response
        Addon/check/wrong-type-plan-3#1 response
        Addon/check/snake-case-input#1 response
        Addon/invalid/plan-empty#1 response
        Attachment/check/snake-case-input#1 response
        Attachment/check/autoname#3 response
        Attachment/invalid/name-lower#1 response
        ConfigAssociation/invalid/dupe#1 response
        ConfigAssociation/invalid/dupe#3 http
        ConfigAssociation/invalid/key#1 response
        ConfigAssociation/diff/dupe#1 response
        Formation/check/wrong-type-quantity-1#1 error
        Formation/check/wrong-type-size-3#1 response
        Formation/check/snake-case-input#1 response
        Formation/invalid/quantity-negative#1 response
        Formation/invalid/quantity-huge#1 response
        Formation/invalid/size-empty#1 response
        Formation/invalid/size-empty#3 http
        Formation/invalid/type-empty#1 response
        Build/check/snake-case-input#1 response
        Build/invalid/no-source-kind#1 response
        Build/invalid/both#1 response
        Coupling/check/snake-case-input#1 response
        Drain/check/wrong-type-url-3#1 response
        Drain/check/null-url#1 response
        Drain/check/snake-case-input#1 response
        Drain/invalid/neither#1 response
        Drain/invalid/url-bad#1 response
        Drain/invalid/url-empty#1 response
        Domain/check/wrong-type-hostname-3#1 response
        Domain/invalid/hostname#1 response
        Domain/invalid/hostname-empty#1 response
        Feature/check/wrong-type-enabled-2#1 response
        Feature/invalid/name-empty#1 response
        """,
    ),
    *_table(
        "bug 10",
        """
        Formation/update/size-case-upper#1 response
        Formation/update/size-case-upper#2 error,http
        Formation/update/size-case-upper#4 response
        Formation/diff/size-case-mixed#2 response
        """,
    ),
    *_table(
        "bug 11",
        """
        Attachment/check/empty#1 response
        Attachment/check/null-name#1 response
        Attachment/check/autoname#1 response
        Attachment/check/autoname#2 response
        Attachment/invalid/name-absent#1 response
        Feature/check/empty#1 response
        Feature/check/null-name#1 response
        Feature/check/autoname#1 response
        Feature/check/autoname#2 response
        Feature/invalid/name-absent#1 response
        """,
    ),
    *_table(
        "bug 12",
        """
        Addon/provision/error-500-while-waiting#1 error
        ConfigAssociation/release/failed-on-create#1 error
        """,
    ),
    *_table("failed build", "Build/drift/status#2 response"),
    *_table(
        "bug 13",
        """
        Addon/read/own-id-only#1 response
        Addon/import/name#1 response
        Addon/import/then-diff#1 response
        Build/import/then-diff#2 response
        """,
    ),
    *_table(
        "bug 15",
        """
        App/preview/unknown-in-configVars#1 response
        App/preview/unknown-in-sensitiveConfigVars#1 response
        Addon/preview/unknown-in-config#1 response
        ConfigAssociation/preview/unknown-in-vars#1 response
        ConfigAssociation/preview/unknown-in-sensitiveVars#1 response
        """,
    ),
    *_table(
        "lost answer",
        """
        App/invalid/name-taken#3 http
        App/create/error-50[03]#1 http
        Addon/invalid/name-taken#3 http
        Addon/create/error-50[03]#1 http
        Attachment/create/error-503#1 http
        Build/create/error-50[03]#1 http
        Pipeline/create/error-500#1 http
        Coupling/create/error-503#1 http
        Drain/create/error-500#1 http
        Domain/create/error-50[03]#1 http
        """,
    ),
    *_table(
        "stop",
        """
        App/lifecycle/full#8 error
        App/read/parent-gone#1 error
        App/delete/ok#2 error
        App/team/import-read-delete#4 error
        Addon/lifecycle/full#8 error
        Addon/read/error-404#1 error
        Addon/delete/ok#2 error
        """,
    ),
    *_table(
        "loopback",
        """
        Provider/configure/url-bad#1 error
        Provider/configure/url-bad#2 error
        """,
    ),
    *_table("no key", "Provider/configure/no-key#2 error,http"),
    *_table(
        "settings",
        """
        Provider/check-config/delays-string#1 error
        Provider/check-config/delays-not-json#1 error
        Provider/check-config/customizations-two#1 response
        Provider/check-config/headers-not-json#1 response
        Provider/configure/delays-negative#1 error
        Provider/configure/delays-negative#2 error,http
        """,
    ),
    *_table(
        "refused",
        """
        Pipeline/invalid/owner-list#1 response
        Drain/check/wrong-type-sensitiveUrl-[23]#1 response
        """,
    ),
]

RECORDED = 1656
"""Calls of the served types in the recordings of the official plugin 1.0.4."""

INTRODUCTION = """\
# The stand-in for the `heroku` plugin

Pulumi's `heroku` resources are served by a plugin, a binary that no package registry carries. Where the official
one (pulumiverse, 1.0.4) is installed it is used. Where it is not, this project's own stands in: same program, same
state, either plugin. It serves {types}, and any other type is one clear error.

It talks to local Heroku only. Any address that is not on this machine is refused, until it has been checked against
the live service. For the real Heroku install the official plugin:

    pulumi plugin install resource heroku 1.0.4 --server github://api.github.com/pulumiverse

It is held to {recorded} recorded calls of the official plugin: inputs, outputs, secrets, replacement rules, defaults,
previews, and every HTTP request in its order. It differs in the calls below, each for a reason; numbered ones are
known bugs of the official plugin, which are not copied. Only the wording of errors is free.

One of its known bugs is kept on purpose: the failures of a check name their property in the text and not apart,
because the engine prints the value of a property that is named apart, a secret's too.
"""


def page(types: list[str]) -> str:
    """docs/heroku-plugin.md."""
    names = f"{', '.join(types[:-1])} and {types[-1]}"
    parts = [INTRODUCTION.format(types=names, recorded=f"{RECORDED:,}")]
    for reason, text in REASONS.items():
        calls = [item for item in DEVIATIONS if item.reason == reason]
        parts.append(f"## {reason.capitalize()}\n\n{text}\n")
        rows = [f"| `{item.calls}` | {', '.join(sorted(item.aspects))} |" for item in calls]
        parts.append("\n".join(["| call | differs in |", "|---|---|", *rows, ""]))
    return "\n".join(parts)
