"""Ledgers with several columns a side: sales and freight beside receipts and returns.

Which column raises the balance and which lowers it, the running balance tells. Each row then says
its debit and its credit in two columns more, and by its column what it is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from tieout.errors import TieoutError
from tieout.intake.fields import vocabulary as words
from tieout.intake.fields.field import headings as headings_of
from tieout.intake.headings import variants
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.sections import is_entry
from tieout.intake.values.numbers import DecimalMark, Figure, Side, decimal_mark, read_number
from tieout.intake.values.words import names_a_kind

#: Rows that are looked at, and columns of one ledger that may be sides.
_ROWS, _COLUMNS = 200, 6
#: Of ten steps of the balance, so many must be what the columns say.
_MOST = 8
#: With fewer steps nothing is proved.
_STEPS = 3
_BALANCES = frozenset(headings_of(words.BALANCE))
_KINDS = frozenset(headings_of(words.DOCUMENT_KIND))
#: What raises the balance of a bank or a cash book: read as payments, fees and all.
_MONEY_IN = frozenset(headings_of(words.MONEY_IN))
#: Figures that move no balance by themselves.
_OTHERS = frozenset(
    headings_of(words.QUANTITY, words.UNIT_PRICE, words.NET_PRICE, words.NUMBER, words.INVOICE_NO)
)


@dataclass(frozen=True)
class SeveralSides:
    """Which columns raise the balance, which lower it, and what the new columns are called."""

    raising: tuple[int, ...]
    lowering: tuple[int, ...]
    #: What stands over each of them.
    names: tuple[tuple[int, str], ...]
    mark: DecimalMark
    #: Columns of the table; debit, credit and kind are said in the next ones.
    width: int
    #: Debit, credit and, where no column says the kind, the kind.
    headings: tuple[str, ...]

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, each with what its columns come to."""
        for row in rows:
            blanks = ("",) * (self.width - len(row.cells))
            cells = (*row.cells[: self.width], *blanks)
            said = (self._sum(cells, self.raising), self._sum(cells, self.lowering))
            kind = (self._kind(cells),) if len(self.headings) > len(said) else ()
            yield Row(row.number, (*cells, *said, *kind))

    def _sum(self, cells: Sequence[Cell], columns: Sequence[int]) -> Cell:
        """What the columns of a side come to; a cell that is no number is shown as it is."""
        total: Decimal | None = None
        for column in columns:
            try:
                figure = read_number(cells[column], self.mark)
            except TieoutError:
                return cells[column]
            if figure is not None:
                total = (total or Decimal(0)) + figure.value
        return "" if total is None else total

    def _kind(self, cells: Sequence[Cell]) -> str:
        """What the first filled column that names a kind is called."""
        for column, name in self.names:
            if names_a_kind(name) and _moves(cells[column], self.mark):
                return name
        return ""


def find_several_sides(headings: Sequence[str], rows: Sequence[Row]) -> SeveralSides | None:
    """Find more than two columns that together move a running balance; None where two do."""
    balances = [c for c, text in enumerate(headings) if text and variants(text)[0] in _BALANCES]
    if len(balances) != 1 or len(headings) < len(("date", "balance")) + 3:
        return None
    balance, rows = balances[0], rows[:_ROWS]
    free = [
        column
        for column, text in enumerate(headings)
        if text and column != balance and _OTHERS.isdisjoint(variants(text)[:2])
    ]
    columns = [column for column in free if _are_sums(rows, column)]
    if not 3 <= len(columns) <= _COLUMNS:
        return None
    mark = decimal_mark([_cell(row, c) for row in rows for c in (*columns, balance)]).mark
    mark = mark or DecimalMark.POINT
    steps = _steps(rows, columns, balance, mark)
    signs = _signs(steps, len(columns)) if len(steps) >= _STEPS else None
    if signs is None or any(
        sign > 0 and not _MONEY_IN.isdisjoint(variants(headings[column])[:2])
        for column, sign in zip(columns, signs, strict=True)
    ):
        return None
    is_han = any(not heading.isascii() for heading in (headings[c] for c in columns))
    new = ("借方", "贷方", "类型") if is_han else ("Debit", "Credit", "Type")
    has_kind = any(text and variants(text)[0] in _KINDS for text in headings)
    return SeveralSides(
        tuple(c for c, sign in zip(columns, signs, strict=True) if sign > 0),
        tuple(c for c, sign in zip(columns, signs, strict=True) if sign < 0),
        tuple((c, headings[c]) for c, sign in zip(columns, signs, strict=True) if sign),
        mark,
        len(headings),
        new[:2] if has_kind else new,
    )


def _steps(
    rows: Sequence[Row], columns: Sequence[int], balance: int, mark: DecimalMark
) -> list[tuple[Decimal, tuple[Decimal, ...]]]:
    """By how much the balance moves into each row, and what its columns say."""
    held: list[tuple[Decimal, tuple[Decimal, ...], bool]] = []
    for row in rows:
        figure = _figure(_cell(row, balance), mark)
        if figure is None:
            continue
        moved = tuple(_value(_figure(_cell(row, column), mark)) for column in columns)
        value = -figure.value if figure.side == Side.CREDIT else figure.value
        held.append((value, moved, any(moved) and not is_entry(row)))
    return [
        (after - before, moved)
        for (before, _, was_sum), (after, moved, is_sum) in pairwise(held)
        if not is_sum and not was_sum
    ]


def _signs(
    steps: Sequence[tuple[Decimal, tuple[Decimal, ...]]], count: int
) -> tuple[int, ...] | None:
    """The one way of adding and subtracting the columns that gives the steps of the balance."""
    allowed = len(steps) - -(-len(steps) * _MOST // 10)
    best: list[tuple[int, ...]] = []
    fewest = allowed + 1
    for signs in product((1, -1, 0), repeat=count):
        wrong = 0
        for step, moved in steps:
            wrong += sum(s * m for s, m in zip(signs, moved, strict=True) if s and m) != step
            if wrong > min(allowed, fewest):
                break
        if wrong <= allowed and wrong <= fewest:
            best = [*best, signs] if wrong == fewest else [signs]
            fewest = wrong
    if len(best) != 1:
        return None
    signs = best[0]
    return signs if sum(map(abs, signs)) > 2 and {1, -1} <= set(signs) else None


def _are_sums(rows: Sequence[Row], column: int) -> bool:
    """Whether a column holds amounts and nothing else, and any at all."""
    cells = [cell for row in rows if not is_blank(cell := _cell(row, column))]
    marks = decimal_mark(cells).mark or DecimalMark.POINT
    figures = [_figure(cell, marks) for cell in cells]
    if not figures or any(figure is None for figure in figures):
        return False
    return any(figure is not None and figure.value for figure in figures)


def _figure(cell: Cell, mark: DecimalMark) -> Figure | None:
    try:
        return read_number(cell, mark)
    except TieoutError:
        return None


def _value(figure: Figure | None) -> Decimal:
    return figure.value if figure else Decimal(0)


def _moves(cell: Cell, mark: DecimalMark) -> bool:
    return bool(_value(_figure(cell, mark)))


def _cell(row: Row, column: int) -> Cell:
    return row.cells[column] if column < len(row.cells) else ""
