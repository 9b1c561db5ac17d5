"""Databases, schedules and transfers as the JSON of Heroku's Data API (docs/heroku-api.md §6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local_heroku import catalogue
from local_heroku.clock import transfer_time
from local_heroku.store import databases

if TYPE_CHECKING:
    from local_heroku.store import records

Json = dict[str, Any]

_DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]


def database(addon: records.Addon, row: records.Database, *, region: str, now: float) -> Json:
    return {
        "addon_id": addon.id, "name": addon.name, "plan": {"id": 0, "name": addon.plan}, "resource_url": addon.url,
        "num_bytes": row.bytes, "num_tables": row.tables, "num_connections": row.connections,
        "postgres_version": f"PostgreSQL {row.version}", "following": None, "waiting?": False,
        "created_at": transfer_time(addon.created_at),
        "info": [{"name": name, "values": values} for name, values in _info(addon, row, region, now)]
        + [{"name": name, "values": [], "resolve_db_name": True} for name in ("Following", "Followers")],
    }  # fmt: skip


def wait_status(*, waiting: bool) -> Json:
    return {"waiting?": waiting, "message": "preparing" if waiting else "available", "error?": False}


def schedule(row: records.BackupSchedule, plan: catalogue.Plan) -> Json:
    return {
        "uuid": row.id, "name": row.name, "hour": row.hour, "days": _DAYS, "timezone": row.timezone,
        "retain_weeks": plan.weekly_backups, "retain_months": plan.monthly_backups,
        "created_at": transfer_time(row.created_at), "updated_at": transfer_time(row.updated_at), "deleted_at": None,
    }  # fmt: skip


def transfer(row: records.Transfer, plan: catalogue.Plan | None, *, schedule: Json | None) -> Json:
    is_dumped, is_restored = row.kind != "restore", row.kind != "backup"
    return {
        "uuid": row.id, "num": row.number, "from_type": "pg_dump" if is_dumped else "gof3r",
        "to_type": "pg_restore" if is_restored else "gof3r", "from_name": row.from_name, "to_name": row.to_name,
        "from_url": row.from_url, "to_url": row.to_url,
        "options": {}, "schedule": schedule, "source_bytes": row.source_bytes, "processed_bytes": row.processed_bytes,
        "succeeded": row.succeeded, "warnings": 0, "num_keep": plan.manual_backups if plan else 0,
        "created_at": transfer_time(row.created_at), "started_at": transfer_time(row.created_at),
        "finished_at": _time(row.finished_at), "canceled_at": _time(row.canceled_at),
        "deleted_at": _time(row.deleted_at), "purged_at": None, "updated_at": transfer_time(row.updated_at),
        "logs": [_log(*line) for line in row.logs],
    }  # fmt: skip


def _info(
    addon: records.Addon, row: records.Database, region: str, now: float
) -> list[tuple[str, list[str]]]:
    plan = databases.plan_of(addon)
    continuous = plan.tier != "essential"
    share = 100 * row.bytes / plan.storage
    earliest = datetime.fromtimestamp(max(addon.created_at, now - plan.rollback_days * 86400), UTC)
    return [
        ("Plan", [plan.human_name]),
        ("Status", [databases.status(addon, row)]),
        ("Data Size", [f"{_size(row.bytes)} / {plan.storage // catalogue.GIGABYTE} GB ({share:.2f}%)"]),
        ("Tables", [str(row.tables)]),
        ("PG Version", [row.version]),
        ("Connections", [f"{row.connections}/{plan.connections}"]),
        ("Connection Pooling", ["Available" if continuous else "Unsupported"]),
        ("Credentials", ["1"]),
        ("Fork/Follow", ["Available" if continuous else "Unsupported"]),
        ("Rollback", [f"earliest from {earliest:%Y-%m-%d %H:%M} UTC"] if continuous else ["Unsupported"]),
        ("Created", [f"{datetime.fromtimestamp(addon.created_at, UTC):%Y-%m-%d %H:%M}"]),
        ("Region", [region]),
        ("Data Encryption", ["In Use"]),
        ("Continuous Protection", ["On" if continuous else "Off"]),
        ("Enhanced Certificates", ["Off"]),
        ("Upgradable Extensions", []),
        ("Maintenance", ["not required"]),
        ("Maintenance window", [_window(addon.id)]),
    ]


def _size(amount: int) -> str:
    mebibytes = amount / 1024**2
    return f"{mebibytes:.1f} MB" if mebibytes < 1024 else f"{mebibytes / 1024:.1f} GB"  # noqa: PLR2004 - MiB per GiB


def _window(addon_id: str) -> str:
    """A fixed four-hour window per database, as Heroku picks one at random."""
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=30 * (int(addon_id[:8], 16) % 336))
    end = start + timedelta(hours=4)
    return f"{start:%A}s {start:%H:%M} to {end:%A}s {end:%H:%M} UTC"


def _time(moment: float | None) -> str | None:
    return None if moment is None else transfer_time(moment)


def _log(moment: float, level: str, message: str) -> Json:
    return {"created_at": transfer_time(moment), "level": level, "message": message}
