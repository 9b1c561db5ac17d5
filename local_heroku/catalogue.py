"""What Heroku sells, as local Heroku knows it: dyno sizes, add-on plans, regions, stacks, features.

Prices are US cents a month. Sources: price table inside Heroku's CLI 11.10.0 (August 2026) for dynos; Dev Center and
vendor lists for Postgres (docs/heroku-api.md §9, read 2026-08). Figures with * there are taken as they stand.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Literal

Tier = Literal["eco", "basic", "standard", "performance"]

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
    tier: Tier
    cents: int
    memory: float
    units: int
    limit: int = 100

    @property
    def dedicated(self) -> bool:
        return self.tier == "performance"


# One Basic dyno per process type: Dev Center "Dyno Types", not confirmed against the live service.
_SIZES = (
    DynoSize("Eco", "eco", 0, 0.5, 0, limit=1),
    DynoSize("Basic", "basic", 700, 0.5, 1, limit=1),
    DynoSize("Standard-1X", "standard", 2500, 0.5, 1),
    DynoSize("Standard-2X", "standard", 5000, 1.0, 2),
    DynoSize("Performance-M", "performance", 25000, 2.5, 8),
    DynoSize("Performance-L", "performance", 50000, 14.0, 16),
    DynoSize("Performance-L-RAM", "performance", 50000, 30.0, 24),
    DynoSize("Performance-XL", "performance", 75000, 62.0, 32),
    DynoSize("Performance-2XL", "performance", 150000, 126.0, 64),
)
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


def _essential(number: int, cents: int, storage: int, connections: int) -> Plan:
    return Plan(
        "heroku-postgresql", f"essential-{number}", f"Essential {number}", cents, "essential", storage * GIGABYTE,
        connections, 0, 5, 1, 0, default=number == 0,
    )  # fmt: skip


def _standard(number: int, cents: int, storage: int, connections: int) -> Plan:
    return Plan(
        "heroku-postgresql", f"standard-{number}", f"Standard {number}", cents, "standard", storage * GIGABYTE,
        connections, 4, 25, 4, 0,
    )  # fmt: skip


def _premium(number: int, cents: int, storage: int, connections: int) -> Plan:
    return Plan(
        "heroku-postgresql", f"premium-{number}", f"Premium {number}", cents, "premium", storage * GIGABYTE,
        connections, 7, 50, 8, 12,
    )  # fmt: skip


_PLANS = (
    _essential(0, 500, 1, 20), _essential(1, 900, 10, 20), _essential(2, 2000, 32, 40),
    _standard(0, 5000, 64, 120), _standard(2, 20000, 256, 400), _standard(3, 40000, 512, 500),
    _standard(4, 75000, 768, 500),
    _premium(0, 20000, 64, 120), _premium(2, 35000, 256, 400), _premium(3, 75000, 512, 500),
    _premium(4, 120000, 768, 500),
    Plan("heroku-redis", "mini", "Mini", 300, default=True), Plan("heroku-redis", "premium-0", "Premium 0", 1500),
    Plan("scheduler", "standard", "Standard", 0, default=True),
)  # fmt: skip
PLANS = {plan.full_name: plan for plan in _PLANS}
SERVICES = {
    "heroku-postgresql": "Heroku Postgres",
    "heroku-redis": "Heroku Key-Value Store",
    "scheduler": "Heroku Scheduler",
}
CONFIG_VAR_OF_SERVICE = {"heroku-redis": "REDIS"}
POSTGRES = "heroku-postgresql"

REGIONS = {
    "us": ("United States", "Virginia", "us-east-1"),
    "eu": ("Ireland", "Dublin", "eu-west-1"),
}
STACKS = {"heroku-22": "public", "heroku-24": "public"}
DEFAULT_STACK = "heroku-24"

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
