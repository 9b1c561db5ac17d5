"""Changes that somebody may propose, each with the verdict it must end in. What the gate says of each is in said.json."""

from __future__ import annotations

from dataclasses import dataclass

from operations.judging.answer import Outcome
from runbook.settings import STACKS

PRODUCTION, STAGING = "Pulumi.production.yaml", "Pulumi.staging.yaml"
CANARY = "canary-in-plain-config"
WAIVERS = "waivers: []\n"
Replacement = tuple[str, str, str]
"""File, what it has, and what stands there instead."""


@dataclass(frozen=True)
class Change:
    words: str
    edits: tuple[Replacement, ...]
    outcome: Outcome = "blocked"
    red: tuple[str, ...] = ()
    """Rules that fail or are not evaluated, on any of the stacks."""
    delta: int | None = 0
    """US dollars a month, of all stacks; None where the preview ends early, so that nothing is known."""
    stacks: tuple[str, ...] = ("production",)
    lines: tuple[int, ...] = ()
    """Of the stack file, that SARIF points to."""


def in_production(old: str, new: str) -> Replacement:
    return (PRODUCTION, old, new)


def in_staging(old: str, new: str) -> Replacement:
    return (STAGING, old, new)


def in_both(old: str, new: str) -> tuple[Replacement, ...]:
    return in_production(old, new), in_staging(old, new)


def differs(aspect: str) -> Replacement:
    return in_production("    formation: scaled", f"    {aspect}: by agreement\n    formation: scaled")


def waived(policy: str, expires: str = "2027-06-30") -> Replacement:
    entry = f"  - policies: [{policy}]\n    targets: [production]\n    reason: the launch\n    owner: ops\n"
    return ("waivers.yaml", "waivers: []", f"waivers:\n{entry}    expires: {expires}")


WEB = "web: {quantity: 1, dyno_type: basic}"
URL = 'VITE_API_URL: "${app.url}/api/v1"'
PORT = 'SMTP_PORT: "587"'
BUDGET = "monthly_budget_usd: 250"
PLAN = "plan: standard-0"


def web(quantity: int, dyno_type: str) -> Replacement:
    return in_production(WEB, f"web: {{quantity: {quantity}, dyno_type: {dyno_type}}}")


FORMATION = [
    Change("nothing changes", (), "ok", stacks=("staging", "production")),
    Change("scaled up as in the runbook", (web(2, "standard-1x"),), "ok", delta=43),
    Change("scaled up on both stacks", (*in_both(WEB, "web: {quantity: 2, dyno_type: standard-1x}"), in_staging("monthly_budget_usd: 60", "monthly_budget_usd: 100")), "ok", delta=86, stacks=("staging", "production")),
    Change("scaled over the budget", (web(2, "performance-m"),), red=("cost-budget",), delta=493),
    Change("two Basic dynos", (web(2, "basic"),), red=("dyno-horizontal",), delta=7),
    Change("an Eco dyno", (web(1, "eco"),), red=("dyno-awake",), delta=-2),
    Change("no web dyno", (web(0, "basic"),), red=("web-runs",), delta=-7),
    Change("a worker of another tier", (in_production(WEB, f"{WEB}\n    worker: {{quantity: 1, dyno_type: standard-1x}}"), ("bootstrap/Procfile", "web:", "worker: sleep 60\nweb:")), red=("dyno-tiers",), delta=25),
    Change("staging alone scaled", (in_staging(WEB, "web: {quantity: 1, dyno_type: standard-1x}"), in_staging("monthly_budget_usd: 60", "monthly_budget_usd: 80"), (PRODUCTION, "    formation: scaled", "    acm: scaled")), red=("stacks-alike",), delta=18, stacks=("staging", "production")),
]  # fmt: skip
DATABASE = [
    Change("the Postgres plan upgraded", (in_production(PLAN, "plan: standard-2"), differs("postgres_plan")), "ok", delta=150),
    Change("a plan below Standard-0", (in_production(PLAN, "plan: essential-0"),), red=("postgres-plan-minimum", "stacks-alike"), delta=-45),
    Change("the runbook's Standard-1", (in_production(PLAN, "plan: standard-1"), differs("postgres_plan")), red=("postgres-plan-sold",), delta=150),
    Change("a Premium plan over the budget", (in_production(PLAN, "plan: premium-2"), differs("postgres_plan")), red=("cost-budget",), delta=300),
    Change("the database renamed", (in_production("name: sc-mvp-production-db", "name: sc-mvp-production-main"),), "ok"),
    Change("the backup moved", (in_production("02:00 America", "03:00 America"),), red=("backup-time",)),
    Change("the backup moved to UTC", (in_production("02:00 America/Los_Angeles", "02:00 UTC"), differs("backups")), red=("backup-time",)),
]  # fmt: skip
CONFIG_VARS = [
    Change("a secret made plain", (in_production(PORT, f"{PORT}\n    RAILS_TOKEN: {CANARY}"),), red=("secrets-secret", "stacks-alike")),
    Change("DATABASE_URL set by hand", (in_production(PORT, f"{PORT}\n    DATABASE_URL: postgres://u:{CANARY}@db.example/app"), differs("config_vars")), red=("database-url-owned", "secrets-secret")),
    Change("a required config var removed", (in_production("    NODE_ENV: production\n", ""), differs("config_vars")), red=("config-present",)),
    Change("logs that leave stdout", (in_production("RAILS_LOG_TO_STDOUT: enabled", "RAILS_LOG_TO_STDOUT: disabled"), differs("config_vars")), red=("config-expected",)),
    Change("the API of the other stack", (in_production(URL, "VITE_API_URL: https://sc-mvp-staging.example/api/v1"), differs("config_vars")), red=("api-url-own",)),
    Change("the API over plain http", (in_production(URL, "VITE_API_URL: http://sc-mvp-production.example/api/v1"), differs("config_vars")), red=("api-url-own",)),
    Change("a config var dropped on both stacks", in_both(f"    {PORT}\n", ""), "ok", stacks=("staging", "production")),
    Change("a new config var on both stacks", in_both(PORT, f'{PORT}\n    WEB_CONCURRENCY: "{CANARY}"'), "ok", stacks=("staging", "production")),
    Change("a secret that leaves the stack file", in_both("SECRET_KEY_BASE: managed", "SECRET_KEY_BASE: external")),
    Change("a required secret made optional", in_both("SECRET_KEY_BASE: managed", "SECRET_KEY_BASE: optional"), red=("config-present",)),
]  # fmt: skip
APP = [
    Change("the app renamed", (in_production("name: sc-mvp-production\n", "name: sc-mvp-live\n"),), "ok"),
    Change("the buildpacks changed", in_both("buildpacks: [heroku/ruby]", "buildpacks: [heroku/nodejs, heroku/ruby]"), "ok"),
    Change("the Heroku stack changed alone", (in_production("heroku_stack: heroku-24", "heroku_stack: heroku-26"),), red=("stacks-alike",)),
    Change("the app moved to another region", (in_production("region: us", "region: eu"),), delta=None),
    Change("staging moved to another region", (in_staging("region: us", "region: eu"), differs("region")), red=("no-data-loss",), stacks=("staging",)),
]  # fmt: skip
REFUSED = [
    Change("a plan that nobody has", (in_production(PLAN, "plan: standrad-0"),), delta=None),
    Change(
        "a backup at a fixed offset",
        (in_production("02:00 America/Los_Angeles", "02:00 Etc/GMT+8"),),
        delta=None,
    ),
    Change("a settings key that is not known", (in_production("buildpacks:", "build_packs:"),), delta=None),
]
WAIVED = [
    Change("over the budget with a waiver", (in_production(BUDGET, "monthly_budget_usd: 50"), waived("cost-budget")), "ok"),
    Change("over the budget with an expired waiver", (in_production(BUDGET, "monthly_budget_usd: 50"), waived("cost-budget", "2026-01-31")), red=("cost-budget",)),
    Change("a waiver that lets nothing off", (waived("production-protected"),)),
    Change("a waiver that the live account may need", (waived("cost-budget"),), "ok"),
    Change("a waiver for years", (in_production(BUDGET, "monthly_budget_usd: 50"), waived("cost-budget", "2036-01-31"))),
    Change("a waiver for what can't be waived", (waived("no-data-loss"),), delta=None),
]  # fmt: skip
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("scaled up as in the runbook", "the database renamed"),
    ("the Postgres plan upgraded", "the app renamed"),
    ("scaled up on both stacks", "a new config var on both stacks", "a config var dropped on both stacks", "the buildpacks changed"),
    ("two Basic dynos", "a plan below Standard-0", "the backup moved", "a secret made plain", "the Heroku stack changed alone"),
    ("an Eco dyno", "the runbook's Standard-1", "the backup moved to UTC", "DATABASE_URL set by hand", "a required config var removed", "logs that leave stdout", "the API of the other stack"),
    ("no web dyno", "a Premium plan over the budget", "the API over plain http"),
)  # fmt: skip
"""Changes of other settings, for other rules, that end in the same verdict: one preview tells them all."""
LINES = {
    "two Basic dynos": (6, 9, 12, 12, 14, 15, 22),
    "an Eco dyno": (9, 12, 14, 15, 17, 19, 21, 21),
}
"""Of the stack file, that SARIF points to, of a group by its first change."""


def proposed(changes: list[Change]) -> list[Change]:
    """Those that go together as one change, in the place of the first; the others as they are."""
    named = {change.words: change for change in changes}
    groups = [tuple(named[words] for words in group) for group in TOGETHER if group[0] in named]
    rest = [change for change in changes if not any(change in group for group in groups)]
    return [*(as_one(group) for group in groups), *rest]


def as_one(changes: tuple[Change, ...]) -> Change:
    (outcome,) = {change.outcome for change in changes}
    stacks = tuple(stack for stack in STACKS if any(stack in change.stacks for change in changes))
    edits = dict.fromkeys(edit for change in changes for edit in change.edits)
    return Change(
        " and ".join(change.words for change in changes),
        tuple(edits),
        outcome,
        tuple(sorted({rule for change in changes for rule in change.red})),
        sum(change.delta or 0 for change in changes),
        stacks,
        LINES.get(changes[0].words, ()),
    )


SETTINGS = proposed([*FORMATION, *DATABASE, *CONFIG_VARS, *APP])
FILES = [*REFUSED, *WAIVED]


FINISH = "self.monthly_cost_usd = cost_of_settings("
ITS_OPTIONS = "opts=pulumi.ResourceOptions({}),\n        )\n        self.attachment"


def in_database(options: str, *, parent: str = "parent=self, ") -> Replacement:
    return ("components/database.py", ITS_OPTIONS.format("parent=self"), ITS_OPTIONS.format(parent + options))


def added(resource: str, arguments: str) -> Replacement:
    """A resource beside those of the runbook."""
    module, name = resource.split(".")
    imported = f"from pulumiverse_heroku.{module} import {name}\n        "
    made = f"{name}('added', app_id=self.app.id, {arguments}, opts=child)\n        "
    return ("components/environment.py", FINISH, imported + made + FINISH)


UNPROTECTED = ("components/environment.py", "protect=is_protected(stack)", "protect=False")
NO_BACKUPS = (
    "components/backup_schedule.py",
    "        schedule = heroku_postgres.BackupSchedule(",
    "        self.at = pulumi.Output.from_input('')\n        return\n        schedule = heroku_postgres.BackupSchedule(",
)
NO_DATABASE = (
    "components/database.py",
    "addon = Addon(",
    "from types import SimpleNamespace\n        nobody = pulumi.Output.from_input('00000000-0000-4000-8000-000000000000')\n"
    "        addon = (lambda *_, **__: SimpleNamespace(id=nobody, plan=nobody))(",
)
NO_FORMATION = ("components/environment.py", "Formation(settings, app_id", "0 and Formation(settings, app_id")
OPTIONS = [
    Change("a database that ignores changes", (in_database("ignore_changes=['plan']"), in_production(PLAN, "plan: standard-2"), differs("postgres_plan"))),
    Change("a database deleted before it is replaced", (in_database("delete_before_replace=True"),)),
    Change("a database that a new plan replaces", (in_database("replace_on_changes=['plan']"), in_production(PLAN, "plan: standard-2"), differs("postgres_plan")), red=("no-data-loss",), delta=150),
    Change("a database that is kept when it is removed", (in_database("retain_on_delete=True"),), "ok"),
]  # fmt: skip
PROGRAM = [
    *OPTIONS,
    Change("protection of the database alone dropped", (in_database("protect=False"),), red=("no-data-loss", "production-protected")),
    Change("protection dropped", (UNPROTECTED,), red=("no-data-loss", "production-protected")),
    Change("protection dropped and the region moved in one change", (UNPROTECTED, in_production("region: us", "region: eu"), differs("region")), red=("no-data-loss",), delta=None),
    Change("the database's config changed", (("components/database.py", "name=settings.name,\n            plan", "name=settings.name,\n            config={'version': '17'},\n            plan"),), delta=None),
    Change("the formation removed", (NO_FORMATION,), red=("no-data-loss",), delta=None),
    Change("the backup schedule removed", (NO_BACKUPS,), red=("no-data-loss",), delta=None),
    Change("the backup schedule of staging removed", (NO_BACKUPS,), red=("backup-daily",), stacks=("staging",)),
    Change("the database removed", (NO_DATABASE,), red=("no-data-loss",), delta=None),
    Change("the database of staging removed", (NO_DATABASE,), red=("no-data-loss", "postgres-primary", "stacks-alike"), delta=-50, stacks=("staging",)),
    Change("the database of another parent", (in_database("provider=opts.providers[0]", parent=""),), red=("no-data-loss",), delta=None),
    Change("the config vars of staging under another name", (("components/config_vars.py", 'ConfigAssociation(\n            "config-vars"', 'ConfigAssociation(\n            "config-vars-2"'),), stacks=("staging",)),
    Change("a drain", (added("drain.Drain", "url='syslog://logs.example:514'"),), "ok"),
    Change("an add-on without a price", (added("addon.Addon", "plan='bonsai:standard-sm'"),), "inconclusive", red=("cost-budget",)),
    Change("a second database", (added("addon.Addon", "plan='heroku-postgresql:standard-0'"),), red=("stacks-alike",), delta=50),
    Change("a program that crashes half-way", (("components/environment.py", FINISH, "raise RuntimeError('half a stack')\n        " + FINISH),), "inconclusive", delta=None),
    Change("a program that registers nothing", (("__main__.py", "environment = Environment(stack, settings)", "raise SystemExit(0)"),), red=("no-data-loss",), delta=None),
    Change("staging emptied", (("__main__.py", "environment = Environment(stack, settings)", "raise SystemExit(0)"),), red=("backup-daily", "config-present", "cost-budget", "no-data-loss", "postgres-primary", "stacks-alike", "web-runs"), stacks=("staging",), delta=-57),
    Change("every config var kept in the state", (("components/environment.py", "set_app_all_config_vars_in_state=False", "set_app_all_config_vars_in_state=True"),)),
    Change("a process type that no Procfile has", (in_production(WEB, f"{WEB}\n    clock: {{quantity: 1, dyno_type: basic}}"),), "inconclusive", delta=None),
]  # fmt: skip
