"""Currencies that stand only in how numbers are shown: [$€-407] #,##0.00 and "¥"#,##0.

The fast reader gives the numbers alone, and what they are in would be lost in silence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from zipfile import ZipFile

from tieout.intake.reading.marks import blocks_of, part_of, read_part

_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\s([^>]*)>")
_ID = re.compile(rb'\bnumFmtId="(\d+)"')
_CODE = re.compile(rb'\bformatCode="([^"]*)"')
#: [$€-407]: a sign, and the number of a language.
_SIGN = re.compile(r"\[\$([^\]-]+)(?:-([0-9A-Fa-f]+))?\]")
_QUOTED = re.compile(
    r'"\s*(US\$|HK\$|NT\$|RMB|[A-Z]{3}|[€£¥￥$₹₩元]|人民币|美元|港币|欧元)\s*"|([€£¥￥₹₩])'
)
#: Whose sign it is, by the last digits of the number of the language.
_BY_LANGUAGE = {
    "804": "CNY", "411": "JPY", "409": "USD", "c04": "HKD", "404": "TWD", "c09": "AUD",
    "1009": "CAD", "1409": "NZD", "1004": "SGD", "41d": "SEK", "414": "NOK", "406": "DKK",
}  # fmt: skip
_BLOCK = 1 << 20
#: Cells that are remembered one by one, where a column shows several currencies.
_MOST = 200_000


@dataclass
class Shown:
    """The currencies that the cells of a sheet show."""

    #: By column, where all cells that show one show the same.
    columns: dict[int, str] = field(default_factory=dict)
    #: By row and column, where they differ.
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    #: Rows that are hidden, mostly by a filter.
    hidden: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, counts: Mapping[int, Counter[str]], cells: dict[int, dict[int, str]]) -> "Shown":
        """Tell the columns of one currency from those of several, by all their cells."""
        several = {column for column, codes in counts.items() if len(codes) > 1}
        return cls(
            {c: next(iter(codes)) for c, codes in counts.items() if c not in several},
            {
                row: left
                for row, found in (cells.items() if several else ())
                if (left := {c: code for c, code in found.items() if c in several})
            },
        )


def shown_currencies(archive: ZipFile, sheet: str) -> Shown:
    """Tell which currencies the numbers of a sheet are shown in."""
    part = part_of(archive, sheet)
    styles = _styles(read_part(archive, "xl/styles.xml"))
    if part is None or not styles:
        return Shown()
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    cells: dict[int, dict[int, str]] = {}
    for count, (row, column, style) in enumerate(_cells(archive, part, styles)):
        code = styles[style]
        counts[column][code] += 1
        if count < _MOST:
            cells.setdefault(row, {})[column] = code
    return Shown.of(counts, cells)


def _styles(content: bytes) -> dict[bytes, str]:
    """The styles that show a currency, by their number."""
    codes = {}
    for found in _FORMAT.finditer(content):
        number, code = _ID.search(found[1]), _CODE.search(found[1])
        if number and code and (sign := currency_of(unescape(code[1].decode("utf-8", "replace")))):
            codes[number[1]] = sign
    block = _STYLES.search(content) if codes else None
    if block is None:
        return {}
    found_styles = {}
    for place, found in enumerate(_STYLE.finditer(block[0])):
        number = _ID.search(found[1])
        if number and number[1] in codes:
            found_styles[str(place).encode()] = codes[number[1]]
    return found_styles


def currency_of(code: str) -> str:
    """A currency, or a sign that several share; empty for a format that shows none."""
    code = code.split(";")[0].replace("\\", "")
    if found := _SIGN.search(code):
        return _BY_LANGUAGE.get((found[2] or "").lower().lstrip("0"), "") or found[1].strip()
    if found := _QUOTED.search(code):
        return found[1] or found[2]
    return "$" if re.search(r'(^|[^\[])"?\$"?', code) and "[$" not in code else ""


def _cells(
    archive: ZipFile, part: str, styles: dict[bytes, str]
) -> Iterator[tuple[int, int, bytes]]:
    """The cells that hold something in one of these styles: row, column, style."""
    wanted = b"|".join(styles)
    cell = re.compile(
        rb'<(?:\w+:)?c\s(?=[^>]*?\bs="(' + wanted + rb')")'
        rb'[^>]*?\br="([A-Z]{1,3})(\d{1,7})"(?:[^>/]|/(?!>))*>'
    )
    rest = b""
    for block in blocks_of(archive, part):
        block = rest + block
        end = max(block.rfind(b"<"), 0)
        yield from map(_placed, cell.finditer(block, 0, end))
        rest = block[end:][-_BLOCK:]
    yield from map(_placed, cell.finditer(rest))


def _placed(found: re.Match[bytes]) -> tuple[int, int, bytes]:
    column = 0
    for letter in found[2]:
        column = column * 26 + letter - 64
    return int(found[3]), column - 1, found[1]
