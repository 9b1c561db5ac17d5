"""The URLs of live log drains: encrypted into the stack file by the engine, and matched with what the file declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from operations.accounts.account import Account
from operations.adopting.live_app import LiveApp
from operations.console import say
from operations.errors import OperationError
from operations.pulumi_run.decrypted_settings import decrypted_settings
from operations.pulumi_run.runner import output
from runbook.digest import Digests
from runbook.drains import host_of
from runbook.environment import Environment
from runbook.live_drains import matched
from runbook.readers.settings import log_drains_of
from runbook.settings import Settings, StackName
from runbook.unknown import Unknown


def encrypt(
    account: Account, stack: StackName, settings: Settings, live: Mapping[str, str], limit_seconds: float
) -> None:
    """Gives each declared drain whose URL is missing or no longer live a live one of its host. Raises OperationError."""
    if not settings.log_drains:
        return
    account.prepare_adoption(stack, settings)
    known = decrypted_settings(account, stack, limit_seconds).drain_urls
    have = {name: url.get_secret_value() for name, url in known.items() if url is not None}
    left = [url for url in live.values() if url not in have.values()]
    for name, host in settings.log_drains.items():
        url = next((url for url in left if host_of(url) == host), None)
        if have.get(name) in live.values() or url is None:
            continue
        left.remove(url)
        try:
            output(account, stack, ["config", "set", "--secret", name], limit_seconds, given=url)
        except OperationError as error:
            raise OperationError(
                f"{stack}: the URL of log drain {name} could not be encrypted: {error}; set it yourself: "
                f"pulumi config set --secret {name} --stack {stack}"
            ) from None
        say(f"  encrypted the URL of log drain {name}, to {host}")


def with_ids(app: LiveApp, settings: Settings, live: Environment, digests: Digests) -> LiveApp:
    """With Heroku's id of each declared drain that is live; `settings` are decrypted."""
    there = live.surrounding("log drain")
    if isinstance(there, Unknown):
        return app
    found = matched(log_drains_of(settings, digests), there)
    return replace(app, drain_ids={name: one.id for name, one in found.items()})
