"""A state that is damaged, lost, or can't be written: nothing is done on Heroku, and a kept copy puts it right."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.stacks.checkout import FAILED, Checkout

pytestmark = pytest.mark.engine

UP = ("pulumi", "staging", "up", "--yes", "--skip-preview")
REFUSED = 1
"""Exit codes: of `ops` before the engine is started, and of the engine for a run that it refused."""
BACKEND = Path(".local", "pulumi", "state", ".pulumi")
STATE = BACKEND / "stacks" / "social-catering" / "staging.json"
SETTINGS = Path(".local", "stacks", "Pulumi.staging.yaml")
PASSPHRASE = Path(".local", "pulumi", "passphrase")


@pytest.fixture(scope="module")
def standing(fresh: Checkout) -> Checkout:
    """Staging is up, and its state has been written more than once."""
    fresh.ops(*UP)
    fresh.ops(*UP)
    return fresh


@pytest.fixture
def kept(standing: Checkout) -> Iterator[dict[Path, bytes]]:
    """The state, the rehearsal's copy of the settings and the passphrase; put back at the end."""
    files = {path: (standing.folder / path).read_bytes() for path in (STATE, SETTINGS, PASSPHRASE)}
    yield files
    for path, content in files.items():
        (standing.folder / path).write_bytes(content)


def test_no_metadata_lies_beside_a_state_and_what_a_cut_write_left_of_one_is_removed(
    standing: Checkout, kept: dict[Path, bytes]
) -> None:
    metadata = standing.folder / STATE.with_name("staging.json.attrs")
    assert not metadata.exists()
    metadata.touch()
    standing.ops("pulumi", "staging", "stack", "export")
    assert not metadata.exists()


def writes_of(checkout: Checkout, act: Callable[[], str]) -> tuple[str, list[str]]:
    """What was printed, and what Heroku was asked to change meanwhile."""
    with checkout.heroku() as client:
        before = client.request("GET", "/local/requests")["count"]
        shown = act()
        later = client.request("GET", f"/local/requests?after={before}")["requests"]
    asked = [f"{one['method']} {one['path']}" for one in later if not one["path"].startswith("/local/")]
    return shown, [line for line in asked if not line.startswith("GET")]


def without_the_app(state: bytes) -> bytes:
    found = json.loads(state)
    resources = found["checkpoint"]["latest"]["resources"]
    resources[:] = [one for one in resources if one["type"] != "heroku:app/app:App"]
    return json.dumps(found).encode()


def twice(state: bytes) -> bytes:
    found = json.loads(state)
    resources = found["checkpoint"]["latest"]["resources"]
    resources.append(resources[-1])
    return json.dumps(found).encode()


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "it is empty"),
    "cut": (lambda state: state[: len(state) // 2], "it was cut off or is no JSON"),
    "null, which the engine takes for an empty stack": (lambda _: b"null", "it has not the form of a state"),
    "of an unknown version": (
        lambda state: json.dumps({**json.loads(state), "version": 99}).encode(),
        "its version is 99; this project knows 3 and 4",
    ),
    "with a dependency that is missing": (without_the_app, "heroku:app/app:App::app"),
    "with a resource twice": (twice, "is in it 2 times"),
}


@pytest.mark.fault("F50", "F54")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_stops_the_run_and_is_left_as_it_is(
    standing: Checkout, kept: dict[Path, bytes], damage: str
) -> None:
    spoil, says = DAMAGES[damage]
    spoilt = spoil(kept[STATE])
    (standing.folder / STATE).write_bytes(spoilt)
    for command in (("pulumi", "staging", "preview"), UP):
        shown, writes = writes_of(standing, lambda command=command: standing.ops(*command, expected=REFUSED))  # type: ignore[misc]
        assert "the state of staging is damaged: " in shown
        assert f"{says}; nothing was done" in shown
        assert "This is a bug" not in shown
        assert shown.count("\n  cp ") == 1
        assert writes == []
    assert (standing.folder / STATE).read_bytes() == spoilt


@pytest.mark.fault("F51", "T13")
@pytest.mark.parametrize("way", ["as it is printed", "the engine's own copy beside it", "its newest backup"])
def test_a_lost_state_is_restored_from_a_copy_and_nothing_is_to_do(
    standing: Checkout, kept: dict[Path, bytes], way: str
) -> None:
    folder = standing.folder
    backups = sorted((folder / BACKEND / "backups" / "social-catering" / "staging").glob("*.json"))
    beside = (folder / STATE).with_name("staging.json.bak")
    (folder / STATE).write_bytes(kept[STATE][:1000])
    shown = standing.ops(*UP, expected=REFUSED)
    (restores,) = [line.strip() for line in shown.splitlines() if line.strip().startswith("cp ")]
    printed = Path(restores.split()[1])
    copy = {"the": beside, "its": backups[-1]}.get(way.split(maxsplit=1)[0], printed)
    content = copy.read_bytes()
    subprocess.run(["sh", "-c", restores.replace(str(printed), str(copy))], check=True)
    assert (folder / STATE).read_bytes() == content
    standing.ops("pulumi", "staging", "preview", "--refresh", "--expect-no-changes")


@pytest.mark.fault("F51")
def test_a_lost_state_is_not_taken_for_a_new_stack(standing: Checkout, kept: dict[Path, bytes]) -> None:
    (standing.folder / STATE).unlink()
    shown, writes = writes_of(standing, lambda: standing.ops(*UP, expected=REFUSED))
    assert "the state of staging is gone, and the stack was up before; nothing was done" in shown
    assert writes == []


@pytest.mark.fault("F55")
def test_an_older_state_that_is_restored_deletes_nothing(standing: Checkout, kept: dict[Path, bytes]) -> None:
    """What was changed since is taken as it is, or set as the program says."""
    for stack in ("staging", "production"):
        standing.edit(f"Pulumi.{stack}.yaml", "RAILS_ENV: production", "RAILS_ENV: production\n    LANG: C")
    standing.ops(*UP)
    with standing.heroku() as client:
        client.request("PATCH", "/apps/sc-mvp-staging/formation/web", {"quantity": 1, "size": "Standard-1X"})
    (standing.folder / STATE).write_bytes(kept[STATE])
    shown = standing.ops("pulumi", "staging", "preview", "--refresh", "--diff")
    assert "to delete" not in shown
    assert "to replace" not in shown
    _, writes = writes_of(standing, lambda: standing.ops(*UP, "--refresh"))
    assert writes
    assert [line for line in writes if not line.startswith("PATCH")] == []
    standing.ops("pulumi", "staging", "preview", "--refresh", "--expect-no-changes")
    kept[STATE] = (standing.folder / STATE).read_bytes()
    kept[SETTINGS] = (standing.folder / SETTINGS).read_bytes()


@pytest.mark.fault("B46")
@pytest.mark.parametrize("passphrase", ["not the one", ""], ids=["wrong", "empty"])
def test_a_wrong_passphrase_is_said_and_nothing_is_encrypted_anew(
    standing: Checkout, kept: dict[Path, bytes], passphrase: str
) -> None:
    (standing.folder / PASSPHRASE).write_text(passphrase)
    shown, writes = writes_of(standing, lambda: standing.ops(*UP, expected=FAILED))
    assert "incorrect passphrase" in shown
    assert writes == []
    assert (standing.folder / STATE).read_bytes() == kept[STATE]
    copies = [content.decode() for content in ((standing.folder / SETTINGS).read_bytes(), kept[SETTINGS])]
    salts = [line for text in copies for line in text.splitlines() if "salt" in line or "secure" in line]
    assert len(salts) == 4
    assert salts[:2] == salts[2:]


@pytest.mark.fault("B46")
def test_a_salt_that_is_missing_is_taken_from_the_state_and_nothing_is_encrypted_anew(
    standing: Checkout, kept: dict[Path, bytes]
) -> None:
    lines = kept[SETTINGS].decode().splitlines(keepends=True)
    salt = [line for line in lines if line.startswith("encryptionsalt")]
    (standing.folder / SETTINGS).write_text("".join(line for line in lines if line not in salt))
    standing.ops("pulumi", "staging", "preview", "--expect-no-changes")
    assert salt[0] in (standing.folder / SETTINGS).read_text()


@pytest.mark.fault("F52")
def test_a_state_folder_that_takes_no_lock_stops_the_run_before_it_does_anything(standing: Checkout) -> None:
    locks = standing.folder / BACKEND / "locks"
    shutil.move(locks, locks.with_name("aside"))
    locks.write_text("no folder")
    try:
        shown, writes = writes_of(standing, lambda: standing.ops(*UP, expected=FAILED))
    finally:
        locks.unlink()
        shutil.move(locks.with_name("aside"), locks)
    assert "locks" in shown
    assert writes == []


@pytest.mark.fault("F53")
def test_a_full_disk_stops_the_run_and_the_state_is_still_the_last_whole_one(
    standing: Checkout, kept: dict[Path, bytes], tmp_path: Path
) -> None:
    """The backend's folder stands on a file system of its own that is as large as what is in it."""
    backend = standing.folder / BACKEND.parent
    size = sum(path.stat().st_size for path in backend.rglob("*") if path.is_file()) // 1024 + 120
    after = tmp_path / "after.json"
    script = (
        f"cp -r '{backend}' '{tmp_path}/copy' && mount -t tmpfs -o size={size}k tmpfs '{backend}' || exit 99\n"
        f"cp -r '{tmp_path}/copy/.' '{backend}'/ || exit 99\n"
        f"dd if=/dev/zero of='{backend}/filler' bs=1k 2>/dev/null\n"
        f"'{sys.executable}' -m operations {' '.join(UP)} --refresh\n"
        f"code=$?; cp '{standing.folder / STATE}' '{after}'; exit $code\n"
    )
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script],
        cwd=standing.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip("NOT CHECKED with a full disk: no file system can be mounted here")
    assert done.returncode != 0, done.stdout + done.stderr
    assert "no space left on device" in done.stdout + done.stderr
    assert json.loads(after.read_text()) == json.loads(kept[STATE])
