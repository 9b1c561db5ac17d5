"""Heroku's own CLI runs the runbook's commands against local Heroku and prints what the runbook expects.

The marks on the routes say which commands use them; the last test here holds the marks to what was seen.
"""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from local_heroku import process
from local_heroku.coverage import every_route
from operations.rehearsal.heroku_shell import git as shell_git
from tests.local_heroku.cli import PRODUCTION, USED, Cli
from tests.local_heroku.conftest import Caller, deploy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_heroku.process import Running

STAGING = "sc-mvp-staging"
PROCFILE = "web: bundle exec puma -C config/puma.rb\n"
SECRETS = {"RAILS_MASTER_KEY": "canary-1", "SECRET_KEY_BASE": "canary-2", "RAILS_ENV": "production"}

pytestmark = pytest.mark.timeout(900)  # the first use of the CLI may install it


@pytest.fixture(scope="module")
def running_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("heroku")
    yield process.start(folder)
    process.stop(folder)


@pytest.fixture(scope="module")
def account(running_module: Running) -> Caller:
    """The runbook's two apps, each with a database and a release, in one pipeline."""
    caller = Caller(running_module)
    caller.ok("PATCH", "/local/settings", {"provisioning": 0.0, "boot": 0.0, "transfer": 0.2})
    pipeline = caller.ok("POST", "/pipelines", {"name": "sc-mvp"})
    for name, stage in ((STAGING, "staging"), (PRODUCTION, "production")):
        caller.ok("POST", "/apps", {"name": name})
        caller.ok(
            "POST", f"/apps/{name}/addons", {"plan": "heroku-postgresql:standard-0", "name": f"{name}-db"}
        )
        caller.ok("PATCH", f"/apps/{name}/config-vars", SECRETS)
        deploy(caller, name, {"Procfile": PROCFILE})
        caller.ok("POST", "/pipeline-couplings", {"app": name, "pipeline": pipeline["id"], "stage": stage})
    return caller


@pytest.fixture
def cli(heroku_cli: str, account: Caller, tmp_path: Path) -> Cli:
    return Cli(heroku_cli, account.running, tmp_path)


def plain(text: str) -> str:
    """On one line, without what the CLI draws before an app's name and an error's lines."""
    return " ".join(text.replace("⬢", "").replace("›", "").split())


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def test_whoami_and_the_list_of_apps(cli: Cli) -> None:
    assert lines(cli.ok("auth:whoami", app=None)) == ["ops@local-heroku.invalid"]
    assert lines(cli.ok("apps", app=None)) == ["=== ops@local-heroku.invalid Apps", PRODUCTION, STAGING]


def test_a_command_leaves_no_process_behind_that_looks_for_a_newer_cli(cli: Cli) -> None:
    """It would wait for an hour, then ask Heroku's own servers. Its mark is the file autoupdate in the CLI's cache."""
    cli.ok("apps", app=None)
    assert [path.name for path in (cli.home / "cache" / "heroku").iterdir()] == ["terms-of-service"]


def test_all_apps_and_all_add_ons_of_the_account(cli: Cli) -> None:
    assert STAGING in cli.ok("apps", "--all", app=None)
    assert f"{PRODUCTION}-db" in cli.ok("addons", "--all", app=None)


def test_apps_info(cli: Cli, account: Caller) -> None:
    out = cli.ok("apps:info")
    url = account.ok("GET", f"/apps/{PRODUCTION}")["web_url"]
    for expected in (
        "Addons:         heroku-postgresql:standard-0",
        f"Web URL:        {url}",
        "Dynos:          web: 1",
    ):
        assert expected in out


def test_monitor_dyno_status(cli: Cli) -> None:
    """Runbook, "Dyno Status": all dynos show `up`."""
    head, dyno = lines(cli.ok("ps"))
    assert head == "=== web (Basic): bundle exec puma -C config/puma.rb (1)"
    assert re.fullmatch(r"web\.1: up \d{4}/\d\d/\d\d \d\d:\d\d:\d\d [+-]\d{4} \(~ \d+[smh] ago\)", dyno)


def test_scale_dynos_up_and_back(cli: Cli) -> None:
    """Runbook, "Scale Dynos"."""
    said = cli("ps:scale", "web=2:standard-1x")
    assert (said.code, "done, now running web at 2:Standard-1X" in said.err) == (0, True)
    assert lines(cli.ok("ps:scale")) == ["web=2:Standard-1X"]
    assert "now running web at 3:Standard-1X" in cli("ps:scale", "web+1").err
    out = cli.ok("ps:type", "web=standard-2x")
    assert re.search(r"web\s+Standard-2X\s+3\s", out)
    assert "now running web at 1:Basic" in cli("ps:scale", "web=1:basic").err


def test_restart_dynos(cli: Cli) -> None:
    assert "Restarting all dynos on sc-mvp-production... done" in cli("restart").err
    for arguments in ([], ["web.1"], ["--process-type", "web"]):
        assert cli("ps:restart", *arguments).code == 0


def test_two_basic_dynos_are_refused_with_a_reason(cli: Cli) -> None:
    said = cli("ps:scale", "web=2:basic")
    assert (said.code, "Cannot scale web to 2 Basic dynos" in said.err) == (2, True)


def test_config_get_set_unset(cli: Cli) -> None:
    said = cli("config:set", "A_KEY=a value", "B_KEY=2")
    assert re.search(r"Setting A_KEY, B_KEY and restarting sc-mvp-production\.\.\. done, v\d+", said.err)
    assert lines(cli.ok("config:get", "A_KEY")) == ["a value"]
    assert lines(cli.ok("config:get", "DATABASE_URL"))[0].startswith("postgres://")
    assert re.search(
        r"Unsetting A_KEY, B_KEY and restarting .*done, v\d+", cli("config:unset", "A_KEY", "B_KEY").err
    )
    assert "A_KEY" not in cli.ok("config")
    owned = cli("config:unset", "DATABASE_URL")
    assert (owned.code, "Cannot destroy attachment values DATABASE_URL." in owned.err) == (2, True)


def test_add_ons_and_the_database_plan(cli: Cli) -> None:
    """Runbook, "Check database plan"."""
    out = cli.ok("addons")
    assert re.search(r"heroku-postgresql \(sc-mvp-production-db\)\s+standard-0\s+.*\$50/month\s+created", out)
    out = cli.ok("addons:info", "heroku-postgresql")
    for expected in (
        "Plan:         heroku-postgresql:standard-0",
        "Attachments:  sc-mvp-production::DATABASE",
    ):
        assert expected in out


def test_upgrade_of_the_database_plan(cli: Cli, account: Caller) -> None:
    """Runbook, "Upgrade Database Plan"; its Standard-1 is not sold, and the CLI lists what is."""
    refused = cli("addons:upgrade", "heroku-postgresql:standard-1")
    assert refused.code == 1
    assert "Couldn't find either the add-on service or the add-on plan of" in refused.err
    assert "heroku-postgresql:standard-2" in refused.err
    assert "... done" in cli("addons:upgrade", "heroku-postgresql:standard-2").err
    assert account.ok("GET", f"/addons/{PRODUCTION}-db")["plan"]["name"] == "heroku-postgresql:standard-2"
    assert cli("addons:upgrade", f"{PRODUCTION}-db", "heroku-postgresql:standard-0").code == 0


def test_create_and_destroy_an_add_on(cli: Cli) -> None:
    said = cli("addons:create", "heroku-redis:mini", "--name", "sc-cache")
    assert (said.code, "sc-cache as REDIS_URL" in said.err + said.out) == (0, True)
    assert cli("addons:destroy", "sc-cache", "--confirm", PRODUCTION).code == 0
    said = cli("addons:create", "heroku-postgresql:essential-0", "--name", "sc-second", "--wait")
    assert (said.code, "HEROKU_POSTGRESQL_AMBER_URL" in said.err + said.out) == (0, True)
    assert cli("addons:wait", "sc-second").code == 0
    assert cli("addons:destroy", "sc-second", "--confirm", PRODUCTION).code == 0


def test_database_info(cli: Cli) -> None:
    """Runbook, "Check Database Size" and "Check Connection Count"."""
    found = dict(re.findall(r"^([A-Z][\w/ -]+?):\s+(.*)$", cli.ok("pg:info"), re.MULTILINE))
    assert {key: found[key] for key in ("Plan", "Status", "Data Size", "Connections", "Add-on")} == {
        "Plan": "Standard 0",
        "Status": "Available",
        "Data Size": "83.9 MB / 64 GB (0.14%)",
        "Connections": "4/120",
        "Add-on": "sc-mvp-production-db",
    }
    assert cli("pg:wait").code == 0


def test_view_backup_schedule(cli: Cli) -> None:
    """Runbook, "View Backup Schedule" and "Backup Failures": the expected line, word for word."""
    none = cli("pg:backups:schedules")
    assert (none.code, "No backup schedules found on" in none.err) == (0, True)
    said = cli("pg:backups:schedule", "DATABASE_URL", "--at", "02:00 America/Los_Angeles")
    assert said.code == 0
    assert (
        "Scheduling automatic daily backups of sc-mvp-production-db at 02:00 America/Los_Angeles... done"
        in said.err
    )
    assert lines(cli.ok("pg:backups:schedules"))[-1] == "DATABASE_URL: daily at 2:00 America/Los_Angeles"
    assert cli("pg:backups:schedule", "DATABASE_URL", "--at", "03:00 PST").code == 0
    assert lines(cli.ok("pg:backups:schedules"))[-1] == "DATABASE_URL: daily at 3:00 America/Los_Angeles"
    wrong = cli("pg:backups:schedule", "DATABASE_URL", "--at", "02:00 Mars/Base")
    assert (wrong.code, "is not in the tz database" in wrong.err) == (2, True)
    assert "done" in cli("pg:backups:unschedule", "DATABASE_URL").err


def test_capture_verify_download_and_restore_a_backup(cli: Cli) -> None:
    """Runbook, "Create Manual Backup", "Verify Backup", "Download Backup", "Restore Procedures"."""
    captured = cli("pg:backups:capture")
    match = re.search(r"Backing up DATABASE to (b\d{3})\.\.\. done", captured.err + captured.out)
    assert (captured.code, match is not None) == (0, True)
    backup = match[1] if match else ""
    assert re.search(rf"{backup}\s+.*Completed .*20\.14MB\s+DATABASE", cli.ok("pg:backups"))
    info = cli.ok("pg:backups:info", backup)
    for expected in ("Status:           Completed", "Type:             Manual", "Original DB Size: 83.92MB"):
        assert expected in info
    url = lines(cli.ok("pg:backups:url", backup))[0]
    assert re.fullmatch(r"https?://127\.0\.0\.1:\d+/local/backups/\S+", url)
    if url.startswith("https:"):
        assert cli("pg:backups:download", backup).code == 0
        dump = (cli.home / "latest.dump").read_bytes()
        assert (dump[:5], len(dump)) == (b"PGDMP", 21_120_000)
    assert cli("pg:backups:restore", backup, "DATABASE_URL", "--confirm", PRODUCTION).code == 0
    restored = cli("pg:backups:restore", url, "DATABASE_URL", "--confirm", STAGING, app=STAGING)
    assert restored.code == 0
    assert re.search(r"r\d{3}\s+.*Completed", cli.ok("pg:backups", app=STAGING))


def test_a_failed_capture_says_why_and_shows_as_failed(cli: Cli, account: Caller) -> None:
    account.ok("POST", "/local/faults", {"kind": "transfer-fails", "path": "/client/v11/databases/*/backups"})
    said = cli("pg:backups:capture", app=STAGING)
    assert (said.code != 0, "could not connect to the database" in said.err) == (True, True)
    assert "Failed" in cli.ok("pg:backups", app=STAGING)


def test_releases_and_rollback(cli: Cli) -> None:
    """Runbook, "Rollback Procedure"."""
    assert cli("config:set", "ROLLED=back").code == 0
    head, *_ = lines(cli.ok("releases"))
    found = re.fullmatch(r"=== sc-mvp-production Releases - Current: v(\d+)", head)
    assert found is not None
    version = int(found[1])
    assert "Set ROLLED config vars" in cli.ok("releases:info", f"v{version}")
    said = cli("rollback", f"v{version - 1}")
    assert f"Rolling back sc-mvp-production to v{version - 1}... done, v{version + 1}" in said.err
    assert lines(cli.ok("config:get", "ROLLED")) == []
    assert "... done, v" in cli("rollback").err


def test_logs_come_out_of_what_happened(cli: Cli, account: Caller) -> None:
    """Runbook, "Check Application Logs"."""
    host = account.ok("GET", f"/apps/{PRODUCTION}")["web_url"].removeprefix("https://").rstrip("/")
    assert account.ask("GET", "/healthz", Host=host).status == 200
    out = cli.ok("logs", "-n", "100")
    assert re.search(
        r'heroku\[router\]: at=info method=GET path="/healthz" .* dyno=web\.1 connect=0ms .*status=200', out
    )
    assert len(lines(cli.ok("logs", "--num", "5"))) == 5
    assert "canary" not in out


def test_logs_tail_until_interrupted(cli: Cli) -> None:
    with subprocess.Popen(
        [cli.program, "logs", "--tail", "-a", PRODUCTION],
        env={**process.environment(cli.running), "PATH": os.environ["PATH"], "HOME": str(cli.home),
             "GIT_CONFIG_GLOBAL": str(cli.home / "gitconfig")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as tail:  # fmt: skip
        assert tail.stdout is not None
        found = any(b"heroku[web.1]: Starting process with command" in line for line in tail.stdout)
        still_runs = tail.poll() is None
        tail.terminate()
    assert (found, still_runs) == (True, True)


def test_maintenance_on_and_off(cli: Cli, account: Caller) -> None:
    assert "done" in cli("maintenance:on").err
    assert account.ok("GET", f"/apps/{PRODUCTION}")["maintenance"] is True
    assert "done" in cli("maintenance:off").err


def test_pipelines_and_promotion(cli: Cli, account: Caller) -> None:
    [pipeline] = account.ok("GET", "/pipelines?eq[name]=sc-mvp")
    assert "sc-mvp-staging" in cli.ok("pipelines:info", pipeline["id"], app=None)
    out = cli.ok("pipelines:info", "sc-mvp", app=None)
    assert re.search(r"sc-mvp-staging\s+staging", out)
    assert re.search(r"sc-mvp-production\s+production", out)
    assert "sc-mvp" in cli.ok("pipelines", app=None)
    said = cli("pipelines:promote", app=STAGING)
    assert (said.code, "sc-mvp-production: succeeded" in said.err + said.out) == (0, True)
    assert "Promote sc-mvp-staging" in cli.ok("releases")


def test_domains(cli: Cli) -> None:
    assert "sc-mvp-production Heroku Domain" in cli.ok("domains")
    assert cli("domains:add", "www.example.com").code == 0
    assert "www.example.com" in cli.ok("domains")
    assert cli("domains:remove", "www.example.com").code == 0


def test_drains(cli: Cli) -> None:
    assert cli("drains:add", "https://logs.example.com/a").code == 0
    assert "https://logs.example.com/a (d." in cli.ok("drains")
    assert cli("drains:remove", "https://logs.example.com/a").code == 0


def test_features_and_labs(cli: Cli) -> None:
    assert "done" in cli("features:enable", "preboot").err
    assert "[+] preboot" in cli.ok("features")
    assert cli("features:disable", "preboot").code == 0
    assert cli("labs").code == 0


def test_labs_take_a_feature_of_the_app_where_the_account_has_none(cli: Cli) -> None:
    assert "Enabling preboot for sc-mvp-production... done" in plain(cli("labs:enable", "preboot").err)
    assert "Enabled:     true" in cli.ok("labs:info", "preboot")
    assert "... done" in cli("labs:disable", "preboot").err
    assert "Couldn't find that feature." in cli("labs:info", "flying").err


def test_promote_a_database_with_a_release_phase(cli: Cli, account: Caller) -> None:
    account.ok("POST", "/apps", {"name": "sc-promote"})
    account.ok("PATCH", "/apps/sc-promote/config-vars", SECRETS)
    for name in ("sc-first", "sc-next"):
        account.ok("POST", "/apps/sc-promote/addons", {"plan": "heroku-postgresql:standard-0", "name": name})
    deploy(account, "sc-promote", {"Procfile": f"{PROCFILE}release: rails db:migrate\n"})
    said = cli("pg:promote", "sc-next", app="sc-promote")
    assert (said.code, "pg:promote succeeded." in said.err) == (0, True), said
    releases = [release["description"] for release in account.ok("GET", "/apps/sc-promote/releases")]
    assert releases[-2:] == ["Detach DATABASE (@ref:sc-first)", "Attach DATABASE (@ref:sc-next)"]
    account.ok("DELETE", "/apps/sc-promote")


def test_there_are_no_spaces_and_completion_is_made_without_them(cli: Cli) -> None:
    assert "You do not have access to any spaces." in cli("spaces", app=None).err
    made = cli("autocomplete", "bash", app=None)
    assert (made.code, "Unable to" in made.err) == (0, False), made


def test_scaling_a_process_type_that_there_is_not_names_it(cli: Cli) -> None:
    said = cli("ps:scale", "worker=1")
    assert (said.code, "Couldn't find that process type (worker)." in said.err) == (2, True), said


@pytest.mark.parametrize(
    ("arguments", "route"),
    [
        (("run:inside", "web.1", "ls"), f"POST /apps/{PRODUCTION}/dynos/web.1"),
        (("certs:add", "CRT", "KEY"), f"POST /apps/{PRODUCTION}/sni-endpoints"),
    ],
)
def test_what_is_not_emulated_says_so_by_name(cli: Cli, arguments: tuple[str, ...], route: str) -> None:
    for name in ("CRT", "KEY"):
        (cli.home / name).write_text("-----BEGIN CERTIFICATE-----\n")
    command, *rest = arguments
    said = cli(command, *(str(cli.home / one) if one in ("CRT", "KEY") else one for one in rest))
    assert (said.code != 0, f"Local Heroku does not emulate {route}" in plain(said.err)) == (True, True), said


def test_access(cli: Cli) -> None:
    assert cli("access:add", "dev@example.com").code == 0
    out = cli.ok("access")
    assert re.search(r"dev@example\.com\s+collaborator", out)
    assert re.search(r"ops@local-heroku\.invalid\s+owner", out)
    assert cli("access:remove", "dev@example.com").code == 0


def test_webhooks(cli: Cli) -> None:
    assert (
        cli("webhooks:add", "-i", "api:release", "-l", "notify", "-u", "https://hook.example.com").code == 0
    )
    assert "https://hook.example.com" in cli.ok("webhooks")


def test_create_an_app_in_a_pipeline_and_take_both_away(cli: Cli) -> None:
    assert "Creating sc-mvp-review... done" in cli("apps:create", "sc-mvp-review", app=None).err
    assert cli("pipelines:create", "sc-review", "--stage", "development", app="sc-mvp-review").code == 0
    assert cli("pipelines:update", "--stage", "staging", app="sc-mvp-review").code == 0
    assert re.search(r"sc-mvp-review\s+staging", cli.ok("pipelines:info", "sc-review", app=None))
    assert cli("pipelines:remove", app="sc-mvp-review").code == 0
    assert cli("pipelines:add", "sc-review", "--stage", "production", app="sc-mvp-review").code == 0
    assert cli("pipelines:destroy", "sc-review", app=None).code == 0
    assert "heroku-24" in cli.ok("stack", app="sc-mvp-review")
    assert cli("apps:destroy", "sc-mvp-review", "--confirm", "sc-mvp-review", app=None).code == 0


def test_attach_a_database_to_another_app_and_detach_it(cli: Cli) -> None:
    assert cli("addons:attach", f"{PRODUCTION}-db", "--as", "SHARED", app=STAGING).code == 0
    assert lines(cli.ok("config:get", "SHARED_URL", app=STAGING))[0].startswith("postgres://")
    assert cli("addons:detach", "SHARED", app=STAGING).code == 0
    assert cli("addons:rename", f"{STAGING}-db", "renamed-db", app=None).code == 0
    assert cli("addons:rename", "renamed-db", f"{STAGING}-db", app=None).code == 0


def test_plans_with_their_prices(cli: Cli) -> None:
    out = cli.ok("addons:plans", "heroku-postgresql", app=None)
    assert re.search(r"heroku-postgresql:standard-0\s+Standard 0\s+.*\$50/month", out)


def test_cancel_and_delete_a_backup(cli: Cli, account: Caller) -> None:
    addon = account.ok("GET", f"/addons/{STAGING}-db")["id"]
    account.ok("PATCH", "/local/settings", {"transfer": 600.0})
    account.ok("POST", f"/client/v11/databases/{addon}/backups")
    account.ok("PATCH", "/local/settings", {"transfer": 0.2})
    transfer = account.ok("GET", f"/client/v11/apps/{STAGING}/transfers")[-1]
    assert "done" in cli("pg:backups:cancel", app=STAGING).err
    name = f"b{transfer['num']:03}"
    assert name in cli.ok("pg:backups", app=STAGING)
    assert cli("pg:backups:delete", name, "--confirm", STAGING, app=STAGING).code == 0
    assert name not in cli.ok("pg:backups", app=STAGING)


def test_migrations_by_a_one_off_dyno(cli: Cli, account: Caller) -> None:
    """Runbook, "Running Database Migrations": a deploy brings one, the backup of before takes it back."""
    deploy(account, STAGING, {"Procfile": PROCFILE, "db/migrate/20251120101500_add_skills.rb": ""})
    said = cli("run", "rails", "db:migrate", app=STAGING)
    assert said.code == 0, said
    assert said.out.startswith("== 20251120101500 AddSkills: migrating ======")
    assert re.search(r"Running rails db:migrate on sc-mvp-staging\.\.\. up, run\.\d{4}", plain(said.err))
    version = "puts ActiveRecord::Base.connection.migration_context.current_version"
    assert lines(cli.ok("run", "rails", "runner", version, app=STAGING)) == ["20251120101500"]


def test_the_status_and_the_buildpack_registry_are_local_too(cli: Cli) -> None:
    assert "No known issues at this time." in cli.ok("status", app=None)
    assert "1 buildpack found" in cli.ok("buildpacks:search", "ruby", app=None)
    assert "published" in cli.ok("buildpacks:versions", "heroku/ruby", app=None)
    assert "Heroku's buildpack for ruby" in cli.ok("buildpacks:info", "heroku/ruby", app=None)
    assert cli("buildpacks:set", "heroku/ruby").code == 0
    assert cli("buildpacks:add", "--index", "1", "heroku/nodejs").code == 0
    assert re.findall(r"heroku/\w+", cli.ok("buildpacks")) == ["heroku/nodejs", "heroku/ruby"]


def test_the_status_of_a_one_off_dyno(cli: Cli) -> None:
    said = cli("run", "--exit-code", "--", "python", "x.py")
    assert (said.code, "does not simulate: python x.py" in said.out) == (127, True), said
    assert cli("run", "--exit-code", "--no-tty", "ls | wc -l").out == "1\n"


def test_a_detached_command_a_console_and_ps(cli: Cli, account: Caller) -> None:
    found = re.search(r"run\.\d{4}", cli.ok("run:detached", "ls"))
    assert found
    assert re.search(rf"app\[{found[0]}\]: Procfile", cli.ok("logs", "-n", "50"))
    said = cli("run", "rails", "console", given="Worker.count\n")
    assert (said.code, "=> 42" in said.out) == (0, True), said
    dyno = account.ok("POST", f"/apps/{PRODUCTION}/dynos", {"command": "bash", "attach": True})
    assert re.search(
        rf"=== run: one-off processes \(1\)\s+{dyno['name']} \(Basic\): up .*: bash", cli.ok("ps")
    )
    assert "done" in cli("ps:stop", "--dyno-name", dyno["name"]).err
    assert "run" not in cli.ok("ps")


def test_a_wrong_token_is_said_to_be_wrong(cli: Cli) -> None:
    stranger = process.Running(cli.running.url, "wrong", cli.running.pid, cli.running.folder)
    said = Cli(cli.program, stranger, cli.home)._run("apps:info", app=PRODUCTION)
    assert (said.code, "The token provided to HEROKU_API_KEY is invalid" in said.err) == (1, True)


def test_git_remote_and_clone_lead_to_local_heroku_and_to_nowhere_outside(cli: Cli, account: Caller) -> None:
    """Both write https://127.0.0.1 into the repository."""
    shell_git.write(cli.home, account.running)
    cloned = cli("git:clone", "cloned")
    assert (cloned.code, "Cloning into 'cloned'" in cloned.err) == (0, True), cloned
    subprocess.run(["git", "init", "-q"], cwd=cli.home, check=True)
    assert "set git remote heroku to https://127.0.0.1:" in cli.ok("git:remote")
    config = (cli.home / ".git" / "config").read_text()
    assert f"url = {account.running.secure_url}/{PRODUCTION}.git" in config


def test_the_marks_on_the_routes_name_commands_that_really_use_them() -> None:
    claimed = {
        (command, route.method, route.path) for route in every_route() for command in route.checked.cli
    }
    if missing := sorted({command for command, _, _ in claimed} - USED.keys()):
        pytest.skip(f"NOT CHECKED: only part of this file ran; not run: {', '.join(missing)}")
    seen = {(command, *route) for command, routes in USED.items() for route in routes}
    wrong = sorted(f"{command} does not use {method} {path}" for command, method, path in claimed - seen)
    assert wrong == [], "\n".join(wrong)
