"""What the reviewed files of a folder show beside each stack's own: the project's, a file of no stack, one ciphertext in two of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from operations.judging.answer import Trouble
from runbook import project_file, stack_file
from runbook.settings import PROJECT, STACKS

_KNOWN = {"Pulumi.yaml", "policies/PulumiPolicy.yaml", *(f"Pulumi.{stack}.yaml" for stack in STACKS)}
_READ_BY_PULUMI = frozenset({".yaml", ".yml", ".json"})


def troubles_of(folder: Path) -> tuple[Trouble, ...]:
    return (*_of_the_project(folder), *_of_no_stack(folder), *_shared_ciphertexts(folder))


def _of_the_project(folder: Path) -> Iterator[Trouble]:
    for mistake in project_file.mistakes(folder):
        yield Trouble("blocked", mistake)


def _of_no_stack(folder: Path) -> Iterator[Trouble]:
    for path in sorted((*folder.glob("Pulumi.*"), *folder.glob("policies/PulumiPolicy.*"))):
        name = str(path.relative_to(folder))
        if path.suffix in _READ_BY_PULUMI and name not in _KNOWN:
            yield Trouble(
                "blocked",
                f"{shown(name)}: is the file of no stack of this project, so no rule judges it and what it holds; take it out. "
                f"The stacks are {' and '.join(STACKS)}",
            )


def shown(name: str) -> str:
    """A name that somebody chose, on one line and without what a terminal obeys."""
    return name if name.isprintable() else ascii(name)


def _shared_ciphertexts(folder: Path) -> Iterator[Trouble]:
    """No two encryptions give the same text, so this one was copied, with its key: the values are equal."""
    first, second = (_ciphertexts(folder / f"Pulumi.{stack}.yaml") for stack in STACKS)
    for text, name in first.items():
        if text in second:
            other = "" if second[text] == name else f" as {second[text]}"
            yield Trouble(
                "blocked",
                f"secrets-differ: {name} has the same ciphertext in Pulumi.{STACKS[0]}.yaml and{other} in Pulumi.{STACKS[1]}.yaml, "
                "so the stacks share a secret. Give each a value of its own: "
                f"`pulumi config set --secret {name} --stack {STACKS[0]}`",
            )


def _ciphertexts(path: Path) -> dict[str, str]:
    """The name of each. A file that can't be read is told of elsewhere."""
    try:
        values = stack_file.read(path).project(PROJECT)
    except stack_file.StackFileError:
        return {}
    return {
        str(value["secure"]): name
        for name, value in values.items()
        if isinstance(value, dict) and value.keys() == {"secure"}
    }
