"""`ops verify` in each of the runbook's scenarios: the line that fails, with the runbook's own severity and remedy."""

from __future__ import annotations

import json
import xml.dom.minidom
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from heroku_api import platform
from heroku_api.client import Client
from tests.engine.live.account import APP, DATABASE, Rehearsed, config, delete, patch, post, unschedule

pytestmark = pytest.mark.engine

OFF_PEAK = 26 * 3600 + 600


def verdicts(report: dict[str, Any], name: str) -> dict[str, list[dict[str, Any]]]:
    """The findings of production's rules that ended so."""
    (stack,) = [found for found in report["stacks"] if found["stack"] == "production"]
    return {
        row["rule"]: [one for one in row["findings"] if one["outcome"] == name]
        for row in stack["verdicts"]
        if row["verdict"] == name
    }


def verify(rehearsed: Rehearsed, *arguments: str) -> dict[str, Any]:
    with rehearsed.heroku():
        shown = rehearsed.checkout.ops("verify", "production", "--json", *arguments, expected=None)
    report: dict[str, Any] = json.loads(shown[shown.index("{\n") :])
    return report


def behaviour(kind: str) -> Callable[[Client], object]:
    return lambda client: client.request("PATCH", "/local/apps/sc-mvp-production", {"web_behaviour": kind})


def fill(**amounts: object) -> Callable[[Client], object]:
    return lambda client: client.request("PATCH", f"/local/databases/{DATABASE}", amounts)


def later(seconds: float) -> Callable[[Client], object]:
    return lambda client: client.request("POST", "/local/clock", {"advance": seconds})


def failed_backup(client: Client) -> None:
    client.request("POST", "/local/faults", {"kind": "transfer-fails", "method": "POST"})
    addon = client.request("GET", f"/addons/{DATABASE}")
    client.request("POST", f"/client/v11/databases/{addon['id']}/backups", api="data")
    later(600)(client)


def without_schedule_for_a_day(client: Client) -> None:
    unschedule(client)
    later(OFF_PEAK)(client)


def failed_release(client: Client) -> None:
    client.request("POST", "/local/faults", {"kind": "release-fails"})
    config(LOG_LEVEL="debug")(client)


SCENARIOS: dict[str, tuple[Callable[[Client], object], str, str]] = {
    "the application has an error": (behaviour("error"), "health-application", "App Won't Start; Sev-1"),
    "the dyno does not respond": (behaviour("hang"), "health-answers", "Health Endpoint; Sev-1"),
    "the database refuses connections": (
        fill(access_restricted=True),
        "health-database",
        "Database Connection Errors; Sev-1",
    ),
    "a required config var is missing": (
        config(SECRET_KEY_BASE=None),
        "config-present",
        "App Won't Start; Sev-1",
    ),
    "maintenance mode is on": (patch("", maintenance=True), "maintenance-off", "Severity Levels; Sev-1"),
    "the newest release failed": (failed_release, "release-succeeded", "Rollback Procedure; Sev-1"),
    "the newest backup failed": (failed_backup, "backup-fresh", "Backup Failures; Sev-2"),
    "no backup since yesterday": (without_schedule_for_a_day, "backup-fresh", "Backup Failures; Sev-2"),
    "the schedule is gone": (unschedule, "backup-daily", "Check Backup Status; Sev-2"),
    "the database is nearly full": (
        fill(bytes=60 * 10**9),
        "database-headroom",
        "Upgrade Database Plan; Sev-2",
    ),
    "its connections are used up": (
        fill(connections=119),
        "database-headroom",
        "Upgrade Database Plan; Sev-2",
    ),
    "the dyno sleeps": (patch("/formation/web", size="eco"), "dyno-awake", "Dyno Status; Sev-2"),
    "the web process is off": (patch("/formation/web", quantity=0), "web-runs", "Monitor Dyno Status; Sev-1"),
    "it costs too much": (
        patch(f"/addons/{DATABASE}", plan="heroku-postgresql:premium-2"),
        "cost-budget",
        "Cost Estimation; Sev-3",
    ),
    "somebody has access": (
        post("/collaborators", user="somebody@example.com", silent=True),
        "access-reviewed",
        "Monthly; Sev-2",
    ),
}


FOR_A_PERSON = {"health-application", "health-database", "cost-budget", "release-succeeded"}
"""Where no command is the answer."""


TOGETHER: list[tuple[str, ...]] = [
    (
        "a required config var is missing",
        "maintenance mode is on",
        "the schedule is gone",
        "the database is nearly full",
        "the dyno sleeps",
        "somebody has access",
    ),
    ("its connections are used up", "the newest backup failed", "the web process is off"),
    ("no backup since yesterday", "it costs too much", "the newest release failed"),
]
"""Of other objects and other rules."""
RUNS = [*TOGETHER, *((words,) for words in SCENARIOS if not any(words in run for run in TOGETHER))]


@pytest.mark.parametrize("run", RUNS, ids=" and ".join)
def test_a_scenario_of_the_runbook_is_named_with_its_severity_and_remedy(
    rehearsed: Rehearsed, run: tuple[str, ...]
) -> None:
    for words in run:
        rehearsed.edit(SCENARIOS[words][0])
    report = verify(rehearsed)
    assert report["exit"] == 3
    failing = verdicts(report, "fail")
    for words in run:
        _, rule, by_the_runbook = SCENARIOS[words]
        assert rule in failing, failing.keys()
        (said, *_) = failing[rule]
        assert f"{said['section']}; {said['severity']}" == by_the_runbook
        (fix,) = said["fixes"]
        assert fix["kind"] == ("ask" if rule in FOR_A_PERSON else "type")
        assert "heroku " in fix["text"] or fix["kind"] == "ask"


def test_a_destroyed_database_is_data_loss_and_no_command_brings_it_back(rehearsed: Rehearsed) -> None:
    rehearsed.edit(delete(f"/addons/{DATABASE}"))
    failing = verdicts(verify(rehearsed), "fail")
    (found,) = failing["no-data-loss"]
    assert (found["severity"], found["fixes"][0]["kind"]) == ("Sev-1", "ask")


def visit(client: Client) -> None:
    """As a user does, elsewhere than at the health endpoint."""
    host = platform.app(client, "sc-mvp-production").web_url or ""
    answer = urllib3.request(
        "GET", f"{client.endpoints.platform}/workers", headers={"Host": urlsplit(host).hostname or ""}
    )
    assert answer.status == 500


def test_what_verifys_own_probe_makes_the_app_say_is_no_error(rehearsed: Rehearsed) -> None:
    rehearsed.edit(behaviour("error"))
    verify(rehearsed)
    assert "log-errors" not in verdicts(verify(rehearsed, "--daily"), "fail")


def test_errors_in_the_log_are_counted_and_not_shown(rehearsed: Rehearsed) -> None:
    rehearsed.edit(behaviour("error"))
    rehearsed.edit(visit)
    rehearsed.edit(later(60))
    found = verdicts(verify(rehearsed, "--daily"), "fail")["log-errors"]
    assert "error|exception|fatal" in found[0]["found"]
    assert "RuntimeError" not in str(found)


def test_a_waiver_that_only_the_live_account_needs_passes_check_and_counts_in_verify(
    rehearsed: Rehearsed,
) -> None:
    """And once nothing needs it, verify says so."""
    entry = "  - policies: [stacks-alike]\n    targets: [production/config_vars]\n    reason: a trial\n    owner: ops\n"
    with rehearsed.checkout.edits() as edit:
        edit("waivers.yaml", "waivers: []", f"waivers:\n{entry}    expires: 2027-06-30\n")
        rehearsed.edit(config(FEATURE_X="on"))
        checked = rehearsed.checkout.ops("check", "--json", expected=None)
        assert json.loads(checked[checked.index("{\n") :])["to_fix"] == []
        report = verify(rehearsed)
        assert (report["exit"], report["to_fix"], report["counts"]["waived"]) == (0, [], 1)
        rehearsed.edit(config(FEATURE_X=None))
        assert verify(rehearsed)["to_fix"] == [
            "waivers.yaml: stacks-alike on production/config_vars: stacks-alike holds on production/config_vars without it; "
            "take it out"
        ]


def test_by_the_book_everything_passes_and_nothing_is_written(rehearsed: Rehearsed) -> None:
    before = rehearsed.state()
    report = verify(rehearsed)
    assert (report["exit"], verdicts(report, "fail"), verdicts(report, "not evaluated")) == (0, {}, {})
    assert report["account"].startswith("local Heroku at http://127.0.0.1:")
    assert rehearsed.state() == before


@pytest.mark.parametrize(
    ("checklist", "has", "lacks"),
    [
        ("--daily", "health-answers", "cost-budget"),
        ("--weekly", "database-headroom", "log-errors"),
        ("--monthly", "access-reviewed", "health-answers"),
    ],
)
def test_a_checklist_judges_its_own_rules(rehearsed: Rehearsed, checklist: str, has: str, lacks: str) -> None:
    (stack,) = verify(rehearsed, checklist)["stacks"]
    rules = {row["rule"] for row in stack["verdicts"]}
    assert has in rules
    assert lacks not in rules


def test_what_cannot_be_read_is_not_run_and_red(rehearsed: Rehearsed) -> None:
    with rehearsed.heroku() as client:
        client.request("POST", "/local/faults", {"kind": "error", "path": "/apps/*/dynos", "count": 0})
    report = verify(rehearsed, "--budget", "6")
    assert report["exit"] == 1
    assert verdicts(report, "not evaluated").keys() == {"dynos-up"}


def test_every_form_says_it_and_none_holds_a_secret(rehearsed: Rehearsed, secrets: list[str]) -> None:
    rehearsed.edit(config(LOG_LEVEL="canary-of-this-test", RAILS_ENV="canary-of-this-test"))
    with rehearsed.heroku() as client:
        client.request("PATCH", f"{APP}", {"maintenance": True})
    folder = rehearsed.checkout.folder / ".local" / "reports"
    folder.mkdir(exist_ok=True)
    names = {form: folder / f"report.{form}" for form in ("html", "junit", "markdown")}
    options = [word for form, path in names.items() for word in (f"--{form}", str(path))]
    for command in ("verify", "drift"):
        shown = rehearsed.checkout.ops(command, "production", *options, expected=3)
        said = {"text": shown, **{form: path.read_text() for form, path in names.items()}}
        for form, text in said.items():
            assert "maintenance" in text, (command, form)
            assert [one for one in [*secrets, "canary-of-this-test"] if one in text] == [], (command, form)
        xml.dom.minidom.parseString(said["junit"])  # noqa: S318 - our own text


def test_the_real_account_is_read_only_when_it_is_asked_for_and_is_never_local_heroku(
    rehearsed: Rehearsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEROKU_API_KEY", "canary-key")
    with rehearsed.heroku() as client:
        monkeypatch.setenv("HEROKU_API_URL", client.endpoints.platform)
        monkeypatch.setenv("HEROKU_DATA_URL", client.endpoints.platform)
    shown = rehearsed.checkout.ops("verify", "--account", "heroku", expected=1)
    assert "leave that shell's local Heroku" in shown
    assert "canary-key" not in shown
    monkeypatch.delenv("HEROKU_API_KEY")
    assert "needs HEROKU_API_KEY" in rehearsed.checkout.ops("verify", "--account", "heroku", expected=1)


def test_a_renamed_app_is_found_and_said_in_one_line_and_all_else_is_judged(rehearsed: Rehearsed) -> None:
    """Its URL has its name, so the API's is another one by now."""
    rehearsed.edit(patch("", name="sc-mvp-other"))
    report = verify(rehearsed)
    assert set(verdicts(report, "fail")) == {"api-url-own"}
    assert verdicts(report, "not evaluated") == {}
    (note,) = report["notes"]
    assert note.startswith(
        "production: renamed: the app is sc-mvp-other, and Pulumi.production.yaml says app.name: sc-mvp-production."
    )


WHAT_RUNS = {"health-answers", "health-application", "health-database", "dynos-up", "log-errors"}
"""Without its database the app crashes, and that is seen."""


@pytest.mark.parametrize(
    ("edit", "target", "found"),
    [
        (delete(""), "production", "has no app sc-mvp-production on this account"),
        (delete(f"/addons/{DATABASE}"), f"production/{DATABASE}", "is not on this account"),
    ],
    ids=["the app", "the database"],
)
def test_what_was_destroyed_is_one_finding_of_verifys_and_of_drifts(
    rehearsed: Rehearsed, edit: Callable[[Client], object], target: str, found: str
) -> None:
    rehearsed.edit(edit)
    failed = {
        rule: [(one["target"], one["found"]) for one in findings]
        for rule, findings in verdicts(verify(rehearsed), "fail").items()
        if rule not in WHAT_RUNS
    }
    assert failed == {"no-data-loss": [(target, found)]}
    assert [
        (drift["target"], drift["rule"]) for drift in rehearsed.drift("--no-engine")["stacks"][0]["drift"]
    ] == [(target, "no-data-loss")]


def test_an_app_that_the_key_may_not_see_is_one_finding(rehearsed: Rehearsed) -> None:
    with rehearsed.heroku() as client:
        for fault in ({"kind": "empty-list", "path": "/apps"}, {"kind": "forbidden", "path": "/apps/*"}):
            client.request("POST", "/local/faults", {"count": 0, **fault})
    report = verify(rehearsed, "--budget", "3")
    assert report["exit"] == 1
    assert set(verdicts(report, "not evaluated")) == {"no-data-loss"}
    assert verdicts(report, "fail") == {}
