"""Previews that another job made are read within bounds, of a closed form, and are of the stack files beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from operations.errors import OperationError
from operations.judging import guards, kept_previews
from operations.judging.gate import answer_of_kept
from operations.judging.kept_previews import KeptPreviews, keep, read
from operations.pulumi_run.pack_levels import PackLevels
from runbook.settings import STACKS, StackName
from tests.unit.operations.judging.streams import declare, preview, steps
from tests.unit.runbook.readers.rendering import Declared

LEVELS = PackLevels(
    "runbook",
    {name: "advisory" if name in guards.SHOWS_ONLY else "mandatory" for name in guards.expected_policies()},
)
PLAN = json.dumps({"resourcePlans": {}})


def healthy(stack: StackName) -> Declared:
    return Declared(stack=stack)


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A checkout of a change, read as data."""
    folder = tmp_path / "change"
    folder.mkdir()
    declare(folder, *map(healthy, STACKS))
    return folder


@pytest.fixture
def kept(tmp_path: Path, change: Path) -> Path:
    """What an honest job leaves."""
    plan = tmp_path / "plan.json"
    plan.write_text(PLAN)
    done = {stack: preview(change, stack, steps(healthy(stack), healthy(stack))) for stack in STACKS}
    keep(tmp_path / "kept", KeptPreviews(done, LEVELS, dict.fromkeys(STACKS, plan)))
    return tmp_path / "kept"


def judged(kept: Path, change: Path) -> tuple[int, list[str]]:
    answer = answer_of_kept(kept, STACKS, change, 300, change)
    troubles = [*answer.troubles, *(trouble for stack in answer.stacks for trouble in stack.troubles)]
    return answer.exit_code, [trouble.what for trouble in troubles]


def test_honest_previews_of_these_files_are_approved(kept: Path, change: Path) -> None:
    assert judged(kept, change) == (0, [])


def test_what_is_kept_is_what_is_read(kept: Path) -> None:
    found = read(kept, STACKS)
    assert found.levels == LEVELS
    assert [found.done[stack].code for stack in STACKS] == [0, 0]
    assert {path.name for path in found.plans.values()} == {f"{stack}.plan.json" for stack in STACKS}


def lack(name: str) -> Callable[[Path], None]:
    return lambda kept: (kept / name).unlink()


def hold(name: str, text: str) -> Callable[[Path], None]:
    def write(kept: Path) -> None:
        (kept / name).unlink(missing_ok=True)
        (kept / name).write_text(text)

    return write


def link(name: str, target: str) -> Callable[[Path], None]:
    def make(kept: Path) -> None:
        (kept / name).unlink()
        (kept / name).symlink_to(target)

    return make


def pipe(kept: Path) -> None:
    (kept / "staging.json").unlink()
    os.mkfifo(kept / "staging.json")


def whole(**fields: object) -> str:
    return json.dumps({"stdout": "", "stderr": "", "code": 0, **fields})


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a stack that is missing": (lack("production.json"), "production.json: No such file or directory; expected a preview of every stack"),
    "a link": (link("staging.json", "/etc/passwd"), "staging.json: Too many levels of symbolic links"),
    "a link without end": (link("production.plan.json", "/dev/zero"), "production.plan.json: Too many levels of symbolic links"),
    "a pipe": (pipe, "staging.json: is no regular file"),
    "another file": (hold("evil.py", "import os"), "holds 'evil.py', which no preview leaves"),
    "a name to fool a terminal": (hold("a\x1b[2J", ""), r"holds 'a\x1b[2J', which no preview leaves"),
    "no JSON": (hold("staging.json", "{"), "staging.json: is no kept preview"),
    "a list": (hold("staging.json", "[]"), "staging.json: is no kept preview"),
    "JSON without end": (hold("staging.json", "[" * 200_000), "staging.json: is no kept preview"),
    "another field": (hold("staging.json", whole(outcome="ok")), "staging.json: is no kept preview"),
    "a field of another type": (hold("staging.json", whole(code="0")), "staging.json: is no kept preview"),
    "a truth for a number": (hold("staging.json", whole(code=True)), "staging.json: is no kept preview"),
    "levels that are none": (hold("pack.json", "{}"), "the policy pack did not say what its policies enforce"),
}  # fmt: skip


@pytest.mark.parametrize("words", REFUSED)
def test_what_no_honest_job_leaves_is_refused(words: str, kept: Path, change: Path) -> None:
    spoil, says = REFUSED[words]
    spoil(kept)
    code, said = judged(kept, change)
    assert code == 3
    assert len(said) == 1
    assert says in said[0]


def test_a_file_without_end_is_refused(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_previews, "LARGEST_BYTES", 1024)
    with pytest.raises(OperationError, match="is larger than 0 MiB"):
        read(kept, STACKS)


JUDGED: dict[str, tuple[Callable[[Path], None], str]] = {
    "no levels of the pack": (lack("pack.json"), "what the policy pack enforces was not kept"),
    "no plan": (lack("staging.plan.json"), "the preview saved no whole update plan"),
    "an empty stream": (hold("production.json", whole()), "the preview's event stream is empty"),
    "a pack that only advises": (hold("pack.json", json.dumps({"name": "runbook", "levels": {**LEVELS.levels, "web-runs": "advisory"}})), "the policy pack does not enforce web-runs (advisory)"),
    "events nested without end": (hold("staging.json", whole(stdout="[" * 100_000)), "the preview's event stream is cut: line 1 is no JSON"),
}  # fmt: skip


@pytest.mark.parametrize("words", JUDGED)
def test_what_is_missing_or_weak_is_blocked(words: str, kept: Path, change: Path) -> None:
    spoil, says = JUDGED[words]
    spoil(kept)
    code, said = judged(kept, change)
    assert code == 3
    assert any(says in what for what in said), said


@pytest.mark.parametrize(
    ("edited", "differs"),
    [
        (Declared(formation={"web": (3, "Standard-2X")}, budget=9999), "formation.web.dyno_type, formation.web.quantity"),
        (Declared(formation={"web": (1, "Basic"), "worker": (1, "Basic")}, budget=9999), "formation.worker.dyno_type, formation.worker.quantity"),
        (Declared(plan="premium-0", budget=9999), "database sc-mvp-production-db"),
        (Declared(region="eu"), "app.region"),
        (Declared(hour=3), "backups"),
        (Declared(config_vars={**Declared().config_vars, "LOG_LEVEL": "debug"}), "config var LOG_LEVEL"),
        (Declared(config_vars={**Declared().config_vars, "NODE_ENV": "staging"}), "config var NODE_ENV"),
        (Declared(secrets={**Declared().secrets, "SECRET_KEY_BASE": "optional"}), "config var SECRET_KEY_BASE"),
    ],
    ids=["the formation", "a process type", "the plan", "the region", "the backup", "a new config var", "a value", "a secret's kind"],
)  # fmt: skip
def test_previews_of_other_files_are_told(edited: Declared, differs: str, kept: Path, change: Path) -> None:
    """A job that kept the previews of harmless files beside a change that isn't."""
    declare(change, edited, healthy("staging"))
    code, said = judged(kept, change)
    assert code == 3
    assert any(
        f"the preview of production is not of Pulumi.production.yaml: they differ in {differs} (values"
        in what
        for what in said
    ), said


def test_files_that_break_a_rule_are_red_whatever_the_preview_says(kept: Path, change: Path) -> None:
    declare(change, replace(healthy("production"), plan="essential-0"), healthy("staging"))
    assert any(what.startswith("postgres-plan-minimum fails") for what in judged(kept, change)[1])


def test_the_code_that_a_change_edits_is_listed(kept: Path, change: Path, tmp_path: Path) -> None:
    ours = tmp_path / "main"
    for root, files in ((ours, ("components/app.py", "policies/pack.py", "README.md")), (change, ("components/app.py", "policies/pack.py", "components/new.py", "policies/link.py"))):  # fmt: skip
        for name in files:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("pass\n")
    (change / "policies" / "pack.py").write_text("pass # \n")
    (change / "policies" / "link.py").unlink()
    (change / "policies" / "link.py").symlink_to("/dev/zero")
    assert answer_of_kept(kept, STACKS, change, 300, ours).notes == (
        "Files of code that this change edits, which only a code owner's review judges: what judges changes: policies (2); "
        "what the stacks run: components (1).",
    )


@pytest.mark.parametrize("key", ["secretsprovider", "encryptedkey", "encryptionsalt"])
def test_another_key_for_the_secrets_of_a_stack_is_told(
    key: str, kept: Path, change: Path, tmp_path: Path
) -> None:
    """A rotation does it on purpose; what a stranger's key encrypts, the stranger reads."""
    ours = tmp_path / "main"
    ours.mkdir()
    for root in (ours, change):
        declare(root, healthy("production"), healthy("staging"))
    file = change / "Pulumi.production.yaml"
    file.write_text(f"{key}: another\n{file.read_text()}")
    assert answer_of_kept(kept, STACKS, change, 300, ours).notes == (
        f"Pulumi.production.yaml changes {key}: another key encrypts the secrets of production from now on. Approve it for a rotation "
        "alone (docs/state.md).",
    )
