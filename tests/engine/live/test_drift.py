"""`ops drift` against edits made behind Pulumi's back: each is found, and rightly classed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from heroku_api.client import Client
from tests.engine.live.account import (
    DATABASE,
    Rehearsed,
    attach,
    by_hand_database_url,
    config,
    delete,
    deploy,
    deploy_rails,
    destroy_app,
    detach,
    grades,
    make_app_anew,
    make_database_anew,
    patch,
    post,
    roll_back,
    schedule,
    second_schedule,
    unschedule,
)

pytestmark = pytest.mark.engine

BREAKS, UNKNOWN, HARMLESS, EXPECTED = "breaks the runbook", "unknown", "harmless", "expected"
CHANGED, DELETED, UNDECLARED = "changed", "deleted", "undeclared"
Found = tuple[str, str, str, str | None]

EDITS: dict[str, tuple[Callable[[Client], object], list[Found]]] = {
    "a config var is added": (
        config(LOG_LEVEL="canary-level"),
        [(UNDECLARED, "LOG_LEVEL", BREAKS, "stacks-alike")],
    ),
    "a config var with a right value is changed": (
        config(RAILS_ENV="canary-env"),
        [(CHANGED, "RAILS_ENV", BREAKS, "config-expected")],
    ),
    "the API's URL is changed": (
        config(VITE_API_URL="https://canary.example/api/v1"),
        [(CHANGED, "VITE_API_URL", BREAKS, "api-url-own")],
    ),
    "a managed secret is changed": (
        config(SECRET_KEY_BASE="canary-key-base"),
        [(CHANGED, "SECRET_KEY_BASE", HARMLESS, None)],
    ),
    "a required config var is removed": (
        config(RAILS_LOG_TO_STDOUT=None),
        [(DELETED, "RAILS_LOG_TO_STDOUT", BREAKS, "config-present")],
    ),
    "an optional config var is removed": (
        config(SMTP_PORT=None),
        [(DELETED, "SMTP_PORT", BREAKS, "stacks-alike")],
    ),
    "an external secret is removed": (
        config(RAILS_MASTER_KEY=None),
        [(DELETED, "RAILS_MASTER_KEY", BREAKS, "config-present")],
    ),
    "an optional secret is set": (config(SMTP_PASSWORD="canary-mail"), []),
    "web is scaled to nothing": (
        patch("/formation/web", quantity=0),
        [(CHANGED, "web", BREAKS, "web-runs")],
    ),
    "web is scaled up": (
        patch("/formation/web", quantity=2, size="standard-1x"),
        [(CHANGED, "web", HARMLESS, None)],
    ),
    "the dyno type is changed to one that sleeps": (
        patch("/formation/web", size="eco"),
        [(CHANGED, "web", BREAKS, "dyno-awake")],
    ),
    "the database's plan is changed": (
        patch(f"/addons/{DATABASE}", plan="heroku-postgresql:standard-2"),
        [(CHANGED, DATABASE, BREAKS, "stacks-alike"), (CHANGED, "v7", EXPECTED, None)],
    ),
    "the database's plan is beyond the budget": (
        patch(f"/addons/{DATABASE}", plan="heroku-postgresql:premium-2"),
        [(CHANGED, DATABASE, BREAKS, "cost-budget"), (CHANGED, "v7", EXPECTED, None)],
    ),
    "the database is renamed": (
        patch(f"/addons/{DATABASE}", name="another-name"),
        [(CHANGED, DATABASE, HARMLESS, None)],
    ),
    "the database is detached": (
        detach,
        [(DELETED, "DATABASE", BREAKS, "postgres-primary"), (UNDECLARED, "ELSEWHERE", HARMLESS, None)],
    ),
    "the database is attached twice": (attach("REPORTING"), [(UNDECLARED, "REPORTING", HARMLESS, None)]),
    "the database is attached in the other app": (
        attach("PRODUCTION", app="sc-mvp-staging"),
        [(UNDECLARED, "sc-mvp-staging", BREAKS, "database-not-shared")],
    ),
    "the database is destroyed": (
        delete(f"/addons/{DATABASE}"),
        [(DELETED, DATABASE, BREAKS, "no-data-loss")],
    ),
    "a schedule is added": (
        second_schedule,
        [(UNDECLARED, "REPORTING", BREAKS, "backup-daily"), (UNDECLARED, "REPORTING", HARMLESS, None)],
    ),
    "the schedule is moved": (schedule(5, "UTC"), [(CHANGED, "DATABASE", BREAKS, "backup-time")]),
    "the schedule is removed": (unschedule, [(DELETED, "DATABASE", BREAKS, "backup-daily")]),
    "DATABASE_URL is set by hand": (
        by_hand_database_url,
        [
            (DELETED, "DATABASE", BREAKS, "postgres-primary"),
            (UNDECLARED, "DATABASE_URL", BREAKS, "database-url-owned"),
            (UNDECLARED, "ELSEWHERE", HARMLESS, None),
        ],
    ),
    "maintenance mode is on": (patch("", maintenance=True), [(CHANGED, "", BREAKS, "maintenance-off")]),
    "a feature is on": (patch("/features/preboot", enabled=True), [(UNDECLARED, "preboot", HARMLESS, None)]),
    "a log drain is added": (
        post("/log-drains", url="https://user:canary-drain@logs.example/canary-path"),
        [(UNDECLARED, "logs.example", HARMLESS, None)],
    ),
    "a webhook is added": (
        post("/webhooks", url="https://hook.example/canary-hook", level="notify", include=["api:release"]),
        [(UNDECLARED, "hook.example", HARMLESS, None)],
    ),
    "somebody gets access": (
        post("/collaborators", user="somebody@example.com", silent=True),
        [(UNDECLARED, "somebody@example.com", BREAKS, "access-reviewed")],
    ),
    "a domain is added": (
        post("/domains", hostname="www.example.com", sni_endpoint=None),
        [(UNDECLARED, "www.example.com", HARMLESS, None)],
    ),
    "another add-on is bought": (
        post("/addons", plan="heroku-redis:mini", name="cache-of-ours"),
        [(UNDECLARED, "cache-of-ours", HARMLESS, None)],
    ),
    "the buildpacks are changed": (
        lambda client: client.request(
            "PUT",
            "/apps/sc-mvp-production/buildpack-installations",
            {"updates": [{"buildpack": "heroku/nodejs"}]},
        ),
        [(CHANGED, "app", BREAKS, "stacks-alike")],
    ),
    "the Heroku stack is set": (
        patch("", build_stack="heroku-26"),
        [(CHANGED, "app", BREAKS, "stacks-alike")],
    ),
    "the app is renamed": (
        patch("", name="sc-mvp-other"),
        [(CHANGED, "app", BREAKS, "api-url-own")],
    ),
    "another source is deployed": (deploy, [(CHANGED, "v7", EXPECTED, None)]),
    "a Rails app is deployed": (
        deploy_rails,
        [
            (CHANGED, "v7", EXPECTED, None),
            *((UNDECLARED, name, EXPECTED, None) for name in ("worker", "release", "console", "rake")),
        ],
    ),
    "a deploy is rolled back": (
        roll_back,
        [(CHANGED, "v7", EXPECTED, None), (CHANGED, "v8", HARMLESS, None)],
    ),
    "the app is destroyed": (destroy_app, [(DELETED, "", BREAKS, "no-data-loss")]),
}


TOGETHER: list[tuple[str, ...]] = [
    (
        "a config var is added",
        "a config var with a right value is changed",
        "the API's URL is changed",
        "a managed secret is changed",
        "a required config var is removed",
        "web is scaled up",
        "a feature is on",
        "a log drain is added",
        "maintenance mode is on",
        "the schedule is moved",
    ),
    (
        "an optional config var is removed",
        "an external secret is removed",
        "an optional secret is set",
        "web is scaled to nothing",
        "a webhook is added",
        "somebody gets access",
        "the schedule is removed",
        "the database is attached in the other app",
    ),
    (
        "the database's plan is beyond the budget",
        "the dyno type is changed to one that sleeps",
        "the buildpacks are changed",
        "a domain is added",
    ),
    ("the database's plan is changed", "the database is attached twice"),
    ("a Rails app is deployed", "the database is renamed"),
]
"""Edits of other objects, and of other rules: the engine tells them all in one run."""
RUNS = [*TOGETHER, *((edit,) for edit in EDITS if not any(edit in run for run in TOGETHER))]


@pytest.mark.fault("F35")
@pytest.mark.parametrize("edits", RUNS, ids=" and ".join)
def test_an_edit_behind_pulumis_back_is_found_and_classed(
    rehearsed: Rehearsed, edits: tuple[str, ...]
) -> None:
    expected = [found for edit in edits for found in EDITS[edit][1]]
    before = rehearsed.state()
    for edit in edits:
        rehearsed.edit(EDITS[edit][0])
    report = rehearsed.drift()
    assert grades(report) == sorted(expected, key=str)
    grade = {found[2] for found in expected}
    assert report["exit"] == (
        3 if BREAKS in grade else 1 if UNKNOWN in grade else 2 if HARMLESS in grade else 0
    ), report
    assert report["stacks"][0]["engine"]["unexplained"] == []
    assert "canary" not in str(report)
    assert rehearsed.state() == before, "the state was written"


def test_an_app_made_anew_under_its_name_is_the_declared_one_lost(rehearsed: Rehearsed) -> None:
    rehearsed.edit(make_app_anew)
    report = rehearsed.drift()
    assert (DELETED, "", BREAKS, "no-data-loss") in grades(report)
    assert report["exit"] == 3


@pytest.mark.parametrize("arguments", [[], ["--no-engine"]], ids=["with the engine", "without it"])
def test_a_database_made_anew_under_its_name_is_the_declared_one_lost(
    rehearsed: Rehearsed, arguments: list[str]
) -> None:
    rehearsed.edit(make_database_anew)
    report = rehearsed.drift(*arguments)
    assert (DELETED, DATABASE, BREAKS, "no-data-loss") in grades(report)
    assert report["exit"] == 3


def test_twenty_clean_runs_raise_no_alarm(rehearsed: Rehearsed) -> None:
    before = rehearsed.state()
    with rehearsed.heroku():
        pass
    for number in range(20):
        report = rehearsed.drift(*([] if number < 5 else ["--no-engine"]))
        assert (report["exit"], grades(report)) == (0, []), report
        assert report["stacks"][0]["engine"]["unexplained"] == []
    assert rehearsed.state() == before


FAULTS: dict[str, dict[str, object]] = {
    "the key is revoked": {"kind": "unauthorized"},
    "the key lacks a scope": {"kind": "forbidden", "path": "/apps/*/config-vars"},
    "the rate limit is reached": {"kind": "rate-limit", "path": "/apps/*/formation"},
    "Heroku has a fault": {"kind": "error", "path": "/addons"},
    "Heroku is down for maintenance": {"kind": "html", "path": "/apps"},
    "a proxy answers with a page": {"kind": "html-success", "path": "/apps/*/config-vars"},
    "an answer is empty": {"kind": "empty", "path": "/addon-attachments"},
    "an answer has another shape": {"kind": "wrong-shape", "path": "/apps/*/formation"},
    "the connection is cut": {"kind": "reset-before", "path": "/client/v11/databases/*/transfer-schedules"},
    "an answer never comes": {"kind": "stall", "path": "/apps/*/collaborators"},
    "a part of the app is not found": {"kind": "lag", "path": "/apps/*/formation"},
    "the list of apps is empty and the app is there": {"kind": "empty-list", "path": "/apps"},
    "the list of add-ons is empty and the database is there": {"kind": "empty-list", "path": "/addons"},
    "the list of attachments is empty and the database is attached": {
        "kind": "empty-list",
        "path": "/addon-attachments",
    },
    "the list of process types is empty and web is there": {
        "kind": "empty-list",
        "path": "/apps/*/formation",
    },
    "the list of people is empty": {"kind": "empty-list", "path": "/apps/*/collaborators"},
    "the releases are not readable": {"kind": "error", "path": "/apps/*/releases"},
}


@pytest.mark.fault("F62", "T14")
@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_read_is_never_called_clean(rehearsed: Rehearsed, fault: str) -> None:
    with rehearsed.heroku() as client:
        client.request("POST", "/local/faults", {"count": 0, **FAULTS[fault]})
    report = rehearsed.drift("--no-engine", "--budget", "3")
    assert report["exit"] == 1, report["stacks"]
    assert report["headline"].startswith("Inconclusive")
    assert {grade for _, _, grade, _ in grades(report)} == {"unknown"}


def test_an_answer_that_lacks_something_once_is_asked_for_again(rehearsed: Rehearsed) -> None:
    with rehearsed.heroku() as client:
        for path in ("/apps", "/addons", "/addon-attachments", "/apps/*/formation"):
            client.request("POST", "/local/faults", {"kind": "empty-list", "path": path})
    assert rehearsed.drift("--no-engine")["exit"] == 0


@pytest.mark.parametrize("state", ["gone", "cut", "of another passphrase"])
def test_a_state_that_cannot_be_read_is_never_called_clean(rehearsed: Rehearsed, state: str) -> None:
    local = rehearsed.checkout.folder / ".local" / "pulumi"
    changed = (
        local / "passphrase" if state == "of another passphrase" else next(local.rglob("production.json"))
    )
    kept = changed.read_bytes()
    try:
        if state == "gone":
            changed.unlink()
        else:
            changed.write_bytes(kept[: len(kept) // 2])
        report = rehearsed.drift("--no-engine")
    finally:
        changed.write_bytes(kept)
    assert report["exit"] == 1, report["stacks"]
    assert len(report["stacks"][0]["inconclusive"]) == 1


def test_a_refresh_that_fails_for_no_known_reason_is_never_called_clean(rehearsed: Rehearsed) -> None:
    plugin = rehearsed.checkout.folder / "providers" / "heroku_postgres" / "pulumi-resource-heroku-postgres"
    aside = plugin.with_name("aside")
    plugin.rename(aside)
    try:
        report = rehearsed.drift()
    finally:
        aside.rename(plugin)
    assert report["exit"] == 1
    assert "could not load provider" in report["stacks"][0]["engine"]["unexplained"][0]


def test_ignored_drift_is_shown_and_quiet_until_its_day_and_what_breaks_a_rule_never_is(
    rehearsed: Rehearsed,
) -> None:
    ignore = rehearsed.checkout.folder / "drift-ignore.yaml"
    kept = ignore.read_text()
    entry = (
        "ignore: [{targets: [production/preboot, production/SMTP_PORT, production/web], kinds: [undeclared, changed], "
        "reason: a trial, owner: ops, expires: 2027-06-30}]"
    )
    try:
        ignore.write_text(entry)
        rehearsed.edit(patch("/features/preboot", enabled=True))
        report = rehearsed.drift("--no-engine")
        assert (report["exit"], grades(report)) == (0, [])
        (ignored,) = report["stacks"][0]["ignored"]
        assert (ignored["target"], ignored["ignored"]) == (
            "production/preboot",
            "ignored until 2027-06-30 by ops: a trial",
        )
        rehearsed.edit(patch("/formation/web", quantity=0))
        assert grades(rehearsed.drift("--no-engine")) == [(CHANGED, "web", BREAKS, "web-runs")]
        rehearsed.edit(config(SMTP_PORT=None))
        assert (DELETED, "SMTP_PORT", BREAKS, "stacks-alike") in grades(rehearsed.drift("--no-engine"))
        ignore.write_text(entry.replace("2027-06-30", "2020-01-01"))
        report = rehearsed.drift("--no-engine")
        assert (UNDECLARED, "preboot", HARMLESS, None) in grades(report)
        assert "expired on 2020-01-01" in report["to_fix"][0]
    finally:
        ignore.write_text(kept)


def test_the_gate_counts_dynos_and_misses_secrets_that_only_the_live_app_tells(rehearsed: Rehearsed) -> None:
    rehearsed.edit(deploy_rails)
    rehearsed.edit(patch("/formation/worker", quantity=1))
    with rehearsed.checkout.edits() as edit:
        edit(
            "Pulumi.production.yaml",
            "{quantity: 1, dyno_type: basic}",
            "{quantity: 2, dyno_type: standard-1x}",
        )
        edit(
            "Pulumi.production.yaml",
            "    SMTP_HOST: optional",
            "    SMTP_HOST: optional\n    STRIPE_API_KEY: external",
        )
        edit(
            "Pulumi.staging.yaml",
            "    SMTP_HOST: optional",
            "    SMTP_HOST: optional\n    STRIPE_API_KEY: external",
        )
        with rehearsed.heroku():
            said = " ".join(rehearsed.checkout.ops("gate", "production", expected=3).split())
    assert (
        "production mixes worker on Basic with web on Standard-1X, and Heroku refuses the change (dyno-tiers)"
        in said
    )
    assert "STRIPE_API_KEY is declared external and is not set on the live app" in said


def test_requests_are_counted(rehearsed: Rehearsed) -> None:
    """Of both stacks: three lists of the account, then each app's own; releases only where there were some since."""
    for stack in ("staging", "production"):
        rehearsed.checkout.ops("pulumi", stack, "up", "--refresh", "--yes", "--skip-preview")
    for arguments, most in ((["--no-surroundings"], 6), ([], 12)):
        with rehearsed.heroku() as client:
            before = client.request("GET", "/local/requests")["count"]
            rehearsed.checkout.ops("drift", "--no-engine", *arguments)
            asked = client.request("GET", f"/local/requests?after={before}")["requests"]
        ours = [
            f"{entry['method']} {entry['path']}" for entry in asked if not entry["path"].startswith("/local/")
        ]
        assert {entry.split()[0] for entry in ours} == {"GET"}
        assert len(ours) <= 2 * most, ours
        assert len(ours) >= 2 * (most - 2), ours


def test_nothing_that_drift_prints_holds_a_secret(rehearsed: Rehearsed, secrets: list[str]) -> None:
    rehearsed.edit(config(SECRET_KEY_BASE="canary-of-this-test", LOG_LEVEL="canary-of-this-test"))
    shown = rehearsed.checkout.ops("drift", expected=None) + str(rehearsed.drift())
    assert "production/SECRET_KEY_BASE" in shown
    assert [secret for secret in [*secrets, "canary-of-this-test"] if secret in shown] == []
