"""Each command of docs/state.md, typed on a folder, on PostgreSQL and on an S3-compatible server."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from operations.workspace import file_backend
from tests.canaries import leaks
from tests.engine.state.servers import amazon, postgres, postgres_programs, programs
from tests.engine.state.stack import CANARY, PAGE, Stack, lines

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

KINDS = ("folder", "PostgreSQL", "S3")
RESTORES = {"folder": 1, "S3": 2, "PostgreSQL": 3}
"""The block of "A damaged state" that takes the backend's own copy."""
AWS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
SPOIL = (
    """UPDATE pulumi_state SET data = :'data' WHERE key LIKE '%.pulumi/stacks/social-catering/staging.json'"""
)
LOCKED = "the stack is currently locked by 1 lock(s)"


@dataclass(frozen=True)
class Place:
    """A backend, and how its stored state is looked at from outside of Pulumi."""

    kind: str
    url: str
    environment: dict[str, str]

    def writes(self, stack: Stack, content: bytes) -> None:
        """Puts other bytes where the state is."""
        cut = stack.folder / "cut"
        cut.write_bytes(content)
        if self.kind == "folder":
            shutil.copyfile(
                cut,
                Path(self.environment["FOLDER"]) / ".pulumi" / "stacks" / "social-catering" / "staging.json",
            )
        elif self.kind == "S3":
            stack.type(f"aws s3 cp {cut} s3://$BUCKET/.pulumi/stacks/social-catering/staging.json")
        else:
            data = base64.b64encode(content).decode()
            stack.environment["DATA"] = json.dumps({"data": data})
            stack.type(f'psql "$PULUMI_BACKEND_URL" -v data="$DATA" <<< "{SPOIL}"')


def place(kind: str, folder: Path, servers: ExitStack) -> Place:
    folder.mkdir()
    if kind == "folder":
        (folder / "state").mkdir()
        return Place(kind, file_backend(folder / "state"), {"FOLDER": str(folder / "state")})
    if kind == "PostgreSQL":
        return Place(kind, servers.enter_context(postgres(folder)), {})
    address = servers.enter_context(amazon(folder))
    more = {**AWS, "AWS_ENDPOINT_URL": address, "BUCKET": "states"}
    subprocess.run(
        [programs() / "aws", "s3", "mb", "s3://states"],
        env={**more, "AWS_DEFAULT_REGION": "us-east-1", "HOME": str(folder)},
        check=True,
        capture_output=True,
    )
    return Place(kind, f"s3://states?endpoint={address}&s3ForcePathStyle=true", more)


@pytest.fixture(scope="module", autouse=True)
def _engine() -> None:
    if shutil.which("pulumi") is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")


@pytest.fixture(scope="module")
def servers() -> Iterator[ExitStack]:
    with ExitStack() as running:
        yield running


@pytest.fixture(scope="module", params=KINDS)
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, servers: ExitStack
) -> Place:
    return place(request.param, tmp_path_factory.mktemp("place") / "backend", servers)


@pytest.fixture(scope="module")
def stack(backend: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Up, with a secret in its settings and its outputs."""
    folder = tmp_path_factory.mktemp("project") / "project"
    tools = [] if backend.kind == "folder" else [programs() if backend.kind == "S3" else postgres_programs()]
    made = Stack.made(folder, backend.url, **backend.environment)
    made.environment["PATH"] = ":".join([made.environment["PATH"], *map(str, tools)])
    made.types("Set up")
    made.type("pulumi config set --secret test:secret --stack staging", given=CANARY)
    made.up()
    yield made
    made.end()


def test_a_stack_is_up_and_its_secret_is_nowhere_in_clear(stack: Stack) -> None:
    assert stack.names == ["first", "second", "social-catering-staging"]
    assert stack.secret == CANARY
    assert leaks(stack.exported, [CANARY]) == []
    assert leaks((stack.folder / "Pulumi.staging.yaml").read_bytes(), [CANARY]) == []


@pytest.mark.fault("F46")
def test_a_second_up_at_once_is_refused_and_says_who_holds_the_stack(stack: Stack) -> None:
    first = stack.starts_up()
    said = stack.type("pulumi up --yes --skip-preview --non-interactive --stack staging", ok=False)
    assert LOCKED in said
    assert f"(pid {first.pid})" in said
    stack.goes_on()
    assert first.wait(timeout=60) == 0


@pytest.mark.fault("F41", "F47")
def test_a_run_that_is_killed_leaves_a_whole_state_and_a_lock_that_cancel_takes_off(stack: Stack) -> None:
    (stack.folder / "parts").write_text("second third")
    running = stack.starts_up()
    stack.kill(running)
    stack.goes_on()
    assert "first" in stack.names
    assert LOCKED in stack.type("pulumi up --yes --skip-preview --non-interactive --stack staging", ok=False)
    stack.types("A lock that nobody holds")
    stack.up()
    assert stack.names == ["first", "second", "social-catering-staging", "third"]


@pytest.mark.fault("F50", "F54")
@pytest.mark.parametrize("content", [b"", b'{"version":3,"checkpoint":{"sta'], ids=["empty", "cut"])
def test_a_damaged_state_is_replaced_by_the_copy_that_was_kept(
    stack: Stack, backend: Place, content: bytes
) -> None:
    stack.types("Keep a copy before a change")
    kept = stack.resources
    backend.writes(stack, content)
    said = stack.type("pulumi preview --non-interactive --stack staging", ok=False)
    assert "failed to load checkpoint" in said
    stack.types("A damaged state")
    assert stack.resources == kept
    stack.type(" ".join([*lines("A damaged state", 4), "--expect-no-changes --non-interactive"]))


@pytest.mark.fault("F51", "F55")
def test_with_no_copy_of_ones_own_the_newest_of_the_backend_is_put_back(stack: Stack, backend: Place) -> None:
    (stack.folder / "parts").write_text("second third fourth")
    stack.up()
    kept = stack.resources
    backend.writes(stack, b"{")
    stack.types("A damaged state", RESTORES[backend.kind])
    restored = {one["urn"] for one in stack.resources}
    assert restored <= {one["urn"] for one in kept}
    assert len(restored) >= 3
    shown = stack.type(" ".join([*lines("A damaged state", 4), "--non-interactive"]))
    assert "delete" not in shown
    stack.up()
    assert {one["urn"] for one in stack.resources} == {one["urn"] for one in kept}
    assert stack.secret == CANARY


def test_a_move_to_another_backend_loses_nothing(
    stack: Stack, backend: Place, servers: ExitStack, tmp_path: Path
) -> None:
    """A folder moves to S3, and both servers to a folder."""
    to = place("S3" if backend.kind == "folder" else "folder", tmp_path / "to", servers)
    before = stack.resources
    environment = dict(stack.environment)
    stack.environment |= {**to.environment, "NEW_BACKEND_URL": to.url}
    try:
        stack.types("Move to another backend")
        stack.environment["PULUMI_BACKEND_URL"] = to.url
        assert stack.resources == before
        assert stack.secret == CANARY
        stack.type("pulumi preview --stack staging --refresh --expect-no-changes --non-interactive")
    finally:
        stack.environment = environment
    assert stack.resources == before


@pytest.mark.fault("F68")
def test_another_passphrase_and_then_a_key_of_a_kms_open_everything_and_the_old_one_nothing(
    stack: Stack, servers: ExitStack, tmp_path: Path
) -> None:
    before = stack.names
    stack.types("Another passphrase", given="another one\nanother one\n")
    (stack.folder / "home" / "nothing").touch()
    said = stack.type("pulumi preview --non-interactive --stack staging", ok=False)
    assert "incorrect passphrase" in said
    stack.environment["PULUMI_CONFIG_PASSPHRASE"] = "another one"
    assert (stack.secret, stack.names) == (CANARY, before)

    (tmp_path / "kms").mkdir()
    address = stack.environment.get("AWS_ENDPOINT_URL") or servers.enter_context(amazon(tmp_path / "kms"))
    stack.environment |= {**AWS, "AWS_ENDPOINT_URL": address}
    made = subprocess.run(
        [programs() / "aws", "kms", "create-key", "--query", "KeyMetadata.KeyId", "--output", "text"],
        env={**stack.environment, "AWS_DEFAULT_REGION": "us-east-1"},
        check=True,
        capture_output=True,
        text=True,
    )
    stack.environment["KEY_ID"] = made.stdout.strip()
    stack.types("A key of a KMS for a passphrase")
    del stack.environment["PULUMI_CONFIG_PASSPHRASE"]
    assert (stack.secret, stack.names) == (CANARY, before)
    stack.type("pulumi preview --stack staging --expect-no-changes --non-interactive")


def test_every_command_of_the_page_is_in_a_block_that_is_typed_here() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"^```(\w*)$", text, re.MULTILINE)) == {"sh", ""}
    assert len(re.findall(r"^```sh$", text, re.MULTILINE)) == 11
