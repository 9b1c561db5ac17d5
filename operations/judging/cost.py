"""What the stacks cost a month, what a change would add, and the runbook's own totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from heroku_api.client import Client
from heroku_api.errors import HerokuError
from operations.errors import OperationError
from operations.judging.answer import Answer, StackAnswer, Trouble
from operations.workspace import Workspace
from runbook.catalogue import Catalogue, catalogue
from runbook.cost import Cost, Dynos, addon_line, cost_of_processes, dynos_of
from runbook.runbook_costs import ESTIMATES, cost_today, differences, other_prices
from runbook.settings import Settings, StackName
from runbook.stack_cost import Delta


@dataclass(frozen=True)
class Change:
    """`formation`: quantity and dyno type by process type."""

    formation: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    plan: str | None = None


def costed(settings: Mapping[StackName, Settings], change: Change, wrong_prices: list[str]) -> Answer:
    """By the stack files. What has no price is inconclusive, and so is a price that Heroku asks another for."""
    return Answer(
        "cost",
        tuple(_stack(stack, Delta(_cost(found), _cost(found, change))) for stack, found in settings.items()),
        Workspace.here().root,
        troubles=tuple(Trouble("inconclusive", what) for what in wrong_prices),
        notes=tuple(_notes(catalogue())),
    )


def wrong_prices(environment: Mapping[str, str], prices: Catalogue) -> list[str]:
    """Sold plans whose price on Heroku is another. Raises OperationError where Heroku can't be asked."""
    try:
        with Client.from_environment(environment) as client:
            answered = client.request("GET", "/addon-services/heroku-postgresql/plans")
    except HerokuError as error:
        raise OperationError(f"--check-prices: {error}") from None
    live = {
        plan["name"].removeprefix("heroku-postgresql:"): plan["price"]["cents"] / 100
        for plan in answered
        if plan["price"]["unit"] == "month"
    }
    return [
        f"{entry.name} is ${live[entry.name]:g} a month on Heroku; the catalogue says ${entry.monthly_usd}"
        if entry.name in live
        else f"{entry.name} is not sold on Heroku; the catalogue says it is"
        for entry in prices.postgres_plans.entries
        if entry.sold and live.get(entry.name) != entry.monthly_usd
    ]


def _stack(stack: StackName, cost: Delta) -> StackAnswer:
    unpriced = dict.fromkeys((*cost.now.unpriced, *cost.after.unpriced))
    troubles = tuple(
        Trouble("inconclusive", f"the catalogue has no price for {what}: it is not in these sums")
        for what in unpriced
    )
    return StackAnswer(stack, source=f"Pulumi.{stack}.yaml", only_shown=True, cost=cost, troubles=troubles)


def _cost(settings: Settings, change: Change = Change()) -> Cost:
    changed = {
        kind: Dynos(kind, quantity, quantity, name) for kind, (quantity, name) in change.formation.items()
    }
    dynos = {one.process_type: one for one in dynos_of(settings)} | changed
    plan = (change.plan or settings.database.plan).removeprefix("heroku-postgresql:")
    known = cost_of_processes(list(dynos.values()), [plan])
    return Cost((*known.lines, *(addon_line(addon.plan) for addon in settings.addons.values())))


def _notes(prices: Catalogue) -> Iterator[str]:
    """The runbook's totals, which leave staging out, and where the prices are from."""
    for estimate in ESTIMATES:
        today = f"about ${estimate.total_usd}; today ${cost_today(estimate).monthly_usd}"
        why = "; ".join(differences(estimate)) or "the same, line by line"
        yield f"The runbook's {estimate.title}, without staging: {today}, {why}"
    yield from (f"The runbook's Plans Available: {other}" for other in other_prices())
    for what, found in (("Dynos", prices.dyno_types), ("Databases", prices.postgres_plans)):
        yield f"{what} priced by {found.source} ({found.date})"
