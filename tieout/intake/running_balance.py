"""A column in which each row shows the balance after it: followed from the first to the last."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from tieout.errors import TieoutError
from tieout.intake.asides import Aside
from tieout.intake.controls import Control, ControlKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.reading import Row
from tieout.intake.values.numbers import Side
from tieout.intake.values.text import shown

#: Columns that say whose a row is; a file of several accounts has several balances.
_WHOSE = ("customer_code", "customer_name")
_DOWN, _UP = 1, -1


class RunningBalance:
    """Follows the balance of a file along its rows, from whichever end it was printed."""

    def __init__(self, mapping: Mapping, column: Column, heading: str) -> None:
        self._mapping = mapping
        self._column = column
        self._heading = heading
        self._whose = [found for name in _WHOSE if (found := mapping.column(name))]
        self._seen: set[tuple[str, ...]] = set()
        self._first: tuple[Decimal, Decimal] | None = None
        self._last: tuple[Decimal, Decimal] | None = None
        self._last_row = 0
        self._sum = Decimal(0)
        #: By direction of the print and sense of the balance: how many steps fit.
        self._steps: Counter[tuple[int, int]] = Counter()
        self._count = 0
        self._gaps = False
        self._opening: Decimal | None = None
        self._closing: tuple[Decimal, str, int] | None = None

    @classmethod
    def of(cls, mapping: Mapping, headings: Sequence[str]) -> "RunningBalance | None":
        """Follow the balance of a file, where it has one."""
        column = mapping.column("balance")
        if column is None:
            return None
        heading = headings[column.index] if column.index < len(headings) else ""
        return cls(mapping, column, heading)

    def add(self, row: Row, movement: Decimal) -> None:
        """Take the next entry; `movement` is what it says it moves the balance by."""
        balance = self._balance(row)
        if balance is None:
            self._gaps = True
            return
        if self._whose and len(self._seen) < 2:
            self._seen.add(tuple(self._text(row, column) for column in self._whose))
        if self._first is None or self._last is None:
            self._first = (balance, movement)
        else:
            before, moved = self._last
            self._count += 1
            for sense in (1, -1):
                self._steps[_DOWN, sense] += balance - before == sense * movement
                self._steps[_UP, sense] += before - balance == sense * moved
        self._last, self._last_row = (balance, movement), row.number
        self._sum += movement

    def state(self, row: Row, aside: Aside, label: str) -> None:
        """Take a row that states the balance before the entries, or after them."""
        balance = self._balance(row)
        if balance is None:
            return
        if aside == Aside.OPENING and self._first is None:
            self._opening = balance
        elif aside == Aside.CLOSING:
            self._closing = (balance, label, row.number)

    def controls(self) -> list[Control]:
        """Opening and movements against the closing balance."""
        if self._first is None or self._last is None or len(self._seen) > 1 or self._gaps:
            return []
        found = []
        sense = 1
        if self._count:
            (way, sense), fitting = max(self._steps.items(), key=lambda item: item[1])
            if fitting * 2 < self._count:
                return []  # it is no running balance
            start, end = (self._first, self._last) if way == _DOWN else (self._last, self._first)
            reached = start[0] + sense * (self._sum - start[1])
            found.append(self._control(self._heading, end[0], reached, self._last_row))
        if self._opening is not None and self._closing is not None:
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
        except TieoutError:
            return None
        if figure is None:
            return None
        return -figure.value if figure.side == Side.CREDIT else figure.value

    def _text(self, row: Row, column: Column) -> str:
        return shown(row.cells[column.index]).strip() if column.index < len(row.cells) else ""
