"""What Heroku sells, as local Heroku serves it: dyno sizes, add-on plans, regions, stacks, features.

The facts are those of runbook/catalogue.json, with their sources. Prices are US cents a month.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache

from runbook.catalogue import DynoTier, DynoType, PostgresPlan, Region
from runbook.catalogue import catalogue as known

GIGABYTE = 1_000_000_000
_NAMESPACE = uuid.UUID("8f1cbb33-3a55-4f0f-9f0e-6b3f5f0e7a11")


@cache
def stable_id(kind: str, name: str) -> str:
    """The id of a thing that is the same on every local Heroku: a plan, a region, a stack."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


@dataclass(frozen=True, slots=True)
class DynoSize:
    """A dyno type. `memory` in GB; `limit` is the most dynos one process type may have of it."""

    name: str
    tier: DynoTier
    cents: int
    memory: float
    units: int
    limit: int = 100

    @property
    def dedicated(self) -> bool:
        return self.tier == "performance"


def _size(entry: DynoType) -> DynoSize:
    """One Basic dyno per process type: Dev Center "Dyno Types", not confirmed against the live service."""
    limit = (entry.most_a_type or known().most_dynos_an_app) if entry.scales else 1
    return DynoSize(
        entry.name, entry.tier, entry.monthly_usd * 100, entry.memory_mb / 1024, entry.dyno_units, limit
    )


_SIZES = tuple(_size(entry) for entry in known().dyno_types.entries if entry.sold)
DYNO_SIZES = {size.name.lower(): size for size in _SIZES}


@dataclass(frozen=True, slots=True)
class Plan:
    """An add-on plan. Storage in bytes; backups: daily ones kept in days, weekly in weeks, manual by count."""

    service: str
    name: str
    human_name: str
    cents: int
    tier: str = ""
    storage: int = 0
    connections: int = 0
    rollback_days: int = 0
    manual_backups: int = 0
    weekly_backups: int = 0
    monthly_backups: int = 0
    default: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.service}:{self.name}"


def _postgres(entry: PostgresPlan) -> Plan:
    return Plan(
        POSTGRES, entry.name, _human(entry.name), entry.monthly_usd * 100, entry.tier, (entry.storage_gb or 0) * GIGABYTE,
        entry.connections or 0, entry.rollback_days, entry.manual_backups, entry.weekly_backups, entry.monthly_backups,
        default=entry.name == "essential-0",
    )  # fmt: skip


def _human(name: str) -> str:
    return name.replace("-", " ").title()


POSTGRES = "heroku-postgresql"
_FIRST = {"heroku-redis:mini", "scheduler:standard", "papertrail:choklad"}  # a service's default plan
_PLANS = (
    *(_postgres(entry) for entry in known().postgres_plans.entries if entry.sold),
    *(
        Plan(service, plan, _human(plan), entry.monthly_usd * 100, default=entry.name in _FIRST)
        for entry in known().addon_plans.entries
        if entry.sold
        for service, _, plan in [entry.name.partition(":")]
    ),
)
PLANS = {plan.full_name: plan for plan in _PLANS}
SERVICES = {
    "heroku-postgresql": "Heroku Postgres",
    "heroku-redis": "Heroku Key-Value Store",
    "scheduler": "Heroku Scheduler",
    "papertrail": "Papertrail",
}
CONFIG_VAR_OF_SERVICE = {"heroku-redis": "REDIS"}

REGIONS: dict[str, Region] = {entry.name: entry for entry in known().regions.entries if entry.is_offered}
STACKS = {
    entry.name: "public" if entry.is_offered else "deprecated"
    for entry in known().heroku_stacks.entries
    if entry.ends is None or entry.ends >= known().heroku_stacks.date
}
DEFAULT_STACK = next(entry.name for entry in known().heroku_stacks.entries if entry.is_default)

# Names from docs/heroku-api.md §3; enabled by PATCH, all off on a new app.
FEATURES = {
    "preboot": "Starts new web dynos before old ones are stopped",
    "log-runtime-metrics": "Emits dyno resource usage into the app's logs",
    "http-session-affinity": "Sends a client's requests to the same dyno",
    "http-end-to-end-continue": "Lets the dyno answer Expect: 100-continue",
    "runtime-heroku-metrics": "Collects language runtime metrics",
    "spaces-dns-discovery": "Names dynos in DNS inside a private space",
    "spaces-strict-tls": "Refuses old TLS versions in a private space",
}


def find_plan(name: str) -> Plan | None:
    """The plan of `service:plan`; of a bare service name, its default plan."""
    if name in PLANS:
        return PLANS[name]
    return next((plan for plan in _PLANS if plan.service == name and plan.default), None)


def plans_of(service: str) -> list[Plan]:
    return [plan for plan in _PLANS if plan.service == service]
