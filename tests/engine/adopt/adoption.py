"""One adoption of both apps, and what there was to see of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.engine.adopt.account import LiveAccount
from tests.engine.stacks.checkout import STACKS


@dataclass(frozen=True)
class Seen:
    """The apps as Heroku shows them, and the stack files of the checkout."""

    apps: dict[str, Any]
    files: dict[str, bytes]

    @classmethod
    def of(cls, account: LiveAccount) -> Seen:
        files = account.checkout.folder.glob("Pulumi*.yaml")
        return cls(
            {stack: account.seen(stack) for stack in STACKS}, {path.name: path.read_bytes() for path in files}
        )


@dataclass(frozen=True)
class Adoption:
    account: LiveAccount
    before: Seen
    after: Seen
    said: dict[str, str]
    writes: list[tuple[str, str]]
    """Since right before it."""

    @classmethod
    def of(cls, account: LiveAccount) -> Adoption:
        before = Seen.of(account)
        said = {stack: account.adopt(stack) for stack in STACKS}
        return cls(account, before, Seen.of(account), said, account.writes())
