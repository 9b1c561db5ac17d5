"""Config vars that a change takes off an app though they stay declared.

What leaves a ConfigAssociation is unset on Heroku, and so is all of it when the association goes (docs/heroku-api.md §5;
the official plugin does the same). A secret that becomes `external` is therefore lost, while every rule holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from operations.judging.answer import Trouble
from operations.pulumi_run.events import Change
from runbook.environment import Environment

CONFIG_ASSOCIATION = "heroku:app/configAssociation:ConfigAssociation"
_GOES = frozenset({"delete", "replace", "delete-replaced"})


def troubles_of(changes: Iterable[Change], planned: Environment) -> Iterator[Trouble]:
    declared = {var.name for var in planned.config_vars.known}
    for change in changes:
        if change.type != CONFIG_ASSOCIATION:
            continue
        if change.operation in _GOES:
            yield Trouble(
                "blocked",
                f"{change.name} would be deleted or replaced, which unsets every config var of it on Heroku, also those that another "
                "one sets; keep it under its name and parent",
            )
        for name in sorted(change.unset & declared):
            yield Trouble(
                "blocked",
                f"{name} would be unset on Heroku though it stays declared: what Pulumi no longer sets, it takes off the app. Keep it as "
                f"it was; to set it by hand from now on, take it out of the state first: `pulumi stack export`, {change.name}, "
                "`pulumi stack import`",
            )
