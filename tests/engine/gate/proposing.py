"""Proposes a change to the real engine, and holds what the gate says of it against what must be said."""

from __future__ import annotations

import os
from pathlib import Path

from tests.engine.gate.changes import CANARY, Change
from tests.engine.gate.conftest import Answer, Edit, Gate
from tests.engine.gate.verdicts import by_the_gate, by_the_pack

COMMENTS = Path(__file__).parent / "comments"
EXITS = {"pass": 0, "could not tell": 1, "blocked": 3}


def propose(change: Change, edit: Edit, gate: Gate) -> Answer:
    for name, old, new in change.edits:
        edit(name, old, new)
    return gate(*change.stacks)


def ends_in_its_verdict(change: Change, answer: Answer) -> None:
    assert (answer.data["verdict"], answer.code) == (change.verdict, EXITS[change.verdict]), answer.comment
    stacks = answer.data["stacks"]
    red = {rule for stack in stacks for rule in answer.red(stack["stack"])}
    assert red == {*change.red}, answer.comment
    costs = [stack["cost"]["delta_monthly_usd"] for stack in stacks if stack["cost"]]
    assert (sum(costs) if costs else None) == change.delta
    if change.lines:
        results = answer.sarif["runs"][0]["results"]
        where = [found["locations"][0]["physicalLocation"]["region"]["startLine"] for found in results]
        assert sorted(where) == sorted(change.lines)
    assert CANARY not in answer.shown


def is_judged_as_by_the_pack(answer: Answer) -> None:
    for name, stream in answer.streams.items():
        pack, stack = by_the_pack(stream), answer.stack(name)
        ours = by_the_gate(stack, pack.verdicts)
        if pack.finished and stack["cost"]:
            assert ours == pack
        else:
            assert not ours.verdicts
            assert stack["verdict"] != "pass"


def has_the_comment_that_was_looked_at(change: Change, answer: Answer) -> None:
    kept = COMMENTS / f"{stem(change)}.md"
    if os.environ.get("UPDATE_COMMENTS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(answer.comment, encoding="utf-8")
    assert answer.comment == kept.read_text(encoding="utf-8")


def stem(change: Change) -> str:
    return change.words.replace(" ", "-").replace("'", "")
