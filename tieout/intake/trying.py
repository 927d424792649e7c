"""A file tried on the books, or on none: what would become of its rows; nothing is written."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from tieout.customers import Directory
from tieout.customers.names import folded
from tieout.i18n import Sentence
from tieout.intake import batches
from tieout.intake.batches import NO_DEEDS
from tieout.intake.judging import judge
from tieout.intake.judging.books import Books
from tieout.intake.judging.check import FileCase, Severity
from tieout.intake.judging.chosen import Chosen
from tieout.intake.judging.judge import groups_alone
from tieout.intake.judging.rows import Judged, Judgement
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
    #: By the books as they are.
    judgement: Judgement
    #: As if everybody it names were a customer already: what the file itself comes to.
    alone: Judgement
    says: tuple[FileSays, ...] = ()


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
    rows = batches.trial(inspected, NO_DEEDS)
    judgement = judge(session, inspected.mapping, rows, received_on=on)
    return Trial(
        inspected, judgement, _alone(inspected, _again(rows)), _said_of(session, inspected, on)
    )


def _again(rows: list[Judged]) -> list[Judged]:
    return [Judged(one.row, one.fingerprint, one.occurrence) for one in rows]


def _alone(inspected: Inspected, rows: list[Judged]) -> Judgement:
    books = Books(
        base_currency=inspected.mapping.currency or NO_CURRENCY,
        directory=_Everybody(),
        accounts={},
        locked_through=None,
    )
    return groups_alone(inspected.mapping, rows, books)


def _said_of(session: Session, inspected: Inspected, on: date) -> tuple[FileSays, ...]:
    case = FileCase(kind=inspected.kind, filename=inspected.filename, controls=inspected.controls)
    said = []
    for active in Chosen.of(session).active(inspected.kind):
        if active.check.look_at_file is None:
            continue
        found = tuple(one.sentence for one in active.check.look_at_file(case, active.limit))
        if found:
            said.append(FileSays(active.check.name, active.severity, found))
    return tuple(said)
