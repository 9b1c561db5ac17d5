"""The pre-receive hook: what Heroku's git server does with a push. It uploads the source, asks for a build, and shows it.

Run by git in the bare repository, before any ref is changed, with the pushed objects in quarantine. What it prints is what
the pusher sees behind `remote:`. It knows the standard library and the API alone; a pushed file is never run.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BUILT = ("refs/heads/main", "refs/heads/master")
"""Source: Dev Center, "Deploying with Git": Heroku builds what is pushed to main or master."""
NOTHING = set("0")
"""An object id of zeros alone: the ref is made or deleted."""
_PIECE = 256 * 1024
_WITHIN = 300  # seconds for one answer of the API


class RejectedError(Exception):
    """The push is refused; the text says why."""


@dataclass(frozen=True)
class Update:
    """One ref of the push, as git gives it on standard input."""

    old: str
    new: str
    ref: str

    @property
    def deletes(self) -> bool:
        return set(self.new) <= NOTHING


def main() -> int:
    try:
        chosen = to_build([Update(*line.split()) for line in sys.stdin])
        if chosen is None:
            say("Pushed to non-main branch, skipping build.")
            return 0
        return build(Api.of(os.environ), os.environ["PUSHED_APP"], chosen)
    except RejectedError as error:
        say(f" !     {error}", "", f" !\tPush rejected to {os.environ.get('PUSHED_APP', 'the app')}.", "")
        return 1


def to_build(updates: list[Update]) -> Update | None:
    """The one branch that is built; None where there is none. Raises RejectedError."""
    if busy := os.environ.get("PUSH_IN_PROGRESS"):
        raise RejectedError(busy)
    built = [update for update in updates if update.ref in BUILT]
    if any(update.deletes for update in built):
        raise RejectedError("main and master can't be deleted: Heroku deploys from them.")
    if len(built) > 1:
        raise RejectedError("main and master were pushed at once: push the one that is to be deployed.")
    return built[0] if built else None


def build(api: Api, app: str, update: Update) -> int:
    """0 for a build that succeeded, whatever its release phase then said: Heroku takes the push all the same."""
    say(
        f"Updated {_count(update.new)} paths from {update.new[:7]}",
        "Compressing source files... done.",
        "Building source:",
        "",
    )
    place = api.ask("POST", "/sources")["source_blob"]
    api.put(urlsplit(place["put_url"]).path, archive(update.new))
    blob = {"url": place["get_url"], "version": update.new}
    made = api.ask("POST", f"/apps/{app}/builds", {"source_blob": blob})
    show(api, made["output_stream_url"])
    if made["status"] != "succeeded":
        say(" !     Push failed", "Verifying deploy...", "", f" !\tPush rejected to {app}.", "")
        return 1
    say("", "Verifying deploy... done.")
    show_release(api, app, made["release"]["id"])
    Path("HEAD").write_text(f"ref: {update.ref}\n", encoding="utf-8")  # what a clone checks out
    return 0


def show_release(api: Api, app: str, release_id: str) -> None:
    """What the release phase said, where there was one."""
    release = api.ask("GET", f"/apps/{app}/releases/{release_id}")
    if release["output_stream_url"]:
        say("Running release command...", "")
        show(api, release["output_stream_url"])
        if release["status"] == "failed":
            say("", "Waiting for release.... failed.")
    elif release["status"] == "failed":
        say("", " !     Release failed: what ran before goes on.")


def show(api: Api, url: str) -> None:
    for line in api.text(urlsplit(url).path).splitlines():
        say(line)


def archive(commit: str) -> Iterator[bytes]:
    """The commit's tree. Raises RejectedError where git can't pack it, as for one whose objects are missing."""
    packing = subprocess.Popen(["git", "archive", "--format=tar.gz", commit], stdout=subprocess.PIPE)
    assert packing.stdout is not None  # noqa: S101 - it was opened as a pipe
    while piece := packing.stdout.read(_PIECE):
        yield piece
    if packing.wait():
        raise RejectedError("The source could not be packed.")


def _count(commit: str) -> int:
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "-z", commit], capture_output=True, check=False
    )
    return listed.stdout.count(b"\0")


@dataclass(frozen=True)
class Api:
    """Local Heroku's API, on loopback."""

    url: str
    token: str

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Api:
        return cls(env["PUSHED_TO"], env["PUSHED_BY"])

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return json.loads(self._asked(method, path, None if body is None else json.dumps(body).encode()))

    def put(self, path: str, content: Iterable[bytes]) -> None:
        self._asked("PUT", path, content)

    def text(self, path: str) -> str:
        return self._asked("GET", path, None).decode("utf-8", "replace")

    def _asked(self, method: str, path: str, content: Any) -> bytes:
        """Raises RejectedError with what the API says."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=_WITHIN)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/vnd.heroku+json; version=3",
        }
        try:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            answered = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise RejectedError(
                f"Heroku's API gave no answer ({type(error).__name__}); push again."
            ) from None
        finally:
            connection.close()
        if answer.status // 100 != 2:  # noqa: PLR2004 - not a success
            raise RejectedError(f"Heroku's API answered {answer.status}: {_message(answered)}")
        return answered


def _message(answered: bytes) -> str:
    try:
        return str(json.loads(answered)["message"])
    except (ValueError, KeyError, TypeError):
        return "no reason given"


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
