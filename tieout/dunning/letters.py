"""What the letter of a reminder says, from the notice as it left."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.customers.models import Customer
from tieout.db.base import Json
from tieout.dunning.models import Notice, NoticeItem
from tieout.ledger.models import Document, DueItem
from tieout.settings import banks


def content(session: Session, notice: Notice, language: str, *, on: date) -> Json:
    """The figures of a notice as plain data, for `reminder.pdf`."""
    company = settings.company(session)
    customer = session.get_one(Customer, notice.customer_id)
    account = banks.on_day(session, notice.currency, on)
    is_chinese = language == "zh"
    contact = ", ".join(
        one for one in (company.contact_name, company.contact_phone, company.contact_email) if one
    )
    return {
        "language": language,
        "zone": company.time_zone,
        "on": on.isoformat(),
        "level": notice.level,
        "currency": notice.currency,
        "net": notice.net_minor or 0,
        "pay_by": str(notice.explanation.get("pay_by", on.isoformat())),
        "items": _items(session, notice),
        "left_out": notice.explanation.get("left_out", []),
        "costs": notice.explanation.get("costs"),
        "company": {
            "name": company.name_zh if is_chinese and company.name_zh else company.name,
            "address": company.address,
            "tax_id": company.tax_id,
            "contact": contact,
        },
        "customer": {
            "code": customer.code,
            "name": customer.name,
            "address": customer.address,
            "tax_id": customer.tax_id,
        },
        "pay_to": None
        if account is None
        else {"holder": account.holder, "bank": account.bank, "number": account.number},
    }


def _items(session: Session, notice: Notice) -> list[Json]:
    rows = session.execute(
        select(Document.number, DueItem.due_on, NoticeItem.days, NoticeItem.amount_minor)
        .join(DueItem, DueItem.id == NoticeItem.due_item_id)
        .join(Document, Document.id == DueItem.document_id)
        .where(NoticeItem.notice_id == notice.id)
        .order_by(DueItem.due_on, Document.number, NoticeItem.id)
    )
    return [
        {
            "number": row.number or "",
            "due_on": row.due_on.isoformat(),
            "days": row.days,
            "amount": row.amount_minor,
        }
        for row in rows
    ]
