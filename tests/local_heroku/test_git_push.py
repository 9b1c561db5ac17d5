"""`git push` with the real git: it makes a build and a release, and says why where it does not."""

from __future__ import annotations

import gzip
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_heroku import process, snapshot
from tests.local_heroku.conftest import Caller
from tests.local_heroku.pushing import Pusher
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_heroku.process import Running

APP = "sc-mvp-staging"
URL = f"https://git.heroku.com/{APP}.git"
WEB = {"Procfile": "web: ruby web.rb\n", "Gemfile": ""}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("heroku")
    yield process.start(folder)
    process.stop(folder)


@pytest.fixture
def account(running: Running) -> Iterator[Caller]:
    """One app to which nothing was pushed yet."""
    caller = Caller(running)
    caller.ok("PATCH", "/local/settings", {"boot": 0.0, "provisioning": 0.0})
    caller.ok("POST", "/apps", {"name": APP})
    yield caller
    caller.ok("DELETE", "/local/faults")
    caller.ok("DELETE", f"/apps/{APP}")


@pytest.fixture
def git(running: Running, account: Caller, tmp_path: Path) -> Pusher:
    pusher = Pusher.of(running, tmp_path)
    pusher("remote", "add", "heroku", URL)
    return pusher


def releases(account: Caller) -> list[str]:
    return [item["description"] for item in account.ok("GET", f"/apps/{APP}/releases")][2:]


def test_a_push_builds_and_releases_with_herokus_lines(account: Caller, git: Pusher) -> None:
    commit = git.commit({**WEB, "Procfile": "web: ruby web.rb\nworker: ruby worker.rb\n"})
    said = git("push", "heroku", "main")
    url = account.ok("GET", f"/apps/{APP}")["web_url"]
    assert (said.code, said.remote) == (
        0,
        [
            f"Updated 2 paths from {commit[:7]}",
            "Compressing source files... done.",
            "Building source:",
            "",
            "-----> Building on the Heroku-24 stack",
            "-----> Determining which buildpack to use for this app",
            "-----> Ruby app detected",
            "-----> Discovering process types",
            "       Procfile declares types -> web, worker",
            "",
            "-----> Compressing...",
            "       Done: 0.0M",
            "-----> Launching...",
            "       Released v3",
            f"       {url} deployed to Heroku",
            "",
            "Verifying deploy... done.",
        ],
    )
    assert releases(account) == [f"Deploy {commit[:8]}"]
    formation = account.ok("GET", f"/apps/{APP}/formation")
    assert [(item["type"], item["quantity"]) for item in formation] == [("web", 1), ("worker", 0)]
    assert "Everything up-to-date" in git("push", "heroku", "main").out


@pytest.mark.parametrize("address", ["https://git.heroku.com/", "git@heroku.com:", "ssh://git@heroku.com/"])
def test_a_remote_of_the_real_heroku_leads_to_local_heroku(
    account: Caller, git: Pusher, address: str
) -> None:
    git.commit(WEB)
    assert git("push", f"{address}{APP}.git", "HEAD:main").code == 0
    assert len(releases(account)) == 1


def test_a_source_that_no_buildpack_takes_is_rejected_and_the_branch_stays(
    account: Caller, git: Pusher
) -> None:
    git.commit({"README.md": "x"})
    for _ in range(2):
        said = git("push", "heroku", "main")
        assert said.code == 1
        assert " !     No default language could be detected for this app." in said.remote
        assert f" !\tPush rejected to {APP}." in said.remote
        assert "! [remote rejected] main -> main (pre-receive hook declined)" in said.out
    assert releases(account) == []
    assert git("ls-remote", "heroku").out == ""


def test_an_empty_commit_and_a_repository_without_one_release_nothing(account: Caller, git: Pusher) -> None:
    assert "src refspec main does not match any" in git("push", "heroku", "main").out
    git.commit({})
    assert git("push", "heroku", "main").code == 1
    assert releases(account) == []


@pytest.mark.parametrize("ref", ["refs/heads/feature", "refs/tags/v1.0"])
def test_another_branch_or_a_tag_is_taken_and_not_built(account: Caller, git: Pusher, ref: str) -> None:
    git.commit(WEB)
    said = git("push", "heroku", f"HEAD:{ref}")
    assert (said.code, said.remote) == (0, ["Pushed to non-main branch, skipping build."])
    assert releases(account) == []
    assert git("push", "heroku", f":{ref}").code == 0


def test_master_is_built_as_main_is(account: Caller, git: Pusher, tmp_path: Path) -> None:
    git.commit(WEB)
    assert git("push", "heroku", "main:master").code == 0
    assert len(releases(account)) == 1
    assert git("clone", "-q", URL, str(tmp_path / "clone")).code == 0
    assert (tmp_path / "clone" / "Procfile").read_text() == WEB["Procfile"]


def test_main_is_not_deleted_and_not_pushed_together_with_master(account: Caller, git: Pusher) -> None:
    git.commit(WEB)
    both = git("push", "heroku", "main", "main:master")
    assert (both.code, both.remote[0][:44]) == (1, " !     main and master were pushed at once: ")
    git("push", "heroku", "main")
    deleted = git("push", "heroku", ":main")
    assert (deleted.code, deleted.remote[0]) == (
        1,
        " !     main and master can't be deleted: Heroku deploys from them.",
    )
    assert len(releases(account)) == 1


def test_what_is_no_fast_forward_is_built_by_force_alone(account: Caller, git: Pusher) -> None:
    git.commit(WEB)
    git("push", "heroku", "main")
    git("commit", "-q", "--amend", "-m", "Another")
    refused = git("push", "heroku", "main")
    assert (refused.code, "non-fast-forward" in refused.out) == (1, True)
    assert git("push", "--force", "heroku", "main").code == 0
    assert len(releases(account)) == 2


def test_an_app_that_there_is_not_and_a_wrong_key_are_named(git: Pusher) -> None:
    git.commit(WEB)
    unknown = git("push", "https://git.heroku.com/sc-nowhere.git", "main")
    assert (unknown.code, unknown.remote) == (128, ["!\tNo such app as sc-nowhere."])
    wrong = git("push", "heroku", "main", HEROKU_API_KEY="wrong")
    assert (wrong.code, wrong.remote[1]) == (
        128,
        "!\tDo not authenticate with username and password using git.",
    )
    assert "Authentication failed" in wrong.out


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"kind": "build-fails"}, " !     Failed to install dependencies: local Heroku was told to let a build fail."),
        (
            {"kind": "error", "path": "/apps/*/builds", "status": 503, "message": "Builds are down."},
            " !     Heroku's API answered 503: Builds are down.",
        ),
        ({"kind": "reset-before", "path": "/sources"}, " !     Heroku's API gave no answer (RemoteDisconnected); push again."),
    ],
    ids=["a build fails", "builds are down", "no answer"],
)  # fmt: skip
def test_a_fault_rejects_the_push_and_the_next_one_goes_through(
    account: Caller, git: Pusher, fault: dict[str, object], why: str
) -> None:
    git.commit(WEB)
    account.ok("POST", "/local/faults", fault)
    said = git("push", "heroku", "main")
    assert (said.code, why in said.remote) == (1, True), said
    assert git("push", "heroku", "main").code == 0
    assert len(releases(account)) == 1


def test_a_fault_on_every_request_strikes_git_too(account: Caller, git: Pusher) -> None:
    git.commit(WEB)
    account.ok("POST", "/local/faults", {"kind": "error", "path": "/*.git/*", "status": 503})
    said = git("push", "heroku", "main")
    assert (said.code, said.remote) == (128, ["!\tInternal server error."])


def test_an_app_in_maintenance_takes_the_push_and_stays_in_maintenance(account: Caller, git: Pusher) -> None:
    account.ok("PATCH", f"/apps/{APP}", {"maintenance": True})
    git.commit(WEB)
    assert git("push", "heroku", "main").code == 0
    assert (len(releases(account)), account.ok("GET", f"/apps/{APP}")["maintenance"]) == (1, True)


def test_a_release_phase_that_fails_is_said_and_the_push_is_taken_all_the_same(
    account: Caller, git: Pusher
) -> None:
    """Heroku exits 0 here, and takes no second push of the same commit."""
    git.commit({**WEB, "Procfile": "web: ruby web.rb\nrelease: bin/rails db:migrate\n"})
    said = git("push", "heroku", "main")
    assert said.code == 0
    assert said.remote[-1] == "Waiting for release.... failed."
    assert "rails aborted!" in said.remote
    assert account.ok("GET", f"/apps/{APP}/releases")[-1]["status"] == "failed"
    assert "Everything up-to-date" in git("push", "heroku", "main").out


def test_a_large_push_comes_in_pieces_and_a_clone_gives_it_back(
    account: Caller, git: Pusher, tmp_path: Path
) -> None:
    large = secrets.token_hex(400_000)
    git.commit({**WEB, "public/large.txt": large})
    said = git("-c", "http.postBuffer=1000", "push", "heroku", "main", GIT_TRACE_CURL="1")
    assert (said.code, "Transfer-Encoding: chunked" in said.out) == (0, True), said.out[-3000:]
    assert git("-c", "protocol.version=2", "clone", "-q", URL, str(tmp_path / "clone")).code == 0
    assert (tmp_path / "clone" / "public" / "large.txt").read_text() == large


def test_a_gzipped_request_is_unpacked(account: Caller, git: Pusher) -> None:
    """As git sends one of more than 1 KiB."""
    commit = git.commit(WEB)
    git("push", "heroku", "main")
    asked = gzip.compress(f"0032want {commit}\n00000009done\n".encode())
    kind = "application/x-git-upload-pack-request"
    reply = account.ask(
        "POST", f"/{APP}.git/git-upload-pack", asked, Content_Type=kind, Content_Encoding="gzip"
    )
    assert (reply.status, reply.content[:12]) == (200, b"0008NAK\nPACK")


def test_a_renamed_app_keeps_its_repository_and_a_new_one_of_that_name_has_none(
    account: Caller, git: Pusher
) -> None:
    git.commit(WEB)
    git("push", "heroku", "main")
    account.ok("PATCH", f"/apps/{APP}", {"name": "sc-renamed"})
    account.ok("POST", "/apps", {"name": APP})
    try:
        assert "refs/heads/main" in git("ls-remote", "https://git.heroku.com/sc-renamed.git").out
        assert git("ls-remote", "heroku").out == ""
    finally:
        account.ok("DELETE", "/apps/sc-renamed")


def test_a_second_push_while_one_is_built_is_refused(account: Caller, git: Pusher) -> None:
    git.commit(WEB)
    account.ok(
        "POST", "/local/faults", {"kind": "stall", "method": "POST", "path": "/apps/*/builds", "seconds": 3}
    )
    first = git.start("push", "heroku", "main")
    wait_until(lambda: len(releases(account)) == 1, why="the first push is built")
    second = git("push", "heroku", "main")
    assert (second.code, second.remote[0]) == (
        1,
        " !     Another push to this app is in progress; push again when it has ended.",
    )
    assert first.wait(timeout=60) == 0


def children_in(folder: Path) -> list[str]:
    """Processes that work in a folder."""
    found = []
    for process_folder in Path("/proc").glob("[0-9]*"):
        try:
            if (process_folder / "cwd").resolve().is_relative_to(folder):
                found.append((process_folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_a_server_that_stops_leaves_no_git_behind_and_a_snapshot_has_what_was_pushed(tmp_path: Path) -> None:
    folder = tmp_path / "heroku"
    account = Caller(process.start(folder))
    try:
        account.ok("POST", "/apps", {"name": APP})
        git = Pusher.of(account.running, tmp_path)
        git.commit(WEB)
        git("push", URL, "main")
        snapshot.keep(folder, tmp_path / "kept")
        git.commit({**WEB, "more": "x"})
        account.ok("POST", "/local/faults", {"kind": "stall", "method": "POST", "path": "/apps/*/builds"})
        push = git.start("push", URL, "main")
        wait_until(lambda: len(children_in(folder)) > 0, why="the hook runs")
        wait_until(lambda: len(releases(account)) == 2, why="the push is built")
        process.stop(folder)
        assert push.wait(timeout=60) != 0
        wait_until(lambda: children_in(folder) == [], why="its children end")
        back = Caller(snapshot.put_back(folder, tmp_path / "kept"))
        assert len(releases(back)) == 1
        again = Pusher.of(back.running, _made(tmp_path / "again"))
        listed = again("ls-remote", URL).out
        assert listed.split("\t")[0] == git("rev-parse", "HEAD~1").out.strip()
        process.reset(folder)
        assert not (folder / process.REPOSITORIES).exists()
    finally:
        process.stop(folder)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
