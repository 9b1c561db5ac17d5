"""Faults on order: which requests they strike, how often, and what happens then.

A fault strikes a request whose method and path match and where it has an effect, `skip` of them later, `count` times,
each time with `probability` drawn from its own seed. Kept in memory: a restart clears them.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from local_heroku.call import as_text, whole_number
from local_heroku.errors import HerokuError, invalid_params, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Phase = Literal["before", "during", "after"]

# kind -> (when it strikes, what it does). `before`: nothing is done; `during`: the request is done with this
# turn of events; `after`: it is done, then the answer is spoilt.
KINDS: dict[str, tuple[Phase, str]] = {
    "rate-limit": ("before", "429; with Retry-After when `retry_after` (seconds) is given"),
    "error": ("before", "`status` (default 500) with `error_id` and `message` in Heroku's shape"),
    "html": ("before", "`status` (default 503) with an HTML page"),
    "reset-before": ("before", "the connection is cut, nothing was done"),
    "unauthorized": ("before", "401, as for a revoked token"),
    "forbidden": ("before", "403, as for a token without the scope"),
    "lag": ("before", "404, as right after a create"),
    "stuck-provisioning": ("during", "an add-on created stays `provisioning`"),
    "failed-provisioning": ("during", "an add-on created is `deprovisioned` when its time is up"),
    "upgrade-moves": (
        "during",
        "a Postgres plan changed gives the database another id; name and address stay",
    ),
    "build-fails": ("during", "a build ends as failed, in its buildpack; nothing is released"),
    "release-fails": ("during", "a release made ends as `failed`; config vars are stored"),
    "transfer-fails": ("during", "a backup or restore started ends as failed"),
    "migration-fails": ("during", "the next pending migration that `rails db:migrate` runs fails"),
    "lost-answer": ("after", "done, then `status` (default 502) with an HTML page"),
    "reset-after": ("after", "done, then the connection is cut"),
    "reset-halfway": ("after", "done, then the connection is cut in the middle of the answer"),
    "stall": ("after", "done, then the answer waits `seconds` (default 60)"),
    "empty": ("after", "done, then 200 with an empty body"),
    "empty-list": ("after", "done, then 200 with []"),
    "cut-list": ("after", "done, then 206 with the first half of the list, and no Next-Range"),
    "short-list": ("after", "done, then 200 with the first half of the list"),
    "doubled-list": ("after", "done, then each row of the list twice"),
    "wrong-shape": ("after", "done, then 200 with JSON of another shape"),
    "html-success": ("after", "done, then 200 with an HTML page"),
    "stale": ("after", "a GET is answered as the last time it was asked"),
}
LISTS = ("empty-list", "cut-list", "short-list", "doubled-list")
METHODS = ("*", "GET", "POST", "PATCH", "PUT", "DELETE")


@dataclass(slots=True)
class Fault:
    """`path` is a pattern with `*`, such as `/apps/*/config-vars`; `count` 0 means without end.

    `lasts` is seconds of local Heroku's clock after which it is over; 0 means without end.
    """

    id: int
    kind: str
    method: str = "*"
    path: str = "*"
    count: int = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    status: int = 0
    error_id: str = ""
    message: str = ""
    retry_after: int = 0
    seconds: float = 60.0
    lasts: float = 0.0
    struck: int = 0
    _until: float = field(default=float("inf"), repr=False)
    _dice: random.Random = field(default_factory=random.Random, repr=False)

    def is_due(self, method: str, path: str, now: float) -> bool:
        """Whether it may strike this request; nothing is counted yet."""
        if now >= self._until or (self.count and self.struck >= self.count):
            return False
        return self.method in ("*", method) and fnmatchcase(path, self.path)

    def strikes(self) -> bool:
        """Whether its turn has come, where it can have an effect; counts it when it has."""
        if self.count and self.struck >= self.count:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.probability < 1.0 and self._dice.random() >= self.probability:
            return False
        self.struck += 1
        return True

    @property
    def phase(self) -> Phase:
        return KINDS[self.kind][0]


class Faults:
    def __init__(self) -> None:
        self._all: list[Fault] = []
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._all)

    def order(self, wish: dict[str, Any], now: float) -> Fault:
        """A fault from the JSON that `POST /local/faults` got. Raises 422 for an unknown kind or field."""
        self._count += 1
        fault = _parsed(wish, self._count)
        if fault.lasts:
            fault._until = now + fault.lasts  # noqa: SLF001 - its own maker
        self._all.append(fault)
        return fault

    def due(self, method: str, path: str, now: float) -> list[Fault]:
        """Those that may strike this request."""
        return [fault for fault in self._all if fault.is_due(method, path, now)]

    def of_event(self, now: Callable[[], float]) -> Callable[[str], bool]:
        """For what happens by itself, as a backup at its hour: only faults on any request of any path strike it."""
        return lambda kind: bool(self._all) and Effects(self.due("", "", now()))(kind)

    def all(self) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in asdict(fault).items() if not key.startswith("_")}
            for fault in self._all
        ]

    def clear(self) -> None:
        self._all.clear()

    def remove(self, fault_id: str) -> None:
        kept = [fault for fault in self._all if str(fault.id) != fault_id]
        if len(kept) == len(self._all):
            raise not_found("fault")
        self._all = kept


class Effects:
    """The turns of events that the faults due on one request can bring about. Asked by kind, where one would be used."""

    def __init__(self, due: Sequence[Fault]) -> None:
        self._due = due
        self._struck: list[Fault] = []

    def __call__(self, kind: str) -> bool:
        struck = next((fault for fault in self._due if fault.kind == kind and fault.strikes()), None)
        if struck is not None:
            self._struck.append(struck)
        return struck is not None

    @property
    def kinds(self) -> list[str]:
        return [fault.kind for fault in self._struck]

    def take_back(self) -> None:
        """What was done is undone: nothing was struck."""
        for fault in self._struck:
            fault.struck -= 1
        self._struck.clear()


def first_struck(
    due: Iterable[Fault], phase: Phase, can_strike: Callable[[Fault], bool] = lambda _: True
) -> Fault | None:
    """The first fault of the phase that strikes; where it would change nothing, it isn't counted."""
    of_phase = (fault for fault in due if fault.phase == phase)
    return next((fault for fault in of_phase if can_strike(fault) and fault.strikes()), None)


def refusal(fault: Fault) -> HerokuError | None:
    """The error answer of a fault that strikes before, None for kinds that give none in Heroku's shape."""
    match fault.kind:
        case "rate-limit":
            headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
            return HerokuError(
                429,
                "rate_limit",
                "Your account reached the API rate limit",
                extra={"url": "https://devcenter.heroku.com/articles/platform-api-reference#rate-limits"},
                headers={"RateLimit-Remaining": "0", **headers},
            )
        case "error":
            status = fault.status or 500
            return HerokuError(
                status, fault.error_id or "internal_server_error", fault.message or "Internal server error."
            )
        case "unauthorized":
            return HerokuError(401, "unauthorized", "Invalid credentials provided.")
        case "forbidden":
            return HerokuError(
                403,
                "forbidden",
                fault.message or "You do not have access to this resource: scope write is needed.",
            )
        case "lag":
            return HerokuError(404, "not_found", "Couldn't find that resource.")
        case _:
            return None


def _parsed(wish: dict[str, Any], number: int) -> Fault:
    kind = as_text(wish.get("kind"), "kind")
    if kind not in KINDS:
        raise invalid_params(f"kind {kind!r} is no fault; these are: {', '.join(KINDS)}")
    known = {"kind", "method", "path", "count", "skip", "probability", "seed", "status", "error_id", "message",
             "retry_after", "seconds", "lasts"}  # fmt: skip
    if unknown := sorted(wish.keys() - known):
        raise invalid_params(f"{unknown[0]} is no field of a fault; these are: {', '.join(sorted(known))}")
    reads_only = kind in ("stale", "lag", *LISTS)
    method = (as_text(wish.get("method"), "method") or "*").upper()
    if method == "*" and reads_only:
        method = "GET"
    if method not in METHODS:
        raise invalid_params(f"method must be one of {', '.join(METHODS)}")
    numbers: dict[str, Any] = {
        key: whole_number(wish[key], key)
        for key in ("count", "skip", "seed", "status", "retry_after")
        if wish.get(key) is not None
    }
    if negative := next((key for key, value in numbers.items() if value < 0 and key != "seed"), None):
        raise invalid_params(f"{negative} must not be negative")
    fault = Fault(
        id=number,
        kind=kind,
        method=method,
        path=as_text(wish.get("path"), "path") or "*",
        probability=_number(wish.get("probability", 1.0), "probability", largest=1.0),
        seconds=_number(wish.get("seconds", 60.0), "seconds", largest=3600.0),
        lasts=_number(wish.get("lasts", 0.0), "lasts", largest=31 * 86400.0),
        error_id=as_text(wish.get("error_id"), "error_id") or "",
        message=as_text(wish.get("message"), "message") or "",
        **numbers,
    )
    if fault.status and not 400 <= fault.status <= 599:  # noqa: PLR2004 - error statuses
        raise invalid_params("status must be 400 to 599")
    fault._dice.seed(fault.seed)  # noqa: SLF001 - its own maker
    return fault


def _number(value: object, key: str, *, largest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= largest:
        raise invalid_params(f"{key} must be a number from 0 to {largest:g}")
    return float(value)
