"""Workbooks written as one XML file, as Excel did in 2003 and many programs still do.

Read in the child process, element by element: no document type, no entities, no deep nesting.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from xml.parsers import expat

from tieout.intake.reading.cells import NOT_CALCULATED, Broken
from tieout.intake.reading.errors import (
    BreaksOff,
    Damaged,
    DeclaresTypes,
    NestedTooDeep,
    NoRows,
    NoSuchSheet,
    TooManyColumns,
)

_SPACE = "urn:schemas-microsoft-com:office:spreadsheet "
_LAST_ROW = 1_048_576
#: Rows left out in a table; more are a mistake, or meant to do harm.
_WIDEST_GAP = 100_000
_DEEPEST = 60
_MERGED_HEAD = 100
_BLOCK = 1 << 16


def read(path: Path, file: str, wanted: str, columns: int) -> Iterator[Any]:
    """Yield what a workbook is, then the rows of one sheet.

    Raises:
        BreaksOff, Damaged, DeclaresTypes, NestedTooDeep: it is no sound XML of this kind.
        NoSuchSheet, NoRows, TooManyColumns
    """
    reader = _Sheets(file, columns)
    reader.read(path)
    sheets = reader.sheets
    if wanted and wanted not in [sheet.name for sheet in sheets]:
        names = ", ".join(sheet.name for sheet in sheets)
        raise NoSuchSheet(file=file, sheet=wanted, sheets=names)
    shown = [sheet for sheet in sheets if not sheet.is_hidden]
    chosen = next(
        (s for s in sheets if s.name == wanted) if wanted else (s for s in shown if s.rows), None
    )
    if chosen is None or not chosen.rows:
        raise NoRows(file=file, sheet=wanted or (shown[0].name if shown else ""))
    yield {
        "reader": "markup",
        "sheet": chosen.name,
        "merged": chosen.merged,
        "sheets": [
            {"name": s.name, "hidden": s.is_hidden, "rows": len(s.rows), "columns": s.width}
            for s in sheets
        ],
    }
    for row in chosen.rows:
        yield [*row, *[""] * (chosen.width - len(row))]


class _Sheet:
    """A sheet while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_hidden = False
        self.rows: list[list[Any]] = []
        self.merged: list[list[int]] = []
        self.width = 0


class _Sheets:
    """Goes through a file, and keeps the sheets in it."""

    def __init__(self, file: str, columns: int) -> None:
        self.sheets: list[_Sheet] = []
        self._file, self._columns = file, columns
        self._depth = 0
        self._row: list[Any] | None = None
        self._cell: dict[str, str] | None = None
        self._kind = ""
        self._texts: list[str] | None = None
        self._value: Any = ""
        self._says_visible = False

    def read(self, path: Path) -> None:
        """Read a file whole."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        try:
            with path.open("rb") as content:
                while block := content.read(_BLOCK):
                    parser.Parse(block, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise BreaksOff(file=self._file, line=error.lineno) from error

    def _refuse(self, *_: object) -> None:
        raise DeclaresTypes(file=self._file)

    def _start(self, name: str, given: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NestedTooDeep(file=self._file, limit=_DEEPEST)
        said = {key.removeprefix(_SPACE): value for key, value in given.items()}
        local = name.rpartition(" ")[2]
        if local == "Worksheet":
            self.sheets.append(_Sheet(said.get("Name", str(len(self.sheets) + 1))))
        elif not self.sheets:
            return
        elif local == "Row":
            self._skip_to(said.get("Index", ""))
            self._row = []
        elif local == "Cell" and self._row is not None:
            self._cell, self._value = said, ""
            if "Formula" in said:
                self._value = Broken(NOT_CALCULATED)
        elif local == "Data" and self._cell is not None:
            self._kind, self._texts = said.get("Type", "String"), []
        elif local == "Visible":
            self._texts, self._says_visible = [], True

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = name.rpartition(" ")[2]
        if local == "Data" and self._texts is not None:
            self._value = _value(self._kind, "".join(self._texts))
            self._texts = None
        elif local == "Visible" and self._says_visible:
            self.sheets[-1].is_hidden = "hidden" in "".join(self._texts or ()).lower()
            self._texts, self._says_visible = None, False
        elif local == "Cell" and self._cell is not None:
            self._put(self._cell)
            self._cell = None
        elif local == "Row" and self._row is not None:
            sheet = self.sheets[-1]
            sheet.rows.append(self._row)
            sheet.width = max(sheet.width, len(self._row))
            self._row = None

    def _say(self, text: str) -> None:
        if self._texts is not None:
            self._texts.append(text)

    def _skip_to(self, index: str) -> None:
        rows = self.sheets[-1].rows
        place = _number(index, len(rows) + 1, _LAST_ROW) - 1
        if place - len(rows) > _WIDEST_GAP:
            raise Damaged(file=self._file)
        rows += [[] for _ in range(place - len(rows))]

    def _put(self, said: Mapping[str, str]) -> None:
        row, sheet = self._row, self.sheets[-1]
        if row is None:
            return
        left = max(_number(said.get("Index", ""), len(row) + 1, 1 << 20) - 1, len(row))
        across = _number(said.get("MergeAcross", ""), 0, 1 << 20)
        if left + across >= self._columns:
            facts = {"columns": left + across + 1, "limit": self._columns}
            raise TooManyColumns(file=self._file, row=len(sheet.rows) + 1, **facts)
        row += [""] * (left - len(row))
        row += [self._value, *[""] * across]
        down = _number(said.get("MergeDown", ""), 0, _LAST_ROW)
        if (across or down) and len(sheet.rows) < _MERGED_HEAD:
            top = len(sheet.rows)
            sheet.merged.append([top, left, top + down, left + across])


def _number(text: str, otherwise: int, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() else otherwise


def _value(kind: str, text: str) -> Any:
    """What a cell holds, by its stated type."""
    try:
        match kind:
            case "Number":
                number = Decimal(text.strip())
                return number if number.is_finite() else Broken("#NUM!")
            case "DateTime":
                moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
                return moment.date() if moment.time() == time() else moment
            case "Boolean":
                return text.strip() == "1"
            case "Error":
                return Broken(text.strip())
    except (ValueError, InvalidOperation):
        return text
    return text
