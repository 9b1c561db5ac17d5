"""Simulated dynos: started, restarted and crashed, never run. What happens to them goes into the app's logs."""

from __future__ import annotations

from dataclasses import replace

from local_heroku import catalogue, web_log
from local_heroku.errors import not_found
from local_heroku.store import environment
from local_heroku.store.records import App, Dyno, ProcessType
from local_heroku.store.world import World, new_id

BOOTING = ("starting", "restarting")
CURED_BY_RESTART = ("stuck", "pool exhausted")
"""What a web process does wrong until it is started anew."""
IDLE_AFTER = 30 * 60.0  # seconds without a web request until an Eco dyno sleeps: Dev Center, "Eco Dyno Hours"


def fit(world: World, app: App, process_type: ProcessType, *, resized: bool = False) -> None:
    """Start or stop dynos until the process type has its quantity; restart them all when the size changed."""
    present = [dyno for dyno in world.dynos.of(app.id) if dyno.type == process_type.type]
    for dyno in present[process_type.quantity :]:
        world.dynos.remove(dyno)
        _log(world, dyno, "Stopping all processes with SIGTERM")
        _log(world, dyno, "Process exited with status 143")
    if resized:
        for dyno in present[: process_type.quantity]:
            _start(world, app, process_type, dyno.number)
    for number in range(len(present) + 1, process_type.quantity + 1):
        _start(world, app, process_type, number)


def restart_all(world: World, app: App) -> None:
    """After a release: every dyno starts anew, and each process type has its quantity."""
    for process_type in world.process_types.of(app.id):
        for number in range(1, process_type.quantity + 1):
            _start(world, app, process_type, number)


def restart(world: World, app: App, *, type_or_name: str | None = None) -> None:
    """As asked for: restart all dynos, those of a process type, or one; they show as `restarting` meanwhile."""
    app = world.apps.put(started_anew(app))
    for process_type in world.process_types.of(app.id):
        for number in range(1, process_type.quantity + 1):
            if type_or_name in (None, process_type.type, f"{process_type.type}.{number}"):
                _start(world, app, process_type, number, state="restarting")


def started_anew(app: App) -> App:
    """The app without what a restart of its dynos cures."""
    return replace(app, web_behaviour="") if app.web_behaviour in CURED_BY_RESTART else app


def get(world: World, app: App, id_or_name: str) -> Dyno:
    for dyno in world.dynos.of(app.id):
        if id_or_name in (dyno.id, dyno.name):
            return dyno
    raise not_found("dyno")


def state(world: World, dyno: Dyno) -> str:
    """The dyno's state now; an Eco dyno that served no request for half an hour is idle."""
    if dyno.state != "up" or catalogue.DYNO_SIZES[dyno.size.lower()].tier != "eco":
        return dyno.state
    awake_since = max(dyno.updated_at, world.served.get(dyno.app_id, 0.0))
    return "idle" if world.now - awake_since > IDLE_AFTER else "up"


def end_boot(world: World, dyno: Dyno) -> None:
    """`starting` becomes `up`, or `crashed` when a config var that the process requires is missing."""
    app = world.apps.get(dyno.app_id)
    missing = missing_config_vars(world, app) if app else []
    for key in missing:
        world.logs.write(dyno.app_id, world.now, "app", dyno.name, complaint(key))
    outcome = "crashed" if missing else "up"
    world.dynos.put(replace(dyno, state=outcome, updated_at=world.now, boots_until=0.0))
    if missing:
        _log(world, dyno, "Process exited with status 1")
    elif dyno.type == "web" and "puma" in dyno.command:
        web_log.puma(world, dyno.app_id, dyno.name)
    _log(world, dyno, f"State changed from starting to {outcome}")


def missing_config_vars(world: World, app: App) -> list[str]:
    """Config vars that the running slug requires and the app does not have, or has empty."""
    release = next((item for item in reversed(world.releases.of(app.id)) if item.status == "succeeded"), None)
    slug = world.slugs.get(release.slug_id or "") if release else None
    present = environment.all_of(world, app)
    return [key for key in (slug.required if slug else ()) if not present.get(key)]


def _start(
    world: World, app: App, process_type: ProcessType, number: int, *, state: str = "starting"
) -> None:
    before = next(
        (item for item in world.dynos.of(app.id) if item.type == process_type.type and item.number == number),
        None,
    )
    release = world.releases.last_of(app.id)
    dyno = world.dynos.put(
        Dyno(
            id=before.id if before else new_id(),
            app_id=app.id,
            type=process_type.type,
            number=number,
            state=state,
            size=process_type.size,
            command=process_type.command,
            release_id=release.id if release else "",
            release_version=release.version if release else 0,
            created_at=world.now,
            updated_at=world.now,
            boots_until=world.now + world.settings.boot,
        ),
    )
    if before:
        _log(world, dyno, "Restarting")
        if before.state not in BOOTING:
            _log(world, dyno, f"State changed from {before.state} to starting")
    _log(world, dyno, f"Starting process with command `{process_type.command}`")


def _log(world: World, dyno: Dyno, text: str) -> None:
    world.logs.write(dyno.app_id, world.now, "heroku", dyno.name, text)


def complaint(key: str) -> str:
    return {
        "SECRET_KEY_BASE": "ArgumentError: Missing `secret_key_base` for 'production' environment (ERROR)",
        "RAILS_MASTER_KEY": "ERROR: Missing encryption key to decrypt credentials: set RAILS_MASTER_KEY",
        "DATABASE_URL": "ERROR: ActiveRecord::ConnectionNotEstablished: DATABASE_URL is not set",
    }.get(key, f"ERROR: config var {key} is not set")
