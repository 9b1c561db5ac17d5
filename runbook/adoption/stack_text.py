"""A stack file's text for settings: in the order and with the comments of the files that people keep."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from runbook.adoption.settings import Description
from runbook.settings import PROJECT, ProcessSettings, Settings, StackName
from runbook.yaml_text import yaml_text

_TITLE = "# {stack} as it was live when `ops adopt` wrote this file. `pulumi up` changes a live app: read the preview."
_KINDS = (
    "# external: set by hand with `heroku config:set`; must be there, its value never enters Pulumi",
    "# optional: the same, and may be missing",
    "# managed:  encrypted in this file by `pulumi config set --secret NAME --stack {stack}`",
)
_DECIDE = "# decide: "


def text_of(stack: StackName, described: Description, before: Mapping[str, Any]) -> str:
    """The whole file. What today's file (`before`) has beside these settings is kept: salt, encrypted secrets, other
    namespaces.
    """
    lines = [_TITLE.format(stack=stack.capitalize()), *_top_level(before), "config:"]
    lines += (f"  {line}" for line in _sections(stack, described))
    lines += (f"  {line}" for line in _kept(before, described.settings))
    return "\n".join(lines) + "\n"


def _sections(stack: StackName, described: Description) -> Iterator[str]:
    settings, decide = described.settings, described.decide
    yield f"{PROJECT}:app:"
    yield from _mapping(_app(settings))
    yield f"{PROJECT}:formation:"
    for name, process in settings.formation.items():
        yield f"  {name}: {{quantity: {_quantity(process)}, dyno_type: {process.dyno_type.lower()}}}"
    yield f"{PROJECT}:database:"
    yield from _mapping({"name": settings.database.name, "plan": settings.database.plan})
    yield from _parts(settings, decide)
    yield f"{PROJECT}:backups:"
    yield f"  at: {json.dumps(str(settings.backups.at))}{_remark(decide, 'backups.at')}"
    yield f"{PROJECT}:config_vars:{'' if settings.config_vars else ' {}'} # what is no secret"
    for name, value in settings.config_vars.items():
        yield f"  {name}: {yaml_text(value, quoted=True)}{_remark(decide, f'config_vars.{name}')}"
    yield f"{PROJECT}:secrets:{'' if settings.secrets else ' {}'}"
    yield from (f"  {line.format(stack=stack)}" for line in _KINDS)
    for name, kind in settings.secrets.items():
        yield f"  {name}: {kind}{_remark(decide, f'secrets.{name}')}"
    yield f"{PROJECT}:cost:"
    yield f"  monthly_budget_usd: {settings.cost.monthly_budget_usd}{_remark(decide, 'cost.monthly_budget_usd')}"
    if settings.differs:
        yield f"{PROJECT}:differs: # from the other stack, and why"
        yield from _mapping(dict(settings.differs))


def _parts(settings: Settings, decide: Mapping[str, str]) -> Iterator[str]:
    """What the app got over time."""
    if settings.addons:
        yield f"{PROJECT}:addons: # by attachment"
        for name, addon in settings.addons.items():
            yield f"  {name}: {{name: {addon.name}, plan: {yaml_text(addon.plan)}}}"
    if settings.domains:
        yield f"{PROJECT}:domains: {yaml_text(settings.domains)}"
    if settings.features:
        yield f"{PROJECT}:features: {yaml_text(settings.features)}"
    if settings.log_drains:
        yield f"{PROJECT}:log_drains: # the URL of each is encrypted in this file under its name"
        yield from _mapping(settings.log_drains)
    if settings.access:
        yield f"{PROJECT}:access:"
        for email, role in settings.access.items():
            yield f"  {yaml_text(email)}: {role}{_remark(decide, f'access.{email}')}"
    if settings.pipeline:
        yield f"{PROJECT}:pipeline: {{name: {settings.pipeline.name}, stage: {settings.pipeline.stage}}}"


def _quantity(process: ProcessSettings) -> str:
    fixed = process.most == process.least
    return str(process.most) if fixed else f"{{min: {process.least}, max: {process.most}}}"


def _app(settings: Settings) -> dict[str, Any]:
    app = settings.app
    said: dict[str, Any] = {"name": app.name, "region": app.region, "heroku_stack": app.heroku_stack}
    if app.buildpacks:
        said["buildpacks"] = app.buildpacks
    if app.acm:
        said["acm"] = True
    return said


def _mapping(values: Mapping[Any, Any]) -> Iterator[str]:
    return (f"  {key}: {yaml_text(value)}" for key, value in values.items())


def _top_level(before: Mapping[str, Any]) -> list[str]:
    """What Pulumi itself keeps in the file: the salt, or the key's provider."""
    return [f"{key}: {yaml_text(value)}" for key, value in before.items() if key != "config"]


def _kept(before: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    """Managed secrets as they are encrypted, and what other namespaces have."""
    for key, value in (before.get("config") or {}).items():
        name = key.removeprefix(f"{PROJECT}:")
        if not key.startswith(f"{PROJECT}:") or name in settings.encrypted:
            yield f"{key}: {yaml_text(value)}"


def _remark(decide: Mapping[str, str], key: str) -> str:
    return f" {_DECIDE}{decide[key]}" if key in decide else ""
