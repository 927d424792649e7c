"""Where each document stands with the system that keeps the books."""

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from tieout.handover.models import Handover, VoucherFile
from tieout.handover.states import HandoverState
from tieout.ledger.models import Document


def handovers(state: str = "") -> Select[Handover]:
    """Select them, the newest first; of one state, where one is named."""
    query = (
        select(Handover)
        .join(Document, Document.id == Handover.document_id)
        .options(
            contains_eager(Handover.document),
            joinedload(Handover.booked_document),
            joinedload(Handover.file),
        )
        .order_by(Handover.id.desc())
    )
    return query.where(Handover.state == state) if state else query


def counts(session: Session, of: ColumnElement[bool] | None = None) -> dict[str, int]:
    """How many there are of each state, `of` some customers or of all."""
    found = dict.fromkeys((str(state) for state in HandoverState), 0)
    query = select(Handover.state, func.count()).group_by(Handover.state)
    rows = session.execute(query if of is None else query.where(of))
    return found | {row[0]: row[1] for row in rows}


def files() -> Select[VoucherFile]:
    """Select the files that were made, the newest first."""
    return select(VoucherFile).order_by(VoucherFile.id.desc())
