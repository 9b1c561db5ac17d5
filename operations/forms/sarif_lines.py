"""Where in a stack file a rule's finding is to be mended."""

from __future__ import annotations

from pathlib import Path

from runbook.rules.rule import Finding, Rule
from runbook.rules.stacks import ASPECTS
from runbook.settings import PROJECT, StackName
from runbook.stack_file import KeyPath, StackFileError, read

_KEYS: dict[str, KeyPath] = {
    "postgres-plan-minimum": ("database", "plan"),
    "postgres-plan-sold": ("database", "plan"),
    "postgres-primary": ("database",),
    "backup-daily": ("backups",),
    "backup-time": ("backups", "at"),
    "backup-retention": ("database", "plan"),
    "dyno-tiers": ("formation",),
    "cost-budget": ("cost", "monthly_budget_usd"),
    "api-url-own": ("config_vars", "VITE_API_URL"),
    "production-protected": ("app",),
}
_UNDER = {
    "dyno-awake": "formation",
    "web-runs": "formation",
    "dyno-horizontal": "formation",
    "config-present": "config_vars",
    "config-expected": "config_vars",
    "secrets-secret": "config_vars",
    "secrets-differ": "secrets",
    "database-url-owned": "config_vars",
}
"""Rules whose target names a key under this one."""
_ASPECT_KEYS: dict[str, KeyPath] = {
    **{aspect: ("app", aspect) for aspect in ("region", "heroku_stack", "buildpacks", "acm")},
    "postgres_plan": ("database", "plan"),
}
_STEP_KEYS: dict[str, KeyPath] = {"backups": ("backups",), "database": ("database",)}


def line_of(folder: Path, stack: StackName, rule: Rule, finding: Finding) -> int:
    """The 1-based line in Pulumi.<stack>.yaml; 1 where no key of the file has to do with it."""
    try:
        file = read(folder / f"Pulumi.{stack}.yaml")
    except StackFileError:
        return 1
    key = _key(rule, finding.target.rpartition("/")[2])
    return file.line(("config", f"{PROJECT}:{key[0]}", *key[1:])) or 1


def _key(rule: Rule, name: str) -> KeyPath:
    if rule.id in _KEYS:
        return _KEYS[rule.id]
    if rule.id in _UNDER:
        return (_UNDER[rule.id], name)
    if name in ASPECTS:
        return _ASPECT_KEYS.get(name, (name,))
    if name.startswith("formation-"):
        return ("formation", name.removeprefix("formation-"))
    return _STEP_KEYS.get(name, ("app",))
