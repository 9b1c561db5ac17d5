"""The `heroku` provider: its configuration, and each resource type's life through the tables and calls of `types`."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from heroku_api.errors import HerokuError, NotFoundError
from providers.heroku import reply
from providers.heroku.calls import Call, Lifecycle, Made, StoppedError, UnfinishedError
from providers.heroku.check import check, opened, plain
from providers.heroku.connection import Connection
from providers.heroku.diff import difference
from providers.heroku.naming import Naming
from providers.heroku.preview import planned
from providers.heroku.settings import SettingsError, checked
from providers.heroku.types import MODULES, lifecycle
from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.lifecycle import (
    Checked,
    CheckRequest,
    Created,
    Difference,
    Found,
    Kind,
    PropertyChange,
    Provider,
)
from providers.protocol.values import UNKNOWN, Secret, is_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from providers.protocol.lifecycle import (
        CreateRequest,
        DeleteRequest,
        DiffRequest,
        ReadRequest,
        Subject,
        UpdateRequest,
    )
    from providers.protocol.values import Properties

VERSION = "1.0.4"
"""The version of the official plugin that this one stands in for."""


class HerokuProvider(Provider):
    """Serves the resource types of `types`, for loopback endpoints only."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        super().__init__()
        self._connection = Connection(env, self.cancelled)

    def schema(self) -> str:
        from providers.heroku.package import schema_text  # noqa: PLC0415 - only for pulumi import and package

        return schema_text()

    def check_config(self, request: CheckRequest) -> Checked:
        inputs, failures = checked(opened(request.news))
        if failures:
            return Checked({}, failures)
        marked = {name: isinstance(request.news.get(name), Secret) for name in inputs}
        return Checked({name: Secret(value) if marked[name] else value for name, value in inputs.items()})

    def diff_config(self, request: DiffRequest) -> Difference:
        olds, news = request.old_inputs or request.olds, request.news
        changed = {name for name in {*olds, *news} if is_known(news) and olds.get(name) != news.get(name)}
        kinds = {
            name: Kind.ADD if name not in olds else Kind.UPDATE if name in news else Kind.DELETE
            for name in sorted(changed)
        }
        return Difference(
            {name: PropertyChange(kind, input_diff=True) for name, kind in kinds.items()},
            True if kinds else None,
        )

    def configure(self, args: Properties) -> None:
        try:
            self._connection.configure(opened(args))
        except SettingsError as error:
            raise ProviderError(str(error)) from None

    def check(self, request: CheckRequest) -> Checked:
        naming = getattr(request, "naming", None) or Naming(request.name, request.random_seed)
        return check(_of(request).resource, opened(request.news), opened(request.olds), naming)

    def diff(self, request: DiffRequest) -> Difference:
        kind = _of(request)
        state, news = opened(request.olds), opened(request.news)
        also = kind.differences(state, news)
        return difference(kind.resource, state, news, ignored=request.ignore_changes, also=also)

    def create(self, request: CreateRequest) -> Created:
        kind = _of(request)
        news = opened(request.inputs)
        foreseen = kind.completed(planned(kind.resource, news), news)
        if request.preview:
            return Created("", reply.planned_outputs(kind.resource, UNKNOWN, foreseen))
        made = Made()
        try:
            kind.create(self._call(request), plain(news), made)
        except HerokuError as error:
            if not made.id:
                raise
            raise _unfinished(kind, made, error) from None
        return Created(made.id, reply.outputs(kind.resource, made.id, made.state))

    def read(self, request: ReadRequest) -> Found | None:
        kind = _of(request)
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
        kind = _of(request)
        state, news = opened(request.olds), opened(request.news)
        if request.preview:
            return reply.planned_outputs(kind.resource, request.id, planned(kind.resource, news, state))
        made = _stored(request.id, state)
        try:
            _update_or_resume(kind, self._call(request), news, made)
        except HerokuError as error:
            raise _unfinished(kind, made, error) from None
        return reply.outputs(kind.resource, made.id, made.state)

    def delete(self, request: DeleteRequest) -> None:
        kind = _of(request)
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
        return self._connection.call(request.urn, getattr(self, "engine", None), timeout or None)


def _update_or_resume(kind: Lifecycle, call: Call, news: Properties, made: Made) -> None:
    """Changes what differs. Nothing differs after a run that failed: then what is there decides, not the state."""
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


def _stored(identity: str, properties: Properties) -> Made:
    """The object of the state. Its own `id` counts: an update can change it, and the engine's keeps until a refresh."""
    state = opened(properties)
    return Made(state.get("id") or identity, state)


def _unfinished(kind: Lifecycle, made: Made, error: HerokuError) -> InitFailedError:
    """The object as far as it was made, stored although the call failed: the next run goes on from there."""
    properties = reply.outputs(kind.resource, made.id, made.state)
    return InitFailedError(id=made.id, properties=properties, reason=str(error))


def _of(request: Subject) -> Lifecycle:
    """The type's calls. Raises ProviderError for a type that is not served."""
    try:
        return lifecycle(request.type)
    except KeyError:
        served = ", ".join(sorted(name.rpartition(":")[2] for name in MODULES))
        raise ProviderError(
            f"unrecognized resource type {request.type}: this stand-in for the heroku plugin serves {served}. For other "
            f"types install the official plugin: pulumi plugin install resource heroku {VERSION} "
            "--server github://api.github.com/pulumiverse"
        ) from None
