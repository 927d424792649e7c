"""The reminders that named a document."""

from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.dunning.models import Notice, NoticeItem
from tieout.i18n import N_, Sentence
from tieout.ledger.history import Step
from tieout.ledger.models import Document, DueItem
from tieout.messages.models import Message
from tieout.money import Money


def told(session: Session, document: Document) -> list[Step]:
    """Tell which reminders named a document, at what level, and with how much of it."""
    rows = session.execute(
        select(Notice, NoticeItem)
        .join(NoticeItem, NoticeItem.notice_id == Notice.id)
        .join(DueItem, DueItem.id == NoticeItem.due_item_id)
        .where(DueItem.document_id == document.id, Notice.sent_on.is_not(None))
        .order_by(Notice.id)
    ).all()
    return [_sent(session, notice, item) for notice, item in rows]


def _sent(session: Session, notice: Notice, item: NoticeItem) -> Step:
    message = session.scalar(
        select(Message)
        .where(Message.subject_type == "notice", Message.subject_id == notice.id)
        .order_by(Message.id)
        .limit(1)
    )
    day = notice.sent_on or notice.planned_on
    at = message.sent_at if message is not None else None
    facts = {
        "level": item.level,
        "amount": Money(item.amount_minor, notice.currency),
        "days": item.days,
    }
    return Step(
        at or max(notice.planned_at, datetime.combine(day, time.min, UTC)),
        "reminded",
        Sentence(N_("Named in reminder %(level)s with %(amount)s, %(days)s days overdue"), facts),
        about=f"message:{message.id}" if message is not None else "",
    )
