"""A stack's stored state with its secrets, and whether they were really decrypted.

With a wrong passphrase, current engines fail; 3.220.0 exports every secret as null and exits with 0. Null is also
what the official heroku plugin stores for an empty map of secrets.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from operations.accounts.account import Account
from operations.errors import OperationError
from operations.pulumi_run.runner import read
from runbook.readers.engine_values import only_null_secrets, secrets_in
from runbook.settings import PROJECT, StackName

WRONG = (
    "the passphrase is wrong. Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the one that the "
    "stack was made with"
)
_REFUSED = "incorrect passphrase"
"""In the error of every engine from 3.220.0 to 3.274.1."""


def decrypted_state(account: Account, stack: StackName) -> Any:
    """What `stack export --show-secrets` prints, parsed. Raises OperationError; without a right passphrase too.

    The values are for digests, and never leave this process.
    """
    try:
        exported = json.loads(read(account, stack, ["stack", "export", "--show-secrets"]))
    except OperationError as error:
        raise OperationError(why_failed(error)) from None
    except json.JSONDecodeError:
        raise OperationError("`pulumi stack export` printed no JSON") from None
    undecrypted = why_undecrypted(exported, lambda arguments: read(account, stack, arguments))
    if undecrypted:
        raise OperationError(undecrypted)
    return exported


def why_undecrypted(exported: Any, pulumi: Callable[[Sequence[str]], str]) -> str:
    """Why the secrets of a `stack export --show-secrets` can't be used; empty where they can.

    `pulumi` runs a command of the same engine with the same passphrase, and raises OperationError where it fails.
    """
    if any("plaintext" not in secret for secret in secrets_in(exported)):
        return "its secrets were not decrypted; export it with --show-secrets"
    salt = _salt(exported)
    return _why_refused(salt, pulumi) if salt and only_null_secrets(exported) else ""


def why_failed(error: OperationError) -> str:
    """What `stack export --show-secrets` says, or that the passphrase is wrong."""
    return WRONG if _REFUSED in str(error) else str(error)


def _salt(exported: Any) -> str | None:
    """Of a state that a passphrase encrypts; other providers' engines fail by themselves."""
    deployment = exported.get("deployment") if isinstance(exported, dict) else None
    provider = (deployment or {}).get("secrets_providers") or {}
    return (provider.get("state") or {}).get("salt") if provider.get("type") == "passphrase" else None


def _why_refused(salt: str, pulumi: Callable[[Sequence[str]], str]) -> str:
    """Has the engine decrypt the salt's own check value: `v1:SALT:` and then a known word, encrypted."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "Pulumi.passphrase.yaml"
        check = {
            "encryptionsalt": salt,
            "config": {f"{PROJECT}:check": {"secure": salt.split(":", 2)[-1]}},
        }
        settings.write_text(json.dumps(check), encoding="utf-8")
        try:
            pulumi(["config", "--json", "--show-secrets", "--config-file", str(settings)])
        except OperationError as error:
            return why_failed(error)
    return ""
