"""Documents by what someone is looking for: selects, sums and statuses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from babel.numbers import list_currencies
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from tieout.catalog import Product
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.names import folded
from tieout.customers.queries import visible_to
from tieout.ledger.models import (
    DisputedPart,
    Document,
    DocumentLine,
    DocumentReference,
    DueItem,
)
from tieout.ledger.numbers import number_key
from tieout.money import Money, decimals_of
from tieout.periods import Period

#: Whether something of a document is open, nothing is, it is past its day, or it is disputed.
STATUSES = ("open", "settled", "overdue", "disputed", "reversed")


@dataclass(frozen=True)
class DocumentSearch:
    """What someone is looking for; everything left out matches everything."""

    period: Period | None = None
    customer_id: int | None = None
    account_id: int | None = None
    kinds: tuple[str, ...] = ()
    #: One of `STATUSES`.
    status: str = ""
    currency: str = ""
    #: receivable or payable: of the account.
    account_kind: str = ""
    #: Without sign, in units of each document's currency; both included.
    least: Decimal | None = None
    most: Decimal | None = None
    #: In number, reference, description, product, customer.
    keyword: str = ""
    source: str = ""
    #: Whose customers; None: everybody's. See `customers.visible_to`.
    owner_id: int | None = None
    #: The day on which "overdue" is asked.
    today: date | None = None


@dataclass(frozen=True)
class DocumentSums:
    """What documents add up to, in one currency and one kind of account."""

    #: receivable or payable.
    kind: str
    documents: int
    total: Money


def documents(search: DocumentSearch) -> Select[Document]:
    """Select the documents someone is looking for, newest first."""
    query = visible_to(
        select(Document)
        .join(Customer, Customer.id == Document.customer_id)
        .options(joinedload(Document.account)),
        search.owner_id,
    )
    for condition in _conditions(search):
        query = query.where(condition)
    return query.order_by(Document.issued_on.desc(), Document.id.desc())


def by_number(account_id: int, number: str) -> Select[Document]:
    """Select the documents of an account that stand under a number, the newest first."""
    return (
        select(Document)
        .where(Document.account_id == account_id, Document.number_key == number_key(number))
        .order_by(Document.reverses_id.is_not(None), Document.id.desc())
    )


def sums(session: Session, search: DocumentSearch) -> list[DocumentSums]:
    """What the documents found add up to, each currency and kind of account by itself."""
    found = (
        documents(search)
        .order_by(None)
        .join(CustomerAccount, CustomerAccount.id == Document.account_id)
        .with_only_columns(
            CustomerAccount.kind,
            Document.currency,
            func.count(),
            func.sum(Document.amount_minor),
        )
        .group_by(CustomerAccount.kind, Document.currency)
        .order_by(CustomerAccount.kind.desc(), Document.currency)
    )
    return [
        DocumentSums(kind, count, Money(int(total), currency))
        for kind, currency, count, total in session.execute(found)
    ]


def statuses(session: Session, ids: Sequence[int], today: date) -> dict[int, str]:
    """The status of each of these documents: the most telling of `STATUSES`."""
    reversing = aliased(Document)
    query = (
        select(
            Document.id,
            func.sum(DueItem.open_minor).label("open"),
            func.max(case((is_overdue(today), 1), else_=0)).label("overdue"),
            case((_is_disputed(), 1), else_=0).label("disputed"),
            case((exists().where(reversing.reverses_id == Document.id), 1), else_=0).label("gone"),
        )
        .join(DueItem, DueItem.document_id == Document.id)
        .where(Document.id.in_(ids))
        .group_by(Document.id)
    )
    found = {}
    for row in session.execute(query):
        if row.gone:
            found[row.id] = "reversed"
        elif row.disputed and row.open:
            found[row.id] = "disputed"
        elif row.overdue:
            found[row.id] = "overdue"
        else:
            found[row.id] = "open" if row.open else "settled"
    return found


def _conditions(search: DocumentSearch) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.period is not None:
        found.append(Document.issued_on.between(search.period.start, search.period.end))
    if search.customer_id is not None:
        found.append(Document.customer_id == search.customer_id)
    if search.account_id is not None:
        found.append(Document.account_id == search.account_id)
    if search.kinds:
        found.append(Document.kind.in_(search.kinds))
    if search.currency:
        found.append(Document.currency == search.currency)
    if search.account_kind:
        kept = select(CustomerAccount.id).where(CustomerAccount.kind == search.account_kind)
        found.append(Document.account_id.in_(kept))
    if search.source:
        found.append(
            or_(
                Document.source == search.source,
                Document.source.startswith(f"{search.source}:", autoescape=True),
            )
        )
    if search.status:
        found.append(_status(search.status, search.today))
    if search.least is not None or search.most is not None:
        found.append(_amount_between(search.least, search.most))
    if search.keyword.strip():
        found.append(keyword(search.keyword))
    return found


def _status(status: str, today: date | None) -> ColumnElement[bool]:
    items = exists().where(DueItem.document_id == Document.id)
    if status == "open":
        return items.where(DueItem.open_minor > 0)
    if status == "settled":
        return ~items.where(DueItem.open_minor > 0)
    if status == "overdue":
        if today is None:
            raise ValueError("a search for what is overdue needs a day")
        return items.where(is_overdue(today))
    if status == "disputed":
        return _is_disputed()
    if status == "reversed":
        reversing = aliased(Document)
        return exists().where(reversing.reverses_id == Document.id)
    raise ValueError(f"a document has no status {status!r}")


def is_overdue(today: date) -> ColumnElement[bool]:
    """The due item is owed and past its day."""
    return and_(DueItem.open_minor > 0, DueItem.direction > 0, DueItem.due_on < today)


def _is_disputed() -> ColumnElement[bool]:
    item = aliased(DueItem)
    return (
        select(DisputedPart.id)
        .join(item, item.id == DisputedPart.due_item_id)
        .where(item.document_id == Document.id, DisputedPart.ended_at.is_(None))
        .where(item.open_minor > 0)
        .exists()
    )


def _amount_between(least: Decimal | None, most: Decimal | None) -> ColumnElement[bool]:
    """The same amount is another number of minor units in another currency."""
    amount = func.abs(Document.amount_minor)
    within = []
    for decimals, codes in _currencies().items():
        limits: list[ColumnElement[bool]] = [Document.currency.in_(codes)]
        if least is not None:
            limits.append(amount >= _ceiling(least.scaleb(decimals)))
        if most is not None:
            limits.append(amount <= int(most.scaleb(decimals)))
        within.append(and_(*limits))
    return or_(*within)


@cache
def _currencies() -> dict[int, list[str]]:
    """The currencies with so many decimals."""
    found: dict[int, list[str]] = defaultdict(list)
    for code in sorted(list_currencies()):
        found[decimals_of(code)].append(code)
    return found


def _ceiling(value: Decimal) -> int:
    return int(value.to_integral_value(rounding="ROUND_CEILING"))


def keyword(text: str) -> ColumnElement[bool]:
    """A text in a document's number, references, description, products or customer."""
    text = text.strip()
    found: list[ColumnElement[bool]] = [
        Document.number.icontains(text, autoescape=True),
        Document.description.icontains(text, autoescape=True),
        Document.id.in_(_by_reference(text)),
        Document.id.in_(_by_product(text)),
        Document.customer_id.in_(
            select(Customer.id).where(Customer.search_key.contains(folded(text), autoescape=True))
        ),
    ]
    if key := number_key(text):
        found.append(Document.number_key.contains(key, autoescape=True))
    return or_(*found)


def _by_reference(text: str) -> Select[int]:
    conditions: list[ColumnElement[bool]] = [
        DocumentReference.value.icontains(text, autoescape=True)
    ]
    if key := number_key(text):
        conditions.append(DocumentReference.value_key.contains(key, autoescape=True))
    return select(DocumentReference.document_id).where(or_(*conditions))


def _by_product(text: str) -> Select[int]:
    return (
        select(DocumentLine.document_id)
        .outerjoin(Product, Product.id == DocumentLine.product_id)
        .where(
            or_(
                DocumentLine.description.icontains(text, autoescape=True),
                DocumentLine.code.icontains(text, autoescape=True),
                Product.name.icontains(text, autoescape=True),
            )
        )
    )
