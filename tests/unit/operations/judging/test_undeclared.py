"""What a stack file names may be registered, and nothing of its kind beside it."""

from __future__ import annotations

import pytest

from operations.judging.undeclared import troubles_of
from operations.pulumi_run.events import Change
from tests.unit.runbook.adoption.described import settings

DECLARED = settings().model_copy(
    update={
        "domains": ["api.example.com"],
        "features": ["preboot"],
        "access": {"ana@example.com": "why"},
        "log_drains": {"logs": "logs.example.com"},
    }
)


def registered(type_: str, called: str, **inputs: str) -> Change:
    return Change("create", f"urn:x::{type_}::{called}", type_, (), None, {"inputs": inputs})


LISTED = [
    registered("heroku:domain/domain:Domain", "domain-api", hostname="api.example.com"),
    registered("heroku:app/feature:Feature", "feature-preboot", name="preboot"),
    registered("heroku:collaborator/collaborator:Collaborator", "access-ana", email="ana@example.com"),
    registered("heroku:drain/drain:Drain", "drain-logs", sensitiveUrl="secret"),
]


def test_what_the_file_names_is_free() -> None:
    assert list(troubles_of(LISTED, DECLARED, "Pulumi.production.yaml")) == []


@pytest.mark.parametrize("change", LISTED, ids=lambda change: change.name)
def test_without_its_line_in_the_file_each_is_named(change: Change) -> None:
    (only,) = troubles_of([change], settings(), "Pulumi.production.yaml")
    assert only.outcome == "blocked"
    assert only.what.startswith(f"{change.name} ({change.type}) is nowhere in Pulumi.production.yaml")


def test_a_drain_beside_a_declared_one_is_named() -> None:
    more = registered("heroku:drain/drain:Drain", "drain-more", url="https://logs.stranger.example")
    (only,) = troubles_of([*LISTED, more], DECLARED, "Pulumi.production.yaml")
    assert only.what.startswith("drain-more (heroku:drain/drain:Drain) is nowhere in Pulumi.production.yaml")
