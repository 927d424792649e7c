"""Writing books in tests as a bookkeeper would say it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import AT, BY
from tieout.customers.models import CustomerAccount
from tieout.ledger import allocation, posting
from tieout.ledger.inputs import DocumentInput, DuePart
from tieout.ledger.models import Allocation, Document, DocumentKind
from tieout.money import Money


def day(text: str) -> date:
    """Read "1 May 2026"-like days written as 2026-05-01."""
    return date.fromisoformat(text)


def given(
    account: CustomerAccount,
    kind: str,
    number: str,
    on: str,
    amount: str,
    *,
    due: str | Sequence[tuple[str, str]] = "",
    **more: Any,
) -> DocumentInput:
    """A document to be posted; `due` is a day, or days with amounts."""
    money = Money.of(amount, account.currency)
    parts = [(due, amount)] if isinstance(due, str) and due else due or ()
    return DocumentInput(
        account_id=account.id,
        kind=DocumentKind(kind),
        number=number,
        issued_on=day(on),
        amount=money,
        due=tuple(DuePart(day(on), Money.of(part, account.currency)) for on, part in parts),
        **more,
    )


def post(
    session: Session,
    account: CustomerAccount,
    kind: str,
    number: str,
    on: str,
    amount: str,
    *,
    due: str | Sequence[tuple[str, str]] = "",
    at: datetime = AT,
    **more: Any,
) -> Document:
    """Post a document."""
    return posting.post(
        session, given(account, kind, number, on, amount, due=due, **more), by=BY, at=at
    )


def settle(
    session: Session, debit: Document, credit: Document, amount: str, *, at: datetime = AT
) -> Allocation:
    """Settle the first part of one document with the first part of another."""
    return allocation.allocate(
        session,
        debit.due_items[0],
        credit.due_items[0],
        Money.of(amount, debit.currency),
        by=BY,
        at=at,
    )
