"""Entries added up at once come to what they come to one by one."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import LONG
from tieout.intake.asides import Aside
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.reading import Cell, Row
from tieout.intake.tallies import Tally

CELLS: st.SearchStrategy[Cell] = st.sampled_from(
    [
        *(
            "",
            "1.00",
            "-2.50",
            "1,234.56",
            "EUR 5.00",
            "7.00 Cr",
            "借",
            "贷",
            "n/a",
            "INV-1",
            "INV-2",
        ),
        *(Decimal("3.10"), 4, True),
    ]
)
MAPPINGS = {
    "lines": (BatchKind.DOCUMENTS, ("number", "line_amount", "quantity", "tax")),
    "whole": (BatchKind.DOCUMENTS, ("number", "amount", "direction", "tax")),
    "sides": (BatchKind.THEIR_LEDGER, ("number", "debit", "credit", "balance")),
    "money": (BatchKind.PAYMENTS, ("number", "money_in", "money_out", "payer")),
}
ASIDES = st.sampled_from([None, None, None, Aside.TOTAL, Aside.OPENING, Aside.CLOSING, Aside.NOTE])


@pytest.mark.parametrize("name", MAPPINGS)
@given(
    rows=st.lists(st.tuples(st.lists(CELLS, min_size=2, max_size=5), ASIDES), max_size=14),
    cut=st.integers(1, 14),
)
@settings(max_examples=120 if LONG else 40)
def test_totals_are_held_alike(
    name: str, rows: list[tuple[list[Cell], Aside | None]], cut: int
) -> None:
    kind, fields = MAPPINGS[name]
    mapping = Mapping(kind, tuple(Column(place, field) for place, field in enumerate(fields)))
    made = [Row(number, tuple(cells)) for number, (cells, _) in enumerate(rows, 2)]
    asides = {number: aside for number, (_, aside) in enumerate(rows, 2) if aside}
    at_once, one_by_one = (Tally(mapping, fields) for _ in range(2))

    for start in range(0, len(made), cut):
        at_once.add_all(made[start : start + cut], asides)
    for row in made:
        one_by_one.add(row, asides.get(row.number))

    assert at_once.controls == one_by_one.controls


def test_a_sum_of_pieces_is_in_no_currency() -> None:
    fields = ("number", "amount", "quantity")
    columns = tuple(Column(place, field) for place, field in enumerate(fields))
    tally = Tally(Mapping(BatchKind.DOCUMENTS, columns, currency="CNY"), fields)

    tally.add(Row(2, ("INV-1", "5.00", "19")), None)
    tally.add(Row(3, ("合计", "5.00", "19")), Aside.TOTAL)

    of_amounts, of_pieces = tally.controls
    assert (of_amounts.currency, of_amounts.decimals) == ("CNY", 2)
    assert (of_pieces.currency, of_pieces.decimals, of_pieces.ties) == ("", 0, True)
