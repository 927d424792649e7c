"""Cells of an .xlsx without a value: errors, and formulas that were never calculated.

The fast reader gives both as empty cells, so an amount would be lost in silence.
"""

import codecs
import re
from collections.abc import Iterator
from html import unescape
from pathlib import PurePosixPath
from zipfile import ZipFile

from tieout.intake.reading.cells import NOT_CALCULATED
from tieout.intake.reading.errors import NeverCalculatedAtAll

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s([^>]*?\bt=\"e\"[^>]*)>(?:<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?"
    rb"\s*<(?:\w+:)?v>([^<]*)<"
)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)><(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>(0?)</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_TYPE = re.compile(rb"\bt=\"(\w+)\"")
_HIDDEN = re.compile(rb"<(?:\w+:)?row\s(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*?\br=\"(\d{1,7})\"")
#: Elements under a name of their own: <x:c> instead of <c>.
_PREFIXED = re.compile(rb"<\w+:(?:worksheet|sheetData|row|c)\b")
_HEAD = 1 << 16
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLOCK = 1 << 20
#: Rows with such cells; with more of them one sentence says it all.
MOST = 100_000

Marks = dict[int, dict[int, str]]


def marks(archive: ZipFile, sheet: str, hidden: set[int] | None = None) -> Marks:
    """What stands in the cells of a sheet that have no value, by row number and column.

    The numbers of rows that are hidden are added to `hidden`.
    """
    part = part_of(archive, sheet)
    if part is None:
        return {}
    #: Some programs write 0 for what they leave to Excel to calculate on opening, and say so.
    zero_is_open = b'fullCalcOnLoad="1"' in read_part(archive, "xl/workbook.xml")
    found: Marks = {}
    rest, is_prefixed = b"", None
    for block in blocks_of(archive, part):
        if is_prefixed is None:
            is_prefixed = _PREFIXED.search(block[:_HEAD]) is not None
        block = rest + block
        end = _end_of_cells(block, is_prefixed=is_prefixed)
        _look(block[:end], zero_is_open, found, is_prefixed=is_prefixed)
        _look_for_hidden(block[:end], hidden)
        rest = block[end:][-_BLOCK:]
        if len(found) > MOST:
            return found
    _look(rest, zero_is_open, found, is_prefixed=True)
    _look_for_hidden(rest, hidden)
    return found


def blocks_of(archive: ZipFile, part: str) -> Iterator[bytes]:
    """A part piece by piece, in UTF-8 where it is in UTF-16."""
    with archive.open(part) as content:
        block = content.read(_BLOCK)
        if not block.startswith(_UTF16):
            while block:
                yield block
                block = content.read(_BLOCK)
            return
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        while block:
            yield decoder.decode(block).encode("utf-8", "replace")
            block = content.read(_BLOCK)


def check(found: Marks, file: str, sheet: str) -> Marks:
    """See that all of them were found.

    Raises:
        NeverCalculatedAtAll: there are so many that some were not looked for.
    """
    if len(found) > MOST:
        raise NeverCalculatedAtAll(file=file, sheet=sheet, limit=MOST)
    return found


def _end_of_cells(block: bytes, *, is_prefixed: bool) -> int:
    """Where the last whole cell of a block ends, so that none is cut in two."""
    plain, prefixed = block.rfind(b"</c>"), block.rfind(b":c>") if is_prefixed else -1
    return max(plain + 4 if plain >= 0 else 0, prefixed + 3 if prefixed >= 0 else 0)


def _look(block: bytes, zero_is_open: bool, found: Marks, *, is_prefixed: bool) -> None:
    # one letter is looked for many times faster than two, and mostly is not there
    if b"e" in block and b't="e"' in block:
        for match in _ERROR.finditer(block):
            _note(found, match[1], match[2].decode("utf-8", "replace"))
    if (b"f" in block and b"<f" in block) or (is_prefixed and b":f" in block):
        for match in _FORMULA.finditer(block):
            kind = _TYPE.search(match[1])
            if kind and kind[1] in (b"str", b"e"):
                continue  # an empty text is a result
            if match[2] == b"0" and not zero_is_open:
                continue
            _note(found, match[1], NOT_CALCULATED)


def _look_for_hidden(block: bytes, hidden: set[int] | None) -> None:
    if hidden is not None and b"h" in block and b'hidden="' in block:
        hidden.update(int(number) for number in _HIDDEN.findall(block))


def _note(found: Marks, attributes: bytes, code: str) -> None:
    if place := _PLACE.search(attributes):
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        found.setdefault(int(place[2]), {})[column - 1] = code


def part_of(archive: ZipFile, sheet: str) -> str | None:
    """Where the rows of a sheet are in the archive."""
    targets = {
        entry.get(b"Id"): entry.get(b"Target", b"").decode("utf-8", "replace")
        for entry in _tags(_RELATION, read_part(archive, "xl/_rels/workbook.xml.rels"))
    }
    names = set(archive.namelist())
    for entry in _tags(_SHEET, read_part(archive, "xl/workbook.xml")):
        if unescape(entry.get(b"name", b"").decode("utf-8", "replace")) != sheet:
            continue
        key = next((value for name, value in entry.items() if name.endswith(b":id")), None)
        target = targets.get(key, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        path = str(PurePosixPath(path))
        return path if path in names else None
    return None


def _tags(pattern: re.Pattern[bytes], content: bytes) -> list[dict[bytes, bytes]]:
    return [
        {found[1]: found[2] or found[3] for found in _ATTRIBUTE.finditer(tag)}
        for tag in pattern.findall(content)
    ]


def read_part(archive: ZipFile, name: str) -> bytes:
    """The beginning of a part, in UTF-8; empty where there is no such part."""
    try:
        with archive.open(name) as part:
            content = part.read(4 << 20)
    except KeyError:
        return b""
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return content
