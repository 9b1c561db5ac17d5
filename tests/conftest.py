"""Every test sees this project's plugins only, whatever the caller has installed; and one browser for those that look at pages."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import Browser, found
from tests.surroundings import NOTHING_INSTALLED, without_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def pytest_configure(config: pytest.Config) -> None:
    """Once a run: workers of pytest-xdist get the same from the process that starts them."""
    if NOTHING_INSTALLED in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="nothing-installed-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ[NOTHING_INSTALLED] = folder
    # Python is started thousands of times: compiling the project at each start is a tenth of the whole run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PULUMI_HOME"] = f"{folder}/home"
    os.environ["PATH"] = without_plugins(os.environ["PATH"], f"{folder}/path")


@pytest.fixture(scope="session")
def a_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = found()
    if path is None:
        pytest.skip(
            "NOT LOOKED AT in a browser: there is no Chromium or Chrome on PATH (apt-get install chromium)"
        )
    opened = Browser(path, tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture
def browser(a_browser: Browser) -> Iterator[Browser]:
    """A desk's, in light; it asks nobody for anything after the test."""
    a_browser.set(1280, "light")
    yield a_browser
    a_browser.open("about:blank")


@pytest.fixture
def keep(browser: Browser) -> Callable[[str], None]:
    """A picture for people, as .local/pictures/NAME.png."""
    folder = Path(__file__).resolve().parent.parent / ".local" / "pictures"
    return lambda name: browser.picture(folder / f"{name}.png")
