"""Where in a stack file a rule's finding is to be fixed."""

from __future__ import annotations

from pathlib import Path

from runbook.rules.rule import Finding, Rule
from runbook.settings import PROJECT, StackName
from runbook.stack_file import StackFileError, read


def line_of(folder: Path, stack: StackName, rule: Rule, finding: Finding) -> int:
    """The 1-based line in Pulumi.<stack>.yaml; 1 where no key of the file has to do with it."""
    if rule.key is None:
        return 1
    try:
        file = read(folder / f"Pulumi.{stack}.yaml")
    except StackFileError:
        return 1
    key = rule.key(finding.target.rpartition("/")[2])
    return file.line(("config", f"{PROJECT}:{key[0]}", *key[1:])) or 1
