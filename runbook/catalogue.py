"""What Heroku has and what it costs: stacks, regions, dyno types and add-on plans, each with source and date.

The facts are data, in catalogue.json. Prices are US dollars a month; Heroku bills by the second up to that.
`ops catalogue --check` compares them with what an account's API lists.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

DynoTier = Literal["eco", "basic", "standard", "performance"]
PostgresTier = Literal["essential", "standard", "premium"]
POSTGRES_TIERS: tuple[PostgresTier, ...] = ("essential", "standard", "premium")
FILE = Path(__file__).with_name("catalogue.json")


@dataclass(frozen=True, kw_only=True)
class Entry:
    name: str
    use_instead: str | None = None
    source: str | None = None
    """Where it is another than the list's."""
    date: str | None = None
    """When that was read."""

    withdrawn: str | None = None
    """The day on which it was seen that Heroku lists it no more; what has a price is not `sold` then."""

    @property
    def is_offered(self) -> bool:
        """Whether it is there for something new. What is withdrawn can still be in use."""
        return True


@dataclass(frozen=True, kw_only=True)
class HerokuStack(Entry):
    """A Heroku stack, such as `heroku-24`. Days are in ISO form."""

    ends: str | None = None
    """The last day with security updates and builds; None: not known."""
    deprecated: str | None = None
    builds_fail_from: str | None = None
    """Since then the first build in a while fails, with Heroku's notice."""
    is_default: bool = False
    """Whether Heroku gives it to an app that asks for none."""

    @property
    def is_offered(self) -> bool:
        return self.deprecated is None and self.withdrawn is None

    @property
    def end(self) -> date | None:
        return None if self.ends is None else date.fromisoformat(self.ends)


@dataclass(frozen=True, kw_only=True)
class Region(Entry):
    """A region. Those of Private Spaces can't be declared here."""

    country: str
    locale: str
    provider_region: str
    private: bool = False

    @property
    def is_offered(self) -> bool:
        return not self.private and self.withdrawn is None


@dataclass(frozen=True, kw_only=True)
class Priced(Entry):
    monthly_usd: int
    sold: bool = True

    @property
    def is_offered(self) -> bool:
        return self.sold


@dataclass(frozen=True, kw_only=True)
class DynoType(Priced):
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
    dyno_units: int = 1
    """As the Platform API counts them."""


@dataclass(frozen=True, kw_only=True)
class PostgresPlan(Priced):
    """A Heroku Postgres plan, named without its service (`standard-0`)."""

    tier: PostgresTier
    storage_gb: int | None = None
    connections: int | None = None
    """Both None where nobody has told: the API doesn't."""
    rollback_days: int = 0
    backup_days: int
    """Days a scheduled daily backup is kept."""
    manual_backups: int
    """Manual backups kept; the oldest is dropped beyond that."""
    weekly_backups: int = 0
    monthly_backups: int = 0

    def at_least(self, tier: PostgresTier) -> bool:
        return POSTGRES_TIERS.index(self.tier) >= POSTGRES_TIERS.index(tier)


@dataclass(frozen=True, kw_only=True)
class AddonPlan(Priced):
    """A plan of another add-on, named with its service (`heroku-redis:mini`)."""


EntryT = TypeVar("EntryT", bound=Entry)


@dataclass(frozen=True, kw_only=True)
class PriceList(Generic[EntryT]):
    source: str
    date: str
    """When the source was read."""
    entries: tuple[EntryT, ...]

    def find(self, name: str) -> EntryT | None:
        return next((entry for entry in self.entries if entry.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All entries, sold and withdrawn, in Heroku's own order; stacks newest first."""

    heroku_stacks: PriceList[HerokuStack]
    regions: PriceList[Region]
    dyno_types: PriceList[DynoType]
    postgres_plans: PriceList[PostgresPlan]
    addon_plans: PriceList[AddonPlan]
    most_dynos_an_app: int
    """Of all process types together. Source and date: `limits` in catalogue.json."""

    def heroku_stack(self, name: str) -> HerokuStack | None:
        return self.heroku_stacks.find(name)

    def dyno_type(self, name: str) -> DynoType | None:
        """The dyno type of this name in any case, as Heroku reads it."""
        return next((entry for entry in self.dyno_types.entries if entry.name.lower() == name.lower()), None)

    def postgres_plan(self, name: str) -> PostgresPlan | None:
        return self.postgres_plans.find(name)

    def addon_plan(self, name: str) -> AddonPlan | None:
        """The plan of this name, with its service: `heroku-redis:mini`."""
        return self.addon_plans.find(name)


@cache
def catalogue() -> Catalogue:
    """The catalogue as committed."""
    return catalogue_of(json.loads(FILE.read_bytes()))


def catalogue_of(data: Mapping[str, Any]) -> Catalogue:
    """Plain data classes: a preview reads it, and models would cost it 20 ms."""
    return Catalogue(
        heroku_stacks=_list_of(HerokuStack, data["heroku_stacks"]),
        regions=_list_of(Region, data["regions"]),
        dyno_types=_list_of(DynoType, data["dyno_types"]),
        postgres_plans=_list_of(PostgresPlan, data["postgres_plans"]),
        addon_plans=_list_of(AddonPlan, data["addon_plans"]),
        most_dynos_an_app=data["limits"]["most_dynos_an_app"],
    )


def _list_of(kind: type[EntryT], found: Mapping[str, Any]) -> PriceList[EntryT]:
    return PriceList(
        source=found["source"],
        date=found["date"],
        entries=tuple(kind(**entry) for entry in found["entries"]),
    )
