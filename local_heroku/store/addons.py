"""Add-ons: bought, provisioned after a while, changed in plan, deleted; and what they do to apps meanwhile."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from local_heroku import catalogue
from local_heroku.errors import invalid_params, not_found, unknown_plan
from local_heroku.store import attachments, databases, releases
from local_heroku.store.records import Addon, App, Attachment, Database
from local_heroku.store.world import World, new_id

if TYPE_CHECKING:
    from local_heroku.store.postgres import Postgres

NAME = re.compile(r"[a-zA-Z][A-Za-z0-9_-]+")
POSTGRES_VERSION = "16.9"
NEVER = 1e15  # a moment that does not come


def get(world: World, id_or_name: str, app: App | None = None) -> Addon:
    """By id or name; with an app, only an add-on that this app owns or has attached."""
    addon = world.addons.find(id_or_name)
    if addon is None or (app is not None and not _reachable(world, addon, app)):
        raise not_found("add_on")
    return addon


def create(
    world: World,
    app: App,
    *,
    plan_name: str,
    name: str | None,
    attachment_name: str | None,
    config: dict[str, str],
) -> Addon:
    """Buy an add-on and attach it. Postgres is `provisioning` until its time is up; others are ready at once."""
    plan = _plan(plan_name)
    name = _free_name(world, name or _default_name(plan.service))
    postgres = plan.service == catalogue.POSTGRES
    addon_id = new_id()
    attachments.refuse_taken(world, app, attachment_name)
    addon = world.addons.put(
        Addon(
            id=addon_id,
            app_id=app.id,
            name=name,
            service=plan.service,
            plan=plan.name,
            state="provisioning" if postgres else "provisioned",
            provider_id=new_id(),
            created_at=world.now,
            updated_at=world.now,
            ready_at=_ready_at(world) if postgres else 0.0,
            url=_new_url(world, plan.service),
            config=config,
            doomed=postgres and world.struck_by("failed-provisioning"),
        ),
    )
    attachments.attach_first(world, app, addon, attachment_name)
    if postgres:
        world.databases.put(Database(addon_id, *databases.SIMULATED, config.get("version", POSTGRES_VERSION)))
    else:
        _release_attached(world, addon)
    return addon


def _ready_at(world: World) -> float:
    return NEVER if world.struck_by("stuck-provisioning") else world.now + world.settings.provisioning


def end_provisioning(world: World, addon: Addon) -> Addon:
    """The add-on is ready: its config vars get values, each app that has it attached a release."""
    if addon.doomed:
        return world.addons.put(replace(addon, state="deprovisioned", ready_at=0.0, updated_at=world.now))
    ready = world.addons.put(replace(addon, state="provisioned", ready_at=0.0, updated_at=world.now))
    _release_attached(world, ready)
    return ready


def change(world: World, addon: Addon, *, plan_name: str | None, name: str | None) -> Addon:
    """Rename or change the plan; an empty plan means unchanged, as the official plugin sends it (docs/heroku-api.md §4)."""
    changed = addon
    if name and name != addon.name:
        changed = replace(changed, name=_free_name(world, name))
    if plan_name and plan_name != addon.plan_name:
        changed = replace(changed, plan=_next_plan(addon, plan_name).name)
    if changed == addon:
        return addon
    changed = world.addons.put(replace(changed, updated_at=world.now))
    if changed.plan == addon.plan or addon.service != catalogue.POSTGRES:
        return changed
    if world.struck_by("upgrade-moves"):
        changed = _move(world, changed)
    _release_updated(world, changed)
    return changed


def _move(world: World, addon: Addon) -> Addon:
    """The add-on under another id, with all that hangs on it; the old id is known no longer."""
    attached, schedules = _attachments(world, addon), world.schedules.of(addon.id)
    transfers = [item for item in world.transfers.of(addon.app_id) if item.addon_id == addon.id]
    world.addons.remove(addon)
    moved = world.addons.put(replace(addon, id=new_id()))
    if database := world.databases.get(addon.id):
        world.databases.remove(database)
        world.databases.put(replace(database, id=moved.id))
    for attachment in attached:
        world.attachments.put(replace(attachment, addon_id=moved.id))
    for schedule in schedules:
        world.schedules.remove(schedule)
        world.schedules.put(replace(schedule, addon_id=moved.id))
    for transfer in transfers:
        world.transfers.put(replace(transfer, addon_id=moved.id))
    return moved


def rotate(world: World, addon: Addon) -> Addon:
    """New credentials: another address in the config vars, a release on each app that has the add-on attached."""
    held = _holder(world, addon)
    url = held.rotate(addon.url) if held else _url(addon.service)
    rotated = world.addons.put(replace(addon, url=url, updated_at=world.now))
    _release_updated(world, rotated)
    return rotated


def move_into_postgres(world: World) -> None:
    """Databases that held no data get one that does: another address, a release, as when Heroku moves a database."""
    for addon in world.addons.all():
        if addon.service == catalogue.POSTGRES and world.postgres and not world.postgres.has(addon.url):
            moved = world.addons.put(replace(addon, url=world.postgres.create(), updated_at=world.now))
            if moved.state == "provisioned":
                _release_updated(world, moved)


def delete(world: World, addon: Addon, *, force: bool, releasing_owner: bool = True) -> Addon:
    """Take the add-on, its attachments and schedules away; refused while other apps use it, unless forced."""
    attached = _attachments(world, addon)
    others = sorted({item.app_id for item in attached} - {addon.app_id})
    if others and not force:
        names = ", ".join(app.name for app_id in others if (app := world.apps.get(app_id)))
        raise invalid_params(
            f"Add-on {addon.name} is attached to other apps: {names}. Detach it there or use force."
        )
    for attachment in attached:
        world.attachments.remove(attachment)
    for schedule in world.schedules.of(addon.id):
        world.schedules.remove(schedule)
    if database := world.databases.get(addon.id):
        world.databases.remove(database)
    world.addons.remove(addon)
    if held := _holder(world, addon):
        held.drop(addon.url)
    for attachment in attached:
        app = world.apps.get(attachment.app_id)
        if app and (releasing_owner or app.id != addon.app_id):
            releases.create(world, app, f"Detach {attachment.name} (@ref:{addon.name})")
    return replace(addon, state="deprovisioned", updated_at=world.now)


def _plan(name: str) -> catalogue.Plan:
    by_id = {catalogue.stable_id("plan", plan.full_name): plan for plan in catalogue.PLANS.values()}
    plan = catalogue.find_plan(name) or by_id.get(name)
    if plan is None:
        raise unknown_plan(name)
    return plan


def _next_plan(addon: Addon, plan_name: str) -> catalogue.Plan:
    """Essential data is moved with pg:copy, never in place: Dev Center, "Changing the Plan or Infrastructure"."""
    plan = _plan(plan_name if ":" in plan_name else f"{addon.service}:{plan_name}")
    present = catalogue.PLANS[addon.plan_name]
    if plan.service != addon.service:
        raise invalid_params(f"Cannot change {addon.service} to {plan.service}: create another add-on")
    if addon.state != "provisioned":
        raise invalid_params(
            f"Add-on {addon.name} is {addon.state}; its plan can be changed once it is provisioned"
        )
    if (plan.tier == "essential") != (present.tier == "essential"):
        raise invalid_params(
            f"Cannot change {present.full_name} to {plan.full_name} in place: "
            "create a database on the new plan and use pg:copy",
        )
    return plan


def _release_attached(world: World, addon: Addon) -> None:
    for attachment in _attachments(world, addon):
        app = world.apps.get(attachment.app_id)
        if app:
            releases.create(world, app, f"Attach {attachment.name} (@ref:{addon.name})")


def _release_updated(world: World, addon: Addon) -> None:
    for attachment in _attachments(world, addon):
        app = world.apps.get(attachment.app_id)
        if app:
            releases.create(world, app, f"Update {attachment.name} by {addon.service}")


def _attachments(world: World, addon: Addon) -> list[Attachment]:
    return [item for item in world.attachments.all() if item.addon_id == addon.id]


def _reachable(world: World, addon: Addon, app: App) -> bool:
    return addon.app_id == app.id or any(item.addon_id == addon.id for item in world.attachments.of(app.id))


def _free_name(world: World, name: str) -> str:
    if not NAME.fullmatch(name):
        raise invalid_params("Name must start with a letter and can only contain letters, digits, - and _")
    if world.addons.find(name) is not None:
        raise invalid_params(f"Name {name} is already taken")
    return name


def _default_name(service: str) -> str:
    stem = {"heroku-postgresql": "postgresql", "heroku-redis": "redis"}.get(service, service)
    return f"{stem}-{secrets.choice(_WORDS)}-{secrets.randbelow(90000) + 10000}"


def _new_url(world: World, service: str) -> str:
    is_held = world.postgres and service == catalogue.POSTGRES
    return world.postgres.create() if world.postgres and is_held else _url(service)


def _holder(world: World, addon: Addon) -> Postgres | None:
    return world.postgres if world.postgres and world.postgres.has(addon.url) else None


def _url(service: str) -> str:
    """Nothing listens there: `.invalid` is reserved so that no name under it resolves (RFC 2606)."""
    user, password, host = secrets.token_hex(7), secrets.token_hex(32), secrets.token_hex(4)
    if service == catalogue.POSTGRES:
        return f"postgres://u{user}:p{password}@{host}.postgres.local-heroku.invalid:5432/d{secrets.token_hex(7)}"
    return f"redis://:p{password}@{host}.{service}.local-heroku.invalid:6379"


_WORDS = ("angular", "cubed", "curved", "flat", "octagonal", "parallel", "round", "solid", "spherical")
