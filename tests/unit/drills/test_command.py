"""`ops drill` before anything is broken: the list, what is refused, and the record of the drill under way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import filelock
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from drills.book import DRILLS
from drills.record import Bench, Record
from operations.cli import ops
from operations.workspace import Workspace

Ops = Callable[..., Result]
BEGUN = Record(
    drill="site-down",
    stack="production",
    port=1,
    url="https://app.example",
    began_at=datetime(2026, 1, 1, tzinfo=UTC),
    rang_at=datetime(2026, 1, 1, tzinfo=UTC),
)
STACK_FILES = ("Pulumi.staging.yaml", "Pulumi.production.yaml")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    here = Workspace(tmp_path)
    monkeypatch.setattr(Workspace, "here", classmethod(lambda _: here))
    return here


@pytest.fixture
def drill(workspace: Workspace) -> Ops:
    """`ops drill …` in a checkout where nothing has run."""
    return lambda *words: CliRunner().invoke(ops, ["drill", *words])


def test_the_list_has_every_drill_with_its_severity_and_section(drill: Ops) -> None:
    shown = drill()
    lines = shown.output.splitlines()
    assert shown.exit_code == 0
    assert lines[-1] == "No drill is under way. Begin one: ./ops drill NAME [STACK]"
    for found, line in zip(DRILLS, lines[1:], strict=False):
        assert line.split()[:2] == [found.name, found.severity.label]
        assert found.section in line
        assert line.endswith(found.sentence)


def test_the_list_says_which_drill_is_under_way(drill: Ops, workspace: Workspace) -> None:
    Bench.of(workspace).write(BEGUN)
    assert drill().output.splitlines()[-1] == (
        "site-down is under way on production. Next: ./ops drill --hint, --check, --solve or --end"
    )


def test_a_second_drill_is_refused_with_the_next_step(drill: Ops, workspace: Workspace) -> None:
    Bench.of(workspace).write(BEGUN)
    shown = drill("timeouts")
    assert (shown.exit_code, shown.output) == (
        1,
        "Error: site-down is under way on production; first: ./ops drill --hint, --check, --solve or --end\n",
    )


def test_one_that_was_cut_off_can_only_be_ended(drill: Ops, workspace: Workspace) -> None:
    Bench.of(workspace).write(BEGUN.model_copy(update={"began_at": None}))
    assert drill().output.endswith("site-down is under way on production. Next: ./ops drill --end\n")
    for act in ("--hint", "--check", "--solve"):
        shown = drill(act)
        assert (shown.exit_code, shown.output) == (
            1,
            "Error: site-down was interrupted while it was set up; first: ./ops drill --end\n",
        )


@pytest.mark.parametrize("act", ["--hint", "--check", "--solve", "--end"])
def test_without_a_drill_there_is_nothing_to_look_at(drill: Ops, act: str) -> None:
    shown = drill(act)
    assert (shown.exit_code, shown.output) == (
        1,
        "Error: no drill is under way; begin one: ./ops drill NAME\n",
    )


@pytest.mark.parametrize(("words"), [("timeouts", "--hint"), ("site-down", "staging", "--hint")])
def test_another_name_than_that_of_the_drill_under_way_is_refused(
    drill: Ops, workspace: Workspace, words: tuple[str, ...]
) -> None:
    Bench.of(workspace).write(BEGUN)
    shown = drill(*words)
    assert (shown.exit_code, shown.output) == (
        1,
        "Error: site-down on production is the drill under way; leave out the name\n",
    )


def test_a_name_that_is_none_is_refused_with_the_nearest(drill: Ops) -> None:
    shown = drill("sitedown")
    assert shown.exit_code == 64
    assert '"sitedown" is no drill; did you mean "site-down"?; `ops drill` lists them' in shown.output


def test_two_acts_at_once_are_refused(drill: Ops) -> None:
    shown = drill("--check", "--end")
    assert shown.exit_code == 64
    assert "give one of --hint, --check, --solve, --end" in shown.output


def test_no_other_account_can_be_named(drill: Ops) -> None:
    shown = drill("site-down", "--account", "heroku")
    assert shown.exit_code == 64
    assert "No such option" in shown.output


def test_it_needs_both_stacks_and_says_how_to_get_them(drill: Ops, workspace: Workspace) -> None:
    state = workspace.state("staging")
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    shown = drill("site-down")
    assert shown.exit_code == 1
    assert (
        "a drill needs both stacks up on local Heroku, and production is not; run `./ops demo` first"
        in shown.output
    )
    assert not Bench.of(workspace).file.exists()


def test_one_that_the_stack_cannot_play_is_refused(drill: Ops, workspace: Workspace) -> None:
    for stack in ("staging", "production"):
        state = workspace.state("staging").with_name(f"{stack}.json")
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text("{}")
    shown = drill("connections-low", "staging")
    assert shown.exit_code == 1
    assert "connections-low is played on production: ./ops drill connections-low" in shown.output


def test_a_record_that_is_none_is_named(drill: Ops, workspace: Workspace) -> None:
    bench = Bench.of(workspace)
    bench.file.parent.mkdir(parents=True)
    bench.file.write_text('{"drill": "site-down"')
    shown = drill()
    assert shown.exit_code == 1
    assert f"Error: {bench.file}: not the record of a drill; remove {bench.folder}" in shown.output


def test_two_commands_at_once_do_not_mix(drill: Ops, workspace: Workspace) -> None:
    bench = Bench.of(workspace)
    bench.write(BEGUN)
    with filelock.FileLock(bench.lock):
        shown = drill("--end")
    assert (shown.exit_code, shown.output) == (
        1,
        "Error: another `./ops drill` is at work; wait until it has ended\n",
    )
    assert bench.file.exists()


def test_the_tab_key_completes_names() -> None:
    complete = ShellComplete(ops, {}, "ops", "_OPS_COMPLETE")
    assert [item.value for item in complete.get_completions(["drill"], "site")] == [
        "site-down",
        "site-offline",
    ]
    assert [item.value for item in complete.get_completions(["drill", "site-down"], "")] == [
        "staging",
        "production",
    ]
