"""What a whole stack costs a month, and what a change adds; what can't be priced is said, and is never taken for free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runbook.catalogue import Catalogue
from runbook.cost import Cost, CostLine, Dynos, addon_line, cost_of_processes
from runbook.environment import Addon, Database, Environment, Process
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
        gone = _beyond(self.now.lines, self.after.lines)
        new = _beyond(self.after.lines, self.now.lines)
        return (*(CostLine(line.what, _negative(line.monthly_usd)) for line in gone), *new)


def cost_of_stack(environment: Environment, prices: Catalogue | None = None) -> Cost:
    """A line for each thing that is paid for; without a price where it is not known or the catalogue has none."""
    processes, unknown = _processes(environment.formation)
    plans, unknown_plans = _plans(environment.databases)
    known = cost_of_processes(processes, plans, prices)
    return Cost((*known.lines, *unknown, *unknown_plans, *_addons(environment.addons, prices)))


def _processes(formation: Known[tuple[Process, ...]]) -> tuple[list[Dynos], list[CostLine]]:
    if isinstance(formation, Unknown):
        return [], [CostLine("the formation", None, formation)]
    known: list[Dynos] = []
    unknown: list[CostLine] = []
    for number, process in enumerate(formation):
        name = f"process type {number}" if isinstance(process.process_type, Unknown) else process.process_type
        if isinstance(process.quantity, Unknown):
            unknown.append(CostLine(f"the dynos of {name}", None, process.quantity))
        elif isinstance(process.dyno_type, Unknown):
            unknown.append(CostLine(f"the dynos of {name}", None, process.dyno_type))
        else:
            most = process.quantity if process.most is None else process.most
            known.append(Dynos(name, process.quantity, most, process.dyno_type))
    return known, unknown


def _plans(databases: Known[tuple[Database, ...]]) -> tuple[list[str], list[CostLine]]:
    if isinstance(databases, Unknown):
        return [], [CostLine("the databases", None, databases)]
    known = [database.plan for database in databases if not isinstance(database.plan, Unknown)]
    unknown = [
        CostLine(f"the Postgres plan of {database.name}", None, database.plan)
        for database in databases
        if isinstance(database.plan, Unknown)
    ]
    return known, unknown


def _addons(addons: Known[tuple[Addon, ...]], prices: Catalogue | None) -> list[CostLine]:
    """What Heroku bills counts; the catalogue's price where it was not asked."""
    if isinstance(addons, Unknown):
        return [CostLine("other add-ons", None, addons)]
    return [
        CostLine(f"the plan of {addon.name}", None, addon.plan)
        if isinstance(addon.plan, Unknown)
        else addon_line(addon.plan, prices, addon.billed_usd)
        for addon in addons
    ]


def _beyond(lines: Iterable[CostLine], others: Iterable[CostLine]) -> list[CostLine]:
    """Those without a like one among the others, each of which stands for one."""
    left = list(others)
    return [line for line in lines if not _taken(line, left)]


def _taken(line: CostLine, left: list[CostLine]) -> bool:
    if line in left:
        left.remove(line)
        return True
    return False


def _negative(price: int | None) -> int | None:
    return None if price is None else -price
