"""A resource as Pulumi has it, whether registered by the program, planned, or stored: what plan and state share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runbook.readers.engine_values import COMPUTED, Secret
from runbook.unknown import Known, Unknown


@dataclass(frozen=True)
class Registered:
    """`properties` are decoded values (engine_values). `depends` maps a property to the URNs its value comes from."""

    type: str
    urn: str
    properties: Mapping[str, object] = field(repr=False)
    protect: bool
    parent: str | None = None
    id: Known[str] = COMPUTED
    computed: frozenset[str] = frozenset()
    """Properties that the provider fills in and nobody declared."""
    depends: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    """Properties whose changes the program leaves alone; a policy alone sees them."""

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    def text(self, key: str) -> Known[str]:
        """Text at `key`; Unknown where it is not known, absent, or no text."""
        value = self.get(key)
        return value if isinstance(value, str | Unknown) else Unknown(f"{self.name} has no text under {key}")

    def whole(self, key: str) -> Known[int]:
        """A whole number at `key`; the engine's numbers are all floating."""
        value = self.get(key)
        if isinstance(value, Unknown):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            return Unknown(f"{self.name} has no whole number under {key}")
        return int(value)

    def flag(self, key: str) -> Known[bool]:
        value = self.get(key)
        return value if isinstance(value, bool | Unknown) else Unknown(f"{self.name} has no {key}")

    def texts(self, key: str) -> Known[tuple[str, ...]]:
        """A list of texts at `key`; an absent one is empty."""
        value = self.get(key) if key in self.properties else []
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return Unknown(f"{self.name} has no list of texts under {key}")
        return tuple(value)

    def get(self, key: str) -> object:
        value = self.properties.get(key)
        return value.value if isinstance(value, Secret) else value
