"""The runbook's own cost estimation, and how it stands against what Heroku sells today.

Source: runbook, Cost Estimation and Plans Available, November 2025. It counts production alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runbook.catalogue import Catalogue, catalogue
from runbook.cost import Cost, cost_of


@dataclass(frozen=True, slots=True)
class Estimate:
    """A total of the runbook's, with its lines. Prices are US dollars a month as the runbook has them."""

    title: str
    total_usd: int
    formation: Mapping[str, tuple[int, str]] = field(hash=False)
    dynos_usd: int
    plan: str
    plan_usd: int


ESTIMATES = (
    Estimate("Current Monthly Costs", 57, {"web": (1, "Basic")}, 7, "standard-0", 50),
    Estimate("Scaled Costs", 250, {"web": (2, "Standard-1X")}, 50, "standard-1", 200),
)
PLAN_PRICES = {"standard-0": 50, "standard-1": 200, "premium-0": 600}
"""As the runbook's Plans Available lists them."""


def cost_today(estimate: Estimate, prices: Catalogue | None = None) -> Cost:
    """By today's catalogue, with the plan that is sold instead of one that isn't."""
    return cost_of(estimate.formation, [_sold(estimate.plan, prices or catalogue())], prices)


def differences(estimate: Estimate, prices: Catalogue | None = None) -> list[str]:
    """Why today's total is what it is; empty where it is the runbook's, line by line."""
    prices = prices or catalogue()
    found: list[str] = []
    sold = _sold(estimate.plan, prices)
    if sold != estimate.plan:
        found.append(
            f"Heroku sells no {estimate.plan}: {sold} at ${_plan_price(sold, prices)} takes its place (the runbook: ${estimate.plan_usd})"
        )
    elif _plan_price(sold, prices) != estimate.plan_usd:
        found.append(f"{sold} is ${_plan_price(sold, prices)} (the runbook: ${estimate.plan_usd})")
    dynos = cost_of(estimate.formation, [], prices).monthly_usd
    if dynos != estimate.dynos_usd:
        found.append(f"the dynos are ${dynos} (the runbook: ${estimate.dynos_usd})")
    return found


def other_prices(prices: Catalogue | None = None) -> list[str]:
    """Plans of the runbook's list that are sold at another price today."""
    prices = prices or catalogue()
    return [
        f"{plan} is ${today} a month (the runbook: ${usd})"
        for plan, usd in PLAN_PRICES.items()
        if _sold(plan, prices) == plan and (today := _plan_price(plan, prices)) != usd
    ]


def _sold(plan: str, prices: Catalogue) -> str:
    known = prices.postgres_plan(plan)
    return known.use_instead if known and not known.sold and known.use_instead else plan


def _plan_price(plan: str, prices: Catalogue) -> int:
    known = prices.postgres_plan(plan)
    if known is None:
        raise KeyError(f"the catalogue has no Postgres plan {plan}")
    return known.monthly_usd
