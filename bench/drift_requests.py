"""Requests and time to read the live account for drift, beside `pulumi refresh --preview-only` of the same account.

    .venv/bin/python bench/drift_requests.py [--apps 1 10 100] [--latency 0.05]

Makes a local Heroku of its own under a temporary folder, with the latency (seconds) on every answer. Each app has a
database, its attachment, config vars and a backup schedule; no formation, which spares the engine a resource an app.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from heroku_api.client import Client
from local_heroku import process
from operations.rehearsal.rehearsal import Rehearsal
from operations.workspace import Workspace
from runbook.digest import Digests
from runbook.readers.live.account import read_account
from runbook.readers.live.app import Reach, start_reading
from runbook.readers.live.ask import Asking
from runbook.readers.live.environment import environment_of_app
from runbook.readers.live.wanted import Wanted
from runbook.settings import Settings
from runbook.settings_reader import settings_from_file
from runbook.stack_file import read
from runbook.unknown import Unknown

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import os
import pulumi, pulumiverse_heroku as heroku
from components import heroku_postgres
postgres = heroku_postgres.Provider("heroku-postgres")
for number in range(int(os.environ["BENCH_APPS"])):
    name = f"bench-{number}"
    app = heroku.app.App(name, name=name, region="us", stack="heroku-24", buildpacks=["heroku/ruby"])
    addon = heroku.addon.Addon(name, name=f"{name}-db", plan="heroku-postgresql:standard-0", app_id=app.id)
    own = pulumi.ResourceOptions(provider=postgres)
    attached = heroku_postgres.Attachment(name, app_id=app.id, database_id=addon.id, name="DATABASE", opts=own)
    heroku.app.ConfigAssociation(name, app_id=app.id, vars={"RAILS_ENV": "production", "NODE_ENV": "production"})
    after = pulumi.ResourceOptions(provider=postgres, depends_on=[attached])
    heroku_postgres.BackupSchedule(name, app_id=app.id, database_id=addon.id, attachment="DATABASE", hour=2,
                                   timezone="America/Los_Angeles", opts=after)
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--apps", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--latency", type=float, default=0.05)
    given = parser.parse_args()
    print(f"latency {given.latency * 1000:.0f} ms an answer")
    print("  apps   requests  an app   here      pulumi refresh: requests  an app   time      here / refresh")
    for apps in given.apps:
        with tempfile.TemporaryDirectory() as folder:
            here, refresh = measure(Path(folder), apps, given.latency)
        print(
            f"{apps:>6} {here[0]:>10} {here[0] / apps:>7.1f} {here[1]:>6.2f} s {refresh[0]:>25} "
            f"{refresh[0] / apps:>7.1f} {refresh[1]:>6.2f} s {here[1] / refresh[1]:>12.2f}"
        )


def measure(folder: Path, apps: int, latency: float) -> tuple[tuple[int, float], tuple[int, float]]:
    """Requests and seconds: our reading, and Pulumi's refresh."""
    rehearsal = Rehearsal(Workspace(ROOT))
    running = process.start(folder / "heroku")
    try:
        with Client.from_environment(process.environment(running)) as client:
            env = environment(rehearsal, folder, running, apps)
            pulumi(["stack", "init", "bench"], folder, env)
            pulumi(["up", "--yes", "--skip-preview"], folder, env)
            wanted = [stack(number, client) for number in range(apps)]
            client.request(
                "POST", "/local/faults", {"kind": "stall", "seconds": latency, "count": 0, "path": "/[ac]*"}
            )
            here = counted(client, lambda: read_all(running, wanted))
            refresh = counted(client, lambda: pulumi(["refresh", "--preview-only"], folder, env))
        return here, refresh
    finally:
        process.stop(folder / "heroku")


def read_all(running: process.Running, wanted: list[Wanted]) -> None:
    """As `ops drift` reads, with all surroundings; ends the measurement if anything could not be read."""
    env = {**process.environment(running), "HEROKU_API_TIME_BUDGET": "300"}
    digests, now = Digests(secrets.token_bytes(32)), datetime.now(tz=UTC)
    with Client.from_environment(env) as client, Asking(client, budget=300) as asking:
        account = read_account(asking, wanted)
        readings = [
            (one, start_reading(asking, account, one, digests, Reach(releases=True))) for one in wanted
        ]
        for one, reading in readings:
            if reading is None or isinstance(reading, Unknown):
                sys.exit(f"{one.app}: {reading}")
            found = environment_of_app(one, account, reading.result(), now)
            if isinstance(found.backup_schedules, Unknown) or found.config_vars.rest:
                sys.exit(f"{one.app}: {found.backup_schedules} {found.config_vars.rest}")


def stack(number: int, client: Client) -> Wanted:
    """What the live reader must know of an app of the bench: no process type, no secrets."""
    settings = settings_from_file(read(ROOT / "Pulumi.production.yaml"), "production")
    app = settings.app.model_copy(update={"name": f"bench-{number}"})
    database = settings.database.model_copy(update={"name": f"bench-{number}-db"})
    plain = {"RAILS_ENV": "production", "NODE_ENV": "production"}
    changed: dict[str, Any] = {
        "app": app,
        "database": database,
        "formation": {},
        "config_vars": plain,
        "secrets": {},
    }
    found: Settings = settings.model_copy(update=changed)
    app_id = str(client.request("GET", f"/apps/bench-{number}")["id"])
    return Wanted("production", found, app_id=app_id, released_since=datetime.now(tz=UTC))


def counted(client: Client, work: Any) -> tuple[int, float]:
    """Requests of Heroku's API that the work made, and its seconds."""
    client.request("DELETE", "/local/requests")
    started = time.perf_counter()
    work()
    taken = time.perf_counter() - started
    asked = client.request("GET", "/local/requests")["requests"]
    return sum(1 for entry in asked if not entry["path"].startswith("/local/")), taken


def environment(rehearsal: Rehearsal, folder: Path, running: process.Running, apps: int) -> dict[str, str]:
    (folder / "Pulumi.yaml").write_text(
        "name: bench\nruntime: python\nplugins:\n  providers:\n"
        f"    - {{name: heroku-postgres, path: {ROOT / 'providers' / 'heroku_postgres'}}}\n"
    )
    (folder / "__main__.py").write_text(PROGRAM)
    return {
        **rehearsal.base_environment,
        **process.environment(running),
        "PULUMI_BACKEND_URL": folder.as_uri(),
        "PULUMI_STACK": "bench",
        "PYTHONPATH": str(ROOT),
        "BENCH_APPS": str(apps),
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{rehearsal.base_environment['PATH']}",
    }


def pulumi(arguments: list[str], folder: Path, env: dict[str, str]) -> None:
    """Ends the measurement if it fails."""
    if shutil.which("pulumi", path=env["PATH"]) is None:
        sys.exit("no pulumi; run ./ops demo first")
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"pulumi {' '.join(arguments)} failed:\n{done.stderr}{done.stdout}")


if __name__ == "__main__":
    main()
