"""The way of a call through a resource type: its table of fields first, then its calls on Heroku."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from heroku_api.errors import HerokuError, NotFoundError
from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.lifecycle import Checked, CheckRequest, Created, Difference, Found, Provider
from providers.protocol.values import UNKNOWN, is_known
from providers.resources import reply
from providers.resources.calls import Call, Lifecycle, Made, StoppedError, UnfinishedError
from providers.resources.check import check, opened, plain
from providers.resources.connection import Connection
from providers.resources.diff import difference
from providers.resources.naming import Naming
from providers.resources.preview import planned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from providers.protocol.lifecycle import (
        CreateRequest,
        DeleteRequest,
        DiffRequest,
        ReadRequest,
        Subject,
        UpdateRequest,
    )
    from providers.protocol.values import Properties


class ResourceProvider(Provider):
    """A plugin whose resource types are `Lifecycle`s. `env` has what the program's settings leave to it."""

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        cancelled: threading.Event | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.cancelled = cancelled or self.cancelled
        self._connection = Connection(env, self.cancelled, clock)

    @abstractmethod
    def lifecycle(self, token: str) -> Lifecycle:
        """The calls of a type. Raises ProviderError for a type that is not served."""

    def check(self, request: CheckRequest) -> Checked:
        naming = getattr(request, "naming", None) or Naming(request.name, request.random_seed)
        resource = self.lifecycle(request.type).resource
        return check(resource, opened(request.news), opened(request.olds), naming)

    def diff(self, request: DiffRequest) -> Difference:
        kind = self.lifecycle(request.type)
        state, news = opened(request.olds), opened(request.news)
        also = kind.differences(state, news)
        return difference(kind.resource, state, news, ignored=request.ignore_changes, also=also)

    def create(self, request: CreateRequest) -> Created:
        kind = self.lifecycle(request.type)
        news = opened(request.inputs)
        foreseen = kind.completed(planned(kind.resource, news), news)
        if request.preview:
            return Created("", reply.planned_outputs(kind.resource, UNKNOWN, foreseen))
        made = Made()
        try:
            kind.create(self._call(request), plain(_known(news)), made)
        except HerokuError as error:
            if not made.id:
                raise
            raise _unfinished(kind, made, error) from None
        return Created(made.id, reply.outputs(kind.resource, made.id, made.state))

    def read(self, request: ReadRequest) -> Found | None:
        kind = self.lifecycle(request.type)
        made = _stored(request.id, request.properties)
        call = self._call(request)
        imported = not request.properties
        unfinished = ""
        try:
            if (imported and not kind.find(call, made)) or not kind.read(call, made):
                return None
        except UnfinishedError as error:
            unfinished = str(error)
        outputs = reply.outputs(kind.resource, made.id, made.state, imported=imported)
        if imported:
            inputs = reply.imported_inputs(kind.resource, made.state)
        else:
            inputs = reply.refreshed_inputs(kind.resource, opened(request.inputs), made.state)
        if unfinished:
            raise InitFailedError(unfinished, id=made.id, properties=outputs, inputs=inputs)
        return Found(made.id, outputs, inputs)

    def update(self, request: UpdateRequest) -> Properties:
        kind = self.lifecycle(request.type)
        state, news = opened(request.olds), opened(request.news)
        if request.preview:
            foreseen = kind.completed(planned(kind.resource, news, state), news)
            return reply.planned_outputs(kind.resource, request.id, foreseen)
        made = _stored(request.id, state)
        try:
            _update_or_resume(kind, self._call(request), _known(news), made)
        except HerokuError as error:
            raise _unfinished(kind, made, error) from None
        return reply.outputs(kind.resource, made.id, made.state)

    def delete(self, request: DeleteRequest) -> None:
        kind = self.lifecycle(request.type)
        call = self._call(request)
        try:
            kind.delete(call, _stored(request.id, request.properties))
        except NotFoundError as error:
            if error.said.id != "not_found":
                raise
            call.warn(f"{error.asked}: it was gone already, and is taken out of the state")

    def _call(self, request: Subject) -> Call:
        """`timeout` is the resource's customTimeouts, 0 for none."""
        timeout = timedelta(seconds=getattr(request, "timeout", 0.0))
        return self._connection.call(request.urn, self.engine, timeout or None)


def _update_or_resume(kind: Lifecycle, call: Call, news: Properties, made: Made) -> None:
    """Changes what differs. Nothing differs after a run that failed: then what is there decides, not the state."""
    if kind.converges:
        kind.update(call, plain(news), made)
        return
    if not _differs(kind, made, news):
        with suppress(UnfinishedError):
            if not kind.read(call, made):
                raise StoppedError(f"{made.id} is gone from Heroku. Run pulumi refresh, then pulumi up.")
    if _differs(kind, made, news):
        kind.update(call, plain(news), made)
    else:
        kind.resume(call, made)


def _differs(kind: Lifecycle, made: Made, news: Properties) -> bool:
    return bool(difference(kind.resource, made.state, news).changes)


def _known(news: Properties) -> Properties:
    """Inputs of a step that changes something. What was unknown in the preview must be known by now."""
    unknown = [name for name, value in news.items() if not is_known(value)]
    if unknown:
        raise ProviderError(
            f"{', '.join(unknown)} is still unknown; run `pulumi up` without --target, so that it is made"
        )
    return news


def _stored(identity: str, properties: Properties) -> Made:
    """The object of the state. Its own `id` counts: an update can change it, and the engine's keeps until a refresh."""
    state = opened(properties)
    return Made(state.get("id") or identity, state)


def _unfinished(kind: Lifecycle, made: Made, error: HerokuError) -> InitFailedError:
    """The object as far as it was made, stored although the call failed: the next run goes on from there."""
    properties = reply.outputs(kind.resource, made.id, made.state)
    return InitFailedError(id=made.id, properties=properties, reason=str(error))
