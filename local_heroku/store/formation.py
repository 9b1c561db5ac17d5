"""Formation: which process types an app has, how many dynos of which size each runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from local_heroku import catalogue
from local_heroku.errors import invalid_params, no_such_process_type
from local_heroku.store import dynos
from local_heroku.store.records import App, ProcessType, Release
from local_heroku.store.world import World, new_id

_QUANTITY = re.compile(r"[+-]?[0-9]{1,9}")
MOST_DYNOS = 100  # of one process type: recordings of the official plugin, "The API side"


@dataclass(frozen=True, slots=True)
class Scaling:
    """A wish for one process type: `quantity` as 3, "3", "+1", "-1" or None; `size` in any case or None."""

    type: str
    quantity: int | str | None = None
    size: str | None = None


def get(world: World, app: App, type_or_id: str) -> ProcessType:
    for process_type in world.process_types.of(app.id):
        if type_or_id in (process_type.type, process_type.id):
            return process_type
    raise no_such_process_type(type_or_id)


def scale(world: World, app: App, wishes: list[Scaling]) -> list[ProcessType]:
    """Apply all wishes or none. A process type exists only after a release with it: 404 before that (docs/heroku-api.md §5)."""
    changed = [_scaled(get(world, app, wish.type), wish) for wish in wishes]
    after = {item.type: item for item in world.process_types.of(app.id)} | {
        item.type: item for item in changed
    }
    _refuse_mixed(list(after.values()))
    return [_apply(world, app, item) for item in changed]


def follow_slug(world: World, app: App, release: Release) -> None:
    """Make the process types those of the release's slug; on the first, `web` gets one dyno."""
    slug = world.slugs.get(release.slug_id or "")
    wanted = slug.process_types if slug else {}
    present = {item.type: item for item in world.process_types.of(app.id)}
    for name, process_type in present.items():
        if name not in wanted:
            dynos.fit(world, app, replace(process_type, quantity=0))
            world.process_types.remove(process_type)
    for name, command in wanted.items():
        if name in present:
            world.process_types.put(replace(present[name], command=command, updated_at=world.now))
        else:
            _add(world, app, name, command, quantity=1 if name == "web" and not present else 0)


def _add(world: World, app: App, name: str, command: str, *, quantity: int) -> None:
    others = world.process_types.of(app.id)
    size = others[0].size if others else world.settings.default_size
    world.process_types.put(
        ProcessType(new_id(), app.id, name, command, quantity, size, world.now, world.now),
    )


def _scaled(process_type: ProcessType, wish: Scaling) -> ProcessType:
    quantity = (
        process_type.quantity if wish.quantity is None else _quantity(wish.quantity, process_type.quantity)
    )
    size = process_type.size if wish.size is None else size_name(wish.size)
    limit = catalogue.DYNO_SIZES[size.lower()].limit
    if quantity > limit:
        raise invalid_params(
            f"Cannot scale to {quantity} dynos"
            if quantity > MOST_DYNOS
            else f"Cannot scale {process_type.type} to {quantity} {size} dynos: the most is {limit}. "
            "Use Standard-1X or larger.",
        )
    return replace(process_type, quantity=quantity, size=size)


def _quantity(wish: int | str, present: int) -> int:
    """`3` and "3" are absolute, "+1" and "-1" relative; the number -1 is absolute and refused."""
    if isinstance(wish, str) and not _QUANTITY.fullmatch(wish):
        raise invalid_params(f"Quantity {wish[:40]} is not a whole number")
    relative = isinstance(wish, str) and wish[0] in "+-"
    quantity = int(wish) + (present if relative else 0)
    if not 0 <= quantity <= MOST_DYNOS:
        raise invalid_params(f"Cannot scale to {quantity} dynos")
    return quantity


def size_name(text: str) -> str:
    by_id = {catalogue.stable_id("dyno-size", size.name): size for size in catalogue.DYNO_SIZES.values()}
    size = catalogue.DYNO_SIZES.get(text.lower()) or by_id.get(text)
    if size is None:
        raise invalid_params(f"No such dyno size: {text[:60]}")
    return size.name


def _refuse_mixed(process_types: list[ProcessType]) -> None:
    """Eco and Basic go with neither each other nor the larger sizes: Dev Center, "Dyno Types"; wording ours."""
    running = [item for item in process_types if item.quantity > 0]
    tiers = {catalogue.DYNO_SIZES[item.size.lower()].tier for item in running}
    if len(tiers) > 1 and tiers & {"eco", "basic"}:
        mix = ", ".join(f"{item.type}={item.size}" for item in running)
        raise invalid_params(f"Cannot mix {mix} in one app: Eco and Basic dynos go with no other size")


def _apply(world: World, app: App, wanted: ProcessType) -> ProcessType:
    present = get(world, app, wanted.id)
    if wanted == present:
        return present
    wanted = world.process_types.put(replace(wanted, updated_at=world.now))
    dynos.fit(world, app, wanted, resized=wanted.size != present.size)
    world.logs.write(
        app.id, world.now, "app", "api", f"Scaled to {wanted.type}@{wanted.quantity}:{wanted.size}"
    )
    return wanted
