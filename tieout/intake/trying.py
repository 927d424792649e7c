"""A file tried on the books, or on none: what would become of its rows; nothing is written."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from tieout.customers import Directory
from tieout.customers.names import folded
from tieout.i18n import Sentence
from tieout.intake import batches
from tieout.intake.controls import Control
from tieout.intake.deeds import NO_DEEDS
from tieout.intake.judging import judge
from tieout.intake.judging.books import Books
from tieout.intake.judging.check import FileCase, Severity
from tieout.intake.judging.chosen import Chosen
from tieout.intake.judging.judge import groups_alone
from tieout.intake.judging.rows import Judged, Judgement
from tieout.intake.mapping import Mapping
from tieout.intake.parts.whole import Whole, go_through
from tieout.intake.uploads import Inspected
from tieout.money import NO_CURRENCY


@dataclass(frozen=True)
class FileSays:
    """What a check says of the whole file."""

    check: str
    severity: Severity
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Trial:
    """A file as it was read, and what would become of it."""

    inspected: Inspected
    #: Each part by the books as they are, and as if everybody it names were a customer already:
    #: what the file itself comes to. They are judged in turn, so that any length fits.
    parts: Callable[[], Iterator[tuple[Judgement, Judgement]]]
    says: tuple[FileSays, ...] = ()
    #: What going through a long file found, where only its beginning was inspected.
    whole: Whole | None = None


@dataclass
class _Everybody(Directory):
    """Everybody a file names, each a customer of its own."""

    seen: dict[str, int] = field(default_factory=dict)

    def find(self, text: str) -> list[int]:
        """Whoever is called so, the same one every time."""
        key = folded(text)
        return [self.seen.setdefault(key, len(self.seen) + 1)] if key else []


def tried(session: Session, inspected: Inspected, *, on: date) -> Trial:
    """Say what would become of a file that came in on a day.

    Raises:
        ColumnMissing: a column is missing without which no row can be read.
    """
    inspected.check()

    def parts() -> Iterator[tuple[Judgement, Judgement]]:
        rows = batches.trial(inspected, NO_DEEDS)
        yield _both(session, inspected.mapping, rows, _Everybody(), on)

    return Trial(inspected, parts, _said_of(session, inspected, inspected.controls))


@contextmanager
def tried_long(session: Session, path: Path, inspected: Inspected, *, on: date) -> Iterator[Trial]:
    """The same for a file of any length, of which the beginning was inspected.

    Raises:
        Unreadable: nothing of the file may be taken.
        ColumnMissing: a column is missing without which no row can be read.
    """
    inspected.check()
    about = inspected.about
    whole = go_through(
        path,
        inspected.filename,
        inspected.kind,
        inspected.mapping,
        sheet=inspected.sheet,
        encoding=about.encoding,
        delimiter=about.delimiter,
        header_row=None if inspected.importer else inspected.layout.header_row,
    )
    everybody = _Everybody()

    def parts() -> Iterator[tuple[Judgement, Judgement]]:
        for number in range(1, whole.cut.parts + 1):
            yield _both(session, whole.mapping, whole.part(number), everybody, on)

    with closing(whole.cut):
        yield Trial(inspected, parts, _said_of(session, inspected, whole.controls), whole)


def _both(
    session: Session, mapping: Mapping, rows: list[Judged], everybody: _Everybody, on: date
) -> tuple[Judgement, Judgement]:
    judgement = judge(session, mapping, rows, received_on=on)
    return judgement, _alone(mapping, _again(rows), everybody)


def _again(rows: list[Judged]) -> list[Judged]:
    return [Judged(one.row, one.fingerprint, one.occurrence) for one in rows]


def _alone(mapping: Mapping, rows: list[Judged], everybody: _Everybody) -> Judgement:
    books = Books(
        base_currency=mapping.currency or NO_CURRENCY,
        directory=everybody,
        accounts={},
        locked_through=None,
    )
    return groups_alone(mapping, rows, books)


def _said_of(
    session: Session, inspected: Inspected, controls: tuple[Control, ...]
) -> tuple[FileSays, ...]:
    case = FileCase(kind=inspected.kind, filename=inspected.filename, controls=controls)
    said = []
    for active in Chosen.of(session).active(inspected.kind):
        if active.check.look_at_file is None:
            continue
        found = tuple(one.sentence for one in active.check.look_at_file(case, active.limit))
        if found:
            said.append(FileSays(active.check.name, active.severity, found))
    return tuple(said)
