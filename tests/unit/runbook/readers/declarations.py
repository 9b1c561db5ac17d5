"""Stacks as anybody might declare them: by the book, and broken in every way that a stack file lets pass."""

from __future__ import annotations

from hypothesis import strategies as st

from runbook.catalogue import catalogue
from runbook.settings import APP_URL, STACKS, StackName
from tests.unit.runbook.readers.rendering import Declared

_DYNO_TYPES = [entry.name for entry in catalogue().dyno_types.entries]
_PLANS = [entry.name for entry in catalogue().postgres_plans.entries]
_ZONES = ["America/Los_Angeles", "UTC", "Europe/Paris"]
_VALUES = st.sampled_from(["production", "enabled", "staging", "587", "canary"])
_NAMES = ["RAILS_ENV", "RAILS_LOG_TO_STDOUT", "RAILS_SERVE_STATIC_FILES", "NODE_ENV", "SMTP_PORT", "LANG"]
_IN_CLEAR = ["DATABASE_URL", "SENTRY_DSN", "SMTP_PASSWORD"]
_SECRETS = ["RAILS_MASTER_KEY", "SECRET_KEY_BASE", "GOOGLE_PLACES_API_KEY"]
API_HOST = "api.example.com"
_ASPECTS = ["region", "formation", "postgres_plan", "backups", "config_vars", "secrets", "addons"]


@st.composite
def config_vars(draw: st.DrawFn) -> dict[str, str]:
    healthy = Declared().config_vars
    found = {name: value for name, value in healthy.items() if draw(st.integers(0, 9))}
    found |= draw(st.dictionaries(st.sampled_from([*_NAMES, *_IN_CLEAR]), _VALUES, max_size=3))
    own = f"{APP_URL}/api/v1"
    api_url = draw(st.sampled_from([None, APP_URL, own, own, f"https://{API_HOST}/api/v1"]))
    return {**found, "VITE_API_URL": api_url} if api_url else found


def declarations(stack: StackName) -> st.SearchStrategy[Declared]:
    return st.builds(
        Declared,
        stack=st.just(stack),
        region=st.sampled_from(["us", "eu"]),
        formation=st.dictionaries(
            st.sampled_from(["web", "worker", "clock"]),
            st.tuples(
                st.integers(0, 3) | st.tuples(st.integers(0, 2), st.integers(3, 12)),
                st.sampled_from(_DYNO_TYPES),
            ),
            min_size=1,
        ),
        plan=st.sampled_from(_PLANS),
        hour=st.integers(0, 23) | st.just(2),
        zone=st.sampled_from(_ZONES),
        config_vars=config_vars(),
        secrets=st.dictionaries(
            st.sampled_from(_SECRETS), st.sampled_from(["managed", "external", "optional"])
        ),
        budget=st.integers(0, 500),
        addons=st.dictionaries(
            st.sampled_from(["REDIS", "SCHEDULER", "CACHE"]),
            st.sampled_from(["heroku-redis:mini", "scheduler:standard", "own-cache:mini"]),
        ),
        domains=st.sampled_from([(API_HOST,), ("www.example.com", API_HOST)]),
        pipeline=st.sampled_from([{}, *({"name": "sc-mvp", "stage": one} for one in STACKS)]),
        access=st.sampled_from([(), ("pat@example.com",), ("pat@example.com", "kim+ops@example.com")]),
        differs=st.lists(st.sampled_from(_ASPECTS), unique=True).map(tuple),
    )
