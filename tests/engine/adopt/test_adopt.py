"""Adopting with the real engine on local Heroku: nothing of the account changes, and the preview is empty."""

from __future__ import annotations

import json

import pytest

from operations.rehearsal.seed import Seeding
from operations.settings_files import read_settings
from operations.workspace import Workspace
from tests.engine.adopt.account import LiveAccount
from tests.engine.adopt.adoption import Adoption
from tests.engine.stacks.checkout import STACKS

pytestmark = pytest.mark.engine

ADOPTED = ["app", "backups", "config-vars", "database", "database-attachment", "formation-web"]


def test_both_live_apps_are_adopted_without_one_write_and_without_a_release(
    adopted: LiveAccount, adoption: Adoption
) -> None:
    for stack, said in adoption.said.items():
        assert f"15 unchanged, nothing to do: {stack} is adopted\n" in said
        assert adopted.names(stack) == ADOPTED
    assert adoption.said.keys() == {*STACKS}
    assert adoption.writes == []
    assert adoption.after == adoption.before


def test_no_secret_is_in_what_an_adoption_prints_or_keeps(
    adopted: LiveAccount, adoption: Adoption, secrets: list[str]
) -> None:
    shown = "".join(adoption.said.values())
    files = [path for path in adopted.local.rglob("*") if path.is_file()]
    clear = [
        path for path in files if path.name != "passphrase" and not path.name.startswith("heroku.sqlite")
    ]
    assert any(path.name == "production.json" for path in clear)
    assert [path for path in clear for secret in secrets if secret.encode() in path.read_bytes()] == []
    assert [secret for secret in secrets if secret in shown] == []
    assert not (adopted.local / "adopt" / "staging").exists()


def test_what_follows_an_adoption_changes_nothing_either(adopted: LiveAccount) -> None:
    for stack in STACKS:
        adopted.checkout.ops("pulumi", stack, "preview", "--expect-no-changes")
        adopted.checkout.ops(
            "pulumi", stack, "up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes"
        )
        assert "No drift" in adopted.checkout.ops("drift", stack)
        assert "adopted already" in adopted.adopt(stack)
    assert adopted.writes() == []
    assert "fail" not in adopted.checkout.ops("verify")


def test_every_resource_of_production_is_protected_and_staging_is_as_the_program_says(
    adopted: LiveAccount,
) -> None:
    for stack, is_protected in (("production", True), ("staging", False)):
        bare = {entry["type"] for entry in adopted.state(stack) if not entry.get("protect")}
        assert (bare == {"pulumi:pulumi:Stack"}) is is_protected
    shown = adopted.checkout.ops(
        "pulumi", "production", "destroy", "--yes", "--skip-preview", "--continue-on-error", expected=None
    )
    assert "protect" in shown
    assert adopted.writes() == []


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
    account.checkout.ops("pulumi", "staging", "up", "--yes", "--skip-preview")
    with account.heroku() as client:
        client.request("PATCH", "/apps/sc-mvp-staging/config-vars", {"RAILS_MASTER_KEY": "by-hand"})
        before = len(account.writes())
    shown = account.adopt("staging")
    assert "adopted already" in shown
    assert "16 unchanged, nothing to do" in shown
    assert len(account.writes()) == before


def test_what_a_state_lacks_is_adopted_and_the_rest_is_left(adopted: LiveAccount) -> None:
    whole = {entry["urn"]: entry.get("id") for entry in adopted.state("staging")}
    gone = [urn for urn in whole if urn.endswith(("::backups", "::config-vars"))]
    for urn in sorted(gone, key=len, reverse=True):
        adopted.checkout.ops("pulumi", "staging", "state", "delete", urn, "--yes")
    shown = adopted.adopt("staging")
    assert "adopted  backups" in shown
    assert "adopted  config-vars" in shown
    assert "adopted  app" not in shown
    assert adopted.names("staging") == ADOPTED
    assert {entry["urn"]: entry.get("id") for entry in adopted.state("staging")} == whole
    assert adopted.writes() == []


def test_another_app_of_the_same_name_is_never_taken_for_the_one_in_the_state(adopted: LiveAccount) -> None:
    before = adopted.state("staging")
    adopted.ask("DELETE", "/apps/sc-mvp-staging")
    settings = read_settings(Workspace(adopted.checkout.folder), "staging")
    with adopted.heroku() as client:
        managed = {"SECRET_KEY_BASE": "of-the-other-app"}
        Seeding(client, adopted.checkout.folder / "bootstrap", settings, managed, given_names=False).run()
    shown = adopted.adopt("staging", expected=1)
    assert "the state has the app" in shown
    assert "pulumi state delete" in shown
    assert adopted.state("staging") == before


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
