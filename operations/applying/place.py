"""Where an apply works: which account of Heroku, and which backend keeps the state. A record of one place says nothing of another."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from heroku_api.errors import HerokuError
from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run.runner import output
from runbook.settings import StackName

_SECONDS = 30.0


def place_of(account: Account, stack: StackName) -> str:
    """In words that hold no secret. Raises OperationError where either is unknown."""
    try:
        with account.client(_SECONDS) as client:
            platform, owner = client.endpoints.platform, client.request("GET", "/account")["id"]
    except (HerokuError, KeyError, TypeError) as error:
        raise OperationError(f"which account this is could not be told: {error}") from None
    try:
        backend = json.loads(output(account, stack, ["whoami", "--json"]))["url"]
    except (ValueError, KeyError, TypeError):
        raise OperationError(
            "which backend this is could not be told; look at `pulumi whoami --json`"
        ) from None
    return f"account {owner} at {platform}, state at {_without_credentials(str(backend))}"


def _without_credentials(url: str) -> str:
    """A backend's URL may carry a password, in its authority or its query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
