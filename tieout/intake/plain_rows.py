"""Rows that are plainly what they seem, read column by column; pure.

Codes, days, names and kinds come again and again in a file. So what a text says in its column is
worked out once, with how it is stored and what tells it apart, and a row whose every cell is clear
is only put together. All others are read one at a time: see `understanding`. Either way says the
same of the same row.
"""

import re
from collections.abc import Collection, Iterator, Sequence
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
    #: The one value of its field; None where it says nothing, or something beside it.
    only: Value | None


class _Said(NamedTuple):
    """What the cells of one column say, each by itself; `cells` only where some are not clear."""

    values: Sequence[Value | None]
    stored: Sequence[str]
    identity: Sequence[str]
    cells: Sequence[_Plain | None] | None


_VALUES, _STORED = itemgetter(0), itemgetter(1)
#: A cell that is to be read with its row.
_ODD: Final = _Plain((), "", "", None)
#: Different texts of a column that are remembered; more than rows that are read together.
_REMEMBERED = 4096
_TOGETHER = 2_000
_TEXTS = frozenset({str})
#: Makes a named tuple of a tuple: a million times that is what making it costs.
_new = tuple.__new__


class _PlainColumn:
    """Reads the cells of one column."""

    def __init__(self, kind: BatchKind, column: ColumnReader) -> None:
        self._column, self.index, self.field = column, column.index, column.field
        self.identifies = FIELDS[kind][column.field].identifies
        self._remembered: dict[object, _Plain | None] = {}

    def read(self, cells: Sequence[Cell]) -> _Said:
        """Say what each cell says."""
        known = self._remembered
        # equal numbers may be written differently
        keys: Sequence[object] = cells
        if not _TEXTS.issuperset(map(type, cells)):
            keys = [cell if type(cell) is str else (type(cell), str(cell)) for cell in cells]
        new = {key: cell for key, cell in zip(keys, cells, strict=True) if key not in known}
        if len(known) + len(new) > _REMEMBERED:
            known.clear()
            new = dict(zip(keys, cells, strict=True))
        for key, cell in new.items():
            known[key] = self._plain(cell)
        return _said(list(map(known.__getitem__, keys)))

    def _plain(self, cell: Cell) -> _Plain | None:
        said = self._column.said(cell)
        if said.problem is not None or said.currency:
            return None
        stored = ", ".join([stored_member(name, value) for name, value in said.values])
        told_apart = [
            member(name, value)
            for name, value in said.values
            if name == self.field and self.identifies
        ]
        is_clear = [name for name, _ in said.values] == [self.field]
        only = said.values[0][1] if is_clear else None
        return _Plain(said.values, stored, "".join(told_apart), only)


def _said(cells: Sequence[_Plain | None]) -> _Said:
    _, stored, identity, values = zip(*[one or _ODD for one in cells], strict=True)
    return _Said(values, stored, identity, cells if None in values else None)


class _Figures(_PlainColumn):
    """Reads the cells of one column of figures: most are plain, and few come again."""

    def __init__(self, kind: BatchKind, column: ColumnReader, mark: DecimalMark) -> None:
        super().__init__(kind, column)
        self._fits = _EXACT[mark].fullmatch

    def read(self, cells: Sequence[Cell]) -> _Said:
        """Say what each cell says."""
        if not _TEXTS.issuperset(map(type, cells)):
            return _said([self._figure(cell) for cell in cells])
        texts: Sequence[str] = cells  # type: ignore[assignment]
        if max(map(len, texts)) > DIGITS or not all(map(self._fits, texts)):
            return _said([self._figure(cell) for cell in cells])
        before = f'"{self.field}": "'
        stored = [f'{before}{text}"' for text in texts]
        identity = [_bare(before, text) for text in texts] if self.identifies else stored
        return _Said(list(map(Decimal, texts)), stored, identity, None)

    def _figure(self, cell: Cell) -> _Plain | None:
        """What one cell says, most often of a column in which others are empty."""
        if type(cell) is str and len(cell) <= DIGITS and self._fits(cell):
            value, before = Decimal(cell), f'"{self.field}": "'
            bare = _bare(before, cell) if self.identifies else ""
            return _Plain(((self.field, value),), f'{before}{cell}"', bare, value)
        key = cell if type(cell) is str else (type(cell), str(cell))
        if key not in self._remembered:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = self._plain(cell)
        return self._remembered[key]


def _bare(before: str, text: str) -> str:
    """A figure in its shortest form, which tells it apart."""
    return f'{before}{text.rstrip("0").rstrip(".")}"' if "." in text else f'{before}{text}"'


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
        for start in range(0, len(rows), _TOGETHER):
            yield from self._together([row.cells for row in rows[start : start + _TOGETHER]])

    def _together(self, rows: Sequence[Sequence[Cell]]) -> Sequence[PlainRow | None]:
        """Read some rows, a column at a time."""
        narrowest = min(map(len, rows))
        columns = [
            column.read(
                [cells[column.index] for cells in rows]
                if column.index < narrowest
                else [cells[column.index] if column.index < len(cells) else "" for cells in rows]
            )
            for column in self._columns
        ]
        says = [place for place, one in enumerate(columns) if any(one.stored)]
        clear = self._clear([self._columns[place].field for place in says], columns, says)
        if clear is None:
            return [self._row(said) for said in self._cells(columns)]
        odd = [place for place in says if columns[place].cells is not None]
        for one in (columns[place] for place in range(len(columns)) if place not in says):
            if one.cells is not None and None in one.cells:
                return [self._row(said) for said in self._cells(columns)]
        if odd:
            unclear = {
                row
                for place in odd
                for row, value in enumerate(columns[place].values)
                if value is None
            }
            for row in unclear:
                clear[row] = self._row([self._cell(one, at, row) for at, one in enumerate(columns)])
        return clear

    def _cells(self, columns: Sequence[_Said]) -> Iterator[Sequence[_Plain | None]]:
        """What the cells of each row say."""
        for row in range(len(columns[0].values)):
            yield [self._cell(one, place, row) for place, one in enumerate(columns)]

    def _cell(self, said: _Said, place: int, row: int) -> _Plain | None:
        if said.cells is not None:
            return said.cells[row]
        value, column = said.values[row], self._columns[place]
        assert value is not None  # noqa: S101 - each says something, or there were cells
        identity = said.identity[row] if column.identifies else ""
        return _Plain(((column.field, value),), said.stored[row], identity, value)

    def _clear(
        self, fields: Sequence[str], columns: Sequence[_Said], says: Sequence[int]
    ) -> list[PlainRow | None] | None:
        """Put rows together that say something in each of these columns; None where none may be."""
        names = frozenset(fields)
        if self._has_net or not self._required <= names or any(map(names.isdisjoint, self._some)):
            return None
        order = [place for place in self._order if place in says]
        if not order:
            return None
        values = zip(*[columns[place].values for place in says], strict=True)
        stored = map(", ".join, zip(*[columns[place].stored for place in says], strict=True))
        told = map(", ".join, zip(*[columns[place].identity for place in order], strict=True))
        return [
            _new(PlainRow, (dict(zip(fields, said, strict=True)), _new(Written, written)))
            for said, written in zip(values, zip(stored, told, strict=True), strict=True)
        ]

    def _row(self, said: Sequence[_Plain | None]) -> PlainRow | None:
        if None in said:
            return None
        cells: Sequence[_Plain] = said  # type: ignore[assignment]
        values: dict[str, Value] = dict(chain.from_iterable(map(_VALUES, cells)))
        keys = values.keys()
        if not self._required <= keys or any(map(keys.isdisjoint, self._some)):
            return None
        stored = ", ".join(filter(None, map(_STORED, cells)))
        if self._has_net:
            count = len(values)
            with_tax(values)
            if len(values) > count:
                added = list(values.items())[count:]
                stored = ", ".join([stored, *[stored_member(*one) for one in added]])
                return PlainRow(values, Written(stored, identity(self._kind, values)))
        told_apart = ", ".join(filter(None, [cells[at][2] for at in self._order]))
        return _new(PlainRow, (values, _new(Written, (stored, told_apart))))
