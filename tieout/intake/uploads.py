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

import tempfile
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from tieout.i18n import N_, Sentence
from tieout.intake import beginnings
from tieout.intake.asides import Aside
from tieout.intake.controls import Control
from tieout.intake.described import Described
from tieout.intake.importers import IMPORTERS, recognised
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.reading import Choice, Limits, Row, open_file
from tieout.intake.reading.errors import NothingInIt, Unreadable
from tieout.intake.settling import settle
from tieout.intake.tallies import Tally
from tieout.intake.watching import Watch

#: Rows of one file that is held as a whole; longer ones are gone through with `opened`.
MOST_ROWS = 200_000
#: Rows from which the headings are found and the columns understood.
HEAD = 3_000
#: Rows in one chunk.
CHUNK = 2_000
#: Rows that are taken in at once; a longer file is read by a stored run, a part at a time.
PART = 20_000
#: Kinds of files of any length; a list of customers or products is held as a whole.
IN_PARTS = frozenset({BatchKind.DOCUMENTS, BatchKind.PAYMENTS})
#: Bytes by which an importer knows its files.
_HEAD_BYTES = 8_192
#: Beginnings of workbooks, which no importer is asked about.
_PACKED = (b"PK", b"\xd0\xcf\x11\xe0")


class TooManyRows(Unreadable):
    """A file longer than one batch may be."""

    message = N_(
        "“%(file)s” has more than %(limit)s rows. Split it by period or customer and hand in the "
        "parts."
    )


@dataclass(frozen=True, kw_only=True)
class Inspected(Described):
    """A file that was read: whole, or its beginning."""

    #: Everything below the headings that shows anything.
    rows: tuple[Row, ...]
    #: Rows that are no entries, by number.
    asides: Dictionary[int, Aside]
    #: Whether more rows follow: these are only the first ones.
    goes_on: bool = False

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """What the file says of itself, held against its entries; told at its end."""
        if self.goes_on:
            return self.stated
        tally = Tally(self.mapping, self.layout.headings, self.head)
        tally.add_all(() if self.importer else self.rows, self.asides)
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

    def first(self, most: int) -> Chunk | None:
        """The first rows of a file that has more of them; None, and nothing read, for another."""
        first = tuple(islice(self._rows, most + 1))
        if len(first) <= most:
            self._rows = iter(first)
            return None
        asides_of = self.described.asides_of(self.described.mapping)
        found: dict[int, Aside] = {}
        for at in range(0, len(first), CHUNK):
            found |= asides_of(first[at : at + CHUNK])
        return Chunk(first, found)

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
            if not file.importer:
                tally.add_all(rows, found)
                self._watch.see_all(rows, found)
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
        described, guessed = beginnings.described(
            path, filename, kind, reading.about, head, header_row
        )
        if len(head) == HEAD and guessed.questions and mapping is None:
            with open_file(path, name=filename, limits=limits, choice=choice) as again:
                guessed = settle(guessed, again.rows(), described.layout)
            described = replace(described, mapping=guessed.mapping)
        warnings = (*guessed.doubts, *described.warnings)
        described = replace(described, warnings=warnings)
        described = replace(described, mapping=described.fixed(mapping or guessed.mapping))
        below = (row for row in head if row.number > described.layout.header_row)
        yield OpenTable(described, described.layout.over(chain(below, rows)))


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
        return _held(table)


def beginning(source: bytes | Path, filename: str, kind: BatchKind | None, **how: Any) -> Inspected:
    """Read a file whole where it is short, else its beginning: see `Inspected.goes_on`.

    `how` is what `opened` takes.

    Raises:
        Unreadable: with the reason and what to do, in one sentence.
        TooManyRows: it is a list that is held as a whole, and too long.
    """
    with opened(source, filename, kind, **how) as table:
        if table.described.kind in IN_PARTS and (first := table.first(PART)) is not None:
            return _inspected(table.described, first.rows, first.asides, goes_on=True)
        return _held(table)


def _held(table: OpenTable) -> Inspected:
    """Read all rows."""
    rows: list[Row] = []
    found: dict[int, Aside] = {}
    file = table.described
    for chunk in table.chunks():
        rows += chunk.rows
        found |= chunk.asides
        if len(rows) + len(file.head) > MOST_ROWS:
            raise TooManyRows(file=file.filename, limit=MOST_ROWS)
    return _inspected(replace(file, warnings=table.warnings), rows, found, goes_on=False)


def _inspected(
    file: Described, rows: Sequence[Row], asides: Dictionary[int, Aside], *, goes_on: bool
) -> Inspected:
    known = {name: getattr(file, name) for name in file.__dataclass_fields__}
    return Inspected(**known, rows=tuple(rows), asides=asides, goes_on=goes_on)


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
