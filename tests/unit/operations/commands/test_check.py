"""`ops check` and `ops rules`: what they print, and the exit code that follows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from operations.cli import ops
from operations.commands.rules import rules
from runbook.rules.book import RULES
from runbook.rules.rule import LIVE
from runbook.settings import APP_URL
from tests.unit.runbook.readers.rendering import Declared, events, stack_file, state

ROOT = Path(__file__).resolve().parents[4]
CANARY = "canary-in-a-stack-file"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes both stacks' files and gives the one of the first."""

    def files(production: Declared, staging: Declared | None = None) -> Path:
        for declared in (production, staging or Declared(stack="staging")):
            path = tmp_path / f"Pulumi.{declared.stack}.yaml"
            path.write_text(stack_file(declared), encoding="utf-8")
        return tmp_path / "Pulumi.production.yaml"

    return files


def run(*arguments: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(ops, ["check", *map(str, arguments)], input=given)


def test_both_stacks_of_this_checkout_hold() -> None:
    shown = run()
    assert shown.exit_code == 0, shown.output
    elsewhere = sum("settings" not in rule.on for rule in RULES)
    of_each = ["  21 of 21 rules pass", f"  {elsewhere} more are decided elsewhere"]
    assert shown.output.splitlines() == [
        "Complies with the runbook: 42 pass",
        "",
        "production (Pulumi.production.yaml): Complies with the runbook",
        *of_each,
        "",
        "staging (Pulumi.staging.yaml): Complies with the runbook",
        *of_each,
    ]


def test_a_broken_rule_exits_3_and_says_what_where_and_what_to_do(write: Write) -> None:
    shown = run(write(Declared(zone="UTC"), Declared(stack="staging", zone="UTC")))
    assert shown.exit_code == 3
    assert shown.output.splitlines()[:1] + shown.output.splitlines()[3:6] == [
        "Breaks the runbook (Sev-3, response time 24 hours): 1 fail, 20 pass",
        "  fail               backup-time",
        "                     backup-time fails: production/DATABASE is backed up at 02:00 UTC; the runbook wants 02:00 "
        'America/Los_Angeles. Set backups.at to "02:00 America/Los_Angeles" in Pulumi.production.yaml.',
        "                     Runbook, View Backup Schedule; Sev-3, response time 24 hours. To waive it: backup-time on "
        "production/DATABASE in waivers.yaml.",
    ]


def test_one_moved_hour_breaks_one_rule_on_one_target(write: Write) -> None:
    (stack,) = json.loads(run(write(Declared(hour=3)), "--json").output)["stacks"]
    failing = [
        (row["rule"], [one["target"] for one in row["findings"]])
        for row in stack["verdicts"]
        if row["findings"]
    ]
    assert failing == [("backup-time", ["production/DATABASE"])]


def test_rules_that_are_decided_elsewhere_are_named(write: Write) -> None:
    shown = run(write(Declared()), "--all").output
    assert "secrets-differ: decided on live, state" in shown
    assert "backup-fresh: decided on live" in shown
    assert "no-data-loss: decided on live, steps" in shown


def test_what_cannot_be_told_exits_1(write: Write) -> None:
    url = {**Declared().config_vars, "VITE_API_URL": "https://sc-mvp.example/api/v1"}
    shown = run(write(Declared(config_vars=url), Declared(stack="staging", config_vars=url)))
    assert shown.exit_code == 1, shown.output
    assert "api-url-own not evaluated: production/VITE_API_URL" in shown.output


def test_a_stack_without_its_other_cannot_be_compared(write: Write) -> None:
    path = write(Declared())
    path.with_name("Pulumi.staging.yaml").unlink()
    shown = run(path)
    assert shown.exit_code == 1
    assert (
        "stacks-alike not evaluated: production: the other stack is unknown: Pulumi.staging.yaml: no such file"
        in shown.output
    )


def test_a_file_that_is_no_settings_exits_1_with_its_mistake(write: Write) -> None:
    path = write(Declared())
    path.write_text("config: {}", encoding="utf-8")
    shown = run(path)
    assert shown.exit_code == 1
    assert ": app: is missing; set it in this file" in shown.output


def test_a_failure_outweighs_a_file_that_cannot_be_read(write: Write) -> None:
    path = write(Declared(zone="UTC"))
    path.with_name("Pulumi.staging.yaml").write_text("config: {}", encoding="utf-8")
    assert run(path, path.with_name("Pulumi.staging.yaml")).exit_code == 3


@pytest.mark.parametrize("word", ["prod", "Pulumi.prod.yaml", "elsewhere/settings.yaml"])
def test_what_is_no_stack_is_refused(word: str) -> None:
    shown = run(word)
    assert shown.exit_code == 64
    assert "staging" in shown.output


def test_programs_get_all_of_it_as_json(write: Write) -> None:
    answer = json.loads(run(write(Declared(plan="essential-0")), "--json").output)
    assert (answer["version"], answer["exit"], answer["counts"]) == (2, 3, {"fail": 2, "pass": 19})
    (stack,) = answer["stacks"]
    assert stack["stack"] == "production"
    on_live = {rule.id: ["live"] for rule in RULES if rule.on == LIVE}
    assert stack["decided_elsewhere"] == {
        "secrets-differ": ["live", "state"],
        "no-data-loss": ["live", "steps"],
        **on_live,
    }
    (verdict,) = [found for found in stack["verdicts"] if found["rule"] == "postgres-plan-minimum"]
    assert verdict["verdict"] == "fail"
    assert verdict["findings"] == [
        {
            "outcome": "fail",
            "target": "production/sc-mvp-production-db",
            "found": "has the Postgres plan essential-0",
            "expected": "Standard-0 or higher",
            "message": "postgres-plan-minimum fails: production/sc-mvp-production-db has the Postgres plan essential-0; "
            "the runbook wants Standard-0 or higher. Set database.plan in Pulumi.production.yaml; between Essential and "
            "the other tiers Heroku needs pg:copy, so plan a move.",
            "document": "RUNBOOK",
            "section": "Backup Failures",
            "url": verdict["findings"][0]["url"],
            "severity": "Sev-2",
            "response_time": "2 hours",
            "waivable": True,
            "fixes": [
                {
                    "kind": "edit",
                    "text": "Set database.plan in Pulumi.production.yaml; between Essential and the other tiers Heroku "
                    "needs pg:copy, so plan a move",
                },
            ],
        }
    ]


def saved(tmp_path: Path, name: str, text: str) -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_two_states_are_judged_against_each_other(tmp_path: Path) -> None:
    files = [
        saved(tmp_path, f"{stack}.json", json.dumps(state(Declared(stack=stack))))
        for stack in ("staging", "production")
    ]
    shown = run("--on", "state", "--from", files[0], "--from", files[1])
    assert shown.exit_code == 0, shown.output
    assert shown.output.splitlines()[0] == "Complies with the runbook: 44 pass"


def test_one_state_from_standard_input_is_judged_alone() -> None:
    shown = run("production", "--on", "state", "--from", "-", given=json.dumps(state(Declared())))
    assert shown.exit_code == 1
    assert shown.output.splitlines()[0] == "Inconclusive: 2 not evaluated, 20 pass"


def test_a_preview_is_judged_with_its_steps(tmp_path: Path) -> None:
    files = [
        saved(tmp_path, f"{stack}.json", events(Declared(stack=stack), exists=True))
        for stack in ("staging", "production")
    ]
    shown = run("--on", "plan", "--from", files[0], "--from", files[1], "--all")
    assert shown.exit_code == 0, shown.output
    assert "pass               no-data-loss" in shown.output


@pytest.mark.parametrize(
    ("on", "text", "says"),
    [
        ("state", "{}", "expected the output of `pulumi stack export`"),
        ("state", "no JSON", "found no JSON"),
        ("plan", "", "the preview is empty"),
    ],
)
def test_what_is_no_export_or_preview_is_refused(tmp_path: Path, on: str, text: str, says: str) -> None:
    shown = run("--on", on, "--from", saved(tmp_path, "given.json", text))
    assert shown.exit_code == 1
    assert says in shown.output


def test_a_stack_that_was_not_given_is_named(tmp_path: Path) -> None:
    given = saved(tmp_path, "production.json", json.dumps(state(Declared())))
    shown = run("staging", "--on", "state", "--from", given)
    assert (shown.exit_code, shown.output) == (1, "Error: --from: none of what was read is of staging\n")


@pytest.mark.parametrize("as_json", [False, True])
def test_no_output_shows_a_value(write: Write, tmp_path: Path, *, as_json: bool) -> None:
    """Every config var holds a canary, in the file, in the plan and in the state."""
    names = ["RAILS_ENV", "NODE_ENV", "LANG", "DATABASE_URL", "SENTRY_DSN"]
    leaky = Declared(config_vars={**dict.fromkeys(names, CANARY), "VITE_API_URL": f"{APP_URL}/{CANARY}"})
    flags = ["--json"] if as_json else []
    shown = [
        run(write(leaky), *flags),
        run("--on", "plan", "--from", saved(tmp_path, "new.json", events(leaky, exists=False)), *flags),
        run("--on", "plan", "--from", saved(tmp_path, "old.json", events(leaky, exists=True)), *flags),
        run("--on", "state", "--from", saved(tmp_path, "state.json", json.dumps(state(leaky))), *flags),
    ]
    for result in shown:
        assert result.exit_code == 3
        assert "production/SENTRY_DSN" in result.output
        assert "canary" not in result.output


def test_settings_are_checked_without_engine_network_or_what_they_need() -> None:
    code = (
        "import sys; from operations.commands.check import check\n"
        "check(['--json'], standalone_mode=False)\n"
        "print(sorted({'pulumi', 'pulumi_policy', 'urllib3', 'rich', 'asyncio'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"


def test_the_table_of_rules_names_each_with_its_source() -> None:
    shown = CliRunner().invoke(rules).output.splitlines()
    assert shown[0].split() == ["RULE", "SEVERITY", "DECIDED", "ON", "SOURCE", "HOLDS", "WHEN"]
    assert [line.split()[0] for line in shown[1:]] == [rule.id for rule in RULES]
    assert all(
        rule.section in line and rule.title in line for rule, line in zip(RULES, shown[1:], strict=True)
    )


def test_programs_get_the_rules_as_json() -> None:
    found = json.loads(CliRunner().invoke(rules, ["--json"]).output)
    assert [rule["id"] for rule in found] == [rule.id for rule in RULES]
    (told,) = [rule for rule in found if rule["id"] == "backup-time"]
    assert told == {
        "id": "backup-time",
        "title": "The daily backup runs at 02:00 America/Los_Angeles",
        "severity": "Sev-3",
        "response_time": "24 hours",
        "document": "RUNBOOK",
        "section": "View Backup Schedule",
        "url": told["url"],
        "on": ["live", "plan", "settings", "state"],
        "reads": ["each schedule's hour and zone"],
        "expects": [],
        "both_stacks": False,
        "waivable": True,
        "why": told["why"],
        "not_evaluated_when": "The hour or the zone is known only after `up`.",
        "fix": 'Set backups.at to "02:00 America/Los_Angeles" in Pulumi.STACK.yaml',
        "command": "heroku pg:backups:schedule DATABASE_URL --at '02:00 America/Los_Angeles' -a APP",
    }
