"""Releases, builds, slugs, pipelines: how code gets onto an app and back off it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.local_heroku.conftest import archive

if TYPE_CHECKING:
    from tests.unit.local_heroku.conftest import LocalHeroku

APP = "/apps/sc-mvp-staging"


def test_a_build_reads_process_types_from_the_procfile_and_releases_a_slug(heroku: LocalHeroku) -> None:
    heroku.app()
    build = heroku.deploy(
        "sc-mvp-staging", {"./Procfile": "# comment\nweb: ruby web.rb\nrelease:  bin/prepare \n\nbad\n"}
    )
    assert build["status"] == "succeeded"
    slug = heroku.get(f"{APP}/slugs/{build['slug']['id']}")
    assert slug["process_types"] == {"web": "ruby web.rb", "release": "bin/prepare"}
    release = heroku.get(f"{APP}/releases/{build['release']['id']}")
    assert (release["version"], release["slug"]["id"], release["current"]) == (3, slug["id"], True)
    stream = heroku.ask("GET", build["output_stream_url"].removeprefix("http://127.0.0.1:1"), token=None)
    assert b"Procfile declares types -> web, release" in stream.content


@pytest.mark.parametrize(
    "content",
    [b"this is no archive", b"", archive({"Procfile": "web: x"})[:40]],
    ids=["text", "nothing", "cut off"],
)
def test_a_source_that_is_no_archive_makes_a_failed_build_and_no_release(
    heroku: LocalHeroku, content: bytes
) -> None:
    heroku.app()
    url = heroku.post("/sources")["source_blob"]["put_url"]
    heroku.ask("PUT", url.removeprefix("http://127.0.0.1:1"), raw=content, token=None)
    build = heroku.post(f"{APP}/builds", {"source_blob": {"url": url}})
    assert (build["status"], build["release"]) == ("failed", None)
    assert len(heroku.get(f"{APP}/releases")) == 2


def test_a_checksum_that_does_not_match_fails_the_build(heroku: LocalHeroku) -> None:
    heroku.app()
    content = archive({"Procfile": "web: puma\n"})
    statuses = []
    for checksum in (f"SHA256:{hashlib.sha256(content).hexdigest()}", "SHA256:0011"):
        url = heroku.post("/sources")["source_blob"]["put_url"]
        heroku.ask("PUT", url.removeprefix("http://127.0.0.1:1"), raw=content, token=None)
        build = heroku.post(f"{APP}/builds", {"source_blob": {"url": url, "checksum": checksum}})
        statuses.append(build["status"])
    assert statuses == ["succeeded", "failed"]


def test_a_source_from_elsewhere_is_refused_because_nothing_is_fetched(heroku: LocalHeroku) -> None:
    heroku.app()
    assert (
        heroku.refusal("POST", f"{APP}/builds", {"source_blob": {"url": "https://src.example.com/a.tgz"}})[0]
        == 422
    )


def test_a_wrong_key_opens_no_source(heroku: LocalHeroku) -> None:
    url = heroku.post("/sources")["source_blob"]["put_url"].removeprefix("http://127.0.0.1:1")
    assert heroku.ask("PUT", url[:-1] + "x", raw=b"x", token=None).status == 404


def test_a_rollback_restores_slug_and_config_vars_in_a_new_release(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.deploy("sc-mvp-staging")
    heroku.patch(f"{APP}/config-vars", {"A": "1"})
    target = heroku.get(f"{APP}/releases/v3")
    made = heroku.post(f"{APP}/releases", {"release": target["id"]})
    assert (made["version"], made["description"], made["slug"]) == (5, "Rollback to v3", target["slug"])
    assert heroku.get(f"{APP}/config-vars") == {}
    assert [item["current"] for item in heroku.get(f"{APP}/releases")].count(True) == 1


def test_a_release_without_a_slug_is_not_eligible_for_rollback(heroku: LocalHeroku) -> None:
    heroku.app()
    first = heroku.get(f"{APP}/releases/1")
    assert first["eligible_for_rollback"] is False
    assert heroku.refusal("POST", f"{APP}/releases", {"release": first["id"]})[0] == 422


def test_config_vars_of_a_release_are_those_of_its_time(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.patch(f"{APP}/config-vars", {"A": "1"})
    heroku.patch(f"{APP}/config-vars", {"A": "2"})
    assert heroku.get(f"{APP}/releases/3/config-vars") == {"A": "1"}


def test_a_slug_made_by_hand_is_released(heroku: LocalHeroku) -> None:
    heroku.app()
    slug = heroku.post(f"{APP}/slugs", {"process_types": {"web": "puma"}, "commit": "1a2b3c4d5e6f"})
    assert slug["blob"]["method"] == "PUT"
    assert heroku.post(f"{APP}/releases", {"slug": slug["id"]})["description"] == "Deploy 1a2b3c4d"
    assert heroku.refusal("POST", f"{APP}/releases", {"slug": "nope"})[0] == 404


@pytest.mark.parametrize(
    ("header", "versions", "status", "next_range"),
    [
        ("version ..; max=1,order=desc", [7], 206, "version ]7..; max=1,order=desc"),
        ("version ..; order=desc,max=2", [7, 6], 206, "version ]6..; max=2,order=desc"),
        ("version ..; max=15, order=desc", [7, 6, 5, 4, 3, 2, 1], 200, None),
        ("version ]2..; max=3", [3, 4, 5], 206, "version ]5..; max=3"),
        ("version 2..3", [2, 3], 200, None),
        ("version ]7..; max=5", [], 200, None),
        ("version ]3..; max=9,order=desc", [2, 1], 200, None),
        ("", [1, 2, 3, 4, 5, 6, 7], 200, None),
        ("version ..; max=1000;", [1, 2, 3, 4, 5, 6, 7], 200, None),
    ],
)
def test_ranges_page_through_a_list(
    heroku: LocalHeroku, header: str, versions: list[int], status: int, next_range: str | None
) -> None:
    heroku.app()
    for number in range(5):
        heroku.patch(f"{APP}/config-vars", {"N": str(number)})
    reply = heroku.ask("GET", f"{APP}/releases", range=header)
    assert [item["version"] for item in reply.json] == versions
    assert (reply.status, reply.headers.get("next-range")) == (status, next_range)


@pytest.mark.parametrize(
    "header", ["nonsense", "price ..", "version ..; max=0", "version ..; max=1001", "id"]
)
def test_a_range_that_cannot_be_served_is_416(heroku: LocalHeroku, header: str) -> None:
    heroku.app()
    reply = heroku.ask("GET", f"{APP}/releases", range=header)
    assert (reply.status, reply.json["id"]) == (416, "requested_range_not_satisfiable")


@pytest.fixture
def coupled(heroku: LocalHeroku) -> tuple[LocalHeroku, dict[str, Any], list[dict[str, Any]]]:
    """A pipeline with staging, deployed, and production, empty."""
    apps = [heroku.app("sc-mvp-staging"), heroku.app("sc-mvp-production")]
    heroku.deploy("sc-mvp-staging")
    pipeline = heroku.post("/pipelines", {"name": "sc-mvp"})
    for app, stage in zip(apps, ("staging", "production"), strict=True):
        heroku.post("/pipeline-couplings", {"app": app["name"], "pipeline": pipeline["id"], "stage": stage})
    return heroku, pipeline, apps


def test_a_promotion_copies_the_slug_and_not_the_config_vars(
    coupled: tuple[LocalHeroku, dict[str, Any], list[dict[str, Any]]],
) -> None:
    heroku, pipeline, (staging, production) = coupled
    heroku.patch(f"{APP}/config-vars", {"ONLY": "staging"})
    wish = {
        "pipeline": {"id": pipeline["id"]},
        "source": {"app": {"id": staging["id"]}},
        "targets": [{"app": {"id": production["id"]}}],
    }
    promotion = heroku.post("/pipeline-promotions", wish)
    [target] = heroku.get(f"/pipeline-promotions/{promotion['id']}/promotion-targets")
    assert (target["status"], target["app"]["id"]) == ("succeeded", production["id"])
    release = heroku.get(f"/apps/sc-mvp-production/releases/{target['release']['id']}")
    assert release["description"].startswith("Promote sc-mvp-staging v4 ")
    assert heroku.get("/apps/sc-mvp-production/config-vars") == {}
    assert heroku.get("/apps/sc-mvp-production/formation/web")["quantity"] == 1


def test_an_app_is_in_one_pipeline_at_most(
    coupled: tuple[LocalHeroku, dict[str, Any], list[dict[str, Any]]],
) -> None:
    heroku, pipeline, _ = coupled
    wish = {"app": "sc-mvp-staging", "pipeline": pipeline["id"], "stage": "production"}
    assert heroku.refusal("POST", "/pipeline-couplings", wish)[0] == 422


def test_a_deleted_pipeline_leaves_its_apps(
    coupled: tuple[LocalHeroku, dict[str, Any], list[dict[str, Any]]],
) -> None:
    heroku, pipeline, _ = coupled
    assert [item["name"] for item in heroku.get("/pipelines?eq[name]=sc-mvp")] == ["sc-mvp"]
    heroku.delete(f"/pipelines/{pipeline['id']}")
    assert heroku.refusal("GET", f"{APP}/pipeline-couplings")[0] == 404
    assert len(heroku.get("/apps")) == 2


def test_stage_config_vars_exist_for_test_and_review_only(
    coupled: tuple[LocalHeroku, dict[str, Any], list[dict[str, Any]]],
) -> None:
    heroku, pipeline, _ = coupled
    path = f"/pipelines/{pipeline['id']}/stage"
    assert heroku.patch(f"{path}/review/config-vars", {"K": "1", "L": "2"}) == {"K": "1", "L": "2"}
    assert heroku.patch(f"{path}/review/config-vars", {"K": None}) == {"L": "2"}
    assert heroku.refusal("GET", f"{path}/production/config-vars")[0] == 422


FIRST = {"Procfile": "web: bundle exec puma\n", "db/migrate/20250901090000_create_users.rb": ""}
MIGRATES = {
    **FIRST,
    "Procfile": "web: bundle exec puma\nrelease: bin/rails db:migrate\n",
    "db/migrate/20251120101500_add_skills_to_workers.rb": "",
}


def _output(heroku: LocalHeroku, url: str) -> str:
    return heroku.ask("GET", url.removeprefix("http://127.0.0.1:1"), token=None).content.decode()


def _rails_app(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.database("sc-mvp-staging")
    heroku.patch(f"{APP}/config-vars", {"SECRET_KEY_BASE": "canary-1", "RAILS_MASTER_KEY": "canary-2"})
    heroku.deploy("sc-mvp-staging", FIRST)


@pytest.mark.parametrize(
    ("files", "log"),
    [
        ({"Procfile": "web: ruby web.rb\n", "Gemfile": ""}, "-----> Ruby app detected\n"),
        ({"package.json": "{}"}, "-----> Node.js app detected\n"),
        ({"Procfile": "web: ./run\n"}, "       Procfile declares types -> web\n"),
    ],
    ids=["a Gemfile", "no Procfile", "a Procfile alone"],
)
def test_a_build_says_what_it_found(heroku: LocalHeroku, files: dict[str, str], log: str) -> None:
    app = heroku.app()
    build = heroku.deploy("sc-mvp-staging", files)
    said = _output(heroku, build["output_stream_url"])
    assert build["status"] == "succeeded"
    assert log in said
    assert said.endswith(f"       Released v3\n       {app['web_url']} deployed to Heroku\n")


@pytest.mark.parametrize(
    "files", [{"README.md": "x"}, {"Procfile": "no process type\n"}], ids=["none", "empty"]
)
def test_a_source_that_no_buildpack_takes_makes_a_failed_build(
    heroku: LocalHeroku, files: dict[str, str]
) -> None:
    heroku.app()
    build = heroku.deploy("sc-mvp-staging", files)
    assert (build["status"], build["release"]) == ("failed", None)
    assert " !     No default language could be detected" in _output(heroku, build["output_stream_url"])


def test_a_fault_fails_the_next_build_and_releases_nothing(heroku: LocalHeroku) -> None:
    heroku.app()
    heroku.post("/local/faults", {"kind": "build-fails"})
    statuses = [heroku.deploy("sc-mvp-staging")["status"] for _ in range(2)]
    assert statuses == ["failed", "succeeded"]
    assert [item["version"] for item in heroku.get(f"{APP}/releases")] == [1, 2, 3]


def test_a_release_phase_migrates_before_the_release_is_current_and_keeps_what_it_said(
    heroku: LocalHeroku,
) -> None:
    _rails_app(heroku)
    build = heroku.deploy("sc-mvp-staging", MIGRATES)
    release = heroku.get(f"{APP}/releases/{build['release']['id']}")
    assert (release["status"], release["current"]) == ("succeeded", True)
    assert "20251120101500 AddSkillsToWorkers: migrated" in _output(heroku, release["output_stream_url"])
    assert " !     Release command declared" in _output(heroku, build["output_stream_url"])


def test_a_release_phase_that_fails_leaves_what_ran_before(heroku: LocalHeroku) -> None:
    _rails_app(heroku)
    heroku.post("/local/faults", {"kind": "migration-fails"})
    build = heroku.deploy("sc-mvp-staging", MIGRATES)
    before, release = heroku.get(f"{APP}/releases")[-2:]
    assert build["status"] == "succeeded", "Heroku calls the build so"
    assert (release["status"], release["current"], before["current"]) == ("failed", False, True)
    assert "rails aborted!" in _output(heroku, release["output_stream_url"])
    heroku.patch(f"{APP}/config-vars", {"WEB_CONCURRENCY": "2"})
    assert heroku.get(f"{APP}/releases")[-1]["output_stream_url"] is None, "the slug that runs has no phase"


def test_a_release_command_that_is_not_simulated_is_said_and_taken_to_go_well(heroku: LocalHeroku) -> None:
    heroku.app()
    build = heroku.deploy("sc-mvp-staging", {"Procfile": "web: ruby web.rb\nrelease: ./prepare --all\n"})
    release = heroku.get(f"{APP}/releases/{build['release']['id']}")
    assert (release["status"], _output(heroku, release["output_stream_url"])) == (
        "succeeded",
        "Local Heroku runs no code of the app: ./prepare --all is not simulated, and taken to go well.\n",
    )
