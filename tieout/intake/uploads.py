"""A file that was handed in, opened and looked at: its table, its headings, what they may mean.

`inspect` reads in a child process and is called outside of any transaction; what it returns is
plain, so that a mapping can be tried on it again and again without reading the file once more.
"""

import hashlib
import tempfile
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.asides import Aside, asides
from tieout.intake.guessing import guess, known_headings
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import Layout, find_layout, layout_at
from tieout.intake.mapping import Mapping, signature_of
from tieout.intake.places import stored_sentence
from tieout.intake.reading import About, Choice, Limits, Row, open_file
from tieout.intake.reading.errors import NoRows, NoRowsInFile, Unreadable
from tieout.intake.reading.files import Merged
from tieout.intake.values.text import shown

#: Rows of one file; more of them are split.
MOST_ROWS = 200_000
#: Rows that are kept to show what stands in a column.
SAMPLES = 5

OTHER_SHEETS = N_(
    "Only sheet “%(sheet)s” is read; there are rows in %(others)s, too. Choose the other sheet, "
    "or hand the file in once for each."
)


class TooManyRows(Unreadable):
    """A file longer than one batch may be."""

    message = N_(
        "“%(file)s” has more than %(limit)s rows. Split it by period or customer and hand in the "
        "parts."
    )


class ColumnMissing(InvalidInput):
    """A file in which something is not said that every row needs."""

    message = N_("“%(file)s”, sheet “%(sheet)s”: %(what)s")


class ColumnMissingInText(ColumnMissing):
    """The same for a file without sheets."""

    message = N_("“%(file)s”: %(what)s")


@dataclass(frozen=True)
class Inspected:
    """A file as it was read, and what its columns are taken to say."""

    filename: str
    kind: BatchKind
    sha256: str
    size: int
    about: About
    layout: Layout
    #: Everything below the headings that shows anything.
    rows: tuple[Row, ...]
    #: Rows that are no entries, by number.
    asides: Dictionary[int, Aside]
    mapping: Mapping
    #: What a person should look at: doubtful dates and decimals, other sheets.
    warnings: tuple[Sentence, ...] = ()
    #: The rows above and including the headings.
    head: tuple[Row, ...] = ()

    @property
    def sheet(self) -> str:
        """The sheet that was read; empty for a text file."""
        return self.about.sheet

    @property
    def sheets(self) -> tuple[str, ...]:
        """Every sheet there is."""
        return tuple(sheet.name for sheet in self.about.sheets)

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands over each column; empty where nothing does."""
        return self.layout.headings

    @property
    def signature(self) -> str:
        """What a file with the same headings is known by."""
        return signature_of(self.kind, self.layout.headings)

    @property
    def missing(self) -> InvalidInput | None:
        """What the mapping still lacks, if anything."""
        try:
            self.mapping.check()
        except InvalidInput as error:
            return error
        return None

    def check(self) -> None:
        """See that every row can be read.

        Raises:
            ColumnMissing: with file, sheet and what is missing.
        """
        if (error := self.missing) is not None:
            kind = ColumnMissing if self.sheet else ColumnMissingInText
            raise kind(file=self.filename, sheet=self.sheet, what=error.sentence)

    def mapped(self, mapping: Mapping) -> "Inspected":
        """The same file, read another way; its headings stay where they were found."""
        fixed = replace(
            mapping, header_row=self.layout.header_row, signature=self.signature, kind=self.kind
        )
        found = asides(self.kind, fixed, self.layout, self.rows)
        return replace(self, mapping=fixed, asides=found)

    def reading(self) -> dict[str, Any]:
        """How the file was read, as a batch stores it."""
        return {
            "format": self.about.format.value,
            "encoding": self.about.encoding,
            "delimiter": self.about.delimiter,
            "header_row": self.layout.header_row,
            "headings": list(self.layout.headings),
            "sheets": [sheet.name for sheet in self.about.sheets if not sheet.is_hidden],
            "warnings": [stored_sentence(warning) for warning in self.warnings],
            "size": self.size,
            "samples": [
                [" ".join(shown(cell).split())[:60] for cell in row.cells]
                for row in self.rows[:SAMPLES]
            ],
        }


def inspect(
    content: bytes,
    filename: str,
    kind: BatchKind,
    *,
    sheet: str = "",
    encoding: str = "",
    delimiter: str = "",
    mapping: Mapping | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
) -> Inspected:
    """Read a file in a child process, find its table and propose what its columns say.

    `mapping` is taken instead of a proposal, `header_row` instead of the row found.

    Raises:
        Unreadable: with the reason and what to do, in one sentence.
    """
    about, rows = _read(content, filename, Choice(sheet, encoding, delimiter), limits or Limits())
    layout = _layout(rows, about.merged, header_row)
    below = tuple(row for row in rows if row.number > layout.header_row)
    if not below:
        if about.sheet:
            raise NoRows(file=filename, sheet=about.sheet)
        raise NoRowsInFile(file=filename)
    guessed = guess(kind, layout, below)
    inspected = Inspected(
        filename=filename,
        kind=kind,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        about=about,
        layout=layout,
        rows=below,
        asides={},
        mapping=guessed.mapping,
        warnings=(*guessed.doubts, *_other_sheets(about)),
        head=tuple(row for row in rows if row.number <= layout.header_row),
    )
    return inspected.mapped(mapping or guessed.mapping)


def _read(content: bytes, filename: str, choice: Choice, limits: Limits) -> tuple[About, list[Row]]:
    with tempfile.TemporaryDirectory(prefix="tieout-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        rows: list[Row] = []
        with open_file(path, name=filename, limits=limits, choice=choice) as reading:
            for row in reading.rows():
                rows.append(row)
                if len(rows) > MOST_ROWS:
                    raise TooManyRows(file=filename, limit=MOST_ROWS)
            about = reading.about
    if not rows:
        if about.sheet:
            raise NoRows(file=filename, sheet=about.sheet)
        raise NoRowsInFile(file=filename)
    return about, rows


def _layout(rows: list[Row], merged: tuple[Merged, ...], header_row: int | None) -> Layout:
    if header_row is None:
        return find_layout(rows, known_headings(), merged)
    return layout_at(rows, header_row, merged)


def _other_sheets(about: About) -> list[Sentence]:
    others = [
        sheet.name
        for sheet in about.sheets
        if sheet.name != about.sheet and not sheet.is_hidden and (sheet.rows or 0) > 1
    ]
    if not others:
        return []
    return [Sentence(OTHER_SHEETS, {"sheet": about.sheet, "others": ", ".join(others[:5])})]
