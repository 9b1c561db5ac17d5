"""Each command of the runbook with what today's CLI makes of it: what it must show, or what to type in its place."""

from __future__ import annotations

from dataclasses import dataclass

from tests.evidence import runbook

PAGE = "docs/runbook-today.md"
DOWNLOAD = "heroku pg:backups:download -a sc-mvp-production"
BUILD = "cd social-catering-ui && npm run build"
COPY = "cp -a social-catering-ui/dist/assets/. public/assets/"
FIRST_URL = "BACKUP_URL=$(heroku pg:backups:url <BACKUP_ID> -a sc-mvp-production)"
SECOND_URL = "PROD_BACKUP_URL=$(heroku pg:backups:url -a sc-mvp-production)"
_LOCKS = "here it works after `./ops local start --postgres`, which keeps the data in a real PostgreSQL; without it there are no locks to look at"
_PUSHED = r"remote: Verifying deploy\.\.\. done\."


@dataclass(frozen=True)
class Today:
    """`shows` is a pattern of what it prints. Where it isn't to be typed as written: why, and what to type `instead`.

    `before`: what the same shell was told first; `after`: what is added to see that it worked; `given`: typed at its prompt.
    `changes`: it changes the account, so it is typed after all that look.
    """

    shows: str
    why: str = ""
    instead: str = ""
    instead_shows: str = ""
    before: str = ""
    after: str = ""
    given: str = ""
    changes: bool = False
    typed: bool = True

    @property
    def as_written(self) -> bool:
        return not self.why


def _read(shows: str) -> Today:
    return Today(shows)


def _change(shows: str, **more: str) -> Today:
    return Today(shows, changes=True, **more)  # type: ignore[arg-type]


_HEALTH = _read(r'^\{"status":"ok","timestamp":"[^"]+"\}')
_LOGS = _read(r"heroku\[router\]: at=info .*app\[web\.1\]: |app\[web\.1\]: .*heroku\[router\]: at=info ")
_ERRORS = _read(r"FATAL -- : .*ActionController::RoutingError")
_CONTROLLER = _read(r"Processing by Api::V1::WorkersController#index")
_PS = _read(r"=== web \(Basic\): bundle exec puma -C config/puma\.rb \(1\)\s+web\.1: up ")
_BACKUPS = _read(r"b001 .*Completed")
_SCHEDULES = _read(r"DATABASE_URL: daily at 2:00 America/Los_Angeles")
_INFO = _read(r"Plan: +Standard 0.*Data Size: +83\.9 MB")
_PLAN = _read(r"Plan: +heroku-postgresql:standard-0")
_CAPTURE = _change(r"Backing up DATABASE to b\d{3}\.\.\. done")
_MIGRATE = _change(r"20251120101500 AddSkillsToWorkers: migrated")
_VERSION = _read(r"^20\d{12}$")
_SINCE = Today(
    r"Nonexistent flag: --since",
    why="the CLI has no `--since`",
    instead="heroku logs -n 1500 -a sc-mvp-production",
    instead_shows=r"heroku\[router\]: ",
)
P, S = "sc-mvp-production", "sc-mvp-staging"
RUN_VERSION = (
    f'heroku run rails runner "puts ActiveRecord::Base.connection.migration_context.current_version" -a {P}'
)
COUNTS = (
    "heroku run rails runner \"\n  puts 'Workers: ' + Worker.count.to_s\n  puts 'Shifts: ' + Shift.count.to_s\n"
    f"  puts 'Assignments: ' + Assignment.count.to_s\n\" -a {P}"
)
TODAY: dict[str, Today] = {
    f"curl https://{P}-6b7a268cc8ad.herokuapp.com/healthz": _HEALTH,
    f"curl https://{S}.herokuapp.com/healthz": _HEALTH,
    f"heroku logs --tail -n 100 -a {P}": _LOGS,
    f"heroku logs --tail -n 100 -a {S}": _LOGS,
    f"heroku logs --tail -a {S}": _LOGS,
    f"heroku logs --tail -a {P}": _LOGS,
    f"heroku logs -n 100 -a {P}": _LOGS,
    f'heroku logs --tail -a {P} | grep -iE "(error|exception|fatal)"': _ERRORS,
    f'heroku logs --tail -n 200 -a {P} | grep -iE "(error|exception|fatal)"': _ERRORS,
    f"heroku logs --tail -a {P} | grep -i error": _ERRORS,
    f"heroku logs --tail -a {P} | grep WorkersController": _CONTROLLER,
    f'heroku logs --tail -a {P} | grep -i "slow"': _read(r"WARN -- : .*Slow query: "),
    f'heroku logs --tail -a {P} | grep "SELECT"': _read(r"DEBUG -- : .*SELECT"),
    f'heroku logs --tail -a {P} --since "1 hour ago"': _SINCE,
    f'heroku logs --tail -a {P} --since "2 hours ago"': _SINCE,
    f"heroku ps -a {P}": _PS,
    f"heroku ps -a {S}": _PS,
    f"heroku pg:backups -a {P}": _BACKUPS,
    f"heroku pg:backups:schedules -a {P}": _SCHEDULES,
    "git checkout main": _read(r"main"),
    "git pull origin main": _read(r"Already up to date|Fast-forward"),
    f"APP_NAME={S} bash scripts/deploy-heroku.sh": _change(_PUSHED),
    f"APP_NAME={P} bash scripts/deploy-heroku.sh": _change(_PUSHED),
    f"heroku run rails db:migrate -a {S}": _MIGRATE,
    f"heroku run rails db:migrate -a {P}": _MIGRATE,
    RUN_VERSION: _VERSION,
    f"heroku releases -a {P}": _read(r"=== sc-mvp-production Releases - Current: v\d+"),
    f"heroku releases -a {P} | head -3": Today(
        r"Releases - Current: v\d+\s*v +description",
        why="the first three lines are a heading: they show no release",
        instead=f"heroku releases -n 3 -a {P}",
        instead_shows=r"v\d+ +\S.*\s+v\d+ +\S.*\s+v\d+ +\S",
    ),
    f"heroku releases -a {P} | head -5": _read(r"v\d+ +\S+"),
    f"heroku rollback v<PREVIOUS_VERSION> -a {P}": _change(r"Rolling back .* to v\d+\.\.\. done, v\d+"),
    f"heroku rollback v8 -a {P}": _change(r"Rolling back .* to v8\.\.\. done, v\d+"),
    f"heroku releases:info -a {P}": _read(r"=== Release v\d+"),
    f"heroku pg:backups:capture -a {P}": _CAPTURE,
    f"heroku pg:backups:info <BACKUP_ID> -a {P}": _read(r"Status: +Completed.*Backup Size: +\d"),
    DOWNLOAD: _read(r"Getting backup from"),
    "ls -lh latest.dump": Today(r"21M .*latest\.dump", before=DOWNLOAD),
    f"heroku pg:backups:url <BACKUP_ID> -a {P}": _read(r"^https://127\.0\.0\.1:\d+/local/backups/"),
    FIRST_URL: Today(r"^https://127\.0\.0\.1:\d+/local/backups/", after='echo "$BACKUP_URL"'),
    f'heroku pg:backups:restore "$BACKUP_URL" DATABASE_URL -a {P} --confirm {P}': _change(
        r"Restoring\.\.\. done|Restore.*done", before=FIRST_URL
    ),
    "sleep 60": Today("", typed=False),
    COUNTS: _read(r"Workers: 42\s+Shifts: 318\s+Assignments: 1271"),
    SECOND_URL: Today(r"^https://127\.0\.0\.1:\d+/local/backups/", after='echo "$PROD_BACKUP_URL"'),
    f'heroku pg:backups:restore "$PROD_BACKUP_URL" DATABASE_URL -a {S} --confirm {S}': _change(
        r"Restoring\.\.\. done|Restore.*done", before=SECOND_URL
    ),
    f"heroku run rails console -a {S}": _change(
        r"=> 58.*test_1@example\.com",
        given='User.update_all(email: -> { "test_#{id}@example.com" })\nUser.first.email\n',
    ),
    f"heroku pg:info -a {P}": _INFO,
    f'heroku pg:info -a {P} | grep "Connections"': _read(r"^Connections: +\d+/120"),
    f"heroku pg:info -a {P} | grep -i connection": _read(r"Connections: +\d+/120"),
    f"heroku pg:vacuum -a {P}": Today(
        r"pg:vacuum is not a heroku command",
        why="the CLI has no `pg:vacuum`, and Standard-0 vacuums by itself. Here that works after `./ops local start --postgres`",
        instead=f"heroku pg:psql -c 'VACUUM ANALYZE' -a {P}",
        instead_shows=r"refused in this shell",
    ),
    f"heroku config -a {P}": _read(r"RAILS_ENV: +production"),
    f'heroku run rails runner "puts ActiveRecord::Base.connection.active? ? \'OK\' : \'FAILED\'" -a {P}': _read(r"^OK$"),
    f"heroku config:get DATABASE_URL -a {P}": _read(r"^postgres://"),
    f"heroku addons:info heroku-postgresql -a {P}": _PLAN,
    f"heroku restart -a {P}": _change(r"Restarting all dynos on .*done"),
    f"heroku run rails db:migrate:status -a {P}": _read(r"up +20250901090000 +Create users"),
    f"heroku pg:locks -a {P}": Today(r"heroku pg:locks: refused in this shell", why=_LOCKS),
    f"heroku pg:backups:schedule DATABASE_URL --at '02:00 America/Los_Angeles' -a {P}": _change(
        r"Scheduling automatic daily backups of .* at 02:00 America/Los_Angeles\.\.\. done"
    ),
    f"heroku ps:scale web=2:standard-1x -a {P}": _change(r"now running web at 2:Standard-1X"),
    f"heroku ps:scale web=3:standard-1x -a {P}": _change(r"now running web at 3:Standard-1X"),
    f"heroku ps:scale web=1:basic -a {P}": _change(r"now running web at 1:Basic"),
    f"heroku run 'ls -la public/assets/ | head -10' -a {P}": _read(r"-rw-r--r-- .* index-1\.js"),
    f"heroku run 'cat public/index.html | grep assets' -a {P}": _read(r"/assets/index-1\.css"),
    BUILD: _read(r"> build"),
    COPY: Today(
        r"^index-2\.js$", before=f"({BUILD})", after="ls public/assets"
    ),
    'git add public/ && git commit -m "Fix assets" && git push production main': _change(
        _PUSHED, before=f"({BUILD}) && {COPY}"
    ),
    f"heroku addons:upgrade heroku-postgresql:standard-1 -a {P}": Today(
        r"Couldn't find either the add-on service or the add-on plan of",
        why="Heroku sells no Standard-1",
        instead=f"heroku addons:upgrade heroku-postgresql:standard-2 -a {P}",
        instead_shows=r"\.\.\. done",
        changes=True,
    ),
}  # fmt: skip


def places() -> list[tuple[str, str]]:
    """(section, command) of every place, in the runbook's order."""
    return [(section.heading, command) for section in runbook.sections() for command in section.commands]


def page() -> str:
    rows = places()
    fine = sum(TODAY[command].as_written for _, command in rows)
    return "\n".join(
        [
            "# The runbook's commands today",
            "",
            "Made by `tests/local_heroku/test_runbook_today.py`, which types every command with Heroku's CLI 11.10.0, git and curl on local Heroku; don't edit it.",
            "The source that it deploys, and scripts/deploy-heroku.sh, are of this project's own making.",
            f"{fine} of {len(rows)} commands work as written and can be tried in `./ops local shell production`. The others:",
            "",
            *_table((row for row in rows if not TODAY[row[1]].as_written), "Type instead", _instead),
            "",
            "## All commands",
            "",
            *_table(iter(rows), "Today", _verdict),
            "",
        ]
    )


def _table(rows: object, head: str, cell: object) -> list[str]:
    lines = [f"| Section | Command | {head} |", "|---|---|---|"]
    for heading, command in rows:  # type: ignore[attr-defined]
        lines.append(f"| {_escaped(heading)} | {_code(command)} | {cell(TODAY[command])} |")  # type: ignore[operator]
    return lines


def _instead(today: Today) -> str:
    instead = f"{_code(today.instead)}: " if today.instead else ""
    return f"{instead}{_escaped(today.why)}"


def _verdict(today: Today) -> str:
    if not today.as_written:
        return "see above"
    return "as written" if today.typed else "as written; not typed, it only waits"


def _code(command: str) -> str:
    return f"`{_escaped(' '.join(command.split()))}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
