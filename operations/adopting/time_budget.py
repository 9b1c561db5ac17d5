"""How long an adoption may take as a whole: reading the account and each run of the engine share it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from operations.errors import OperationError


@dataclass(frozen=True)
class TimeBudget:
    """`seconds` for the whole command. The one write of the state is not cut short by it."""

    seconds: float
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Raises OperationError where it is used up."""
        left = self.seconds - (time.monotonic() - self.started)
        if left <= 0:
            raise OperationError(
                f"--budget: the {self.seconds:g} s are used up. Run it again with more, such as --budget {self.seconds * 2:g}"
            )
        return left
