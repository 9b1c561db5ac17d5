"""Backups and restores as PGBackups runs them: numbered per app, running for a while, kept for as long as the plan says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from local_heroku import catalogue
from local_heroku.errors import data_not_found, invalid_params
from local_heroku.store import application, databases, schedules
from local_heroku.store.postgres import DataError
from local_heroku.store.records import Addon, App, BackupSchedule, Transfer
from local_heroku.store.world import World, new_id, new_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_heroku.store.postgres import Postgres

COMPRESSION = 0.24  # of the database's size: a custom-format dump of text-heavy tables, our estimate
OUTCOMES = ("succeeded", "failed", "too large")
DAYS_KEPT = 7  # daily scheduled backups, every plan: Dev Center "Heroku PGBackups" as quoted in 2017
_DAY = 86400.0


def capture(world: World, addon: Addon, *, schedule: BackupSchedule | None = None) -> Transfer:
    """Start a backup of the database; manual unless a schedule asks for it."""
    return _start(
        world,
        addon,
        kind="backup",
        from_name=_attachment_name(world, addon),
        from_url=addon.url,
        to_name="SCHEDULED BACKUP" if schedule else "BACKUP",
        to_url="",
        schedule_id=schedule.id if schedule else None,
        source_bytes=databases.live(world, addon, world.databases.find(addon.id)).bytes,  # type: ignore[arg-type]
    )


def restore(world: World, addon: Addon, backup_url: str) -> Transfer:
    """Start a restore from a backup's address; one that is not ours fails, as nothing outside is fetched."""
    source = _of_url(world, backup_url)
    return _start(
        world,
        addon,
        kind="restore",
        from_name="BACKUP",
        from_url=backup_url,
        to_name=_attachment_name(world, addon),
        to_url=addon.url,
        schedule_id=None,
        source_bytes=source.processed_bytes if source else 0,
        outcome=None if source and source.succeeded else "failed",
    )


def copy(world: World, target: Addon, source: Addon, *, names: tuple[str, str]) -> Transfer:
    """One database's data into another. It is done when it ends."""
    from_name, to_name = names
    return _start(
        world,
        target,
        kind="copy",
        from_name=from_name,
        from_url=source.url,
        to_name=to_name,
        to_url=target.url,
        schedule_id=None,
        source_bytes=databases.live(world, source, world.databases.find(source.id)).bytes,  # type: ignore[arg-type]
    )


def of_app(world: World, app: App) -> list[Transfer]:
    return world.transfers.of(app.id)


def get(world: World, app: App, number_or_uuid: str) -> Transfer:
    for transfer in world.transfers.of(app.id):
        if number_or_uuid in (transfer.id, str(transfer.number)):
            return transfer
    raise data_not_found()


def cancel(world: World, transfer: Transfer) -> Transfer:
    if transfer.finished_at is not None:
        raise invalid_params(f"Backup {transfer.number} is finished and can no longer be canceled")
    logs = (*transfer.logs, (world.now, "info", "Canceled by user"))
    return world.transfers.put(
        replace(
            transfer,
            canceled_at=world.now,
            finished_at=world.now,
            updated_at=world.now,
            succeeded=False,
            logs=logs,
        ),
    )


def delete(world: World, transfer: Transfer) -> Transfer:
    _remove(world, transfer)
    return replace(transfer, deleted_at=world.now, updated_at=world.now)


def run_schedule(world: World, schedule: BackupSchedule) -> None:
    """The schedule's moment has come: back up, and set the next run."""
    following = schedules.next_run(schedule.hour, schedule.timezone, world.now)
    world.schedules.put(replace(schedule, next_run=following))
    addon = world.addons.get(schedule.addon_id)
    if addon is not None and addon.state == "provisioned" and world.databases.get(addon.id):
        capture(world, addon, schedule=schedule)


def finish(world: World, transfer: Transfer) -> None:
    """End a running transfer with its outcome; a backup that is done may push out older ones."""
    addon = world.addons.get(transfer.addon_id)
    if addon and transfer.outcome == "succeeded" and transfer.kind != "backup":
        transfer = (_restored if transfer.kind == "restore" else _copied)(world, addon, transfer)
    succeeded = transfer.outcome == "succeeded"
    size = _size(transfer) if transfer.kind == "backup" else transfer.source_bytes
    ending = (
        (world.now, "info", "Transfer completed")
        if succeeded
        else (world.now, "error", _failure(transfer.outcome))
    )
    done = world.transfers.put(
        replace(
            transfer,
            finished_at=world.now,
            updated_at=world.now,
            succeeded=succeeded,
            processed_bytes=size if succeeded else 0,
            logs=(*transfer.logs, ending),
        ),
    )
    if not succeeded or addon is None:
        return
    if done.kind == "restore":
        _overwrite(world, addon, done)
    elif done.kind == "backup":
        expire(world, addon)


def expire(world: World, addon: Addon) -> None:
    """Drop the backups that the plan no longer keeps: the oldest manual ones, and scheduled ones by age."""
    plan = catalogue.PLANS[addon.plan_name]
    backups = [
        item
        for item in world.transfers.of(addon.app_id)
        if item.addon_id == addon.id and item.kind == "backup" and item.finished_at is not None
    ]
    manual = [item for item in backups if item.schedule_id is None]
    scheduled = [item for item in backups if item.schedule_id is not None]
    kept = _kept(scheduled, world.now, plan)
    for transfer in (*manual[: -plan.manual_backups], *(item for item in scheduled if item.id not in kept)):
        _remove(world, transfer)


def _remove(world: World, transfer: Transfer) -> None:
    world.transfers.remove(transfer)
    if world.postgres:
        world.postgres.forget(transfer.id)


def _kept(scheduled: Iterable[Transfer], now: float, plan: catalogue.Plan) -> set[str]:
    """All of the last 7 days, then the newest of each week and month for as many as the plan keeps."""
    newest_first = sorted(scheduled, key=lambda item: -item.created_at)
    kept = {item.id for item in newest_first if now - item.created_at <= DAYS_KEPT * _DAY}
    weeks: dict[tuple[int, int], str] = {}
    months: dict[tuple[int, int], str] = {}
    for item in newest_first:
        moment = datetime.fromtimestamp(item.created_at, UTC)
        weeks.setdefault(moment.isocalendar()[:2], item.id)
        months.setdefault((moment.year, moment.month), item.id)
    kept |= set(list(weeks.values())[: plan.weekly_backups])
    return kept | set(list(months.values())[: plan.monthly_backups])


def _start(
    world: World,
    addon: Addon,
    *,
    kind: str,
    from_name: str,
    from_url: str,
    to_name: str,
    to_url: str,
    schedule_id: str | None,
    source_bytes: int,
    outcome: str | None = None,
) -> Transfer:
    app = world.apps.get(addon.app_id)
    if app is None or world.databases.get(addon.id) is None:
        raise data_not_found()
    number = app.transfers + 1
    world.apps.put(replace(app, transfers=number))
    settings = world.settings
    if outcome is None and world.struck_by("transfer-fails"):
        outcome = "failed"
    transfer = world.transfers.put(
        Transfer(
            id=new_id(), app_id=app.id, addon_id=addon.id, number=number, kind=kind, created_at=world.now,
            updated_at=world.now, from_name=from_name, from_url=from_url, to_name=to_name, to_url=to_url, key=new_key(),
            source_bytes=source_bytes, outcome=outcome or settings.transfer_outcome,
            ends_at=world.now + settings.transfer, schedule_id=schedule_id,
            logs=((world.now, "info", f"Starting {kind} of {from_name}"),),
        ),
    )  # fmt: skip
    if kind != "backup":
        return transfer
    if world.postgres and world.postgres.has(addon.url):
        return world.transfers.put(_dumped(world.postgres, addon, transfer))
    return world.transfers.put(application.kept(world, addon, transfer))


def _dumped(postgres: Postgres, addon: Addon, transfer: Transfer) -> Transfer:
    """With pg_dump's own file, as the data is now; `processed_bytes` is its size from here on."""
    if transfer.outcome != "succeeded":
        return transfer
    try:
        return replace(transfer, processed_bytes=postgres.dump(addon.url, transfer.id))
    except DataError as error:
        return replace(transfer, outcome=str(error))


def _restored(world: World, addon: Addon, transfer: Transfer) -> Transfer:
    """With the backup's rows in the database, or the outcome that pg_restore complained of."""
    source = _of_url(world, transfer.from_url)
    if source is None or world.postgres is None or not world.postgres.has(addon.url):
        return transfer
    try:
        world.postgres.restore(addon.url, source.id)
    except DataError as error:
        return replace(transfer, outcome=str(error))
    return transfer


def _copied(world: World, target: Addon, transfer: Transfer) -> Transfer:
    if world.postgres is None:
        return replace(transfer, outcome="failed")
    try:
        world.postgres.dump(transfer.from_url, transfer.id)
        world.postgres.restore(target.url, transfer.id)
    except DataError as error:
        return replace(transfer, outcome=str(error))
    world.postgres.forget(transfer.id)
    return transfer


def _size(transfer: Transfer) -> int:
    return transfer.processed_bytes or int(transfer.source_bytes * COMPRESSION)


def _overwrite(world: World, addon: Addon, transfer: Transfer) -> None:
    database = world.databases.get(addon.id)
    source = _of_url(world, transfer.from_url)
    if database and source:
        world.databases.put(application.put_back(replace(database, bytes=source.source_bytes), source))


def _of_url(world: World, url: str) -> Transfer | None:
    """The backup behind an address that `public-url` gave out."""
    parts = urlsplit(url).path.strip("/").split("/")
    if parts[:2] != ["local", "backups"] or len(parts) < 4:  # noqa: PLR2004 - /local/backups/ID/KEY
        return None
    transfer = world.transfers.get(parts[2])
    return transfer if transfer and transfer.key == parts[3] else None


def _attachment_name(world: World, addon: Addon) -> str:
    return next(
        (item.name for item in world.attachments.of(addon.app_id) if item.addon_id == addon.id), "DATABASE"
    )


def _failure(outcome: str) -> str:
    return {
        "failed": "pg_dump: error: could not connect to the database, or the backup could not be fetched",
        "too large": "pg_dump: error: the database is too large for PGBackups; the transfer timed out",
    }.get(outcome, outcome)
