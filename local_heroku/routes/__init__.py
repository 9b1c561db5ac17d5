"""What is served, one module per resource. A route is a few lines: parse, call the store, render."""

from __future__ import annotations

from local_heroku.routes import (
    account,
    addons,
    apps,
    attachments,
    backups,
    builds,
    catalogue,
    databases,
    dynos,
    elsewhere,
    formation,
    held,
    local,
    logs,
    parts,
    pipelines,
    releases,
)
from local_heroku.routing import Route

MODULES = (
    account, apps, releases, formation, dynos, addons, attachments, catalogue, builds, pipelines, parts, logs, databases,
    backups, held, elsewhere, local,
)  # fmt: skip


def all_routes() -> list[Route]:
    return [route for module in MODULES for route in module.routes.all]
