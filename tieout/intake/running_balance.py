"""A column in which each row shows the balance after it: followed from one row to the next.

Every step is held against what its row says it moves the balance by, so that a row that is
missing, or was typed wrong, is named. Where several accounts stand in one file, each is followed
by itself.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from tieout.errors import TieoutError
from tieout.intake.asides import Aside
from tieout.intake.controls import Control, ControlKind
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.fields.field import headings as split_words
from tieout.intake.fields.vocabulary import BALANCE
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.reading import Row
from tieout.intake.values.numbers import DecimalMark, Side
from tieout.intake.values.text import shown
from tieout.intake.values.words import read_direction

#: Columns that say whose a row is; a file of several accounts has several balances.
_WHOSE = ("customer_code", "customer_name")
_DOWN, _UP = 1, -1
_WAYS = ((_DOWN, 1), (_DOWN, -1), (_UP, 1), (_UP, -1))
#: Rows named where a balance does not follow from the one before.
_MOST = 20
#: Headings of a balance of an account; an open amount of an invoice is another thing.
_HEADINGS = frozenset(split_words(BALANCE)) - {"balance lcy", "未付余额"}


class Break(NamedTuple):
    """A row whose balance does not follow from its neighbour's."""

    row: int
    stated: Decimal
    reached: Decimal


class Held(NamedTuple):
    """A row that showed a balance, and what it moved it by; an opening moved nothing."""

    balance: Decimal
    moved: Decimal | None
    row: int


class RunningBalance:
    """Follows the balance of a file along its rows, from whichever end it was printed."""

    def __init__(self, mapping: Mapping, column: Column, heading: str) -> None:
        self._mapping = mapping
        self._column = column
        self._heading = heading
        self._whose = [found for name in _WHOSE if (found := mapping.column(name))]
        sides = ("money_in", "money_out") if mapping.has("money_in") else ("debit", "credit")
        #: Beside debit and credit, a column of sides says on which the balance stands.
        self._side = mapping.column("direction") if mapping.has(*sides) else None
        #: A list of documents may write payments above zero, and say by their kind what they are.
        self._is_unsigned = mapping.kind == BatchKind.DOCUMENTS and not mapping.has(*sides)
        self._accounts: set[tuple[str, ...]] = set()
        self._whose_last: tuple[str, ...] = ()
        self._first: Held | None = None
        self._last: Held | None = None
        self._sum = Decimal(0)
        #: By direction of the print and sense of the balance: how many steps fit.
        self._steps: Counter[tuple[int, int]] = Counter()
        self._breaks: dict[tuple[int, int], list[Break]] = {way: [] for way in _WAYS}
        self._count = 0
        self._gaps = False
        self._opening: Decimal | None = None
        self._closing: tuple[Decimal, str, int] | None = None

    @classmethod
    def of(cls, mapping: Mapping, headings: Sequence[str]) -> "RunningBalance | None":
        """Follow the balance of a file, where it has one."""
        column = mapping.column("balance")
        if column is None and mapping.kind == BatchKind.DOCUMENTS:
            column = balance_beside(mapping, headings)
        if column is None:
            return None
        heading = headings[column.index] if column.index < len(headings) else ""
        return cls(mapping, column, heading)

    def add(self, row: Row, movement: Decimal) -> None:
        """Take the next entry; `movement` is what it says it moves the balance by."""
        self._sum += movement
        balance = self._balance(row)
        if balance is None:
            self._gaps = True
            self._last = None
            return
        held = Held(balance, movement, row.number)
        self._begin(row)
        if self._last is not None:
            self._step(self._last, held)
        if self._first is None:
            self._first = held
        self._last = held

    def _begin(self, row: Row) -> None:
        """Another account begins where another customer stands."""
        if not self._whose:
            return
        whose = tuple(self._text(row, column) for column in self._whose)
        if whose != self._whose_last and any(self._whose_last):
            self._last = None
        self._whose_last = whose
        if len(self._accounts) < 2:
            self._accounts.add(whose)

    def _step(self, before: Held, after: Held) -> None:
        """Hold two rows that follow one another against each way a balance may be printed."""
        if after.moved is None:
            return
        self._count += 1
        for way, sense in _WAYS:
            if way == _UP and before.moved is None:
                continue
            start, end = (before, after) if way == _DOWN else (after, before)
            moved = (end.moved or Decimal(0)) * sense
            if self._is_unsigned and abs(end.balance - start.balance) == abs(moved):
                moved = end.balance - start.balance
            reached = start.balance + moved
            if end.balance == reached:
                self._steps[way, sense] += 1
            elif len(self._breaks[way, sense]) < _MOST:
                self._breaks[way, sense].append(Break(end.row, end.balance, reached))

    def state(self, row: Row, aside: Aside, label: str) -> None:
        """Take a row that states the balance before the entries, or after them."""
        balance = self._balance(row)
        if balance is None:
            return
        if aside == Aside.OPENING:
            if self._first is None:
                self._opening = balance
            self._begin(row)
            self._last = Held(balance, None, row.number)
        elif aside == Aside.CLOSING:
            self._closing = (balance, label, row.number)

    def controls(self) -> list[Control]:
        """Rows that do not follow, or the last of them; and opening and movements against the
        closing balance."""
        if self._first is None:
            return []
        found = []
        sense = 1
        if self._count:
            (way, sense), fitting = max(
                ((one, self._steps[one]) for one in _WAYS), key=lambda item: item[1]
            )
            least = 8 if self._is_unsigned else 5  # of ten; a list says what is open of each, too
            if fitting * 10 < self._count * least or not fitting:
                return []  # it is no running balance
            breaks = self._breaks[way, sense]
            found += [self._control(self._heading, one.stated, one.reached, one.row)
                      for one in breaks]  # fmt: skip
            if not breaks and not self._gaps and self._last and len(self._accounts) < 2:
                end = self._last if way == _DOWN else self._first
                found.append(self._control(self._heading, end.balance, end.balance, self._last.row))
        if self._opening is not None and self._closing is not None and len(self._accounts) < 2:
            expected, label, row = self._closing
            reached = self._opening + sense * self._sum
            if not self._count and self._opening - self._sum == expected:
                reached = expected
            found.append(self._control(label, expected, reached, row))
        return found

    def _control(self, label: str, expected: Decimal, found: Decimal, row: int) -> Control:
        return Control(ControlKind.BALANCE, label, self._mapping.currency, expected, found, row=row)

    def _balance(self, row: Row) -> Decimal | None:
        column = self._column
        if column.index >= len(row.cells):
            return None
        try:
            figure = column.figure(row.cells[column.index])
            side = self._side_of(row)
        except TieoutError:
            return None
        if figure is None:
            return None
        return -figure.value if (figure.side or side) == Side.CREDIT else figure.value

    def _side_of(self, row: Row) -> Side | None:
        if self._side is None or self._side.index >= len(row.cells):
            return None
        return read_direction(row.cells[self._side.index])

    def _text(self, row: Row, column: Column) -> str:
        return shown(row.cells[column.index]).strip() if column.index < len(row.cells) else ""


def balance_beside(mapping: Mapping, headings: Sequence[str]) -> Column | None:
    """The balance beside a list of documents, of which nothing else is read."""
    taken = {column.index for column in mapping.columns}
    table = FIELDS[mapping.kind]
    marks = [c.mark for c in mapping.columns if table[c.field].reads == Reads.AMOUNT]
    for index, heading in enumerate(headings):
        if index not in taken and heading and variants(heading)[0] in _HEADINGS:
            return Column(index, "balance", heading, mark=marks[0] if marks else DecimalMark.POINT)
    return None
