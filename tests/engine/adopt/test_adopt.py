"""Adopting with the real engine on local Heroku: nothing of the account changes, and the preview is empty."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations.rehearsal.seed import Seeding
from operations.settings_files import read_settings
from operations.workspace import Workspace
from tests.engine.adopt.account import LiveAccount

pytestmark = pytest.mark.engine

ADOPTED = ["app", "backups", "config-vars", "database", "database-attachment", "formation-web"]


def test_both_live_apps_are_adopted_without_one_write_and_without_a_release(
    account: LiveAccount, secrets: list[str]
) -> None:
    before = {stack: account.seen(stack) for stack in ("staging", "production")}
    shown = ""
    for stack in ("staging", "production"):
        said = account.adopt(stack)
        assert f"15 unchanged, nothing to do: {stack} is adopted\n" in said
        assert account.names(stack) == ADOPTED
        shown += said
    assert account.writes() == []
    assert {stack: account.seen(stack) for stack in ("staging", "production")} == before
    files = [path for path in account.local.rglob("*") if path.is_file()]
    clear = [
        path for path in files if path.name != "passphrase" and not path.name.startswith("heroku.sqlite")
    ]
    assert any(path.name == "production.json" for path in clear)
    assert [path for path in clear for secret in secrets if secret.encode() in path.read_bytes()] == []
    assert [secret for secret in secrets if secret in shown] == []
    assert not (account.local / "adopt" / "staging").exists()


def test_what_follows_an_adoption_changes_nothing_either(account: LiveAccount) -> None:
    for stack in ("staging", "production"):
        account.adopt(stack)
        account.checkout.ops("pulumi", stack, "preview", "--expect-no-changes")
        account.checkout.ops("pulumi", stack, "up", "--yes", "--refresh", "--expect-no-changes")
        assert "No drift" in account.checkout.ops("drift", stack)
        assert "adopted already" in account.adopt(stack)
    assert account.writes() == []
    assert "fail" not in account.checkout.ops("verify")


def test_every_resource_of_production_is_protected_and_staging_is_as_the_program_says(
    account: LiveAccount,
) -> None:
    for stack, is_protected in (("production", True), ("staging", False)):
        account.adopt(stack)
        bare = {entry["type"] for entry in account.state(stack) if not entry.get("protect")}
        assert (bare == {"pulumi:pulumi:Stack"}) is is_protected
    shown = account.checkout.ops(
        "pulumi", "production", "destroy", "--yes", "--skip-preview", "--continue-on-error", expected=None
    )
    assert "protect" in shown
    assert account.writes() == []


def test_config_vars_of_the_state_are_what_is_declared_and_no_other(account: LiveAccount) -> None:
    account.ask("PATCH", "/apps/sc-mvp-staging/config-vars", {"LOG_LEVEL": "canary-of-this-test"})
    shown = account.adopt("staging")
    assert (
        "beside   staging/LOG_LEVEL: set by hand (value not shown); the file says nothing of it; Pulumi leaves it alone"
        in shown
    )
    (found,) = [entry for entry in account.state("staging") if entry["type"].endswith("ConfigAssociation")]
    assert found["inputs"]["vars"].keys() == {
        "RAILS_ENV",
        "RAILS_LOG_TO_STDOUT",
        "RAILS_SERVE_STATIC_FILES",
        "NODE_ENV",
        "VITE_API_URL",
        "SMTP_PORT",
    }
    exported = account.checkout.ops("pulumi", "staging", "stack", "export", "--show-secrets")
    resources = json.loads(exported[exported.index("{\n") :])["deployment"]["resources"]
    (clear,) = [entry for entry in resources if entry["type"].endswith("ConfigAssociation")]
    live = account.ask("GET", "/apps/sc-mvp-staging/config-vars")
    secret = {"SECRET_KEY_BASE": live["SECRET_KEY_BASE"]}
    assert json.loads(clear["outputs"]["sensitiveVars"]["plaintext"]) == secret
    assert "canary-of-this-test" not in exported


def test_a_stack_that_is_up_already_is_only_proved(account: LiveAccount) -> None:
    """It has a first release of its own, which adopting leaves in the program."""
    account.checkout.ops("local", "reset", "--yes")
    account.checkout.ops("pulumi", "staging", "up", "--yes", "--suppress-progress")
    with account.heroku() as client:
        client.request("PATCH", "/apps/sc-mvp-staging/config-vars", {"RAILS_MASTER_KEY": "by-hand"})
        before = len(account.writes())
    shown = account.adopt("staging")
    assert "adopted already" in shown
    assert "16 unchanged, nothing to do" in shown
    assert len(account.writes()) == before


def test_what_a_state_lacks_is_adopted_and_the_rest_is_left(account: LiveAccount) -> None:
    account.adopt("staging")
    whole = {entry["urn"]: entry.get("id") for entry in account.state("staging")}
    gone = [urn for urn in whole if urn.endswith(("::backups", "::config-vars"))]
    for urn in sorted(gone, key=len, reverse=True):
        account.checkout.ops("pulumi", "staging", "state", "delete", urn, "--yes")
    shown = account.adopt("staging")
    assert "adopted  backups" in shown
    assert "adopted  config-vars" in shown
    assert "adopted  app" not in shown
    assert account.names("staging") == ADOPTED
    assert {entry["urn"]: entry.get("id") for entry in account.state("staging")} == whole
    assert account.writes() == []


def test_another_app_of_the_same_name_is_never_taken_for_the_one_in_the_state(account: LiveAccount) -> None:
    account.adopt("staging")
    before = account.state("staging")
    account.ask("DELETE", "/apps/sc-mvp-staging")
    settings = read_settings(Workspace(account.checkout.folder), "staging")
    with account.heroku() as client:
        managed = {"SECRET_KEY_BASE": "of-the-other-app"}
        Seeding(client, account.checkout.folder / "bootstrap", settings, managed, given_names=False).run()
    shown = account.adopt("staging", expected=1)
    assert "the state has the app" in shown
    assert "pulumi state delete" in shown
    assert account.state("staging") == before


def test_the_file_of_a_live_app_is_written_where_there_is_none(account: LiveAccount) -> None:
    path = account.checkout.folder / "Pulumi.production.yaml"
    path.unlink()
    said = account.adopt("production", expected=1)
    assert "no such file; `ops adopt production --write --app NAME` writes it from the live app" in said
    said = account.adopt("production", "--write", expected=2)
    assert "decide cost.monthly_budget_usd: what it costs today; say what it may cost\n" in said
    assert "breaks the runbook: " in said
    assert "SECRET_KEY_BASE (external; there managed)" in said
    assert account.writes() == []
    text = path.read_text(encoding="utf-8")
    assert "SECRET_KEY_BASE: external\n" in text
    assert 'VITE_API_URL: "${app.url}/api/v1"\n' in text
    account.checkout.edit("Pulumi.staging.yaml", "SECRET_KEY_BASE: managed", "SECRET_KEY_BASE: external")
    account.adopt("production")
    account.checkout.edit(path.name, "monthly_budget_usd: 57", "monthly_budget_usd: 250")
    said = account.adopt("production", expected=2)
    assert "the next up would update production, in Pulumi's state alone (monthlyBudgetUsd)" in said


def test_the_real_account_is_never_local_heroku(
    account: LiveAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    with account.heroku() as client:
        monkeypatch.setenv("HEROKU_API_URL", client.endpoints.platform)
        monkeypatch.setenv("HEROKU_DATA_URL", client.endpoints.platform)
    assert "needs HEROKU_API_KEY" in account.adopt("staging", "--account", "heroku", expected=1)
    monkeypatch.setenv("HEROKU_API_KEY", "canary-key")
    said = account.adopt("staging", "--account", "heroku", expected=1)
    assert "leave that shell's local Heroku" in said
    assert "canary-key" not in said


def test_the_checkout_is_left_as_it_was(account: LiveAccount) -> None:
    names = [path.name for path in Path(account.checkout.folder).glob("Pulumi*.yaml")]
    before = {name: (account.checkout.folder / name).read_bytes() for name in names}
    account.adopt("staging")
    assert {name: (account.checkout.folder / name).read_bytes() for name in names} == before
