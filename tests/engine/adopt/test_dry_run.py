"""`ops adopt --dry-run` writes nothing, and says what would be written, adopted and left alone."""

from __future__ import annotations

import json

import pytest

from runbook.settings import PROJECT
from runbook.yaml_text import yaml_text
from tests.engine.adopt.account import LiveAccount

pytestmark = pytest.mark.engine

BESIDE = {
    "domain": ("/apps/sc-mvp-staging/domains", {"hostname": "canary.example.com", "sni_endpoint": None}),
    "log drain": ("/apps/sc-mvp-staging/log-drains", {"url": "https://logs.example.com/in"}),
    "collaborator": ("/apps/sc-mvp-staging/collaborators", {"user": "somebody@example.com", "silent": True}),
    "webhook": (
        "/apps/sc-mvp-staging/webhooks",
        {"url": "https://hooks.example.com/in", "level": "notify", "include": ["api:release"]},
    ),
    "add-on": ("/apps/sc-mvp-staging/addons", {"plan": "heroku-redis:mini", "name": "canary-redis"}),
}
"""What Pulumi leaves alone on a live app."""
NASTY = ["08", "1e3", "0x10", "1:30", "yes", "null", "~", "2026-1-1", "nel\x85inside", " leading", "a: b #c"]


def test_a_dry_run_names_what_would_be_adopted_and_what_is_left_and_writes_nothing(
    account: LiveAccount,
) -> None:
    for path, body in BESIDE.values():
        account.ask("POST", path, body)
    before, asked = account.state("staging"), len(account.writes())
    said = account.adopt("staging", "--dry-run")
    assert (account.state("staging"), len(account.writes())) == (before, asked)
    app_id = account.ask("GET", "/apps/sc-mvp-staging")["id"]
    assert f"would adopt  app (heroku:app/app:App) as {app_id}\n" in said
    assert f"would adopt  formation-web (heroku:formation/formation:Formation) as {app_id}:web\n" in said
    assert said.endswith("\nDry run: neither Pulumi's state nor Heroku was written.\n")
    for kind, name in {
        "domain": "canary.example.com",
        "log drain": "logs.example.com",
        "collaborator": "somebody@example.com",
        "webhook": "hooks.example.com",
        "add-on": "canary-redis",
    }.items():
        assert f"{kind} {name}" in said
    assert "Pulumi leaves it alone" in said
    account.adopt("staging")
    assert "adopted already" in account.adopt("staging", "--dry-run")


def test_a_dry_run_of_write_shows_the_lines_and_leaves_the_file(account: LiveAccount) -> None:
    account.ask("PATCH", "/apps/sc-mvp-staging/config-vars", {"WEB_CONCURRENCY": "08"})
    path = account.checkout.folder / "Pulumi.staging.yaml"
    before, writes = path.read_bytes(), len(account.writes())
    said = account.adopt("staging", "--write", "--dry-run", expected=2)
    assert '  +    WEB_CONCURRENCY: "08"\n' in said
    assert (path.read_bytes(), account.state("staging"), len(account.writes())) == (before, [], writes)
    account.adopt("staging", "--write", expected=2)
    assert '    WEB_CONCURRENCY: "08"\n' in path.read_text(encoding="utf-8")


def test_the_engine_reads_every_text_as_it_was_written(account: LiveAccount) -> None:
    """From the rehearsal's copy, by the engine's own YAML."""
    lines = "".join(f"    NASTY_{number}: {yaml_text(text)}\n" for number, text in enumerate(NASTY))
    account.checkout.edit("Pulumi.staging.yaml", "    NODE_ENV:", f"{lines}    NODE_ENV:")
    shown = account.checkout.ops("pulumi", "staging", "config", "--json")
    found = json.loads(shown[shown.index("{\n") :])[f"{PROJECT}:config_vars"]["objectValue"]
    assert [found[f"NASTY_{number}"] for number, _ in enumerate(NASTY)] == NASTY


def test_the_budget_bounds_the_engine_too(account: LiveAccount) -> None:
    said = account.adopt("staging", "--budget", "2", expected=1)
    assert "did not end within" in said or "--budget: the 2 s are used up" in said or "time budget" in said
    assert account.state("staging") == []
