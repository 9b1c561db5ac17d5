"""Data API: what only a database that holds data can do. Without a real PostgreSQL each answers 501 and names itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from local_heroku import render_data
from local_heroku.call import Answer, Call, created
from local_heroku.errors import HerokuError, invalid_params, not_emulated, not_found
from local_heroku.routing import Routes
from local_heroku.store import backups, databases

if TYPE_CHECKING:
    from local_heroku.store.postgres import Postgres
    from local_heroku.store.records import Addon

routes = Routes()

_NOTE = "with `ops local start --postgres`; not published, read in the CLI's source"
_V11, _V0 = "/client/v11/databases/{database}", "/postgres/v0/databases/{database}"


@routes.add("POST", f"{_V11}/transfers", note=_NOTE)
def copy(call: Call) -> Answer:
    """Between two databases of this account."""
    target, postgres = _held(call, "POST", f"{_V11}/transfers")
    known = {addon.url: addon for addon in call.world.addons.all() if postgres.has(addon.url)}
    source = known.get(call.text("from_url"))
    if source is None or call.text("to_url") != target.url:
        raise invalid_params(
            "Copies go from one database of this account into another; others aren't reached"
        )
    done = backups.copy(call.world, target, source, names=(call.text("from_name"), call.text("to_name")))
    return created(render_data.transfer(done, databases.plan_of(target), schedule=None))


@routes.add("PUT", f"{_V11}/reset", note=_NOTE)
def reset(call: Call) -> Answer:
    addon, postgres = _held(call, "PUT", f"{_V11}/reset")
    postgres.reset(addon.url)
    return Answer({"message": "Reset complete"})


@routes.add("POST", f"{_V11}/connection_reset", note=_NOTE)
def connection_reset(call: Call) -> Answer:
    addon, postgres = _held(call, "POST", f"{_V11}/connection_reset")
    postgres.disconnect(addon.url)
    return Answer({"message": "Connections terminated"})


@routes.add("GET", f"{_V0}/credentials", note=_NOTE)
def index_credentials(call: Call) -> Answer:
    addon, _ = _held(call, "GET", f"{_V0}/credentials")
    return Answer([_credential(addon)])


@routes.add("GET", f"{_V0}/credentials/{{credential}}", note=_NOTE)
def show_credential(call: Call) -> Answer:
    path = f"{_V0}/credentials/{call.params['credential']}"
    addon, _ = _held(call, "GET", path)
    if call.params["credential"] != "default":
        raise not_found("credential")
    return Answer(_credential(addon))


def _held(call: Call, method: str, path: str) -> tuple[Addon, Postgres]:
    postgres = call.world.postgres
    if postgres is None:
        raise _refusal(method, path, call.params["database"])
    addon, _ = databases.get(call.world, call.params["database"])
    return addon, postgres


def _refusal(method: str, path: str, database: str) -> HerokuError:
    return not_emulated(method, path.replace("{database}", database))


def _credential(addon: Addon) -> dict[str, Any]:
    """The one that the config var has."""
    parts = urlsplit(addon.url)
    return {
        "name": "default", "state": "active", "database": parts.path.removeprefix("/"), "host": parts.hostname,
        "port": parts.port, "credentials": [{"user": parts.username, "password": parts.password, "state": "active"}],
    }  # fmt: skip
