"""Data API: databases and their backup schedules. Databases are named by the add-on's UUID (docs/heroku-api.md §6)."""

from __future__ import annotations

from local_heroku import render_data
from local_heroku.call import Answer, Call, created, whole_number
from local_heroku.errors import data_not_found, invalid_params
from local_heroku.routing import Routes
from local_heroku.store import databases, schedules
from local_heroku.store.records import Addon, BackupSchedule

routes = Routes()


@routes.add("GET", "/client/v11/databases/{database}", cli="pg:info pg:backups:schedule pg:backups:capture",
            note="not published; read in the CLI's source")  # fmt: skip
def show(call: Call) -> Answer:
    addon, database = databases.get(call.world, call.params["database"])
    app = call.world.apps.get(addon.app_id)
    region, found = (app.region if app else "us"), databases.live(call.world, addon, database)
    return Answer(render_data.database(addon, found, region=region, now=call.world.now))


@routes.add("GET", "/client/v11/databases/{database}/wait_status", cli="pg:wait",
            note="not published; read in the CLI's source")  # fmt: skip
def wait_status(call: Call) -> Answer:
    addon = call.world.addons.find(call.params["database"])
    if addon is None or addon.id not in {row.id for row in call.world.databases.all()}:
        raise data_not_found()
    return Answer(render_data.wait_status(waiting=addon.state != "provisioned"))


@routes.add("GET", "/client/v11/databases/{database}/upgrade/wait_status",
            note="never waits: no upgrade of Postgres itself is emulated; read in the CLI's source")  # fmt: skip
def upgrade_wait_status(call: Call) -> Answer:
    databases.get(call.world, call.params["database"])
    return Answer({"waiting?": False, "message": "No upgrade is running"})


@routes.add("GET", "/client/v11/databases/{database}/transfer-schedules",
            cli="pg:backups:schedules pg:backups:unschedule", note="not published; seen on the wire")  # fmt: skip
def index_schedules(call: Call) -> Answer:
    addon, _ = databases.get(call.world, call.params["database"])
    return Answer([_rendered(addon, row) for row in call.world.schedules.of(addon.id)])


@routes.add("POST", "/client/v11/databases/{database}/transfer-schedules", cli="pg:backups:schedule",
            note="not published; seen on the wire. The same name again keeps the uuid: not confirmed")  # fmt: skip
def put_schedule(call: Call) -> Answer:
    addon, _ = databases.get(call.world, call.params["database"])
    name = call.text("schedule_name")
    if not name.endswith("_URL"):
        raise invalid_params("schedule_name must be the attachment's config var, such as DATABASE_URL")
    schedule = schedules.put(
        call.world,
        addon,
        name=name,
        hour=whole_number(call.body.get("hour"), "hour"),
        timezone=call.maybe_text("timezone") or "UTC",
    )
    return created(_rendered(addon, schedule))


@routes.add("DELETE", "/client/v11/databases/{database}/transfer-schedules/{schedule}", cli="pg:backups:unschedule",
            note="not published; seen on the wire")  # fmt: skip
def delete_schedule(call: Call) -> Answer:
    addon, _ = databases.get(call.world, call.params["database"])
    return Answer(_rendered(addon, schedules.delete(call.world, addon, call.params["schedule"])))


def _rendered(addon: Addon, row: BackupSchedule) -> render_data.Json:
    return render_data.schedule(row, databases.plan_of(addon))
