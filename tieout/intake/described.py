"""How a file was read, and what its columns are taken to say: told by its head, or an importer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.around import carried, guessed_of, told
from tieout.intake.asides import Aside, AsideRule
from tieout.intake.controls import Control
from tieout.intake.guessing import (
    Guess,
    as_written,
    known_headings,
)
from tieout.intake.kinds import BATCH_LABELS, BatchKind
from tieout.intake.layout import Layout, find_layout, layout_at
from tieout.intake.mapping import Column, Mapping, signature_of
from tieout.intake.not_read import not_read
from tieout.intake.places import kept_sentence, stored_sentence
from tieout.intake.reading import About, Row
from tieout.intake.reading.errors import NoRows, NoRowsInFile, Unreadable
from tieout.intake.reading.files import Merged
from tieout.intake.said_of_amounts import with_amounts
from tieout.intake.values.text import shown

#: Rows that are kept to show what stands in a column.
SAMPLES = 5

OTHER_SHEETS = N_(
    "Only sheet “%(sheet)s” is read; there are rows in %(others)s, too. Choose the other sheet, "
    "or hand the file in once for each."
)
#: Sheets of our own templates that hold no rows.
BESIDE = frozenset({"Explanations", "填写说明"})
HIDDEN_SHEETS = N_("Hidden sheets are not read unless you choose them: %(sheets)s.")
NUL_BYTES = N_(
    "The file holds %(count)s characters that show nothing (NUL); they were left aside. It may "
    "have been damaged on its way."
)
UNREAD_CHARACTERS = N_(
    "Not every character could be read: � stands in the place of %(count)s, the first in line "
    "%(line)s. Compare it with where the file comes from, or choose another encoding."
)


class HoldsSomethingElse(Unreadable):
    """A statement handed in as invoices, or the like."""

    message = N_(
        "“%(file)s” holds: %(found)s. It was handed in as: %(wanted)s. Hand it in as it is."
    )


class ColumnMissing(InvalidInput):
    """A file in which something is not said that every row needs."""

    message = N_("“%(file)s”, sheet “%(sheet)s”: %(what)s")


class ColumnMissingInText(ColumnMissing):
    """The same for a file without sheets."""

    message = N_("“%(file)s”: %(what)s")


@dataclass(frozen=True, kw_only=True)
class Described:
    """How a file was read, and what its columns are taken to say; not yet its rows."""

    filename: str
    kind: BatchKind
    sha256: str
    size: int
    about: About
    layout: Layout
    mapping: Mapping
    #: What a person should look at: doubtful dates and decimals, other sheets.
    warnings: tuple[Sentence, ...] = ()
    #: The rows above and including the headings.
    head: tuple[Row, ...] = ()
    #: The first rows below the headings.
    first: tuple[Row, ...] = ()
    #: Control figures that a statement or invoice states outside of its rows.
    stated: tuple[Control, ...] = ()

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

    @property
    def importer(self) -> str:
        """The importer that read it by rules of its own; empty for a table."""
        return str(self.about.contents.get("importer", ""))

    def asides_of(self, mapping: Mapping) -> Callable[[Sequence[Row]], dict[int, Aside]]:
        """How to tell rows that are no entries; an importer brings nothing but entries."""
        if self.importer:
            return _no_asides
        rule = AsideRule(self.kind, mapping, self.layout)
        if not (mapping.leaves_hidden and self.about.hidden):
            return rule.of_rows
        return lambda rows: _with_hidden(rule, rows, self.about)

    def fixed(self, mapping: Mapping) -> Mapping:
        """A mapping for this file; its headings stay where they were found."""
        return replace(
            mapping, header_row=self.layout.header_row, signature=self.signature, kind=self.kind
        )

    def reading(self) -> dict[str, Any]:
        """How the file was read, as a batch stores it."""
        return {
            "format": self.about.format.value,
            "reader": self.about.reader,
            "importer": self.importer,
            "details": self.about.contents.get("details", {}),
            "encoding": self.about.encoding,
            "delimiter": self.about.delimiter,
            "header_row": self.layout.header_row,
            "headings": list(self.layout.headings),
            "sheets": [sheet.name for sheet in self.about.sheets if not sheet.is_hidden],
            "hidden_rows": sum(last - first + 1 for first, last in self.about.hidden),
            "hidden_sheets": [sheet.name for sheet in self.about.sheets if sheet.is_hidden],
            "warnings": [stored_sentence(warning) for warning in self.warnings],
            "size": self.size,
            "samples": [
                [" ".join(shown(cell).split())[:60] for cell in row.cells]
                for row in self.first[:SAMPLES]
            ],
        }


def describe(
    path: Path,
    filename: str,
    kind: BatchKind | None,
    about: About,
    head: list[Row],
    header_row: int | None,
    sha256: str,
) -> tuple[Described, Guess]:
    """Say what a file is by its first rows, or by what an importer said of it.

    Raises:
        Unreadable: there is no row in it, or it holds something else.
    """
    is_imported = bool(about.contents)
    if is_imported:
        layout, guessed = _said(filename, kind, about, head)
        below = head
    else:
        layout = _layout(head, about.merged, header_row) if head else Layout(0, ())
        below = [row for row in head if row.number > layout.header_row]
        if not below:
            if about.sheet:
                raise NoRows(file=filename, sheet=about.sheet)
            raise NoRowsInFile(file=filename)
        layout, below, guessed = told(kind, layout, head, below)
        guessed = with_amounts(guessed, layout, head, about.currencies)
    described = Described(
        filename=filename,
        kind=guessed.mapping.kind,
        sha256=sha256,
        size=path.stat().st_size,
        about=about,
        layout=layout,
        mapping=guessed.mapping,
        warnings=tuple(
            _remarks(about)
            if is_imported
            else [*_oddities(about), *carried(layout), *not_read(about, layout, head)]
        ),
        head=tuple(row for row in head if row.number <= layout.header_row),
        first=tuple(below[:SAMPLES]),
        stated=tuple(Control.from_json(one) for one in about.contents.get("controls", ())),
    )
    return described, guessed


def _said(
    filename: str, kind: BatchKind | None, about: About, head: list[Row]
) -> tuple[Layout, Guess]:
    """What an importer said of the file; only where it left that open is anything guessed."""
    said = about.contents
    layout = Layout(0, tuple(said["headings"]))
    if not said["kind"]:
        return layout, guessed_of(kind, layout, head)
    is_of = BatchKind(said["kind"])
    if kind not in (None, is_of):
        found, wanted = Sentence(BATCH_LABELS[is_of]), Sentence(BATCH_LABELS[kind])
        raise HoldsSomethingElse(file=filename, found=found, wanted=wanted)
    columns = (
        Column(place, field, heading)
        for place, (field, heading) in enumerate(zip(said["fields"], said["headings"], strict=True))
        if field
    )
    return layout, as_written(Mapping(is_of, tuple(columns)), head)


def _remarks(about: About) -> list[Sentence]:
    """What an importer has to say about the file."""
    return [kept_sentence(one) for one in about.contents["warnings"]]


def _no_asides(_: Sequence[Row]) -> dict[int, Aside]:
    return {}


def _with_hidden(rule: AsideRule, rows: Sequence[Row], about: About) -> dict[int, Aside]:
    """Rows that are no entries, and those that are hidden."""
    hidden = {row.number: Aside.HIDDEN for row in rows if about.is_hidden(row.number)}
    return hidden | rule.of_rows([row for row in rows if row.number not in hidden])


def _layout(rows: Sequence[Row], merged: tuple[Merged, ...], header_row: int | None) -> Layout:
    if header_row is None:
        return find_layout(rows, known_headings(), merged)
    return layout_at(rows, header_row, known_headings(), merged)


def _oddities(about: About) -> list[Sentence]:
    """Sheets that are not read, and characters that are not there."""
    found = []
    others = [
        sheet.name
        for sheet in about.sheets
        if sheet.name != about.sheet
        and not sheet.is_hidden
        and (sheet.rows or 0) > 1
        and sheet.name not in BESIDE
    ]
    if others:
        facts = {"sheet": about.sheet, "others": ", ".join(others[:5])}
        found.append(Sentence(OTHER_SHEETS, facts))
    hidden = [sheet.name for sheet in about.sheets if sheet.is_hidden and sheet.name != about.sheet]
    if hidden:
        found.append(Sentence(HIDDEN_SHEETS, {"sheets": ", ".join(hidden[:10])}))
    if about.broken[0]:
        count, line = about.broken
        found.append(Sentence(UNREAD_CHARACTERS, {"count": count, "line": line}))
    if about.nuls:
        found.append(Sentence(NUL_BYTES, {"count": about.nuls}))
    return found
