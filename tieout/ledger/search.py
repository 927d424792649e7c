"""One search box over customers and documents: any two characters find something."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer
from tieout.customers.queries import CustomerSearch, customers, visible_to
from tieout.ledger.models import Document
from tieout.ledger.numbers import number_key
from tieout.ledger.queries import keyword
from tieout.money import Money

#: Shorter texts would find nearly everything.
SHORTEST = 2


@dataclass(frozen=True)
class CustomerHit:
    """A customer that was found."""

    customer_id: int
    code: str
    name: str


@dataclass(frozen=True)
class DocumentHit:
    """A document that was found."""

    document_id: int
    customer_id: int
    customer_name: str
    kind: str
    number: str
    issued_on: date
    amount: Money


@dataclass(frozen=True)
class Hits:
    """What was found, each kind the best first; `more_…` when there is more than is shown."""

    customers: tuple[CustomerHit, ...] = ()
    documents: tuple[DocumentHit, ...] = ()
    more_customers: bool = False
    more_documents: bool = False


def search(
    session: Session,
    text: str,
    *,
    owner_id: int | None = None,
    customer_id: int | None = None,
    limit: int = 10,
) -> Hits:
    """Find customers and documents: all, those of a sales person (owner), or those of one."""
    text = text.strip()
    if len(text) < SHORTEST:
        return Hits()
    found = _customers(session, text, owner_id, limit) if customer_id is None else []
    documents = _documents(session, text, owner_id, customer_id, limit)
    return Hits(
        tuple(found[:limit]), tuple(documents[:limit]), len(found) > limit, len(documents) > limit
    )


def _customers(session: Session, text: str, owner_id: int | None, limit: int) -> list[CustomerHit]:
    query = customers(CustomerSearch(keyword=text, is_active=None, owner_id=owner_id))
    return [
        CustomerHit(found.id, found.code, found.name)
        for found in session.scalars(query.limit(limit + 1))
    ]


def _documents(
    session: Session, text: str, owner_id: int | None, customer_id: int | None, limit: int
) -> list[DocumentHit]:
    query = visible_to(
        select(Document, Customer.name)
        .join(Customer, Customer.id == Document.customer_id)
        .where(keyword(text)),
        owner_id,
    )
    if customer_id is not None:
        query = query.where(Document.customer_id == customer_id)
    is_exact = Document.number_key == number_key(text)
    query = query.order_by(is_exact.desc(), Document.issued_on.desc(), Document.id.desc())
    return [
        DocumentHit(
            document_id=document.id,
            customer_id=document.customer_id,
            customer_name=name,
            kind=document.kind,
            number=document.number,
            issued_on=document.issued_on,
            amount=Money(document.amount_minor, document.currency),
        )
        for document, name in session.execute(query.limit(limit + 1))
    ]
