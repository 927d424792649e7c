"""One search box over customers, documents, payments and products: any two characters do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.catalog import Product
from tieout.customers.models import Customer
from tieout.customers.names import folded
from tieout.customers.queries import visible_to
from tieout.ledger import finding
from tieout.ledger.models import Document, DocumentKind
from tieout.ledger.numbers import number_key
from tieout.ledger.queries import DocumentSearch, products_called
from tieout.ledger.search_words import SHORTEST, typed, words
from tieout.money import Money

__all__ = ["SHORTEST", "CustomerHit", "DocumentHit", "Hits", "search"]

#: Money that moved; everything else is a document.
PAYMENTS = (DocumentKind.PAYMENT, DocumentKind.REFUND, DocumentKind.BOUNCED_PAYMENT)
#: Among so many of the newest, those whose number begins so come first.
_LOOKED_AT = 200


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
class ProductHit:
    """A product that was found."""

    product_id: int
    code: str
    name: str


@dataclass(frozen=True)
class Hits:
    """What was found, each kind the best first; `more_…` when there is more than is shown."""

    customers: tuple[CustomerHit, ...] = ()
    documents: tuple[DocumentHit, ...] = ()
    payments: tuple[DocumentHit, ...] = ()
    products: tuple[ProductHit, ...] = ()
    more_customers: bool = False
    more_documents: bool = False
    more_payments: bool = False
    more_products: bool = False


def search(
    session: Session,
    text: str,
    *,
    owner_id: int | None = None,
    customer_id: int | None = None,
    limit: int = 10,
) -> Hits:
    """Find what a text is in: all, what a sales person (owner) sees, or what is of one customer."""
    text = typed(text)
    if not words(text):
        return Hits()
    asked = DocumentSearch(keyword=text, owner_id=owner_id, customer_id=customer_id)
    others = tuple(str(kind) for kind in DocumentKind if kind not in PAYMENTS)
    customers: list[CustomerHit] = []
    products: list[ProductHit] = []
    if customer_id is None:
        customers = _customers(session, text, owner_id, limit)
        products = _products(session, text, limit)
    documents = _documents(session, replace(asked, kinds=others), limit)
    payments = _documents(session, replace(asked, kinds=tuple(map(str, PAYMENTS))), limit)
    return Hits(
        tuple(customers[:limit]),
        tuple(documents[:limit]),
        tuple(payments[:limit]),
        tuple(products[:limit]),
        len(customers) > limit,
        len(documents) > limit,
        len(payments) > limit,
        len(products) > limit,
    )


def _customers(session: Session, text: str, owner_id: int | None, limit: int) -> list[CustomerHit]:
    """Those whose code or name it is first, then those it begins, then by code."""
    key = folded(text)
    query = visible_to(select(Customer.id, Customer.code, Customer.name), owner_id).where(
        *(
            Customer.search_key.contains(folded(word.written), autoescape=True)
            for word in words(text)
        )
    )
    begins = Customer.search_key.startswith(key, autoescape=True)
    named = Customer.name == text.strip()
    query = query.order_by(named.desc(), begins.desc(), Customer.code)
    return [CustomerHit(*row) for row in session.execute(query.limit(limit + 1))]


def _products(session: Session, text: str, limit: int) -> list[ProductHit]:
    query = select(Product.id, Product.code, Product.name).where(
        *(Product.id.in_(products_called(word)) for word in words(text))
    )
    return [
        ProductHit(*row) for row in session.execute(query.order_by(Product.code).limit(limit + 1))
    ]


def _documents(session: Session, asked: DocumentSearch, limit: int) -> list[DocumentHit]:
    """Exactly that number first, then numbers that begin so, then the newest."""
    key = number_key(asked.keyword)
    exact = visible_to(
        select(Document.id)
        .join(Customer, Customer.id == Document.customer_id)
        .where(Document.number_key == key, Document.kind.in_(asked.kinds)),
        asked.owner_id,
    )
    if asked.customer_id is not None:
        exact = exact.where(Document.customer_id == asked.customer_id)
    ids = list(session.scalars(exact.order_by(Document.id.desc()).limit(limit + 1))) if key else []
    ids += finding.find(session, asked, limit=_LOOKED_AT)
    hits = _hits(session, dict.fromkeys(ids))
    hits.sort(key=lambda hit: _rank(number_key(hit.number), key))
    return hits[: limit + 1]


def _rank(number: str, key: str) -> int:
    if not key or not number.startswith(key):
        return 2
    return 0 if number == key else 1


def _hits(session: Session, ids: Iterable[int]) -> list[DocumentHit]:
    order = list(ids)
    query = (
        select(Document, Customer.name)
        .join(Customer, Customer.id == Document.customer_id)
        .where(finding.among(session, order))
    )
    found = {document.id: (document, name) for document, name in session.execute(query)}
    return [_hit(*found[one]) for one in order if one in found]


def _hit(document: Document, name: str) -> DocumentHit:
    return DocumentHit(
        document_id=document.id,
        customer_id=document.customer_id,
        customer_name=name,
        kind=document.kind,
        number=document.number,
        issued_on=document.issued_on,
        amount=Money(document.amount_minor, document.currency),
    )
