"""What a voucher file says of each document: the rows, and the table they are written as."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.i18n import N_
from tieout.ledger.models import Document
from tieout.money import Money

#: By name: heading, and whether it is a figure. The names are those of the frozen rows.
HEADINGS: Mapping[str, str] = {
    "number": N_("Number"),
    "date": N_("Date"),
    "kind": N_("Type"),
    "customer_code": N_("Customer code"),
    "customer_name": N_("Customer name"),
    "tax_id": N_("Tax number"),
    "ledger": N_("Ledger"),
    "currency": N_("Currency"),
    "debit": N_("Debit"),
    "credit": N_("Credit"),
    "tax": N_("Of which tax"),
    "belongs_to": N_("Belongs to"),
    "takes_back": N_("Takes back"),
    "description": N_("Description"),
}


def rows_of(session: Session, documents: Iterable[Document]) -> list[dict[str, str]]:
    """Write documents down, in the order given, every amount exact as text."""
    documents = list(documents)
    wanted = {document.customer_id for document in documents}
    customers = {
        one.id: one for one in session.scalars(select(Customer).where(Customer.id.in_(wanted)))
    }
    others = {one for document in documents for one in _others(document)}
    numbers = {
        row.id: row.number
        for row in session.execute(
            select(Document.id, Document.number).where(Document.id.in_(others))
        )
    }
    return [_row(session, one, customers[one.customer_id], numbers) for one in documents]


def _others(document: Document) -> list[int]:
    return [one for one in (document.related_id, document.reverses_id) if one is not None]


def _row(
    session: Session, document: Document, customer: Customer, numbers: Mapping[int, str]
) -> dict[str, str]:
    amount = Money(document.amount_minor, document.currency)
    account = session.get_one(CustomerAccount, document.account_id)
    # on a payable account what raises our debt stands on the credit side
    on_debit = (amount.minor >= 0) == (account.kind == "receivable")
    shown = abs(amount).plain
    return {
        "number": document.number,
        "date": document.issued_on.isoformat(),
        "kind": document.kind,
        "customer_code": customer.code,
        "customer_name": customer.name,
        "tax_id": customer.tax_id,
        "ledger": account.kind,
        "currency": document.currency,
        "debit": shown if on_debit else "",
        "credit": "" if on_debit else shown,
        "tax": Money(abs(document.tax_minor), document.currency).plain,
        "belongs_to": numbers.get(document.related_id or 0, ""),
        "takes_back": numbers.get(document.reverses_id or 0, ""),
        "description": document.description,
    }


def digest(rows: list[dict[str, str]]) -> str:
    """SHA-256 of the rows in canonical form."""
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def values_of(row: Mapping[str, Any]) -> tuple[object, ...]:
    """A frozen row as a table writes it: days and amounts as such, the kind still by its name."""
    return tuple(_value(name, str(row[name]), str(row["currency"])) for name in HEADINGS)


def _value(name: str, text: str, currency: str) -> object:
    if name == "date":
        return date.fromisoformat(text)
    if name in ("debit", "credit", "tax"):
        return Money.of(Decimal(text), currency) if text else None
    return text
