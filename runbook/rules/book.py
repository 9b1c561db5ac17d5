"""All rules, in the order they are shown among equally bad ones: what to do first comes first."""

from __future__ import annotations

from collections.abc import Collection

from runbook.checklists import Checklist
from runbook.rules.backups import BACKUP_DAILY, BACKUP_TIME
from runbook.rules.config_vars import API_URL_OWN, CONFIG_EXPECTED, CONFIG_PRESENT, DATABASE_URL_OWNED
from runbook.rules.databases import (
    BACKUP_RETENTION,
    POSTGRES_PLAN_MINIMUM,
    POSTGRES_PLAN_SOLD,
    POSTGRES_PRIMARY,
)
from runbook.rules.dyno_limits import DYNO_LIMITS
from runbook.rules.dynos import DYNO_AWAKE, DYNO_HORIZONTAL, DYNO_TIERS, WEB_RUNS
from runbook.rules.headroom import DATABASE_HEADROOM
from runbook.rules.health import HEALTH_ANSWERS, HEALTH_APPLICATION, HEALTH_DATABASE
from runbook.rules.heroku_stack import HEROKU_STACK_CURRENT
from runbook.rules.logs import LOG_ERRORS
from runbook.rules.pipeline import PIPELINE_STAGE
from runbook.rules.recent_backups import BACKUP_FRESH
from runbook.rules.rollback import ROLLBACK_WINDOW
from runbook.rules.rule import Rule
from runbook.rules.running import ACCESS_REVIEWED, DYNOS_UP, MAINTENANCE_OFF, RELEASE_SUCCEEDED
from runbook.rules.secrets import SECRETS_DIFFER, SECRETS_SECRET
from runbook.rules.sharing import DATABASE_NOT_SHARED
from runbook.rules.stacks import COST_BUDGET, PRODUCTION_PROTECTED, STACKS_ALIKE
from runbook.rules.steps import NO_DATA_LOSS

RULES: tuple[Rule, ...] = (
    ROLLBACK_WINDOW,
    POSTGRES_PLAN_MINIMUM,
    POSTGRES_PLAN_SOLD,
    POSTGRES_PRIMARY,
    BACKUP_DAILY,
    BACKUP_TIME,
    BACKUP_RETENTION,
    DYNO_AWAKE,
    WEB_RUNS,
    DYNO_HORIZONTAL,
    DYNO_TIERS,
    DYNO_LIMITS,
    HEROKU_STACK_CURRENT,
    CONFIG_PRESENT,
    CONFIG_EXPECTED,
    SECRETS_SECRET,
    SECRETS_DIFFER,
    DATABASE_URL_OWNED,
    API_URL_OWN,
    PRODUCTION_PROTECTED,
    NO_DATA_LOSS,
    COST_BUDGET,
    STACKS_ALIKE,
    DATABASE_NOT_SHARED,
    PIPELINE_STAGE,
    HEALTH_ANSWERS,
    HEALTH_APPLICATION,
    HEALTH_DATABASE,
    DYNOS_UP,
    MAINTENANCE_OFF,
    RELEASE_SUCCEEDED,
    LOG_ERRORS,
    BACKUP_FRESH,
    DATABASE_HEADROOM,
    ACCESS_REVIEWED,
)


def rules_of(checklists: Collection[Checklist]) -> frozenset[str]:
    """Ids of the rules that these checklists look at."""
    return frozenset(found.id for found in RULES if any(item.checklist in checklists for item in found.items))


def rule(rule_id: str) -> Rule:
    """Raises KeyError for an id that no rule has."""
    return _BY_ID[rule_id]


_BY_ID = {found.id: found for found in RULES}
