"""Pages of a list: the Range header of Heroku's Platform API, read leniently, and what is answered to it (docs/heroku-api.md §2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_heroku.errors import bad_range

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_PAGE = 200
LARGEST_PAGE = 1000
_RANGE = re.compile(r"\s*([a-z_]+)\s+(\]?)([^\s;]*?)\.\.([^\s;\[]*)\[?\s*(?:;(.*))?", re.DOTALL)
_OPTION = re.compile(r"(max|order)\s*=\s*([a-z0-9]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page; `next_range` asks for the following one, None on the last."""

    rows: list[Any]
    headers: dict[str, str]
    complete: bool


def cut(rows: Sequence[Any], header: str, sorts: tuple[str, ...]) -> Page:
    """The page of `rows` that `Range: <field> [<from>]..[<to>]; max=N, order=asc|desc` asks for. Raises 416."""
    accept = {"Accept-Ranges": ", ".join(sorts)}
    if not header.strip():
        if len(rows) <= DEFAULT_PAGE:
            return Page(list(rows), accept, complete=True)
        header = f"{sorts[0]} .."
    match = _RANGE.fullmatch(header)
    if match is None or match[1] not in sorts:
        raise bad_range(header, sorts)
    field, exclusive, start, end, options = match.groups()
    largest, order = _options(options or "", header, sorts)
    chosen = sorted(rows, key=lambda row: _key(row, field), reverse=order == "desc")
    chosen = [row for row in chosen if _within(row, field, start, end, order, exclusive=bool(exclusive))]
    return _page(chosen, largest, field, order, accept)


def _page(rows: list[Any], largest: int, field: str, order: str, accept: dict[str, str]) -> Page:
    shown = rows[:largest]
    if not shown:
        return Page([], accept, complete=True)
    headers = {**accept, "Content-Range": f"{field} {_text(shown[0], field)}..{_text(shown[-1], field)}"}
    if len(rows) <= largest:
        return Page(shown, headers, complete=True)
    following = f"{field} ]{_text(shown[-1], field)}..; max={largest}"
    headers["Next-Range"] = following + (",order=desc" if order == "desc" else "")
    return Page(shown, headers, complete=False)


def _options(text: str, header: str, sorts: tuple[str, ...]) -> tuple[int, str]:
    found = {name.lower(): value.lower() for name, value in _OPTION.findall(text)}
    largest, order = found.get("max", str(DEFAULT_PAGE)), found.get("order", "asc")
    if not largest.isdigit() or not 1 <= int(largest[:9]) <= LARGEST_PAGE or order not in ("asc", "desc"):
        raise bad_range(header, sorts)
    return int(largest), order


def _within(row: object, field: str, start: str, end: str, order: str, *, exclusive: bool) -> bool:
    key = _key(row, field)
    if start:
        bound = _bound(start, key)
        after = key < bound if order == "desc" else key > bound
        if not after and (exclusive or key != bound):
            return False
    if end:
        bound = _bound(end, key)
        return bool(key >= bound if order == "desc" else key <= bound)
    return True


def _bound(text: str, like: int | str) -> Any:
    return int(text) if isinstance(like, int) and text.isdigit() else text if isinstance(like, str) else 0


def _key(row: Any, field: str) -> Any:
    return getattr(row, field)


def _text(row: object, field: str) -> str:
    return str(_key(row, field))
