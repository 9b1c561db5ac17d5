"""Config vars and the release that a change of them makes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from heroku_api.errors import CancelledError, OutcomeUnknownError, UnexpectedAnswerError
from providers.resources.calls import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from heroku_api.objects import Object
    from providers.resources.calls import Call

NEWEST = "version ..; max=1,order=desc"
RELEASE_LIMIT = timedelta(minutes=20)
"""How long a release phase may take before this plugin stops waiting. Source: as the official plugin."""
FINISHED = {"succeeded", "failed", "expired"}
MAY_BE_DONE = (OutcomeUnknownError, UnexpectedAnswerError, CancelledError)
"""After these Heroku may have what it was sent: no answer came, none that can be read, or nobody waited for it."""


def changes(pairs: Iterable[tuple[Mapping[str, str], Mapping[str, str]]]) -> dict[str, str | None]:
    """The PATCH for maps as they were and as they shall be: each that changed whole, None for what was taken out.

    A config var that moved from one map to the other is set, not removed.
    """
    removed: dict[str, str | None] = {}
    wanted: dict[str, str | None] = {}
    for before, after in pairs:
        if before != after:
            removed |= dict.fromkeys(name for name in before if name not in after)
            wanted |= after
    return {**removed, **wanted}


def set_config_vars(
    call: Call, app: str, changed: Mapping[str, str | None], *, stored: Callable[[], None] = lambda: None
) -> None:
    """Sets and removes config vars and waits for the release it makes.

    `stored` is called once Heroku has the values, before the wait. Raises StoppedError when that release fails; a
    failed release that something else made does not count.
    """
    with call.claims.turn(app, changed, call.urn) as kept:
        call.heroku.config_vars(app, kept)
    left = sorted(set(changed) - set(kept))
    if left:
        call.warn(f"{', '.join(left)} left as set by another resource in this run")
    stored()
    release = newest(call, app)
    if release is not None:
        _wait(call, app, release, ours=bool(changed))


def change_config_vars(
    call: Call, app: str, changed: Mapping[str, str | None], *, stored: Callable[[], None]
) -> None:
    """As `set_config_vars`, for vars the state knows: where the outcome is not known, it counts as stored.

    The next run reads what is there before it changes anything, and a var that was set is never forgotten.
    """
    try:
        set_config_vars(call, app, changed, stored=stored)
    except MAY_BE_DONE:
        stored()
        raise


def newest(call: Call, app: str) -> Object | None:
    """The newest release; None for an app without any."""
    found = call.heroku.page(f"/apps/{app}/releases", range_=NEWEST)
    return found[0] if found else None


def _wait(call: Call, app: str, release: Object, *, ours: bool) -> None:
    path = f"/apps/{app}/releases/{release.text('id')}"
    label = f"release v{release.number('version')} of the app"

    def finished() -> Object | None:
        latest = call.heroku.get(path)
        return latest if not ours or latest.text("status") in FINISHED else None

    latest = call.wait(
        finished,
        limit=RELEASE_LIMIT,
        why=label,
        then="The config vars are set. See heroku releases, then run again.",
    )
    if ours and latest.text("status") != "succeeded" and _is_config_release(latest):
        raise StoppedError(
            f"{label} ({latest.text('description')}) {latest.text('status')}. The config vars are set on Heroku, but "
            f"the app still runs the release before. See heroku releases:output v{release.number('version')}."
        )


def _is_config_release(release: Object) -> bool:
    """Whether a change of config vars made it. Heroku describes those as `Set A, B config vars`."""
    return "config var" in release.text("description").lower()
