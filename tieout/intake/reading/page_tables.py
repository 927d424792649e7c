"""Tables of web pages: what banks and older programs hand out under the name of an .xls file.

Read in the child process. Every table of rows and columns is a sheet; cells are texts as the page
shows them, and the digits of a long number stay what they are.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

from tieout.intake.reading.encoding import encoding_of
from tieout.intake.reading.errors import (
    NestedTooDeep,
    NoSuchSheet,
    TooManyColumns,
    UnknownWriting,
    WebPage,
)

_CHARSET = re.compile(rb"charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HEAD = 4_096
#: How far down merged cells may still belong to the headings.
_MERGED_HEAD = 100
#: No cell reaches over more rows than this; tables lie inside of tables no deeper than that.
_TALLEST, _DEEPEST = 1_000, 50
#: What is no text of the page, and what begins a line of its own.
_UNSEEN, _LINES = frozenset({"script", "style"}), frozenset({"br", "p", "div", "li"})
_TAG = re.compile(
    r"<(?:!--|(?P<end>/)?(?P<name>table|tr|td|th|br|p|div|li|script|style)\b(?P<given>[^<>]*)>)",
    re.IGNORECASE,
)
_OTHER_TAG = re.compile(r"<[/!a-zA-Z][^<>]*>")
_SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?\s*(\d{1,9})", re.IGNORECASE)


def read(path: Path, file: str, wanted: str, columns: int, encoding: str = "") -> Iterator[Any]:
    """Yield what a page is, then the rows of one of its tables.

    Raises:
        WebPage: it has no table.
        NoSuchSheet, TooManyColumns, UnknownWriting
    """
    encoding = encoding or _encoding(path)
    finding = _Tables(file, columns)
    try:
        finding.read(path.read_text(encoding))
    except (UnicodeError, LookupError) as error:
        raise UnknownWriting(file=file) from error
    tables = [table for table in finding.tables if table.is_table]
    if not tables:
        raise WebPage(file=file)
    names = [str(place) for place in range(1, len(tables) + 1)]
    if wanted and wanted not in names:
        raise NoSuchSheet(file=file, sheet=wanted, sheets=", ".join(names))
    chosen = names.index(wanted) if wanted else _largest(tables)
    table = tables[chosen]
    yield {
        "reader": "page",
        "encoding": encoding,
        "sheet": names[chosen],
        "merged": table.merged,
        "sheets": [
            {"name": name, "hidden": False, "rows": len(one.rows), "columns": one.width}
            for name, one in zip(names, tables, strict=True)
        ],
    }
    for row in table.rows:
        yield [*row, *[""] * (table.width - len(row))]


def _largest(tables: "list[_Table]") -> int:
    return max(range(len(tables)), key=lambda place: (tables[place].filled, -place))


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    stated = _CHARSET.search(head)
    if stated and not head.startswith(_BOMS):
        name = stated[1].decode("ascii").lower()
        return "gb18030" if name in ("gb2312", "gbk", "gb_2312-80") else name
    return encoding_of(path) or "utf-8"


class _Table:
    """One table while it is read."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.merged: list[list[int]] = []
        self.width = self.filled = 0
        #: By column: how many rows a cell above still reaches down.
        self._down: dict[int, int] = {}
        self._row: list[str] | None = None

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of several cells, and not the look of a page."""
        return self.width > 1 and sum(1 for row in self.rows if sum(map(bool, row)) > 1) > 1

    def begin_row(self) -> None:
        self.end_row()
        self._row = []

    def end_row(self) -> None:
        if self._row is None:
            return
        self._skip()
        self.rows.append(self._row)
        self.width = max(self.width, len(self._row))
        self._row = None

    def put(self, text: str, across: int, down: int) -> int:
        """Take a cell; returns the number of columns so far."""
        if self._row is None:
            self._row = []
        row = self._row
        self._skip()
        left, top = len(row), len(self.rows)
        row += [text, *[""] * (across - 1)]
        self.filled += bool(text)
        if down > 1:
            self._down |= dict.fromkeys(range(left, left + across), down - 1)
        if (across > 1 or down > 1) and top < _MERGED_HEAD:
            self.merged.append([top, left, top + down - 1, left + across - 1])
        return len(row)

    def _skip(self) -> None:
        """Leave the places free that cells of rows above reach down to."""
        row = self._row
        while row is not None and (left := self._down.get(len(row), 0)):
            if left == 1:
                del self._down[len(row)]
            else:
                self._down[len(row)] = left - 1
            row.append("")


#: What spreadsheets write beside a cell they show rounded: LibreOffice, Excel.
_EXACT = re.compile(r"""(?:sdval|x:num)=["']?(-?\d{1,15}(?:\.\d{1,17})?)(?=["'\s>]|$)""")
_ROUNDED = re.compile(r"[-−(]?[\d.,'’\s]{1,40}\)?-?")
#: More decimals than any cell shows.
_PLACES = 7


class _Tables:
    """Collects the tables of a page, tag by tag."""

    def __init__(self, file: str, columns: int) -> None:
        self.tables: list[_Table] = []
        self._file, self._columns = file, columns
        self._open: list[_Table] = []
        #: The texts of open cells, and how far they reach; one for each open table.
        self._cells: list[tuple[list[str], int, int, str] | None] = []

    def read(self, page: str) -> None:
        """Go through a page; what it leaves open is ended with it."""
        place = 0
        for tag in _TAG.finditer(page):
            if tag.start() < place:
                continue  # within a comment or a script
            if self._cells and (cell := self._cells[-1]) and tag.start() > place:
                cell[0].append(page[place : tag.start()])
            name = tag["name"]
            if name is None or (name.lower() in _UNSEEN and not tag["end"]):
                end = "-->" if name is None else f"</{name}"
                found = page.find(end, tag.end())
                place = len(page) if found < 0 else found + (3 if name is None else 0)
                continue
            place = tag.end()
            if tag["end"]:
                self._ended(name.lower())
            else:
                self._started(name.lower(), tag["given"])
        while self._open:
            self._ended("table")

    def _started(self, tag: str, given: str) -> None:
        if tag == "table":
            if len(self._open) >= _DEEPEST:
                raise NestedTooDeep(file=self._file, limit=_DEEPEST)
            self._open.append(_Table())
            self._cells.append(None)
            self.tables.append(self._open[-1])
        elif not self._open:
            return
        elif tag == "tr":
            self._end_cell()
            self._open[-1].begin_row()
        elif tag in ("td", "th"):
            self._end_cell()
            spans = {one[1].lower(): one[2] for one in _SPAN.finditer(given)} if given else {}
            across = min(int(spans.get("col", "1")) or 1, self._columns)
            exact = found[1] if given and (found := _EXACT.search(given)) else ""
            self._cells[-1] = ([], across, min(int(spans.get("row", "1")) or 1, _TALLEST), exact)
        elif cell := self._cells[-1]:
            cell[0].append(" ")  # a line of its own

    def _ended(self, tag: str) -> None:
        if not self._open or tag in _LINES:
            return
        self._end_cell()
        if tag in ("tr", "table"):
            self._open[-1].end_row()
        if tag == "table":
            self._open.pop()
            self._cells.pop()

    def _end_cell(self) -> None:
        cell = self._cells[-1]
        if cell is None:
            return
        self._cells[-1] = None
        table = self._open[-1]
        width = table.put(_exact(_shown("".join(cell[0])), cell[3]), cell[1], cell[2])
        if width > self._columns:
            facts = {"row": len(table.rows) + 1, "columns": width, "limit": self._columns}
            raise TooManyColumns(file=self._file, **facts)


def _exact(shown: str, value: str) -> str:
    """The figure a spreadsheet kept beside what it shows, where that is the same, rounded."""
    if not value or not _ROUNDED.fullmatch(shown):
        return shown
    digits = "".join(letter for letter in shown if letter.isdigit())
    figure = Decimal(value)
    if any(f"{abs(figure):.{places}f}".replace(".", "") == digits for places in range(_PLACES)):
        return f"{figure:f}"
    return shown  # a day, or a share of a hundred


def _shown(text: str) -> str:
    """A cell as the page shows it."""
    if "<" in text:
        text = _OTHER_TAG.sub("", text)
    return " ".join((unescape(text) if "&" in text else text).split())
