"""A list of any length as a file, row by row: the same columns, rows and order as on the page.

Before the first row the sums are worked out by themselves, and after the last one the rows are
held against them: a file that would say something else is never finished.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import Response, stream_with_context

from internal.exports import CSV, EXCEL, TYPES, TooManyRows
from tieout import clock, settings
from tieout.db import sessions
from tieout.ledger.queries import DocumentSums
from tieout.money import Money
from tieout.rendering import csv
from tieout.rendering.sheets import Sheet
from tieout.rendering.tables import (
    Check,
    Column,
    Kind,
    Row,
    Style,
    SumsDiffer,
    TableDefinition,
    Value,
)
from tieout.rendering.translation import gettext
from tieout.rendering.xlsxwriter_book import XlsxWriterBook
from tieout.web.downloads import streamed

#: Rows of a worksheet, less its head and some room for the sums.
MOST = 1_048_000


@dataclass(frozen=True)
class Stream:
    """A list as it goes into a file."""

    #: Its name and columns; the rows come later.
    table: TableDefinition
    rows: Iterable[Row]
    #: Where a row says its amount.
    amount: int
    #: What it must come to, and the words for each sum.
    sums: Sequence[tuple[str, DocumentSums]]
    facts: Sequence[tuple[str, Value]]

    @property
    def count(self) -> int:
        """How many rows there must be."""
        return sum(one.documents for _, one in self.sums)

    def checked(self) -> Iterator[Row]:
        """Yield the rows and then their sums.

        Raises:
            SumsDiffer: the rows come to something else.
        """
        count, found = 0, dict[str, Money]()
        for row in self.rows:
            amount = row.cells[self.amount]
            if isinstance(amount, Money):
                there = found.get(amount.currency, Money.zero(amount.currency))
                found[amount.currency] = there + amount
            count += 1
            yield row
        wanted = dict[str, Money]()
        for _, one in self.sums:
            code = one.total.currency
            wanted[code] = wanted.get(code, Money.zero(code)) + one.total
        if count != self.count or found != wanted:
            raise SumsDiffer(table=self.table.name, check=self.checks()[0].words)
        yield from self.total_rows()

    def total_rows(self) -> Iterator[Row]:
        """Yield a row for each sum, in the columns of the list."""
        width = len(self.table.columns)
        for words, one in self.sums:
            cells: list[Value] = [None] * width
            cells[1], cells[self.amount - 1] = gettext("Sum"), one.total.currency
            cells[self.amount - 2] = words
            cells[self.amount] = one.total
            yield Row(tuple(cells), Style.CLOSING)

    def checks(self) -> list[Check]:
        """Return what the file proves, in words."""
        rows = gettext("%(count)s rows, as many as were counted before", count=f"{self.count:,}")
        sums = [
            gettext("%(what)s: the rows add up to %(sum)s", what=words, sum=one.total)
            for words, one in self.sums
        ]
        return [Check(words, holds=True) for words in (rows, *sums)]


def answer(stream: Stream, form: str) -> Response:
    """Hand a list over as a file.

    Raises:
        TooManyRows: it is too long for a worksheet.
    """
    day = settings.today(sessions())
    name = f"{stream.table.name} {day:%Y-%m-%d}.{form}"
    if form == CSV:
        return streamed(stream_with_context(_csv(stream)), name, TYPES[CSV])
    if stream.count > MOST:
        raise TooManyRows(rows=f"{stream.count:,}", most=f"{MOST:,}")
    return streamed([_workbook(stream)], name, TYPES[EXCEL])


def _csv(stream: Stream) -> Iterator[bytes]:
    yield csv.BOM.encode()  # whether there is Chinese in it, the first row does not know
    columns = stream.table.columns
    yield csv.line([csv.safe(column.title) for column in columns])
    for row in stream.checked():
        yield csv.line(
            [
                csv.plain(column.kind, value)
                for column, value in zip(columns, row.cells, strict=True)
            ]
        )


def _workbook(stream: Stream) -> bytes:
    book = XlsxWriterBook(stream.table.name, clock.now())
    rows = [Row((stream.table.name, None), Style.HEADING)]
    rows += [Row((name, value)) for name, value in stream.facts]
    rows += [Row((None, None)), Row((gettext("Checks"), None), Style.HEADING)]
    rows += [Row((gettext("holds"), check.words)) for check in stream.checks()]
    columns = (Column("name", "", width=28), Column("value", "", Kind.TEXT, width=70))
    book.write(Sheet(gettext("Summary"), columns, rows, has_head=False))
    book.write(Sheet(stream.table.name[:31], stream.table.columns, stream.checked(), stream.count))
    return book.close()
