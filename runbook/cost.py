"""What a stack costs a month by the catalogue, in US dollars. Heroku bills by the second, up to these prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from runbook.catalogue import Catalogue, catalogue
from runbook.unknown import Unknown


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that is paid for. `monthly_usd` is None where the catalogue has no price, or `unknown` says why."""

    what: str
    monthly_usd: int | None
    unknown: Unknown | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    lines: tuple[CostLine, ...]

    @property
    def monthly_usd(self) -> int:
        """The sum of what has a price."""
        return sum(line.monthly_usd or 0 for line in self.lines)

    @property
    def without_price(self) -> tuple[CostLine, ...]:
        return tuple(line for line in self.lines if line.monthly_usd is None)

    @property
    def unpriced(self) -> tuple[str, ...]:
        return tuple(line.what for line in self.without_price)


def cost_of(
    formation: Mapping[str, tuple[int, str]],
    postgres_plans: Iterable[str],
    prices: Catalogue | None = None,
) -> Cost:
    """The cost of process types (type -> quantity and dyno type) and databases (plan names)."""
    processes = [(kind, quantity, name) for kind, (quantity, name) in formation.items()]
    return cost_of_processes(processes, postgres_plans, prices)


def cost_of_processes(
    processes: Sequence[tuple[str, int, str]],
    postgres_plans: Iterable[str],
    prices: Catalogue | None = None,
) -> Cost:
    """As `cost_of`, of process types (type, quantity, dyno type) that may stand there twice.

    Eco's flat price is counted once: it is paid by the account, however many dynos it runs.
    """
    prices = prices or catalogue()
    dynos = [_dyno_line(prices, kind, quantity, name) for kind, quantity, name in processes if quantity]
    flat = {name.lower(): price for _, _, name in processes if (price := _flat_price(prices, name))}
    return Cost(
        (
            *dynos,
            *(CostLine(f"{name.capitalize()} dynos of the account", price) for name, price in flat.items()),
            *(_database_line(prices, plan) for plan in postgres_plans),
        )
    )


def _dyno_line(prices: Catalogue, process_type: str, quantity: int, name: str) -> CostLine:
    dyno_type = prices.dyno_type(name)
    return CostLine(
        f"{process_type}: {quantity} x {dyno_type.name if dyno_type else name}",
        dyno_type.monthly_usd * quantity if dyno_type else None,
    )


def _flat_price(prices: Catalogue, name: str) -> int:
    dyno_type = prices.dyno_type(name)
    return dyno_type.account_usd if dyno_type else 0


def _database_line(prices: Catalogue, plan: str) -> CostLine:
    known = prices.postgres_plan(plan)
    return CostLine(f"Heroku Postgres {plan}", known.monthly_usd if known else None)
