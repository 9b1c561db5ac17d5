"""What a plugin raises, and what the engine makes of it.

ProviderError           the step fails; the engine keeps the state as it was
└── InitFailedError     the object exists but is not as declared: the engine stores it as given, and says why
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.protocol.values import Properties


class ProviderError(Exception):
    """A step failed. The text is one line that says what was found, what is expected and what to do."""


class InitFailedError(ProviderError):
    """The object exists under `id` but did not become as declared.

    The engine stores `properties` as its outputs, so that the next run finds the object instead of making another.
    For a read, `inputs` are stored too.
    """

    def __init__(
        self,
        reason: str,
        *,
        id: str,  # noqa: A002 - the protocol's word
        properties: Properties,
        inputs: Properties | None = None,
    ) -> None:
        super().__init__(reason)
        self.id = id
        self.properties = properties
        self.inputs = inputs
