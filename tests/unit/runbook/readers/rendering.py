"""One stack, rendered as each reader finds it: a stack file, a preview's events, an exported state.

Shapes as the engine 3.220.0 prints them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from runbook.environment import Environment
from runbook.readers.plan import environment_of_plan
from runbook.readers.settings import environment_of_settings
from runbook.readers.state import environment_of_state
from runbook.settings import APP_URL, StackName
from runbook.settings_reader import settings_from_file
from runbook.stack_file import parse
from tests.unit.runbook.rules.healthy import DIGESTS

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


@dataclass(frozen=True)
class Declared:
    """What a stack file can say, healthy where nothing else is said."""

    stack: StackName = "production"
    region: str = "us"
    formation: dict[str, tuple[int | tuple[int, int], str]] = field(
        default_factory=lambda: {"web": (1, "Basic")}
    )
    """Quantity, or the ends of a range, and dyno type by process type."""
    plan: str = "standard-0"
    hour: int = 2
    zone: str = "America/Los_Angeles"
    config_vars: dict[str, str] = field(
        default_factory=lambda: {
            "RAILS_ENV": "production",
            "RAILS_LOG_TO_STDOUT": "enabled",
            "RAILS_SERVE_STATIC_FILES": "enabled",
            "NODE_ENV": "production",
            "VITE_API_URL": f"{APP_URL}/api/v1",
        }
    )
    secrets: dict[str, str] = field(
        default_factory=lambda: {"RAILS_MASTER_KEY": "external", "SECRET_KEY_BASE": "managed"}
    )
    budget: int = 60
    differs: tuple[str, ...] = ()
    addons: dict[str, str] = field(default_factory=dict)
    """Plan by attachment."""
    domains: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    pipeline: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> str:
        return f"sc-mvp-{self.stack}-db"

    @property
    def url(self) -> str:
        return f"https://sc-mvp-{self.stack}-6b7a268cc8ad.herokuapp.com"

    @property
    def managed(self) -> dict[str, str]:
        return {
            name: f"canary-{self.stack}-{name}" for name, kind in self.secrets.items() if kind == "managed"
        }


def stack_file(declared: Declared) -> str:
    config: dict[str, Any] = {
        "app": {"name": f"sc-mvp-{declared.stack}", "region": declared.region, "buildpacks": ["heroku/ruby"]},
        "formation": {
            name: {"quantity": _as_written(quantity), "dyno_type": dyno_type}
            for name, (quantity, dyno_type) in declared.formation.items()
        },
        "database": {"name": declared.database, "plan": declared.plan},
        "backups": {"at": f"{declared.hour:02d}:00 {declared.zone}"},
        "config_vars": declared.config_vars,
        "secrets": declared.secrets,
        "cost": {"monthly_budget_usd": declared.budget},
        "differs": dict.fromkeys(declared.differs, "a reason"),
        "addons": {
            name: {"name": addon_name(declared, name), "plan": plan} for name, plan in declared.addons.items()
        },
        "domains": list(declared.domains),
        "access": dict.fromkeys(declared.access, "collaborator"),
        **({"pipeline": declared.pipeline} if declared.pipeline else {}),
        **{name: {"secure": f"v1:{declared.stack}:{name}"} for name in declared.managed},
    }
    return yaml.safe_dump({"config": {f"social-catering:{key}": value for key, value in config.items()}})


def addon_name(declared: Declared, attachment: str) -> str:
    return f"sc-mvp-{declared.stack}-{attachment.lower()}"


def _grown(declared: Declared, environment: str, app: str, *, exists: bool) -> Iterator[dict[str, Any]]:
    """What the app got over time: other add-ons and domains."""
    for name, plan in declared.addons.items():
        addon_id = f"{name}-id" if exists else UNKNOWN
        component = _urn(declared, "runbook:heroku:Environment$runbook:heroku:Addon", f"addon-{name}")
        addon = _urn(declared, "heroku:addon/addon:Addon", f"addon-{name}")
        yield {"urn": component, "inputs": {"name": addon_name(declared, name)}, "parent": environment}
        yield {
            "urn": addon,
            "id": addon_id,
            "inputs": {"name": addon_name(declared, name), "plan": plan, "appId": app},
            "parent": component,
        }
        yield {
            "urn": _urn(declared, "heroku-postgres:index:Attachment", f"addon-{name}-attachment"),
            "inputs": {"appId": app, "databaseId": addon_id, "name": name},
            "parent": component,
            "propertyDependencies": {"databaseId": [addon], "name": []},
        }
    for host in declared.domains:
        yield {
            "urn": _urn(declared, "heroku:domain/domain:Domain", f"domain-{host}"),
            "inputs": {"appId": app, "hostname": host},
            "parent": environment,
        }
    if declared.pipeline:
        place = {"pipeline": declared.pipeline["name"], "stage": declared.pipeline["stage"]}
        yield {
            "urn": _urn(declared, "heroku-postgres:index:Coupling", "pipeline"),
            "inputs": {"appId": app, **place},
            "parent": environment,
        }
    for email in declared.access:
        yield {
            "urn": _urn(declared, "heroku:collaborator/collaborator:Collaborator", f"access-{email}"),
            "inputs": {"appId": app, "email": email},
            "parent": environment,
        }


def _as_written(quantity: int | tuple[int, int]) -> int | dict[str, int]:
    return quantity if isinstance(quantity, int) else {"min": quantity[0], "max": quantity[1]}


def _as_registered(quantity: int | tuple[int, int]) -> float:
    """Of a range, any number of it: an autoscaler may have set it since."""
    return float(quantity) if isinstance(quantity, int) else float(quantity[1])


def _ranges(declared: Declared) -> dict[str, Any]:
    found = {
        name: {"least": float(quantity[0]), "most": float(quantity[1]), "dynoType": dyno_type}
        for name, (quantity, dyno_type) in declared.formation.items()
        if not isinstance(quantity, int)
    }
    return {"ranges": found} if found else {}


def resources(declared: Declared, *, exists: bool, secrets: dict[str, Any] | str) -> list[dict[str, Any]]:
    """All that a stack registers. Before it exists, ids and the app's URL are unknown, and so is a map made of them."""
    app, database = ("app-id", "database-id") if exists else (UNKNOWN, UNKNOWN)
    made_of_url = any(APP_URL in value for value in declared.config_vars.values())
    variables: Any = {
        name: value.replace(APP_URL, declared.url) for name, value in declared.config_vars.items()
    }
    if made_of_url and not exists:
        variables = UNKNOWN
    hints = {
        **{name: {"kind": "plain", "value": value} for name, value in declared.config_vars.items()},
        **{name: {"kind": kind} for name, kind in declared.secrets.items()},
    }
    root = _urn(declared, "pulumi:pulumi:Stack", f"social-catering-{declared.stack}")
    environment = _urn(declared, "runbook:heroku:Environment", declared.stack)
    component = {
        name: _urn(declared, f"runbook:heroku:Environment$runbook:heroku:{kind}", name)
        for name, kind in {
            "database": "Database",
            "config-vars": "ConfigVars",
            "backups": "BackupSchedule",
            "formation": "Formation",
        }.items()
    }
    addon = _urn(
        declared, "runbook:heroku:Environment$runbook:heroku:Database$heroku:addon/addon:Addon", "database"
    )
    return [
        {"urn": root, "inputs": {}, "parent": ""},
        {
            "urn": environment,
            "inputs": {"monthlyBudgetUsd": float(declared.budget), "differs": sorted(declared.differs)},
            "parent": root,
        },
        {
            "urn": component["database"],
            "inputs": {"name": declared.database, "plan": declared.plan},
            "parent": environment,
        },
        {"urn": component["config-vars"], "inputs": {"declared": hints}, "parent": environment},
        {"urn": component["formation"], "inputs": _ranges(declared), "parent": environment},
        {
            "urn": component["backups"],
            "inputs": {"at": "ignored", "database": declared.database},
            "parent": environment,
        },
        {
            "urn": _urn(declared, "heroku:app/app:App", "app"),
            "id": app,
            "inputs": {
                "name": f"sc-mvp-{declared.stack}",
                "region": declared.region,
                "stack": "heroku-24",
                "buildpacks": ["heroku/ruby"],
                "acm": False,
            },
            "outputs": {
                "webUrl": f"{declared.url}/" if exists else UNKNOWN,
                "configVars": {} if exists else UNKNOWN,
                "sensitiveConfigVars": {**SIGNATURE, "ciphertext": "[secret]"} if exists else UNKNOWN,
            },
        },
        {
            "urn": addon,
            "id": database,
            "inputs": {"name": declared.database, "plan": f"heroku-postgresql:{declared.plan}", "appId": app},
            "parent": component["database"],
        },
        {
            "urn": _urn(declared, "heroku-postgres:index:Attachment", "database-attachment"),
            "inputs": {"appId": app, "databaseId": database, "name": "DATABASE"},
            "parent": component["database"],
            "propertyDependencies": {"databaseId": [addon], "name": []},
        },
        {
            "urn": _urn(declared, "heroku:app/configAssociation:ConfigAssociation", "config-vars"),
            "inputs": {"appId": app, "vars": variables, "sensitiveVars": secrets},
            "parent": component["config-vars"],
        },
        *(
            {
                "urn": _urn(declared, "heroku:formation/formation:Formation", f"formation-{name}"),
                "inputs": {
                    "appId": app,
                    "type": name,
                    "quantity": _as_registered(quantity),
                    "size": dyno_type,
                },
                "ignoreChanges": [] if isinstance(quantity, int) else ["quantity"],
                "parent": component["formation"],
            }
            for name, (quantity, dyno_type) in declared.formation.items()
        ),
        {
            "urn": _urn(declared, "heroku-postgres:index:BackupSchedule", "backups"),
            "inputs": {
                "appId": app,
                "databaseId": database,
                "attachment": "DATABASE",
                "hour": float(declared.hour),
                "timezone": declared.zone,
            },
            "parent": component["backups"],
            "propertyDependencies": {"databaseId": [addon]},
        },
        *_grown(declared, environment, app, exists=exists),
    ]


def _urn(declared: Declared, type_: str, name: str) -> str:
    return f"urn:pulumi:{declared.stack}::social-catering::{type_}::{name}"


def type_of(resource: dict[str, Any]) -> str:
    return str(resource["urn"].split("::")[2].rpartition("$")[2])


def events(declared: Declared, *, exists: bool) -> str:
    """The event stream of a preview: secrets redacted, and no word of what a property comes from."""
    redacted = {**SIGNATURE, "ciphertext": "[secret]"}
    lines: list[dict[str, Any]] = [{"policyLoadEvent": {}}]
    for resource in resources(declared, exists=exists, secrets=redacted):
        new = {
            "inputs": resource["inputs"],
            "outputs": {},
            "parent": resource.get("parent", ""),
            "protect": declared.stack == "production" and type_of(resource) != "pulumi:pulumi:Stack",
            "id": resource.get("id", "") if exists else "",
        }
        operation = "same" if exists else "create"
        metadata = {
            "op": operation,
            "urn": resource["urn"],
            "type": type_of(resource),
            "old": None,
            "new": new,
        }
        lines.append({"resourcePreEvent": {"metadata": metadata, "planning": True}})
        done = {**metadata, "new": {**new, "outputs": {**resource["inputs"], **resource.get("outputs", {})}}}
        lines.append({"resOutputsEvent": {"metadata": done, "planning": True}})
    lines += [{"summaryEvent": {"resourceChanges": {}, "isPreview": True}}, {"cancelEvent": {}}]
    return stream(lines)


def stream(lines: Iterable[dict[str, Any]]) -> str:
    """Events in this order, numbered as the engine numbers them."""
    return "\n".join(json.dumps({**line, "sequence": number}) for number, line in enumerate(lines))


def state(declared: Declared, *, clear: bool = True) -> dict[str, Any]:
    """An export, with or without --show-secrets."""
    shown = {"plaintext": json.dumps(declared.managed)} if clear else {"ciphertext": "v1:nothing:readable"}
    stored = [
        {
            **resource,
            "type": type_of(resource),
            "custom": not type_of(resource).startswith("runbook:"),
            "outputs": {**resource["inputs"], **resource.get("outputs", {})},
            "protect": declared.stack == "production" and type_of(resource) != "pulumi:pulumi:Stack",
        }
        for resource in resources(declared, exists=True, secrets={**SIGNATURE, **shown})
    ]
    return {"version": 3, "deployment": {"resources": stored}}


def by_settings(declared: Declared) -> Environment:
    file = parse(f"Pulumi.{declared.stack}.yaml", stack_file(declared))
    return environment_of_settings(declared.stack, settings_from_file(file, declared.stack), DIGESTS)


def by_first_plan(declared: Declared) -> Environment:
    return environment_of_plan(events(declared, exists=False), DIGESTS)


def by_later_plan(declared: Declared) -> Environment:
    return environment_of_plan(events(declared, exists=True), DIGESTS)


def by_state(declared: Declared) -> Environment:
    return environment_of_state(state(declared), DIGESTS)


def by_encrypted_state(declared: Declared) -> Environment:
    return environment_of_state(state(declared, clear=False), DIGESTS)


READERS = {
    "settings": by_settings,
    "first plan": by_first_plan,
    "later plan": by_later_plan,
    "state": by_state,
    "encrypted state": by_encrypted_state,
}
