"""`ops local deploy`: a folder becomes a release on local Heroku, as a push to the real one would make it."""

from __future__ import annotations

from pathlib import Path

import urllib3

from heroku_api import platform
from heroku_api.client import Client
from heroku_api.errors import HerokuError
from heroku_api.shapes import segment
from local_heroku import process
from operations.console import say
from operations.errors import OperationError
from operations.rehearsal.archive import packed
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.settings import StackName

PATIENCE_SECONDS = 30.0


def deploy(stack: StackName, folder: Path) -> None:
    """Shows the build's output. Raises OperationError when nothing was released."""
    workspace = Workspace.here()
    app = read_settings(workspace, stack).app.name
    running = process.status(workspace.heroku)
    if running is None:
        raise OperationError("local Heroku isn't running; start it with `./ops local start`")
    try:
        with Client.from_environment(process.environment(running)) as client:
            build = _built(client, app, packed(folder), folder.resolve().name)
    except HerokuError as error:
        raise OperationError(f"{app}: {error}; `./ops demo` or `./ops local seed` creates the app") from None
    say(_output(str(build["output_stream_url"])).rstrip())
    if build["status"] != "succeeded":
        raise OperationError(f"{app}: the build {build['status']}; nothing was released")


def _built(client: Client, app: str, archive: bytes, version: str) -> dict[str, object]:
    place = platform.source(client).source_blob
    client.upload(place.put_url, archive)
    body = {"source_blob": {"url": place.get_url, "version": version}}
    found: dict[str, object] = client.request("POST", f"/apps/{segment(app)}/builds", body)
    return found


def _output(url: str) -> str:
    try:
        return urllib3.request("GET", url, timeout=PATIENCE_SECONDS, retries=False).data.decode()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise OperationError(f"the build's output could not be read ({type(error).__name__})") from None
