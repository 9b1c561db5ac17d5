"""Drills on the database, its backups, and on Heroku itself."""

from __future__ import annotations

from drills import incidents
from drills.drill import Drill, Edit, Hint
from drills.dyno_drills import LOGS, PS, RELEASES, UP
from runbook.rules.rule import Severity

BACKUPS = "heroku pg:backups -a {app}"
SCHEDULES = "heroku pg:backups:schedules -a {app}"
PG_INFO = "heroku pg:info -a {app}"
SCHEDULE = "heroku pg:backups:schedule DATABASE_URL --at '{at}' -a {app}"
VERSION = (
    'heroku run rails runner "puts ActiveRecord::Base.connection.migration_context.current_version" -a {app}'
)
PLAN = Hint("heroku addons:info heroku-postgresql -a {app}", "whether the plan is Standard-0 or higher")

DATABASE_ERRORS = Drill(
    name="database-errors",
    sentence="The API answers 503, and the database is available.",
    pager="{url}/healthz answers 503. Requests to the API fail.",
    section="Database Connection Errors",
    severity=Severity.SEV_1,
    rules=("health-database",),
    happens=incidents.exhausted_pool,
    hints=(
        Hint(LOGS, "ActiveRecord::ConnectionPoolError"),
        Hint(PG_INFO, "whether the database is available, and its connections"),
        Hint("heroku config:get DATABASE_URL -a {app}", "whether it is set"),
    ),
    remedy=(PG_INFO, "heroku restart -a {app}"),
)
NO_DATABASE = Drill(
    name="no-database",
    sentence="The app crashes; its database is there.",
    pager="{url}/healthz answers 503. The dynos of {app} crash.",
    section="Database Connection Errors",
    severity=Severity.SEV_1,
    rules=("postgres-primary", "dynos-up", "health-database"),
    happens=incidents.detached_database,
    hints=(
        Hint(LOGS, "what is missing at the start"),
        Hint(PG_INFO, "under which name the database is attached"),
        Hint("heroku config:get DATABASE_URL -a {app}", "whether it is set; never set it by hand"),
    ),
    remedy=(
        "heroku addons:attach {database} --as DATABASE -a {app}",
        "heroku addons:detach ANALYTICS -a {app}",
        UP,
    ),
)
BACKUP_FAILED = Drill(
    name="backup-failed",
    sentence="This morning's check of the backups is red.",
    pager="The daily check: {app} has no good backup of last night.",
    section="Backup Failures",
    severity=Severity.SEV_2,
    rules=("backup-fresh",),
    happens=incidents.failed_nightly_backup,
    hints=(
        Hint(BACKUPS, "the status of the newest backup"),
        Hint(SCHEDULES, "whether the schedule exists"),
        PLAN,
    ),
    remedy=("heroku pg:backups:capture -a {app}", BACKUPS),
)
NO_BACKUP_TONIGHT = Drill(
    name="no-backup-tonight",
    sentence="The check of the backups says that tonight there will be none.",
    pager="The daily check: {app} will not be backed up tonight.",
    section="Backup Failures",
    severity=Severity.SEV_2,
    rules=("backup-daily",),
    happens=incidents.removed_schedule,
    hints=(
        Hint(BACKUPS, "when the newest backup was made"),
        Hint(SCHEDULES, "whether there is a schedule"),
        PLAN,
    ),
    remedy=(SCHEDULE, SCHEDULES),
)
BACKUP_AT_NOON = Drill(
    name="slow-at-breakfast",
    sentence="The app is slow every morning while its first shifts are planned.",
    pager="{app} is slow for some minutes each morning, Pacific time.",
    section="View Backup Schedule",
    severity=Severity.SEV_3,
    rules=("backup-time",),
    happens=incidents.moved_schedule,
    hints=(
        Hint(RELEASES, "no release explains it"),
        Hint(SCHEDULES, "what the database does at that hour"),
    ),
    remedy=(SCHEDULE, SCHEDULES),
)
ROWS_GONE = Drill(
    name="rows-gone",
    sentence="The app works, and last month's shifts are gone.",
    pager="Support: the shifts of last month are gone from {url}. Somebody ran a clean-up script.",
    section="Restore from Backup",
    severity=Severity.SEV_1,
    rules=(),
    happens=incidents.deleted_data,
    still_wrong=incidents.data_still_gone,
    hints=(
        Hint(PG_INFO, "the size of the database"),
        Hint(BACKUPS, "the newest backup that was made before, and its size"),
        Hint("heroku pg:backups:url <BACKUP_ID> -a {app}", "its address, for the restore"),
    ),
    remedy=(
        BACKUPS,
        'heroku pg:backups:restore "$(heroku pg:backups:url -a {app})" DATABASE_URL -a {app} --confirm {app}',
        PG_INFO,
    ),
)
MIGRATION_MISSING = Drill(
    name="new-pages-fail",
    sentence="A deploy went out; what is new in it fails, and everything else works.",
    pager="What was announced for {app} fails for everyone who opens it. All else works, and {url}/healthz answers 200.",
    section="Migration Failures",
    severity=Severity.SEV_2,
    rules=(),
    happens=incidents.failed_migration,
    still_wrong=incidents.migrations_pending,
    hints=(
        Hint(VERSION, "whether the schema is as new as what was deployed"),
        Hint("heroku run rails db:migrate:status -a {app}", "what is `down`"),
        Hint("heroku run rails db:migrate -a {app}", "whether it can run now: what held the table is gone"),
    ),
    remedy=(
        "heroku run rails db:migrate:status -a {app}",
        "heroku run rails db:migrate -a {app}",
        VERSION,
    ),
)
CONNECTIONS_LOW = Drill(
    name="connections-low",
    sentence="Response times rise; the weekly check of the database is red.",
    pager="Response times of {app} rise with each customer. The weekly check of the database is red.",
    section="Performance Issues",
    severity=Severity.SEV_2,
    rules=("database-headroom",),
    happens=incidents.busy_database,
    stacks=("production",),
    hints=(
        Hint(PS, "whether the dynos are up"),
        Hint(f"{PG_INFO} | grep -i connection", "connections in use, of those the plan allows"),
        Hint(
            "heroku addons:upgrade heroku-postgresql:standard-2 -a {app}",
            "as Pulumi declares the plan: database.plan in Pulumi.{stack}.yaml, then pulumi up",
        ),
    ),
    remedy=(
        Edit("    plan: standard-0\n", "    plan: standard-2\n"),
        Edit(
            "  social-catering:differs: # from staging, and why\n",
            "  social-catering:differs: # from staging, and why\n"
            "    postgres_plan: connections of standard-0 ran low (runbook, Upgrade Database Plan)\n",
        ),
        UP,
    ),
)
HEROKU_OUTAGE = Drill(
    name="no-answer-from-heroku",
    sentence="Neither the dashboard nor the command line answers; the site does.",
    pager="The nightly check of {app} could not read the account. Visitors notice nothing.",
    section="Escalation Procedures",
    severity=Severity.SEV_2,
    rules=("no-data-loss",),
    leaves="not evaluated",
    happens=incidents.heroku_outage,
    hints=(
        Hint(PS, "what Heroku says: 503 is no answer about the app"),
        Hint("{health}", "the app itself, whether visitors notice"),
        Hint(
            "./ops local clock --advance 1h",
            "nothing of yours to fix: change nothing, document, notify, open a ticket, and wait; here an hour passes",
        ),
    ),
    remedy=("./ops local clock --advance 1h", PS),
)
DATABASE_DRILLS = (
    DATABASE_ERRORS,
    NO_DATABASE,
    BACKUP_FAILED,
    NO_BACKUP_TONIGHT,
    BACKUP_AT_NOON,
    ROWS_GONE,
    MIGRATION_MISSING,
    CONNECTIONS_LOW,
    HEROKU_OUTAGE,
)
