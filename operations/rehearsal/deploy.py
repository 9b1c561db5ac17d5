"""`ops local deploy`: a folder becomes a release on local Heroku, as a push to the real one would make it."""

from __future__ import annotations

from pathlib import Path

from heroku_api import platform
from heroku_api.client import Client
from heroku_api.errors import HerokuError
from heroku_api.models import Build
from operations.console import say
from operations.errors import OperationError
from operations.rehearsal import levers
from operations.rehearsal.archive import packed
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.settings import StackName


def deploy(stack: StackName, folder: Path) -> None:
    """Shows the build's output. Raises OperationError when nothing was released."""
    app = read_settings(Workspace.here(), stack).app.name
    with levers.client() as client:
        try:
            build = _built(client, app, packed(folder), folder.resolve().name)
        except HerokuError as error:
            raise OperationError(
                f"{app}: {error}; `./ops demo` or `./ops local seed` creates the app"
            ) from None
        say(_output(client, str(build.output_stream_url)).rstrip())
    if build.status != "succeeded":
        raise OperationError(f"{app}: the build {build.status}; nothing was released")


def _built(client: Client, app: str, archive: bytes, version: str) -> Build:
    place = platform.source(client).source_blob
    client.upload(place.put_url, archive)
    return platform.start_build(client, app, source_url=place.get_url, version=version)


def _output(client: Client, url: str) -> str:
    try:
        return client.download(url).decode()
    except HerokuError as error:
        raise OperationError(f"the build's output could not be read ({type(error).__name__})") from None
