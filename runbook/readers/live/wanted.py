"""What a stack declares, as far as a reader must know it: whom to ask for, and what an answer may not lack unconfirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from runbook.environment import PRIMARY
from runbook.settings import Settings, StackName


@dataclass(frozen=True)
class Wanted:
    """`app_id` and `addon_ids` (id by declared name) are known where a state was read: a rename loses nothing then."""

    stack: StackName
    settings: Settings
    app_id: str | None = None
    addon_ids: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    """Names among these of add-ons that are no databases."""
    released_since: datetime | None = None
    """Releases are asked for only where there is one after this moment; None: always."""

    @property
    def app(self) -> str:
        """What to ask for: the id survives a rename."""
        return self.app_id or self.settings.app.name

    @property
    def database(self) -> str:
        return self.settings.database.name

    @property
    def addons(self) -> dict[str, str]:
        """Declared add-ons by name, the database first, each with what to ask for: its id, where that is known."""
        declared = [self.database, *(found.name for found in self.settings.addons.values())]
        return {name: self.addon_ids.get(name, name) for name in dict.fromkeys((*declared, *self.addon_ids))}

    @property
    def attachments(self) -> tuple[str, ...]:
        return (PRIMARY, *self.settings.addons)

    @property
    def config_vars(self) -> tuple[str, ...]:
        """Those that must be there."""
        kinds = ("managed", "external")
        secrets = [name for name, kind in self.settings.secrets.items() if kind in kinds]
        return (*self.settings.config_vars, *secrets)
