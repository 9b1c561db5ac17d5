"""The dyno formation: that web runs, that nothing sleeps, and what Heroku lets run side by side."""

from __future__ import annotations

import pytest

from runbook.environment import Process
from runbook.rules.dyno_limits import DYNO_LIMITS
from runbook.rules.dynos import DYNO_AWAKE, DYNO_HORIZONTAL, DYNO_TIERS, WEB_RUNS
from runbook.rules.rule import Finding, Rule
from runbook.unknown import Unknown
from tests.unit.runbook.rules.cases import Case, failed, judge, not_run, table
from tests.unit.runbook.rules.healthy import HEALTHY, LATER, change

WEB = "production/web"
NO_SUCH_TYPE = Unknown('the catalogue has no dyno type "mega"')
ONE_GROUP = "Eco and Basic, or Standard and Performance, in one app"
MORE = "Standard-1X or higher for more than one"
Declared = tuple[str | Unknown, int | tuple[int, int] | Unknown, str | Unknown]
"""Process type, quantity or the ends of a range, dyno type."""


def case(words: str, *processes: Declared, findings: tuple[Finding, ...] = ()) -> Case:
    formation = tuple(
        Process(process_type=process_type, quantity=quantity[0], dyno_type=dyno_type, most=quantity[1])
        if isinstance(quantity, tuple)
        else Process(process_type=process_type, quantity=quantity, dyno_type=dyno_type)
        for process_type, quantity, dyno_type in processes
    )
    return Case(words, change(HEALTHY, formation=formation), findings)


def unread(what: str, target: str = "production") -> Case:
    return Case(
        "can't tell a formation that was not read",
        change(HEALTHY, formation=LATER),
        (not_run(target, what, LATER),),
    )


TABLE: dict[Rule, list[Case]] = {
    DYNO_AWAKE: [
        Case("passes on Basic", HEALTHY),
        case(
            "fails on Eco, in any case",
            ("web", 1, "eco"),
            findings=(
                failed(
                    WEB, "runs on Eco, which sleeps after 30 minutes without a request", "Basic or higher"
                ),
            ),
        ),
        case(
            "names the process type that sleeps",
            ("web", 1, "Basic"),
            ("worker", 1, "Free"),
            findings=(
                failed(
                    "production/worker",
                    "runs on Free, which sleeps after 30 minutes without a request",
                    "Basic or higher",
                ),
            ),
        ),
        case(
            "fails on Eco that a range may start",
            ("web", (0, 2), "eco"),
            findings=(
                failed(
                    WEB, "runs on Eco, which sleeps after 30 minutes without a request", "Basic or higher"
                ),
            ),
        ),
        case(
            "can't tell a dyno type known later",
            ("web", 1, LATER),
            findings=(not_run(WEB, "the dyno type", LATER),),
        ),
        case(
            "can't tell a dyno type that is none",
            ("web", 1, "mega"),
            findings=(not_run(WEB, "the dyno type", NO_SUCH_TYPE),),
        ),
        case(
            "can't name a process type known later",
            (LATER, 1, LATER),
            findings=(not_run("production/formation", "the dyno type", LATER),),
        ),
        case("says nothing of a formation that is missing (web-runs does)"),
        unread("the formation"),
    ],
    DYNO_HORIZONTAL: [
        Case("passes with one Basic dyno", HEALTHY),
        case("passes with two Standard-1X, as the runbook scales", ("web", 2, "standard-1x")),
        case(
            "fails with two Basic dynos",
            ("web", 2, "Basic"),
            findings=(
                failed(WEB, "has 2 dynos of type Basic, of which Heroku runs one a process type", MORE),
            ),
        ),
        case(
            "fails with a range that ends above one Basic dyno",
            ("web", (1, 3), "Basic"),
            findings=(
                failed(WEB, "has 1 to 3 dynos of type Basic, of which Heroku runs one a process type", MORE),
            ),
        ),
        case("passes with one dyno of an unknown type", ("web", 1, LATER)),
        case("passes with an unknown number of Standard-1X", ("web", LATER, "Standard-1X")),
        case(
            "can't tell two dynos of an unknown type",
            ("web", 2, LATER),
            findings=(not_run(WEB, "the dyno type", LATER),),
        ),
        case(
            "can't tell two dynos of a type that is none",
            ("web", 2, "mega"),
            findings=(not_run(WEB, "the dyno type", NO_SUCH_TYPE),),
        ),
        case(
            "can't tell an unknown number of Basic dynos",
            ("web", LATER, "Basic"),
            findings=(not_run(WEB, "how many dynos it has", LATER),),
        ),
        case(
            "asks for the number first where nothing is known",
            ("web", LATER, LATER),
            findings=(not_run(WEB, "how many dynos it has", LATER),),
        ),
        case("says nothing of a formation that is missing (web-runs does)"),
        unread("the formation"),
    ],
    DYNO_LIMITS: [
        Case("passes with one", HEALTHY),
        case("passes with ten Performance dynos", ("web", 10, "Performance-M")),
        case(
            "passes with a hundred Standard dynos", ("web", 60, "Standard-1X"), ("worker", 40, "Standard-2X")
        ),
        case("passes with one dyno of an unknown type", ("web", 1, LATER)),
        case(
            "fails with a range that ends above ten Performance dynos",
            ("web", (2, 11), "Performance-L"),
            findings=(
                failed(
                    WEB,
                    "has 2 to 11 dynos of type Performance-L",
                    "at most 10, of which Heroku runs no more in one process type",
                ),
            ),
        ),
        case(
            "fails with eleven Performance dynos of one type",
            ("web", 11, "Performance-L"),
            findings=(
                failed(
                    WEB,
                    "has 11 dynos of type Performance-L",
                    "at most 10, of which Heroku runs no more in one process type",
                ),
            ),
        ),
        case(
            "fails with more than a hundred in all",
            ("web", 60, "Standard-1X"),
            ("worker", 41, "Standard-1X"),
            findings=(
                failed("production", "has 101 dynos", "at most 100, of which Heroku runs no more in one app"),
            ),
        ),
        case(
            "fails with three Eco dynos",
            ("web", 1, "Eco"),
            ("worker", 1, "Eco"),
            ("clock", 1, "Eco"),
            findings=(
                failed("production", "has 3 Eco dynos", "at most 2, of which Heroku runs no more in one app"),
            ),
        ),
        case(
            "can't tell a type known later, of several dynos",
            ("web", 2, LATER),
            findings=(not_run(WEB, "the dyno type", LATER),),
        ),
        case(
            "can't tell a quantity known later",
            ("web", LATER, "Basic"),
            findings=(not_run(WEB, "how many dynos it has", LATER),),
        ),
        case("passes without a process type (web-runs fails)"),
        unread("the formation"),
    ],
    DYNO_TIERS: [
        Case("passes with one process type", HEALTHY),
        case("passes with Eco and Basic", ("web", 1, "Basic"), ("worker", 1, "Eco")),
        case(
            "passes with Standard and Performance", ("web", 1, "Standard-1X"), ("worker", 1, "Performance-M")
        ),
        case(
            "fails with Basic and Standard",
            ("web", 1, "Basic"),
            ("worker", 1, "Standard-1X"),
            findings=(failed("production", "mixes web on Basic with worker on Standard-1X", ONE_GROUP),),
        ),
        case(
            "fails with Eco and Performance, and names all",
            ("web", 1, "Performance-M"),
            ("worker", 1, "Eco"),
            ("clock", 1, "Basic"),
            findings=(
                failed(
                    "production", "mixes clock on Basic, worker on Eco with web on Performance-M", ONE_GROUP
                ),
            ),
        ),
        case("counts no process type without dynos", ("web", 1, "Basic"), ("worker", 0, "Standard-1X")),
        case(
            "still counts those after one without dynos",
            ("clock", 0, "Basic"),
            ("web", 1, "Basic"),
            ("worker", 1, "Standard-1X"),
            findings=(failed("production", "mixes web on Basic with worker on Standard-1X", ONE_GROUP),),
        ),
        case("passes with a single unknown type", ("web", 1, LATER)),
        case(
            "can't tell an unknown type beside another",
            ("web", 1, LATER),
            ("worker", 1, "Basic"),
            findings=(not_run("production", "a dyno type", LATER),),
        ),
        case(
            "fails whatever the unknown type is",
            ("web", 1, LATER),
            ("worker", 1, "Basic"),
            ("mail", 1, "Standard-1X"),
            ("clock", 1, "Standard-2X"),
            findings=(
                failed(
                    "production",
                    "mixes worker on Basic with clock on Standard-2X, mail on Standard-1X",
                    ONE_GROUP,
                ),
            ),
        ),
        case("says nothing of a formation that is missing (web-runs does)"),
        unread("the formation"),
    ],
    WEB_RUNS: [
        Case("passes with one web dyno", HEALTHY),
        case("passes with web behind others", ("worker", 0, "Basic"), ("web", 2, "Standard-1X")),
        case(
            "fails without a formation",
            findings=(failed(WEB, "is not in the formation", "at least one web dyno"),),
        ),
        case(
            "fails with a worker only",
            ("worker", 1, "Basic"),
            findings=(failed(WEB, "is not in the formation", "at least one web dyno"),),
        ),
        case(
            "fails with a range from 0",
            ("web", (0, 3), "Standard-1X"),
            findings=(failed(WEB, "may be scaled to 0 dynos (0 to 3)", "at least one web dyno"),),
        ),
        case(
            "fails at 0 dynos",
            ("web", 0, "Basic"),
            findings=(failed(WEB, "is scaled to 0 dynos", "at least one web dyno"),),
        ),
        case(
            "can't tell a quantity known later",
            ("web", LATER, "Basic"),
            findings=(not_run(WEB, "how many dynos it has", LATER),),
        ),
        case(
            "can't tell a process type known later",
            (LATER, 1, "Basic"),
            findings=(not_run(WEB, "a process type", LATER),),
        ),
        case(
            "passes with web, whatever the unknown process type is", (LATER, 1, "Basic"), ("web", 1, "Basic")
        ),
        Case(
            "fails when the app is missing",
            change(HEALTHY, app=None, formation=()),
            (failed("production", "declares no app", "one app with a web process type"),),
        ),
        Case(
            "can't tell an app that was not read",
            change(HEALTHY, app=LATER),
            (not_run("production", "the app", LATER),),
        ),
        unread("the formation", WEB),
    ],
}


@pytest.mark.fault("B26")
@table(TABLE)
def test_dynos(rule: Rule, case: Case) -> None:
    judge(rule, case)
