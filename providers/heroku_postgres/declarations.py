"""What the program may declare, per resource type: checks, differences, and what a preview can foresee.

Pure, and free of the HTTP client and its models: a preview that changes nothing needs no more than this.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from providers.heroku_postgres import inputs
from providers.protocol.lifecycle import Difference, Kind, PropertyChange
from providers.protocol.values import UNKNOWN, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from providers.protocol.lifecycle import Checked, DiffRequest
    from providers.protocol.values import Properties, Value


class Declaration(ABC):
    """One resource type as a program declares it."""

    checks: ClassVar[Mapping[str, Callable[[Value], Value]]]
    defaults: ClassVar[Properties]

    def check(self, news: Properties) -> Checked:
        return inputs.checked(news, self.checks, self.defaults)

    @abstractmethod
    def diff(self, request: DiffRequest) -> Difference: ...

    @abstractmethod
    def foreseen(self, news: Properties) -> Properties:
        """The outputs as far as a preview knows them."""


class BackupSchedule(Declaration):
    """`heroku-postgres:index:BackupSchedule`."""

    checks: ClassVar = {
        "appId": inputs.uuid,
        "databaseId": inputs.uuid,
        "attachment": inputs.attachment,
        "hour": inputs.hour,
        "timezone": inputs.timezone,
    }
    defaults: ClassVar = {"attachment": inputs.ATTACHMENT}

    def diff(self, request: DiffRequest) -> Difference:
        """Another database, app or attachment is another schedule; another time is changed in place.

        On the same database the old schedule goes first: it would be the second one, or the very same.
        """
        found = {
            **changes(request, ("appId", "databaseId", "attachment"), Kind.UPDATE_REPLACE),
            **changes(request, ("hour", "timezone"), Kind.UPDATE),
        }
        return Difference.of(found, delete_before_replace=_same(request, "databaseId"))

    def foreseen(self, news: Properties) -> Properties:
        hour, timezone = news["hour"], news["timezone"]
        is_known = not isinstance(hour, Unknown) and not isinstance(timezone, Unknown)
        return {
            **news,
            "scheduleId": UNKNOWN,
            "name": _config_var(news["attachment"]),
            "at": at(hour, timezone) if is_known else UNKNOWN,
        }


class Attachment(Declaration):
    """`heroku-postgres:index:Attachment`."""

    checks: ClassVar = {"appId": inputs.uuid, "databaseId": inputs.uuid, "name": inputs.attachment}
    defaults: ClassVar = {"name": inputs.ATTACHMENT}

    def diff(self, request: DiffRequest) -> Difference:
        """Every change is another attachment. The name is free only after the old one is gone."""
        found = changes(request, self.checks, Kind.UPDATE_REPLACE)
        return Difference.of(found, delete_before_replace=_same(request, "appId", "name"))

    def foreseen(self, news: Properties) -> Properties:
        return {**news, "attachmentId": UNKNOWN, "configVar": _config_var(news["name"])}


def changes(request: DiffRequest, names: Iterable[str], kind: Kind) -> dict[str, PropertyChange]:
    """The named properties whose new input is not the old output; an UNKNOWN one may differ, so it counts."""
    return {name: PropertyChange(kind) for name in names if not _same(request, name)}


def at(hour: int, timezone: str) -> str:
    """As people and Heroku's CLI write it: `02:00 America/Los_Angeles`."""
    return f"{hour:02}:00 {timezone}"


def _same(request: DiffRequest, *names: str) -> bool:
    return all(request.olds.get(name) == request.news.get(name) for name in names)


def _config_var(attachment: Value) -> Value:
    return attachment if isinstance(attachment, Unknown) else f"{attachment}_URL"
