"""Requests side by side within one time budget; what can't be read is Unknown, and what seems gone is asked twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from heroku_api.client import Client
from heroku_api.errors import HerokuError, NotFoundError
from runbook.unknown import Known, Unknown

T = TypeVar("T")
S = TypeVar("S")

AT_ONCE = 32
"""Requests under way at one time: Heroku counts them by the hour, not at once. Ten an app, of 50 ms each, are the rest of a drift's time."""
CONFIRM_AFTER = 0.5
"""Seconds between an answer in which something is missing and the second look."""


class Asking:
    """A pool of threads over one client. At the end of the budget (seconds) every request under way is given up.

    The client must be made with `cancelled`, so that its waits end.
    """

    def __init__(self, client: Client, *, budget: float, pause: float = CONFIRM_AFTER) -> None:
        self.client = client
        self._budget = budget
        self._pause = pause
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="live-reader")
        self._over = threading.Timer(budget, client.cancelled.set)
        self._over.daemon = True

    def __enter__(self) -> Self:
        self._over.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.cancel()
        if error is not None:
            self.client.cancelled.set()
        self._pool.shutdown(cancel_futures=True)

    def start(
        self,
        read: Callable[[Client], T],
        is_whole: Callable[[T], bool],
        doubt: Callable[[T], Unknown | None] = lambda _: None,
    ) -> Future[Known[T]]:
        """Reads on another thread. An answer that is not whole is asked for again, and believed unless there is `doubt`.

        A list alone is no proof that something is gone: `doubt` asks a second witness, and says what contradicts.
        """
        return self._pool.submit(self._known, read, is_whole, doubt)

    def _known(
        self,
        read: Callable[[Client], T],
        is_whole: Callable[[T], bool],
        doubt: Callable[[T], Unknown | None],
    ) -> Known[T]:
        try:
            found = read(self.client)
            if is_whole(found):
                return found
            found = self._again(read)
            return found if is_whole(found) else doubt(found) or found
        except NotFoundError:
            return self._known_again(read)
        except HerokuError as error:
            return self._why(error)

    def _again(self, read: Callable[[Client], T]) -> T:
        self.client.cancelled.wait(self._pause)
        return read(self.client)

    def _known_again(self, read: Callable[[Client], T]) -> Known[T]:
        try:
            return self._again(read)
        except HerokuError as error:
            return self._why(error)

    def is_gone(self, read: Callable[[Client], object]) -> Known[bool]:
        """Whether one object is surely gone: 404 twice, with a pause. Any other failure leaves it open."""
        for last in (False, True):
            try:
                read(self.client)
            except NotFoundError:
                if not last:
                    self.client.cancelled.wait(self._pause)
            except HerokuError as error:
                return self._why(error)
            else:
                return False
        return True

    def contradicted(self, what: str, where: str, read: Callable[[Client], object]) -> Unknown | None:
        """Why `what` is not surely gone, although the list `where` lacks it; None where it is."""
        gone = self.is_gone(read)
        if isinstance(gone, Unknown):
            return gone
        if gone:
            return None
        return Unknown(f"Heroku's list of {where} lacks {what}, and asked for itself it is there")

    def one_is_there(
        self, lacking: Mapping[str, S], where: str, read: Callable[[Client, S], object]
    ) -> Unknown | None:
        """Of what the list `where` lacks, by its name with what to ask for: why one is not surely gone; None where all are."""
        for name, asked in lacking.items():
            why = self.contradicted(name, where, lambda client, asked=asked: read(client, asked))  # type: ignore[misc]
            if why is not None:
                return why
        return None

    def _why(self, error: HerokuError) -> Unknown:
        if self.client.cancelled.is_set():
            return Unknown(f"the time budget of {self._budget:g} s ended first; raise --budget")
        return Unknown(str(error))


def always(_found: object) -> bool:
    """For answers that hold nothing declared: whatever they say is whole."""
    return True


def holds(wanted: Iterable[str], name: Callable[[T], str]) -> Callable[[Iterable[T]], bool]:
    """Whether a list has everything that is declared."""
    names = frozenset(wanted)
    return lambda found: names <= {name(item) for item in found}
