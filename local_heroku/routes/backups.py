"""Data API: backups and restores, which it calls transfers; where a finished backup is downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku import render_data
from local_heroku.call import Answer, Call, created
from local_heroku.clock import transfer_time
from local_heroku.errors import invalid_params, not_found
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import backups, databases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from local_heroku.store.records import Transfer

routes = Routes()

PUBLIC_URL_LIFE = 3600.0  # seconds; Heroku's are valid for 60 minutes (Dev Center, "Heroku PGBackups")
_NOTE = "not published; seen on the wire"
_CHUNK = 64 * 1024


@routes.add("POST", "/client/v11/databases/{database}/backups", cli="pg:backups:capture", note=_NOTE)
def capture(call: Call) -> Answer:
    addon, _ = databases.get(call.world, call.params["database"])
    return created(_rendered(call, backups.capture(call.world, addon)))


@routes.add("POST", "/client/v11/databases/{database}/restores", cli="pg:backups:restore", note=_NOTE)
def restore(call: Call) -> Answer:
    addon, _ = databases.get(call.world, call.params["database"])
    return created(_rendered(call, backups.restore(call.world, addon, call.text("backup_url"))))


@routes.add("GET", "/client/v11/apps/{app}/transfers", cli="pg:backups pg:backups:restore", note=_NOTE)
def index(call: Call) -> Answer:
    return Answer([_rendered(call, row) for row in backups.of_app(call.world, app_of(call))])


@routes.add(
    "GET", "/client/v11/apps/{app}/transfers/{transfer}", cli="pg:backups:info pg:backups:capture", note=_NOTE
)
def show(call: Call) -> Answer:
    """Always with `logs`: pg:backups:info needs them (docs/heroku-api.md §6)."""
    return Answer(_rendered(call, _transfer_of(call)))


@routes.add("POST", "/client/v11/apps/{app}/transfers/{transfer}/actions/public-url",
            cli="pg:backups:url pg:backups:download", note=_NOTE)  # fmt: skip
def public_url(call: Call) -> Answer:
    transfer = _transfer_of(call)
    if transfer.kind != "backup" or not transfer.succeeded:
        raise invalid_params(
            f"Transfer {transfer.number} is no finished backup; there is nothing to download"
        )
    expires = transfer_time(call.world.now + PUBLIC_URL_LIFE)
    return Answer({"url": _url(call, transfer), "expires_at": expires})


@routes.add(
    "POST", "/client/v11/apps/{app}/transfers/{transfer}/actions/cancel", cli="pg:backups:cancel", note=_NOTE
)
def cancel(call: Call) -> Answer:
    return Answer(_rendered(call, backups.cancel(call.world, _transfer_of(call))))


@routes.add("DELETE", "/client/v11/apps/{app}/transfers/{transfer}", cli="pg:backups:delete", note=_NOTE)
def delete(call: Call) -> Answer:
    return Answer(_rendered(call, backups.delete(call.world, _transfer_of(call))))


@routes.add("GET", "/local/backups/{transfer}/{key}", cli="pg:backups:download", public=True)
def download(call: Call) -> Answer:
    """pg_dump's own file where the database held data; else one of the backup's size that begins as such a file does."""
    transfer = call.world.transfers.get(call.params["transfer"])
    if transfer is None or transfer.key != call.params["key"] or not transfer.succeeded:
        raise not_found("backup")
    if call.world.postgres and (dump := call.world.postgres.backup(transfer.id)) is not None:
        return Answer(content=dump, media_type="application/octet-stream")
    size = max(transfer.processed_bytes, len(_HEADER))
    answer = Answer(stream=_content(size), media_type="application/octet-stream")
    answer.headers["Content-Length"] = str(size)
    return answer


async def _content(size: int) -> AsyncIterator[bytes]:
    yield _HEADER
    left = size - len(_HEADER)
    while left > 0:
        yield bytes(min(left, _CHUNK))
        left -= _CHUNK


_HEADER = b"PGDMP\x01\x0e\x00\x04\x08\x01"


def _transfer_of(call: Call) -> Transfer:
    return backups.get(call.world, app_of(call), call.params["transfer"])


def _url(call: Call, transfer: Transfer) -> str:
    return f"{call.download_url}/local/backups/{transfer.id}/{transfer.key}"


def _rendered(call: Call, row: Transfer) -> render_data.Json:
    addon = call.world.addons.get(row.addon_id)
    schedule = call.world.schedules.get(row.schedule_id) if row.schedule_id else None
    plan = databases.plan_of(addon) if addon else None
    shown = render_data.schedule(schedule, plan) if schedule and plan else {"uuid": row.schedule_id}
    rendered = render_data.transfer(row, plan, schedule=shown if row.schedule_id else None)
    if row.kind == "backup":
        rendered["to_url"] = _url(call, row)
    return rendered
