"""The same stack as the live account has it once it is up: Heroku's own JSON, through the live reader's models."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from heroku_api import models
from runbook.environment import Environment
from runbook.readers.live.account import Account
from runbook.readers.live.answers import (
    BuildpackInstallation,
    Collaborator,
    Domain,
    LiveApp,
    PipelineCoupling,
)
from runbook.readers.live.app import AppRead
from runbook.readers.live.digested import digested
from runbook.readers.live.environment import environment_of_app
from runbook.readers.live.wanted import Wanted
from runbook.settings import APP_URL
from runbook.settings_reader import settings_from_file
from runbook.stack_file import parse
from tests.unit.runbook.readers.rendering import Declared, addon_name, stack_file
from tests.unit.runbook.rules.healthy import DIGESTS

READ_AT = datetime(2026, 8, 4, 9, tzinfo=UTC)


def fixed(declared: Declared) -> Declared:
    """With each range at its most, and without what Heroku refuses to set: the account has one number, and an add-on's var is its own."""
    return replace(
        declared,
        formation={
            name: (quantity if isinstance(quantity, int) else quantity[1], size)
            for name, (quantity, size) in declared.formation.items()
        },
        config_vars={
            name: value for name, value in declared.config_vars.items() if name not in owned(declared)
        },
    )


def owned(declared: Declared) -> set[str]:
    return {"DATABASE_URL", *(f"{name}_URL" for name in declared.addons)}


def by_live(declared: Declared, *, more: dict[str, tuple[int, str]] | None = None) -> Environment:
    """`more` are process types that nobody declares. External secrets are set, optional ones are not."""
    settings = settings_from_file(
        parse(f"Pulumi.{declared.stack}.yaml", stack_file(declared)), declared.stack
    )
    app = _app(declared)
    addons = [_addon(declared, declared.database, f"heroku-postgresql:{declared.plan}")] + [
        _addon(declared, addon_name(declared, name), plan) for name, plan in declared.addons.items()
    ]
    attached = ["DATABASE", *declared.addons]
    ids = {addon.name: str(addon.id) for addon in addons}
    others = frozenset(addon.name for addon in addons[1:])
    wanted = Wanted(declared.stack, settings, app.id, ids, others)
    attachments = [_attachment(declared, name, addon) for name, addon in zip(attached, addons, strict=True)]
    return environment_of_app(
        wanted, Account([app], addons, attachments), _read(declared, app, addons, more or {}), READ_AT
    )


def _read(
    declared: Declared, app: LiveApp, addons: list[models.AddOn], more: dict[str, tuple[int, str]]
) -> AppRead:
    given = {
        name: f"canary-{declared.stack}-{name}"
        for name, kind in declared.secrets.items()
        if kind != "optional"
    }
    plain = {name: value.replace(APP_URL, declared.url) for name, value in declared.config_vars.items()}
    values = {**plain, **given, **dict.fromkeys(owned(declared), "postgres://u:canary@db.example/d")}
    schedule = {"uuid": _id(declared, "schedule"), "name": "DATABASE_URL"}
    return AppRead(
        app=app,
        addons=addons,
        config_vars=digested(values, app.web_url, DIGESTS),
        formation=[
            models.FormationEntry.model_validate(
                {"id": _id(declared, name), "type": name, "quantity": quantity, "size": size}
            )
            for name, (quantity, size) in {**declared.formation, **more}.items()
        ],
        buildpacks=[BuildpackInstallation(ordinal=0, buildpack="urn:buildpack:heroku/ruby")],
        schedules=[
            (
                str(addons[0].id),
                models.TransferSchedule.model_validate(
                    {**schedule, "hour": declared.hour, "timezone": declared.zone}
                ),
            )
        ],
        coupling=PipelineCoupling(pipeline=declared.pipeline["name"], stage=declared.pipeline["stage"])
        if declared.pipeline
        else None,
        domains=[Domain(hostname=host, kind="custom") for host in declared.domains],
        collaborators=[
            Collaborator.model_validate({"role": "collaborator", "user": {"email": email}})
            for email in declared.access
        ],
    )


def _app(declared: Declared) -> LiveApp:
    said: dict[str, Any] = {
        "id": _id(declared, "app"),
        "name": f"sc-mvp-{declared.stack}",
        "acm": False,
        "maintenance": False,
        "web_url": f"{declared.url}/",
        "region": {"name": declared.region},
        "stack": {"name": "heroku-24"},
    }
    return LiveApp.model_validate(said)


def _addon(declared: Declared, name: str, plan: str) -> models.AddOn:
    service = plan.partition(":")[0]
    return models.AddOn.model_validate(
        {
            "id": _id(declared, name),
            "name": name,
            "app": _app_ref(declared),
            "addon_service": {"name": service},
            "plan": {"id": _id(declared, plan), "name": plan},
            "state": "provisioned",
        }
    )


def _attachment(declared: Declared, name: str, addon: models.AddOn) -> models.Attachment:
    return models.Attachment.model_validate(
        {
            "id": _id(declared, f"attachment {name}"),
            "name": name,
            "app": _app_ref(declared),
            "addon": {"id": str(addon.id), "name": addon.name, "app": _app_ref(declared)},
            "config_vars": [f"{name}_URL"],
        }
    )


def _app_ref(declared: Declared) -> dict[str, str]:
    return {"id": _id(declared, "app"), "name": f"sc-mvp-{declared.stack}"}


def _id(declared: Declared, what: str) -> str:
    return str(uuid5(NAMESPACE_DNS, f"{declared.stack} {what}"))
