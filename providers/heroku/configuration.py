"""The provider's configuration: what the engine's texts say, checked, with the official plugin's defaults."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from providers.protocol.lifecycle import Failure
from providers.protocol.values import UNKNOWN, is_known
from providers.resources.configuration import Configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from providers.protocol.values import Properties

KEYS = ("apiKey", "customizations", "delays", "email", "headers", "timeouts", "url")
DELAYS = {"postAppCreateDelay": (10, 0), "postSpaceCreateDelay": (10, 0), "postDomainCreateDelay": (5, 0)}
"""Seconds: the default and the least. Source: the official plugin's schema."""
TIMEOUTS = {"addonCreateTimeout": (20, 10)}
"""Minutes: the default and the least. Source: as DELAYS."""
FLAGS = ("setAppAllConfigVarsInState", "setAddonConfigVarsInState")


class ConfigurationError(ValueError):
    """A value of the configuration cannot be used; says which and what is expected."""


def checked(news: Properties) -> tuple[Properties, list[Failure]]:
    """The provider's inputs as they are stored, and what is wrong with them."""
    inputs: Properties = {}
    failures: list[Failure] = []
    for name, value in news.items():
        if value is None or name == "version":
            continue
        if name not in KEYS:
            failures.append(Failure("", _no_such_key(name)))
            continue
        try:
            inputs[name] = _stored(name, value)
        except ConfigurationError as error:
            failures.append(Failure("", str(error)))
    return inputs, failures


def configuration_from(arguments: Mapping[str, Any], env: Mapping[str, str]) -> Configuration:
    """The settings of `Configure`, with the official plugin's variables behind them. Raises ConfigurationError."""
    given = {name: value for name, value in arguments.items() if value not in (None, "") and is_known(value)}
    delays = _numbers("delays", given.get("delays"), DELAYS)
    timeouts = _numbers("timeouts", given.get("timeouts"), TIMEOUTS)
    flags = _flags(given.get("customizations"))
    url = str(given.get("url") or env.get("HEROKU_API_URL") or Configuration.url)
    return Configuration(
        url=url,
        data_url=url,
        basic=True,
        api_key=str(given.get("apiKey") or env.get("HEROKU_API_KEY") or ""),
        email=str(given.get("email") or env.get("HEROKU_EMAIL") or ""),
        headers=_headers(given.get("headers") or env.get("HEROKU_HEADERS")),
        all_config_vars_in_state=flags["setAppAllConfigVarsInState"],
        addon_config_vars_in_state=flags["setAddonConfigVarsInState"],
        after_app_create=timedelta(seconds=delays["postAppCreateDelay"]),
        after_domain_create=timedelta(seconds=delays["postDomainCreateDelay"]),
        addon_create_limit=timedelta(minutes=timeouts["addonCreateTimeout"]),
    )


def _no_such_key(name: str) -> str:
    near = next((key for key in KEYS if key.lower() == name.lower().replace("_", "")), "")
    hint = f" Did you mean heroku:{near}?" if near else ""
    return f"heroku:{name} is no setting of the heroku provider; it has {', '.join(KEYS)}.{hint}"


def _stored(name: str, value: Any) -> Any:
    """The value as the engine keeps it: nested ones as JSON text without spaces."""
    if not is_known(value):
        return UNKNOWN
    if name in {"delays", "timeouts", "customizations"}:
        decoded = _decoded(name, value)
        if name == "customizations":
            _flags(decoded)
        else:
            _numbers(name, decoded, DELAYS if name == "delays" else TIMEOUTS)
        return json.dumps(decoded, separators=(",", ":"))
    if name == "headers":
        _headers(value)
    if isinstance(value, dict | list):
        raise ConfigurationError(f"heroku:{name} must be a text. Check `pulumi config get heroku:{name}`.")
    return value if isinstance(value, str) else json.dumps(value)


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ConfigurationError(
            f"heroku:{name} is no JSON. Set it with `pulumi config set --path heroku:{name}.KEY VALUE`."
        ) from None


def _numbers(name: str, value: Any, known: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    decoded = _decoded(name, value) if value is not None else {}
    if not isinstance(decoded, dict):
        raise ConfigurationError(
            f"heroku:{name} must be an object with {', '.join(known)}; found {type(decoded).__name__}."
        )
    numbers = {key: default for key, (default, _) in known.items()}
    for given, found in decoded.items():
        key = _camel(given)
        if key not in known:
            raise ConfigurationError(f"heroku:{name}.{key} is no setting; it has {', '.join(known)}.")
        number = int(found) if isinstance(found, str) and found.isdecimal() else found
        least = known[key][1]
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            raise ConfigurationError(
                f"heroku:{name}.{key} must be a whole number, {least} or more; found {found!r}."
            )
        numbers[key] = number
    return numbers


def _flags(value: Any) -> dict[str, bool]:
    decoded = _decoded("customizations", value) if value is not None else []
    if (
        not isinstance(decoded, list)
        or len(decoded) > 1
        or not all(isinstance(item, dict) for item in decoded)
    ):
        raise ConfigurationError(
            "heroku:customizations must be a list of at most one object. Set it with "
            "`pulumi config set --path heroku:customizations[0].setAddonConfigVarsInState false`."
        )
    flags = dict.fromkeys(FLAGS, True)
    for given, found in (decoded[0] if decoded else {}).items():
        key = _camel(given)
        flag = {"true": True, "false": False}.get(found, found) if isinstance(found, str) else found
        if key not in FLAGS or not isinstance(flag, bool):
            raise ConfigurationError(
                f"heroku:customizations[0].{key} must be one of {', '.join(FLAGS)}, true or false; found {found!r}."
            )
        flags[key] = flag
    return flags


def _camel(name: str) -> str:
    """`post_app_create_delay` is `postAppCreateDelay`: Python programs write it so in plain dicts."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _headers(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    decoded = _decoded("headers", value)
    if not isinstance(decoded, dict) or not all(isinstance(item, str) for item in decoded.values()):
        raise ConfigurationError(
            'heroku:headers must be a JSON object of texts, such as {"X-Name": "value"}.'
        )
    return decoded
