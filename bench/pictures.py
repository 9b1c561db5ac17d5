"""Takes the pictures of the README and docs, docs/pictures/*.png, from what the commands really write.

    .venv/bin/python bench/pictures.py

The stacks must be up (./ops demo) and Chromium on PATH. Pulumi.production.yaml is edited for the comment and put back.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from local_heroku import process  # noqa: E402 - found by the line above
from tests.browser import Browser, Width, found  # noqa: E402
from tests.unit.operations.forms.page import page_of  # noqa: E402

EDITED = ROOT / "Pulumi.production.yaml"
OLD, NEW = "web: {quantity: 1, dyno_type: basic}", "web: {quantity: 2, dyno_type: standard-1x}"
"""The README's edit."""
PICTURES = ROOT / "docs" / "pictures"


def main() -> None:
    path = found()
    if path is None:
        sys.exit("no Chromium on PATH; install it, then run this again")
    running = process.status(ROOT / ".local" / "heroku")
    if running is None:
        sys.exit("local Heroku does not run; start the stacks with ./ops demo")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        browser = Browser(path, folder / "profile")
        try:
            take(browser, comment(folder), "comment", width=1280, height=480)
            take(browser, report(folder), "report", width=1280, height=900)
            take(browser, f"{running.url}/?token={running.token}", "local-heroku", width=1280, height=760)
            take(browser, f"{running.url}/", "local-heroku-phone", width=390, height=760)
        finally:
            browser.close()


def comment(folder: Path) -> str:
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
    return page.as_uri()


def report(folder: Path) -> str:
    page = folder / "report.html"
    ops("verify", "production", "--html", str(page))
    return page.as_uri()


def ops(*words: str) -> None:
    """Ends this program where the command could not judge; a rule that fails makes a picture too."""
    done = subprocess.run(
        [sys.executable, "-m", "operations", *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode not in (0, 3):
        sys.exit(f"`ops {' '.join(words)}` ended with {done.returncode}; are the stacks up (./ops demo)?")


def take(browser: Browser, address: str, name: str, *, width: Width, height: int) -> None:
    picture = PICTURES / f"{name}.png"
    browser.set(width, "light")
    browser.open(address)
    browser.picture(picture, height=height)
    print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
