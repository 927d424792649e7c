"""What a sheet of an old .xls shows beside its values: currencies, and errors.

The fast reader gives the numbers alone, and nothing at all for an error, so that an amount in
euros would be taken for one of the company's own currency, and an error for an empty cell. Only
the records that tell of these are looked at; what is damaged is told by the reader of the values.
"""

import struct
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from tieout.intake.reading.formats import Shown, currency_of
from tieout.intake.reading.marks import MOST, Marks

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_SECTOR = 0xFFFFFFF0
#: Records, by their numbers in the format.
_FORMULA, _EOF, _BOUNDSHEET, _MULRK, _XF = 0x06, 0x0A, 0x85, 0xBD, 0xE0
_ROW, _ROW_HIDDEN = 0x208, 0x20
_NUMBER, _BOOLERR, _RK, _FORMAT, _BOF = 0x203, 0x205, 0x27E, 0x41E, 0x809
_ERRORS = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A",
}  # fmt: skip
_BIFF8 = 0x0600
#: Cells that are remembered one by one, where a column shows several currencies.
_MOST_CELLS = 200_000


class _Record(NamedTuple):
    """A record of the stream: its number, and where what it says begins and ends."""

    kind: int
    start: int
    end: int


def beside(content: bytes, sheet: str) -> tuple[Marks, Shown]:
    """Tell which cells of a sheet hold an error, and which currencies the others show."""
    try:
        book = _workbook(content)
        return _look(book, sheet)
    except (struct.error, IndexError, ValueError, UnicodeError):
        return {}, Shown()


def _workbook(content: bytes) -> bytes:
    """The stream of the workbook in the file; files of the oldest kind are nothing else."""
    if not content.startswith(_OLE):
        return content
    size = 1 << (struct.unpack_from("<H", content, 30)[0] & 15)
    first_directory, _, cutoff, first_mini = struct.unpack_from("<IIII", content, 48)
    table = _table(content, size)
    directory = _chain(content, table, first_directory, size, 512)
    root, found = (0, 0), None
    for place in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, place + 64)
        name = directory[place : place + max(length - 2, 0)].decode("utf-16-le", "replace")
        start, long = struct.unpack_from("<II", directory, place + 116)
        if kind == 5:
            root = (start, long)
        elif kind == 2 and name in ("Workbook", "Book") and found is None:
            found = (start, long)
    if found is None:
        return b""
    start, long = found
    if long >= cutoff:
        return _chain(content, table, start, size, size)[:long]
    small = _chain(content, table, root[0], size, size)
    mini = array("I", _chain(content, table, first_mini, size, size))
    return _chain(small, mini, start, 64, 0)[:long]


def _table(content: bytes, size: int) -> "array[int]":
    """Which sector follows which."""
    sectors = [one for one in struct.unpack_from("<109I", content, 76) if one < _NO_SECTOR]
    more, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, 1_000)):
        if more >= _NO_SECTOR:
            break
        *others, more = struct.unpack_from(f"<{size // 4}I", content, 512 + more * size)
        sectors += [one for one in others if one < _NO_SECTOR]
    table = array("I")
    for sector in sectors:
        table.frombytes(content[512 + sector * size :][:size])
    return table


def _chain(content: bytes, table: "array[int]", first: int, size: int, before: int) -> bytes:
    """The sectors that follow each other from a first one on."""
    lead = 512 if before else 0
    parts, seen = [], 0
    while first < _NO_SECTOR and seen <= len(table):
        place = lead + first * size
        parts.append(content[place : place + size])
        first = table[first]
        seen += 1
    return b"".join(parts)


def _records(book: bytes, place: int) -> Iterator[_Record]:
    """The records of a part of the stream, up to its own end."""
    depth = 0
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        start, place = place + 4, place + 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0 and kind == _EOF:
            return
        if depth <= 1:
            yield _Record(kind, start, place)


def _look(book: bytes, sheet: str) -> tuple[Marks, Shown]:
    wide = struct.unpack_from("<H", book, 4)[0] >= _BIFF8
    codes: dict[int, str] = {}
    styles: list[int] = []
    where = None
    for kind, start, end in _records(book, 0):
        if kind == _FORMAT:
            number = struct.unpack_from("<H", book, start)[0]
            codes[number] = currency_of(_text(book[start + 2 : end], wide, 2 if wide else 1))
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", book, start + 2)[0])
        elif kind == _BOUNDSHEET and _text(book[start + 6 : end], wide, 1) == sheet:
            where = struct.unpack_from("<I", book, start)[0]
    if where is None:
        return {}, Shown()
    shown = [codes.get(one, "") for one in styles]
    return _cells(book, where, shown)


def _text(said: bytes, wide: bool, size: int) -> str:
    """A text with its length before it; wide ones say whether each letter has one byte or two."""
    length = int.from_bytes(said[:size], "little")
    if not wide:
        return said[size : size + length].decode("latin-1")
    if said[size] & 1:
        return said[size + 1 : size + 1 + 2 * length].decode("utf-16-le")
    return said[size + 1 : size + 1 + length].decode("latin-1")


def _cells(book: bytes, where: int, shown: list[str]) -> tuple[Marks, Shown]:
    marks: Marks = {}
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    cells: dict[int, dict[int, str]] = {}
    noted = 0
    hidden: set[int] = set()
    for kind, start, end in _records(book, where):
        if kind == _ROW and book[start + 12] & _ROW_HIDDEN:
            hidden.add(_short(book, start) + 1)
        if kind not in (_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR):
            continue
        row, column, style = struct.unpack_from("<HHH", book, start)
        code = _error(book, kind, start)
        if code and len(marks) <= MOST:
            marks.setdefault(row + 1, {})[column] = code
        if code or kind == _BOOLERR:
            continue
        places = [(column, style)]
        if kind == _MULRK:
            styles = range(start + 4, end - 2, 6)
            places = [(column + n, _short(book, at)) for n, at in enumerate(styles)]
        for one, its_style in places:
            if currency := shown[its_style] if its_style < len(shown) else "":
                counts[one][currency] += 1
                if noted < _MOST_CELLS:
                    cells.setdefault(row + 1, {})[one] = currency
                    noted += 1
    shown_by = Shown.of(counts, cells)
    shown_by.hidden = hidden
    return marks, shown_by


def _short(book: bytes, place: int) -> int:
    return int.from_bytes(book[place : place + 2], "little")


def _error(book: bytes, kind: int, start: int) -> str:
    """The error a cell holds; empty for one that holds a value."""
    if kind == _BOOLERR and book[start + 7]:
        return _ERRORS.get(book[start + 6], "#N/A")
    if kind == _FORMULA and book[start + 12 : start + 14] == b"\xff\xff" and book[start + 6] == 2:
        return _ERRORS.get(book[start + 8], "#N/A")
    return ""
