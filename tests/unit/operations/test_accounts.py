"""Which account is read is what was asked for, and reading the real one needs nothing of the local one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from operations.accounts.heroku_account import HerokuAccount
from operations.commands.account_option import account_of
from operations.errors import OperationError

KEY = "canary-key"


def test_reading_the_real_account_imports_nothing_of_local_heroku() -> None:
    program = (
        "import sys, os; os.environ['HEROKU_API_KEY'] = 'canary'; os.environ.pop('HEROKU_API_URL', None)\n"
        "from pathlib import Path; from importlib import import_module\n"
        "[import_module(f'operations.commands.{path.stem}') for path in Path('operations/commands').glob('*.py')"
        " if path.stem not in ('demo', 'local')]\n"
        "from operations.commands.account_option import account_of; account_of('heroku').client(1)\n"
        "import operations.judging.gate, operations.judging.answer, operations.adopting.adoption, operations.applying.standing\n"
        "sys.exit('local_heroku' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_key_in_the_environment_does_not_make_it_the_real_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEROKU_API_KEY", KEY)
    assert not isinstance(account_of("local"), HerokuAccount)


def test_the_real_account_is_named_as_such_and_its_key_is_not() -> None:
    account = HerokuAccount({"HEROKU_API_KEY": KEY})
    assert account.words == "HEROKU, the real account, at https://api.heroku.com"
    assert KEY not in account.words + repr(account)


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
