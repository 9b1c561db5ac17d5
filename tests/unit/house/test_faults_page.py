"""Each fault that is to be survived has a test, or the reason why not, and docs/faults.md says which."""

from __future__ import annotations

from tests.evidence import faults
from tests.evidence.faults import Faults


def test_every_fault_has_a_test_or_a_reason() -> None:
    found = faults.read()
    assert len(found.cases) > 140
    assert found.troubles == []


def test_the_page_is_made_from_the_marks() -> None:
    assert faults.PAGE.read_text(encoding="utf-8") == faults.read().page, (
        "write it anew: python -m tests.evidence.faults"
    )


def test_a_fault_without_either_or_with_both_is_found_out() -> None:
    found = Faults(
        {"F1": "a", "F2": "b", "F3": "c"}, {"F2": "why", "F4": "gone"}, {"F2": ["t::t"], "F5": ["t::u"]}
    )
    assert found.troubles == [
        "F1 has neither a test nor a reason",
        "F3 has neither a test nor a reason",
        "F2 is tested, and a reason says why not",
        "F4 is in no list",
        "F5 is in no list",
    ]


def test_a_mark_is_read_with_its_test_in_a_class_too() -> None:
    source = (
        "@pytest.mark.fault('F1', 'F2')\n@pytest.mark.slow\ndef test_a(): ...\n"
        "class TestB:\n    @pytest.mark.fault('F3')\n    def test_b(self): ...\n"
    )
    assert sorted(faults.marked(source)) == [("F1", "test_a"), ("F2", "test_a"), ("F3", "test_b")]
