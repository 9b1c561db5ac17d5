"""How each incident happens: a hand that slips, a deploy that is bad, a database or Heroku that fails.

Each is a few requests to local Heroku's API, the ones that Heroku's command line would send, or a lever for what nobody does.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from drills import checkout
from drills.scene import Scene, url_of
from heroku_api import data, platform
from local_heroku.store.application import MIGRATIONS
from operations.errors import OperationError

PATIENCE = timedelta(seconds=30)
"""For a dyno or a backup of local Heroku; both take about a second."""
OUTAGE = timedelta(minutes=50)
"""By local Heroku's clock. Heroku's outage of 2025-06-10 lasted most of a day."""
ASLEEP_AFTER = timedelta(minutes=31)
"""An Eco dyno sleeps after 30 minutes without a request (Dev Center, Eco Dyno Hours)."""
EMPTIED_BYTES = 9_000_000
"""A Postgres database without rows takes about 8 MB."""
CONNECTIONS = 112
"""Of the 120 that standard-0 has."""
SETTLED = ("up", "idle", "crashed")
"""States that last."""
RAILS: Mapping[str, str] = {"Procfile": "web: bundle exec puma -C config/puma.rb\n"}
"""Local Heroku takes it for the runbook's app: its dynos crash when a secret or DATABASE_URL is missing."""
MIGRATES: Mapping[str, str] = {"Procfile": f"{RAILS['Procfile']}release: bin/rails db:migrate\n"}
"""With a release phase, whose failure fails the release."""

NEW_MIGRATION = "20251120101500_add_skills_to_workers"
UNKNOWN_TO_OPERATIONS = "FEATURE_GATE_URL"
"""What the bad deploy's code wants, and nobody has set."""


def lost_secret(scene: Scene) -> None:
    _deploy(scene, RAILS)
    _set(scene, {scene.secret: None})
    _settle(scene)


def bad_deploy(scene: Scene) -> None:
    _deploy(scene, RAILS)
    _settle(scene)
    _deploy(scene, {**RAILS, "app.json": json.dumps({"env": {UNKNOWN_TO_OPERATIONS: {"required": True}}})})
    _settle(scene)


def secret_is_another(scene: Scene) -> str | None:
    """Whether the secret that was lost has another value than in the release before: that signs everyone out."""
    releases = platform.releases(scene.client, scene.app)
    lost = next((one for one in releases if one.description == f"Remove {scene.secret} config vars"), None)
    before = next((one for one in releases if lost and one.version == lost.version - 1), None)
    if before is None:
        return None
    path = f"/apps/{scene.app}/releases/{before.version}/config-vars"
    was = scene.client.request("GET", path).get(scene.secret)
    if platform.config_vars(scene.client, scene.app).get(scene.secret) == was:
        return None
    return f"{scene.secret} has another value than in v{before.version}: whoever was signed in is signed out"


def failed_release(scene: Scene) -> None:
    """Its migration can't run: a table is locked, for once."""
    _deploy(scene, MIGRATES)
    _settle(scene)
    scene.client.request("POST", "/local/faults", {"kind": "release-fails", "path": "/apps/*/builds"})
    _deploy(scene, {**MIGRATES, "CHANGES": "what was announced\n"})
    _settle(scene)


def change_not_live(scene: Scene) -> str | None:
    """Whether what the failed release should have brought is not what runs, as after a rollback."""
    releases = platform.releases(scene.client, scene.app)
    failed = next((one for one in releases if one.status == "failed"), None)
    runs = next((one for one in releases if one.status == "succeeded"), None)
    if failed is None or (runs and runs.slug == failed.slug):
        return None
    return f"what v{failed.version} should have brought is not what runs"


def exhausted_pool(scene: Scene) -> None:
    _behave(scene, "pool exhausted")


def stuck_dyno(scene: Scene) -> None:
    _behave(scene, "stuck")


def detached_database(scene: Scene) -> None:
    _deploy(scene, RAILS)
    for found in platform.attachments(scene.client, scene.app):
        if found.name == "DATABASE":
            platform.attach(scene.client, addon=scene.database, app=scene.app, name="ANALYTICS")
            platform.detach(scene.client, str(found.id))
    _settle(scene)


def removed_schedule(scene: Scene) -> None:
    addon = _addon(scene)
    for found in data.schedules(scene.client, addon):
        data.unschedule(scene.client, addon, str(found.uuid))


def moved_schedule(scene: Scene) -> None:
    data.schedule(scene.client, _addon(scene), name="DATABASE_URL", hour=14, timezone="UTC")


def failed_nightly_backup(scene: Scene) -> None:
    """A night passes in which the backup can't be written."""
    scene.client.request("PATCH", "/local/settings", {"transfer_outcome": "failed"})
    scene.client.request("POST", "/local/clock", {"advance": timedelta(days=1).total_seconds()})
    _until(lambda: not _newest_backup_succeeded(scene), "the nightly backup")
    scene.client.request("PATCH", "/local/settings", {"transfer_outcome": "succeeded"})


def forgotten_maintenance(scene: Scene) -> None:
    scene.client.request("PATCH", f"/apps/{scene.app}", {"maintenance": True})


def scaled_to_zero(scene: Scene) -> None:
    scene.client.request("PATCH", f"/apps/{scene.app}/formation/web", {"quantity": 0})


def eco_dyno(scene: Scene) -> None:
    scene.client.request("PATCH", f"/apps/{scene.app}/formation/web", {"size": "Eco"})
    _settle(scene)
    scene.client.request("POST", "/local/clock", {"advance": ASLEEP_AFTER.total_seconds()})


def busy_database(scene: Scene) -> None:
    scene.client.request("PATCH", f"/local/databases/{scene.database}", {"connections": CONNECTIONS})


def deleted_data(scene: Scene) -> None:
    if not _newest_backup_succeeded(scene):
        data.capture(scene.client, _addon(scene))
        _until(lambda: _newest_backup_succeeded(scene), "a backup")
    emptied = {"bytes": EMPTIED_BYTES, "rows": {"Shift": 0, "Assignment": 0}}
    scene.client.request("PATCH", f"/local/databases/{scene.database}", emptied)


def data_still_gone(scene: Scene) -> str | None:
    """Whether the database holds less than the newest backup is made of."""
    held = data.database(scene.client, _addon(scene)).num_bytes or 0
    if held > EMPTIED_BYTES:
        return None
    return f"the database holds {held / 1e6:.1f} MB: the deleted rows are not back"


def failed_migration(scene: Scene) -> None:
    """A deploy brings a migration. It is run, as the runbook has it, and fails: something held the table."""
    for migrations in (MIGRATIONS, (*MIGRATIONS, NEW_MIGRATION)):
        _deploy(scene, {**RAILS, **{f"db/migrate/{stem}.rb": "" for stem in migrations}})
    _settle(scene)
    scene.client.request("POST", "/local/faults", {"kind": "migration-fails"})
    scene.client.request("POST", f"/apps/{scene.app}/dynos", {"command": "rails db:migrate"})
    _until(lambda: all(one["struck"] for one in _faults(scene)), "the migration")


def migrations_pending(scene: Scene) -> str | None:
    versions = scene.client.request("GET", f"/local/apps/{scene.app}")["pending_migrations"]
    return f"the database has not run {', '.join(versions)}" if versions else None


def assets_not_committed(scene: Scene) -> None:
    """The frontend was built for a new page, and what the build made was not committed before the push."""
    files = {**RAILS, **checkout.FRONTEND}
    url = f"{scene.client.endpoints.platform}/{scene.app}.git"
    checkout.write(scene.source, files, remote=scene.stack, url=url)
    _deploy(scene, files)
    _settle(scene)


def assets_missing(scene: Scene) -> str | None:
    paths = scene.client.request("GET", f"/local/apps/{scene.app}")["missing_assets"]
    return f"the page asks for {', '.join(paths)}, which is not deployed" if paths else None


def shared_secret(scene: Scene) -> None:
    value = platform.config_vars(scene.client, scene.other_app)[scene.secret]
    _set(scene, {scene.secret: value})
    _settle(scene)


def other_stacks_api(scene: Scene) -> None:
    _set(scene, {"VITE_API_URL": f"{url_of(scene.client, scene.other_app)}/api/v1"})
    _settle(scene)


def heroku_outage(scene: Scene) -> None:
    """Heroku's API answers 503 to everything; the apps go on. Local Heroku's own levers work."""
    scene.client.request(
        "POST",
        "/local/faults",
        {"kind": "html", "path": "/[!l]*", "count": 0, "lasts": OUTAGE.total_seconds(), "status": 503},
    )


def _faults(scene: Scene) -> list[dict[str, int]]:
    found: list[dict[str, int]] = scene.client.request("GET", "/local/faults")["faults"]
    return found


def _set(scene: Scene, changes: Mapping[str, str | None]) -> None:
    platform.set_config_vars(scene.client, scene.app, changes)


def _behave(scene: Scene, behaviour: str) -> None:
    scene.client.request("PATCH", f"/local/apps/{scene.app}", {"web_behaviour": behaviour})


def _addon(scene: Scene) -> str:
    return str(platform.addon(scene.client, scene.database).id)


def _deploy(scene: Scene, files: Mapping[str, str]) -> None:
    """As `git push heroku main` does."""
    place = platform.source(scene.client).source_blob
    scene.client.upload(place.put_url, _packed(files))
    version = hashlib.sha256(json.dumps(dict(files)).encode()).hexdigest()[:7]
    platform.start_build(scene.client, scene.app, source_url=place.get_url, version=version)


def _packed(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            content = text.encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def _newest_backup_succeeded(scene: Scene) -> bool:
    ended = [
        found
        for found in data.transfers(scene.client, scene.app)
        if found.is_backup and found.succeeded is not None
    ]
    return bool(ended and max(ended, key=lambda found: found.num).succeeded)


def _settle(scene: Scene) -> None:
    """Until no dyno is on its way: what a rule or a person then sees stays so."""
    _until(
        lambda: all(dyno.state in SETTLED for dyno in platform.dynos(scene.client, scene.app)),
        "the dynos",
    )


def _until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while not is_so():
        if time.monotonic() > deadline:
            raise OperationError(
                f"{what} took longer than {PATIENCE.total_seconds():.0f} s on local Heroku; `./ops drill --end` gives it back"
            )
        time.sleep(0.1)
