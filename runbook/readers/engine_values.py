"""The engine's JSON values as plain ones: what it does not know yet is Unknown, what it keeps secret is a Secret."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runbook.unknown import Unknown

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark of a secret, none itself
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_REDACTED = "[secret]"
_UNKNOWN = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""Stand for a boolean, number, string, array, asset, archive and object that only `up` will know.
Source: pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go."""

COMPUTED = Unknown("it is known once `pulumi up` has run")
REDACTED = Unknown("it is redacted; read it with --show-secrets")
ENCRYPTED = Unknown("it is encrypted; export the state with --show-secrets")


@dataclass(frozen=True, slots=True)
class Secret:
    """A value the engine keeps secret; its own representation shows none."""

    value: object = field(repr=False)


def decode(value: object) -> object:
    """Mappings, lists and scalars, with Unknown and Secret where the engine has its marks. Raises ValueError."""
    if isinstance(value, str):
        return _decode_text(value)
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, Mapping):
        return _decode_mapping(value)
    return value


def secrets_in(value: object) -> Iterator[Mapping[str, object]]:
    """The engine's secret marks at any depth, each with its `plaintext` where it was decrypted."""
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            yield value
        else:
            for inner in value.values():
                yield from secrets_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from secrets_in(inner)


def only_null_secrets(value: object) -> bool:
    """Whether there are secrets and each is null.

    The official heroku plugin stores an empty map of secrets so. `stack export --show-secrets` of 3.220.0 does it to
    every secret when the passphrase is wrong, and exits with 0.
    """
    plaintexts = [str(secret.get("plaintext", "")).strip() for secret in secrets_in(value)]
    return bool(plaintexts) and set(plaintexts) == {"null"}


def as_encrypted(value: object) -> object:
    """The same without any secret's plaintext."""
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            return {_SIGNATURE: _SECRET}
        return {key: as_encrypted(inner) for key, inner in value.items()}
    return [as_encrypted(inner) for inner in value] if isinstance(value, list) else value


def _decode_text(text: str) -> object:
    if text in _UNKNOWN:
        return COMPUTED
    return Secret(REDACTED) if text == _REDACTED else text


def _decode_mapping(value: Mapping[str, object]) -> object:
    signature = value.get(_SIGNATURE)
    if signature == _SECRET:
        return Secret(_decode_secret(value))
    if signature == _OUTPUT:
        known = decode(value["value"]) if "value" in value else COMPUTED
        return Secret(known) if value.get("secret") is True else known
    return {key: decode(item) for key, item in value.items()}


def _decode_secret(value: Mapping[str, object]) -> object:
    if "value" in value:
        return decode(value["value"])
    plaintext = value.get("plaintext")
    if isinstance(plaintext, str):
        return decode(json.loads(plaintext))
    return REDACTED if value.get("ciphertext") == _REDACTED else ENCRYPTED
