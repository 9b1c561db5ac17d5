"""What the models of the settings are made of: closed models, and text with a rule that is said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Closed(BaseModel):
    """Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, strict=True)


def expected(sentence: str) -> PydanticCustomError:
    """To be raised by a validator: what is expected instead of what was found."""
    return PydanticCustomError("expected", "{expected}", {"expected": sentence})


def repeated(names: Sequence[str]) -> str | None:
    """The first name that is there twice."""
    return next((name for name in names if names.count(name) > 1), None)


def matching(pattern: re.Pattern[str], rule: str) -> AfterValidator:
    """Text that matches the pattern whole; `rule` says it in words."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise expected(rule)
        return value

    return AfterValidator(check)
