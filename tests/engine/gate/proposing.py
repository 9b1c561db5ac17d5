"""Proposes a change to the real engine, and holds what the gate says of it against what must be said.

All troubles, findings and steps of each are in said.json; UPDATE_SAID=1 writes them anew, for a person to look at.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from operations.judging.answer import EXIT_CODES
from policies.pack import POLICIES
from tests.engine.gate.changes import CANARY, Change
from tests.engine.gate.conftest import Answer, Edit, Gate
from tests.engine.gate.verdicts import ON_WAIVERS, by_the_gate, by_the_pack

SAID = Path(__file__).with_name("said.json")


def holds(change: Change, edit: Edit, gate: Gate) -> None:
    for name, old, new in change.edits:
        edit(name, old, new)
    answer = gate(*change.stacks)
    _ends_in_its_verdict(change, answer)
    is_judged_as_by_the_pack(answer)
    _says_what_it_must(change, answer)
    assert CANARY not in answer.shown


def _ends_in_its_verdict(change: Change, answer: Answer) -> None:
    assert (answer.data["outcome"], answer.code) == (change.outcome, EXIT_CODES[change.outcome]), (
        answer.comment
    )
    stacks = answer.data["stacks"]
    assert {rule for stack in stacks for rule in answer.red(stack["stack"])} == {*change.red}, answer.comment
    costs = [stack["cost"]["delta_monthly_usd"] for stack in stacks if stack["cost"]]
    assert (sum(costs) if costs else None) == change.delta
    if change.lines:
        results = answer.sarif["runs"][0]["results"]
        where = [found["locations"][0]["physicalLocation"]["region"]["startLine"] for found in results]
        assert sorted(where) == sorted(change.lines)


def is_judged_as_by_the_pack(answer: Answer) -> None:
    """The same verdict by each rule, for the same reasons. Of a preview that ended early the gate judges none."""
    for name, stream in answer.streams.items():
        pack, stack = by_the_pack(stream), answer.stack(name)
        if pack.finished:
            assert len(pack.verdicts) == POLICIES - len(ON_WAIVERS)
            assert by_the_gate(stack, pack.verdicts) == pack
            assert {*pack.waivers_to_mend} <= {*answer.data["to_fix"]}
        else:
            assert by_the_gate(stack, pack.verdicts).verdicts == {}
            assert stack["outcome"] != "ok"
            said = " ".join(stack["blocks"])
            assert [rule for rule in pack.findings if rule not in said] == []


def _says_what_it_must(change: Change, answer: Answer) -> None:
    said = {"troubles": answer.troubles, "findings": answer.findings, "steps": answer.steps}
    found = {name: lines for name, lines in said.items() if lines}
    if os.environ.get("UPDATE_SAID"):
        kept = {**json.loads(SAID.read_text(encoding="utf-8")), change.words: found}
        SAID.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(SAID.read_text(encoding="utf-8"))[change.words]
