"""Where this project's heroku plugin answers otherwise than the official one, by kind of call, and why.

docs/heroku-plugin.md is made from this list, and the replay holds the plugin to it: each call that differs is of one
kind, and each kind covers as many recorded calls as it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from providers.heroku.types import lifecycle
from providers.protocol.values import UNKNOWN_SIGNATURE
from providers.resources.check import check, opened, plain
from providers.resources.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.providers.heroku.recordings import Recorded

Found = dict[str, list[str]]
"""What differs, by aspect: lines under `response`, `error`, `http`."""


@dataclass(frozen=True)
class Kind:
    """Recorded calls that differ for one reason. `covers` looks at the call and at what differs, never at its name."""

    name: str
    calls: int
    reason: str
    covers: Callable[[Recorded, Found], bool]


def _only(found: Found, aspect: str, *beginnings: str) -> bool:
    """Whether nothing but this aspect differs, each line as one of these begins."""
    return set(found) == {aspect} and all(line.startswith(beginnings) for line in found[aspect])


def _says(found: Found, text: str) -> bool:
    return any(text in line for line in found.get("error", []))


def _type(call: Recorded) -> str:
    return str(call.request.get("urn", "")).rpartition("::")[0].rpartition(":")[2]


def _last_status(call: Recorded) -> int:
    return call.http[-1].status if call.http else 0


def _is_import(call: Recorded) -> bool:
    return call.method == "Read" and not call.request.get("properties")


def _differ(call: Recorded, *names: str) -> bool:
    olds, news = plain(call.request.get("olds") or {}), plain(call.request.get("news") or {})
    return any(olds.get(name) != news.get(name) for name in names)


def _stored(call: Recorded, found: Found) -> bool:
    return call.method in ("Create", "Update") and _only(found, "error", "stored properties.")


def _next_run(call: Recorded, found: Found) -> bool:
    """The state has all that is wanted, and the official plugin sends something all the same."""
    news = call.request.get("news") or {}
    same = not _differ(call, *plain(news))
    return call.method == "Update" and same and set(found) == {"error", "http"}


def _throttled(call: Recorded, found: Found) -> bool:
    return "http" in found and any(one.status == 429 and one.method != "GET" for one in call.http)


def _others_release(call: Recorded, found: Found) -> bool:
    answers = [
        one.response for one in call.http if "/releases/" in one.path and isinstance(one.response, dict)
    ]
    failed = any(answer.get("status") == "failed" for answer in answers)
    return call.method == "Update" and failed and set(found) == {"http"}


def _gone(call: Recorded, found: Found) -> bool:
    missing = call.error is not None and _last_status(call) == 404
    return missing and call.method in ("Read", "Delete") and _only(found, "error", "succeeded, ")


def _moved_key(call: Recorded, found: Found) -> bool:
    left = all("None" in line.partition("recorded ")[2] for line in found.get("http", []))
    return call.method == "Update" and left and _only(found, "http", "PATCH ") and not _moved(call, found)


def _moved(call: Recorded, _: Found) -> bool:
    names = {"ConfigAssociation": "appId", "Formation": "type"}
    return call.method == "Update" and _type(call) in names and _differ(call, names[_type(call)])


def _import_fails(call: Recorded, found: Found) -> bool:
    return (
        _is_import(call)
        and call.error is None
        and _only(found, "error", "failed: GET ", "failed: import id ")
    )


def _crash(call: Recorded, _: Found) -> bool:
    error = call.error or {}
    return error.get("code") == "UNAVAILABLE" or "process died" in str(error.get("message"))


def _refused_inputs(call: Recorded) -> bool:
    """Whether this plugin's check refuses the inputs, of whatever call."""
    if call.method not in ("Check", "Create"):
        return False
    token = str(call.request["urn"]).split("::")[2]
    given = call.request.get("news") if call.method == "Check" else call.request.get("properties")
    return bool(check(lifecycle(token).resource, opened(given or {}), {}, Naming("r", b"seed")).failures)


def _checked_early(call: Recorded, found: Found) -> bool:
    if call.method == "Check" and call.error is None:
        more = any(line.startswith("failures is ") for line in found.get("response", []))
        return more and not (call.response or {}).get("failures") and not _named_automatically(call, found)
    others = _lost_answer(call, found) or _awaits_release(call, found)
    return _refused_inputs(call) and not others and "response" not in found


def _named_automatically(call: Recorded, found: Found) -> bool:
    given = "name" in ((call.response or {}).get("inputs") or {}).get("__defaults", [])
    missing = any(line.startswith("inputs.name is (absent)") for line in found.get("response", []))
    return call.method == "Check" and given and missing


def _case_of_size(call: Recorded, _: Found) -> bool:
    old, new = ((call.request.get(side) or {}).get("size") for side in ("olds", "news"))
    shouted = isinstance(new, str) and new != new.lower()
    return _type(call) == "Formation" and call.method in ("Diff", "Update") and shouted and bool(old)


def _kept(call: Recorded, found: Found) -> bool:
    return call.method == "Create" and _only(found, "error", "stored on failure: object ")


def _failed_build(call: Recorded, _: Found) -> bool:
    return call.method == "Diff" and (call.request.get("olds") or {}).get("status") == "failed"


def _awaits_release(call: Recorded, found: Found) -> bool:
    asked = found.get("http", [])
    return (
        call.method == "Create"
        and _type(call) == "Build"
        and set(found) == {"http"}
        and len(asked) == 1
        and asked[0].startswith("not recorded here: GET ")
        and "/releases/" in asked[0]
    )


def _untold(call: Recorded, found: Found) -> bool:
    olds = call.request.get("olds") or {}
    believed = call.method == "Diff" and _type(call) == "Build" and olds.get("source", "") is None
    return believed or (
        _is_import(call) and _only(found, "response", "properties.config is {}, recorded None")
    )


def _no_poll(call: Recorded, found: Found) -> bool:
    return call.method == "Delete" and _only(found, "http", "not sent: GET ")


def _one_unknown(call: Recorded, found: Found) -> bool:
    recorded = [line.partition(", recorded ")[2] for line in found.get("response", [])]
    whole = all(UNKNOWN_SIGNATURE in value and value.count("{") < 2 for value in recorded)
    return bool(call.request.get("preview")) and _only(found, "response", "properties.") and whole


def _lost_answer(call: Recorded, found: Found) -> bool:
    return (
        call.method == "Create" and call.error is not None and _only(found, "http", "not recorded here: GET ")
    )


def _stops(call: Recorded, found: Found) -> bool:
    return call.method == "Read" and call.error is None and _says(found, "Heroku does not find ")


def _of_the_provider(call: Recorded, _: Found) -> bool:
    return call.method in ("CheckConfig", "Configure") and not _not_loopback(call, _)


def _not_loopback(_: Recorded, found: Found) -> bool:
    return _says(found, "serves local Heroku only")


def _not_configured(call: Recorded, found: Found) -> bool:
    return _says(found, "before it was configured") and not _crash(call, found)


def _no_key(_: Recorded, found: Found) -> bool:
    return _says(found, "HEROKU_API_KEY is not set")


def _both_refuse(call: Recorded, found: Found) -> bool:
    refused = bool((call.response or {}).get("failures"))
    return (
        refused
        and call.method == "Check"
        and set(found) == {"response"}
        and not _named_automatically(call, found)
    )


KINDS = [
    Kind(
        "bug 1",
        25,
        "A failed create or update stores what Heroku has. The official plugin stores what was wanted as if it were set.",
        _stored,
    ),
    Kind(
        "bug 1: next run",
        20,
        "After an update that failed, the next one looks at what Heroku has and sends what is missing. The official plugin sends what it takes for done: nothing useful.",
        _next_run,
    ),
    Kind(
        "bug 2",
        16,
        "A throttled write is sent again, with its body, within the time budget. The official plugin waits 30 s and then fails.",
        _throttled,
    ),
    Kind(
        "bug 3",
        1,
        "Only the release that this change made is waited for, and only its failure counts. The official plugin fails when the app's newest release failed, whoever made it.",
        _others_release,
    ),
    Kind(
        "bug 4",
        34,
        "An object that is gone is gone: a refresh shows it as deleted, and deleting it succeeds with a warning. The official plugin fails for all types but App and Addon.",
        _gone,
    ),
    Kind(
        "bug 5",
        1,
        "A config var that another resource has set in the same run is not taken out by the one that gives it up: it moves, in any order of updates.",
        _moved_key,
    ),
    Kind(
        "bug 6",
        2,
        "A config association that moves to another app sets its values there and takes them out of the old app; a formation that changes its process type scales the new one. The official plugin sends an empty change.",
        _moved,
    ),
    Kind(
        "bug 7",
        22,
        "An import says what went wrong: a refused key, a server error, an id of the wrong form. The official plugin says that the object does not exist.",
        _import_fails,
    ),
    Kind("bug 8", 3, "No crash: a failed Configure, and a pipeline without an owner, are answered.", _crash),
    Kind(
        "bug 9",
        38,
        "Check refuses what Heroku would refuse later: fractions and negative numbers of dynos, a number for a boolean, names, regions, dyno types, plans and URLs that cannot be, inputs in snake_case, a source or drain with no URL or two, a config var declared twice.",
        _checked_early,
    ),
    Kind("bug 10", 4, "The case of a dyno type does not matter: STANDARD-1X is Standard-1X.", _case_of_size),
    Kind(
        "bug 11",
        10,
        "A feature must be named, and an attachment without a name gets the one Heroku gives it. The official plugin makes up names that Heroku refuses.",
        _named_automatically,
    ),
    Kind(
        "bug 12",
        2,
        "What exists is kept in the state even if the rest fails, so that the next run waits on instead of making a second one.",
        _kept,
    ),
    Kind(
        "failed build",
        1,
        "A build that the state has as failed is replaced: the next run builds again. The official plugin leaves it.",
        _failed_build,
    ),
    Kind(
        "release of a build",
        9,
        "A build is done when its release is, and one whose release failed counts as failed: the next run builds again. The official plugin looks at the build alone, so an app whose first release failed keeps having no process types.",
        _awaits_release,
    ),
    Kind(
        "bug 13",
        4,
        "An import stores that Heroku does not tell an add-on's config or a build's source, and believes the program's, instead of replacing a database or building again.",
        _untold,
    ),
    Kind(
        "bug 14",
        2,
        "A person's access that was taken away is not asked for again. The official plugin asks for a person without a name, and fails where that is answered.",
        _no_poll,
    ),
    Kind("bug 15", 5, "One unknown value in a map leaves the others known at preview.", _one_unknown),
    Kind(
        "lost answer",
        16,
        "When a create's answer was lost, or the name is taken, the object is looked up and taken over instead of failing or making a second one: an app or an add-on only if a create of this stack's, sent from this machine, made it (what was sent is kept in `heroku-creates` in PULUMI_HOME); of the other types an equal one, with a warning that it was there already. The look-up is one more request.",
        _lost_answer,
    ),
    Kind(
        "stop",
        7,
        "A refresh that cannot find an app or a Postgres database stops and asks whether it is gone or the key is wrong. The official plugin plans to make it anew, empty.",
        _stops,
    ),
    Kind(
        "loopback",
        1,
        "This plugin refuses every address that is not on this machine, before any request.",
        _not_loopback,
    ),
    Kind(
        "not configured",
        2,
        "After a configuration that was refused, no call is answered. The official plugin goes on with the rest of it.",
        _not_configured,
    ),
    Kind(
        "no key",
        1,
        "Without an API key no request is sent. The official plugin sends empty credentials.",
        _no_key,
    ),
    Kind(
        "settings",
        5,
        "The provider's settings are checked when they are read, and a wrong one is a failure of its key. The official plugin fails without naming it, or later.",
        _of_the_provider,
    ),
    Kind(
        "refused",
        9,
        "The inputs are refused by both; they differ in bookkeeping that nothing reads, or in how many of two conflicting inputs are named.",
        _both_refuse,
    ),
]
