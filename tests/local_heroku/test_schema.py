"""Answers against Heroku's published schema: every route marked with a definition is called and its answer validated."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from local_heroku.routes import all_routes
from local_heroku.routing import Route, Router
from tests.local_heroku.conftest import Caller, deploy

if TYPE_CHECKING:
    from local_heroku.process import Running

# What local Heroku answers otherwise than the schema says: (definition, JSON path of the value) -> why.
DEVIATIONS = {
    ("app", "$.web_url"): "the published pattern has no room for a long name and its random suffix",
    (
        "add-on-attachment",
        "$.addon",
    ): "carries the plan, which Heroku sends on request and the CLI's pg commands need",
    ("app-webhook", "$"): "the published definition requires properties and then allows none",
}
MARKED = [route for route in all_routes() if route.checked.schema]


class Checked:
    """Calls routes and keeps, for each, what the schema says of the answer."""

    def __init__(self, caller: Caller, schema: dict[str, Any]) -> None:
        self._caller = caller
        self._router = Router(all_routes())
        self._definitions = copy.deepcopy(schema["definitions"])
        for definition in self._definitions.values():
            definition.pop("id", None)  # it would move the base that "#/definitions/..." counts from
        self.found: dict[tuple[str, str], list[str]] = {}
        self.deviations: set[tuple[str, str]] = set()

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        reply = self._caller.ask(method, path, body)
        assert 200 <= reply.status < 300, (method, path, reply.status, reply.content)
        route = self._router.find(path.partition("?")[0].strip("/").split("/"))[0][method]
        if route.checked.schema:
            self.found.setdefault((route.method, route.path), []).extend(self._complaints(route, reply.json))
        return reply.json

    def _complaints(self, route: Route, answer: Any) -> list[str]:
        assert isinstance(answer, list) == route.checked.many, (route.path, "a list or not")
        items = answer if route.checked.many else [answer]
        return [text for item in items for text in self._of_item(route.checked.schema, item)]

    def _of_item(self, name: str, item: dict[str, Any]) -> list[str]:
        validator = jsonschema.Draft4Validator(
            {"$ref": f"#/definitions/{name}", "definitions": self._definitions},
            format_checker=jsonschema.FormatChecker(["uuid", "email"]),
        )
        errors = [
            f"{error.json_path}: {error.message}"
            for error in validator.iter_errors(item)
            if not self._deviates(name, error.json_path)
        ]
        published = (
            self._definitions[name].get("properties", {})
            if self._definitions[name].get("strictProperties")
            else {}
        )
        return errors + [f"$.{key} is published and missing" for key in published if key not in item]

    def _deviates(self, name: str, path: str) -> bool:
        known = (name, path) in DEVIATIONS
        if known:
            self.deviations.add((name, path))
        return known


def call_every_marked_route(call: Checked) -> None:
    """One account from its creation to its end, through every route that the schema describes."""
    for path in ("/account", "/users/~", "/dyno-sizes", "/dyno-sizes/basic", "/addon-services", "/regions", "/stacks",
                 "/addon-services/heroku-postgresql", "/addon-services/heroku-postgresql/plans", "/regions/us",
                 "/addon-services/heroku-postgresql/plans/standard-0", "/plans/heroku-postgresql:standard-0",
                 "/stacks/heroku-24"):  # fmt: skip
        call("GET", path)
    app = call("POST", "/apps", {"name": "sc-mvp-staging"})
    other = call("POST", "/apps", {"name": "sc-mvp-production"})
    call("POST", "/apps", {"name": "an-app-name-of-thirty-letters1"})
    path = "/apps/sc-mvp-staging"
    call("PATCH", path, {"maintenance": False})
    call("POST", f"{path}/acm")
    call("DELETE", f"{path}/acm")
    call("PUT", f"{path}/buildpack-installations", {"updates": [{"buildpack": "heroku/ruby"}]})
    call("PATCH", f"{path}/config-vars", {"A": "1"})
    addons_and_attachments(call, path)
    deploys(call, path)
    pipelines(call, app["id"], other["id"])
    parts(call, path)
    for suffix in ("", "/releases", "/releases/3", "/releases/3/config-vars", "/formation", "/formation/web", "/dynos",
                   "/dynos/web.1", "/buildpack-installations", "/config-vars", "/builds"):  # fmt: skip
        call("GET", path + suffix)
    call("POST", f"{path}/dynos", {"command": "rails db:migrate", "attach": True})
    call("GET", "/apps")
    call("GET", "/users/~/apps")
    call("POST", "/filters/apps", {"in": {"id": [app["id"]]}})
    call("DELETE", path)


def addons_and_attachments(call: Checked, path: str) -> None:
    wish = {"plan": "heroku-postgresql:standard-0", "name": "sc-db"}
    provisioning = call("POST", f"{path}/addons", wish)
    while call("GET", "/addons/sc-db")["state"] != "provisioned":
        time.sleep(0.05)
    call("GET", f"{path}/addons")
    call("GET", "/addons")
    call("GET", f"{path}/addons/sc-db")
    call("PATCH", f"{path}/addons/sc-db", {"plan": "heroku-postgresql:standard-2"})
    call("POST", "/actions/addons/resolve", {"addon": "sc-db"})
    attachment = call(
        "POST", "/addon-attachments", {"addon": "sc-db", "app": "sc-mvp-production", "name": "SHARED"}
    )
    for found in ("/addon-attachments", f"/addon-attachments/{attachment['id']}", f"{path}/addon-attachments",
                  f"{path}/addon-attachments/DATABASE", f"/addons/{provisioning['id']}/addon-attachments"):  # fmt: skip
        call("GET", found)
    call(
        "POST",
        "/actions/addon-attachments/resolve",
        {"addon_attachment": "DATABASE", "app": "sc-mvp-staging"},
    )
    call("DELETE", f"/addon-attachments/{attachment['id']}")
    call("POST", f"{path}/addons", {"plan": "heroku-redis:mini", "name": "sc-cache"})
    call("DELETE", f"{path}/addons/sc-cache")


def deploys(call: Checked, path: str) -> None:
    deploy(call._caller, "sc-mvp-staging", {"Procfile": "web: ruby web.rb\n"})
    source = call("POST", f"{path}/sources")["source_blob"]["put_url"]
    call("POST", "/sources")
    build = call("POST", f"{path}/builds", {"source_blob": {"url": source}})
    call("GET", f"{path}/builds/{build['id']}")
    slug = call("POST", f"{path}/slugs", {"process_types": {"web": "ruby web.rb"}})
    call("GET", f"{path}/slugs/{slug['id']}")
    call("POST", f"{path}/releases", {"slug": slug["id"]})
    call("PATCH", f"{path}/formation", {"updates": [{"type": "web", "quantity": 2, "size": "standard-1x"}]})
    call("PATCH", f"{path}/formation/web", {"quantity": 1, "size": "basic"})


def pipelines(call: Checked, staging: str, production: str) -> None:
    pipeline = call("POST", "/pipelines", {"name": "sc-mvp"})["id"]
    couplings = [
        call("POST", "/pipeline-couplings", {"app": app, "pipeline": pipeline, "stage": stage})["id"]
        for app, stage in ((staging, "staging"), (production, "production"))
    ]
    call("PATCH", f"/pipelines/{pipeline}", {"name": "sc-app"})
    call("PATCH", f"/pipeline-couplings/{couplings[0]}", {"stage": "staging"})
    call("PATCH", f"/pipelines/{pipeline}/stage/review/config-vars", {"A": "1"})
    for path in ("/pipelines", f"/pipelines/{pipeline}", f"/pipelines/{pipeline}/pipeline-couplings",
                 "/pipeline-couplings", f"/pipeline-couplings/{couplings[0]}", f"/apps/{staging}/pipeline-couplings",
                 f"/pipelines/{pipeline}/stage/review/config-vars"):  # fmt: skip
        call("GET", path)
    wish = {
        "pipeline": {"id": pipeline},
        "source": {"app": {"id": staging}},
        "targets": [{"app": {"id": production}}],
    }
    promotion = call("POST", "/pipeline-promotions", wish)["id"]
    call("GET", f"/pipeline-promotions/{promotion}")
    call("GET", f"/pipeline-promotions/{promotion}/promotion-targets")
    call("DELETE", f"/pipeline-couplings/{couplings[1]}")
    call("DELETE", f"/pipelines/{pipeline}")


def parts(call: Checked, path: str) -> None:
    webhook = {"url": "https://hook.example.com", "level": "notify", "include": ["api:release"]}
    wishes: tuple[tuple[str, dict[str, Any], dict[str, Any] | None], ...] = (
        ("log-drains", {"url": "https://logs.example.com/a"}, None),
        ("domains", {"hostname": "www.example.com", "sni_endpoint": None}, {"sni_endpoint": None}),
        ("collaborators", {"user": "dev@example.com"}, None),
        ("webhooks", webhook, {"level": "sync"}),
    )
    for kind, wish, change in wishes:
        made = call("POST", f"{path}/{kind}", wish)["id"]
        call("GET", f"{path}/{kind}")
        call("GET", f"{path}/{kind}/{made}")
        if change is not None:
            call("PATCH", f"{path}/{kind}/{made}", change)
        call("DELETE", f"{path}/{kind}/{made}")
    call("GET", f"{path}/features")
    call("GET", f"{path}/features/preboot")
    call("PATCH", f"{path}/features/preboot", {"enabled": True})
    call("POST", f"{path}/log-sessions", {"lines": 1})


@pytest.fixture
def checked(running: Running, schema: dict[str, Any]) -> Checked:
    call = Checked(Caller(running), schema)
    call_every_marked_route(call)
    return call


def test_every_marked_route_answers_as_heroku_publishes(checked: Checked) -> None:
    complaints = {route: sorted(set(found)) for route, found in checked.found.items() if found}
    assert complaints == {}
    assert checked.deviations == DEVIATIONS.keys()


def test_every_marked_route_was_called(checked: Checked) -> None:
    assert sorted((route.method, route.path) for route in MARKED) == sorted(checked.found)


def test_every_platform_route_that_heroku_publishes_is_marked(schema: dict[str, Any]) -> None:
    """A route that the schema describes and that carries no mark would be served unchecked."""
    published = {
        (link["method"], shape(link["href"]))
        for definition in schema["definitions"].values()
        for link in definition.get("links", [])
        if "targetSchema" in link and "empty" not in str(link.get("rel"))
    }
    unmarked = [
        (route.method, route.path)
        for route in all_routes()
        if not route.checked.schema and (route.method, shape(route.path)) in published
    ]
    assert unmarked == [
        ("GET", "/spaces"),  # always empty
        ("GET", "/teams"),  # always empty
        ("GET", "/apps/{app}/sni-endpoints"),  # always empty
        ("GET", "/account/features"),  # always empty
        ("GET", "/account/features/{feature}"),  # always 404
    ]


def shape(path: str) -> str:
    return "/".join(
        "*" if segment.startswith("{") or "(" in segment else segment for segment in path.split("/")
    )
