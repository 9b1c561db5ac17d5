"""Reads an Environment from a stack's settings alone: no engine, no network, nothing decrypted."""

from __future__ import annotations

from runbook.digest import Digest, Digests
from runbook.drains import RESOURCE
from runbook.environment import (
    PRIMARY,
    Addon,
    App,
    Attachment,
    BackupSchedule,
    ConfigVar,
    ConfigVars,
    Coupling,
    Database,
    Environment,
    LogDrain,
    Process,
    Resource,
)
from runbook.live import SurroundingKind
from runbook.secret_values import secret_form
from runbook.settings import APP_URL, Settings, StackName, is_protected
from runbook.unknown import Known, Unknown

_ENCRYPTED = Unknown("it is encrypted in the stack file")
_URL = Unknown("Heroku gives the app its URL when it is created")


def environment_of_settings(stack: StackName, settings: Settings, digests: Digests) -> Environment:
    """What the components would declare of these settings."""
    app, database = settings.app, settings.database
    return Environment(
        stack=stack,
        app=App(
            name=app.name,
            region=app.region,
            heroku_stack=app.heroku_stack,
            buildpacks=tuple(app.buildpacks),
            acm=app.acm,
            url=_URL,
        ),
        formation=tuple(
            Process(
                process_type=name,
                quantity=process.least,
                dyno_type=process.dyno_type,
                most=process.most if process.most != process.least else None,
            )
            for name, process in settings.formation.items()
        ),
        databases=(Database(name=database.name, plan=database.plan),),
        addons=tuple(Addon(name=addon.name, plan=addon.plan) for addon in settings.addons.values()),
        attachments=(Attachment(name=PRIMARY, database=database.name),),
        addon_attachments=tuple(
            Attachment(name=name, database=addon.name) for name, addon in settings.addons.items()
        ),
        parts=parts_of(settings),
        coupling=_coupling(settings),
        log_drains=log_drains_of(settings, digests),
        backup_schedules=(
            BackupSchedule(
                attachment=PRIMARY,
                database=database.name,
                hour=settings.backups.at.hour,
                zone=settings.backups.at.zone,
            ),
        ),
        config_vars=_config_vars(settings, digests),
        resources=tuple(
            Resource(name=name, protected=is_protected(stack)) for name in _resource_names(settings)
        ),
        monthly_budget_usd=settings.cost.monthly_budget_usd,
        differs=tuple(settings.differs),
    )


def _coupling(settings: Settings) -> Coupling | None:
    declared = settings.pipeline
    return Coupling(pipeline=declared.name, stage=declared.stage) if declared else None


def parts_of(settings: Settings) -> dict[SurroundingKind, tuple[str, ...]]:
    """By kind, the names under which the live account has them; a kind that has none is left out."""
    found: dict[SurroundingKind, tuple[str, ...]] = {
        "domain": tuple(settings.domains),
        "feature": tuple(settings.features),
        "collaborator": tuple(settings.access),
    }
    return {kind: names for kind, names in found.items() if names}


def log_drains_of(settings: Settings, digests: Digests) -> tuple[LogDrain, ...]:
    """With their URLs' digests where those were decrypted."""
    urls = settings.drain_urls
    return tuple(
        LogDrain(
            name=name,
            host=host,
            digest=_ENCRYPTED if (url := urls.get(name)) is None else digests.of(url.get_secret_value()),
        )
        for name, host in settings.log_drains.items()
    )


def _config_vars(settings: Settings, digests: Digests) -> ConfigVars:
    plain = [plain_var(name, value, digests) for name, value in settings.config_vars.items()]
    secret = [
        ConfigVar(name=name, kind=kind, digest=_secret_digest(settings, name, digests))
        if name in settings.secret_values
        else ConfigVar(name=name, kind=kind, has_value=kind != "managed")
        for name, kind in settings.secrets.items()
    ]
    return ConfigVars(known=(*plain, *secret))


def plain_var(name: str, value: str, digests: Digests) -> ConfigVar:
    """A plain value as the settings have it, perhaps with the app's URL to be filled in."""
    form = secret_form(name, value)
    if APP_URL in value:
        return ConfigVar(name=name, kind="plain", digest=_URL, template=digests.of(value), secret_form=form)
    return ConfigVar(name=name, kind="plain", digest=digests.of(value), secret_form=form)


def _secret_digest(settings: Settings, name: str, digests: Digests) -> Known[Digest]:
    value = settings.secret_values[name]
    return _ENCRYPTED if value is None else digests.of(value.get_secret_value())


def _resource_names(settings: Settings) -> list[str]:
    """The names that the components give to what they register on Heroku."""
    formation = [f"formation-{name}" for name in settings.formation]
    addons = [name for key in settings.addons for name in (f"addon-{key}", f"addon-{key}-attachment")]
    domains = [f"domain-{host}" for host in settings.domains]
    return [
        "app",
        "database",
        "database-attachment",
        "config-vars",
        *formation,
        "backups",
        *addons,
        *domains,
        *(f"feature-{name}" for name in settings.features),
        *(f"{RESOURCE}{name}" for name in settings.log_drains),
        *(f"access-{email}" for email in settings.access),
        *(["pipeline"] if settings.pipeline else []),
    ]
