"""Lists that stand beside the books, from a file: prices, exchange rates, deliveries.

Each has columns of its own, known by their English or Chinese headings. A list is taken over
whole or not at all; what is wrong is said row by row. Reading happens before the transaction, in
the child process that reads every file.
"""

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.customers.names import folded
from tieout.errors import InvalidInput, TieoutError
from tieout.i18n import N_, Sentence
from tieout.intake.reading import Cell, Row, open_file
from tieout.intake.values.dates import DateOrder, date_order, read_date
from tieout.intake.values.numbers import DecimalMark, decimal_mark, read_number
from tieout.intake.values.text import read_identifier, read_text

T = TypeVar("T")

TEXT, CODE, NUMBER, DAY = "text", "code", "number", "day"
Value = str | Decimal | date | None
#: More rows than any such list has.
MOST = 50_000
#: Where the headings may stand.
_HEAD = 20

EMPTY = N_("“%(column)s” is empty. Fill it in.")
TWO_DAYS = N_("“%(text)s” in “%(column)s” could be two different days. Write it like 2026-06-30.")
TWO_NUMBERS = N_(
    "“%(text)s” in “%(column)s” could be two different numbers. Write it like 1234.50."
)
TWICE = N_("Row %(other)s is about the same already. Leave one of the two out.")


@dataclass(frozen=True)
class ListColumn:
    """A column: what it is called, how it is read, what it may be headed."""

    name: str
    label: str
    reads: str
    headings: tuple[str, ...]
    is_required: bool = False
    example: str = ""


@dataclass(frozen=True)
class Wrong:
    """A row that cannot be taken, and why."""

    row: int
    sentence: Sentence


@dataclass(frozen=True)
class ListRow:
    """A row as it was read."""

    number: int
    values: Mapping[str, Value]

    def text(self, name: str) -> str:
        """A value as text; empty where there is none."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def day(self, name: str) -> date | None:
        """A value that is a day."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def figure(self, name: str) -> Decimal | None:
        """A value that is a number."""
        value = self.values.get(name)
        return value if isinstance(value, Decimal) else None


@dataclass(frozen=True)
class ListRead:
    """A file as a list."""

    filename: str
    digest: str
    rows: tuple[ListRow, ...]
    wrong: tuple[Wrong, ...]


#: Takes rows over; returns how many were added, changed, and there already.
Take = Callable[[Session, Sequence[ListRow], str, Actor, datetime], tuple[int, int, int]]


@dataclass(frozen=True)
class ListKind:
    """A kind of list."""

    name: str
    label: str
    columns: tuple[ListColumn, ...]
    take: Take


class HeadingsMissing(InvalidInput):
    """A file without the columns of the list."""

    message = N_(
        "%(file)s has no row with the headings %(headings)s. Take the template, or name the columns"
        " so; nothing was taken over."
    )


class TooManyRows(InvalidInput):
    """More rows than a list may have."""

    message = N_("%(file)s has more than %(most)s rows. Split it; nothing was taken over.")


class NothingInIt(InvalidInput):
    """A list without rows."""

    message = N_("%(file)s has headings but no rows. Nothing was taken over.")


class RowsWrong(InvalidInput):
    """Rows that cannot be taken."""

    message = N_(
        "%(count)s rows of %(file)s cannot be taken, the first is row %(row)s: %(what)s Nothing was"
        " taken over."
    )

    def __init__(self, filename: str, wrong: Sequence[Wrong]) -> None:
        first = wrong[0]
        super().__init__(count=len(wrong), file=filename, row=first.row, what=first.sentence)
        self.wrong = tuple(wrong)


def read_list(content: bytes, filename: str, kind: ListKind) -> ListRead:
    """Read a file as a list; outside any transaction.

    Raises:
        Unreadable, HeadingsMissing, TooManyRows, NothingInIt: it is no such list.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        with open_file(path, name=filename) as reading:
            rows = []
            for row in reading.rows():
                rows.append(row)
                if len(rows) > MOST + _HEAD:
                    raise TooManyRows(file=filename, most=f"{MOST:,}")
    places, start = _headings(rows, kind, filename)
    body = rows[start + 1 :]
    if not body:
        raise NothingInIt(file=filename)
    found, wrong = _read(body, kind, places)
    return ListRead(filename, hashlib.sha256(content).hexdigest(), tuple(found), tuple(wrong))


def take_over(
    session: Session, read: ListRead, kind: ListKind, *, by: Actor, at: datetime
) -> tuple[int, int, int]:
    """Take a list over, all of it; return how many were added, changed, and there already.

    Raises:
        RowsWrong: rows cannot be taken, and which.
    """
    if read.wrong:
        raise RowsWrong(read.filename, read.wrong)
    try:
        return kind.take(session, read.rows, f"list:{read.digest[:16]}", by, at)
    except RowsWrong as error:
        raise RowsWrong(read.filename, error.wrong) from error


def gathered(rows: Sequence[ListRow], filename: str, make: Callable[[ListRow], T]) -> list[T]:
    """Make something of every row.

    Raises:
        RowsWrong: of some nothing can be made; all of them are named.
    """
    made, wrong = [], []
    for row in rows:
        try:
            made.append(make(row))
        except TieoutError as error:
            wrong.append(Wrong(row.number, error.sentence))
    if wrong:
        raise RowsWrong(filename, wrong)
    return made


def once(rows: Sequence[ListRow], made: Sequence[T], key: Callable[[T], object]) -> None:
    """See that no two rows are about the same, of which one would win in silence.

    Raises:
        RowsWrong: some are; each is named with the first.
    """
    seen: dict[object, int] = {}
    wrong = []
    for row, one in zip(rows, made, strict=True):
        other = seen.setdefault(key(one), row.number)
        if other != row.number:
            wrong.append(Wrong(row.number, Sentence(TWICE, {"other": other})))
    if wrong:
        raise RowsWrong("", wrong)


def _headings(rows: Sequence[Row], kind: ListKind, filename: str) -> tuple[dict[str, int], int]:
    """Where each column stands, and in which row the headings are."""
    known = {
        folded(words): column.name
        for column in kind.columns
        for words in (column.name.replace("_", " "), *column.headings)
    }
    needed = {column.name for column in kind.columns if column.is_required}
    for at, row in enumerate(rows[:_HEAD]):
        places: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            name = known.get(folded(str(cell or "")).rstrip("*"))
            if name is not None:
                places.setdefault(name, place)
        if needed <= set(places):
            return places, at
    wanted = ", ".join(column.headings[0] for column in kind.columns if column.is_required)
    raise HeadingsMissing(file=filename, headings=wanted)


def _read(
    body: Sequence[Row], kind: ListKind, places: Mapping[str, int]
) -> tuple[list[ListRow], list[Wrong]]:
    def cells(name: str) -> list[Cell]:
        place = places[name]
        return [row.cells[place] for row in body if place < len(row.cells)]

    told = {
        column.name: decimal_mark(cells(column.name))
        for column in kind.columns
        if column.reads == NUMBER and column.name in places
    }
    told_days = {
        column.name: date_order(cells(column.name))
        for column in kind.columns
        if column.reads == DAY and column.name in places
    }
    marks = {name: one.mark or DecimalMark.POINT for name, one in told.items()}
    orders = {name: one.order or DateOrder.YEAR_FIRST for name, one in told_days.items()}
    #: What stands in a cell that another order of the day, or another mark, reads as another value.
    doubtful = {name: (TWO_DAYS, one.doubtful) for name, one in told_days.items() if one.doubtful}
    for name, mark in told.items():
        if "," in mark.doubtful:
            doubtful[name] = (TWO_NUMBERS, mark.doubtful)
    found, wrong = [], []
    for column in kind.columns:
        if column.name in doubtful:
            sentence, text = doubtful[column.name]
            row_no = next(
                row.number
                for row in body
                if places[column.name] < len(row.cells)
                and str(row.cells[places[column.name]]).strip() == text
            )
            facts = {"text": text, "column": column.headings[0]}
            wrong.append(Wrong(row_no, Sentence(sentence, facts)))
    for row in body:
        values: dict[str, Value] = {}
        try:
            for column in kind.columns:
                place = places.get(column.name, len(row.cells))
                cell = row.cells[place] if place < len(row.cells) else ""
                value = _value(cell, column, marks, orders)
                if value is None and column.is_required:
                    wrong.append(Wrong(row.number, Sentence(EMPTY, {"column": column.headings[0]})))
                values[column.name] = value
        except InvalidInput as error:
            wrong.append(Wrong(row.number, error.sentence))
            continue
        found.append(ListRow(row.number, values))
    return found, wrong


def _value(
    cell: Cell,
    column: ListColumn,
    marks: Mapping[str, DecimalMark],
    orders: Mapping[str, DateOrder],
) -> Value:
    if column.reads == NUMBER:
        figure = read_number(cell, marks[column.name]) if column.name in marks else None
        return None if figure is None else figure.value
    if column.reads == DAY:
        return read_date(cell, orders[column.name]) if column.name in orders else None
    return read_identifier(cell) if column.reads == CODE else read_text(cell)
