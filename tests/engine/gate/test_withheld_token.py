"""No program gets Heroku's token before its providers are judged: another host that a change names receives nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from operations.judging.withheld_token import TokenWithheldError, require_known_providers
from operations.pulumi_run.runner import UNJUDGED, pulumi
from operations.rehearsal.rehearsal import Rehearsal
from operations.workspace import Workspace
from tests.engine.gate.conftest import Edit
from tests.engine.stacks.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

PROVIDERS = "components/environment.py"
SEES = "__main__.py"


@dataclass(frozen=True)
class AsIfReal(Rehearsal):
    """Local Heroku as the real account: its token must be held back."""

    @property
    def is_local(self) -> bool:
        return False


@dataclass
class OtherHost:
    port: int
    seen: list[str] = field(default_factory=list)
    """The Authorization header of each request."""


@pytest.fixture
def other_host() -> Iterator[OtherHost]:
    host = OtherHost(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.seen.append(self.headers.get("Authorization", ""))
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield host
    server.shutdown()
    server.server_close()


def test_another_address_gets_no_token_on_the_real_account(
    up: Checkout, edit: Edit, other_host: OtherHost
) -> None:
    edit(
        PROVIDERS,
        '        "heroku",\n',
        f'        "heroku",\n        url="http://127.0.0.1:{other_host.port}",\n',
    )
    account = AsIfReal(Workspace(up.folder))
    with pytest.raises(
        TokenWithheldError, match=r"^production: the provider heroku is given url \(not shown\)"
    ):
        require_known_providers(account, "production")
    assert other_host.seen == []
    # What the look keeps from happening:
    pulumi(account, "production", ["preview", "--json", "--refresh", "--run-program"], 60, also=UNJUDGED)
    assert [value != "" for value in other_host.seen][:1] == [True]


def test_the_programs_own_providers_are_known_and_it_never_sees_a_token(
    up: Checkout, edit: Edit, tmp_path: Path
) -> None:
    seen = tmp_path / "environment"
    edit(
        SEES,
        "stack, settings = read_settings()\n",
        f"stack, settings = read_settings()\nopen({str(seen)!r}, 'w').write(repr(dict(os.environ)))\n",
    )
    account = AsIfReal(Workspace(up.folder))
    require_known_providers(account, "production")
    shown = seen.read_text(encoding="utf-8")
    assert "HEROKU_API_URL" in shown
    assert "HEROKU_API_KEY" not in shown
