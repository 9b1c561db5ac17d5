"""Each dependency is used, has a reason, and is locked by hash without an address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.unit.house.test_rooms import ROOMS, ROOT, imports

LOCKS = sorted((ROOT / "toolchain" / "locks").glob("*.txt"))
IMPORT_NAMES = {
    "pulumi-policy": "pulumi_policy",
    "pulumiverse-heroku": "pulumiverse_heroku",
    "pyyaml": "yaml",
}
USED_BY_OTHERS = {"uvloop", "httptools", "tzdata"}
"""uvicorn takes the first two when they are there, zoneinfo the third."""


def runtime_dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.split(r"[^a-zA-Z0-9-]", wanted)[0] for wanted in project["dependencies"]]


def test_every_dependency_is_imported() -> None:
    used = {name for room in ROOMS for path in (ROOT / room).rglob("*.py") for name in imports(path)}
    missing = [
        name
        for name in runtime_dependencies()
        if IMPORT_NAMES.get(name, name) not in used and name not in USED_BY_OTHERS
    ]
    assert missing == []


def test_every_dependency_has_a_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("dependencies = [")[1].split("]")[0]
    assert [line for line in lines.strip().splitlines() if "#" not in line] == []


def test_every_locked_package_has_a_hash_and_no_lock_has_an_address() -> None:
    assert LOCKS
    for lock in LOCKS:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        packages = re.split(r"\n(?=[a-zA-Z])", text.strip())
        assert [found.split()[0] for found in packages if "--hash=sha256:" not in found] == [], lock.name


def test_no_file_names_a_folder_of_one_machine() -> None:
    suspicious = re.compile(r"(?<![\w./-])/(?:home|Users|root)/[A-Za-z]")
    for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", *Path(ROOT / ".github").rglob("*.yml")]:
        assert not suspicious.search(path.read_text(encoding="utf-8")), path
