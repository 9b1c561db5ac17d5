"""What a stack costs a month by the catalogue, in US dollars. Heroku bills by the second, up to these prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from runbook.catalogue import Catalogue, catalogue
from runbook.settings import Settings
from runbook.unknown import Unknown


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that is paid for. `monthly_usd` is None where the catalogue has no price, or `unknown` says why."""

    what: str
    monthly_usd: int | None
    """The most that it can cost."""
    unknown: Unknown | None = None
    least_usd: int | None = None
    """The least, of dynos with a range; None where there is one price."""

    @property
    def words(self) -> str:
        """`$25`, `$50 to $150`, or `no price`."""
        if self.monthly_usd is None:
            return "no price"
        return usd_words(self.monthly_usd if self.least_usd is None else self.least_usd, self.monthly_usd)


@dataclass(frozen=True, slots=True)
class Cost:
    lines: tuple[CostLine, ...]

    @property
    def monthly_usd(self) -> int:
        """The sum of what has a price; the most that it can be."""
        return sum(line.monthly_usd or 0 for line in self.lines)

    @property
    def least_usd(self) -> int:
        """The least that it can be."""
        return sum(
            (line.monthly_usd or 0) if line.least_usd is None else line.least_usd for line in self.lines
        )

    @property
    def words(self) -> str:
        """`$57`, or `$107 to $207`."""
        return usd_words(self.least_usd, self.monthly_usd)

    @property
    def without_price(self) -> tuple[CostLine, ...]:
        return tuple(line for line in self.lines if line.monthly_usd is None)

    @property
    def unpriced(self) -> tuple[str, ...]:
        return tuple(line.what for line in self.without_price)


@dataclass(frozen=True, slots=True)
class Dynos:
    """The dynos of one process type: between `least` and `most` of them."""

    process_type: str
    least: int
    most: int
    dyno_type: str


def usd_words(least: int, most: int) -> str:
    return f"${most}" if least == most else f"${least} to ${most}"


def cost_of(
    formation: Mapping[str, tuple[int, str]],
    postgres_plans: Iterable[str],
    prices: Catalogue | None = None,
) -> Cost:
    """The cost of process types (type -> quantity and dyno type) and databases (plan names)."""
    processes = [Dynos(kind, quantity, quantity, name) for kind, (quantity, name) in formation.items()]
    return cost_of_processes(processes, postgres_plans, prices)


def cost_of_settings(settings: Settings, prices: Catalogue | None = None) -> Cost:
    """The cost of what a stack file declares."""
    known = cost_of_processes(dynos_of(settings), [settings.database.plan], prices)
    return Cost((*known.lines, *(addon_line(addon.plan, prices) for addon in settings.addons.values())))


def dynos_of(settings: Settings) -> list[Dynos]:
    return [
        Dynos(name, process.least, process.most, process.dyno_type)
        for name, process in settings.formation.items()
    ]


def cost_of_processes(
    processes: Sequence[Dynos],
    postgres_plans: Iterable[str],
    prices: Catalogue | None = None,
) -> Cost:
    """As `cost_of`, of process types that may stand there twice.

    Eco's flat price is counted once: it is paid by the account, however many dynos it runs.
    """
    prices = prices or catalogue()
    running = [one for one in processes if one.most]
    flat = {one.dyno_type.lower(): price for one in running if (price := _flat_price(prices, one.dyno_type))}
    return Cost(
        (
            *(_dyno_line(prices, one) for one in running),
            *(CostLine(f"{name.capitalize()} dynos of the account", price) for name, price in flat.items()),
            *(_database_line(prices, plan) for plan in postgres_plans),
        )
    )


def _dyno_line(prices: Catalogue, dynos: Dynos) -> CostLine:
    dyno_type = prices.dyno_type(dynos.dyno_type)
    is_range = dynos.least != dynos.most
    many = f"{dynos.least} to {dynos.most}" if is_range else str(dynos.most)
    what = f"{dynos.process_type}: {many} x {dyno_type.name if dyno_type else dynos.dyno_type}"
    if dyno_type is None:
        return CostLine(what, None)
    price = dyno_type.monthly_usd
    return CostLine(what, price * dynos.most, least_usd=price * dynos.least if is_range else None)


def _flat_price(prices: Catalogue, name: str) -> int:
    dyno_type = prices.dyno_type(name)
    return dyno_type.account_usd if dyno_type else 0


def addon_line(plan: str, prices: Catalogue | None = None, billed_usd: int | None = None) -> CostLine:
    """Of an add-on that is no database. `billed_usd`: what Heroku says that it bills, where it was asked."""
    known = (prices or catalogue()).addon_plan(plan)
    return CostLine(plan, billed_usd if billed_usd is not None else known.monthly_usd if known else None)


def _database_line(prices: Catalogue, plan: str) -> CostLine:
    known = prices.postgres_plan(plan)
    return CostLine(f"Heroku Postgres {plan}", known.monthly_usd if known else None)
