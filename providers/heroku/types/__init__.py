"""The resource types served here, by token. Each module holds one: its table of fields and its calls."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.heroku.calls import Lifecycle

MODULES = {
    "heroku:addon/addon:Addon": ("addon", "Addon"),
    "heroku:app/app:App": ("app", "App"),
    "heroku:app/configAssociation:ConfigAssociation": ("config_association", "ConfigAssociation"),
    "heroku:build/build:Build": ("build", "Build"),
    "heroku:formation/formation:Formation": ("formation", "Formation"),
}


@cache
def lifecycle(token: str) -> Lifecycle | None:
    """The calls of a type, imported when it is first used; None for a type that is not served."""
    if token not in MODULES:
        return None
    module, name = MODULES[token]
    made: Lifecycle = getattr(import_module(f"{__name__}.{module}"), name)()
    return made
