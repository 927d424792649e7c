"""What posting a batch will write, worked out before the transaction that writes it.

Judging a long file takes minutes in which nobody else could save anything on SQLite, if it were
done while the database is held. So the rows are judged beforehand, a part at a time, and what is to
be posted waits in a spool; the transaction only makes sure that nothing has moved, and inserts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.db.bulk import chunks
from tieout.handover import replacing
from tieout.intake import batches, moved
from tieout.intake.batches import BatchChanged
from tieout.intake.judging import Group, Judgement
from tieout.intake.judging.books import seen_before
from tieout.intake.judging.check import Severity
from tieout.intake.judging.chosen import Chosen
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch
from tieout.intake.spool import Spool
from tieout.intake.states import RowState
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.mass_posting import accounts, draw_up
from tieout.ledger.writing import AccountFacts, Drawn

#: Documents that are written together.
_PIECE = 5000
#: A customer and the currency of an account they do not have yet.
Opening = tuple[int, str]


@dataclass(frozen=True)
class Piece:
    """Documents that are written together, and the rows of the file they were made of."""

    #: Row and the place of its document.
    rows: list[tuple[int, int]]
    #: Fingerprints with their occurrence that no batch has posted before, in order.
    seen: list[tuple[str, int]]
    #: Their rows in the books; None where these depend on what only the transaction knows.
    drawn: Drawn | None
    #: The documents themselves, where nothing is drawn.
    documents: list[DocumentInput]
    #: Which of them wait for an account, by their places.
    opening: dict[int, Opening]


class Prepared:
    """A batch ready to be written: what of it, and up to where the trail was known."""

    def __init__(self, batch: ImportBatch, seq: int, *, reads_books: bool, replaces: bool) -> None:
        self.batch_id, self.seq = batch.id, seq
        self._reads_books = reads_books
        #: Whether documents may take the place of provisional ones, found while they are posted.
        self.replaces = replaces
        self._pieces = Spool[Piece]()
        self._summary, self._rows = batches.Summary(), audit.RowsDigest()
        #: Customers or products, which are few.
        self.groups: list[Group] = []
        self.account_ids: set[int] = set()
        self.openings: set[Opening] = set()

    @property
    def digest(self) -> str:
        """Of all that will be posted, as approval is bound to it."""
        return self._summary.digest

    @property
    def rows(self) -> str:
        """The digest of every row and what becomes of it, for the trail."""
        return str(self._rows)

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, and by state, once it is posted."""
        counts = self._summary.counts
        posted = counts[RowState.READY]
        return {**counts, RowState.READY: 0, RowState.POSTED: posted}

    def pieces(self) -> Iterator[Piece]:
        """What will be written, in turn."""
        return iter(self._pieces)

    def add(self, judgement: Judgement, pieces: Sequence[Piece], source: str) -> None:
        """Take one more part."""
        self._summary.add(judgement)
        first = {row.number: g.first.number for g in judgement.ready() for row in g.rows}
        self._rows.add(
            [
                row.number,
                str(RowState.POSTED if row.number in first else row.state),
                row.fingerprint,
                f"{source}:{first[row.number]}" if row.number in first else None,
            ]
            for row in judgement.rows
        )
        for piece in pieces:
            self._pieces.add(piece)

    def holds(self, session: Session, batch: ImportBatch) -> bool:
        """Whether it is still what would be prepared now."""
        return (
            self.batch_id == batch.id
            and self.replaces == replacing.is_anything_open(session)
            and not moved.moved_since(session, self.seq, batch, reads_books=self._reads_books)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pieces.close()


def prepare(session: Session, batch: ImportBatch, *, digest: str) -> Prepared:
    """Judge a batch by the books as they are now, and keep what posting it will write.

    It reads only, and is best called outside the transaction that posts. To be used as a context.

    Raises:
        BatchChanged: what would be posted is not what was looked at.
    """
    seq = audit.head(session).seq  # first of all: whatever comes after it is noticed
    unusual = Chosen.of(session).severity("unusual_amount")
    prepared = Prepared(
        batch,
        seq,
        reads_books=unusual is not Severity.OFF,
        replaces=replacing.is_anything_open(session),
    )
    try:
        for judgement in batches.judged_parts(session, batch):
            _take(session, batch, prepared, judgement)
        if not digest or prepared.digest != digest:
            raise BatchChanged
    except BaseException:
        prepared.__exit__(None, None, None)
        raise
    return prepared


def source_of(batch: ImportBatch) -> str:
    """Where documents of a batch say they came from; each adds its first row."""
    return f"import:{batch.id}"


def _take(session: Session, batch: ImportBatch, prepared: Prepared, judgement: Judgement) -> None:
    groups = judgement.ready()
    if batch.kind in (BatchKind.CUSTOMERS, BatchKind.PRODUCTS):
        prepared.groups += groups
        prepared.add(judgement, (), source_of(batch))
        return
    base_currency = settings.company(session).base_currency
    prepared.account_ids |= {group.account_id for group in groups if group.account_id}
    known = accounts(session, {group.account_id for group in groups if group.account_id})
    draws = not prepared.replaces
    pieces = []
    for some in chunks(groups, _PIECE):
        piece = _piece(session, batch, some, known, base_currency, draws=draws)
        prepared.openings |= set(piece.opening.values())
        pieces.append(piece)
    prepared.add(judgement, pieces, source_of(batch))


def _piece(
    session: Session,
    batch: ImportBatch,
    groups: Sequence[Group],
    known: dict[int, AccountFacts],
    base_currency: str,
    *,
    draws: bool,
) -> Piece:
    source = source_of(batch)
    documents = [
        replace(plan, source=f"{source}:{group.first.number}")
        for group in groups
        if isinstance(plan := group.plan, DocumentInput)
    ]
    opening = {
        place: (group.customer_id or 0, group.currency)
        for place, group in enumerate(groups)
        if not group.account_id
    }
    marks = [(row.fingerprint, row.occurrence) for group in groups for row in group.rows]
    there = seen_before(session, batch.kind, (fingerprint for fingerprint, _ in marks))
    drawn = None
    if draws and not opening:
        drawn = draw_up(session, documents, known, base_currency)
        documents = []
    return Piece(
        [(row.number, place) for place, group in enumerate(groups) for row in group.rows],
        sorted(mark for mark in marks if mark not in there),
        drawn,
        documents,
        opening,
    )
