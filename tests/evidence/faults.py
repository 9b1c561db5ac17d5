"""The table of docs/faults.md: each case, and the tests that are marked with it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "faults.md"
HEAD = """# Faults

What this project must survive, and the test that shows it. Made from `tests/evidence/faults.toml` and the tests' marks by
`python -m tests.evidence.faults`; don't edit it. F: something breaks. B: something wrong is given. T: a trap of the tools.

| Case | | Test |
|---|---|---|
"""


@dataclass(frozen=True)
class Faults:
    cases: dict[str, str]
    not_tested: dict[str, str]
    marks: dict[str, list[str]] = field(default_factory=dict)
    """By id, `path::test`."""

    @property
    def troubles(self) -> list[str]:
        """What is neither tested nor explained, is both, or is marked and in no list."""
        known = {*self.cases}
        return [
            *(f"{case} has neither a test nor a reason" for case in self.cases if not self._is_answered(case)),
            *(f"{case} is tested, and a reason says why not" for case in self.not_tested if case in self.marks),
            *(f"{case} is in no list" for case in sorted({*self.not_tested, *self.marks} - known)),
        ]  # fmt: skip

    def _is_answered(self, case: str) -> bool:
        return case in self.marks or case in self.not_tested

    @property
    def page(self) -> str:
        return HEAD + "".join(
            f"| {case} | {words} | {self._tests(case)} |\n" for case, words in self.cases.items()
        )

    def _tests(self, case: str) -> str:
        if case in self.not_tested:
            return f"not tested: {self.not_tested[case]}"
        return "<br>".join(f"`{test}`" for test in self.marks.get(case, []))


def read() -> Faults:
    listed = tomllib.loads((HERE / "faults.toml").read_text(encoding="utf-8"))
    marks: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        for case, test in marked(source) if ".fault(" in source else ():
            marks.setdefault(case, []).append(f"{path.relative_to(ROOT)}::{test}")
    return Faults(listed["cases"], listed["not_tested"], marks)


def marked(source: str) -> Iterator[tuple[str, str]]:
    """Id and test of each mark."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.fault":
                yield from ((ast.literal_eval(case), function.name) for case in decorator.args)


if __name__ == "__main__":
    PAGE.write_text(read().page, encoding="utf-8")
