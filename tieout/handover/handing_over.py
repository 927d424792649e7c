"""What was made here goes out, each document once, in files with a number."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.errors import Conflict
from tieout.events import DocumentPosted
from tieout.handover import vouchers
from tieout.handover.models import Handover, VoucherFile
from tieout.handover.states import HandoverState
from tieout.i18n import N_
from tieout.ledger.models import Document

#: More than this goes into the next file.
MOST = 5_000


class NothingWaits(Conflict):
    """A voucher file of nothing."""

    message = N_("No document waits to be handed over; no file was made.")


def when_posted(session: Session, event: DocumentPosted) -> None:
    """Let a document made here wait to be handed over, if another system keeps the books.

    One that takes back what nobody was told of yet need not be told either.
    """
    document = session.get_one(Document, event.document_id)
    if not document.is_provisional:
        return
    if document.reverses_id is not None:
        reversed_one = of_document(session, document.reverses_id)
        if reversed_one is not None and reversed_one.state == HandoverState.WAITING:
            reversed_one.state = HandoverState.DROPPED
            return
        if reversed_one is not None and reversed_one.state == HandoverState.BOOKED:
            return  # replaced by the other system's own
    session.add(
        Handover(
            document_id=document.id,
            customer_id=document.customer_id,
            state=HandoverState.WAITING,
            created_at=document.recorded_at,
        )
    )
    session.flush()


def of_document(session: Session, document_id: int) -> Handover | None:
    """Where a document stands, if another system has to book it."""
    return session.scalar(select(Handover).where(Handover.document_id == document_id))


def make_file(session: Session, *, on: date, by: Actor, at: datetime) -> VoucherFile:
    """Put everything that waits into a file; from now on it counts as handed over.

    Raises:
        NothingWaits: there is nothing to hand over.
    """
    waiting = session.scalars(
        select(Handover)
        .where(Handover.state == HandoverState.WAITING)
        .order_by(Handover.document_id)
        .limit(MOST)
        .with_for_update()
    ).all()
    if not waiting:
        raise NothingWaits
    rows = vouchers.rows_of(session, [one.document for one in waiting])
    made = VoucherFile(
        number=settings.next_number(session, "voucher_file", on),
        rows=rows,
        sha256=vouchers.digest(rows),
        made_by=by.label,
        made_at=at,
    )
    session.add(made)
    session.flush()
    session.execute(
        update(Handover)
        .where(Handover.id.in_([one.id for one in waiting]))
        .values(state=HandoverState.HANDED_OVER, file_id=made.id)
    )
    audit.record(
        session,
        by,
        "voucher_file.made",
        made,
        after={"number": made.number, "documents": len(rows), "sha256": made.sha256},
    )
    return made
