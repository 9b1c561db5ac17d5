"""Every test sees this project's plugins only, whatever the caller has installed."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from tests.surroundings import NOTHING_INSTALLED, without_plugins

if TYPE_CHECKING:
    import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Once a run: workers of pytest-xdist get the same from the process that starts them."""
    if NOTHING_INSTALLED in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="nothing-installed-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ[NOTHING_INSTALLED] = folder
    os.environ["PULUMI_HOME"] = f"{folder}/home"
    os.environ["PATH"] = without_plugins(os.environ["PATH"], f"{folder}/path")
