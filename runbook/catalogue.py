"""What Heroku sells: dyno types and Postgres plans, with price, limits, source and date.

The facts are data, in catalogue.json. Prices are US dollars a month; Heroku bills by the second up to that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, Literal, TypeVar

DynoTier = Literal["eco", "basic", "standard", "performance"]
PostgresTier = Literal["essential", "standard", "premium"]
POSTGRES_TIERS: tuple[PostgresTier, ...] = ("essential", "standard", "premium")


@dataclass(frozen=True, kw_only=True)
class _Entry:
    name: str
    monthly_usd: int
    sold: bool = True
    use_instead: str | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class DynoType(_Entry):
    """A dyno type, named as the Platform API answers it (`Standard-1X`)."""

    tier: DynoTier
    memory_mb: int
    account_usd: int = 0
    """Flat price for the whole account, however many dynos (Eco)."""
    sleeps: bool = False
    scales: bool = True
    """More than one dyno of a process type is possible."""
    most_a_type: int | None = None
    """Dynos that one process type can have of it; None: only the app's own limit."""
    most_an_app: int | None = None
    """Dynos of it that one app can run."""


@dataclass(frozen=True, kw_only=True)
class PostgresPlan(_Entry):
    """A Heroku Postgres plan, named without its service (`standard-0`)."""

    tier: PostgresTier
    storage_gb: int
    connections: int
    rollback_days: int = 0
    backup_days: int
    """Days a scheduled daily backup is kept."""
    manual_backups: int
    """Manual backups kept; the oldest is dropped beyond that."""

    def at_least(self, tier: PostgresTier) -> bool:
        return POSTGRES_TIERS.index(self.tier) >= POSTGRES_TIERS.index(tier)


EntryT = TypeVar("EntryT", bound=_Entry)


@dataclass(frozen=True, kw_only=True)
class PriceList(Generic[EntryT]):
    source: str
    date: str
    """When the source was read."""
    entries: tuple[EntryT, ...]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All entries, sold and withdrawn, in Heroku's own order."""

    dyno_types: PriceList[DynoType]
    postgres_plans: PriceList[PostgresPlan]
    most_dynos_an_app: int
    """Of all process types together. Source and date: `limits` in catalogue.json."""

    def dyno_type(self, name: str) -> DynoType | None:
        """The dyno type of this name in any case, as Heroku reads it."""
        return next((entry for entry in self.dyno_types.entries if entry.name.lower() == name.lower()), None)

    def postgres_plan(self, name: str) -> PostgresPlan | None:
        return next((entry for entry in self.postgres_plans.entries if entry.name == name), None)


@cache
def catalogue() -> Catalogue:
    """The catalogue as committed. Plain data classes: a preview reads it, and models would cost it 20 ms."""
    data = json.loads(Path(__file__).with_name("catalogue.json").read_bytes())
    dynos, plans = data["dyno_types"], data["postgres_plans"]
    return Catalogue(
        dyno_types=PriceList(**{**dynos, "entries": tuple(DynoType(**entry) for entry in dynos["entries"])}),
        postgres_plans=PriceList(
            **{**plans, "entries": tuple(PostgresPlan(**entry) for entry in plans["entries"])}
        ),
        most_dynos_an_app=data["limits"]["most_dynos_an_app"],
    )
