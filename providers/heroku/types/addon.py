"""heroku:addon/addon:Addon."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from heroku_api.errors import InvalidError, NotFoundError
from heroku_api.objects import is_app_missing, is_missing
from providers.resources import rules
from providers.resources.adopting import Named, made_or_own
from providers.resources.calls import Call, Made, Plain, StoppedError, UnfinishedError
from providers.resources.check import as_text
from providers.resources.missing import MissingError
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from collections.abc import Callable

    from heroku_api.objects import Object
    from providers.protocol.values import Properties

T = TypeVar("T")

RESOURCE = ResourceType(
    token="heroku:addon/addon:Addon",  # noqa: S106 - Pulumi's word for a type
    schema_version="3",
    autonamed=True,
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(name="plan", required=True, rule=rules.plan),
        Field(name="name", optional=True, computed=True, rule=rules.addon_name),
        Field(
            name="config",
            kind=Kind.MAP,
            optional=True,
            replaces=True,
            untyped_elements=True,
            believed_if={},
        ),
        Field(name="configVars", kind=Kind.LIST, computed=True),
        Field(name="configVarValues", kind=Kind.MAP, computed=True, secret=True, secret_elements=True),
        Field(name="providerId", computed=True),
    ),
)


class Addon(Plain):
    """An add-on. It costs money from its POST on, so its id is kept whatever happens after."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        app = call.heroku.get(f"/apps/{news['appId']}")
        addon = made_or_own(
            call,
            Named("add-on", news.get("name") or "", RESOURCE.token),
            lambda: call.heroku.post(f"/apps/{news['appId']}/addons", _body(news, app.text("name"))),
            lambda: _of_this_name(call, news),
            lambda found: _plan(news["plan"], found) == news["plan"],
        )
        made.id = addon.text("id")
        made.state = {"appId": news["appId"], "plan": news["plan"], "name": addon.text("name")}
        made.state["config"] = news.get("config") or None
        _wait_provisioned(call, news["appId"], made)
        self._look(call, made)

    def find(self, call: Call, made: Made) -> bool:
        del call
        made.state = {"config": {}}
        return True

    def read(self, call: Call, made: Made) -> bool:
        if not self._exists(call, made):
            return False
        if self._look(call, made) == "provisioning":
            name = made.state["name"]
            raise UnfinishedError(f"add-on {name} is still being provisioned; the next up waits for it.")
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        path = f"/apps/{made.state.get('appId') or news['appId']}/addons/{made.id}"
        body = _changed(made.state, news)
        if body:
            changed = _patch(call, path, body)
            made.id = changed.text("id")
            made.state.update(name=changed.text("name"), plan=news["plan"])
        nothing: Properties | None = None if made.state.get("config") is None else {}
        made.state["config"] = news.get("config") or nothing
        self._look(call, made)

    def resume(self, call: Call, made: Made) -> None:
        _wait_provisioned(call, made.state["appId"], made)
        self._look(call, made)

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/apps/{made.state['appId']}/addons/{made.id}")

    def _exists(self, call: Call, made: Made) -> bool:
        try:
            call.heroku.get(f"/addons/{made.id}")
        except NotFoundError as error:
            if not is_missing(error):
                raise
            if is_app_missing(error) or str(made.state.get("plan") or "").startswith(rules.POSTGRES):
                what = f"database {made.state.get('name') or made.id}"
                raise MissingError(what, error) from None
            return False
        return True

    def _look(self, call: Call, made: Made) -> str:
        """Reads the add-on into the state; answers Heroku's state of it, such as `provisioned`."""
        addon = call.heroku.get(f"/addons/{made.id}")
        names = addon.texts("config_vars")
        values = {}
        if call.configuration.addon_config_vars_in_state:
            found = call.heroku.config_vars(addon.text("app", "id"))
            values = {name: found[name] for name in names if name in found}
        made.state = {
            "appId": addon.text("app", "id"),
            "plan": _plan(made.state.get("plan"), addon),
            "name": addon.text("name"),
            "config": _config(made.state.get("config")),
            "configVars": names,
            "configVarValues": values,
            "providerId": addon.maybe("provider_id") or "",
        }
        return addon.text("state")


def _plan(declared: str | None, addon: Object) -> str:
    """The plan in the form it was declared: a service alone stays one."""
    plan = addon.text("plan", "name")
    return plan.partition(":")[0] if declared and ":" not in declared else plan


def _config(config: Properties | None) -> dict[str, str] | None:
    return None if config is None else {name: as_text(value) for name, value in config.items()}


def _changed(old: Properties, news: Properties) -> dict[str, str]:
    body = {}
    if news.get("name") and news["name"] != old.get("name"):
        body["name"] = news["name"]
    if news["plan"] != old.get("plan"):
        body["plan"] = news["plan"]
    elif body:
        body["plan"] = ""  # unchanged. Source: heroku-go sends it so, and Heroku takes it
    return body


def _patch(call: Call, path: str, body: dict[str, str]) -> Object:
    try:
        return call.heroku.patch(path, body)
    except InvalidError as error:
        if not body.get("plan"):
            raise
        raise StoppedError(
            f"{error} The add-on keeps its plan and its data; nothing was deleted. Where Heroku refuses a change of "
            "plan in place, as between Essential and other Postgres tiers, move the data: create a second add-on, "
            "heroku pg:copy, then promote it (Dev Center, “Changing the Plan or Infrastructure of a Heroku Postgres "
            "Database”)."
        ) from None


def _body(news: Properties, app_name: str) -> Properties:
    body = {"plan": news["plan"], "confirm": app_name}
    if news.get("config"):
        body["config"] = _config(news["config"])
    if news.get("name"):
        body["name"] = news["name"]
    return body


def _of_this_name(call: Call, news: Properties) -> Object | None:
    """The app's own add-on of this name."""
    if not news.get("name"):
        return None
    addon = call.heroku.get(f"/apps/{news['appId']}/addons/{news['name']}")
    own = addon.text("app", "id") == news["appId"] and addon.text("name") == news["name"]
    return addon if own else None


def _wait_provisioned(call: Call, app: str, made: Made) -> None:
    """Waits for the add-on and for its config vars in the app. Raises StoppedError when it will never be."""
    name = made.state.get("name") or made.id

    def provisioned() -> Object | None:
        addon = call.heroku.get(f"/apps/{app}/addons/{made.id}")
        state = addon.text("state")
        if state not in {"provisioning", "provisioned"}:
            raise StoppedError(
                f"add-on {addon.text('name')} is {state} right after it was created, and is not used. See "
                f"heroku addons:info {addon.text('name')}; then delete it and run again."
            )
        return addon if state == "provisioned" else None

    def wait(look: Callable[[], T | None], why: str) -> T:
        then = "It is kept in the state: run again and it goes on waiting, without buying a second one."
        return call.wait(look, limit=call.configuration.addon_create_limit, why=why, then=then)

    names = {*wait(provisioned, f"add-on {name} to be provisioned").texts("config_vars")}
    if call.configuration.addon_config_vars_in_state:
        wait(
            lambda: names <= call.heroku.config_vars(app).keys() or None, f"the config vars of add-on {name}"
        )
