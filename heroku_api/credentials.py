"""As whom: the API key, which no text of this project shows."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heroku_api.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Mapping

REAL_KEY = re.compile(r"HRKU-|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
"""How keys of the real service look: prefixed since 2023, bare UUIDs before. Source: Dev Center, "OAuth"."""


@dataclass(frozen=True)
class Credentials:
    """An API key and how it is sent: Bearer, or Basic with an e-mail address as the official plugin does.

    Raises CredentialsError, which never quotes the key, when it is empty or not printable ASCII.
    """

    api_key: str = field(repr=False)
    email: str | None = field(default=None, repr=False)
    basic: bool = False

    def __post_init__(self) -> None:
        if not self.api_key:
            raise CredentialsError(
                "HEROKU_API_KEY is not set. Set it, for instance from `heroku auth:token`."
            )
        if not re.fullmatch(r"[\x21-\x7e]+", self.api_key):
            raise CredentialsError(
                "HEROKU_API_KEY holds a space, a line end or another character no header can carry. "
                "Set it again without it."
            )

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Credentials:
        """The key of HEROKU_API_KEY, sent as Bearer."""
        return cls(env.get("HEROKU_API_KEY", ""))

    @property
    def header(self) -> str:
        """The value of the Authorization header. Secret."""
        if not self.basic:
            return f"Bearer {self.api_key}"
        pair = f"{self.email or ''}:{self.api_key}".encode()
        return f"Basic {b64encode(pair).decode('ascii')}"

    @property
    def looks_real(self) -> bool:
        """Whether the key has the form of Heroku's own: worth a warning when it is sent to local Heroku."""
        return REAL_KEY.match(self.api_key) is not None

    def hide(self, text: str) -> str:
        """The text with the key, in clear or as sent, replaced by `[key]`."""
        for secret in (self.header.partition(" ")[2], self.api_key):
            text = text.replace(secret, "[key]") if len(secret) > 3 else text  # noqa: PLR2004 - no secret
        return text
