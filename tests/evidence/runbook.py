"""The operations runbook's sections and commands, as far as tests compare this project with them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("runbook.toml")


@dataclass(frozen=True)
class Section:
    """`level` is 1 for the title; `commands` are those of the section itself, without its subsections'."""

    level: int
    heading: str
    commands: tuple[str, ...]


@cache
def sections() -> tuple[Section, ...]:
    """In the runbook's order."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["section"]
    return tuple(Section(item["level"], item["heading"], tuple(item["commands"])) for item in found)


def headings() -> frozenset[str]:
    return frozenset(section.heading for section in sections())


def commands() -> frozenset[str]:
    return frozenset(command for section in sections() for command in section.commands)


def below(heading: str) -> frozenset[str]:
    """Headings of the subsections of one section, without their own subsections. Raises StopIteration without it."""
    first = next(at for at, section in enumerate(sections()) if section.heading == heading)
    level = sections()[first].level
    found = set()
    for section in sections()[first + 1 :]:
        if section.level <= level:
            break
        if section.level == level + 1:
            found.add(section.heading)
    return frozenset(found)
