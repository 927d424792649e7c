"""Rows of cells become rows of values, each with what is wrong with it; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from tieout.i18n import N_, Sentence
from tieout.intake.asides import Aside
from tieout.intake.clearing import CLEARABLE, clears
from tieout.intake.columns import ColumnReader, Said, Value
from tieout.intake.fields import FIELDS, Field
from tieout.intake.kinds import BatchKind, Kind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.places import Problem
from tieout.intake.plain_rows import PlainRows, Written
from tieout.intake.reading import Cell, Row
from tieout.intake.tax_columns import with_tax
from tieout.intake.uploads import Inspected
from tieout.intake.values.dates import DateOrder
from tieout.intake.values.numbers import DecimalMark, Side
from tieout.intake.values.text import shown
from tieout.intake.values.words import says_paid

FIELD_EMPTY = N_("“%(field)s” is empty. Fill it in, in the file or here.")
ONE_OF_EMPTY = N_("The row says neither %(fields)s. Fill one of them in, in the file or here.")
OTHER_CURRENCIES = N_(
    "The cell says %(cell)s, the column for the currency %(column)s. Correct one of them."
)


#: What people speak of by its number; payments and the like are entered without one, too.
_NUMBERED = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE})


class UnderstoodRow(NamedTuple):
    """A row as it is understood."""

    #: As a spreadsheet shows it.
    number: int
    cells: tuple[Cell, ...]
    #: By field: text, day, exact number, currency, kind.
    values: dict[str, Value]
    problems: tuple[Problem, ...] = ()
    #: Why it is no entry, where it is none.
    aside: Aside | None = None
    #: Its values written down, where nothing about it is odd and nobody has touched it.
    written: Written | None = None

    def text(self, name: str) -> str:
        """A value as text; empty where there is none."""
        value = self.values.get(name)
        if type(value) is str:
            return value
        return "" if value is None else str(value)

    def day(self, name: str) -> date | None:
        """A value that is a day."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    @property
    def cleared(self) -> frozenset[str]:
        """The fields a row of customers or products says are to be emptied."""
        return frozenset(self.text(CLEARED).split())

    def number_of(self, name: str) -> Decimal | None:
        """A value that is a number."""
        value = self.values.get(name)
        return value if isinstance(value, Decimal) else None


#: Where a row keeps which of its fields are to be emptied.
CLEARED = "_cleared"


def understood(
    inspected: Inspected,
    mapping: Mapping | None = None,
    by_hand: Dictionary[int, Dictionary[str, str]] | None = None,
) -> list[UnderstoodRow]:
    """Read every row of a file; `by_hand` holds corrected fields by number of row.

    Raises:
        ColumnMissing: a column is missing without which no row can be read.
    """
    if mapping is not None:
        inspected = inspected.mapped(mapping)
    inspected.check()
    return read_rows(inspected.mapping, inspected.rows, inspected.asides, by_hand or {})


def read_rows(
    mapping: Mapping,
    rows: Sequence[Row],
    asides: Dictionary[int, Aside],
    by_hand: Dictionary[int, Dictionary[str, str]],
) -> list[UnderstoodRow]:
    """Read rows by a mapping that is complete, as all there are of a file."""
    made = read_unsigned(mapping, rows, asides, by_hand)
    sides = Sides(mapping)
    sides.see(made)
    return signed(mapping, made, sides.twice)


def read_unsigned(
    mapping: Mapping,
    rows: Iterable[Row],
    asides: Dictionary[int, Aside],
    by_hand: Dictionary[int, Dictionary[str, str]],
) -> list[UnderstoodRow]:
    """Read some rows of a file; what each comes to depends on all of them: see `signed`."""
    return _reader(mapping).rows(list(rows), asides, by_hand)


class _RowReader:
    """Reads rows by one mapping."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._columns = [ColumnReader(mapping, one, one.letters) for one in mapping.columns]
        self._clears = CLEARABLE.get(mapping.kind, frozenset())
        required, some = _needed(mapping)
        self._required = frozenset(known.name for known in required)
        self._some = [frozenset(known.name for known in fields) for fields in some]
        self._plain: PlainRows | None = None
        if mapping.columns and not self._clears:
            self._plain = PlainRows(mapping, self._columns, self._required, self._some)

    def rows(
        self,
        rows: Sequence[Row],
        asides: Dictionary[int, Aside],
        by_hand: Dictionary[int, Dictionary[str, str]],
    ) -> list[UnderstoodRow]:
        """Read rows; what is plain is put together, all others are read one at a time."""
        plain = repeat(None, len(rows)) if self._plain is None else self._plain.read(rows)
        made = []
        for row, found in zip(rows, plain, strict=True):
            number = row.number
            if found is None or number in asides or number in by_hand:
                read = self.row(row, asides.get(number), by_hand.get(number, {}))
            else:
                read = _as_row(UnderstoodRow, (number, row.cells, found[0], (), None, found[1]))
            made.append(read)
        return made

    def row(self, row: Row, aside: Aside | None, by_hand: Dictionary[str, str]) -> UnderstoodRow:
        """Read a row; where it is no entry, nothing about it is a problem."""
        is_aside = aside is not None and not by_hand
        values: dict[str, Value] = {}
        problems: list[Problem] = []
        cells = row.cells
        width = len(cells)
        for column in self._columns:
            if column.field in by_hand or (is_aside and column.index >= width):
                continue
            cell = cells[column.index] if column.index < width else ""
            if self._clears and clears(cell) and column.field in self._clears:
                _clear(values, column.field)
                continue
            said = column.read(cell)
            values.update(said.values)
            if said.currency or said.problem:
                _take(said, values, problems)
        if is_aside:
            return UnderstoodRow(row.number, cells, values, (), aside)
        for name, text in by_hand.items():
            if clears(text) and name in self._clears:
                _clear(values, name)
                continue
            _take(self._typed(name).read(text), values, problems)
        if self._mapping.kind == BatchKind.DOCUMENTS:
            with_tax(values)
        if not self._is_whole(values):
            problems += _missing(self._mapping, values, problems)
        return UnderstoodRow(row.number, cells, values, tuple(problems))

    def _typed(self, name: str) -> ColumnReader:
        """What reads a field that somebody typed."""
        known = self._mapping.column(name)
        typed = Column(0, name, mark=DecimalMark.POINT, order=DateOrder.YEAR_FIRST)
        return ColumnReader(self._mapping, typed, known.letters if known else "")

    def _is_whole(self, values: Dictionary[str, Value]) -> bool:
        """Whether a row says all it must, and no cell of it a currency of its own."""
        if "_currency" in values or not self._required <= values.keys():
            return False
        return not any(map(values.keys().isdisjoint, self._some))


#: Makes a row of its parts.
_as_row: Callable[[type[UnderstoodRow], tuple[object, ...]], UnderstoodRow] = tuple.__new__


@lru_cache(maxsize=4)
def _reader(mapping: Mapping) -> _RowReader:
    return _RowReader(mapping)


def _clear(values: dict[str, Value], field: str) -> None:
    values[CLEARED] = f"{values.get(CLEARED, '')} {field}".strip()


def _take(said: Said, values: dict[str, Value], problems: list[Problem]) -> None:
    values.update(said.values)
    if said.currency:
        values.setdefault("_currency", said.currency)
    if said.problem is not None:
        problems.append(said.problem)


@lru_cache(maxsize=64)
def _needed(mapping: Mapping) -> tuple[tuple[Field, ...], tuple[tuple[Field, ...], ...]]:
    """The fields every row must say, and those of which it must say one."""
    table = FIELDS[mapping.kind]
    required = tuple(known for known in table if known.is_required)
    some = (
        tuple(known for known in table if known.one_of == word and mapping.has(known.name))
        for word in ("amount", "name")
    )
    return required, tuple(fields for fields in some if fields)


def _missing(
    mapping: Mapping, values: dict[str, Value], problems: Sequence[Problem]
) -> Iterator[Problem]:
    """What a row must say and does not; a cell that could not be read has been told already."""
    unread = {problem.field for problem in problems}
    required, some = _needed(mapping)
    for known in required:
        if known.name == "number" and needs_no_number(values):
            continue
        if known.name not in values and known.name not in unread:
            column = mapping.column(known.name)
            yield Problem(
                Sentence(FIELD_EMPTY, {"field": Sentence(known.label)}),
                known.name,
                column.letters if column else "",
            )
    for fields in some:
        if not any(known.name in values or known.name in unread for known in fields):
            yield _one_of(mapping, fields)
    cell_says, column_says = values.pop("_currency", None), values.get("currency")
    if cell_says and column_says and cell_says != column_says:
        facts = {"cell": cell_says, "column": column_says}
        yield Problem(Sentence(OTHER_CURRENCIES, facts), "currency")
    elif cell_says:
        values["currency"] = cell_says


def needs_no_number(values: Dictionary[str, Value]) -> bool:
    """Whether a row of a ledger is money that came in, known by its day and amount alone."""
    if "kind" in values:
        return values["kind"] not in _NUMBERED
    is_credit = "credit" in values and "debit" not in values
    is_credit = is_credit or values.get("direction") == Side.CREDIT
    return is_credit and says_paid(str(values.get("description", "")))


def _one_of(mapping: Mapping, fields: Sequence[Field]) -> Problem:
    first = fields[0]
    column = mapping.column(first.name)
    letters = column.letters if column else ""
    if len(fields) == 1:
        text = Sentence(FIELD_EMPTY, {"field": Sentence(first.label)})
        return Problem(text, first.name, letters)
    labels = " / ".join(known.label for known in fields)
    return Problem(Sentence(ONE_OF_EMPTY, {"fields": labels}), first.name, letters)


def signed(mapping: Mapping, rows: Iterable[UnderstoodRow], twice: bool) -> list[UnderstoodRow]:
    """Work out what each row comes to, in the file's own sense: “_signed”.

    Debit above zero and credit below; for payments what came in above and what went out below.
    `twice` is what `Sides` tells of all rows of the file.
    """
    made = []
    for row in rows:
        value = None if _AMOUNTS.isdisjoint(row.values) else _signed(mapping, row, twice)
        if value is not None:
            values = {**row.values, "_signed": -value if mapping.is_turned else value}
            row = UnderstoodRow(row.number, row.cells, values, row.problems, row.aside, row.written)
        made.append(row)
    return made


#: The fields by which a row comes to something as a whole.
_AMOUNTS = frozenset({"amount", "debit", "credit", "money_in", "money_out"})


class Sides:
    """Whether the amounts of a file carry a sign although a column names the side."""

    def __init__(self, mapping: Mapping) -> None:
        self._raising = _raising(mapping.kind)
        self._seen: Counter[tuple[bool, bool]] = Counter()

    def see(self, rows: Iterable[UnderstoodRow]) -> None:
        """Look at some rows of it."""
        for row in rows:
            side = row.values.get("direction")
            if side and row.aside is None and (amount := row.number_of("amount")):
                self._seen[side == self._raising, amount < 0] += 1

    @property
    def twice(self) -> bool:
        """Whether every amount says by its sign what its side says, too."""
        seen = self._seen
        below, wrong = seen[False, True], seen[True, True] + seen[False, False]
        return below > 0 and wrong == 0


def _signed(mapping: Mapping, row: UnderstoodRow, twice: bool) -> Decimal | None:
    plus, minus = ("debit", "credit")
    if mapping.kind == BatchKind.PAYMENTS:
        plus, minus = ("money_in", "money_out")
    up, down = row.number_of(plus), row.number_of(minus)
    if up is not None or down is not None:
        return (up or Decimal(0)) - (down or Decimal(0))
    amount = row.number_of("amount")
    if amount is None:
        return None
    side = row.text("_amount_side") or row.text("direction")
    if not side:
        return amount
    if twice:
        amount = abs(amount)
    return amount if side == _raising(mapping.kind) else -amount


def _raising(kind: BatchKind) -> Side:
    """The side that counts above zero: on a bank's statement credit is what came in."""
    return Side.CREDIT if kind == BatchKind.PAYMENTS else Side.DEBIT


def as_shown(row: UnderstoodRow) -> list[str]:
    """The cells of a row as a person would see them."""
    return [shown(cell) for cell in row.cells]
