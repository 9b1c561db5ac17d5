"""A build that fails, or whose release does, says why, and the next run builds again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from providers.heroku.sources import checksum
from providers.heroku.types.build import LOG_LINES
from providers.protocol.errors import InitFailedError
from providers.protocol.lifecycle import CreateRequest, DiffRequest, ReadRequest, UpdateRequest
from providers.resources.calls import StoppedError
from tests.unit.providers.heroku.recordings import Exchange
from tests.unit.providers.heroku.replay import loopback
from tests.unit.providers.heroku.scripted import ANY, APP_ID, Heroku, urn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.providers.heroku.replay import Loopback

BUILD = urn("heroku:build/build:Build")
BUILDS = f"/apps/{APP_ID}/builds"


@pytest.fixture
def played() -> Iterator[tuple[str, Loopback]]:
    with loopback() as running:
        yield running


@pytest.fixture
def news(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "Procfile").write_text("web: puma\n")
    return {"appId": APP_ID, "source": {"path": str(tmp_path)}}


def _build(url: str, status: str) -> dict[str, Any]:
    return {
        "id": "b",
        "app": {"id": APP_ID},
        "status": status,
        "output_stream_url": f"{url}/log",
        "source_blob": {"url": f"{url}/blob"},
        "user": {"email": "a@b.c", "id": "u"},
        "stack": "heroku-24",
    }


def _started(url: str) -> list[tuple[str, str, int, Any]]:
    blob = {"source_blob": {"get_url": f"{url}/blob", "put_url": f"{url}/blob"}}
    return [
        ("POST", "/sources", 201, blob),
        ("PUT", "/blob", 200, {}),
        ("POST", BUILDS, 201, _build(url, "pending")),
    ]


def _exchanges(url: str, *, log: str, log_status: int = 200) -> tuple[Exchange, ...]:
    return _played(*_started(url), *_waited_for(url, log, log_status))


def _released(status: str) -> tuple[str, str, int, Any]:
    return ("GET", f"/apps/{APP_ID}/releases/r", 200, {"id": "r", "version": 3, "status": status})


def _succeeded(url: str) -> tuple[str, str, int, Any]:
    return ("GET", f"{BUILDS}/b", 200, {**_build(url, "succeeded"), "release": {"id": "r"}})


def _played(*script: tuple[str, str, int, Any]) -> tuple[Exchange, ...]:
    return tuple(
        Exchange(method, path, code, answer, body="<gzip tar>" if method == "PUT" else ANY)
        for method, path, code, answer in script
    )


def _waited_for(url: str, log: str, log_status: int = 200) -> list[tuple[str, str, int, Any]]:
    return [
        ("GET", f"{BUILDS}/b", 200, _build(url, "failed")),
        ("GET", f"{BUILDS}/b", 200, _build(url, "failed")),
        ("GET", "/log", log_status, log),
    ]


def test_a_failed_build_shows_its_log_and_stores_nothing(
    played: tuple[str, Loopback], news: dict[str, Any]
) -> None:
    url, loop = played
    heroku = Heroku(url, loop)
    loop.source = Path(news["source"]["path"])
    loop.play(_exchanges(url, log="-----> Building\n !     No Gemfile.lock\n"))
    with pytest.raises(StoppedError, match=r"build b failed\. Fix the source.* Its log:") as failed:
        heroku.provider.create(CreateRequest(BUILD, news))
    assert not isinstance(failed.value, InitFailedError)
    assert str(failed.value).splitlines()[1:] == ["-----> Building", " !     No Gemfile.lock"]
    assert loop.finish() == []


def test_of_a_long_log_the_end_is_shown(played: tuple[str, Loopback], news: dict[str, Any]) -> None:
    url, loop = played
    loop.source = Path(news["source"]["path"])
    loop.play(_exchanges(url, log="".join(f"line {number}\n" for number in range(LOG_LINES + 7))))
    with pytest.raises(StoppedError) as failed:
        Heroku(url, loop).provider.create(CreateRequest(BUILD, news))
    shown = str(failed.value).splitlines()[1:]
    assert shown[:2] == ["(7 lines before)", "line 7"]
    assert shown[-1] == f"line {LOG_LINES + 6}"


def test_a_log_that_cannot_be_read_hides_no_failure(
    played: tuple[str, Loopback], news: dict[str, Any]
) -> None:
    url, loop = played
    loop.source = Path(news["source"]["path"])
    loop.play(_exchanges(url, log="gone", log_status=404))
    with pytest.raises(StoppedError, match=r"(?s)build b failed\..*\(it could not be read: .*404"):
        Heroku(url, loop).provider.create(CreateRequest(BUILD, news))


def test_a_build_that_fails_while_a_later_run_waits_is_replaced_by_the_next(
    played: tuple[str, Loopback], news: dict[str, Any]
) -> None:
    """It was stored while it was pending."""
    url, loop = played
    heroku = Heroku(url, loop)
    olds = {**news, "source": {**news["source"], "checksum": "", "url": "", "version": ""}, "id": "b"}
    olds |= {"status": "pending", "localChecksum": checksum(Path(news["source"]["path"]))}
    pending = ("GET", f"{BUILDS}/b", 200, _build(url, "pending"))
    loop.play(
        tuple(Exchange(*one, body=ANY) for one in (pending, *_waited_for(url, " !     No Gemfile.lock\n")))
    )
    with pytest.raises(InitFailedError, match=r"No Gemfile\.lock") as failed:
        heroku.provider.update(UpdateRequest(BUILD, "b", olds=olds, news=news))
    assert failed.value.properties["status"] == "failed"
    difference = heroku.provider.diff(DiffRequest(BUILD, "b", olds=failed.value.properties, news=news))
    assert difference.replaces == ["status"]


def test_a_build_whose_release_fails_stores_nothing_and_says_where_its_output_is(
    played: tuple[str, Loopback], news: dict[str, Any]
) -> None:
    url, loop = played
    heroku = Heroku(url, loop)
    loop.source = Path(news["source"]["path"])
    build = _succeeded(url)
    loop.play(_played(*_started(url), build, build, _released("pending"), _released("failed")))
    with pytest.raises(
        StoppedError, match=r"^build b succeeded, but its release v3 failed, so nothing"
    ) as failed:
        heroku.provider.create(CreateRequest(BUILD, news))
    assert not isinstance(failed.value, InitFailedError)
    assert loop.finish() == []


def test_a_build_whose_release_phase_cannot_be_seen_is_kept_until_it_can(
    played: tuple[str, Loopback], news: dict[str, Any]
) -> None:
    """A refresh alone calls it neither done nor lost; one that finds its release failed has it replaced."""
    url, loop = played
    heroku = Heroku(url, loop)
    loop.source = Path(news["source"]["path"])
    build, refused = _succeeded(url), ("GET", f"/apps/{APP_ID}/releases/r", 403, {"id": "forbidden"})
    loop.play(_played(*_started(url), build, build, refused))
    with pytest.raises(InitFailedError) as kept:
        heroku.provider.create(CreateRequest(BUILD, news))
    olds = kept.value.properties
    assert (kept.value.id, olds["status"], olds["releaseId"]) == ("b", "pending", "r")

    loop.play(_played(build, _released("pending")))
    with pytest.raises(InitFailedError, match="is not finished; the next up waits for it") as unfinished:
        heroku.provider.read(ReadRequest(BUILD, "b", news, olds))
    assert unfinished.value.properties == olds

    found = {}
    for status in ("failed", "succeeded"):
        loop.play(_played(build, _released(status)))
        read = heroku.provider.read(ReadRequest(BUILD, "b", news, olds))
        assert read is not None
        difference = heroku.provider.diff(DiffRequest(BUILD, "b", olds=read.properties, news=news))
        found[status] = difference.replaces
    assert found == {"failed": ["status"], "succeeded": []}


def test_a_refresh_asks_for_no_release_of_a_build_that_is_done(
    played: tuple[str, Loopback], news: dict[str, Any]
) -> None:
    """What was deployed by hand since is not replaced."""
    url, loop = played
    olds = {**news, "source": {**news["source"], "checksum": "", "url": "", "version": ""}, "id": "b"}
    olds |= {"status": "succeeded", "releaseId": "r"}
    loop.play(_played(_succeeded(url)))
    found = Heroku(url, loop).provider.read(ReadRequest(BUILD, "b", news, olds))
    assert found is not None
    assert found.properties["status"] == "succeeded"
    assert loop.finish() == []
