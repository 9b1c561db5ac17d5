"""Process types with a range: what Pulumi sees of their quantity is an autoscaler's, and `up` leaves it alone."""

from __future__ import annotations

from dataclasses import replace

from operations.pulumi_run.events import Preview
from runbook.environment import Environment
from runbook.unknown import Known, Unknown

QUANTITY = frozenset({"quantity"})


def resources_of(environment: Known[Environment]) -> frozenset[str]:
    """The names of their formations in Pulumi."""
    if isinstance(environment, Unknown) or isinstance(environment.formation, Unknown):
        return frozenset()
    return frozenset(f"formation-{one.process_type}" for one in environment.formation if one.most is not None)


def without_quantities(preview: Preview, environment: Known[Environment]) -> Preview:
    """Without what the refresh found of these quantities: no step follows from it."""
    names = resources_of(environment)
    kept = tuple(
        one for one in preview.drift if not (one.name in names and QUANTITY.issuperset(one.properties))
    )
    return replace(preview, drift=kept)
