"""Where a build looks in an uploaded archive: at its root, or in its only top-level folder, as Heroku does."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

PROCFILE = b"web: puma\n"
FILE, FOLDER, LINK, HARD_LINK = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE


def _packed(*members: tuple[str, bytes], form: int = tarfile.PAX_FORMAT, **headers: str) -> bytes:
    """Files hold a Procfile; links lead to `Procfile`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", format=form, pax_headers=headers) as tar:
        for name, kind in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "app/Procfile" if kind in (LINK, HARD_LINK) else ""
            info.size = len(PROCFILE) if kind == FILE else 0
            tar.addfile(info, io.BytesIO(PROCFILE))
    return packed.getvalue()


def _process_types(heroku: LocalHeroku, archive: bytes) -> list[str]:
    heroku.app()
    url = heroku.post("/sources")["source_blob"]["put_url"]
    heroku.ask("PUT", url.removeprefix("http://127.0.0.1:1"), raw=archive, token=None)
    build = heroku.post("/apps/sc-mvp-staging/builds", {"source_blob": {"url": url}})
    if build["status"] == "failed":
        log = heroku.ask("GET", build["output_stream_url"].removeprefix("http://127.0.0.1:1"), token=None)
        assert b"No default language could be detected" in log.content
        return []
    return sorted(heroku.get(f"/apps/sc-mvp-staging/slugs/{build['slug']['id']}")["process_types"])


@pytest.mark.parametrize(
    "members",
    [
        [("Procfile", FILE)],
        [("./", FOLDER), ("./Procfile", FILE)],
        [("/Procfile", FILE)],
        [("app", FOLDER), ("app/Procfile", FILE)],
        [("app/", FOLDER), ("app/lib/", FOLDER), ("app/Procfile", FILE)],
        [("app/Procfile", FILE)],
        [("./app/", FOLDER), ("./app/Procfile", FILE)],
        [("app/Procfile", FILE), ("app", FOLDER)],
        [("app/run", FILE), ("app/.env", FILE), ("app/Procfile", FILE)],
        [("Procfile", FILE), ("app", FOLDER), ("app/other", FILE)],
        [(f"{'a' * 120}/Procfile", FILE)],
        [("../Procfile", LINK), ("app/Procfile", FILE)],
        [("app/run", FILE), ("app/Procfile", FILE), ("app/Procfile", HARD_LINK)],
    ],
    ids=lambda members: " ".join(name[-20:] for name, _ in members),
)
def test_a_procfile_at_the_root_or_in_the_only_folder_is_found(
    heroku: LocalHeroku, members: list[tuple[str, bytes]]
) -> None:
    assert _process_types(heroku, _packed(*members)) == ["web"]


@pytest.mark.parametrize(
    "members",
    [
        [("app/Procfile", FILE), ("lib/a.rb", FILE)],
        [("app/Procfile", FILE), ("README", FILE)],
        [("app/Procfile", FILE), (".DS_Store", FILE)],
        [("app/Procfile", FILE), (".git", FOLDER)],
        [("app/Procfile", FILE), ("to", LINK)],
        [("app/src/Procfile", FILE)],
        [("app", LINK), ("app/Procfile", FILE)],
        [("../Procfile", FILE)],
        [("Procfile", FOLDER)],
        [("app", FOLDER)],
        [],
    ],
    ids=lambda members: " ".join(name for name, _ in members) or "empty",
)
def test_a_procfile_elsewhere_is_not(heroku: LocalHeroku, members: list[tuple[str, bytes]]) -> None:
    assert _process_types(heroku, _packed(*members)) == []


def test_the_header_that_git_archive_writes_is_no_second_entry(heroku: LocalHeroku) -> None:
    archive = _packed(("app/", FOLDER), ("app/Procfile", FILE), comment="27f0a1c")
    assert _process_types(heroku, archive) == ["web"]


def test_long_names_of_gnu_tar_are_read(heroku: LocalHeroku) -> None:
    archive = _packed((f"{'a' * 120}/Procfile", FILE), form=tarfile.GNU_FORMAT)
    assert _process_types(heroku, archive) == ["web"]


def test_a_hard_link_to_nothing_makes_a_failed_build(heroku: LocalHeroku) -> None:
    heroku.app()
    url = heroku.post("/sources")["source_blob"]["put_url"]
    archive = _packed(("Procfile", HARD_LINK))
    heroku.ask("PUT", url.removeprefix("http://127.0.0.1:1"), raw=archive, token=None)
    assert heroku.post("/apps/sc-mvp-staging/builds", {"source_blob": {"url": url}})["status"] == "failed"
