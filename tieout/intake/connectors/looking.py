"""A look at what a connector would bring: nothing is stored, moved on or put aside."""

from collections.abc import Iterator
from dataclasses import dataclass

from tieout.errors import TieoutError
from tieout.i18n import Sentence
from tieout.intake.connectors.marks import shown
from tieout.intake.connectors.plain import cleaned, file_name, reason_of
from tieout.intake.connectors.protocol import Mark, PulledFile, SourceFailed, Trouble, Values
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.connectors.sealing import scrubbed
from tieout.intake.described import Described
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import OpenTable, opened
from tieout.intake.values.text import shown as cell_shown

#: Records that are asked for to be looked at, and rows that are shown.
RECORDS, ROWS = 20, 8


@dataclass(frozen=True)
class Seen:
    """A file as it would come in."""

    name: str
    rows: int
    #: Heading, and what it is taken to say; None where nothing is made of it.
    columns: tuple[tuple[str, Sentence | None], ...]
    first: tuple[tuple[str, ...], ...]
    #: Why the file could not be read.
    problem: Sentence | None = None
    #: How far the mark would come.
    mark: str = ""


def look(
    name: str,
    kind: str,
    batch_kind: BatchKind,
    values: Values,
    secrets: Values,
    *,
    zone: str,
    mark: Mark | None = None,
    most: int | None = RECORDS,
) -> Iterator[Seen]:
    """Yield what would come in; by default the first file of everything there is.

    Raises:
        TieoutError: the source did not give it, with the reason and no secret in it.
    """
    try:
        for no, found in enumerate(
            CONNECTORS[kind].pull(values, secrets, mark or {}, most=most), start=1
        ):
            if isinstance(found, Trouble):
                yield Seen(found.name, 0, (), (), cleaned(found.sentence, secrets))
            if isinstance(found, PulledFile):
                yield _seen(
                    found,
                    found.name or file_name(name, zone, no, found.content),
                    batch_kind,
                    secrets,
                )
                if most is not None:
                    return
    except TieoutError as error:
        error.facts = dict(cleaned(error.sentence, secrets).facts)
        raise
    except Exception as broken:  # of a plug-in, or of the machine
        raise SourceFailed(reason=scrubbed(reason_of(broken), secrets)) from None


def _seen(found: PulledFile, name: str, batch_kind: BatchKind, secrets: Values) -> Seen:
    try:
        with opened(found.content, name, batch_kind) as table:
            first, rows = _first(table)
    except TieoutError as error:
        return Seen(name, 0, (), (), cleaned(error.sentence, secrets))
    return Seen(name, rows, _columns(table.described), first, mark=shown(found.mark))


def _first(table: OpenTable) -> tuple[tuple[tuple[str, ...], ...], int]:
    """The first rows as they are shown, and how many there are in all."""
    first: list[tuple[str, ...]] = []
    for chunk in table.chunks():
        for row in chunk.rows[: ROWS - len(first)]:
            first.append(tuple(" ".join(cell_shown(cell).split())[:60] for cell in row.cells))
    return tuple(first), table.count


def _columns(file: Described) -> tuple[tuple[str, Sentence | None], ...]:
    said = {column.index: column.field for column in file.mapping.columns}
    table = FIELDS[file.kind]
    return tuple(
        (heading, Sentence(table[said[index]].label) if index in said else None)
        for index, heading in enumerate(file.headings)
    )
