"""Unknown, secrets and digests: nothing that holds a value shows it."""

from __future__ import annotations

import pytest

from runbook.digest import Digests, of_one_run
from runbook.readers.engine_values import COMPUTED, ENCRYPTED, REDACTED, Secret, decode
from runbook.unknown import Unknown

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
OUTPUT = {"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
CANARY = "canary-of-a-secret"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (2.0, 2.0),
        (None, None),
        (UNKNOWN, COMPUTED),
        ({"a": [UNKNOWN, "b"]}, {"a": [COMPUTED, "b"]}),
        ("[secret]", Secret(REDACTED)),
        ({**SECRET, "value": CANARY}, Secret(CANARY)),
        ({**SECRET, "plaintext": '{"K": "canary"}'}, Secret({"K": "canary"})),
        ({**SECRET, "ciphertext": "[secret]"}, Secret(REDACTED)),
        ({**SECRET, "ciphertext": "v1:x:y"}, Secret(ENCRYPTED)),
        ({**OUTPUT, "value": "text"}, "text"),
        ({**OUTPUT, "value": "text", "secret": True}, Secret("text")),
        (OUTPUT, COMPUTED),
    ],
)
def test_the_engines_marks_are_read(value: object, expected: object) -> None:
    assert decode(value) == expected


def test_a_secret_shows_nothing() -> None:
    assert CANARY not in repr(Secret(CANARY))


def test_unknown_is_neither_none_nor_empty_nor_false() -> None:
    unknown = Unknown("")
    others: tuple[object, ...] = (None, "", False, 0)
    assert unknown not in others
    assert bool(unknown) is True


def test_equal_values_have_equal_digests_in_one_run_and_no_others() -> None:
    one, other = Digests(b"1" * 32), Digests(b"2" * 32)
    assert one.of(CANARY) == one.of(CANARY) != one.of("another")
    assert one.of(CANARY) != other.of(CANARY)
    assert of_one_run(one.of(CANARY), one.of("another"))
    assert not of_one_run(one.of(CANARY), other.of(CANARY))


def test_neither_key_nor_value_is_in_what_is_shown() -> None:
    digests = Digests(b"k" * 32)
    assert "kkkk" not in repr(digests)
    assert CANARY not in digests.of(CANARY)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a key of 32 random bytes, found 5"):
        Digests(b"short")


def test_a_secret_null_is_a_value_as_any_other() -> None:
    """The official heroku plugin stores an empty map of secrets so."""
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": "null"}
    assert decode(mark) == Secret(None)
