"""Both stacks up in a checkout of its own, and Heroku's CLI to work with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from heroku_api import data
from tests.engine.stacks.brought_up import bring_up
from tests.engine.stacks.checkout import ROOT, Checkout
from toolchain import heroku_cli

APPS = ("sc-mvp-staging", "sc-mvp-production")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    if shutil.which("pulumi") is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")
    if heroku_cli.find(ROOT, os.environ) is None and shutil.which("npm") is None:
        pytest.skip("NOT CHECKED with Heroku's CLI: there is no Node.js (npm) to install it with")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEROKU_CLI", str(heroku_cli.ensure(ROOT, print)))
        checkout = Checkout.of_working_tree(tmp_path_factory.mktemp("checkout"))
        bring_up(checkout, tmp_path_factory)
        with checkout.heroku() as client:
            # The demo's first backups run for a moment yet.
            while not all(found.finished_at for app in APPS for found in data.transfers(client, app)):
                client.cancelled.wait(0.1)
        # From its second run on, the rehearsal's stack files say that the apps have their first release.
        checkout.ops("drift")
        yield checkout
        checkout.stop()


@pytest.fixture(autouse=True)
def _ended(up: Checkout) -> Iterator[None]:
    """A test that fails in a drill leaves none to the next."""
    yield
    if (up.folder / ".local" / "drill" / "record.json").exists():
        up.ops("drill", "--end")
