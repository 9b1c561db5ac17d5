"""A state that is damaged or lost stops a run with the command that restores it."""

from __future__ import annotations

import copy
import gzip
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from operations.accounts.heroku_account import HerokuAccount
from operations.accounts.state_file import StateFiles, discard_cut_metadata, of_rehearsal, require_whole
from operations.accounts.state_integrity import damage
from operations.errors import OperationError
from operations.workspace import Workspace

STACK = "urn:pulumi:staging::social-catering::pulumi:pulumi:Stack::social-catering-staging"
PROVIDER = "urn:pulumi:staging::social-catering::pulumi:providers:heroku::heroku"
APP = "urn:pulumi:staging::social-catering::heroku:app/app:App::app"
CONFIG = "urn:pulumi:staging::social-catering::heroku:app/configAssociation:ConfigAssociation::config"
RESOURCES: list[dict[str, Any]] = [
    {"urn": STACK, "type": "pulumi:pulumi:Stack", "custom": False},
    {"urn": PROVIDER, "type": "pulumi:providers:heroku", "custom": True, "id": "1", "parent": STACK},
    {"urn": APP, "type": "heroku:app/app:App", "custom": True, "id": "2", "parent": STACK, "provider": f"{PROVIDER}::1"},
    {
        "urn": CONFIG,
        "type": "heroku:app/configAssociation:ConfigAssociation",
        "custom": True,
        "id": "3",
        "parent": STACK,
        "provider": f"{PROVIDER}::1",
        "dependencies": [APP],
        "propertyDependencies": {"appId": [APP]},
    },
]  # fmt: skip
MANIFEST = {
    "version": "v3.274.1",
    "magic": "294a449188e3da4517a05ae33e5c1307bbafa419a82735db7986e01d5ec6b1c0",
}
DOCUMENT: dict[str, Any] = {
    "version": 3,
    "checkpoint": {
        "stack": "organization/social-catering/staging",
        "latest": {"manifest": MANIFEST, "resources": RESOURCES},
    },
}
WHOLE = json.dumps(DOCUMENT)
GONE = "urn:pulumi:staging::social-catering::a:b:C::gone"


def edited(edit: Callable[[list[dict[str, Any]]], object]) -> str:
    found = copy.deepcopy(DOCUMENT)
    edit(found["checkpoint"]["latest"]["resources"])
    return json.dumps(found)


def with_top(**changed: object) -> str:
    return json.dumps({**DOCUMENT, **changed})


def with_latest(**changed: object) -> str:
    found = copy.deepcopy(DOCUMENT)
    found["checkpoint"]["latest"].update(changed)
    return json.dumps(found)


DAMAGES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "it is empty"),
    "cut": (WHOLE[:200], "it was cut off or is no JSON"),
    "with something after its end": (WHOLE + "}}", "it was cut off or is no JSON"),
    "no JSON": ("<html>", "it was cut off or is no JSON"),
    "no text": (b"\xff\xfe" + WHOLE.encode(), "it was cut off or is no JSON"),
    "zeros": (b"\0" * 4096, "it was cut off or is no JSON"),
    "a list": ("[]", "it has not the form of a state"),
    "null, which the engine takes for an empty stack": ("null", "it has not the form of a state"),
    "without a version, which the engine takes for an empty stack": (
        json.dumps({"checkpoint": DOCUMENT["checkpoint"]}),
        "it has not the form of a state",
    ),
    "of a version to come": (with_top(version=99), "its version is 99; this project knows 3 and 4"),
    "without its checkpoint": (json.dumps({"version": 3}), "it has not the form of a state"),
    "with a foreign check value": (
        with_latest(manifest={**MANIFEST, "magic": "0"}),
        "the check value of its manifest is wrong",
    ),
    "with resources that are no list": (with_latest(resources={"a": 1}), "it has not the form of a state"),
    "with a resource that is null": (
        with_latest(resources=[*RESOURCES, None]),
        "it has not the form of a state",
    ),
    "with a pending operation that is null": (
        with_latest(pending_operations=[None]),
        "it has not the form of a state",
    ),
    "without a URN": (edited(lambda found: found[2].pop("urn")), "its resource 2 has no valid URN"),
    "with a broken URN": (
        edited(lambda found: found[3].update(urn="config")),
        "its resource 3 has no valid URN",
    ),
    "without a type": (edited(lambda found: found[2].pop("type")), f"{APP} has no type"),
    "with a component that has an id": (
        edited(lambda found: found[0].update(id="x")),
        f"{STACK} is a component and has an id",
    ),
    "with a missing parent": (
        edited(lambda found: found[2].update(parent=GONE)),
        f"{APP} refers to a parent that is missing: {GONE}",
    ),
    "with a child before its parent": (
        edited(lambda found: found.append(found.pop(0))),
        f"{PROVIDER} refers to a parent that comes after it: {STACK}",
    ),
    "with a missing dependency": (
        edited(lambda found: found.pop(2)),
        f"{CONFIG} refers to a dependency that is missing: {APP}",
    ),
    "with a missing dependency of one property": (
        edited(lambda found: found[3]["propertyDependencies"].update(vars=[GONE])),
        f"{CONFIG} refers to a dependency that is missing: {GONE}",
    ),
    "deleted with what is missing": (
        edited(lambda found: found[3].update(deletedWith=GONE)),
        f"{CONFIG} refers to a resource that it is deleted with that is missing: {GONE}",
    ),
    "replaced with what is missing": (
        edited(lambda found: found[3].update(replaceWith=[GONE])),
        f"{CONFIG} refers to a resource that it is replaced with that is missing: {GONE}",
    ),
    "with a text for dependencies": (
        edited(lambda found: found[3].update(dependencies=APP)),
        "it has not the form of a state",
    ),
    "with a missing provider": (
        edited(lambda found: found.pop(1)),
        f"{APP} refers to a provider that is missing: {PROVIDER}",
    ),
    "with another provider's id": (
        edited(lambda found: found[2].update(provider=f"{PROVIDER}::7")),
        f"{APP} refers to a provider that is missing: {PROVIDER}",
    ),
    "with a provider that can't be referred to": (
        edited(lambda found: found[1].pop("id")),
        f"{PROVIDER} has no id",
    ),
    "with a URN twice": (edited(lambda found: found.append(dict(found[3]))), f"{CONFIG} is in it 2 times"),
    "compressed and cut": (gzip.compress(WHOLE.encode())[:100], "it was cut off or is no JSON"),
}


@pytest.mark.fault("B47", "F50", "F54")
@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_state_is_told_by_what_is_wrong_with_it(kind: str) -> None:
    content, says = DAMAGES[kind]
    assert damage(content.encode() if isinstance(content, str) else content) == says


@pytest.mark.parametrize(
    "content",
    [
        WHOLE.encode(),
        gzip.compress(WHOLE.encode()),
        with_top(version=4, features=["refreshBeforeUpdate"]).encode(),
        b'{"version": 3, "checkpoint": {"stack": "staging"}}',
        with_latest(resources=None).encode(),
        with_latest(manifest={}).encode(),
        edited(lambda found: found.append({**found[3], "delete": True})).encode(),
        edited(lambda found: found[3].update(provider=f"{PROVIDER}::7", pendingReplacement=True)).encode(),
    ],
    ids=["whole", "compressed", "version 4", "of a new stack", "of no resources", "of no manifest", "a resource that waits for its deletion", "one that waits for its replacement"],
)  # fmt: skip
def test_a_whole_state_is_whole(content: bytes) -> None:
    assert damage(content) is None


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace(tmp_path)
    found.state("staging").parent.mkdir(parents=True)
    found.state("staging").write_text(WHOLE)
    return found


@pytest.fixture
def files(workspace: Workspace) -> StateFiles:
    return of_rehearsal(workspace, "staging")


def copy_of(files: StateFiles, name: str, content: str = WHOLE) -> Path:
    place = "history" if name.endswith("checkpoint.json") else "backups"
    path = files.backend / ".pulumi" / place / "social-catering" / "staging" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_a_whole_state_and_a_stack_that_never_was_are_fine(workspace: Workspace, tmp_path: Path) -> None:
    require_whole(of_rehearsal(workspace, "staging"))
    require_whole(of_rehearsal(workspace, "production"))
    require_whole(of_rehearsal(Workspace(tmp_path / "new"), "staging"))


@pytest.mark.fault("F50", "F54")
@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_state_names_the_command_that_puts_a_copy_back(files: StateFiles, kind: str) -> None:
    content, says = DAMAGES[kind]
    files.state.write_bytes(content.encode() if isinstance(content, str) else content)
    before = files.state.read_bytes()
    files.beside.write_text(WHOLE)
    with pytest.raises(OperationError, match="; nothing was done") as raised:
        require_whole(files)
    assert str(raised.value) == (
        f"the state of staging is damaged: {says}; nothing was done. Its newest whole copy is named here. "
        "Put it back and look before the next up:\n"
        f"  cp {files.beside} {files.state}\n"
        "  ./ops pulumi staging preview --refresh\n"
        "To begin anew instead: ./ops local reset"
    )
    assert files.state.read_bytes() == before


def test_a_folder_whose_name_a_shell_would_split_is_quoted(tmp_path: Path) -> None:
    files = of_rehearsal(Workspace(tmp_path / "it's here"), "staging")
    files.state.parent.mkdir(parents=True)
    files.state.touch()
    files.beside.write_text(WHOLE)
    with pytest.raises(OperationError, match="is damaged: it is empty") as raised:
        require_whole(files)
    (command,) = [line for line in str(raised.value).splitlines() if line.startswith("  cp ")]
    assert shlex.split(command) == ["cp", str(files.beside), str(files.state)]


def test_a_lost_state_with_a_copy_beside_it_is_not_taken_for_a_new_stack(files: StateFiles) -> None:
    files.beside.write_text(WHOLE)
    files.state.unlink()
    with pytest.raises(OperationError, match="is gone, and the stack was up before"):
        require_whole(files)


def test_a_lost_state_is_known_by_the_history_alone(files: StateFiles) -> None:
    copy_of(files, "staging-1795622438976760331.checkpoint.json")
    files.state.unlink()
    with pytest.raises(OperationError, match=r"cp \S*staging-1795622438976760331\.checkpoint\.json"):
        require_whole(files)


def test_the_newest_whole_copy_is_named_whether_a_backup_or_of_the_history(files: StateFiles) -> None:
    files.state.write_text("")
    files.beside.write_text("")
    newest = copy_of(files, "staging-1795622442130479895.checkpoint.json", WHOLE[:9])
    copy_of(files, "staging.1795622441130808713.json", DAMAGES["with a missing dependency"][0])  # type: ignore[arg-type]
    copy_of(files, "staging-1795622438976760331.checkpoint.json")
    copy_of(files, "staging.1795622437977461632.json")
    copy_of(files, "other.1795622447977461632.json")
    with pytest.raises(OperationError, match=r"cp \S*staging-1795622438976760331\.checkpoint\.json"):
        require_whole(files)
    newest.write_text(WHOLE)
    with pytest.raises(OperationError, match=r"cp \S*staging-1795622442130479895\.checkpoint\.json"):
        require_whole(files)


def test_where_each_copy_is_damaged_too_none_is_offered(files: StateFiles) -> None:
    files.state.write_text("")
    copy_of(files, "staging.1795622441130808713.json", WHOLE[:9])
    copy_of(files, "staging-1795622438976760331.checkpoint.json", "")
    with pytest.raises(OperationError, match=r"so is each of its 2 copies; nothing was done\. Begin anew: "):
        require_whole(files)


@pytest.mark.parametrize("how", ["the environment", "credentials.json"])
def test_a_folder_that_holds_the_real_accounts_states_is_looked_at_too(
    files: StateFiles, tmp_path: Path, how: str
) -> None:
    files.state.write_text("")
    files.beside.write_text(WHOLE)
    url = f"{files.backend.as_uri()}?metadata=skip"
    (tmp_path / "credentials.json").write_text(json.dumps({"current": url}))
    where = {"PULUMI_BACKEND_URL": url} if how == "the environment" else {"PULUMI_HOME": str(tmp_path)}
    account = HerokuAccount({"HEROKU_API_KEY": "key", **where})
    with pytest.raises(OperationError, match=r"damaged: it is empty; nothing was done") as raised:
        account.prepare("staging")
    assert "\n  pulumi preview --refresh --stack staging" in str(raised.value)
    assert "reset" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["s3://states", "postgres://u@127.0.0.1/states", "https://api.pulumi.com", ""]
)
def test_any_other_backend_is_read_by_the_engine_alone(url: str, tmp_path: Path) -> None:
    HerokuAccount({"HEROKU_API_KEY": "key", "PULUMI_BACKEND_URL": url, "PULUMI_HOME": str(tmp_path)}).prepare(
        "staging"
    )


@pytest.mark.parametrize(
    ("content", "removed"),
    [("", True), ('{"user.cache', True), ('{"user.cache_control":""}', False), (None, False)],
)
def test_metadata_whose_write_was_cut_off_is_removed_and_the_state_is_not(
    workspace: Workspace, content: str | None, *, removed: bool
) -> None:
    metadata = workspace.state("staging").with_name("staging.json.attrs")
    if content is not None:
        metadata.write_text(content)
    assert discard_cut_metadata(workspace, "staging") is removed
    assert metadata.exists() is (content is not None and not removed)
    assert workspace.state("staging").read_text() == WHOLE
