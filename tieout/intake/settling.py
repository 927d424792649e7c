"""What the first rows of a long file leave open, settled by all of its rows."""

from collections.abc import Iterable
from dataclasses import replace

from tieout.intake.doubts import asked
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.guessing import Guess
from tieout.intake.layout import Layout
from tieout.intake.reading import Row
from tieout.intake.values.dates import date_order
from tieout.intake.values.numbers import decimal_mark

#: Different values of a column that are kept; a column of dates has far fewer.
_MOST = 50_000


def settle(guess: Guess, rows: Iterable[Row], layout: Layout) -> Guess:
    """Answer the open questions about columns by every value that stands in them."""
    values: dict[int, dict[str, None]] = {index: {} for index in guess.questions}
    for row in rows:
        if row.number <= layout.header_row:
            continue
        for index, seen in values.items():
            if index < len(row.cells) and len(seen) < _MOST:
                cell = row.cells[index]
                if isinstance(cell, str):
                    seen[cell] = None
    columns, left = [], dict(guess.questions)
    for column in guess.mapping.columns:
        if column.index in values:
            reads = FIELDS[guess.mapping.kind][column.field].reads
            if reads == Reads.DATE:
                order = date_order(values[column.index])
                if order.order and order.is_proved:
                    column = replace(column, order=order.order)
                    del left[column.index]
            else:
                mark = decimal_mark(values[column.index])
                if mark.mark:
                    column = replace(column, mark=mark.mark)
                    del left[column.index]
        columns.append(column)
    mapping = asked(replace(guess.mapping, columns=tuple(columns)), left)
    return replace(guess, mapping=mapping, questions=left)
