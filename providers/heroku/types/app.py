"""heroku:app/app:App."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import NotFoundError
from heroku_api.objects import is_missing
from providers.heroku.types import releases
from providers.heroku.types.children import import_of
from providers.protocol.lifecycle import Failure
from providers.resources import rules
from providers.resources.adopting import Named, made_or_own
from providers.resources.calls import Call, Made, Plain
from providers.resources.check import as_text
from providers.resources.missing import MissingError
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heroku_api.objects import Object
    from providers.protocol.values import Properties


def _given_twice(inputs: Properties) -> Iterator[Failure]:
    plain, sensitive = inputs.get("configVars"), inputs.get("sensitiveConfigVars")
    if isinstance(plain, dict) and isinstance(sensitive, dict):
        for name in sorted({*plain} & {*sensitive}):
            yield Failure(f"configVars.{name}", "is also in sensitiveConfigVars. Keep it in one of the two.")


TEAM_FIELDS = {"organization", "space"}
"""What the app's own object does not tell in full."""
CONFIG_MAPS = ("configVars", "sensitiveConfigVars")

RESOURCE = ResourceType(
    token="heroku:app/app:App",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    autonamed=True,
    rule=_given_twice,
    fields=(
        Field(name="name", required=True, rule=rules.app_name),
        Field(name="region", required=True, replaces=True, rule=rules.region),
        Field(name="stack", optional=True, computed=True),
        Field(name="buildpacks", kind=Kind.LIST, optional=True, computed=True),
        Field(name="configVars", kind=Kind.MAP, optional=True, computed=True, untyped_elements=True),
        Field(
            name="sensitiveConfigVars",
            kind=Kind.MAP,
            optional=True,
            computed=True,
            secret=True,
            secret_elements=True,
        ),
        Field(name="acm", kind=Kind.BOOL, optional=True, computed=True),
        Field(name="space", optional=True, replaces=True),
        Field(name="internalRouting", kind=Kind.BOOL, optional=True, computed=True, replaces=True),
        Field(
            name="organization",
            kind=Kind.OBJECT,
            optional=True,
            fields=(
                Field(name="name", required=True, replaces=True, rule=rules.not_empty),
                Field(name="locked", kind=Kind.BOOL, optional=True, computed=True),
                Field(name="personal", kind=Kind.BOOL, optional=True, computed=True, replaces=True),
            ),
        ),
        Field(name="allConfigVars", kind=Kind.MAP, computed=True, secret=True),
        Field(name="gitUrl", computed=True),
        Field(name="herokuHostname", computed=True),
        Field(name="uuid", computed=True),
        Field(name="webUrl", computed=True),
    ),
)


class App(Plain):
    """An app: its own settings, its config vars as far as they are declared, buildpacks and ACM."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        app = made_or_own(
            call,
            Named("app", news["name"], RESOURCE.token),
            lambda: _post(call, news),
            lambda: call.heroku.get(f"/apps/{news['name']}"),
            lambda found: _is_left_behind(found, releases.newest(call, found.text("id")), news),
        )
        made.id = app.text("id")
        made.state = {
            **_seen(app),
            **{name: {} for name in CONFIG_MAPS},
            "buildpacks": [],
            "allConfigVars": {},
        }
        made.state["organization"] = news.get("organization")
        call.pause(call.configuration.after_app_create.total_seconds(), "the new app to settle")
        maps = _declared_maps(news)
        declared = {**maps["configVars"], **maps["sensitiveConfigVars"]}
        releases.set_config_vars(call, made.id, declared, stored=lambda: made.state.update(maps))
        if news.get("buildpacks"):
            _put_buildpacks(call, made.id, news["buildpacks"])
            made.state["buildpacks"] = news["buildpacks"]
        if news.get("acm"):
            call.heroku.post(f"/apps/{made.id}/acm")
            made.state["acm"] = True
        self._look(call, made)

    def find(self, call: Call, made: Made) -> bool:
        app = import_of(call, f"/apps/{made.id}")
        if app is None:
            return False
        made.id = app.text("id")
        self._look(call, made)
        return True

    def read(self, call: Call, made: Made) -> bool:
        kind = "teams/apps" if made.state.get("organization") else "apps"
        try:
            call.heroku.get(f"/{kind}/{made.id}")
        except NotFoundError as error:
            if is_missing(error):
                raise MissingError(f"app {made.state.get('name') or made.id}", error) from None
            raise
        self._look(call, made)
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        old = dict(made.state)
        path = f"/apps/{made.id}"
        seen = _seen(call.heroku.patch(path, _renamed(old, news)))
        made.state.update({name: value for name, value in seen.items() if name not in TEAM_FIELDS})
        if news.get("buildpacks") is not None and news["buildpacks"] != old.get("buildpacks"):
            _put_buildpacks(call, made.id, news["buildpacks"])
            made.state["buildpacks"] = news["buildpacks"]
        maps = _declared_maps({**old, **{name: value for name, value in news.items() if value is not None}})
        changed = releases.changes((old.get(name) or {}, declared) for name, declared in maps.items())
        releases.change_config_vars(call, made.id, changed, stored=lambda: made.state.update(maps))
        if news.get("acm") is not None and news["acm"] != old.get("acm"):
            if news["acm"]:
                call.heroku.post(f"{path}/acm")
            else:
                call.heroku.delete(f"{path}/acm")
            made.state["acm"] = news["acm"]
        _lock(call, made.id, old, news)
        self._look(call, made)

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/apps/{made.id}")

    def _look(self, call: Call, made: Made) -> None:
        """Reads app, team, buildpacks and config vars into the state."""
        path = f"/apps/{made.id}"
        app = call.heroku.get(path)
        state = _seen(app)
        if app.has("organization") or app.has("team"):
            state.update(_team(call.heroku.get(f"/teams/apps/{made.id}"), made.state))
        installed = call.heroku.page(f"{path}/buildpack-installations")
        state["buildpacks"] = [item.text("buildpack", "name") for item in installed]
        found = call.heroku.config_vars(made.id)
        state["allConfigVars"] = found if call.configuration.all_config_vars_in_state else {}
        for name in CONFIG_MAPS:
            state[name] = {key: found[key] for key in made.state.get(name) or {} if key in found}
        made.state = state


def _is_left_behind(app: Object, newest: Object | None, news: Properties) -> bool:
    """Whether this app of ours is as a create that was cut off leaves it."""
    same_region = app.text("region", "name") == news["region"]
    same_team = app.maybe("team", "name") == (news.get("organization") or {}).get("name")
    return same_region and same_team and _is_empty(newest)


def _is_empty(newest: Object | None) -> bool:
    """Whether nothing was deployed to an app or attached to it; its create may have set its first config vars."""
    if newest is None or newest.number("version") <= NEW_APP_RELEASES:
        return True
    first_vars = newest.number("version") == NEW_APP_RELEASES + 1
    return first_vars and "config var" in newest.text("description").lower()


NEW_APP_RELEASES = 2
"""A new app has `Initial release` and `Enable Logplex`. Source: docs/heroku-api.md §5."""


def _post(call: Call, news: Properties) -> Object:
    body = {name: news[name] for name in ("name", "region", "stack") if news.get(name)}
    team = news.get("organization")
    if not team:
        return call.heroku.post("/apps", body)
    body |= {"team": team["name"], "locked": bool(team.get("locked")), "personal": bool(team.get("personal"))}
    if news.get("space"):
        body["space"] = news["space"]
    if news.get("internalRouting") is not None:
        body["internal_routing"] = news["internalRouting"]
    return call.heroku.post("/teams/apps", body)


def _renamed(old: Properties, news: Properties) -> Properties:
    """The PATCH of the app itself: what changed of name and stack."""
    body = {}
    if news.get("name") and news["name"] != old.get("name"):
        body["name"] = news["name"]
    if news.get("stack") and news["stack"] != old.get("stack"):
        body["build_stack"] = news["stack"]
    return body


def _put_buildpacks(call: Call, app: str, buildpacks: list[str]) -> None:
    updates = [{"buildpack": name} for name in buildpacks]
    call.heroku.put_list(f"/apps/{app}/buildpack-installations", {"updates": updates})


def _lock(call: Call, app: str, old: Properties, news: Properties) -> None:
    before = (old.get("organization") or {}).get("locked")
    after = (news.get("organization") or {}).get("locked")
    if after is not None and after != before:
        call.heroku.patch(f"/teams/apps/{app}", {"locked": after})


def _declared_maps(inputs: Properties) -> dict[str, dict[str, str]]:
    return {
        name: {key: as_text(value) for key, value in (inputs.get(name) or {}).items()} for name in CONFIG_MAPS
    }


def _seen(app: Object) -> Properties:
    """What one app object says."""
    stack = app.text("build_stack", "name") if app.has("build_stack") else app.text("stack", "name")
    web_url = app.maybe("web_url") or ""
    return {
        "name": app.text("name"),
        "region": app.text("region", "name"),
        "stack": stack,
        "acm": app.flag("acm"),
        "internalRouting": app.flag("internal_routing"),
        "space": app.maybe("space", "name"),
        "organization": None,
        "gitUrl": app.text("git_url"),
        "webUrl": web_url,
        "herokuHostname": web_url.partition("://")[2].rstrip("/"),
        "uuid": app.text("id"),
    }


def _team(app: Object, before: Properties) -> Properties:
    """What Heroku says of the team; whether the app was made a personal one is not told again."""
    personal = bool((before.get("organization") or {}).get("personal"))
    name = app.maybe("team", "name") or app.maybe("organization", "name") or ""
    organization = {"name": name, "locked": app.flag("locked"), "personal": personal}
    return {"organization": organization, "space": app.maybe("space", "name") or ""}
