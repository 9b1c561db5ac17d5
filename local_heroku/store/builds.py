"""Sources, builds and slugs: an uploaded archive becomes a slug with the process types of its Procfile, and a release."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any

import orjson

from local_heroku.errors import invalid_params, not_found
from local_heroku.store import application, build_log, releases
from local_heroku.store.archives import BadArchiveError, entries, root_files
from local_heroku.store.records import App, Build, Slug, Source
from local_heroku.store.world import World, new_id, new_key

_PROCESS = re.compile(r"^([A-Za-z0-9_-]{1,128}):[ \t]*(\S.*)$")
_RAILS = re.compile(r"\b(rails|puma|bundle exec)\b")
RAILS_REQUIRES = ("SECRET_KEY_BASE", "RAILS_MASTER_KEY", "DATABASE_URL")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a build takes from an archive."""

    process_types: dict[str, str]
    required: tuple[str, ...]
    migrations: tuple[str, ...] = ()
    language: str = ""


def create_source(world: World) -> Source:
    return world.sources.put(Source(new_id(), new_key(), world.now))


def get_source(world: World, source_id: str, key: str) -> Source:
    source = world.sources.get(source_id)
    if source is None or source.key != key:
        raise not_found("source")
    return source


def get(world: World, app: App, build_id: str) -> Build:
    build = world.builds.get(build_id)
    if build is None or build.app_id != app.id:
        raise not_found("build")
    return build


def create(
    world: World,
    app: App,
    *,
    source_url: str,
    archive_id: str,
    version: str | None,
    checksum: str | None,
    buildpacks: tuple[str, ...] | None,
) -> Build:
    """Build at once; an archive that is no archive, or not the promised one, makes a failed build."""
    archive = world.blob(archive_id)
    build = Build(
        id=new_id(), app_id=app.id, source_url=source_url, checksum=checksum, version=version, status="failed",
        created_at=world.now, updated_at=world.now, buildpacks=app.buildpacks if buildpacks is None else buildpacks,
        heroku_stack=app.build_stack, output="", key=new_key(),
    )  # fmt: skip
    log = build_log.begun(build)
    try:
        contents = _detected(read_archive(_verified(archive, checksum)))
    except BadArchiveError as error:
        return world.builds.put(replace(build, output=log + build_log.refused(error)))
    log += build_log.detected(build.buildpacks, contents.language)
    if world.struck_by("build-fails"):
        return world.builds.put(replace(build, output=log + build_log.FAILED))
    slug = world.slugs.put(
        Slug(
            id=new_id(), app_id=app.id, process_types=contents.process_types, heroku_stack=app.build_stack,
            created_at=world.now, commit=version, size=len(archive or b""), required=contents.required,
            archive_id=archive_id, migrations=contents.migrations,
        ),
    )  # fmt: skip
    app = world.apps.put(replace(app, heroku_stack=app.build_stack))
    release = releases.deploy(world, app, slug.id, None)
    log += build_log.released(app, slug, release)
    return world.builds.put(
        replace(build, status="succeeded", slug_id=slug.id, release_id=release.id, output=log),
    )


def read_archive(archive: bytes) -> Contents:
    """Process types from the Procfile, required config vars from app.json (`env`), both at the source's root.

    Without an app.json, a process type that runs Rails requires what the runbook's app requires.
    """
    files = root_files(archive, ("Procfile", "app.json"))
    process_types = parse_procfile(files.get("Procfile", b"").decode("utf-8", "replace"))
    paths = [entry.path for entry in entries(archive)]
    migrations, language = application.migrations_in(paths), build_log.language(paths)
    if "app.json" in files:
        return Contents(process_types, _required(files["app.json"]), migrations, language)
    rails = any(_RAILS.search(command) for command in process_types.values())
    return Contents(process_types, RAILS_REQUIRES if rails else (), migrations, language)


def _detected(contents: Contents) -> Contents:
    """Raises BadArchiveError for a source with neither a Procfile nor a file that a buildpack looks for."""
    if not contents.process_types and not contents.language:
        raise BadArchiveError(build_log.NOTHING_DETECTED)
    return contents


def parse_procfile(text: str) -> dict[str, str]:
    """`web: bundle exec puma` -> {"web": "bundle exec puma"}; other lines are no process types."""
    found = (_PROCESS.match(line.strip()) for line in text.splitlines())
    return {match[1]: match[2].strip() for match in found if match}


def create_slug(world: World, app: App, *, fields: dict[str, Any], heroku_stack: str) -> Slug:
    process_types = fields.get("process_types")
    if not isinstance(process_types, dict) or not all(
        isinstance(item, str) for item in process_types.values()
    ):
        raise invalid_params("process_types must map process types to commands")
    rails = any(_RAILS.search(command) for command in process_types.values())
    return world.slugs.put(
        Slug(
            id=new_id(), app_id=app.id, process_types=process_types, heroku_stack=heroku_stack, created_at=world.now,
            commit=fields.get("commit"), commit_description=fields.get("commit_description"),
            checksum=fields.get("checksum"), buildpack_description=fields.get("buildpack_provided_description"),
            required=RAILS_REQUIRES if rails else (), blob_key=new_key(),
        ),
    )  # fmt: skip


def get_slug(world: World, app: App, slug_id: str) -> Slug:
    slug = world.slugs.get(slug_id)
    if slug is None or slug.app_id != app.id:
        raise not_found("slug")
    return slug


def _verified(archive: bytes | None, checksum: str | None) -> bytes:
    if archive is None:
        raise BadArchiveError("No source was uploaded to that address.")
    name, _, wanted = (checksum or "").partition(":")
    if wanted and name.upper() == "SHA256" and hashlib.sha256(archive).hexdigest() != wanted.lower():
        raise BadArchiveError("The source does not have the checksum that was given.")
    return archive


def _required(app_json: bytes) -> tuple[str, ...]:
    """Keys under `env`; each is required unless it says `"required": false` (Dev Center, "app.json Schema")."""
    try:
        declared = orjson.loads(app_json).get("env", {})
    except (orjson.JSONDecodeError, AttributeError) as error:
        raise BadArchiveError("app.json is not a JSON object.") from error
    if not isinstance(declared, dict):
        raise BadArchiveError("app.json: env is not an object.")
    return tuple(
        key
        for key, entry in declared.items()
        if not (isinstance(entry, dict) and entry.get("required") is False)
    )
