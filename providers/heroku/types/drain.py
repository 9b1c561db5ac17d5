"""heroku:drain/drain:Drain."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from heroku_api.errors import InvalidError
from providers.heroku.types import children
from providers.protocol.lifecycle import Failure
from providers.protocol.values import Unknown
from providers.resources import rules
from providers.resources.adopting import made_or_adopted
from providers.resources.calls import Call, Made, Plain, StoppedError
from providers.resources.import_ids import split
from providers.resources.schema import Field, ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heroku_api.objects import Object
    from providers.protocol.values import Properties

CHANNEL_LIMIT = timedelta(minutes=2)
"""How long a new app may be without a log channel. Source: as the official plugin."""
NO_CHANNEL = "hasn't yet been assigned a log channel"
SENSITIVE = "sensitive"
"""The third part of an import id that says: keep the URL as sensitiveUrl."""


def _log_url(value: str) -> str | None:
    known = value.startswith(("https://", "http://", "syslog://", "syslog+tls://"))
    return None if known else "must be a URL that starts with https:// or syslog+tls://"


def _one_url(inputs: Properties) -> Iterator[Failure]:
    given = [name for name in ("url", "sensitiveUrl") if inputs.get(name) is not None]
    if not given:
        yield Failure("url", "or sensitiveUrl is required: where the logs go.")
    if len(given) > 1 and not any(isinstance(inputs[name], Unknown) for name in given):
        yield Failure("url", "is given beside sensitiveUrl. Keep one of the two.")
        yield Failure("sensitiveUrl", "is given beside url. Keep one of the two.")


RESOURCE = ResourceType(
    token="heroku:drain/drain:Drain",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    rule=_one_url,
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(name="url", optional=True, replaces=True, rule=_log_url),
        Field(name="sensitiveUrl", optional=True, replaces=True, secret=True, rule=_log_url),
        Field(name="token", computed=True),
    ),
)


class Drain(Plain):
    """Where an app's logs go. The URL may hold a password: then it is `sensitiveUrl`."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        app, url = news["appId"], news.get("url") or news.get("sensitiveUrl") or ""
        drain = made_or_adopted(
            call,
            lambda: _post(call, app, url),
            lambda: _left_behind(call, app, url),
            what="the drain to this URL, which was there already",
        )
        made.id = drain.text("id")
        made.state = {
            "appId": app,
            "url": news.get("url"),
            "sensitiveUrl": news.get("sensitiveUrl"),
        }
        _look(made, call.heroku.get(f"/apps/{app}/log-drains/{made.id}"))

    def find(self, call: Call, made: Made) -> bool:
        app, rest = split(made.id, "APP:UUID or APP:UUID:sensitive")
        identity, _, suffix = rest.partition(":")
        if suffix not in {"", SENSITIVE}:
            raise StoppedError(
                f"import id {made.id!r} is of no use here; expected APP:UUID or APP:UUID:sensitive"
            )
        drain = children.import_of(call, f"/apps/{app}/log-drains/{identity}")
        if drain is None:
            return False
        made.id = drain.text("id")
        made.state = {"appId": _app_id(call, app), "sensitiveUrl" if suffix else "url": drain.text("url")}
        return True

    def read(self, call: Call, made: Made) -> bool:
        app = made.state["appId"]
        drain = children.read_of(call, f"/apps/{app}/log-drains/{made.id}", app)
        if drain is None:
            return False
        _look(made, drain)
        return True

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/apps/{made.state['appId']}/log-drains/{made.id}")


def _app_id(call: Call, app: str) -> str:
    """The app's UUID, read as the official plugin reads an app."""
    drain = call.heroku.get(f"/apps/{app}")
    call.heroku.page(f"/apps/{app}/buildpack-installations")
    call.heroku.config_vars(app)
    return drain.text("id")


def _post(call: Call, app: str, url: str) -> Object:
    """Adds the drain; a new app has no log channel for a moment."""

    def post() -> Object | None:
        try:
            return call.heroku.post(f"/apps/{app}/log-drains", {"url": url})
        except InvalidError as error:
            if NO_CHANNEL in error.said.message:
                return None
            raise

    return call.wait(
        post, limit=CHANNEL_LIMIT, why="the app's log channel", then="Nothing was made: run again later."
    )


def _left_behind(call: Call, app: str, url: str) -> Object | None:
    drains = call.heroku.page(f"/apps/{app}/log-drains")
    return next((drain for drain in drains if drain.maybe("url") == url), None)


def _look(made: Made, drain: Object) -> None:
    sensitive = made.state.get("sensitiveUrl") is not None
    url = drain.text("url")
    made.state = {
        "appId": made.state["appId"],
        "url": None if sensitive else url,
        "sensitiveUrl": url if sensitive else None,
        "token": drain.text("token"),
    }
