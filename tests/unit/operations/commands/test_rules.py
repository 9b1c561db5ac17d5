"""`ops rules RULE`: one rule in full, with the values it requires."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from operations.cli import ops
from runbook.rules.book import RULES
from runbook.rules.expected import REQUIRED, expected_values
from runbook.rules.rule import Rule


def run(*words: str) -> Result:
    return CliRunner().invoke(ops, ["rules", *words])


def expected_by(rule: str) -> list[str]:
    """The lines under `expects`, as they are printed."""
    lines = run(rule).output.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("  expects "))
    end = next(number for number in range(start + 1, len(lines)) if lines[number][2] != " ")
    return [line[22:] for line in lines[start:end]]


def test_a_rule_is_explained_in_full() -> None:
    assert run("backup-time").output == (
        "backup-time: The daily backup runs at 02:00 America/Los_Angeles\n"
        "  severity            Sev-3, response time 24 hours\n"
        "  source              RUNBOOK: View Backup Schedule\n"
        "                      https://github.com/kishanssg/social-catering-mvp/blob/"
        "966fc95c1f3963b69bf7231549a16c4df526d536/docs/RUNBOOK.md#view-backup-schedule\n"
        "  decided on          live, plan, settings, state\n"
        "  why                 The backup runs at the quietest hour of the people who use the app. UTC and fixed offsets move by an hour with daylight saving; PST and PDT are read as America/Los_Angeles.\n"
        "  reads               each schedule's hour and zone\n"
        "  not evaluated when  The hour or the zone is known only after `up`.\n"
        '  fails               backups: {at: "02:00 UTC"}\n'
        '  passes              backups: {at: "02:00 PST"}\n'
        '  to fix              Set backups.at to "02:00 America/Los_Angeles" in Pulumi.STACK.yaml.\n'
        "  by hand             heroku pg:backups:schedule DATABASE_URL --at '02:00 America/Los_Angeles' -a APP\n"
        "  waiver              possible, in waivers.yaml\n"
    )


def test_config_expected_shows_the_value_of_every_config_var_on_both_stacks() -> None:
    lines = expected_by("config-expected")
    assert [line.partition(";")[0] for line in lines] == [
        f"{name}={values[0]}" for name, values in expected_values("production").items()
    ]
    on_staging = {line.partition("=")[0]: line.partition("; on staging also ")[2] for line in lines}
    assert on_staging == {
        name: " or ".join(values[1:]) for name, values in expected_values("staging").items()
    }


def test_config_present_shows_every_required_name() -> None:
    assert expected_by("config-present") == list(REQUIRED)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_its_facts_and_none_of_its_placeholders(rule: Rule) -> None:
    shown = run(rule.id)
    assert shown.exit_code == 0
    assert shown.output.splitlines()[0] == f"{rule.id}: {rule.title}"
    assert rule.why in shown.output
    assert [word for word in ("{stack}", "{app}", "{object}") if word in shown.output] == []


def test_programs_get_one_rule_as_json() -> None:
    one = json.loads(run("config-expected", "--json").output)
    (same,) = [found for found in json.loads(run("--json").output) if found["id"] == "config-expected"]
    assert one == same
    assert one["expects"][0] == "RAILS_ENV=production; on staging also staging"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["backup-tiem"], '"backup-tiem" is no rule; did you mean "backup-time"?; `ops rules` lists them'),
        (["xyzzy"], '"xyzzy" is no rule; `ops rules` lists them'),
        (["backup-time", "--markdown"], "--markdown is of all rules; leave out RULE"),
    ],
)
def test_what_is_no_rule_is_refused(words: list[str], says: str) -> None:
    shown = run(*words)
    assert shown.exit_code == 64
    assert says in " ".join(shown.output.split())
