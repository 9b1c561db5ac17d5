"""What happens by itself as time passes, played in order and each at its own moment.

Provisioning ends, dynos finish booting, backups start at their hour, transfers finish. Moving the clock a week ahead
plays the whole week.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku.store import addons, backups, dynos

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_heroku.store.world import World

NEVER = float("inf")


class Timeline:
    """Knows when the next event is due, so that asking costs nothing until then."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._next = 0.0

    def reconsider(self) -> None:
        """After a change: the next event may be another one."""
        self._next = min((moment for moment, _ in _events(self._world)), default=NEVER)

    def play(self) -> None:
        """Play every event that is due by now; each is a transaction of its own."""
        now = self._world.now
        if now < self._next:
            return
        while event := min(_events(self._world), key=lambda item: item[0], default=None):
            moment, action = event
            if moment > now:
                break
            with self._world.at(moment), self._world.transaction():
                action()
        self.reconsider()


def _events(world: World) -> Iterator[tuple[float, Callable[[], object]]]:
    for addon in world.addons.all():
        if addon.ready_at and addon.state == "provisioning":
            yield addon.ready_at, lambda addon=addon: addons.end_provisioning(world, addon)  # type: ignore[misc]
    for dyno in world.dynos.all():
        if dyno.boots_until:
            yield dyno.boots_until, lambda dyno=dyno: dynos.end_boot(world, dyno)  # type: ignore[misc]
    for transfer in world.transfers.all():
        if transfer.finished_at is None:
            yield transfer.ends_at, lambda transfer=transfer: backups.finish(world, transfer)  # type: ignore[misc]
    for schedule in world.schedules.all():
        yield schedule.next_run, lambda schedule=schedule: backups.run_schedule(world, schedule)  # type: ignore[misc]
