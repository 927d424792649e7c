"""A file that was handed in, opened and looked at: its table, its headings, what they may mean.

with opened(path, "sales.csv", BatchKind.DOCUMENTS) as table:
    table.mapping                    # what its columns are taken to say, from its first rows
    for chunk in table.chunks():     # rows by the thousand, whatever the length of the file
        chunk.rows, chunk.asides
    table.controls                   # totals and balances the file states, tying or not

`inspect` reads a small file whole; what it returns is plain, so that a mapping can be tried on it
again and again without reading the file once more. Both read in a child process and are called
outside of any transaction.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.asides import Aside, AsideRule
from tieout.intake.controls import Control
from tieout.intake.guessing import Guess, guess, guess_kind, known_headings
from tieout.intake.importers import IMPORTERS, recognised
from tieout.intake.kinds import BATCH_LABELS, BatchKind
from tieout.intake.layout import Layout, find_layout, layout_at
from tieout.intake.mapping import Column, Mapping, signature_of
from tieout.intake.places import kept_sentence, stored_sentence
from tieout.intake.reading import About, Choice, Limits, Reading, Row, open_file
from tieout.intake.reading.errors import NoRows, NoRowsInFile, NothingInIt, Unreadable
from tieout.intake.reading.files import Merged
from tieout.intake.settling import settle
from tieout.intake.tallies import Tally
from tieout.intake.values.text import shown
from tieout.intake.watching import Watch

#: Rows of one file that is held as a whole; longer ones are gone through with `opened`.
MOST_ROWS = 200_000
#: Rows from which the headings are found and the columns understood.
HEAD = 3_000
#: Rows in one chunk.
CHUNK = 2_000
#: Bytes by which an importer knows its files.
_HEAD_BYTES = 8_192
#: Beginnings of workbooks, which no importer is asked about.
_PACKED = (b"PK", b"\xd0\xcf\x11\xe0")
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


class TooManyRows(Unreadable):
    """A file longer than one batch may be."""

    message = N_(
        "“%(file)s” has more than %(limit)s rows. Split it by period or customer and hand in the "
        "parts."
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
        return _no_asides if self.importer else AsideRule(self.kind, mapping, self.layout).of_rows

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
            "hidden_sheets": [sheet.name for sheet in self.about.sheets if sheet.is_hidden],
            "warnings": [stored_sentence(warning) for warning in self.warnings],
            "size": self.size,
            "samples": [
                [" ".join(shown(cell).split())[:60] for cell in row.cells]
                for row in self.first[:SAMPLES]
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Inspected(Described):
    """A file that was read whole."""

    #: Everything below the headings that shows anything.
    rows: tuple[Row, ...]
    #: Rows that are no entries, by number.
    asides: Dictionary[int, Aside]

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """What the file says of itself, held against its entries."""
        tally = Tally(self.mapping, self.layout.headings, self.head)
        for row in () if self.importer else self.rows:
            tally.add(row, self.asides.get(row.number))
        return (*self.stated, *tally.controls)

    def mapped(self, mapping: Mapping) -> "Inspected":
        """The same file, read another way; its headings stay where they were found."""
        fixed = self.fixed(mapping)
        return replace(self, mapping=fixed, asides=self.asides_of(fixed)(self.rows))

    def reading(self) -> dict[str, Any]:
        """How the file was read, and what it says of itself, as a batch stores it."""
        return super().reading() | {"controls": [one.to_json() for one in self.controls]}


class Chunk(NamedTuple):
    """Some rows of a file in their order, and which of them are no entries."""

    rows: tuple[Row, ...]
    asides: dict[int, Aside]


class OpenTable:
    """A file that is gone through once, whatever its length."""

    def __init__(self, described: Described, rows: Iterator[Row]) -> None:
        self.described = described
        self._rows = rows
        self._tally: Tally | None = None
        self._watch = _watch(described)
        #: Rows gone through so far.
        self.count = 0

    @property
    def mapping(self) -> Mapping:
        """What its columns are taken to say."""
        return self.described.mapping

    def use(self, mapping: Mapping) -> None:
        """Read it another way; before the first row is gone through."""
        self.described = replace(self.described, mapping=self.described.fixed(mapping))
        self._watch = _watch(self.described)

    def chunks(self, size: int = CHUNK) -> Iterator[Chunk]:
        """Go through the rows, once.

        Raises:
            Unreadable: reading stopped in the middle; nothing of the file may be taken.
        """
        file = self.described
        asides_of = file.asides_of(file.mapping)
        tally = self._tally = Tally(file.mapping, file.layout.headings, file.head)
        if file.kind in (BatchKind.CUSTOMERS, BatchKind.PRODUCTS):
            size = MOST_ROWS  # whether words trail behind a list is told at its end
        while rows := tuple(islice(self._rows, size)):
            found = asides_of(rows)
            for row in rows if not file.importer else ():
                aside = found.get(row.number)
                tally.add(row, aside)
                self._watch.see(row, aside)
            self.count += len(rows)
            yield Chunk(rows, found)

    @property
    def controls(self) -> tuple[Control, ...]:
        """What the file says of itself, held against the entries gone through."""
        return (*self.described.stated, *(self._tally.controls if self._tally else ()))

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What a person should look at, the rows gone through included."""
        return (*self.described.warnings, *self._watch.warnings)

    def reading(self) -> dict[str, Any]:
        """How the file was read, as a batch stores it; complete after the last chunk."""
        controls = [one.to_json() for one in self.controls]
        return replace(self.described, warnings=self.warnings).reading() | {"controls": controls}


@contextmanager
def opened(
    source: bytes | Path,
    filename: str,
    kind: BatchKind | None,
    *,
    sheet: str = "",
    encoding: str = "",
    delimiter: str = "",
    mapping: Mapping | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
    may_be_empty: bool = False,
) -> Iterator[OpenTable]:
    """Open a file in a child process, find its table and propose what its columns say.

    Where no kind is named, it is guessed, too. A file an importer knows says itself what it holds.
    `mapping` is taken instead of a proposal, `header_row` instead of the row found. A statement
    without an entry is refused unless it `may_be_empty`.

    Raises:
        Unreadable: with the reason and what to do, in one sentence.
    """
    limits = limits or Limits()
    with ExitStack() as open_things:
        path = open_things.enter_context(_as_file(source))
        choice = Choice(sheet, encoding, delimiter, _importer_of(path))
        reading = open_things.enter_context(
            open_file(path, name=filename, limits=limits, choice=choice)
        )
        rows = reading.rows()
        head = list(islice(rows, HEAD))
        if choice.importer and not head and not may_be_empty:
            raise NothingInIt(file=filename)
        described, guessed = _described(path, filename, kind, reading, head, header_row)
        if len(head) == HEAD and guessed.questions and mapping is None:
            with open_file(path, name=filename, limits=limits, choice=choice) as again:
                guessed = settle(guessed, again.rows(), described.layout)
            described = replace(described, mapping=guessed.mapping)
        warnings = (*guessed.doubts, *described.warnings)
        described = replace(described, warnings=warnings)
        described = replace(described, mapping=described.fixed(mapping or guessed.mapping))
        below = (row for row in head if row.number > described.layout.header_row)
        yield OpenTable(described, chain(below, rows))


def inspect(
    content: bytes,
    filename: str,
    kind: BatchKind | None,
    *,
    sheet: str = "",
    encoding: str = "",
    delimiter: str = "",
    mapping: Mapping | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
    may_be_empty: bool = False,
) -> Inspected:
    """Read a file whole, as `opened` does.

    Raises:
        Unreadable: with the reason and what to do, in one sentence.
        TooManyRows: it is too long to be held.
    """
    found: dict[int, Aside] = {}
    rows: list[Row] = []
    with opened(
        content,
        filename,
        kind,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        mapping=mapping,
        header_row=header_row,
        limits=limits,
        may_be_empty=may_be_empty,
    ) as table:
        for chunk in table.chunks():
            rows += chunk.rows
            found |= chunk.asides
            if len(rows) + len(table.described.head) > MOST_ROWS:
                raise TooManyRows(file=filename, limit=MOST_ROWS)
    known = {name: getattr(table.described, name) for name in table.described.__dataclass_fields__}
    return Inspected(**known | {"warnings": table.warnings}, rows=tuple(rows), asides=found)


@contextmanager
def _as_file(source: bytes | Path) -> Iterator[Path]:
    if isinstance(source, Path):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="tieout-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(source)
        yield path


def _importer_of(path: Path) -> str:
    """Which importer knows the file, and where that is; empty for a table."""
    with path.open("rb") as content:
        head = content.read(_HEAD_BYTES)
    if head.startswith(_PACKED):
        return ""
    name = recognised(head)
    return f"{name}={IMPORTERS.address(name)}" if name else ""


def _watch(file: Described) -> Watch:
    return Watch(file.about, file.layout, file.head, knows_columns=file.missing is None)


def _no_asides(_: Sequence[Row]) -> dict[int, Aside]:
    return {}


def _described(
    path: Path,
    filename: str,
    kind: BatchKind | None,
    reading: Reading,
    head: list[Row],
    header_row: int | None,
) -> tuple[Described, Guess]:
    about = reading.about
    if about.contents:
        return _imported(path, filename, kind, about, head)
    layout = _layout(head, about.merged, header_row) if head else Layout(0, ())
    below = [row for row in head if row.number > layout.header_row]
    if not below:
        raise (
            NoRows(file=filename, sheet=about.sheet) if about.sheet else NoRowsInFile(file=filename)
        )
    guessed = guess_kind(layout, below) if kind is None else guess(kind, layout, below)
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    described = Described(
        filename=filename,
        kind=guessed.mapping.kind,
        sha256=digest,
        size=path.stat().st_size,
        about=about,
        layout=layout,
        mapping=guessed.mapping,
        warnings=tuple(_oddities(about)),
        head=tuple(row for row in head if row.number <= layout.header_row),
        first=tuple(below[:SAMPLES]),
    )
    return described, guessed


def _imported(
    path: Path, filename: str, kind: BatchKind | None, about: About, head: list[Row]
) -> tuple[Described, Guess]:
    """What an importer said of the file; only where it left that open is anything guessed."""
    said = about.contents
    layout = Layout(0, tuple(said["headings"]))
    if said["kind"]:
        is_of = BatchKind(said["kind"])
        if kind not in (None, is_of):
            found, wanted = Sentence(BATCH_LABELS[is_of]), Sentence(BATCH_LABELS[kind])
            raise HoldsSomethingElse(file=filename, found=found, wanted=wanted)
        columns = (
            Column(place, field, heading)
            for place, (field, heading) in enumerate(
                zip(said["fields"], said["headings"], strict=True)
            )
            if field
        )
        guessed = Guess(Mapping(is_of, tuple(columns)), {}, {})
    else:
        guessed = guess_kind(layout, head) if kind is None else guess(kind, layout, head)
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    described = Described(
        filename=filename,
        kind=guessed.mapping.kind,
        sha256=digest,
        size=path.stat().st_size,
        about=about,
        layout=layout,
        mapping=guessed.mapping,
        warnings=tuple(kept_sentence(one) for one in said["warnings"]),
        first=tuple(head[:SAMPLES]),
        stated=tuple(Control.from_json(one) for one in said["controls"]),
    )
    return described, guessed


def _layout(rows: Sequence[Row], merged: tuple[Merged, ...], header_row: int | None) -> Layout:
    if header_row is None:
        return find_layout(rows, known_headings(), merged)
    return layout_at(rows, header_row, merged)


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
    if about.nuls:
        found.append(Sentence(NUL_BYTES, {"count": about.nuls}))
    return found
