"""Rows arrive from the child as they left it, whatever stands in them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import LONG
from tieout.intake.reading.cells import Broken, Row, is_blank
from tieout.intake.reading.frames import packed_rows, unpacked, unpacked_rows

CELLS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["", "\x7f", "a\x7fb", "\n", "\u3000", "合计"]),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - sheets know no zones
)
TABLES = st.one_of(
    st.lists(st.lists(CELLS, max_size=4), max_size=5),
    st.integers(1, 3).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=5)
    ),
    st.lists(st.tuples(st.text(max_size=4), st.dates(), st.floats(-1e9, 1e9)), max_size=6),
)


@given(TABLES)
@settings(max_examples=200 if LONG else 60)
def test_rows_arrive_as_they_left(rows: list[list[Any]]) -> None:
    found = list(unpacked_rows(unpacked(packed_rows(7, rows))))

    expected = [
        Row(number, tuple(Decimal(repr(one)) if isinstance(one, float) else one for one in cells))
        for number, cells in enumerate(rows, 7)
        if not all(is_blank(one) for one in cells)
    ]
    assert found == expected
    assert [list(map(type, row.cells)) for row in found] == [
        list(map(type, row.cells)) for row in expected
    ]


def test_what_is_no_number_arrives_as_broken() -> None:
    rows = [[1.5, float("nan")], [2.0, float("inf")]]

    found = list(unpacked_rows(unpacked(packed_rows(1, rows))))

    assert [row.cells[1] for row in found] == [Broken("#NUM!"), Broken("#NUM!")]
