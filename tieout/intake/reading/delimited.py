"""Text files cut into cells, row by row, whatever their length."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tieout.intake.reading.dialect import delimiter_of, quote_of, stated_delimiter
from tieout.intake.reading.encoding import (
    NONE_BROKEN,
    Broken,
    broken_in,
    encoding_of,
    is_cut_in_a_character,
)
from tieout.intake.reading.errors import (
    CellTooLong,
    CutInACharacter,
    LineTooLong,
    QuoteNeverClosed,
    TooManyColumns,
    UnknownWriting,
)
from tieout.intake.reading.fixed_width import BLANKS, cut_all, find_cuts

#: No real cell is longer; what is longer is a quotation mark that was never closed.
CELL_LIMIT = 65_536
#: A cell with more line ends than this swallowed rows.
_LINES_IN_A_CELL = 60
#: Before each cell of a row it says: this is text, whatever a spreadsheet would make of it.
_MARK = "`"
_BOM = "\ufeff"
_SAMPLE = 100_000
#: In bytes; without an end before that it is no line.
_LONGEST_LINE = 8_000_000


@dataclass(frozen=True)
class Writing:
    """How a text file is written."""

    encoding: str
    delimiter: str
    #: Whether its first line only names the delimiter.
    stated: bool
    #: Whether a backslash, instead of a second one, keeps a quotation mark from ending its cell.
    escapes: bool = False
    #: What stands around cells that hold the delimiter.
    quote: str = '"'
    #: Bytes that are no characters in it, and the line of the first.
    broken: Broken = NONE_BROKEN
    #: Where columns begin that nothing but blanks sets apart.
    cuts: tuple[int, ...] = ()


def writing_of(path: Path, file: str, encoding: str = "", delimiter: str = "") -> Writing:
    """Tell how a text file is written, but for what was chosen already.

    Raises:
        LineTooLong: it has no lines.
        UnknownWriting: no encoding fits.
    """
    if not _has_lines(path):
        raise LineTooLong(file=file, limit=_LONGEST_LINE // 1_000_000)
    encoding = encoding or encoding_of(path) or ""
    if not encoding:
        raise (CutInACharacter if is_cut_in_a_character(path) else UnknownWriting)(file=file)
    try:
        broken = broken_in(path, encoding)
        with path.open(encoding=encoding, newline="", errors=broken.handling) as text:
            sample = text.read(_SAMPLE)
    except (UnicodeError, LookupError) as error:
        raise UnknownWriting(file=file) from error
    lines = sample.splitlines(keepends=True)
    stated = stated_delimiter(lines[0]) if lines else None
    if len(sample) == _SAMPLE and len(lines) > 1:
        lines.pop()  # cut in the middle
    found = delimiter or stated or delimiter_of("".join(lines).replace("\0", ""))
    quote = quote_of(sample, found)
    if quote != '"' and not delimiter and not stated:  # marks between quotes were no marks
        found = delimiter_of("".join(lines).replace("\0", "").replace('"', "").replace("'", '"'))
    cuts = find_cuts(lines) if found == BLANKS else ()
    return Writing(
        encoding, found, stated is not None, _escapes(sample, found), quote, broken, cuts
    )


def _has_lines(path: Path) -> bool:
    """Whether the first line comes to an end at all."""
    with path.open("rb") as file:
        head = file.read(_LONGEST_LINE)
    return len(head) < _LONGEST_LINE or b"\n" in head or b"\r" in head


def _escapes(sample: str, delimiter: str) -> bool:
    """Whether marks are seen that a backslash stands before and no cell ends behind."""
    mark = re.escape(delimiter)
    return re.search(rf'"[^"\r\n]*\\"[^{mark}"\r\n]', sample) is not None


def records(path: Path, file: str, writing: Writing, columns: int) -> Iterator[list[str]]:
    """Yield the records of a text file, blank ones too.

    Raises:
        QuoteNeverClosed: a quotation mark swallows what follows.
        CellTooLong, TooManyColumns: it is no table.
        UnknownWriting: the encoding does not hold to the end.
    """
    csv.field_size_limit(CELL_LIMIT)
    number = 0
    record: list[str] = []
    try:
        with path.open(
            encoding=writing.encoding, newline="", errors=writing.broken.handling
        ) as text:
            if writing.stated:
                text.readline()
            for number, record in enumerate(_cut(text, writing), 1):
                if len(record) > columns:
                    raise TooManyColumns(file=file, row=number, columns=len(record), limit=columns)
                for cell in record:
                    if "\n" in cell and cell.count("\n") > _LINES_IN_A_CELL:
                        raise QuoteNeverClosed(file=file, row=number)
                yield _without_marks(record) if record[:1] and record[0][:1] == _MARK else record
    except csv.Error as error:
        raise CellTooLong(file=file, row=number + 1, limit=CELL_LIMIT) from error
    except UnicodeError as error:
        raise UnknownWriting(file=file) from error
    if any("\n" in cell or "\r" in cell for cell in record):
        unclosed = _unclosed_row(path, writing)
        if unclosed is not None:
            raise QuoteNeverClosed(file=file, row=unclosed)


def _without_marks(record: list[str]) -> list[str]:
    """Cells whose every one opens with a mark against reckoning it, as payment services write."""
    if len(record) > 1 and all(cell[:1] in ("", _MARK) for cell in record):
        return [cell[1:] for cell in record]
    return record


def _cut(text: TextIO, writing: Writing) -> Iterator[list[str]]:
    lines = (_cleaned(line) if "\0" in line or line[:1] == _BOM else line for line in text)
    if writing.cuts:
        return cut_all(lines, writing.cuts)
    return csv.reader(
        lines,
        delimiter=writing.delimiter,
        quotechar=writing.quote,
        escapechar="\\" if writing.escapes else None,
    )


def _cleaned(line: str) -> str:
    """A line without NUL, and without the mark with which a second file begins behind a first."""
    return line.replace("\0", "").removeprefix(_BOM)


def _unclosed_row(path: Path, writing: Writing) -> int | None:
    """The row in which a quotation mark opens that the end of the file does not close."""
    number = 0
    with path.open(encoding=writing.encoding, newline="", errors="replace") as text:
        if writing.stated:
            text.readline()
        reader = csv.reader(
            (line.replace("\0", "") for line in text),
            delimiter=writing.delimiter,
            quotechar=writing.quote,
            escapechar="\\" if writing.escapes else None,
            strict=True,
        )
        while True:
            try:
                next(reader)
            except StopIteration:
                return None
            except csv.Error as error:
                return number + 1 if "unexpected end of data" in str(error) else None
            number += 1
