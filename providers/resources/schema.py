"""What a resource type is: a table of fields, read by check, diff, preview and the replies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from providers.protocol.lifecycle import Failure
    from providers.protocol.values import Properties


class Kind(StrEnum):
    """The shape of a field's value. LIST and MAP hold strings; OBJECT has fields of its own."""

    STRING = "string"
    BOOL = "boolean"
    INT = "number"
    LIST = "list"
    MAP = "map"
    OBJECT = "object"
    OBJECTS = "list of objects"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property. Neither required nor optional means: an output only."""

    name: str
    kind: Kind = Kind.STRING
    required: bool = False
    optional: bool = False
    computed: bool = False
    """Heroku fills it when it is not given; then its stored value stays when it is not given any more."""
    replaces: bool = False
    secret: bool = False
    secret_elements: bool = False
    """Each element of a secret map is marked too, as the official plugin does where the element is declared so."""
    untyped_elements: bool = False
    """Elements pass check as they are (`3` stays a number) and become strings only on their way to Heroku."""
    believed_if: Any = Ellipsis
    """Heroku does not tell this input. When the state holds this value, as an import leaves it, what the program
    declares is believed and stored, instead of replacing the object to make it so."""
    default: Any = None
    spelling: Callable[[str], str] | None = None
    """The one spelling stored, whichever of its spellings the program uses."""
    strict: bool = False
    """No other kind is turned into this one: the rule says what is wrong with any value, or with none."""
    canonical: Callable[[Any], Any] | None = None
    """The one form that check gives a value which passed its rule."""
    rule: Callable[[Any], str | None] | None = None
    """What is wrong with a known value of the right kind, as a predicate: `must be …`. None when nothing is."""
    fields: tuple[Field, ...] = ()
    about: str = ""
    """For readers of the package's schema."""

    @property
    def is_input(self) -> bool:
        return self.required or self.optional


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """A resource type of a plugin."""

    token: str
    fields: tuple[Field, ...]
    schema_version: str | None = None
    """Stored in `__meta`, by which the official plugin knows the state as its own."""
    autonamed: bool = False
    """Whether a missing `name` is made up from the resource's name."""
    rule: Callable[[Properties], Iterable[Failure]] = lambda _: ()
    """What is wrong with inputs that are right one by one."""
    bridged: bool = True
    """Whether the state is kept as Pulumi's bridge to Terraform keeps it, with `id`, `__meta` and `__defaults`."""
    old_goes_first: Callable[[Properties, Properties], bool] | None = None
    """Whether the object of this state must be gone before one of these inputs is made; by default one with a name."""
    about: str = ""
    """For readers of the package's schema."""

    @property
    def inputs(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.is_input)

    @property
    def has_name(self) -> bool:
        return any(field.name == "name" for field in self.inputs)

    @property
    def label(self) -> str:
        """The type's own name: `Addon`."""
        return self.token.rpartition(":")[2]
