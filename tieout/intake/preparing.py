"""What posting a batch will write, worked out before the transaction that writes it.

Judging a long file takes minutes in which nobody else could save anything on SQLite, if it were
done while the database is held. So the rows are judged beforehand, a part at a time, and what is to
be posted waits in a spool; the transaction only makes sure that nothing has moved, and inserts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from tieout import audit
from tieout.handover import replacing
from tieout.intake import batches, moved, planned
from tieout.intake.batches import BatchChanged
from tieout.intake.judging import Group, Judgement
from tieout.intake.judging.check import Severity
from tieout.intake.judging.chosen import Chosen
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch
from tieout.intake.part_sums import PartSum, Summary, rows_digest
from tieout.intake.pieces import Opening, Piece, pieces_of, source_of
from tieout.intake.planned import Plan
from tieout.intake.spool import Spool
from tieout.intake.states import RowState
from tieout.ledger import taken


class Prepared:
    """A batch ready to be written: what of it, and up to where the trail was known."""

    def __init__(self, batch: ImportBatch, seq: int, *, reads_books: bool, replaces: bool) -> None:
        self.batch_id, self.seq = batch.id, seq
        self._reads_books = reads_books
        #: Whether anything has changed since an entry of the trail.
        self._moved: dict[int, bool] = {}
        #: Whether documents may take the place of provisional ones, found while they are posted.
        self.replaces = replaces
        self._pieces = Spool[Piece]()
        #: In the order of the parts: kept plans, and how many pieces wait in the spool.
        self._order: list[Plan | int] = []
        self._summary, self._rows = Summary(), list[str]()
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
        return self._rows[0] if len(self._rows) == 1 else audit.digest_of_rows(self._rows)

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, and by state, once it is posted."""
        counts = self._summary.counts
        posted = counts[RowState.READY]
        return {**counts, RowState.READY: 0, RowState.POSTED: posted}

    def pieces(self, session: Session) -> Iterator[Piece]:
        """What will be written, in turn.

        Raises:
            BatchChanged: a plan that was kept is gone.
        """
        spooled = iter(self._pieces)
        for one in self._order:
            yield from (
                islice(spooled, one) if isinstance(one, int) else planned.pieces(session, one)
            )

    def add(self, judgement: Judgement, pieces: Sequence[Piece], source: str) -> None:
        """Take one more part."""
        self._summary.add(judgement)
        self._rows.append(rows_digest(judgement, source))
        self._order.append(len(pieces))
        for piece in pieces:
            self._pieces.add(piece)

    def take(self, plan: Plan, found: PartSum) -> None:
        """Take one more part that was worked out when its rows were judged."""
        self._summary.take(found)
        self._rows.append(plan.rows)
        self._order.append(replace(plan, numbers=[], account_ids=frozenset()))
        self.account_ids |= plan.account_ids

    def holds(self, session: Session, batch: ImportBatch) -> bool:
        """Whether it is still what would be prepared now."""
        return (
            self.batch_id == batch.id
            and self.replaces == replacing.is_anything_open(session)
            and not moved.moved_since(session, self.seq, batch, reads_books=self._reads_books)
        )

    def still(self, session: Session, batch: ImportBatch, plan: Plan) -> bool:
        """Whether a plan is still what judging its part would come to now."""
        if plan.seq not in self._moved:
            self._moved[plan.seq] = moved.moved_since(
                session, plan.seq, batch, reads_books=self._reads_books, since_staged=True
            )
        return not self._moved[plan.seq] and not taken.standing(session, plan.numbers)

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
        for part in range(1, batch.parts + 1):
            _take(session, batch, prepared, part)
        if not digest or prepared.digest != digest:
            raise BatchChanged
    except BaseException:
        prepared.__exit__(None, None, None)
        raise
    return prepared


def _take(session: Session, batch: ImportBatch, prepared: Prepared, part: int) -> None:
    """Take one part: as it was planned, where nothing has changed since, or judged once more."""
    plan = None if prepared.replaces else planned.find(session, batch, part)
    if plan is not None and prepared.still(session, batch, plan):
        prepared.take(plan, PartSum.from_json(batch.part_sums[part - 1]))
        return
    judgement = batches.judged_part(session, batch, part)
    groups = judgement.ready()
    if batch.kind in (BatchKind.CUSTOMERS, BatchKind.PRODUCTS):
        prepared.groups += groups
        prepared.add(judgement, (), source_of(batch))
        return
    prepared.account_ids |= {group.account_id for group in groups if group.account_id}
    pieces = pieces_of(session, batch, judgement, draws=not prepared.replaces)
    for piece in pieces:
        prepared.openings |= set(piece.opening.values())
    prepared.add(judgement, pieces, source_of(batch))
