"""Records as the JSON of Heroku's Platform API. Shapes: docs/heroku-api.md §3, superset for Heroku's CLI and the plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_heroku import catalogue
from local_heroku.catalogue import stable_id
from local_heroku.clock import rfc3339
from local_heroku.store import dynos, environment, releases
from local_heroku.store.world import OWNER_EMAIL, OWNER_ID

if TYPE_CHECKING:
    from local_heroku.store import part_records, records
    from local_heroku.store.one_offs import OneOff
    from local_heroku.store.world import World

Json = dict[str, Any]

REGISTRY = "https://buildpack-registry.s3.amazonaws.com/buildpacks/"
"""What the CLI shows as the name after it. Source: its lib/buildpacks."""

_CREATED = "2026-01-01T00:00:00Z"  # of what was there before the account: plans, regions, stacks


def account() -> Json:
    return {
        "id": OWNER_ID, "email": OWNER_EMAIL, "name": "Local Heroku", "allow_tracking": False, "beta": False,
        "two_factor_authentication": False, "verified": True, "federated": False, "default_organization": None,
        "default_team": None, "identity_provider": None, "last_login": None, "sms_number": None, "suspended_at": None,
        "delinquent_at": None, "country_of_residence": None, "created_at": _CREATED, "updated_at": _CREATED,
    }  # fmt: skip


def app_ref(world: World, app_id: str) -> Json:
    app = world.apps.get(app_id)
    return {"id": app_id, "name": app.name if app else ""}


def app(world: World, row: records.App) -> Json:
    release = releases.current(world, row)
    slug = world.slugs.get(release.slug_id or "") if release else None
    return {
        "id": row.id, "name": row.name, "acm": row.acm, "archived_at": None,
        "owner": {"id": OWNER_ID, "email": OWNER_EMAIL}, "region": _named("region", row.region),
        "stack": _named("stack", row.heroku_stack), "build_stack": _named("stack", row.build_stack),
        "generation": _named("generation", "cedar"), "buildpack_provided_description": _language(row),
        "git_url": f"https://git.heroku.com/{row.name}.git", "web_url": f"https://{row.host}/",
        "internal_routing": None, "maintenance": row.maintenance, "organization": None, "team": None, "space": None,
        "repo_size": 0, "slug_size": (slug.size or 0) if slug else 0, "process_tier": _tier(world, row),
        "released_at": rfc3339(row.released_at), "create_status": "complete", **_times(row),
    }  # fmt: skip


def buildpack(name: str) -> Json:
    """Buildpack names come back as given, `heroku/ruby` also as a URN; one of the registry by its name."""
    url = name if "://" in name or name.startswith("urn:") else f"urn:buildpack:{name}"
    if name.startswith(REGISTRY):
        return {"name": name.removeprefix(REGISTRY).removesuffix(".tgz"), "url": url}
    return {"name": name.removeprefix("urn:buildpack:"), "url": url}


def process_type(world: World, row: records.ProcessType) -> Json:
    return {
        "id": row.id, "app": app_ref(world, row.app_id), "type": row.type, "quantity": row.quantity, "size": row.size,
        "dyno_size": _named("dyno-size", row.size), "command": row.command, **_times(row),
    }  # fmt: skip


def dyno(world: World, row: records.Dyno) -> Json:
    return {
        "id": row.id, "name": row.name, "type": row.type, "size": row.size, "state": dynos.state(world, row),
        "command": row.command, "app": app_ref(world, row.app_id), "attach_url": None,
        "release": {"id": row.release_id, "version": row.release_version}, **_times(row),
    }  # fmt: skip


def one_off(world: World, row: OneOff, *, attach_url: str | None = None) -> Json:
    """`attach_url` is known to who started it, and to nobody later."""
    return {
        "id": row.id, "name": row.name, "type": row.type, "size": row.size, "state": row.state,
        "command": row.command, "app": app_ref(world, row.app_id), "attach_url": attach_url,
        "release": {"id": row.release_id, "version": row.release_version}, **_times(row),
    }  # fmt: skip


def dyno_size(size: catalogue.DynoSize) -> Json:
    return {
        "id": stable_id("dyno-size", size.name), "name": size.name, "compute": size.units,
        "cost": {"cents": size.cents, "unit": "month"}, "dedicated": size.dedicated, "dyno_units": size.units,
        "memory": size.memory, "private_space_only": False,
    }  # fmt: skip


def release(world: World, row: records.Release) -> Json:
    app_row = world.apps.get(row.app_id)
    current = releases.current(world, app_row) if app_row else None
    return {
        "id": row.id, "version": row.version, "description": row.description, "status": row.status,
        "current": current is not None and current.id == row.id,
        "eligible_for_rollback": releases.eligible_for_rollback(row), "app": app_ref(world, row.app_id),
        "user": {"id": OWNER_ID, "email": OWNER_EMAIL}, "slug": {"id": row.slug_id} if row.slug_id else None,
        "addon_plan_names": list(row.addon_plan_names), "artifacts": [], "output_stream_url": f"{world.base_url}/local/streams/{row.id}/{row.key}" if row.key else None,
        "created_at": rfc3339(row.created_at), "updated_at": rfc3339(row.created_at),
    }  # fmt: skip


def slug(row: records.Slug, *, method: str, url: str) -> Json:
    """`url`: where the slug's archive is put or got, with `method`."""
    return {
        "id": row.id, "blob": {"method": method, "url": url}, "process_types": row.process_types,
        "stack": _named("stack", row.heroku_stack), "commit": row.commit, "commit_description": row.commit_description,
        "checksum": row.checksum, "size": row.size, "buildpack_provided_description": row.buildpack_description,
        "created_at": rfc3339(row.created_at), "updated_at": rfc3339(row.created_at),
    }  # fmt: skip


def build(row: records.Build, *, stream_url: str) -> Json:
    return {
        "id": row.id, "app": {"id": row.app_id}, "buildpacks": [buildpack(name) for name in row.buildpacks],
        "output_stream_url": stream_url, "stack": row.heroku_stack, "status": row.status,
        "source_blob": {"checksum": row.checksum, "url": row.source_url, "version": row.version,
                        "version_description": None},
        "release": {"id": row.release_id} if row.release_id else None,
        "slug": {"id": row.slug_id} if row.slug_id else None, "user": {"id": OWNER_ID, "email": OWNER_EMAIL},
        **_times(row),
    }  # fmt: skip


def plan(row: catalogue.Plan) -> Json:
    return {
        "id": stable_id("plan", row.full_name), "name": row.full_name, "human_name": row.human_name,
        "description": f"{catalogue.SERVICES[row.service]} {row.human_name}", "state": "ga", "visible": True,
        "price": _price(row), "addon_service": _named("addon-service", row.service), "default": row.default,
        "compliance": None, "installable_inside_private_network": False, "installable_outside_private_network": True,
        "space_default": False, "created_at": _CREATED, "updated_at": _CREATED,
    }  # fmt: skip


def addon_service(name: str) -> Json:
    return {
        **_named("addon-service", name), "human_name": catalogue.SERVICES[name], "state": "ga", "cli_plugin_name": None,
        "supports_multiple_installations": True, "supports_sharing": True, "created_at": _CREATED,
        "updated_at": _CREATED,
    }  # fmt: skip


def addon(world: World, row: records.Addon, *, expanded: bool = True) -> Json:
    """`expanded`: plan and service in full, as with `Accept-Expansion: addon_service,plan`."""
    sold = catalogue.PLANS[row.plan_name]
    own = [item for item in world.attachments.of(row.app_id) if item.addon_id == row.id]
    keys = [key for item in own if (key := environment.key_of(world, item))]
    price = _price(sold)
    service = addon_service(row.service) if expanded else _named("addon-service", row.service)
    return {
        "id": row.id, "name": row.name, "app": app_ref(world, row.app_id), "addon_service": service,
        "plan": plan(sold) if expanded else _named("plan", sold.full_name),
        "billed_price": {key: price[key] for key in ("cents", "contract", "unit")},
        "billing_entity": {**app_ref(world, row.app_id), "type": "app"}, "config_vars": keys,
        "provider_id": row.provider_id, "provision_message": _message(row), "actions": [], "state": row.state,
        "web_url": f"https://addons-sso.heroku.com/apps/{row.app_id}/addons/{row.id}", **_times(row),
    }  # fmt: skip


def attachment(world: World, row: records.Attachment) -> Json:
    owner = world.addons.get(row.addon_id)
    key = environment.key_of(world, row)
    return {
        "id": row.id, "name": row.name, "namespace": row.namespace, "app": app_ref(world, row.app_id),
        "addon": {
            "id": row.addon_id, "name": owner.name if owner else "",
            "app": app_ref(world, owner.app_id if owner else ""),
            "plan": _named("plan", owner.plan_name if owner else ""),
        },
        "config_vars": [key] if key else [], "web_url": None, "log_input_url": None, **_times(row),
    }  # fmt: skip


def pipeline(row: records.Pipeline) -> Json:
    return {
        "id": row.id, "name": row.name, "owner": {"id": row.owner_id, "type": row.owner_type},
        "generation": {"name": "cedar"}, **_times(row),
    }  # fmt: skip


def coupling(world: World, row: records.Coupling) -> Json:
    owner = world.pipelines.get(row.pipeline_id)
    return {
        "id": row.id, "app": {"id": row.app_id},
        "pipeline": {"id": row.pipeline_id, "name": owner.name if owner else ""}, "stage": row.stage, **_times(row),
    }  # fmt: skip


def promotion(row: records.Promotion) -> Json:
    return {
        "id": row.id, "pipeline": {"id": row.pipeline_id}, "status": "completed",
        "source": {"app": {"id": row.app_id}, "release": {"id": row.release_id}},
        "created_at": rfc3339(row.created_at), "updated_at": rfc3339(row.created_at),
    }  # fmt: skip


def promotion_targets(row: records.Promotion) -> list[Json]:
    return [
        {
            "id": stable_id("promotion-target", f"{row.id}/{app_id}"), "app": {"id": app_id},
            "pipeline_promotion": {"id": row.id}, "release": {"id": release_id} if release_id else None,
            "error_message": error, "status": "failed" if error else "succeeded",
        }
        for app_id, release_id, error in row.targets
    ]  # fmt: skip


def drain(world: World, row: part_records.Drain) -> Json:
    return {
        "id": row.id, "app": app_ref(world, row.app_id), "url": row.url, "token": row.token, "addon": None,
        **_times(row),
    }  # fmt: skip


def domain(world: World, row: part_records.Domain) -> Json:
    endpoint = {"id": row.sni_endpoint, "name": f"sni-{row.sni_endpoint[:8]}"} if row.sni_endpoint else None
    return {
        "id": row.id, "app": app_ref(world, row.app_id), "hostname": row.hostname,
        "kind": "custom" if row.cname else "heroku", "cname": row.cname or None, "status": "succeeded",
        "acm_status": None, "acm_status_reason": None, "sni_endpoint": endpoint, **_times(row),
    }  # fmt: skip


def feature(row: records.App, name: str) -> Json:
    return {
        "id": stable_id("app-feature", name), "name": name, "display_name": name.replace("-", " ").title(),
        "description": catalogue.FEATURES[name], "doc_url": f"https://devcenter.heroku.com/articles/{name}",
        "feedback_email": OWNER_EMAIL, "enabled": name in row.features, "state": "general",
        "created_at": _CREATED, "updated_at": _CREATED,
    }  # fmt: skip


def collaborator(world: World, row: part_records.Collaborator) -> Json:
    return {
        "id": row.id, "app": app_ref(world, row.app_id),
        "user": {"id": row.user_id, "email": row.email, "federated": False},
        "role": "owner" if row.user_id == OWNER_ID else None, "permissions": [], **_times(row),
    }  # fmt: skip


def webhook(world: World, row: part_records.Webhook) -> Json:
    """Secret and authorization are never returned."""
    return {
        "id": row.id, "app": app_ref(world, row.app_id), "url": row.url, "level": row.level,
        "include": list(row.include), **_times(row),
    }  # fmt: skip


def region(name: str) -> Json:
    found = catalogue.REGIONS[name]
    return {
        **_named("region", name), "country": found.country, "description": found.country, "locale": found.locale,
        "private_capable": found.private, "provider": {"name": "amazon-web-services", "region": found.provider_region},
        "created_at": _CREATED, "updated_at": _CREATED,
    }  # fmt: skip


def heroku_stack(name: str) -> Json:
    return {
        **_named("stack", name), "default": name == catalogue.DEFAULT_STACK, "state": catalogue.STACKS[name],
        "created_at": _CREATED, "updated_at": _CREATED,
    }  # fmt: skip


def _named(kind: str, name: str) -> Json:
    return {"id": stable_id(kind, name), "name": name}


def _times(row: Any) -> Json:
    return {"created_at": rfc3339(row.created_at), "updated_at": rfc3339(row.updated_at)}


def _price(row: catalogue.Plan) -> Json:
    return {"cents": row.cents, "unit": "month", "contract": False, "metered": False}


def _message(row: records.Addon) -> str:
    if row.state != "provisioning":
        return ""
    return f"{row.name} is being created in the background. The app will restart when complete..."


def _language(row: records.App) -> str | None:
    first = row.buildpacks[-1] if row.buildpacks else ""
    return {"heroku/ruby": "Ruby", "heroku/nodejs": "Node.js", "heroku/python": "Python"}.get(first)


def _tier(world: World, row: records.App) -> str:
    """Never "eco": with it the CLI asks for a quota that is not emulated; Eco apps show as basic (docs/heroku-api.md §3)."""
    sizes = {item.size.lower() for item in world.process_types.of(row.id)}
    tiers = {catalogue.DYNO_SIZES[size].tier for size in sizes}
    return "production" if not tiers or tiers & {"standard", "performance"} else "basic"
