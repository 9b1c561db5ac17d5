"""What a whole stack costs a month, and what a change adds; what can't be priced is said, and is never taken for free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runbook.catalogue import Catalogue
from runbook.cost import Cost, CostLine, cost_of
from runbook.environment import Environment
from runbook.unknown import Known, Unknown


@dataclass(frozen=True, slots=True)
class Delta:
    """US dollars a month; `lines` are those on one side only, those that go with a minus."""

    now: Cost
    after: Cost

    @property
    def monthly_usd(self) -> int:
        """Of what has a price."""
        return self.after.monthly_usd - self.now.monthly_usd

    @property
    def lines(self) -> tuple[CostLine, ...]:
        gone = [line for line in self.now.lines if line not in self.after.lines]
        new = [line for line in self.after.lines if line not in self.now.lines]
        return (*(CostLine(line.what, _negative(line.monthly_usd)) for line in gone), *new)


def cost_of_stack(environment: Environment, prices: Catalogue | None = None) -> Cost:
    """A line for each thing that is paid for; without a price where it is not known or the catalogue has none."""
    formation, unknown = _formation(environment)
    databases = environment.databases
    plans: list[str] = []
    for database in () if isinstance(databases, Unknown) else databases:
        if isinstance(database.plan, Unknown):
            unknown.append(f"the Postgres plan of {database.name}")
        else:
            plans.append(database.plan)
    if isinstance(databases, Unknown):
        unknown.append("the databases")
    known = cost_of(formation, plans, prices)
    addons = _listed(environment.other_addons, "other add-ons")
    return Cost((*known.lines, *(CostLine(what, None) for what in (*unknown, *addons))))


def _formation(environment: Environment) -> tuple[Mapping[str, tuple[int, str]], list[str]]:
    if isinstance(environment.formation, Unknown):
        return {}, ["the formation"]
    known: dict[str, tuple[int, str]] = {}
    unknown: list[str] = []
    for number, process in enumerate(environment.formation):
        name = f"process type {number}" if isinstance(process.process_type, Unknown) else process.process_type
        if isinstance(process.quantity, Unknown) or isinstance(process.dyno_type, Unknown):
            unknown.append(f"the dynos of {name}")
        else:
            known[name] = (process.quantity, process.dyno_type)
    return known, unknown


def _listed(names: Known[tuple[str, ...]], what: str) -> Iterable[str]:
    return (what,) if isinstance(names, Unknown) else names


def _negative(price: int | None) -> int | None:
    return None if price is None else -price
