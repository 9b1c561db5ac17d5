"""Social Catering grown up, on the real engine: declared whole, up twice, nothing left for an ignore entry, and adopted whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from heroku_api.client import Client
from tests.engine.stacks.checkout import STACKS, Checkout

pytestmark = pytest.mark.engine

HOST, LOGS = "api.catering.example", "logs.catering.example"
GROWN = f"""  social-catering:addons:
    REDIS: {{name: sc-mvp-STACK-redis, plan: "heroku-redis:mini"}}
    PAPERTRAIL: {{name: sc-mvp-STACK-logs, plan: "papertrail:choklad"}}
  social-catering:domains: [STACK.{HOST}]
  social-catering:features: [preboot]
  social-catering:log_drains: {{LOGS: {LOGS}, ARCHIVE: {LOGS}}}
  social-catering:access: {{pat@catering.example: collaborator, kim@catering.example: collaborator}}
  social-catering:pipeline: {{name: social-catering, stage: STACK}}
"""
SMALL = "    web: {quantity: 1, dyno_type: basic}"
BIG = """    web: {quantity: 1, dyno_type: standard-1x}
    worker: {quantity: 1, dyno_type: standard-1x}
    clock: {quantity: 1, dyno_type: standard-1x}"""
NEW = [
    "access-kim@catering.example",
    "access-pat@catering.example",
    "addon-PAPERTRAIL",
    "addon-PAPERTRAIL-attachment",
    "addon-REDIS",
    "addon-REDIS-attachment",
    f"domain-production.{HOST}",
    "drain-ARCHIVE",
    "drain-LOGS",
    "feature-preboot",
    "formation-clock",
    "formation-worker",
    "pipeline",
]


def grow(checkout: Checkout) -> None:
    procfile = checkout.folder / "bootstrap" / "Procfile"
    procfile.write_text(procfile.read_text() + "worker: sleep infinity\nclock: sleep infinity\n")
    for stack in STACKS:
        file = f"Pulumi.{stack}.yaml"
        checkout.edit(file, SMALL, BIG)
        checkout.edit(
            file, "  social-catering:database:", f"{GROWN.replace('STACK', stack)}  social-catering:database:"
        )
        checkout.edit(file, "buildpacks: [heroku/ruby]", "buildpacks: [heroku/ruby]\n    acm: true")
        checkout.edit(file, '"${app.url}/api/v1"', f"https://{stack}.{HOST}/api/v1")
    checkout.edit("Pulumi.staging.yaml", "monthly_budget_usd: 60", "monthly_budget_usd: 250")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    checkout = Checkout.with_a_managed_secret(tmp_path_factory.mktemp("checkout"))
    grow(checkout)
    yield checkout
    checkout.stop()


def urls(client: Client, stack: str) -> list[str]:
    return [one["url"] for one in client.request("GET", f"/apps/sc-mvp-{stack}/log-drains")]


def names(checkout: Checkout, stack: str) -> set[str]:
    return {str(entry["urn"]).rpartition("::")[2] for entry in checkout.resources(stack) if entry.get("id")}


def test_the_grown_app_is_put_up_twice_and_nothing_of_it_drifts(grown: Checkout) -> None:
    shown = grown.ops("demo")
    second = ["up", "--yes", "--refresh", "--expect-no-changes", "--suppress-progress"]
    shown += grown.ops("pulumi", "production", *second)
    gate = grown.ops("gate", expected=0)
    assert "Approved" in gate
    assert "$128" in gate
    drift = grown.ops("drift", "production")
    assert "No drift" in drift
    assert {*NEW} <= names(grown, "production")
    with grown.heroku() as client:
        secrets = [*urls(client, "production"), *urls(client, "staging")]
        client.request("POST", "/apps/sc-mvp-production/log-drains", {"url": f"https://a:canary@{LOGS}/x"})
    assert len({*secrets}) == 4
    found = " ".join(grown.ops("drift", "production", expected=2).split())
    assert f"undeclared: production/{LOGS}#" in found
    assert "declare it (log_drains in Pulumi.production.yaml)" in found
    texts = [shown, gate, drift, found]
    assert [secret for secret in [*secrets, "canary"] for text in texts if secret in text] == []


def test_an_app_that_grew_by_hand_is_adopted_whole_and_its_next_preview_is_empty(grown: Checkout) -> None:
    grown.ops("local", "reset", "--yes")
    grown.ops("local", "seed")
    with grown.heroku() as client:
        secrets = urls(client, "production")
    file = grown.folder / "Pulumi.production.yaml"
    before = yaml.safe_load(file.read_text())["config"]
    grown.edit(file.name, GROWN.replace("STACK", "production"), "")
    grown.edit(file.name, BIG, SMALL.replace("basic", "standard-1x"))
    shown = grown.ops("adopt", "production", "--write", expected=None)
    assert "nothing to do: production is adopted" in shown, shown
    assert {*NEW} - {"drain-ARCHIVE", "drain-LOGS"} <= names(grown, "production")
    after = yaml.safe_load(file.read_text())["config"]
    drains = {"LOGS_CATERING_EXAMPLE": LOGS, "LOGS_CATERING_EXAMPLE_2": LOGS}
    assert after == {**before, "social-catering:log_drains": drains}
    assert "No drift" in grown.ops("drift", "production")
    with grown.heroku() as client:
        assert urls(client, "production") == secrets
    files: list[Path] = [path for path in (grown.folder / ".local").rglob("*") if path.is_file()]
    clear = [path for path in files if not path.name.startswith("heroku.sqlite")]
    assert [path for path in clear for secret in secrets if secret.encode() in path.read_bytes()] == []
    assert [secret for secret in secrets if secret in shown] == []
