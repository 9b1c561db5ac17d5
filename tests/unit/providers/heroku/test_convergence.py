"""Whatever breaks on the way, and however often: the next quiet run ends with one of each object, as declared."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heroku_api.client import Client
from heroku_api.endpoints import Endpoints
from heroku_api.errors import HerokuError
from local_heroku import process
from providers.heroku.provider import HerokuProvider
from providers.protocol.errors import InitFailedError, ProviderError
from providers.protocol.lifecycle import CheckRequest, CreateRequest, DiffRequest, ReadRequest, UpdateRequest
from tests.unit.heroku_api.scripted_server import FakeTime
from tests.unit.providers.heroku.replay import DELAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[4]
NUMBERS = count(1)
PULUMI_HOME = TemporaryDirectory()
APP, ADDON = "heroku:app/app:App", "heroku:addon/addon:Addon"
CONFIG, BUILD = "heroku:app/configAssociation:ConfigAssociation", "heroku:build/build:Build"
FORMATION = "heroku:formation/formation:Formation"
FROM_THEN_ON = 0
BREAKS = {
    "the key is revoked": {"kind": "unauthorized", "count": FROM_THEN_ON},
    "one answer is lost": {"kind": "lost-answer", "count": 1},
    "all answers are lost": {"kind": "lost-answer", "count": FROM_THEN_ON},
    "one answer has another shape": {"kind": "wrong-shape", "count": 1},
    "Heroku does not know it yet": {"kind": "lag", "count": 2},
}
OF_READS = {"Heroku does not know it yet"}
FAULTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(
            ["rate-limit", "error", "html", "reset-before", "forbidden", "lost-answer", "reset-after",
             "reset-halfway", "empty", "html-success", "release-fails"]
        ),
        "skip": st.integers(0, 40),
        "count": st.integers(1, 3),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    """What is declared: a plain value, a secret made of it, the number of dynos, more config vars."""

    value: str
    quantity: int
    more: tuple[str, ...] = ()

    def inputs(self, kind: str, name: str, app: str) -> dict[str, Any]:
        declared: dict[str, dict[str, Any]] = {
            APP: {"name": name, "region": "us", "stack": "heroku-24"},
            ADDON: {"appId": app, "name": f"{name}-db", "plan": "heroku-postgresql:standard-0"},
            CONFIG: {
                "appId": app,
                "vars": {"VALUE": self.value, **dict.fromkeys(self.more, "x")},
                "sensitiveVars": {"SECRET": f"canary-{self.value}"},
            },
            BUILD: {"appId": app, "source": {"path": str(ROOT / "bootstrap")}},
            FORMATION: {"appId": app, "type": "web", "quantity": self.quantity, "size": "Standard-1X"},
        }
        return declared[kind]


DECLARED = Program("a", 2)
PROGRAMS = st.builds(Program, st.sampled_from("ab"), st.integers(1, 2))
RUNS = st.lists(st.tuples(PROGRAMS, st.lists(FAULTS, max_size=3)), max_size=3)


@dataclass(frozen=True)
class Stored:
    """What the engine has stored of one resource."""

    id: str
    outputs: Any
    is_unfinished: bool = False


@dataclass(frozen=True)
class Stack:
    """An app of its own, and what the engine has stored so far."""

    client: Client
    name: str = field(default_factory=lambda: f"sc-converges-{next(NUMBERS)}")
    state: dict[str, Stored] = field(default_factory=dict)

    def up(self, program: Program = DECLARED, *, cancelled_after: float | None = None) -> list[str]:
        """One `up` with a plugin of its own, up to its first failure; the state is changed as the engine would."""
        plugin = plugin_of(self.client)
        if cancelled_after is not None:
            threading.Timer(cancelled_after, plugin.cancelled.set).start()
        for kind in (APP, ADDON, CONFIG, BUILD, FORMATION):
            try:
                self._step(plugin, kind, self._inputs(plugin, kind, program))
            except InitFailedError as error:
                self.state[kind] = Stored(error.id, error.properties, is_unfinished=True)
                return [str(error)]
            except (HerokuError, ProviderError) as error:
                return [str(error)]
        return []

    def broken(self, program: Program, *faults: dict[str, Any]) -> bool:
        """An `up` that these faults strike; whether one of them did."""
        for fault in faults:
            self.client.request("POST", "/local/faults", fault)
        self.up(program)
        struck = any(one["struck"] for one in self.client.request("GET", "/local/faults")["faults"])
        self.client.request("DELETE", "/local/faults")
        return struck

    def assert_converged(self) -> None:
        client, name = self.client, self.name
        assert [one["name"] for one in client.list_all("/apps")].count(name) == 1
        assert [one["name"] for one in client.list_all(f"/apps/{name}/addons")] == [f"{name}-db"]
        variables = client.request("GET", f"/apps/{name}/config-vars")
        assert variables.keys() == {"VALUE", "SECRET", "DATABASE_URL"}
        assert (variables["VALUE"], variables["SECRET"]) == ("a", "canary-a")
        assert client.request("GET", f"/apps/{name}/formation/web")["quantity"] == DECLARED.quantity
        plugin = plugin_of(client)
        for kind, stored in self.state.items():
            inputs = self._inputs(plugin, kind, DECLARED)
            found = plugin.read(ReadRequest(urn(kind), stored.id, inputs, stored.outputs))
            assert found is not None
            assert found.properties == stored.outputs, f"{kind}: the state is not what Heroku has"

    def _inputs(self, plugin: HerokuProvider, kind: str, program: Program) -> Any:
        app = self.state[APP].id if APP in self.state else ""
        checked = plugin.check(CheckRequest(urn(kind), program.inputs(kind, self.name, app)))
        assert checked.failures == []
        return checked.inputs

    def _step(self, plugin: HerokuProvider, kind: str, news: Any) -> None:
        stored = self.state.get(kind)
        if stored is None:
            created = plugin.create(CreateRequest(urn(kind), news))
            self.state[kind] = Stored(created.id, created.properties)
            return
        difference = plugin.diff(DiffRequest(urn(kind), stored.id, stored.outputs, news))
        assert not any(change.kind.replaces for change in difference.detailed.values()), difference.detailed
        if stored.is_unfinished or difference.changes:
            updated = plugin.update(UpdateRequest(urn(kind), stored.id, stored.outputs, news))
            self.state[kind] = Stored(stored.id, updated)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Local Heroku where nothing takes time."""
    folder = tmp_path_factory.mktemp("heroku")
    start = "import sys, pathlib; from local_heroku import process; process.start(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", start, folder], check=True, cwd=ROOT)
    running = process.status(folder)
    assert running is not None
    with Client(Endpoints(running.url, running.url), running.token) as found:
        found.request("PATCH", "/local/settings", {"provisioning": 0, "boot": 0})
        yield found
    process.stop(folder)


@pytest.mark.slow
@pytest.mark.parametrize("how", BREAKS)
def test_an_up_broken_at_any_request_converges_on_the_next(client: Client, how: str) -> None:
    for skip in count():
        stack = Stack(client)
        if not stack.broken(DECLARED, {**BREAKS[how], "skip": skip}):
            break
        assert stack.up() == [], skip
        stack.assert_converged()
        client.request("DELETE", f"/apps/{stack.name}")
    assert skip > (10 if how in OF_READS else 20), "fewer requests than an up makes"


@pytest.mark.parametrize("how_many", [1, FROM_THEN_ON])
def test_an_up_of_which_any_release_failed_converges_on_the_next(client: Client, how_many: int) -> None:
    """The first build's as well: an app whose only release failed has no process types."""
    for skip in count():
        stack = Stack(client)
        if not stack.broken(DECLARED, {"kind": "release-fails", "skip": skip, "count": how_many}):
            break
        assert stack.up() == [], skip
        stack.assert_converged()
        client.request("DELETE", f"/apps/{stack.name}")
    assert skip > 2, "fewer releases than an up makes"


@pytest.mark.parametrize("how", BREAKS)
def test_an_update_broken_at_any_request_is_taken_back_by_the_next_up(client: Client, how: str) -> None:
    """The program goes back to what the state may still hold: the state alone would call it no change."""
    stack = Stack(client)
    assert stack.up() == []
    for skip in count():
        if not stack.broken(Program("b", 1, ("ADDED",)), {**BREAKS[how], "skip": skip}):
            break
        assert stack.up() == [], skip
        stack.assert_converged()
    assert skip > (3 if how in OF_READS else 5), "fewer requests than an update makes"


def test_a_config_var_that_a_cancelled_update_may_have_set_is_not_forgotten(client: Client) -> None:
    stack = Stack(client)
    assert stack.up() == []
    client.request(
        "POST", "/local/faults", {"kind": "stall", "method": "PATCH", "path": "/apps/*/config-vars"}
    )
    (said,) = stack.up(Program("a", 2, ("ADDED",)), cancelled_after=0.3)
    assert "it was sent, and Heroku may have done it" in said
    client.request("DELETE", "/local/faults")
    assert "ADDED" in client.request("GET", f"/apps/{stack.name}/config-vars")
    assert stack.up() == []
    stack.assert_converged()


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=RUNS)
def test_after_any_broken_runs_a_quiet_one_ends_with_one_of_each(client: Client, runs: Any) -> None:
    stack = Stack(client)
    for program, faults in runs:
        stack.broken(program, *faults)
    assert stack.up() == []
    stack.assert_converged()
    client.request("DELETE", f"/apps/{stack.name}")


def urn(kind: str) -> str:
    return f"urn:pulumi:test::convergence::{kind}::it"


def plugin_of(client: Client) -> HerokuProvider:
    """A run's plugin; the next run's has the same Pulumi home."""
    provider = HerokuProvider(
        {"HEROKU_API_TIME_BUDGET": "0", "PULUMI_HOME": PULUMI_HOME.name}, cancelled=FakeTime()
    )
    flags = {"setAppAllConfigVarsInState": False, "setAddonConfigVarsInState": False}
    arguments = {"url": client.endpoints.platform, "apiKey": client.credentials.api_key}
    provider.configure({**arguments, "delays": DELAYS, "customizations": [flags]})
    return provider
