"""What the entries of a file come to, kept row by row, and held against the totals it states."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import compress, groupby

from tieout.chinese import compiled
from tieout.errors import TieoutError
from tieout.intake.asides import Aside, says_so
from tieout.intake.controls import Control, ControlKind
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.head_totals import HeadTotals
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.reading import Cell, Row
from tieout.intake.running_balance import RunningBalance
from tieout.intake.stated import Stated
from tieout.intake.values.numbers import PLAIN, Figure, Side
from tieout.intake.values.text import shown
from tieout.intake.values.words import read_direction

#: Kinds of files whose rows come to something.
_COUNTED = frozenset({BatchKind.DOCUMENTS, BatchKind.PAYMENTS, BatchKind.THEIR_LEDGER})
#: Figures of which a file states no total, or one that is none.
_NO_SUMS = frozenset({"balance", "original_amount", "unit_price", "net_price"})
#: Totals of a file that are held; more of them and it is a list of totals.
_MOST = 500
_CARRIED = compiled(r"carried|forward|\bc/?f|次\s*页|前\s*页|结转", re.IGNORECASE)
_SINCE_LONG_AGO = compiled(r"累\s*计|year\s+to\s+date|\bytd\b", re.IGNORECASE)
_PART = compiled(r"sub|page|小\s*计|[本当][日月期季页]", re.IGNORECASE)
_LABEL = 60


@dataclass
class _Sum:
    """What a column comes to so far, and what it came to where a part of it ended."""

    now: Decimal = Decimal(0)
    last: Decimal = Decimal(0)
    ends: set[Decimal] = field(default_factory=lambda: {Decimal(0)})

    def comes_to(self, expected: Decimal) -> bool:
        """Whether the rows since some end before come to a figure."""
        return self.now - expected in self.ends

    def part_ends(self) -> None:
        """A total stands here; the next one may begin again."""
        self.last = self.now
        self.ends.add(self.now)


@dataclass
class _Figures:
    """One column, summed up in each way a file may mean its total."""

    column: Column
    heading: str
    #: A quantity is in no currency.
    is_money: bool
    plain: _Sum = field(default_factory=_Sum)
    #: By the column that says debit or credit.
    signed: _Sum = field(default_factory=_Sum)
    #: Each document once, where every line repeats its total.
    once: _Sum = field(default_factory=_Sum)
    currency: str = ""
    #: 1 where a figure moves the balance up, −1 where it moves it down, 0 where it does not.
    moves: int = field(init=False)

    def __post_init__(self) -> None:
        """Tell debit from credit, and money in from money out."""
        match self.column.field:
            case "debit" | "money_in" | "amount":
                self.moves = 1
            case "credit" | "money_out":
                self.moves = 1 if self.column.is_turned else -1
            case _:
                self.moves = 0

    @property
    def ways(self) -> tuple[_Sum, _Sum, _Sum]:
        """Each of them."""
        return self.plain, self.signed, self.once


class Tally:
    """Goes along with the rows of a file; afterwards `controls` says which totals tie."""

    def __init__(self, mapping: Mapping, headings: Sequence[str], head: Iterable[Row] = ()) -> None:
        self._mapping = mapping
        table = FIELDS[mapping.kind]
        counts = mapping.kind in _COUNTED
        self._figures = [
            _Figures(
                column,
                headings[column.index] if column.index < len(headings) else "",
                is_money=table[column.field].reads == Reads.AMOUNT,
            )
            for column in mapping.columns
            if counts
            and table[column.field].reads in (Reads.AMOUNT, Reads.NUMBER)
            and column.field not in _NO_SUMS
        ]
        self._number = mapping.column("number")
        has_sides = mapping.has("debit", "credit") or mapping.has("money_in", "money_out")
        #: Beside two sides it says on which the balance stands, not the figure.
        self._direction = None if has_sides else mapping.column("direction")
        self._last_number = ""
        self._controls: list[Control] = []
        self._count = 0
        #: What the entries moved the account by, and what it held before them.
        self._moved = Decimal(0)
        self._opened: Decimal | None = None
        #: Whether the balance the file begins with was stated.
        self._is_opened = False
        self._balance = RunningBalance.of(mapping, headings) if counts else None
        self._stated = Stated(mapping)
        self._heads = HeadTotals(mapping, headings)
        self._summed = next((f for f in self._figures if f.column.field == self._heads.field), None)
        if counts:
            for row in head:
                self._stated.note(row, mapping.header_row)

    @property
    def controls(self) -> tuple[Control, ...]:
        """What the file says of itself, held against its entries."""
        found = list(self._controls)
        if self._balance is not None:
            found += self._balance.controls()
        found += self._stated.controls()
        if self._summed is not None:
            found += self._heads.controls(self._summed.plain.now)
        return tuple(found)

    def add_all(self, rows: Sequence[Row], asides: Dictionary[int, Aside]) -> None:
        """Take the next rows of the file: entries that follow one another are added up at once."""
        if not self._figures:
            return
        for aside, some in groupby(rows, lambda row: asides.get(row.number)):
            if aside is None:
                self._add_entries(list(some))
            else:
                for row in some:
                    self.add(row, aside)

    def add(self, row: Row, aside: Aside | None) -> None:
        """Take the next row of the file."""
        if not self._figures:
            return
        if aside is None:
            self._add_entry(row)
        elif aside == Aside.TOTAL:
            self._hold(row, _says_carried(row))
        elif aside in (Aside.OPENING, Aside.CLOSING):
            self._carry(row, aside)
        if aside is not None and aside != Aside.HEADINGS:
            self._stated.note(row, 0)
            if aside == Aside.NOTE and self._summed is not None:
                self._heads.note(row, self._summed.plain.now)

    def _add_entries(self, rows: Sequence[Row]) -> None:
        """Add entries up column by column, where only what they come to together is told."""
        columns = self._plain_columns(rows)
        if columns is None:
            for row in rows:
                self._add_entry(row)
            return
        self._count += len(rows)
        self._stated.count_all(len(rows))
        begins = [self._is_next_document(row) for row in rows]
        for figures, column in zip(self._figures, columns, strict=True):
            total = sum(column)
            figures.plain.now += total
            figures.signed.now += total
            figures.once.now += sum(compress(column, begins))
            self._moved += total * figures.moves

    def _plain_columns(self, rows: Sequence[Row]) -> list[list[Decimal | int]] | None:
        """What the cells of each column say, 0 for nothing; None where each has to be looked at."""
        if (
            self._mapping.kind == BatchKind.PAYMENTS
            or self._balance is not None
            or self._direction is not None
        ):
            return None
        columns = []
        for figures in self._figures:
            column = _plain_values(rows, figures.column)
            if column is None:
                found = [_figure(row, figures.column) for row in rows]
                if any(one is not None and (one.side or one.currency) for one in found):
                    return None
                column = [0 if one is None else one.value for one in found]
            columns.append(column)
        return columns

    def _add_entry(self, row: Row) -> None:
        self._count += 1
        side = self._side(row)
        is_next = self._is_next_document(row)
        movement = Decimal(0)
        for figures in self._figures:
            found = _figure(row, figures.column)
            if found is None:
                continue
            value = found.value
            turned = -value if (found.side or side) == Side.CREDIT else value
            figures.plain.now += value
            figures.signed.now += turned
            if is_next:
                figures.once.now += value
            if found.currency:
                figures.currency = found.currency
            if figures.moves:
                movement += turned * figures.moves
        self._moved += movement
        self._stated.count(movement, side, self._direction is not None)
        if self._balance is not None:
            self._balance.add(row, movement)

    def _is_next_document(self, row: Row) -> bool:
        if self._number is None:
            return True
        number = shown(_cell(row, self._number)).strip()
        is_next = not number or number != self._last_number
        self._last_number = number
        return is_next

    def _side(self, row: Row) -> Side | None:
        if self._direction is None:
            return None
        try:
            return read_direction(_cell(row, self._direction))
        except TieoutError:
            return None

    def _carry(self, row: Row, aside: Aside) -> None:
        """A balance or a page's sum brought forward, or handed on."""
        if self._balance is not None:
            self._balance.state(row, aside, _label(row))
        if aside == Aside.CLOSING and self._close(row):
            return
        if self._count == 0:  # what came before the file: its totals may count it in
            self._opened = self._movement_of(row)
            for figures in self._figures:
                found = _figure(row, figures.column)
                if found is not None and found.value:
                    self._is_opened = True
                    for way in figures.ways:
                        way.ends.add(-found.value)
        elif _says_page(row) or (aside == Aside.CLOSING and self._closes):
            self._hold(row, carried=True)

    def _close(self, row: Row) -> bool:
        """Hold what two sides come to against a balance that stands on one of them.

        An account ruled off shows it on the other side, so that both come to the same.
        """
        said = self._movement_of(row)
        if len(self._figures) < 2 or self._opened is None or not said or self._balance:
            return False
        reached = self._opened + self._moved
        found = -reached if -reached == said else reached
        self._controls.append(
            Control(
                ControlKind.BALANCE, _label(row), self._mapping.currency, said, found, row.number
            )
        )
        if found != reached:
            for figures in self._figures:
                value = _figure(row, figures.column)
                if value is None:
                    continue
                for way in figures.ways:
                    way.ends |= {end - value.value for end in way.ends}
        return True

    def _movement_of(self, row: Row) -> Decimal | None:
        """What a row that is no entry would move the account by, where it says so at all."""
        found = [
            figure.value * one.moves
            for one in self._figures
            if one.moves and (figure := _figure(row, one.column)) is not None
        ]
        return sum(found, Decimal(0)) if found else None

    @property
    def _closes(self) -> bool:
        """Whether a closing balance is what the one column of figures comes to."""
        return self._is_opened and self._balance is None and len(self._figures) == 1

    def _hold(self, row: Row, carried: bool) -> None:
        """Hold each figure of a row of totals against its column."""
        label = _label(row)
        found = [(one, figure) for one in self._figures if (figure := _figure(row, one.column))]
        if not self._count and not any(figure.value == 0 for _, figure in found):
            return  # above the first entry nothing can be added up yet
        for figures, figure in found:
            way = next((one for one in figures.ways if one.comes_to(figure.value)), None)
            if way is None and _SINCE_LONG_AGO.search(label):
                continue  # since before the file began
            part = bool(_PART.search(label))
            plain = figures.plain
            is_found = figure.value if way else plain.now - (plain.last if part else 0)
            if len(self._controls) < _MOST:
                self._controls.append(
                    Control(
                        kind=ControlKind.CARRIED_FORWARD if carried else ControlKind.TOTAL,
                        label=f"{label} · {figures.heading}" if len(found) > 1 else label,
                        currency=self._currency_of(figures, figure) if figures.is_money else "",
                        expected=figure.value,
                        found=is_found,
                        row=row.number,
                    )
                )
        if found:
            for figures in self._figures:
                for way in figures.ways:
                    way.part_ends()

    def _currency_of(self, figures: _Figures, figure: Figure) -> str:
        return figure.currency or figures.currency or self._mapping.currency


def _cell(row: Row, column: Column) -> Cell:
    return row.cells[column.index] if column.index < len(row.cells) else ""


def _plain_values(rows: Sequence[Row], column: Column) -> list[Decimal | int] | None:
    """The numbers of a column whose every cell is a plain one or empty; None for another."""
    index, fits, values = column.index, PLAIN[column.mark].fullmatch, list[Decimal | int]()
    if column.factor != 1:
        return None
    for row in rows:
        cells = row.cells
        cell = cells[index] if index < len(cells) else ""
        if cell == "":
            values.append(0)
        elif type(cell) is str and fits(cell):
            values.append(Decimal(cell))
        else:
            return None
    return values


def _figure(row: Row, column: Column) -> Figure | None:
    """A number where a cell holds one."""
    cell = _cell(row, column)
    if cell == "":
        return None
    try:
        return column.figure(cell)
    except TieoutError:
        return None


def _label(row: Row) -> str:
    """The words of a row of totals."""
    texts = [cell.strip() for cell in row.cells if isinstance(cell, str) and cell.strip()]
    words = [text for text in texts if any(letter.isalpha() for letter in text)]
    named = [text for text in words if says_so(text)]
    return " ".join((named or words or texts or [""])[0].split())[:_LABEL]


def _says_carried(row: Row) -> bool:
    return bool(_CARRIED.search(_label(row)))


def _says_page(row: Row) -> bool:
    return bool(re.search(r"前\s*页|次\s*页|carried|brought", _label(row), re.IGNORECASE))
