"""A real browser, driven over the DevTools protocol's pipe: what a page shows to people and to assistive technology.

Protocol: https://chromedevtools.github.io/devtools-protocol. By a pipe, so that no port is open and nothing needs to be installed.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
    "--remote-debugging-pipe",
)
ANSWER_LIMIT = 60.0  # seconds
_POLL = 0.1
_FIRST_FREE = 10
"""Above the two descriptors that the protocol wants: it reads from 3 and writes to 4."""
_LAUNCH = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
_TOLD = (
    *("heading", "region", "button", "link", "status", "listitem", "paragraph"),
    *("table", "row", "columnheader", "cell", "term", "definition"),
)
"""Roles that every browser calls the same."""

Scheme = Literal["light", "dark"]
Width = Literal[390, 1280]
"""A phone's and a desk's, in CSS pixels."""
EACH_LOOK: tuple[tuple[Width, Scheme], ...] = ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark"))


def found() -> str | None:
    """The path of a Chromium or Chrome."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Looks:
    """What a page was in one width and colour scheme."""

    outline: list[str]
    """Role and name of each thing that has one, in the order in which they are read out."""
    sideways: int
    """Pixels by which the page is wider than the window."""
    faint: list[str]
    """Texts whose contrast is under 4.5 to 1. Source: WCAG 2.2, 1.4.3."""


class Browser:
    """One tab."""

    def __init__(self, path: str, profile: Path) -> None:
        (read, self._to), (self._from, write) = os.pipe(), os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, _FIRST_FREE) for end in (read, write)]
        for end in (read, write):
            os.close(end)
        command = [sys.executable, "-c", _LAUNCH, *map(str, ends), path, *OPTIONS]
        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=ends,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in ends:
            os.close(end)
        self._read = b""
        self._count = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        """What the browser found fault with since the page was opened."""
        self._attach()

    def close(self) -> None:
        self._session = None
        self.ask("Browser.close")
        self._process.wait(ANSWER_LIMIT)
        os.close(self._to)
        os.close(self._from)

    def open(self, address: str) -> None:
        """Waits until it is loaded."""
        self.complaints.clear()
        self.ask("Page.navigate", url=address)
        self.until(lambda: self.run("document.readyState") == "complete")

    def set(self, width: Width, scheme: Scheme) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width == 390
        )  # fmt: skip
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.ask("Emulation.setEmulatedMedia", features=[feature])

    def look(self, width: Width, scheme: Scheme) -> Looks:
        self.set(width, scheme)
        sideways = self.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return Looks(self.outline(), sideways, self.run(_FAINT))

    def outline(self) -> list[str]:
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        return list(_outline({node["nodeId"]: node for node in nodes}, nodes[0]["nodeId"]))

    def picture(self, path: Path, *, height: int = 0) -> None:
        """The whole page, or the top of it."""
        width = self.run("innerWidth")
        clip = {"clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}} if height else {}
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True, **clip)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def press(self, button: str) -> None:
        """The button of this name, as a mouse does."""
        self.run(
            f"[...document.querySelectorAll('button')].find(it => it.textContent === {button!r}).click()"
        )

    def run(self, script: str) -> Any:
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + ANSWER_LIMIT
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"not seen within {ANSWER_LIMIT:.0f} s; the page has {self.outline()}")
            time.sleep(_POLL)

    def ask(self, method: str, **params: object) -> Any:
        self._count += 1
        sent = {"id": self._count, "method": method, "params": params}
        if self._session:
            sent["sessionId"] = self._session
        os.write(self._to, json.dumps(sent).encode() + b"\0")
        for message in self._messages():
            if message.get("id") == self._count:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            self._note(message)
        raise AssertionError(f"{method}: the browser is gone")

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" in self._read:
                whole, _, self._read = self._read.partition(b"\0")
                yield json.loads(whole)
            part = os.read(self._from, 1 << 16)
            if not part:
                return
            self._read += part

    def _note(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Log.entryAdded":
                self.complaints.append(params["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(params["exceptionDetails"]))

    def _attach(self) -> None:
        targets = self.ask("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Accessibility"):
            self.ask(f"{domain}.enable")


def _outline(nodes: dict[str, Any], at: str) -> Iterator[str]:
    node = nodes[at]
    role = node.get("role", {}).get("value", "none")
    if not node.get("ignored") and role in _TOLD:
        name = node.get("name", {}).get("value", "") or ("" if role == "row" else _text(nodes, at))
        yield f"{role} {' '.join(name.split())}".strip()
    for child in node.get("childIds", []):
        yield from _outline(nodes, child)


def _text(nodes: dict[str, Any], at: str) -> str:
    node = nodes[at]
    if node.get("role", {}).get("value") == "StaticText":
        return str(node["name"]["value"])
    return " ".join(filter(None, (_text(nodes, child) for child in node.get("childIds", []))))


_FAINT = """(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  const ground = (at) => { for (; at; at = at.parentElement) {
    const found = rgb(getComputedStyle(at).backgroundColor); if (found.length < 4 || found[3] > 0) return found; }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255]; };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), faint = [];
  while (texts.nextNode()) { const at = texts.currentNode.parentElement, said = texts.currentNode.textContent.trim();
    if (!said || !at.checkVisibility() || at.clientWidth === 1 || ["SCRIPT", "STYLE"].includes(at.tagName)) continue;
    const [low, high] = [light(rgb(getComputedStyle(at).color)), light(ground(at))].sort((a, b) => a - b);
    if ((high + .05) / (low + .05) < 4.5) faint.push(said); }
  return faint; })()"""
