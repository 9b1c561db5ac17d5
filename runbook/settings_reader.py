"""Makes Settings from a stack file or from what Pulumi hands the program, and says in one sentence what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import SecretStr, ValidationError

from runbook.app_parts import QUIET
from runbook.drains import DRAIN, SCHEMES, host_of
from runbook.nearest import did_you_mean, known_names
from runbook.reviewed_stack_file import REHEARSAL, mistakes
from runbook.secret_values import secret_form
from runbook.settings import PROJECT, STACKS, Settings, StackName
from runbook.stack_file import KeyPath, StackFile

LineOf = Callable[[KeyPath], int | None]


class SettingsError(ValueError):
    """The settings are not what the models take. One line a mistake: file, line where known, key, found, expected."""


def stack_name(name: str) -> StackName:
    """The stack of this name; raises SettingsError with the known names."""
    for known in STACKS:
        if name == known:
            return known
    raise SettingsError(
        f'"{name}" is no stack of this project{did_you_mean(name, STACKS)}; the stacks are {" and ".join(STACKS)}. '
        "A third one can't be declared, and nothing here reads or touches its app"
    )


def settings_from_file(file: StackFile, stack: StackName, *, is_local: bool = False) -> Settings:
    """Settings as the file alone tells them; managed secrets are known by name only. Raises SettingsError.

    `is_local`: Heroku is on this machine, so the file may say what only a rehearsal may.
    """
    values = file.project(PROJECT)
    encrypted = {
        name for name, value in values.items() if isinstance(value, dict) and value.keys() == {"secure"}
    }
    settings = settings_from_values(
        {name: None if name in encrypted else value for name, value in values.items()},
        stack,
        secret=encrypted,
        file_name=file.name,
        line_of=lambda path: file.line(("config", f"{PROJECT}:{path[0]}", *path[1:])) if path else None,
    )
    if found := list(mistakes(file, is_local=is_local)):
        raise SettingsError("\n".join(found))
    return settings


def settings_from_values(
    values: Mapping[str, object],
    stack: StackName,
    *,
    secret: Collection[str],
    file_name: str | None = None,
    line_of: LineOf = lambda _path: None,
) -> Settings:
    """Settings of values by top-level key, as `settings_from_file` and the Pulumi program have them.

    `secret` names the keys that Pulumi keeps encrypted; their values are text, or None where they weren't decrypted.
    Raises SettingsError.
    """
    name = file_name or f"Pulumi.{stack}.yaml"
    managed = _managed_names(values)
    for key in managed & values.keys():
        _refuse_clear_or_empty(key, values[key], name=name, line_of=line_of, is_secret=key in secret)
    plain = {key: value for key, value in values.items() if key not in managed}
    secret_values = {
        key: None if (text := values[key]) is None else SecretStr(str(text))
        for key in managed & values.keys()
    }
    if "secret_values" in plain:
        raise SettingsError(f"{_where(name, ('secret_values',), line_of)}: no such key")
    try:
        settings = Settings.model_validate({**plain, "secret_values": secret_values})
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error, name, line_of))) from None
    _refuse_other_stack(settings, stack, name, line_of)
    _refuse_other_host(settings, name, line_of)
    return settings


def _managed_names(values: Mapping[str, object]) -> set[str]:
    """Config vars, and log drains: a name that is wrong is no key of its own, whatever stands under it."""
    secrets, drains = values.get("secrets"), values.get("log_drains")
    managed = (
        {name for name, kind in secrets.items() if kind == "managed"} if isinstance(secrets, dict) else set()
    )
    return managed | (
        {name for name in drains if DRAIN.fullmatch(str(name))} if isinstance(drains, dict) else set()
    )


def _refuse_clear_or_empty(key: str, value: object, *, name: str, line_of: LineOf, is_secret: bool) -> None:
    cure = f"expected a value set with `pulumi config set --secret {key}`"
    if not is_secret:
        raise SettingsError(
            f"{_where(name, (key,), line_of)}: found {_kind(value)} in clear (not shown); {cure}"
        )
    if value == "":
        raise SettingsError(f"{_where(name, (key,), line_of)}: found an empty secret; {cure}")


def _refuse_other_stack(settings: Settings, stack: StackName, name: str, line_of: LineOf) -> None:
    for other in STACKS:
        if other != stack and other in settings.app.name.split("-"):
            raise SettingsError(
                f'{_where(name, ("app", "name"), line_of)}: found "{settings.app.name}", '
                f"which is by its name an app of {other}; expected the app of {stack}"
            )


def _refuse_other_host(settings: Settings, name: str, line_of: LineOf) -> None:
    for drain, url in settings.drain_urls.items():
        host = settings.log_drains[drain]
        if url is not None and host_of(url.get_secret_value()) != host:
            raise SettingsError(
                f"{_where(name, (drain,), line_of)}: found a URL of another host, or none (not shown); expected the URL of a log "
                f"drain at {host} ({', '.join(f'{scheme}://' for scheme in SCHEMES)}), set with `pulumi config set --secret {drain}`"
            )


def _sentences(error: ValidationError, name: str, line_of: LineOf) -> list[str]:
    unique: dict[str, None] = {}
    for detail in error.errors(include_url=False):
        path = _path(detail["loc"])
        unique[f"{_where(name, path, line_of)}: {_sentence(path, detail)}"] = None
    return list(unique)


def _path(location: tuple[int | str, ...]) -> KeyPath:
    """Pydantic's location without its marks: for "the key itself", and for the form that a value has."""
    return tuple(str(part) for part in location if not str(part).startswith("["))


def _where(name: str, path: KeyPath, line_of: LineOf) -> str:
    line = line_of(path)
    return f"{name}{f':{line}' if line else ''}{': ' + '.'.join(path) if path else ''}"


def _sentence(path: KeyPath, detail: Any) -> str:
    kind = str(detail["type"])
    context = detail.get("ctx", {})
    expected = (
        _EXPECTED[kind].format(**context)
        if kind in _EXPECTED
        else str(context.get("expected", detail["msg"]))
    )
    if kind == "missing":
        return "is missing; set it in this file"
    if kind == "extra_forbidden":
        if left_out := LEFT_OUT.get(path):
            return f"no such key: {left_out}"
        known = _known_keys(path)
        return f"no such key{known_names(path[-1], known)}"
    if not path:
        return f"expected {expected}"
    return f"found {_found(path, detail['input'])}; expected {expected}"


_QUIET = f"nothing here touches one, and {QUIET}"
_TEAM = "an app of a team can't be declared: without its team it would be replaced, with its database. `./ops adopt` stops at one"
_SPACE = "an app in a Private Space can't be declared. `./ops adopt` stops at its region"
_DATABASE = f"a stack declares one database; a further one, such as a follower, can't be declared: {_QUIET}"
_CONTAINER = "an app of containers can't be declared; nothing here touches one"
LEFT_OUT: Mapping[KeyPath, str] = {
    ("team",): _TEAM,
    ("app", "team"): _TEAM,
    ("app", "organization"): _TEAM,
    ("space",): _SPACE,
    ("app", "space"): _SPACE,
    ("databases",): _DATABASE,
    ("database", "follower"): _DATABASE,
    ("database", "followers"): _DATABASE,
    ("follower",): _DATABASE,
    ("followers",): _DATABASE,
    ("container",): _CONTAINER,
    ("app", "container"): _CONTAINER,
    ("webhooks",): f"webhooks can't be declared: {_QUIET}",
}
"""Keys that somebody may look for, of what is left out on purpose (docs/growing.md)."""

_EXPECTED = {
    "string_type": "text; put it in quotes",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "too_short": "at least one entry",
    "string_too_short": "text",
    "literal_error": "{expected}",
}
"""What each of Pydantic's own complaints expects; those of the settings' own validators say it themselves."""


def _found(path: KeyPath, value: object) -> str:
    """The value as people wrote it; a config var's or a log drain's is never shown, as it may be a secret in the wrong place."""
    if path[0] in ("config_vars", "secrets", "log_drains") and (len(path) == 1 or value != path[-1]):
        return f"{_kind(value)} (not shown)"
    if isinstance(value, str) and (form := secret_form(path[-1], value)):
        return f"{form} (not shown)"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 80 else f'"{value[:77]}..."'  # noqa: PLR2004 - a line's worth
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return _kind(value)


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a mapping"


def _known_keys(path: KeyPath) -> list[str]:
    """The keys of the model that the last part of the path should have been one of."""
    model: Any = Settings
    for part in path[:-1]:
        fields = _fields(model)
        model = fields[part].annotation if fields else get_args(model)[-1]
    return sorted(_fields(model).keys() - {"secret_values", REHEARSAL})


def _fields(annotation: Any) -> Mapping[str, Any]:
    """Those of a model, alone or as one form of several; none for a mapping or list of models."""
    if hasattr(annotation, "model_fields"):
        return dict(annotation.model_fields)
    if get_origin(annotation) is Annotated:
        return _fields(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return next((found for form in get_args(annotation) if (found := _fields(form))), {})
    return {}
