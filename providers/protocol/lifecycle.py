"""A provider's life in Pulumi's words: check, diff, create, read, update, delete, cancel.

`inputs` are what the program declares, after check; `properties` (in a diff or update: `olds`) are a resource's
outputs as the state has them. Source: Pulumi's provider protocol (proto/pulumi/provider.proto).
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

from providers.protocol.errors import ProviderError

if TYPE_CHECKING:
    from providers.protocol.engine_log import EngineLog
    from providers.protocol.values import Properties


@dataclass(frozen=True)
class Subject:
    """The resource a call is about."""

    urn: str

    @property
    def type(self) -> str:
        """The resource's own type, such as `heroku-postgres:index:BackupSchedule`."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.split("::", 3)[3]


@dataclass(frozen=True)
class CheckRequest(Subject):
    """`olds` are the inputs of the last run, empty for a new resource."""

    news: Properties
    olds: Properties = field(default_factory=dict)
    random_seed: bytes = b""


@dataclass(frozen=True)
class Failure:
    """One input that was refused."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """The inputs with defaults and in canonical form, or why they were refused."""

    inputs: Properties
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class DiffRequest(Subject):
    """`olds` are the outputs of the state, `news` the checked inputs."""

    id: str
    olds: Properties
    news: Properties
    old_inputs: Properties = field(default_factory=dict)
    ignore_changes: list[str] = field(default_factory=list)


class Kind(IntEnum):
    """How a property changes. The numbers are the protocol's."""

    ADD = 0
    ADD_REPLACE = 1
    DELETE = 2
    DELETE_REPLACE = 3
    UPDATE = 4
    UPDATE_REPLACE = 5

    @property
    def replaces(self) -> bool:
        return self in {Kind.ADD_REPLACE, Kind.DELETE_REPLACE, Kind.UPDATE_REPLACE}


@dataclass(frozen=True)
class PropertyChange:
    """`input_diff`: the change is between old and new inputs, not between outputs and inputs."""

    kind: Kind
    input_diff: bool = False


@dataclass(frozen=True)
class Difference:
    """What an update would change, by property path. None in `changes` leaves the answer to the engine.

    `diffs` and `replaces` default to the top-level names in `detailed`.
    """

    detailed: dict[str, PropertyChange] = field(default_factory=dict)
    changes: bool | None = None
    diffs: list[str] | None = None
    replaces: list[str] | None = None
    stables: list[str] = field(default_factory=list)
    delete_before_replace: bool = False

    @classmethod
    def of(cls, detailed: dict[str, PropertyChange], *, delete_before_replace: bool = False) -> Difference:
        """No difference when `detailed` is empty."""
        return cls(detailed, bool(detailed), delete_before_replace=delete_before_replace)


@dataclass(frozen=True)
class CreateRequest(Subject):
    """With `preview` nothing is made, and inputs may be UNKNOWN. `timeout` in seconds, 0 for none."""

    inputs: Properties
    preview: bool = False
    timeout: float = 0.0


@dataclass(frozen=True)
class Created:
    """The new resource; in a preview `id` is empty and unknown outputs are UNKNOWN."""

    id: str
    properties: Properties


@dataclass(frozen=True)
class ReadRequest(Subject):
    """`inputs` and `properties` are the state's; both are empty for an import, where `id` is the import id."""

    id: str
    inputs: Properties = field(default_factory=dict)
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """The resource as it is, and the inputs that would declare it so."""

    id: str
    properties: Properties
    inputs: Properties


@dataclass(frozen=True)
class UpdateRequest(Subject):
    """`olds` are the outputs of the state, `news` the checked inputs. `timeout` in seconds, 0 for none."""

    id: str
    olds: Properties
    news: Properties
    old_inputs: Properties = field(default_factory=dict)
    ignore_changes: list[str] = field(default_factory=list)
    preview: bool = False
    timeout: float = 0.0


@dataclass(frozen=True)
class DeleteRequest(Subject):
    """`timeout` in seconds, 0 for none."""

    id: str
    properties: Properties
    old_inputs: Properties = field(default_factory=dict)
    timeout: float = 0.0


class Provider(ABC):
    """One plugin. Calls come on several threads at once; each may raise ProviderError or a HerokuError.

    `cancelled` is set when the user stops the run: every wait ends then. `engine` shows progress to the user; None when
    none is attached.
    """

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.engine: EngineLog | None = None

    def schema(self) -> str:
        """The package's schema as JSON."""
        raise ProviderError("this plugin serves no schema")

    def invoke(self, token: str) -> NoReturn:
        """A function of the package, such as a data source: none is served."""
        raise ProviderError(f"{token}: this plugin serves no functions")

    def check_config(self, request: CheckRequest) -> Checked:
        """The provider's own settings, as they come."""
        return Checked(request.news)

    def diff_config(self, request: DiffRequest) -> Difference:
        """Another setting of the provider never replaces a resource."""
        names = sorted({*request.olds, *request.news})
        changed = [name for name in names if request.olds.get(name) != request.news.get(name)]
        return Difference.of({name: PropertyChange(Kind.UPDATE) for name in changed})

    @abstractmethod
    def configure(self, args: Properties) -> None:
        """Takes the provider's settings, before any call on a resource."""

    @abstractmethod
    def check(self, request: CheckRequest) -> Checked: ...

    @abstractmethod
    def diff(self, request: DiffRequest) -> Difference: ...

    @abstractmethod
    def create(self, request: CreateRequest) -> Created: ...

    @abstractmethod
    def read(self, request: ReadRequest) -> Found | None:
        """None: it is gone, which the engine shows as drift."""

    @abstractmethod
    def update(self, request: UpdateRequest) -> Properties: ...

    @abstractmethod
    def delete(self, request: DeleteRequest) -> None: ...
