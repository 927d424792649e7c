"""A row that is put together column by column says what it says read by itself."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import LONG
from tieout.intake.asides import Aside
from tieout.intake.fingerprints import fingerprint
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.parts.cutting import Cut
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import Broken
from tieout.intake.stored import raw_of, raw_text, values_of
from tieout.intake.understanding import UnderstoodRow, _RowReader, read_unsigned
from tieout.intake.values.numbers import DecimalMark
from tieout.intake.values_json import values_to_json

DOCUMENTS = Mapping(
    BatchKind.DOCUMENTS,
    tuple(
        Column(place, field)
        for place, field in enumerate(
            (
                *("customer_code", "kind", "number", "date", "currency", "amount", "tax"),
                *("net_amount", "quantity", "net_price", "direction", "due_date"),
            )
        )
    ),
)
#: The same without what is before tax.
SALES = Mapping(
    BatchKind.DOCUMENTS,
    tuple(one for one in DOCUMENTS.columns if one.field not in ("tax", "net_amount", "net_price")),
)
LINES = Mapping(
    BatchKind.DOCUMENTS,
    (
        Column(3, "line_amount", mark=DecimalMark.COMMA, is_turned=True, factor=1000),
        Column(0, "number"),
        Column(1, "date"),
        Column(5, "product_name"),
    ),
)
PAYMENTS = Mapping(
    BatchKind.PAYMENTS,
    tuple(
        Column(place, field)
        for place, field in enumerate(("date", "money_in", "money_out", "payer", "remittance"))
    ),
)
#: What stands in cells: plain, odd, and written in other ways than it is meant.
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(
        [
            *("", " ", "C001", "Invoice", "credit note", "冲红", "INV-1", "1.0", "007", "007.0"),
            *("2026-03-05", "05.03.2026", "2026/13/45", "CNY", "USD", "usd", "人民币", "12.50"),
            *("12.5", "1,234.50", "1.234,50", "(5.00)", "5.00-", "EUR 5.00", "5.00 Cr", "￥７．５"),
            *(
                "借",
                "贷",
                "D",
                "C",
                "平",
                "0",
                "-0",
                "1E3",
                "=1",
                "'12",
                "a\x00b",
                '"',
                "\\",
                "\ud800",
            ),
            *(
                "网银转账\u3000货款",
                "Ünïcode",
                "𠮷野",
                "\u2028",
                "1" * 40,
                "30",
                "net 30",
                "x" * 300,
            ),
        ]
    ),
    st.text(max_size=12),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    ),
    st.sampled_from([Decimal("1"), Decimal("1.0"), Decimal("1.00"), Decimal("1E+3"), 1, True]),
    st.dates(date(1899, 1, 1), date(2300, 1, 1)),
    st.sampled_from(
        [
            *map(datetime.fromisoformat, ("2026-03-05", "2026-03-05T01:02")),
            *(Broken("#N/A"), Broken("=?")),
        ]
    ),
)
#: Mostly what stands there, so that many rows are plain.
USUAL = (
    "C001",
    "Invoice",
    "INV-1",
    "2026-03-05",
    "CNY",
    "113",
    "13",
    "100",
    "2",
    "50",
    "",
    "2026-04-05",
)


@st.composite
def _tables(draw: st.DrawFn) -> list[Row]:
    made = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        cells: list[Cell] = list(USUAL)
        for place in draw(st.sets(st.integers(0, 11), max_size=3)):
            cells[place] = draw(CELLS)
        made.append(Row(number, tuple(cells[: draw(st.sampled_from((12, 12, 12, 14, 6, 3, 0)))])))
    return made


@pytest.mark.parametrize(
    "mapping", [DOCUMENTS, SALES, LINES, PAYMENTS], ids=["whole", "sales", "lines", "money"]
)
@given(rows=_tables())
@settings(max_examples=80 if LONG else 30)
def test_both_ways_say_the_same(mapping: Mapping, rows: list[Row]) -> None:
    asides, by_hand = {2: Aside.TOTAL}, {3: {"number": "INV-9", "date": "2026-03-06"}, 4: {}}
    reader = _RowReader(mapping)

    together = read_unsigned(mapping, rows, asides, by_hand)

    alone = [reader.row(one, asides.get(one.number), by_hand.get(one.number, {})) for one in rows]
    assert [one._replace(written=None) for one in together] == alone
    assert [repr(one.values) for one in together] == [repr(one.values) for one in alone]
    for one, by_itself in zip(together, alone, strict=True):
        assert fingerprint(mapping.kind, one) == fingerprint(mapping.kind, by_itself)
        if one.written is not None:
            assert f"{{{one.written.values}}}" == json.dumps(values_to_json(by_itself.values))
            assert one.number not in (*asides, *by_hand)


def test_what_is_plain_is_put_together() -> None:
    rows = [Row(number, USUAL) for number in range(1, 4)]

    assert all(one.written for one in read_unsigned(DOCUMENTS, rows, {}, {}))


@given(rows=_tables())
@settings(max_examples=40 if LONG else 20)
def test_rows_come_back_from_waiting_as_they_were(rows: list[Row]) -> None:
    read = read_unsigned(DOCUMENTS, rows, {2: Aside.TOTAL}, {})
    cut = Cut(BatchKind.DOCUMENTS, 20_000)
    cut.add(read)

    waited = cut.part(1)
    cut.close()

    assert [_plainly(one.row) for one in waited] == [_plainly(one) for one in read]
    digests = [fingerprint(BatchKind.DOCUMENTS, one) for one in read]
    assert [one.fingerprint for one in waited] == digests


def _plainly(row: UnderstoodRow) -> tuple[object, ...]:
    stored = values_to_json(row.values)
    assert values_of(BatchKind.DOCUMENTS, stored) == row.values
    return row.number, row.cells, stored, row.problems, row.aside


@given(st.lists(CELLS, max_size=6))
@settings(max_examples=200 if LONG else 60)
def test_cells_are_written_as_they_would_be_listed(cells: list[Cell]) -> None:
    assert raw_text(cells) == json.dumps(raw_of(cells))
