"""Pages: following Next-Range from the first page gives every row once, in order, whatever the page size."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from local_heroku import ranges


@dataclass(frozen=True)
class Row:
    id: str
    version: int


ROWS = st.lists(st.integers(1, 10_000), unique=True, max_size=60).map(
    lambda numbers: [Row(f"{number:05}", number) for number in numbers]
)


@given(
    rows=ROWS,
    size=st.integers(1, 70),
    field=st.sampled_from(["id", "version"]),
    order=st.sampled_from(["asc", "desc"]),
)
def test_pages_add_up_to_the_list(rows: list[Row], size: int, field: str, order: str) -> None:
    header = f"{field} ..; max={size},order={order}"
    found: list[Row] = []
    pages = 0
    while header:
        page = ranges.cut(rows, header, ("id", "version"))
        found += page.rows
        header = page.headers.get("Next-Range", "")
        assert page.complete == (header == "")
        assert len(page.rows) <= size
        pages += 1
    assert found == sorted(rows, key=lambda row: row.version, reverse=order == "desc")
    assert pages == max(1, -(-len(rows) // size))


def test_a_list_without_a_range_is_cut_at_200() -> None:
    rows = [Row(f"{number:05}", number) for number in reversed(range(201))]
    page = ranges.cut(rows, "", ("id", "version"))
    assert (len(page.rows), page.complete, page.headers["Next-Range"]) == (200, False, "id ]00199..; max=200")
    rest = ranges.cut(rows, page.headers["Next-Range"], ("id", "version"))
    assert {row.id for row in (*page.rows, *rest.rows)} == {row.id for row in rows}
    assert ranges.cut(rows[:200], "", ("id",)).complete
