"""What a sheet of an .ods shows beside its values: currencies, errors, formulas without a result.

The fast reader gives the numbers alone, and nothing at all for an error, so that an amount in
euros would be taken for one of the company's own currency, and an error for an empty cell.
"""

from collections import Counter, defaultdict
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from tieout.intake.reading.cells import NOT_CALCULATED
from tieout.intake.reading.formats import Shown
from tieout.intake.reading.marks import MOST, Marks, read_part

_CONTENT = "content.xml"
#: Without one of these nothing is to be told, and a large sheet is not gone through twice.
_TELLING = (
    b"office:currency=", b'value-type="error"', b"table:formula=", b'table:visibility="',
)  # fmt: skip
_BLOCK = 1 << 20
#: Cells that are remembered one by one, where a column shows several currencies.
_MOST_CELLS = 200_000


class _Enough(Exception):
    """All of the sheet was seen."""


def is_encrypted(archive: ZipFile) -> bool:
    """Whether a password is needed to open it."""
    return b"encryption-data" in read_part(archive, "META-INF/manifest.xml")


def beside(archive: ZipFile, sheet: str) -> tuple[Marks, Shown]:
    """Tell what stands in cells without a value, and which currencies the others show."""
    if not _has_something_to_tell(archive):
        return {}, Shown()
    looking = _Looking(sheet)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = looking.stop
    parser.StartElementHandler = looking.start
    parser.EndElementHandler = looking.end
    parser.CharacterDataHandler = looking.say
    try:
        with archive.open(_CONTENT) as content:
            while block := content.read(_BLOCK):
                parser.Parse(block, False)
    except (_Enough, expat.ExpatError):
        pass  # what is damaged is told by the reader of the values
    return looking.marks, looking.shown()


def _has_something_to_tell(archive: ZipFile) -> bool:
    if _CONTENT not in archive.namelist():
        return False
    rest = b""
    with archive.open(_CONTENT) as content:
        while block := content.read(_BLOCK):
            if any(word in rest + block for word in _TELLING):
                return True
            rest = block[-40:]
    return False


class _Looking:
    """A sheet while it is gone through."""

    def __init__(self, sheet: str) -> None:
        self.marks: Marks = {}
        self._sheet = sheet
        self._inside = False
        self._row, self._rows, self._column = 0, 1, 0
        self._places: tuple[int, int] = (0, 0)
        self._error: list[str] | None = None
        self._counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._cells: dict[int, dict[int, str]] = {}
        self._noted = 0
        self._hidden: set[int] = set()

    def stop(self, *_: object) -> None:
        raise _Enough

    def start(self, name: str, said: dict[str, Any]) -> None:
        local = name.rpartition(":")[2]
        if local == "table" and said.get("table:name") == self._sheet:
            self._inside = True
        elif not self._inside:
            return
        elif local == "table-row":
            self._rows = _times(said, "table:number-rows-repeated")
            self._column = 0
            if said.get("table:visibility") in ("filter", "collapse"):
                self._hidden.update(range(self._row + 1, self._row + 1 + self._rows))
        elif local in ("table-cell", "covered-table-cell"):
            self._cell(said)

    def end(self, name: str) -> None:
        if not self._inside:
            return
        local = name.rpartition(":")[2]
        if local == "table":
            raise _Enough
        if local == "table-row":
            self._row += self._rows
        elif local == "table-cell" and self._error is not None:
            self._mark("".join(self._error).strip() or NOT_CALCULATED)
            self._error = None

    def say(self, text: str) -> None:
        if self._error is not None:
            self._error.append(text)

    def shown(self) -> Shown:
        found = Shown.of(self._counts, self._cells)
        found.hidden = self._hidden
        return found

    def _cell(self, said: dict[str, Any]) -> None:
        times = _times(said, "table:number-columns-repeated")
        self._places = (self._column, self._column + times)
        self._column += times
        kind = said.get("office:value-type", "")
        if said.get("calcext:value-type") == "error":
            self._error = []
        elif "table:formula" in said and not kind:
            self._mark(NOT_CALCULATED)
        elif currency := said.get("office:currency"):
            self._note(currency)

    def _mark(self, code: str) -> None:
        """A cell without a value, in each row that repeats it."""
        for row in range(self._row + 1, self._row + 1 + self._rows):
            if len(self.marks) > MOST:
                return
            self.marks.setdefault(row, {}).update(dict.fromkeys(range(*self._places), code))

    def _note(self, currency: str) -> None:
        for column in range(*self._places):
            self._counts[column][currency] += self._rows
            for row in range(self._row + 1, self._row + 1 + self._rows):
                if self._noted >= _MOST_CELLS:
                    break
                self._cells.setdefault(row, {})[column] = currency
                self._noted += 1


def _times(said: dict[str, Any], name: str) -> int:
    """How often a row or cell stands there; never more than a sheet has."""
    text = str(said.get(name, "1"))
    return min(int(text), 1_048_576) if text.isdecimal() else 1
