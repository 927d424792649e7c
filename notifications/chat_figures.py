"""Figures the bot answers with, in plain JSON: the same as on the pages."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import pages, readers
from notifications.figures import cash
from notifications.kinds import Link, Print
from notifications.kinds.statements import statement_link
from tieout.customers.models import Contact, CustomerAccount
from tieout.db.base import Json
from tieout.disputes.models import Dispute
from tieout.ledger import balances
from tieout.ledger.summaries import summaries_of
from tieout.statements.freeze import frozen
from tieout.statements.models import Statement

#: Items one answer names before it says how many more there are.
NAMED = 4
#: States of a dispute that still waits for somebody.
_OPEN = ("open", "answered", "reopened")


def balance(session: Session, contact: Contact, on: date) -> Json:
    """What a customer owes, what of it is overdue and what is disputed."""
    accounts = [
        {
            "balance": cash(one.balance.minor, one.balance.currency),
            "overdue": cash(one.overdue.minor, one.balance.currency),
            "disputed": cash(one.disputed.minor, one.balance.currency),
        }
        for one in summaries_of(session, contact.customer_id, on)
        if one.kind == "receivable"
    ]
    return {"customer_name": contact.customer.name, "on": on.isoformat(), "accounts": accounts}


def overdue(session: Session, contact: Contact, on: date) -> Json:
    """What is past its day, the oldest first, by currency."""
    accounts = session.scalars(
        select(CustomerAccount)
        .where(
            CustomerAccount.customer_id == contact.customer_id,
            CustomerAccount.kind == "receivable",
        )
        .order_by(CustomerAccount.currency)
    ).all()
    found = []
    for account in accounts:
        items = [one for one in balances.open_items(session, account.id, on) if one.is_overdue]
        if not items:
            continue
        total = sum(one.open.minor for one in items)
        found.append(
            {
                "total": cash(total, account.currency),
                "items": [
                    {
                        "number": one.number,
                        "due_on": one.due_on.isoformat(),
                        "open": cash(one.open.minor, account.currency),
                        "is_disputed": one.disputed.minor > 0,
                    }
                    for one in items[:NAMED]
                ],
                "more": max(0, len(items) - NAMED),
            }
        )
    return {"customer_name": contact.customer.name, "on": on.isoformat(), "accounts": found}


def statement(
    session: Session, contact: Contact, base_url: str, *, with_file: bool
) -> tuple[Json, tuple[Print, ...]]:
    """The customer's last statement, and its PDF; one that asks first is only linked."""
    last = last_statement(session, contact.customer_id)
    if last is None:
        return {"customer_name": contact.customer.name, "number": None}, ()
    content = frozen(last)
    said: Json = {
        "customer_name": contact.customer.name,
        "number": last.number,
        "period": content["period"],
        "as_at": content["as_at"],
        "is_blank": last.request == "blank",
        "sections": []
        if last.request == "blank"
        else [cash(one["closing"], one["currency"]) for one in content["sections"]],
    }
    if last.request == "blank" or not with_file:
        return said, ()
    reader = readers.contact_reader(session, contact)
    verify = pages.VERIFY.format(code=content["verify_code"])
    data = {
        "language": reader.language,
        "zone": reader.zone,
        "verify_url": f"{base_url.rstrip('/')}{verify}",
        "statement": content,
    }
    return said, (Print("statement.pdf", f"{last.number}.pdf", data),)


def disputes(session: Session, contact: Contact) -> Json:
    """What a customer disputes that is not settled, the latest first."""
    rows = session.scalars(
        select(Dispute)
        .where(Dispute.customer_id == contact.customer_id, Dispute.state.in_(_OPEN))
        .order_by(Dispute.raised_at.desc(), Dispute.id.desc())
    ).all()
    return {
        "customer_name": contact.customer.name,
        "disputes": [
            {
                "receipt": one.receipt,
                "number": one.document.number,
                "amount": cash(one.amount_minor, one.currency),
                "state": one.state,
                "answer_by": one.answer_by.isoformat(),
            }
            for one in rows[:NAMED]
        ],
        "more": max(0, len(rows) - NAMED),
    }


def page_of(session: Session, contact: Contact) -> Link:
    """Where to read on: the last statement, else the customer's own pages."""
    last = last_statement(session, contact.customer_id)
    return Link(pages.HOME) if last is None else statement_link(last.id)


def last_statement(session: Session, customer_id: int) -> Statement | None:
    """The last statement that stands and says what the customer owes."""
    return session.scalar(
        select(Statement)
        .where(
            Statement.customer_id == customer_id,
            Statement.kind == "receivable",
            Statement.state == "issued",
        )
        .order_by(Statement.period_end.desc(), Statement.id.desc())
        .limit(1)
    )
