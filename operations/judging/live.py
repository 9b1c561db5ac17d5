"""What verify and drift share: the rules' verdicts on the live account, and when it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from runbook.catalogue import Catalogue
from runbook.digest import Digests
from runbook.environment import Environment
from runbook.rules.rule import LIVE, Context, Rule
from runbook.rules.verdict import Verdict, evaluate
from runbook.settings import StackName
from runbook.unknown import Unknown


def verdicts_on(
    stack: StackName,
    found: Mapping[StackName, Environment],
    rules: Iterable[Rule],
    digests: Digests,
    prices: Catalogue,
) -> tuple[Verdict, ...]:
    """Before any waiver. The other stack is what rules compare with."""
    other = next((one for name, one in found.items() if name != stack), Unknown("it was not read"))
    return evaluate(found[stack], Context(digests, other, prices), rules, LIVE)


def read_at(found: Iterable[Environment]) -> datetime:
    """The account's time where it could be read."""
    times = [one.live.read_at for one in found if not isinstance(one.live, Unknown)]
    return min(times, default=datetime.now(tz=UTC))
