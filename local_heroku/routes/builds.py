"""Sources, builds, slugs. Their addresses carry a key in place of the token, as Heroku's signed ones do."""

from __future__ import annotations

import re

from local_heroku import render
from local_heroku.call import Answer, Call, Listing, as_text, created
from local_heroku.errors import invalid_params, not_found
from local_heroku.routes.apps import app_of
from local_heroku.routing import Routes
from local_heroku.store import apps, builds
from local_heroku.store.records import Build, Slug

routes = Routes()

_SOURCE = re.compile(r"https?://[^/]+/local/sources/([0-9a-f-]{36})/([0-9a-f]{32})")


@routes.add("POST", "/sources", schema="source", recorded=True)
def create_source(call: Call) -> Answer:
    source = builds.create_source(call.world)
    url = f"{call.base_url}/local/sources/{source.id}/{source.key}"
    return created({"source_blob": {"get_url": url, "put_url": url}})


@routes.add("POST", "/apps/{app}/sources", schema="source")
def create_source_of_app(call: Call) -> Answer:
    app_of(call)
    return create_source(call)


@routes.add("PUT", "/local/sources/{source}/{key}", raw=True, public=True, recorded=True)
def put_source(call: Call) -> Answer:
    source = builds.get_source(call.world, call.params["source"], call.params["key"])
    call.world.put_blob(source.id, call.raw)
    return Answer({})


@routes.add("GET", "/local/sources/{source}/{key}", public=True)
def get_source(call: Call) -> Answer:
    source = builds.get_source(call.world, call.params["source"], call.params["key"])
    return _archive(call, source.id)


@routes.add("GET", "/apps/{app}/builds", schema="build", many=True)
def index(call: Call) -> Listing[Build]:
    return Listing(call.world.builds.of(app_of(call).id), lambda row: _rendered(call, row), ("id",))


@routes.add("POST", "/apps/{app}/builds", schema="build", recorded=True)
def create(call: Call) -> Answer:
    blob = call.maybe_object("source_blob")
    url = as_text(blob.get("url"), "source_blob.url")
    match = _SOURCE.fullmatch(url or "")
    if url is None or match is None:
        raise invalid_params(
            "source_blob.url: local Heroku builds only what was uploaded to it (POST /sources)"
        )
    source = builds.get_source(call.world, match[1], match[2])
    build = builds.create(
        call.world,
        app_of(call),
        source_url=url,
        archive_id=source.id,
        version=as_text(blob.get("version"), "source_blob.version"),
        checksum=as_text(blob.get("checksum"), "source_blob.checksum"),
        buildpacks=_buildpacks(call),
    )
    return created(_rendered(call, build))


@routes.add("GET", "/apps/{app}/builds/{build}", schema="build", recorded=True)
def show(call: Call) -> Answer:
    return Answer(_rendered(call, builds.get(call.world, app_of(call), call.params["build"])))


@routes.add("GET", "/local/streams/{of}/{key}", public=True)
def stream(call: Call) -> Answer:
    """What a build, or the release phase of a release, said."""
    of = call.params["of"]
    found = call.world.builds.get(of) or call.world.releases.get(of)
    if found is None or not found.key or found.key != call.params["key"]:
        raise not_found("output")
    return Answer(content=found.output.encode(), media_type="text/plain; charset=utf-8")


@routes.add("POST", "/apps/{app}/slugs", schema="slug", recorded=True)
def create_slug(call: Call) -> Answer:
    app = app_of(call)
    stack = apps.heroku_stack_name(call.world, call.maybe_identity("stack") or app.build_stack)
    slug = builds.create_slug(call.world, app, fields=_slug_fields(call), heroku_stack=stack)
    return created(render.slug(slug, method="PUT", url=_slug_url(call, slug)))


@routes.add("GET", "/apps/{app}/slugs/{slug}", schema="slug", recorded=True)
def show_slug(call: Call) -> Answer:
    slug = builds.get_slug(call.world, app_of(call), call.params["slug"])
    return Answer(render.slug(slug, method="GET", url=_slug_url(call, slug)))


@routes.add("PUT", "/local/slugs/{slug}/{key}", raw=True, public=True)
def put_slug(call: Call) -> Answer:
    call.world.put_blob(_slug_of_key(call).id, call.raw)
    return Answer({})


@routes.add("GET", "/local/slugs/{slug}/{key}", public=True)
def get_slug(call: Call) -> Answer:
    return _archive(call, _slug_of_key(call).id)


def _slug_of_key(call: Call) -> Slug:
    slug = call.world.slugs.get(call.params["slug"])
    if slug is None or slug.blob_key != call.params["key"]:
        raise not_found("slug")
    return slug


def _archive(call: Call, blob_id: str) -> Answer:
    content = call.world.blob(blob_id)
    if content is None:
        raise not_found("source")
    return Answer(content=content, media_type="application/octet-stream")


def _slug_url(call: Call, slug: Slug) -> str:
    return f"{call.base_url}/local/slugs/{slug.id}/{slug.blob_key or '0' * 32}"


def _slug_fields(call: Call) -> dict[str, object]:
    texts = {
        key: call.maybe_text(key)
        for key in ("commit", "commit_description", "checksum", "buildpack_provided_description")
    }
    return {**texts, "process_types": call.maybe_object("process_types")}


def _rendered(call: Call, build: Build) -> render.Json:
    return render.build(build, stream_url=f"{call.base_url}/local/streams/{build.id}/{build.key}")


def _buildpacks(call: Call) -> tuple[str, ...] | None:
    if call.body.get("buildpacks") is None:
        return None
    names = (
        as_text(item.get("url") or item.get("name"), "buildpacks.url") for item in call.objects("buildpacks")
    )
    return tuple(name for name in names if name)
