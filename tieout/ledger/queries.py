"""Documents by what someone is looking for: selects, sums and statuses."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from babel.numbers import list_currencies
from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from tieout.catalog import Product
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.names import folded
from tieout.customers.queries import visible_to
from tieout.ledger.models import (
    DisputedPart,
    Document,
    DueItem,
)
from tieout.ledger.numbers import number_key
from tieout.ledger.search_models import DocumentText
from tieout.ledger.search_words import Word, words
from tieout.money import Money, decimals_of
from tieout.periods import Period

#: Whether something of a document is open, nothing is, it is past its day, or it is disputed.
STATUSES = ("open", "part_paid", "overdue", "disputed", "settled", "reversed")


#: As large as a whole number of the database may be.
_MOST = 2**63 - 1
#: What a list of documents is sorted by, each along an index.
SORTS = {"date": Document.issued_on, "number": Document.number_key, "amount": Document.amount_minor}


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
    #: Words in number, reference, description, product, customer.
    keyword: str = ""
    #: One of `SORTS`, with a minus: falling.
    sort: str = "-date"
    source: str = ""
    #: Whose customers; None: everybody's. See `customers.visible_to`.
    owner_id: int | None = None
    #: The day on which "overdue" is asked.
    today: date | None = None
    #: Ids of those that may be seen at all, where that is not said by customer or owner.
    kept: Select[int] | None = None


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
    ).where(*conditions(search))
    return query.order_by(Document.issued_on.desc(), Document.id.desc())


def by_ids(session: Session, ids: Sequence[int]) -> list[Document]:
    """Read documents in the order of their ids as given."""
    query = select(Document).where(Document.id.in_(ids)).options(joinedload(Document.account))
    found = {one.id: one for one in session.scalars(query)}
    return [found[one] for one in ids if one in found]


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
            func.sum(DueItem.amount_minor).label("amount"),
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
            part = "part_paid" if row.open < row.amount else "open"
            found[row.id] = part if row.open else "settled"
    return found


def conditions(search: DocumentSearch) -> list[ColumnElement[bool]]:
    """What a document must be to be found; whose customers are seen is apart."""
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
    if search.kept is not None:
        found.append(Document.id.in_(search.kept))
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
        found.append(_amount_between(search))
    if search.keyword.strip():
        found.append(keyword(search.keyword))
    return found


def _status(status: str, today: date | None) -> ColumnElement[bool]:
    items = exists().where(DueItem.document_id == Document.id)
    if status == "open":
        return items.where(DueItem.open_minor > 0)
    if status == "part_paid":
        return Document.id.in_(_part_paid())
    if status == "settled":
        return ~items.where(DueItem.open_minor > 0)
    if status == "overdue":
        if today is None:
            raise ValueError("a search for what is overdue needs a day")
        return items.where(is_overdue(today))
    if status == "disputed":
        return _is_disputed()
    if status == "draft":  # what is posted is none
        return false()
    if status == "reversed":
        reversing = aliased(Document)
        return exists().where(reversing.reverses_id == Document.id)
    raise ValueError(f"a document has no status {status!r}")


def _part_paid() -> Select[int]:
    """Documents of which something is open, and something is not."""
    item = aliased(DueItem)
    return (
        select(item.document_id)
        .where(item.document_id == Document.id)
        .group_by(item.document_id)
        .having(
            func.sum(item.open_minor) > 0, func.sum(item.open_minor) < func.sum(item.amount_minor)
        )
        .correlate(Document)
    )


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


def _amount_between(search: DocumentSearch) -> ColumnElement[bool]:
    """The same amount is another number of minor units in another currency."""
    return or_(
        *(
            and_(Document.currency.in_(codes), or_(*_either_sign(limits)))
            for limits, codes in amount_limits(search)
        )
    )


def _either_sign(limits: tuple[int, int]) -> Iterator[ColumnElement[bool]]:
    least, most = limits
    yield Document.amount_minor.between(least, most)
    yield Document.amount_minor.between(-most, -least)


def amount_limits(search: DocumentSearch) -> list[tuple[tuple[int, int], list[str]]]:
    """The least and the most in minor units, and the currencies they hold for."""
    found = []
    for decimals, codes in _currencies().items():
        least = 0 if search.least is None else _ceiling(search.least.scaleb(decimals))
        most = _MOST if search.most is None else int(search.most.scaleb(decimals))
        if not search.currency or search.currency in codes:
            found.append(((max(least, 0), most), codes))
    return found


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
    """Each word of a text in a document's number, references, lines, products or customer."""
    wanted = words(text)
    return and_(*(_holds(word) for word in wanted)) if wanted else false()


def _holds(word: Word) -> ColumnElement[bool]:
    """What is looked for, word by word; `search_terms` narrows it down with an index."""
    # The text of this document, never EXISTS: PostgreSQL would read the texts of all for that.
    text = select(DocumentText.text).where(DocumentText.document_id == Document.id)
    said = text.scalar_subquery().contains(word.plain, autoescape=True)
    return or_(said, Document.customer_id.in_(customers_called(word)))


def customers_called(word: Word) -> Select[int]:
    """The ids of the customers whose code, names or tax id hold a word."""
    key = folded(word.written)
    return select(Customer.id).where(Customer.search_key.contains(key, autoescape=True))


def products_called(word: Word) -> Select[int]:
    """The ids of the products whose code or name hold a word."""
    return select(Product.id).where(
        or_(
            Product.code.icontains(word.written, autoescape=True),
            Product.name.icontains(word.written, autoescape=True),
        )
    )
