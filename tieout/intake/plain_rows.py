"""Rows that are plainly what they seem, read column by column; pure.

Codes, days, names and kinds come again and again in a file. So what a text says in its column is
worked out once, with how it is stored and what tells it apart, and a row whose every cell is clear
is only put together. All others are read one at a time: see `understanding`. Either way says the
same of the same row.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Final, NamedTuple

from tieout.intake.columns import ColumnReader, Value
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.identity import identifying, identity, member
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.reading import Cell, Row
from tieout.intake.tax_columns import BEFORE_TAX, with_tax
from tieout.intake.values.numbers import DecimalMark
from tieout.intake.values.text import DIGITS
from tieout.intake.values_json import stored_member


class Written(NamedTuple):
    """A row written down when it was read: it need not be once more."""

    #: The members of its values, as the database keeps them.
    values: str
    #: What tells it from others, as its digest is made of it; empty once that is known.
    identity: str


class PlainRow(NamedTuple):
    """What a row says, and the same written down."""

    values: dict[str, Value]
    written: Written


class _Plain(NamedTuple):
    """What a cell says where nothing about it is odd."""

    values: tuple[tuple[str, Value], ...]
    stored: str
    identity: str


_VALUES, _STORED = itemgetter(0), itemgetter(1)
#: Different texts of a column that are remembered.
_REMEMBERED = 4096
_UNREAD: Final = object()
#: Makes a named tuple of a tuple: a million times that is what making it costs.
_new = tuple.__new__


class _PlainColumn:
    """Reads the cells of one column."""

    def __init__(self, kind: BatchKind, column: ColumnReader) -> None:
        self._column, self.index = column, column.index
        self._identifies = FIELDS[kind][column.field].identifies
        self._remembered: dict[object, _Plain | None] = {}

    def read(self, rows: Iterable[Row]) -> list[_Plain | None]:
        """Say what the cell of each row says; None where that is not plain."""
        index, known = self.index, self._remembered
        found: list[_Plain | None] = []
        for _, cells in rows:
            cell = cells[index] if index < len(cells) else ""
            # equal numbers may be written differently
            key = cell if type(cell) is str else (type(cell), str(cell))
            one = known.get(key, _UNREAD)
            if one is _UNREAD:
                if len(known) >= _REMEMBERED:
                    known.clear()
                one = known[key] = self._plain(cell)
            found.append(one)  # type: ignore[arg-type]
        return found

    def _plain(self, cell: Cell) -> _Plain | None:
        said = self._column.said(cell)
        if said.problem is not None or said.currency:
            return None
        stored = ", ".join([stored_member(name, value) for name, value in said.values])
        told_apart = [
            member(name, value)
            for name, value in said.values
            if name == self._column.field and self._identifies
        ]
        return _Plain(said.values, stored, "".join(told_apart))


class _Figures(_PlainColumn):
    """Reads the cells of one column of figures: most are plain, and few come again."""

    def __init__(self, kind: BatchKind, column: ColumnReader, mark: DecimalMark) -> None:
        super().__init__(kind, column)
        self._field = column.field
        self._fits = _EXACT[mark].fullmatch

    def read(self, rows: Iterable[Row]) -> list[_Plain | None]:
        """Say what the cell of each row says; None where that is not plain."""
        index, fits, name = self.index, self._fits, self._field
        is_told_apart = self._identifies
        found: list[_Plain | None] = []
        for row in rows:
            cells = row[1]
            cell = cells[index] if index < len(cells) else ""
            if type(cell) is str and len(cell) <= DIGITS and fits(cell):
                stored = f'"{name}": "{cell}"'
                bare = f'"{name}": "{cell.rstrip("0").rstrip(".")}"' if "." in cell else stored
                said = ((name, Decimal(cell)),)
                found.append(_new(_Plain, (said, stored, bare if is_told_apart else "")))
            else:
                found += super().read((row,))
        return found


#: Figures that are written as they are stored; the shortest form is the one that tells apart.
_EXACT = {
    DecimalMark.POINT: re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII),
    DecimalMark.COMMA: re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII),
}


def _column(mapping: Mapping, reader: ColumnReader) -> _PlainColumn:
    column = mapping.by_field[reader.field]
    reads = FIELDS[mapping.kind][reader.field].reads
    if reads in (Reads.AMOUNT, Reads.NUMBER) and column.factor == 1 and not column.is_turned:
        return _Figures(mapping.kind, reader, column.mark)
    return _PlainColumn(mapping.kind, reader)


class PlainRows:
    """Reads rows by one mapping whose fields have a column each."""

    def __init__(
        self,
        mapping: Mapping,
        columns: Sequence[ColumnReader],
        required: Collection[str],
        some: Sequence[Collection[str]],
    ) -> None:
        """Rows must say what is `required`, and one of each of `some`."""
        self._kind = mapping.kind
        self._columns = [_column(mapping, column) for column in columns]
        self._required = frozenset(required)
        self._some = [frozenset(fields) for fields in some]
        fields = tuple(column.field for column in columns)
        self._order = [fields.index(name) for name in identifying(mapping.kind, fields)]
        before_tax = frozenset(BEFORE_TAX.values())
        self._has_net = mapping.kind == BatchKind.DOCUMENTS and not before_tax.isdisjoint(fields)

    def read(self, rows: Sequence[Row]) -> Iterator[PlainRow | None]:
        """Read rows; None where one is to be read by itself."""
        for said in zip(*(column.read(rows) for column in self._columns), strict=True):
            yield self._row(said) if all(said) else None

    def _row(self, said: Sequence[_Plain]) -> PlainRow | None:
        values: dict[str, Value] = dict(chain.from_iterable(map(_VALUES, said)))
        keys = values.keys()
        if not self._required <= keys or any(map(keys.isdisjoint, self._some)):
            return None
        stored = ", ".join(filter(None, map(_STORED, said)))
        if self._has_net:
            count = len(values)
            with_tax(values)
            if len(values) > count:
                added = list(values.items())[count:]
                stored = ", ".join([stored, *[stored_member(*one) for one in added]])
                return PlainRow(values, Written(stored, identity(self._kind, values)))
        told_apart = ", ".join(filter(None, [said[at][2] for at in self._order]))
        return _new(PlainRow, (values, _new(Written, (stored, told_apart))))
