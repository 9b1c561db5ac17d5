"""One-off dynos: what `heroku run` starts, what a simulated command says, how it ends. No code of a slug is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from local_heroku.one_off import life, programs
from local_heroku.one_off.line import said_status

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

APP = "/apps/sc-mvp-staging"
SECRETS = {"RAILS_MASTER_KEY": "canary-1", "SECRET_KEY_BASE": "canary-2"}
SOURCE = {
    "Procfile": "web: bundle exec puma -C config/puma.rb\n",
    "public/index.html": '<link href="/assets/index-1.css">\n<title>Social Catering</title>\n',
    "public/assets/index-1.css": "body{}\n",
    "public/assets/index-1.js": "1\n",
    "public/.keep": "",
    "db/migrate/20250901090000_create_users.rb": "class CreateUsers\nend\n",
    "db/migrate/20250901090100_create_workers.rb": "class CreateWorkers\nend\n",
}
MORE = {
    **SOURCE,
    "db/migrate/20251120101500_add_skills_to_workers.rb": "",
    "db/migrate/20251121101500_create_badges.rb": "",
}
COUNTS = """
  puts 'Workers: ' + Worker.count.to_s
  puts 'Shifts: ' + Shift.count.to_s
  puts 'Assignments: ' + Assignment.count.to_s
"""
VERSION = 'rails runner "puts ActiveRecord::Base.connection.migration_context.current_version"'
ACTIVE = "rails runner \"puts ActiveRecord::Base.connection.active? ? 'OK' : 'FAILED'\""
MIGRATED = """\
== 20251120101500 AddSkillsToWorkers: migrating ===============================
== 20251120101500 AddSkillsToWorkers: migrated (0.0042s) ======================

== 20251121101500 CreateBadges: migrating =====================================
== 20251121101500 CreateBadges: migrated (0.0042s) ============================

"""


@pytest.fixture
def healthy(heroku: LocalHeroku) -> LocalHeroku:
    heroku.app()
    heroku.database("sc-mvp-staging")
    heroku.patch(f"{APP}/config-vars", SECRETS)
    heroku.deploy("sc-mvp-staging", SOURCE)
    return heroku


def ran(heroku: LocalHeroku, command: str) -> tuple[int, str]:
    """(status, output) as a terminal would show it."""
    app = heroku.world.apps.find("sc-mvp-staging")
    assert app is not None
    result = programs.run(heroku.world, app, command)
    return result.status, result.output


def log(heroku: LocalHeroku, name: str) -> list[str]:
    session = heroku.post(f"{APP}/log-sessions", {"lines": 1500, "dyno": name})
    stream = heroku.ask("GET", session["logplex_url"].removeprefix("http://127.0.0.1:1"), token=None)
    return re.findall(r"data: \S+ (.*)", stream.content.decode())


def start(heroku: LocalHeroku, command: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = heroku.post(f"{APP}/dynos", {"command": command, **more})
    return made


def backup(heroku: LocalHeroku) -> str:
    """A finished backup's address."""
    addon = heroku.get("/addons/sc-db")["id"]
    made = heroku.post(f"/client/v11/databases/{addon}/backups")
    heroku.pass_time(2)
    path = f"/client/v11/apps/sc-mvp-staging/transfers/{made['uuid']}/actions/public-url"
    return str(heroku.post(path)["url"])


def restore(heroku: LocalHeroku, url: str) -> None:
    addon = heroku.get("/addons/sc-db")["id"]
    heroku.post(f"/client/v11/databases/{addon}/restores", {"backup_url": url})
    heroku.pass_time(2)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (f'rails runner "{COUNTS}"', (0, "Workers: 42\nShifts: 318\nAssignments: 1271\n")),
        (VERSION, (0, "20250901090100\n")),
        (ACTIVE, (0, "OK\n")),
        ("rails db:migrate", (0, "")),
        ("bundle exec rake db:version", (0, "Current version: 20250901090100\n")),
        ('rails runner "p Rails.env; puts 1 + 2"', (0, '"production"\n3\n')),
        ("rails runner 'puts Worker.exists? ? \"some\" : \"none\"'", (0, "some\n")),
        ("cat public/index.html | grep assets", (0, '<link href="/assets/index-1.css">\n')),
        ("cat public/index.html | grep nothing", (1, "")),
        ("cat /app/Procfile", (0, SOURCE["Procfile"])),
        ("ls public", (0, "assets\nindex.html\n")),
        ("ls -a public", (0, ".keep\nassets\nindex.html\n")),
        ("ls public/assets | wc -l", (0, "2\n")),
        ("ls public/assets/ | tail -n 1", (0, "index-1.js\n")),
        ("ls public/assets | grep -c 'css\\|js'", (0, "2\n")),
        ("ls public/assets | grep -vE '(css|map)'", (0, "index-1.js\n")),
        ("ls nowhere", (2, "ls: cannot access 'nowhere': No such file or directory\n")),
        ("ls nowhere | head -10", (0, "ls: cannot access 'nowhere': No such file or directory\n")),
        ("cat ../../etc/passwd", (1, "cat: ../../etc/passwd: No such file or directory\n")),
        ("cat /etc/passwd", (1, "cat: /etc/passwd: No such file or directory\n")),
        ("pwd", (0, "/app\n")),
    ],
)  # fmt: skip
def test_a_command_of_the_runbook_is_answered_from_the_account(
    healthy: LocalHeroku, command: str, expected: tuple[int, str]
) -> None:
    assert ran(healthy, command) == expected


def test_files_are_listed_with_their_size(healthy: LocalHeroku) -> None:
    assert ran(healthy, "ls -la public/assets/ | head -10") == (
        0,
        "total 8\n"
        "-rw-r--r-- 1 u12345 dyno 7 Jan  1 00:00 index-1.css\n"
        "-rw-r--r-- 1 u12345 dyno 2 Jan  1 00:00 index-1.js\n",
    )


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("python manage.py migrate", "python manage.py migrate"),
        ("rails db:drop", "rails db:drop"),
        ("ls; rm -rf /", "the shell's ;"),
        ("cat public/index.html > x", "the shell's >"),
        ("ls && ls", "the shell's &&"),
        ("ls | xargs rm", "xargs rm"),
        ("ls -R", "ls -R"),
        ("rails runner 'puts `id`'", "`id`"),
        ("rails runner 'User.delete_all'", "User.delete_all"),
        ("rails runner \"puts 'a' + 1\"", "'a' + 1 (+ of two kinds: use .to_s)"),
        ("cat 'unended", '"cat \'unended" (No closing quotation)'),
        ("ls |", "'ls |', which has no command in one place"),
    ],
)
def test_anything_else_is_named_with_what_is_simulated_and_exits_127(
    healthy: LocalHeroku, command: str, named: str
) -> None:
    status, output = ran(healthy, command)
    first, second, *_ = output.splitlines()
    assert (status, first) == (
        127,
        f"Local Heroku runs no code of the app, and does not simulate: {named}",
    )
    assert second.startswith("These are simulated: rails db:migrate, rails db:migrate:status,")


def test_a_script_that_is_not_simulated_to_its_end_changes_nothing(healthy: LocalHeroku) -> None:
    email = 'rails runner "puts User.first.email"'
    before = ran(healthy, email)
    script = 'User.update_all(email: -> { \\"test_#{id}@example.com\\" }); User.delete_all'
    assert ran(healthy, f'rails runner "{script}"')[0] == 127
    assert ran(healthy, email) == before


def test_a_deploy_brings_migrations_and_db_migrate_runs_them_once(healthy: LocalHeroku) -> None:
    healthy.deploy("sc-mvp-staging", MORE)
    status = ran(healthy, "rails db:migrate:status")[1]
    assert re.findall(r"^ +(up|down) +(\d+)  (.*)$", status, re.MULTILINE) == [
        ("up", "20250901090000", "Create users"),
        ("up", "20250901090100", "Create workers"),
        ("down", "20251120101500", "Add skills to workers"),
        ("down", "20251121101500", "Create badges"),
    ]
    assert ran(healthy, VERSION) == (0, "20250901090100\n")
    assert ran(healthy, "rails db:migrate") == (0, MIGRATED)
    assert ran(healthy, VERSION) == (0, "20251121101500\n")
    assert ran(healthy, "rails db:migrate") == (0, "")
    healthy.reopen()
    assert ran(healthy, VERSION) == (0, "20251121101500\n")


def test_a_rollback_of_the_code_leaves_the_schema_as_it_is(healthy: LocalHeroku) -> None:
    """Runbook, "Rollback Procedure": migrations are not rolled back."""
    before = healthy.get(f"{APP}/releases")[-1]["version"]
    healthy.deploy("sc-mvp-staging", MORE)
    ran(healthy, "rails db:migrate")
    healthy.post(f"{APP}/releases", {"release": str(before)})
    assert (
        "   up     20251121101500  ********** NO FILE **********"
        in ran(healthy, "rails db:migrate:status")[1]
    )


def test_a_migration_that_fails_stops_there_and_the_next_run_goes_on(healthy: LocalHeroku) -> None:
    healthy.deploy("sc-mvp-staging", MORE)
    healthy.post("/local/faults", {"kind": "migration-fails", "skip": 1})
    status, output = ran(healthy, "rails db:migrate")
    assert (status, "AddSkillsToWorkers: migrated" in output) == (1, True)
    assert "StandardError: An error has occurred, this and all later migrations canceled:" in output
    assert ran(healthy, VERSION) == (0, "20251120101500\n")
    assert ran(healthy, "rails db:migrate")[1].count("migrating") == 1


def test_a_restore_puts_back_rows_schema_and_emails(healthy: LocalHeroku) -> None:
    url = backup(healthy)
    healthy.deploy("sc-mvp-staging", MORE)
    ran(healthy, "rails db:migrate")
    ran(healthy, "rails runner 'User.update_all(email: -> { \"test_#{id}@example.com\" })'")
    addon = healthy.get("/addons/sc-db")["id"]
    healthy.patch(f"/local/databases/{addon}", {"rows": {"Worker": 0}})
    gone = [ran(healthy, f"rails runner 'puts {what}'")[1] for what in ("Worker.count", "User.first.email")]
    assert gone == ["0\n", "test_1@example.com\n"]
    restore(healthy, url)
    back = [ran(healthy, f"rails runner 'puts {what}'")[1] for what in ("Worker.count", "User.first.email")]
    assert (back, ran(healthy, VERSION)) == (["42\n", "ana.lopez@mail.invalid\n"], (0, "20250901090100\n"))


def test_rows_of_what_is_no_model_are_refused(healthy: LocalHeroku) -> None:
    addon = healthy.get("/addons/sc-db")["id"]
    for rows in ({"Wurker": 1}, {"Worker": -1}, {"Worker": "1"}):
        assert healthy.refusal("PATCH", f"/local/databases/{addon}", {"rows": rows})[0] == 422


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (lambda heroku: heroku.delete(f"{APP}/addons/sc-db"), "ActiveRecord::ConnectionNotEstablished"),
        (
            lambda heroku: heroku.patch(
                f"/local/databases/{heroku.get('/addons/sc-db')['id']}", {"access_restricted": True}
            ),
            "ActiveRecord::ConnectionNotEstablished",
        ),
        (
            lambda heroku: heroku.patch(f"{APP}/config-vars", {"SECRET_KEY_BASE": None}),
            "ArgumentError: Missing `secret_key_base`",
        ),
    ],
    ids=["no database", "a database that refuses", "a missing secret"],
)
def test_rails_that_cannot_start_says_why(healthy: LocalHeroku, breaks: Any, said: str) -> None:
    breaks(healthy)
    status, output = ran(healthy, ACTIVE)
    assert (status, output.splitlines()[0], said in output) == (1, "rails aborted!", True)


def test_a_detached_command_runs_and_is_seen_in_ps_and_logs(healthy: LocalHeroku) -> None:
    healthy.deploy("sc-mvp-staging", MORE)
    dyno = start(healthy, "rails db:migrate", attach=False)
    assert (dyno["type"], dyno["size"], dyno["attach_url"]) == ("run", "Basic", None)
    assert re.fullmatch(r"run\.\d{4}", dyno["name"])
    shown = [(one["name"], one["state"], one["command"]) for one in healthy.get(f"{APP}/dynos")]
    assert shown[-1] == (dyno["name"], "starting", "rails db:migrate")
    healthy.pass_time(1)
    assert [one["name"] for one in healthy.get(f"{APP}/dynos")] == ["web.1"]
    assert ran(healthy, VERSION) == (0, "20251121101500\n")
    name = dyno["name"]
    assert log(healthy, name) == [
        f"heroku[{name}]: State changed from starting to up",
        f"heroku[{name}]: Starting process with command `rails db:migrate`",
        *(f"app[{name}]: {line}" for line in MIGRATED.splitlines() if line),
        f"heroku[{name}]: Process exited with status 0",
        f"heroku[{name}]: State changed from up to complete",
    ]
    text = "app[api]: Starting process with command `rails db:migrate` by user ops@local-heroku.invalid"
    assert text in log(healthy, "api")


def test_a_status_that_is_asked_for_comes_in_the_clis_words(healthy: LocalHeroku) -> None:
    start(healthy, 'nothing ; echo "\uffff heroku-command-exit-status: $?"', attach=True)
    [one_off] = healthy.world.one_offs.all()
    output, status = life.run(healthy.world, one_off)
    assert (status, output.endswith(said_status(127))) == (127, True)


def test_a_terminal_that_nobody_opens_is_given_up_with_r13(healthy: LocalHeroku) -> None:
    dyno = start(healthy, "rails console", attach=True)
    assert re.fullmatch(r"rendezvous://127\.0\.0\.1:3/[0-9a-f]{32}", dyno["attach_url"])
    assert healthy.get(f"{APP}/dynos/{dyno['name']}")["attach_url"] is None
    healthy.pass_time(30)
    assert healthy.get(f"{APP}/dynos/{dyno['name']}")["state"] == "up"
    healthy.pass_time(31)
    assert healthy.refusal("GET", f"{APP}/dynos/{dyno['name']}")[0] == 404
    assert "Error R13 (Attach error) -> Failed to attach to process" in "\n".join(log(healthy, dyno["name"]))


@pytest.mark.parametrize(
    "stop",
    [
        lambda heroku, name: heroku.post(f"{APP}/dynos/{name}/actions/stop"),
        lambda heroku, name: heroku.delete(f"{APP}/dynos/{name}"),
    ],
    ids=["ps:stop", "ps:restart"],
)
def test_a_one_off_dyno_is_stopped_and_none_takes_its_place(healthy: LocalHeroku, stop: Any) -> None:
    name = start(healthy, "bash", attach=True)["name"]
    healthy.pass_time(1)
    stop(healthy, name)
    assert [one["name"] for one in healthy.get(f"{APP}/dynos")] == ["web.1"]
    assert log(healthy, name)[-2:] == [
        f"heroku[{name}]: Process exited with status 143",
        f"heroku[{name}]: State changed from up to complete",
    ]


def test_limits_of_one_off_dynos(healthy: LocalHeroku) -> None:
    assert healthy.refusal("POST", f"{APP}/dynos", {"command": "ls", "size": "huge"}) == (
        422,
        "invalid_params",
        "No such dyno size: huge",
    )
    assert healthy.refusal("POST", f"{APP}/dynos", {"command": "ls", "size": "standard-1x"})[0] == 422
    assert healthy.refusal("POST", f"{APP}/dynos", {"command": " "})[0] == 422
    assert healthy.refusal("POST", f"{APP}/dynos", {"command": "ls", "type": "a b"})[0] == 422
    for _ in range(life.MOST_AT_ONCE):
        start(healthy, "ls")
    assert healthy.refusal("POST", f"{APP}/dynos", {"command": "ls"})[:2] == (422, "cannot_run_more_dynos")
    healthy.pass_time(2)
    start(healthy, "ls")


def test_no_terminal_is_promised_where_none_can_be_opened(healthy: LocalHeroku) -> None:
    healthy.server._attach_url = ""
    status, _, message = healthy.refusal("POST", f"{APP}/dynos", {"command": "ls", "attach": True})
    assert (status, "install it" in message) == (501, True)


def test_one_off_dynos_go_with_their_app(healthy: LocalHeroku) -> None:
    start(healthy, "ls")
    healthy.delete(APP)
    assert healthy.world.one_offs.all() == []
