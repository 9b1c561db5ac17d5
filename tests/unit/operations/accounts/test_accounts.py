"""Which account is read is what was asked for."""

from __future__ import annotations

import pytest

from operations.accounts.heroku_account import HerokuAccount
from operations.commands.account_option import account_of
from operations.errors import OperationError

KEY = "canary-key"


def test_a_key_in_the_environment_does_not_make_it_the_real_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEROKU_API_KEY", KEY)
    assert not isinstance(account_of("local"), HerokuAccount)


def test_the_real_account_is_named_as_such_and_its_key_is_not() -> None:
    account = HerokuAccount({"HEROKU_API_KEY": KEY})
    assert account.words == "HEROKU, the real account, at https://api.heroku.com"
    assert KEY not in account.words + repr(account)


@pytest.mark.fault("B76")
@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "needs HEROKU_API_KEY"),
        (
            {
                "HEROKU_API_KEY": KEY,
                "HEROKU_API_URL": "http://127.0.0.1:5000",
                "HEROKU_DATA_URL": "http://127.0.0.1:5000",
            },
            "leave that shell's local Heroku",
        ),
        ({"HEROKU_API_KEY": KEY, "HEROKU_API_URL": "http://127.0.0.1:5000"}, "HEROKU_DATA_URL"),
        ({"HEROKU_API_KEY": KEY, "HEROKU_API_URL": "http://api.example"}, "HEROKU_API_URL must be https"),
    ],
    ids=["no key", "local Heroku", "half local Heroku", "in clear"],
)
def test_what_is_not_the_real_account_is_refused_under_its_name(
    environment: dict[str, str], message: str
) -> None:
    with pytest.raises(OperationError, match=message) as raised:
        HerokuAccount(environment)
    assert KEY not in str(raised.value)
