"""Trying a request again, and looking again at what is under way: inside a time budget, with tenacity.

The errors themselves carry the decision: a write whose answer was lost is an OutcomeUnknownError and never repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tenacity import Retrying, retry_if_exception_type, retry_if_result, wait_exponential, wait_random

from heroku_api.errors import AnswerLostError, RateLimitedError, RequestError, ServerError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenacity import RetryCallState

T = TypeVar("T")

REPEATED = (UnreachableError, AnswerLostError, RateLimitedError, ServerError)
"""Errors after which the request has done nothing, or may be done twice."""

UNREACHABLE = 20.0
"""Seconds after which a host that takes no connection is taken to be down, however large the budget."""

BACKOFF = wait_exponential(multiplier=0.5, max=30) + wait_random(0, 1)
"""0.5, 1, 2, 4 … 30 s, each with up to 1 s more. The rate limit refills by about 75 requests a minute."""

LOOKS = wait_exponential(multiplier=0.5, max=5)
"""0.5, 1, 2, 4, 5 … s between two looks at something under way."""

LOOKS = wait_exponential(multiplier=0.5, max=5)
"""0.5, 1, 2, 4, 5 … s between two looks at something under way."""


def wait_of(state: RetryCallState) -> float:
    """Seconds until the next try: what Retry-After asks for, else BACKOFF."""
    error = _error(state)
    if error.said and error.said.retry_after is not None:
        return error.said.retry_after
    return BACKOFF(state)


def retrying(
    *,
    elapsed: Callable[[], float],
    budget: float,
    sleep: Callable[[float], None],
    notice: Callable[[str], None],
) -> Retrying:
    """Tries until the next wait would end after `budget` seconds (or UNREACHABLE); then raises the last error."""

    def is_spent(state: RetryCallState) -> bool:
        limit = min(budget, UNREACHABLE) if isinstance(_error(state), UnreachableError) else budget
        return elapsed() + state.upcoming_sleep >= limit

    def tell(state: RetryCallState) -> None:
        error = _error(state)
        notice(f"{error.asked}: {error.what}; trying again in {state.upcoming_sleep:.1f} s")

    return Retrying(
        retry=retry_if_exception_type(REPEATED),
        wait=wait_of,
        stop=is_spent,
        sleep=sleep,
        before_sleep=tell,
        reraise=True,
    )


def look_until_there(
    look: Callable[[], T | None],
    *,
    seconds: float,
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    notice: Callable[[float], None],
) -> T | None:
    """Looks until there is something, the last time after `seconds`; None when there is nothing by then.

    `sleep` raises when the run is cancelled; `notice` is told before each wait how many seconds are left.
    """
    end = clock() + seconds
    looking: Retrying = Retrying(
        retry=retry_if_result(lambda found: found is None),
        wait=lambda state: max(0.0, min(LOOKS(state), end - clock())),
        stop=lambda _: clock() >= end,
        sleep=sleep,
        before_sleep=lambda _: notice(end - clock()),
        retry_error_callback=lambda _: None,
    )
    return looking(look)


def _error(state: RetryCallState) -> RequestError:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, RequestError):  # pragma: no cover - REPEATED holds nothing else
        raise TypeError(f"tried again after {error!r}")
    return error
