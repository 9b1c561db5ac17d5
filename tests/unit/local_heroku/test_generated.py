"""Generated requests: whatever is sent to any route, the answer is planned; and writes keep the account consistent."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from local_heroku.routes import all_routes, held
from local_heroku.store.archives import MEMBER_LIMIT
from tests.unit.local_heroku.conftest import LocalHeroku

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_heroku.routing import Route

ROUTES = [route for route in all_routes() if route.path != "/local/logs/{session}/{key}"]
EXAMPLES = int(os.environ.get("GENERATED_REQUESTS", "20"))  # per route; 1000 takes minutes
# Values that mean something here, among those that do not.
WORDS = ["sc-mvp-staging", "sc-db", "web", "DATABASE", "DATABASE_URL", "heroku-postgresql:standard-0", "standard-1x",
         "basic", "1", "3", "v3", "~", "sc-mvp", "staging", "review", "preboot", "us", "heroku-24", "www.example.com",
         "https://logs.example.com/a", "dev@example.com", "America/Los_Angeles", "sync", "api:release"]  # fmt: skip
KEYS = ["name", "region", "stack", "build_stack", "maintenance", "updates", "plan", "config", "confirm", "attachment",
        "addon", "app", "namespace", "addon_attachment", "addon_service", "type", "quantity", "size", "dyno_size", "slug",
        "release", "description", "source_blob", "process_types", "buildpacks", "pipeline", "stage", "owner", "source",
        "targets", "url", "hostname", "sni_endpoint", "enabled", "user", "level", "include", "secret", "hour", "timezone",
        "schedule_name", "backup_url", "lines", "tail", "in", "force", "id", "advance", "to", "bytes", "web_behaviour",
        "A_KEY", "version", "checksum"]  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-3, 120), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, st.sampled_from(WORDS), st.text(max_size=20))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=4),
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), VALUES, max_size=5)
SEGMENTS = st.one_of(
    st.sampled_from(WORDS), st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable())
)
RANGES = st.one_of(
    st.just(""),
    st.text(max_size=20),
    st.builds("{} ..; max={}".format, st.sampled_from(["id", "version", "name"]), NUMBERS),
)


@pytest.fixture(scope="module")
def account() -> Iterator[LocalHeroku]:
    """An app with a database, a release, a schedule, in a pipeline; the generated requests do with it what they can."""
    with tempfile.TemporaryDirectory() as folder:
        local = LocalHeroku(Path(folder))
        furnish(local)
        yield local
        local.close()


def furnish(local: LocalHeroku) -> None:
    if local.world.apps.find("sc-mvp-staging") is None:
        local.app()
    if local.world.addons.find("sc-db") is None:
        local.database("sc-mvp-staging")
    if not local.get("/apps/sc-mvp-staging/formation"):
        local.deploy("sc-mvp-staging")


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_generated_request_ends_in_an_unplanned_answer(account: LocalHeroku, route: Route) -> None:
    furnish(account)
    names = [segment for segment in route.path.split("/") if segment.startswith("{")]

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(SEGMENTS, min_size=len(names), max_size=len(names)), BODIES, RANGES)
    def ask(segments: list[str], body: dict[str, Any], wanted: str) -> None:
        path = route.path
        for name, segment in zip(names, segments, strict=True):
            path = path.replace(name, quote(segment, safe=""), 1)
        reply = account.ask(route.method, path, body, range=wanted.encode("ascii", "replace").decode())
        without_postgres = reply.status == 501 and route in held.routes.all
        assert reply.status < 500 or without_postgres, (path, body, reply.content)
        if reply.status >= 400:
            keys = reply.json.keys()
            assert {"id", "message"} <= keys or keys == {"error"}, reply.content  # the Data API's 404

    ask()


class Account(RuleBasedStateMachine):
    """Config vars, scaling and add-ons in any order, with restarts between: what is answered is what is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.heroku = LocalHeroku(Path(self._folder.name))
        self.heroku.app()
        self.heroku.deploy("sc-mvp-staging")
        self.config: dict[str, str] = {}
        self.addons: set[str] = set()

    def teardown(self) -> None:
        self.heroku.close()
        self._folder.cleanup()

    @rule(
        changes=st.dictionaries(st.sampled_from("ABC"), st.none() | st.sampled_from(["1", "2"]), max_size=3)
    )
    def change_config_vars(self, changes: dict[str, str | None]) -> None:
        before = len(self.heroku.get("/apps/sc-mvp-staging/releases"))
        wanted = {key: value for key, value in {**self.config, **changes}.items() if value is not None}
        self.heroku.patch("/apps/sc-mvp-staging/config-vars", changes)
        after = len(self.heroku.get("/apps/sc-mvp-staging/releases"))
        assert after - before == int(wanted != self.config)
        self.config = wanted

    @rule(name=st.sampled_from(["one", "two", "three"]))
    def buy(self, name: str) -> None:
        wish = {"plan": "heroku-postgresql:standard-0", "name": name}
        status = self.heroku.ask("POST", "/apps/sc-mvp-staging/addons", wish).status
        assert status == (422 if name in self.addons else 201)
        self.addons.add(name)
        self.heroku.pass_time(1)

    @precondition(lambda self: bool(self.addons))
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.addons)))
        self.heroku.delete(f"/apps/sc-mvp-staging/addons/{name}")
        self.addons.remove(name)

    @rule(quantity=st.integers(0, 3))
    def scale(self, quantity: int) -> None:
        self.heroku.patch("/apps/sc-mvp-staging/formation/web", {"quantity": quantity, "size": "standard-1x"})
        assert len(self.heroku.get("/apps/sc-mvp-staging/dynos")) == quantity

    @rule()
    def restart_the_process(self) -> None:
        self.heroku.reopen()

    @invariant()
    def the_account_is_what_was_asked_for(self) -> None:
        own = set(self.config)
        owned = {item["config_vars"][0] for item in self.heroku.get("/apps/sc-mvp-staging/addon-attachments")}
        found = self.heroku.get("/apps/sc-mvp-staging/config-vars")
        assert {key: found[key] for key in own} == self.config
        assert set(found) == own | owned
        assert {item["name"] for item in self.heroku.get("/addons")} == self.addons
        assert [item["current"] for item in self.heroku.get("/apps/sc-mvp-staging/releases")].count(True) == 1


TestAccount = Account.TestCase
TestAccount.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


def test_a_procfile_of_any_size_is_read_within_its_limit(account: LocalHeroku) -> None:
    furnish(account)
    source = account.upload({"Procfile": "web: x\n" + "#" * (MEMBER_LIMIT + 1)})
    build = account.post("/apps/sc-mvp-staging/builds", {"source_blob": {"url": source}})
    assert (build["status"], build["slug"]) == ("failed", None)
