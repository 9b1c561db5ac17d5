"""Check: a program's inputs, made of the right kinds, completed with defaults, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from providers.protocol.lifecycle import Checked, Failure
from providers.protocol.values import Secret, Unknown, is_known
from providers.resources.naming import Naming, automatic_name
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from providers.protocol.values import Properties

DEFAULTS = "__defaults"
"""Names of the inputs of an object that were filled in here and not given, kept in the state by both plugins."""
SHOWN = 40
"""How much of a wrong value an error quotes, in characters."""


def check(resource: ResourceType, news: Properties, olds: Properties, naming: Naming) -> Checked:
    """The inputs of one resource. `olds` are the inputs of the last run, whose automatic name is kept."""
    given = {name: value for name, value in news.items() if value is not None and name != DEFAULTS}
    checked = _object(resource.fields, given, "", unless="name" if resource.autonamed else "")
    if resource.autonamed and "name" not in checked.inputs:
        _name_automatically(resource, checked, olds, naming)
    if not checked.failures:
        checked.failures.extend(resource.rule(plain(checked.inputs)))
    return checked if resource.bridged else Checked(plain(checked.inputs), checked.failures)


def opened(value: Any) -> Any:
    """The value with its secrets opened: this plugin marks its own, whatever the program marked."""
    match value:
        case Secret():
            return opened(value.value)
        case dict():
            return {name: opened(item) for name, item in value.items()}
        case list():
            return [opened(item) for item in value]
        case _:
            return value


def plain(value: Any) -> Any:
    """The value with its secrets opened and the bookkeeping left out: what a rule or a request needs."""
    match value:
        case Secret():
            return plain(value.value)
        case dict():
            return {name: plain(item) for name, item in value.items() if name != DEFAULTS}
        case list():
            return [plain(item) for item in value]
        case _:
            return value


def marked(field: Field, value: Any) -> Any:
    """The value as a reply carries it: secret where the field is."""
    if field.secret_elements and isinstance(value, dict):
        value = {name: Secret(item) for name, item in value.items()}
    if field.secret_elements and isinstance(value, list):
        value = [Secret(item) for item in value]
    return Secret(value) if field.secret else value


def _name_automatically(resource: ResourceType, checked: Checked, olds: Properties, naming: Naming) -> None:
    name = olds.get("name") or automatic_name(naming)
    if name is None:
        checked.failures.append(
            Failure("name", "is required: automatic naming is off in this project. Set it.")
        )
        return
    checked.inputs["name"] = name
    checked.inputs[DEFAULTS] = sorted([*checked.inputs[DEFAULTS], "name"])
    rule = next(field.rule for field in resource.inputs if field.name == "name")
    wrong = rule(name) if rule and is_known(name) else None
    if wrong:
        checked.failures.append(
            Failure("name", f"{wrong}; found {name!r}, made from the resource's name. Set name yourself.")
        )


def _object(fields: tuple[Field, ...], given: Properties, path: str, *, unless: str = "") -> Checked:
    inputs: Properties = {DEFAULTS: []}
    failures: list[Failure] = []
    known = {field.name: field for field in fields if field.is_input}
    for name, value in given.items():
        if name not in known:
            failures.append(Failure(f"{path}{name}", _no_such_input(name, list(known))))
            inputs[name] = value
            continue
        inputs[name] = marked(known[name], _value(known[name], value, f"{path}{name}", failures))
    for name, field_ in known.items():
        if name in inputs:
            continue
        if field_.default is not None:
            inputs[name] = field_.default
            inputs[DEFAULTS].append(name)
        elif field_.strict:
            _value(field_, None, f"{path}{name}", failures)
        elif field_.required and name != unless:
            failures.append(Failure(f"{path}{name}", "is required, and was not given. Set it."))
    return Checked(inputs, failures)


def _no_such_input(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for an error

    camel = name.split("_", maxsplit=1)[0] + "".join(part.title() for part in name.split("_")[1:])
    near = [camel] if camel in known else get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"is no input of this type; it has {', '.join(sorted(known))}.{hint}"


def _value(field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    """The value as one of the field's kind; on a failure the value as it came."""
    if isinstance(value, Unknown):
        return value
    converted = value if field.strict else _convert(field, value, path, failures)
    if converted is _NOT_OF_KIND:
        failures.append(Failure(path, f"must be {_ARTICLE[field.kind]}, found {_shown(field, value)}."))
        return value
    if field.rule and is_known(converted):
        wrong = field.rule(converted)
        if wrong:
            failures.append(Failure(path, f"{wrong}, found {_shown(field, converted)}."))
        elif field.canonical:
            return field.canonical(converted)
    return converted


_NOT_OF_KIND = object()
_ARTICLE = {
    Kind.STRING: "a string",
    Kind.BOOL: "true or false",
    Kind.INT: "a whole number",
    Kind.LIST: "a list of strings",
    Kind.MAP: "a map of strings",
    Kind.OBJECT: "an object",
    Kind.OBJECTS: "a list of objects",
}


def _shown(field: Field, value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "a map"
        case list():
            return "a list"
        case _ if field.secret:
            return "a secret"
        case _:
            text = repr(value)
            return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _convert(field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    """The value as one of the field's kind, or _NOT_OF_KIND."""
    match field.kind:
        case Kind.LIST if isinstance(value, list):
            return [_element(field, item, f"{path}[{index}]", failures) for index, item in enumerate(value)]
        case Kind.MAP if isinstance(value, dict):
            return {
                name: _element(field, item, f"{path}.{name}", failures)
                for name, item in value.items()
                if item is not None
            }
        case Kind.OBJECT if isinstance(value, dict):
            inner = {name: item for name, item in value.items() if item is not None and name != DEFAULTS}
            checked = _object(field.fields, inner, f"{path}.")
            failures.extend(checked.failures)
            return checked.inputs
        case kind:
            return SCALARS[kind](value) if kind in SCALARS else _NOT_OF_KIND


def _element(field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    if path.endswith(f".{DEFAULTS}"):
        failures.append(Failure(path, "has a name that Pulumi keeps for itself. Use another."))
    if isinstance(value, Unknown):
        return value
    text = as_text(value)
    if text is _NOT_OF_KIND:
        failures.append(Failure(path, f"must be a string, found {_shown(field, value)}."))
        return value
    return value if field.untyped_elements else text


def as_text(value: Any) -> Any:
    """A scalar as Heroku's API takes it: `true`, `3`, `1.5`."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:.15g}" if isinstance(value, float) else str(value)
        case _:
            return _NOT_OF_KIND


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value, _NOT_OF_KIND)
    return value if isinstance(value, bool) else _NOT_OF_KIND


def _whole(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdecimal():
        return int(value)
    return _NOT_OF_KIND


SCALARS = {Kind.STRING: as_text, Kind.BOOL: _flag, Kind.INT: _whole}
"""How a value of another kind is read as this one: `"2"` is 2, 7 is `"7"`, as the official plugin does."""
