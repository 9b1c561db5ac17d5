"""Looks at a program before it gets Heroku's token: which providers it would set up, and what it would tell them.

A preview gives the token to the providers that the program registers, at whatever address it names. So on the real
account the program runs once with a text in the token's place, without a refresh, which asks Heroku nothing; its
providers are judged, and only then a preview with the token runs. A program that registers others the second time
is code that only a review can see (docs/ci.md).
"""

from __future__ import annotations

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.judging import providers
from operations.pulumi_run.events import read
from operations.pulumi_run.runner import LIMIT_SECONDS, UNJUDGED, pulumi
from runbook.settings import StackName

WITHHELD = {"HEROKU_API_KEY": "withheld-until-the-providers-are-judged"}


class TokenWithheldError(OperationError):
    """The program would give the token to a provider that this project doesn't have; it did not get it."""


def require_known_providers(account: Account, stack: StackName, limit_seconds: float = LIMIT_SECONDS) -> None:
    """Raises TokenWithheldError, and OperationError where the program can't be looked at whole."""
    if account.is_local:
        return
    account.prepare(stack)
    done = pulumi(account, stack, ["preview", "--json"], limit_seconds, also={**UNJUDGED, **WITHHELD})
    preview = read(done.stdout)
    if wrong := [trouble.what for trouble in providers.troubles_of(preview)]:
        raise TokenWithheldError(f"{stack}: {'; '.join(wrong)}. Heroku's token was not used")
    if done.code != 0 or preview.errors or preview.broken:
        reason = "; ".join(preview.errors) or (done.reason if done.code else f"its output {preview.broken}")
        raise OperationError(
            f"{stack}: the program could not be looked at before it gets Heroku's token: {reason}"
        )
