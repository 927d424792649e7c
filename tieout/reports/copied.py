"""What the copy of a document is printed from."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from tieout.customers.models import Customer
from tieout.ledger.models import Document
from tieout.ledger.words import REFERENCES
from tieout.reports.compared import company_data, customer_data
from tieout.reports.data import CopyPrint

#: What a number holds that a file's name does not.
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


def file_name(document: Document) -> str:
    """What the file of a copy is called."""
    return f"{_NOT_IN_NAMES.sub('-', document.number).strip('-.')[:80] or document.id}.pdf"


def copy_print(
    session: Session, document: Document, *, language: str, zone: str, printed_at: datetime | None
) -> CopyPrint:
    """The data of a copy; `printed_at` is left out where the file must not change with the day."""
    made: CopyPrint = {
        "language": language,
        "zone": zone,
        "company": company_data(session),
        "customer": customer_data(session.get_one(Customer, document.customer_id)),
        "kind": document.kind,
        "number": document.number,
        "date": document.issued_on.isoformat(),
        "currency": document.currency,
        "amount": document.amount_minor,
        "tax": document.tax_minor,
        "description": document.description,
        "references": [
            {"words": REFERENCES.get(one.kind, REFERENCES["other"]), "value": one.value}
            for one in document.references
        ],
        "due": [
            {"on": item.due_on.isoformat(), "amount": item.amount_minor * item.direction}
            for item in document.due_items
        ]
        if document.amount_minor > 0
        else [],
        "lines": [
            {
                "code": line.code,
                "words": line.description,
                "quantity": line.quantity_micro,
                "unit": line.unit,
                "price": line.unit_price_micro,
                "amount": line.amount_minor,
            }
            for line in document.lines
        ],
    }
    if printed_at is not None:
        made["printed_at"] = printed_at.isoformat()
    return made
