"""The steps of a resource's life that reach Heroku."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.heroku_postgres.session import Session
    from providers.protocol.lifecycle import Created, DeleteRequest, Found, ReadRequest
    from providers.protocol.values import Properties


class Steps(ABC):
    """One resource type. Inputs are checked and known. Each step may be repeated after it was cut off anywhere."""

    @abstractmethod
    def create(self, session: Session, news: Properties) -> Created: ...

    @abstractmethod
    def read(self, session: Session, request: ReadRequest) -> Found | None: ...

    @abstractmethod
    def update(self, session: Session, news: Properties, olds: Properties) -> Properties: ...

    @abstractmethod
    def delete(self, session: Session, request: DeleteRequest) -> None: ...
