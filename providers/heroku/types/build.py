"""heroku:build/build:Build."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from heroku_api.errors import HerokuError
from providers.heroku import sources
from providers.heroku.types import children, releases
from providers.protocol.lifecycle import Failure
from providers.protocol.values import Unknown
from providers.resources import rules
from providers.resources.adopting import made_or_adopted
from providers.resources.calls import Call, Made, Plain, StoppedError, UnfinishedError
from providers.resources.diff import Change, PathChange
from providers.resources.import_ids import split
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heroku_api.objects import Object
    from providers.protocol.values import Properties

BUILD_LIMIT = timedelta(minutes=20)
"""How long a build may take before this plugin stops waiting. Source: as the official plugin."""


LOG_LINES = 200
"""Of a failed build's log, the last ones, which say why."""


PENDING = "pending"
"""In the state: of a build that goes on, and of one whose release does. The official plugin doesn't wait for the release."""


class FailedBuildError(StoppedError):
    """The build ended, or the release it made, and not well. A new one may do better."""


def _https(value: str) -> str | None:
    return None if value.startswith("https://") else "must start with https://"


def _one_source(inputs: Properties) -> Iterator[Failure]:
    source = inputs.get("source")
    if not isinstance(source, dict):
        return
    if source.get("path") is None and source.get("url") is None:
        yield Failure("source", "must have path or url: where the source is.")
    if source.get("path") is not None and source.get("url") is not None:
        yield Failure("source.url", "is given beside source.path. Keep one of the two.")
    if source.get("path") is not None and source.get("checksum") is not None:
        yield Failure("source.checksum", "is worked out from source.path. Leave it out.")


SOURCE = ("checksum", "path", "url", "version")

RESOURCE = ResourceType(
    token="heroku:build/build:Build",  # noqa: S106 - Pulumi's word for a type
    schema_version="1",
    rule=_one_source,
    fields=(
        Field(name="appId", required=True, replaces=True, rule=rules.uuid),
        Field(
            name="source",
            kind=Kind.OBJECT,
            required=True,
            replaces=True,
            believed_if=None,
            fields=(
                Field(name="checksum", optional=True, computed=True, replaces=True),
                Field(name="path", optional=True, replaces=True),
                Field(name="url", optional=True, replaces=True, rule=_https),
                Field(name="version", optional=True, replaces=True),
            ),
        ),
        Field(name="buildpacks", kind=Kind.LIST, optional=True, computed=True, replaces=True),
        Field(name="localChecksum", computed=True),
        Field(name="outputStreamUrl", computed=True),
        Field(name="releaseId", computed=True),
        Field(name="slugId", computed=True),
        Field(name="stack", computed=True),
        Field(name="status", computed=True),
        Field(name="users", kind=Kind.OBJECTS, computed=True),
        Field(name="uuid", computed=True),
    ),
)


class Build(Plain):
    """A build and the release it makes. It is never undone: delete leaves it.

    Heroku calls a build succeeded while its release phase runs, and when that fails. Nothing runs of such a build: it
    counts as failed here, so that the next run builds again.
    """

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        source = {name: news["source"].get(name) or "" for name in SOURCE}
        blob, local_checksum = _blob(call, source)
        body: Properties = {"source_blob": blob}
        if news.get("buildpacks"):
            body["buildpacks"] = [{"url": url} for url in news["buildpacks"]]
        build = made_or_adopted(
            call,
            lambda: call.heroku.post(f"/apps/{news['appId']}/builds", body),
            lambda: _left_behind(call, news["appId"], blob["url"]),
        )
        made.id = build.text("id")
        made.state = {
            "appId": news["appId"],
            "buildpacks": news.get("buildpacks"),
            "source": source,
            "localChecksum": local_checksum,
            "uuid": made.id,
            "status": PENDING,
        }
        try:
            self._finish(call, made)
        except FailedBuildError:
            # Nothing runs of it, so nothing is stored and the next run builds again.
            made.id = ""
            raise

    def find(self, call: Call, made: Made) -> bool:
        app, identity = split(made.id, "APP:UUID")
        build = children.import_of(call, f"/apps/{app}/builds/{identity}")
        if build is None:
            return False
        made.id = build.text("id")
        made.state = {"appId": build.text("app", "id"), "source": None, "localChecksum": None}
        return True

    def read(self, call: Call, made: Made) -> bool:
        app = made.state["appId"]
        build = children.read_of(call, f"/apps/{app}/builds/{made.id}", app)
        if build is None:
            return False
        was_pending = made.state.get("status") == PENDING
        made.state = {**_seen(build, made.state), "appId": app}
        if was_pending and made.state["status"] == "succeeded":
            made.state["status"] = _as_released(_release(call, made))
        if was_pending and made.state["status"] == PENDING:
            raise UnfinishedError(f"build {made.id} or its release is not finished; the next up waits for it")
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        """Any change but this one replaces: the source of an imported build, which Heroku does not tell."""
        path = news["source"].get("path")
        made.state["source"] = {name: news["source"].get(name) or "" for name in SOURCE}
        made.state["localChecksum"] = sources.checksum(Path(path)) if path else ""
        self._look(call, made)

    def resume(self, call: Call, made: Made) -> None:
        self._finish(call, made)

    def delete(self, call: Call, made: Made) -> None:
        del call, made

    def differences(self, state: Properties, news: Properties) -> Iterable[PathChange]:
        source = news.get("source")
        path = source.get("path") if isinstance(source, dict) else None
        if state.get("status") == "failed":
            yield PathChange("status", Change.UPDATE, replaces=True)
        if state.get("source") is None:
            return
        if isinstance(path, str) and sources.checksum(Path(path)) != state.get("localChecksum"):
            yield PathChange("localChecksum", Change.ADD, replaces=True)

    def completed(self, planned: Properties, news: Properties) -> Properties:
        source = news.get("source")
        path = source.get("path") if isinstance(source, dict) else None
        if isinstance(path, str) and not isinstance(path, Unknown):
            return {**planned, "localChecksum": sources.checksum(Path(path))}
        return planned

    def _finish(self, call: Call, made: Made) -> None:
        """Waits for the build, then for its release. Raises FailedBuildError, with what tells why, when one fails."""
        path = f"/apps/{made.state['appId']}/builds/{made.id}"

        def finished() -> str | None:
            status = call.heroku.get(path).text("status")
            return None if status == PENDING else status

        status = call.wait(
            finished,
            limit=BUILD_LIMIT,
            why=f"build {made.id}",
            then="It is kept in the state: run again and it goes on waiting.",
        )
        self._look(call, made)
        if status != "succeeded":
            raise FailedBuildError(
                f"build {made.id} {status}. Fix the source, then run again: it is built anew. Its log:\n"
                f"{_log(call, made)}"
            )
        self._await_release(call, made)

    def _await_release(self, call: Call, made: Made) -> None:
        made.state["status"] = PENDING
        release = call.wait(
            lambda: _ended(_release(call, made)),
            limit=releases.RELEASE_LIMIT,
            why=f"the release of build {made.id}",
            then="It is kept in the state: run again and it goes on waiting.",
        )
        made.state["status"] = _as_released(release)
        if release["status"] != "succeeded":
            version = f"v{release['version']}"
            raise FailedBuildError(
                f"build {made.id} succeeded, but its release {version} {release['status']}, so nothing runs of it. See "
                f"heroku releases:output {version}, then run again: it is built anew."
            )

    def _look(self, call: Call, made: Made) -> None:
        build = call.heroku.get(f"/apps/{made.state['appId']}/builds/{made.id}")
        made.state = {**_seen(build, made.state), "appId": made.state["appId"]}


def _release(call: Call, made: Made) -> Properties:
    """Version and status of the release that the build made; one of the past for a build that Heroku says made none."""
    identity = made.state.get("releaseId")
    if identity is None:
        return {"version": None, "status": "succeeded"}
    release = call.heroku.get(f"/apps/{made.state['appId']}/releases/{identity}")
    return {"version": release.number("version"), "status": release.text("status")}


def _ended(release: Properties) -> Properties | None:
    return release if release["status"] in releases.FINISHED else None


def _as_released(release: Properties) -> str:
    """The build's status once its release counts."""
    if _ended(release) is None:
        return PENDING
    return "succeeded" if release["status"] == "succeeded" else "failed"


def _log(call: Call, made: Made) -> str:
    """The end of the build's log, or why it can't be shown."""
    url = made.state.get("outputStreamUrl")
    try:
        text = call.heroku.client.download(url).decode("utf-8", "replace") if url else ""
    except HerokuError as error:
        return f"(it could not be read: {error})"
    lines = text.rstrip().splitlines()
    left_out = [f"({len(lines) - LOG_LINES} lines before)"] if len(lines) > LOG_LINES else []
    return "\n".join([*left_out, *lines[-LOG_LINES:]]) or "(it is empty)"


def _blob(call: Call, source: dict[str, str]) -> tuple[dict[str, str], str]:
    """Where Heroku gets the source, and the local checksum: of a path that is uploaded first, else none."""
    version = {"version": source["version"]} if source["version"] else {}
    if not source["path"] and not source["url"]:
        raise StoppedError("source must have path or url: where the source is. Set one.")
    if not source["path"]:
        checksum = {"checksum": source["checksum"]} if source["checksum"] else {}
        return {"url": source["url"], **checksum, **version}, ""
    path = Path(source["path"])
    local_checksum = sources.checksum(path)
    place = call.heroku.post("/sources")
    call.heroku.client.upload(place.text("source_blob", "put_url"), sources.archive(path))
    checksum = {} if path.is_dir() else {"checksum": local_checksum}
    return {"url": place.text("source_blob", "get_url"), **checksum, **version}, local_checksum


def _left_behind(call: Call, app: str, url: str) -> Object | None:
    """The build of this upload: no other has its URL."""
    builds = call.heroku.page(f"/apps/{app}/builds")
    return next((build for build in builds if build.maybe("source_blob", "url") == url), None)


def _seen(build: Object, before: Properties) -> Properties:
    source = before.get("source")
    if source and not source.get("path"):
        checksum = build.maybe("source_blob", "checksum") or source.get("checksum", "")
        url = build.maybe("source_blob", "url") or source.get("url", "")
        source = {**source, "checksum": checksum, "url": url}
    if source:
        source = {**source, "version": build.maybe("source_blob", "version") or source.get("version", "")}
    buildpacks = build.fields.get("buildpacks") or []
    return {
        "source": source,
        "localChecksum": before.get("localChecksum"),
        "buildpacks": [item["url"] for item in buildpacks],
        "outputStreamUrl": build.maybe("output_stream_url"),
        "releaseId": build.maybe("release", "id") or before.get("releaseId"),
        "slugId": build.maybe("slug", "id") or before.get("slugId"),
        "stack": build.maybe("stack"),
        "status": build.text("status"),
        "users": [{"email": build.text("user", "email"), "id": build.text("user", "id")}],
        "uuid": build.text("id"),
    }
