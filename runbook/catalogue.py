"""What Heroku sells: dyno types and Postgres plans, with price, limits, source and date.

The facts are data, in catalogue.json. Prices are US dollars a month; Heroku bills by the second up to that.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

DynoTier = Literal["eco", "basic", "standard", "performance"]
PostgresTier = Literal["essential", "standard", "premium"]
POSTGRES_TIERS: tuple[PostgresTier, ...] = ("essential", "standard", "premium")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    monthly_usd: int
    sold: bool = True
    use_instead: str | None = None
    source: str | None = None


class DynoType(_Entry):
    """A dyno type, named as the Platform API answers it (`Standard-1X`)."""

    tier: DynoTier
    memory_mb: int
    account_usd: int = 0
    """Flat price for the whole account, however many dynos (Eco)."""
    sleeps: bool = False
    scales: bool = True
    """More than one dyno of a process type is possible."""


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


class _DynoTypes(BaseModel):
    source: str
    date: str
    entries: tuple[DynoType, ...]


class _PostgresPlans(BaseModel):
    source: str
    date: str
    entries: tuple[PostgresPlan, ...]


class Catalogue(BaseModel):
    """All entries, sold and withdrawn, in Heroku's own order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dyno_types: _DynoTypes
    postgres_plans: _PostgresPlans

    def dyno_type(self, name: str) -> DynoType | None:
        """The dyno type of this name in any case, as Heroku reads it."""
        return next((entry for entry in self.dyno_types.entries if entry.name.lower() == name.lower()), None)

    def postgres_plan(self, name: str) -> PostgresPlan | None:
        return next((entry for entry in self.postgres_plans.entries if entry.name == name), None)


@cache
def catalogue() -> Catalogue:
    return Catalogue.model_validate_json(Path(__file__).with_name("catalogue.json").read_bytes())
