"""heroku:domain/domain:Domain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from providers.heroku.types import children
from providers.resources import rules
from providers.resources.adopting import made_or_adopted
from providers.resources.calls import Call, Made, Plain
from providers.resources.import_ids import split
from providers.resources.schema import Field, ResourceType

if TYPE_CHECKING:
    from heroku_api.objects import Object
    from providers.protocol.values import Properties

HOSTNAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}", re.IGNORECASE)

RESOURCE = ResourceType(
    token="heroku:domain/domain:Domain",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(
            name="hostname",
            required=True,
            replaces=True,
            rule=rules.matches(HOSTNAME, "must be a host name such as www.example.com or *.example.com"),
        ),
        Field(name="sniEndpointId", optional=True),
        Field(name="cname", computed=True),
    ),
)


class Domain(Plain):
    """A host name of an app. Its certificate (`sniEndpointId`) is Heroku's business while ACM is on."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        body = {"hostname": news["hostname"], "sni_endpoint": news.get("sniEndpointId") or None}
        domain = made_or_adopted(
            call,
            lambda: call.heroku.post(f"/apps/{news['appId']}/domains", body),
            lambda: _left_behind(call, news),
            what=f"the domain {news['hostname']}, which was there already",
        )
        made.id = domain.text("id")
        made.state = {name: news.get(name) for name in ("appId", "hostname", "sniEndpointId")}
        call.pause(call.configuration.after_domain_create.total_seconds(), "the new domain to settle")
        self._look(call, made, domain)

    def find(self, call: Call, made: Made) -> bool:
        app, hostname = split(made.id, "APP:HOSTNAME or APP:UUID")
        domain = children.import_of(call, f"/apps/{app}/domains/{hostname}")
        if domain is None:
            return False
        made.id = domain.text("id")
        made.state = {"appId": domain.text("app", "id")}
        self._look(call, made, domain)
        return True

    def read(self, call: Call, made: Made) -> bool:
        app = made.state["appId"]
        domain = children.read_of(call, f"/apps/{app}/domains/{made.id}", app)
        if domain is None:
            return False
        self._look(call, made, domain)
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        body = {"sni_endpoint": news.get("sniEndpointId") or ""}
        domain = call.heroku.patch(f"/apps/{news['appId']}/domains/{made.id}", body)
        made.state["sniEndpointId"] = news.get("sniEndpointId") or ""
        self._look(call, made, domain)

    def delete(self, call: Call, made: Made) -> None:
        call.heroku.delete(f"/apps/{made.state['appId']}/domains/{made.id}")

    def _look(self, call: Call, made: Made, domain: Object) -> None:
        acm = call.heroku.get(f"/apps/{made.state['appId']}").flag("acm")
        endpoint = domain.maybe("sni_endpoint", "id")
        made.state = {
            "appId": made.state["appId"],
            "hostname": domain.text("hostname"),
            "cname": domain.maybe("cname"),
            "sniEndpointId": made.state.get("sniEndpointId") if acm or endpoint is None else endpoint,
        }


def _left_behind(call: Call, news: Properties) -> Object | None:
    domain = call.heroku.get(f"/apps/{news['appId']}/domains/{news['hostname']}")
    same_endpoint = domain.maybe("sni_endpoint", "id") == news.get("sniEndpointId")
    return domain if domain.text("app", "id") == news["appId"] and same_endpoint else None
