"""Small parts of an app: drains, domains, features, collaborators, webhooks. Each is listed, added, shown, taken away."""

from __future__ import annotations

from local_heroku import catalogue, render
from local_heroku.call import Answer, Call, Listing, created
from local_heroku.errors import invalid_params, not_found
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import collaborators, domains, drains, features, webhooks
from local_heroku.store.part_records import Collaborator, Domain, Drain, Webhook
from local_heroku.store.world import new_key

routes = Routes()


@routes.add("GET", "/apps/{app}/log-drains", schema="log-drain", many=True, cli="drains")
def index_drains(call: Call) -> Listing[Drain]:
    return Listing(call.world.drains.of(app_of(call).id), lambda row: render.drain(call.world, row), ("id",))


@routes.add("POST", "/apps/{app}/log-drains", schema="log-drain", cli="drains:add", recorded=True)
def create_drain(call: Call) -> Answer:
    return created(render.drain(call.world, drains.create(call.world, app_of(call), call.text("url"))))


@routes.add("GET", "/apps/{app}/log-drains/{drain}", schema="log-drain", recorded=True)
def show_drain(call: Call) -> Answer:
    return Answer(render.drain(call.world, _drain_of(call)))


@routes.add(
    "DELETE", "/apps/{app}/log-drains/{drain}", schema="log-drain", cli="drains:remove", recorded=True
)
def delete_drain(call: Call) -> Answer:
    return Answer(render.drain(call.world, call.world.drains.remove(_drain_of(call))))


def _drain_of(call: Call) -> Drain:
    return drains.get(call.world, app_of(call), call.params["drain"])


@routes.add("GET", "/apps/{app}/domains", schema="domain", many=True, cli="domains")
def index_domains(call: Call) -> Listing[Domain]:
    rows = domains.all_of(call.world, app_of(call))
    return Listing(rows, lambda row: render.domain(call.world, row), ("id", "hostname"))


@routes.add("POST", "/apps/{app}/domains", schema="domain", cli="domains:add", recorded=True)
def create_domain(call: Call) -> Answer:
    domain = domains.create(
        call.world,
        app_of(call),
        hostname=call.text("hostname"),
        sni_endpoint=call.maybe_identity("sni_endpoint"),
    )
    return created(render.domain(call.world, domain))


@routes.add("GET", "/apps/{app}/domains/{domain}", schema="domain", recorded=True)
def show_domain(call: Call) -> Answer:
    return Answer(render.domain(call.world, _domain_of(call)))


@routes.add("PATCH", "/apps/{app}/domains/{domain}", schema="domain", recorded=True)
def update_domain(call: Call) -> Answer:
    domain = _domain_of(call)
    if "sni_endpoint" in call.body:
        domain = domains.change(call.world, domain, sni_endpoint=call.maybe_identity("sni_endpoint"))
    return Answer(render.domain(call.world, domain))


@routes.add("DELETE", "/apps/{app}/domains/{domain}", schema="domain", cli="domains:remove", recorded=True)
def delete_domain(call: Call) -> Answer:
    return Answer(render.domain(call.world, domains.delete(call.world, _domain_of(call))))


def _domain_of(call: Call) -> Domain:
    return domains.get(call.world, app_of(call), call.params["domain"])


@routes.add(
    "GET", "/apps/{app}/sni-endpoints", cli="domains:add", note="always empty: certificates are not emulated"
)
def index_sni_endpoints(call: Call) -> Answer:
    app_of(call)
    return Answer([])


@routes.add("GET", "/apps/{app}/features", schema="app-feature", many=True, cli="features labs")
def index_features(call: Call) -> Answer:
    app = app_of(call)
    return Answer([render.feature(app, name) for name in catalogue.FEATURES])


@routes.add(
    "GET", "/apps/{app}/features/{feature}", schema="app-feature", cli="features:enable", recorded=True
)
def show_feature(call: Call) -> Answer:
    return Answer(render.feature(app_of(call), features.find(call.params["feature"])))


@routes.add(
    "PATCH", "/apps/{app}/features/{feature}", schema="app-feature", cli="features:enable", recorded=True
)
def update_feature(call: Call) -> Answer:
    enabled = call.maybe_flag("enabled")
    if enabled is None:
        raise invalid_params("enabled is required")
    app, name = app_of(call), features.find(call.params["feature"])
    return Answer(render.feature(features.switch(call.world, app, name, enabled=enabled), name))


@routes.add("GET", "/account/features", cli="labs", note="always empty: no account features")
def index_account_features(call: Call) -> Answer:
    del call
    return Answer([])


@routes.add("GET", "/account/features/{feature}", cli="labs:enable labs:disable labs:info",
            note="always 404, so that the CLI looks for a feature of the app")  # fmt: skip
def show_account_feature(call: Call) -> Answer:
    del call
    raise not_found("feature")


@routes.add("GET", "/apps/{app}/collaborators", schema="collaborator", many=True, cli="access apps:info")
def index_collaborators(call: Call) -> Listing[Collaborator]:
    rows = collaborators.all_of(call.world, app_of(call))
    return Listing(rows, lambda row: render.collaborator(call.world, row), ("id", "email"))


@routes.add("POST", "/apps/{app}/collaborators", schema="collaborator", cli="access:add", recorded=True)
def create_collaborator(call: Call) -> Answer:
    email = call.body.get("user")
    if isinstance(email, dict):
        email = email.get("email")
    if not isinstance(email, str):
        raise invalid_params("user must be an email address")
    return created(render.collaborator(call.world, collaborators.create(call.world, app_of(call), email)))


@routes.add("GET", "/apps/{app}/collaborators/{collaborator}", schema="collaborator", recorded=True)
def show_collaborator(call: Call) -> Answer:
    return Answer(render.collaborator(call.world, _collaborator_of(call)))


@routes.add(
    "DELETE",
    "/apps/{app}/collaborators/{collaborator}",
    schema="collaborator",
    cli="access:remove",
    recorded=True,
)
def delete_collaborator(call: Call) -> Answer:
    row = collaborators.delete(call.world, app_of(call), _collaborator_of(call))
    return Answer(render.collaborator(call.world, row))


def _collaborator_of(call: Call) -> Collaborator:
    return collaborators.get(call.world, app_of(call), call.params["collaborator"])


@routes.add("GET", "/apps/{app}/webhooks", schema="app-webhook", many=True, cli="webhooks")
def index_webhooks(call: Call) -> Listing[Webhook]:
    return Listing(
        call.world.webhooks.of(app_of(call).id), lambda row: render.webhook(call.world, row), ("id",)
    )


@routes.add("POST", "/apps/{app}/webhooks", schema="app-webhook", cli="webhooks:add", recorded=True)
def create_webhook(call: Call) -> Answer:
    webhook = webhooks.create(call.world, app_of(call), call.body)
    answer = created(render.webhook(call.world, webhook))
    answer.headers["Heroku-Webhook-Secret"] = webhook.secret or new_key()
    return answer


@routes.add("GET", "/apps/{app}/webhooks/{webhook}", schema="app-webhook", recorded=True)
def show_webhook(call: Call) -> Answer:
    return Answer(render.webhook(call.world, _webhook_of(call)))


@routes.add("PATCH", "/apps/{app}/webhooks/{webhook}", schema="app-webhook", recorded=True)
def update_webhook(call: Call) -> Answer:
    return Answer(render.webhook(call.world, webhooks.change(call.world, _webhook_of(call), call.body)))


@routes.add("DELETE", "/apps/{app}/webhooks/{webhook}", schema="app-webhook", recorded=True)
def delete_webhook(call: Call) -> Answer:
    return Answer(render.webhook(call.world, call.world.webhooks.remove(_webhook_of(call))))


def _webhook_of(call: Call) -> Webhook:
    return webhooks.get(call.world, app_of(call), call.params["webhook"])
