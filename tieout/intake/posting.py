"""A batch enters the books at once: every ready row of it, or none."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers import AccountInput, add_account
from tieout.customers.models import Customer
from tieout.db.bulk import insert_rows, update_rows
from tieout.errors import Conflict
from tieout.handover import replacing
from tieout.i18n import N_
from tieout.intake import batches, master_data, planned
from tieout.intake.batches import BatchChanged
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, SeenRow, StagedRow
from tieout.intake.pieces import Opening, Piece, source_of
from tieout.intake.preparing import Prepared, prepare
from tieout.intake.states import BatchState
from tieout.ledger import automatic, locks, totals
from tieout.ledger.mass_posting import MassPosting


class NotForTheBooks(Conflict):
    """A customer's own ledger never enters ours."""

    message = N_("A customer’s own ledger is compared with our books; it is never posted.")


@dataclass(frozen=True)
class Posted:
    """What a batch became."""

    documents: Sequence[int]
    #: Customers or products added and changed.
    added: int = 0
    changed: int = 0
    #: Settlements made by rule.
    settled: int = 0


def post(
    session: Session,
    batch: ImportBatch,
    *,
    digest: str,
    by: Actor,
    at: datetime,
    prepared: Prepared | None = None,
) -> Posted:
    """Post a submitted batch: all its ready rows in this transaction, or none of them.

    What was prepared beforehand is written as it is, unless the books have moved since; else the
    batch is judged here and now.

    Raises:
        NotForTheBooks: it is a customer's own ledger.
        BatchMovedOn, BatchChanged: it is not what was approved.
    """
    if batch.kind == BatchKind.THEIR_LEDGER:
        raise NotForTheBooks
    batches.move(session, batch, (BatchState.SUBMITTED,), BatchState.POSTED)
    if digest != batch.content_digest:
        raise BatchChanged
    if prepared is not None and prepared.digest == digest:
        locks.hold_open(session)
        totals.hold(session, prepared.account_ids)
        if prepared.holds(session, batch):
            return _write(session, batch, prepared, by=by, at=at)
    with prepare(session, batch, digest=digest) as anew:
        return _write(session, batch, anew, by=by, at=at)


def _write(
    session: Session, batch: ImportBatch, prepared: Prepared, *, by: Actor, at: datetime
) -> Posted:
    if batch.kind in (BatchKind.CUSTOMERS, BatchKind.PRODUCTS):
        added, changed = master_data.write(session, prepared.groups, by=by, at=at)
        posted = Posted((), added, changed)
        _note_customers(session, batch, prepared)
    else:
        posted = _post_documents(session, batch, prepared, by=by, at=at)
    _finish(session, batch, prepared, posted, by=by, at=at)
    return posted


def _post_documents(
    session: Session, batch: ImportBatch, prepared: Prepared, *, by: Actor, at: datetime
) -> Posted:
    kind = "payable" if batches.mapping_of(batch).is_payable else "receivable"
    opened = _open_accounts(session, prepared.openings, kind, by=by, at=at)
    account_ids = prepared.account_ids | set(opened.values())
    source = source_of(batch)
    posting = MassPosting(session, account_ids, by=by, at=at, source=source)
    documents, kind_of_rows, batch_id = array("q"), batch.kind, batch.id
    for piece in prepared.pieces(session):
        ids = _post_piece(session, posting, piece, opened, by=by, at=at)
        insert_rows(
            session,
            SeenRow,
            ("kind", "fingerprint", "occurrence", "batch_id"),
            ((kind_of_rows, *mark, batch_id) for mark in piece.seen),
        )
        documents.extend(ids)
    posting.close()
    settled = automatic.allocate_accounts(session, account_ids, source=source, by=by, at=at)
    return Posted(documents, settled=settled)


def _post_piece(
    session: Session,
    posting: MassPosting,
    piece: Piece,
    opened: Mapping[Opening, int],
    *,
    by: Actor,
    at: datetime,
) -> Sequence[int]:
    if piece.drawn is not None:
        return posting.add_drawn(piece.drawn)
    documents = list(piece.documents)
    for place, opening in piece.opening.items():
        documents[place] = replace(documents[place], account_id=opened[opening])
    displaced = replacing.make_way(session, documents, by=by, at=at)
    ids = posting.add(documents)
    replacing.take_place(session, displaced, ids, by=by, at=at)
    return ids


def _open_accounts(
    session: Session, wanted: Iterable[Opening], kind: str, *, by: Actor, at: datetime
) -> dict[Opening, int]:
    """Open the accounts that documents need and their customers do not have yet."""
    opened = {}
    for customer_id, currency in sorted(wanted):
        customer = session.get_one(Customer, customer_id)
        terms = max((account.terms_days for account in customer.accounts), default=30)
        given = AccountInput(currency=currency, kind=kind, terms_days=terms)
        opened[customer_id, currency] = add_account(session, customer, given, by=by, at=at).id
    return opened


def _note_customers(session: Session, batch: ImportBatch, prepared: Prepared) -> None:
    """Note at rows which customer each became; a document says itself which row it came from."""
    rows = (row for group in prepared.groups for row in group.rows)
    became = ((batch.id, row.number, row.customer_id) for row in rows)
    update_rows(session, StagedRow, ("customer_id",), became, by=("batch_id", "row_no"))


def _finish(
    session: Session,
    batch: ImportBatch,
    prepared: Prepared,
    posted: Posted,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Sum the batch up, note it in the trail, tell of it."""
    batch.totals = {
        **batch.totals,
        **prepared.counts,
        "documents": len(posted.documents),
        "added": posted.added,
        "changed": posted.changed,
        "settled": posted.settled,
    }
    batch.approved_by = by.id if by.kind == "staff" else None
    batch.approved_label, batch.posted_at = by.label, at
    planned.forget(session, batch)
    session.flush()
    for loaded in list(session.identity_map.values()):  # rows were written past them
        if isinstance(loaded, StagedRow):
            session.expire(loaded)
    audit.record(
        session,
        by,
        "import.posted",
        batch,
        after={
            **{name: value for name, value in batch.totals.items() if name != "opens"},
            "content": batch.content_digest,
            "rows": prepared.rows,
        },
    )
