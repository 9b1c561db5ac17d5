"""The resource types served here, by token. Each module holds one: its table of fields and its calls."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.resources.calls import Lifecycle

MODULES = {
    "heroku:addon/addon:Addon": ("addon", "Addon"),
    "heroku:addon/attachment:Attachment": ("attachment", "Attachment"),
    "heroku:app/app:App": ("app", "App"),
    "heroku:app/configAssociation:ConfigAssociation": ("config_association", "ConfigAssociation"),
    "heroku:app/feature:Feature": ("feature", "Feature"),
    "heroku:build/build:Build": ("build", "Build"),
    "heroku:collaborator/collaborator:Collaborator": ("collaborator", "Collaborator"),
    "heroku:domain/domain:Domain": ("domain", "Domain"),
    "heroku:drain/drain:Drain": ("drain", "Drain"),
    "heroku:formation/formation:Formation": ("formation", "Formation"),
    "heroku:pipeline/coupling:Coupling": ("coupling", "Coupling"),
    "heroku:pipeline/pipeline:Pipeline": ("pipeline", "Pipeline"),
}


@cache
def lifecycle(token: str) -> Lifecycle:
    """The calls of a type, imported when it is first used. Raises KeyError for a type that is not served."""
    module, name = MODULES[token]
    made: Lifecycle = getattr(import_module(f"{__name__}.{module}"), name)()
    return made
