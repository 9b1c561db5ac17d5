"""Takes the README's pictures, docs/pictures/*.png, from what the commands really write.

    .venv/bin/python bench/pictures.py

The stacks must be up (./ops demo) and Chromium on PATH. Pulumi.production.yaml is edited for the comment and put back.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.unit.operations.forms.page import page_of  # noqa: E402 - found by the line above

EDITED = ROOT / "Pulumi.production.yaml"
OLD, NEW = "web: {quantity: 1, dyno_type: basic}", "web: {quantity: 2, dyno_type: standard-1x}"
"""The README's edit."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
)


def main() -> None:
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    if not found:
        sys.exit("no Chromium on PATH; install it, then run this again")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        take(found[0], comment(folder), "comment", height=410)
        take(found[0], report(folder), "report", height=770)


def comment(folder: Path) -> Path:
    """The gate's comment on the edit, as GitHub shows it."""
    written, before = folder / "gate.md", EDITED.read_text(encoding="utf-8")
    EDITED.write_text(before.replace(OLD, NEW), encoding="utf-8")
    try:
        ops("gate", "--markdown", str(written))
    finally:
        EDITED.write_text(before, encoding="utf-8")
    text = written.read_text(encoding="utf-8")
    for title in ("steps", "cost"):  # as after a click
        text = text.replace(
            f"<details><summary>production: {title}", f"<details open><summary>production: {title}"
        )
    page = folder / "comment.html"
    page.write_text(page_of({"social-catering: ops gate": text}), encoding="utf-8")
    return page


def report(folder: Path) -> Path:
    page = folder / "report.html"
    ops("verify", "production", "--html", str(page))
    return page


def ops(*words: str) -> None:
    """Ends this program where the command could not judge; a rule that fails makes a picture too."""
    done = subprocess.run(
        [sys.executable, "-m", "operations", *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode not in (0, 3):
        sys.exit(f"`ops {' '.join(words)}` ended with {done.returncode}; are the stacks up (./ops demo)?")


def take(browser: str, page: Path, name: str, *, height: int) -> None:
    picture = ROOT / "docs" / "pictures" / f"{name}.png"
    picture.parent.mkdir(exist_ok=True)
    size = f"--window-size=960,{height}"
    profile = f"--user-data-dir={page.parent / 'profile'}"
    command = [browser, *QUIET, profile, size, f"--screenshot={picture}", page.as_uri()]
    subprocess.run(command, capture_output=True, timeout=90, check=True)
    print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
