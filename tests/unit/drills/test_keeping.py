"""Everything that a drill or a trainee may change is given back, and nobody's edit is lost."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from drills import keeping
from drills.drill import Edit
from drills.remedy import edit
from heroku_api.client import Client
from local_heroku import process
from operations.errors import OperationError
from operations.workspace import Workspace


@pytest.fixture
def stood(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with an app on local Heroku and a state for each stack, kept in `kept`."""
    workspace = Workspace(tmp_path)
    with Client.from_environment(process.environment(process.start(workspace.heroku))) as client:
        client.request("POST", "/apps", {"name": "before"})
    for stack in ("staging", "production"):
        workspace.stack_file(stack).write_text(f"# {stack}\n")
        for file in (workspace.state(stack), workspace.local_stack_file(stack)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{stack} before")
    workspace.passphrase.write_text("canary-passphrase")
    keeping.keep(workspace, tmp_path / "kept")
    yield workspace
    process.stop(workspace.heroku)


def apps(workspace: Workspace) -> list[str]:
    with Client.from_environment(process.environment(process.start(workspace.heroku))) as client:
        return [app["name"] for app in client.request("GET", "/apps")]


@pytest.mark.slow
def test_account_states_and_local_copies_come_back(stood: Workspace, tmp_path: Path) -> None:
    port = urlsplit(process.start(stood.heroku).url).port
    with Client.from_environment(process.environment(process.start(stood.heroku))) as client:
        client.request("DELETE", "/apps/before")
    stood.state("production").write_text("after")
    (stood.state("production").parent / "new.json").write_text("new")
    stood.local_stack_file("staging").unlink()
    stood.passphrase.write_text("another")
    assert keeping.put_back(stood, tmp_path / "kept", port=port) == []
    assert apps(stood) == ["before"]
    assert urlsplit(process.start(stood.heroku).url).port == port
    assert stood.state("production").read_text() == "production before"
    assert [file.name for file in sorted(stood.state("staging").parent.iterdir())] == [
        "production.json",
        "staging.json",
    ]
    assert stood.local_stack_file("staging").read_text() == "staging before"
    assert stood.passphrase.read_text() == "canary-passphrase"


@pytest.mark.slow
def test_after_a_reset_it_comes_back_too_and_again(stood: Workspace, tmp_path: Path) -> None:
    process.reset(stood.heroku)
    for folder in (stood.backend, stood.local / "stacks"):
        for file in sorted(folder.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        folder.rmdir()
    for _ in range(2):
        keeping.put_back(stood, tmp_path / "kept", port=None)
        assert apps(stood) == ["before"]
        assert stood.state("staging").read_text() == "staging before"


@pytest.mark.slow
def test_an_edited_stack_file_is_put_back_and_kept(stood: Workspace, tmp_path: Path) -> None:
    stood.stack_file("production").write_text("# somebody's work\n")
    (kept,) = keeping.put_back(stood, tmp_path / "kept", port=None)
    assert stood.stack_file("production").read_text() == "# production\n"
    assert kept == tmp_path / ".local" / "drill-edits" / "Pulumi.production.yaml"
    assert kept.read_text() == "# somebody's work\n"


def test_a_running_pulumi_is_waited_for(stood: Workspace, tmp_path: Path) -> None:
    lock = stood.locks("production") / "lock.json"
    lock.parent.mkdir(parents=True)
    lock.write_text(json.dumps({"pid": os.getpid(), "hostname": socket.gethostname()}))
    stood.state("production").write_text("being written")
    with pytest.raises(OperationError, match=rf"pulumi runs on a stack \(process {os.getpid()}\)"):
        keeping.put_back(stood, tmp_path / "kept", port=None)
    assert stood.state("production").read_text() == "being written"


def test_an_edit_of_the_remedy_is_made_once(stood: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    step = Edit("# production\n", "# production\nplan: standard-2\n")
    edit(stood, "production", step)
    edit(stood, "production", step)
    assert stood.stack_file("production").read_text() == "# production\nplan: standard-2\n"
    assert capsys.readouterr().out.count("plan: standard-2") == 2


def test_an_edit_that_does_not_fit_says_what_to_do(stood: Workspace) -> None:
    with pytest.raises(OperationError, match="has no line 'plan: standard-0'; edit it by hand"):
        edit(stood, "production", Edit("plan: standard-0\n", "plan: standard-2\n"))
