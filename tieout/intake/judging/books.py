"""What judging a file needs to know of the books, read once for all its rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tieout import settings
from tieout.catalog import Product, ids_by_code
from tieout.customers import Directory, stops
from tieout.customers.models import (
    Contact,
    Customer,
    CustomerAccount,
    CustomerGroup,
    DeliveryStop,
)
from tieout.customers.names import folded
from tieout.db.bulk import among, chunks
from tieout.identity.models import StaffUser
from tieout.intake.judging.chosen import Active, Chosen
from tieout.intake.kinds import BatchKind
from tieout.intake.models import SeenRow
from tieout.ledger import locks
from tieout.ledger.models import Document
from tieout.ledger.numbers import number_key
from tieout.ledger.prices import PriceBook
from tieout.ledger.settling import mentioned

_CHUNK = 5000
#: Days of payment of an account that is opened with its first document.
USUAL_DAYS = 30


@dataclass
class Books:
    """The books as a file meets them."""

    base_currency: str
    directory: Directory
    #: (customer, currency) → account: receivable, or payable for a file of suppliers.
    accounts: dict[tuple[int, str], int]
    locked_through: date | None
    #: The day its file was handed in, where the company is; None where nobody says.
    received_on: date | None = None
    #: How much each check weighs.
    checks: Chosen = field(default_factory=Chosen)
    #: The checks that are on for such a file.
    active: list[Active] = field(default_factory=list)
    #: Customers the company says it deals with no more.
    inactive: frozenset[int] = frozenset()
    #: Customers nothing is to be delivered to, and why.
    stopped: dict[int, DeliveryStop] = field(default_factory=dict)
    #: account → how many documents it has and the largest of them, where a check asks for it.
    usual: dict[int, tuple[int, int]] = field(default_factory=dict)
    #: Fingerprints and occurrences that were posted before → the batch.
    seen: dict[tuple[str, int], int] = field(default_factory=dict)
    #: Customers of the documents that texts name, by the text.
    named: dict[str, set[int]] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    #: By id, where a file of customers or products is judged.
    customers: dict[int, Customer] = field(default_factory=dict)
    contacts: dict[int, list[Contact]] = field(default_factory=dict)
    terms: dict[int, CustomerAccount] = field(default_factory=dict)
    #: Names of groups by id, and staff by name and mail address, for a file of customers.
    groups: dict[int, str] = field(default_factory=dict)
    staff: dict[str, int] = field(default_factory=dict)
    catalog: dict[str, Product] = field(default_factory=dict)
    #: account → days of payment, and the longest of each customer, where a file keeps money back.
    days: dict[int, int] = field(default_factory=dict)
    customers_days: dict[int, int] = field(default_factory=dict)
    #: The agreed prices of these products, where a check asks for them.
    prices: PriceBook | None = None

    @classmethod
    def of(
        cls,
        session: Session,
        kind: BatchKind,
        *,
        fingerprints: Iterable[str],
        texts: Sequence[str] = (),
        product_codes: Iterable[str] = (),
        received_on: date | None = None,
        payable: bool = False,
        with_days: bool = False,
    ) -> "Books":
        """Read what rows with these fingerprints, texts and codes ask about."""
        books = cls(
            base_currency=settings.company(session).base_currency,
            directory=Directory.of(session),
            accounts=_accounts(session, "payable" if payable else "receivable"),
            locked_through=locks.locked_through(session),
            seen=seen_before(session, kind, fingerprints),
            received_on=received_on,
            checks=(checks := Chosen.of(session)),
            active=checks.active(kind),
        )
        if any(one.check.name == "customer_inactive" for one in books.active):
            gone = select(Customer.id).where(Customer.is_active.is_(False))
            books.inactive = frozenset(session.scalars(gone))
        if any(one.check.name == "deliveries_stopped" for one in books.active):
            books.stopped = stops.standing(session)
        if any(one.check.name == "unusual_amount" for one in books.active):
            books.usual = _usual(session)
        if with_days:
            _add_days(session, books)
        if texts:
            books.named = _named(session, texts)
        if codes := {code for code in product_codes if code}:
            books.products = ids_by_code(session, codes)
        if books.products and any(one.check.name == "agreed_price" for one in books.active):
            books.prices = PriceBook.of(session, books.products.values())
        if kind == BatchKind.CUSTOMERS:
            _add_customers(session, books)
        if kind == BatchKind.PRODUCTS:
            books.catalog = {folded(one.code): one for one in session.scalars(select(Product))}
        return books

    @cached_property
    def clearing(self) -> str:
        """The customer that rows of documents without one go to by rule; empty for none."""
        return str(self.checks.limit("customer_missing") or "")

    def days_of(self, account_id: int, customer_id: int) -> int:
        """Days of payment of an account, or those one would be opened with."""
        found = self.days.get(account_id)
        return self.customers_days.get(customer_id, USUAL_DAYS) if found is None else found

    @cached_property
    def with_accounts(self) -> frozenset[int]:
        """The customers that have an account in any currency."""
        return frozenset(customer_id for customer_id, _ in self.accounts)


def _add_days(session: Session, books: Books) -> None:
    columns = (CustomerAccount.id, CustomerAccount.customer_id, CustomerAccount.terms_days)
    for account_id, customer_id, days in session.execute(select(*columns)):
        books.days[account_id] = days
        longest = max(days, books.customers_days.get(customer_id, 0))
        books.customers_days[customer_id] = longest


def _usual(session: Session) -> dict[int, tuple[int, int]]:
    """How many documents each account has, and the largest of them."""
    largest = func.max(func.abs(Document.amount_minor))
    query = select(Document.account_id, func.count(), largest).group_by(Document.account_id)
    return {account_id: (count, most) for account_id, count, most in session.execute(query)}


def _accounts(session: Session, kind: str) -> dict[tuple[int, str], int]:
    query = select(CustomerAccount.customer_id, CustomerAccount.currency, CustomerAccount.id)
    rows = session.execute(query.where(CustomerAccount.kind == kind))
    return {(customer_id, currency): account_id for customer_id, currency, account_id in rows}


def seen_before(
    session: Session, kind: str, fingerprints: Iterable[str]
) -> dict[tuple[str, int], int]:
    """The batches that posted such rows before, by fingerprint and occurrence."""
    columns = (SeenRow.fingerprint, SeenRow.occurrence, SeenRow.batch_id)
    return {
        (digest, occurrence): batch_id
        for digest, occurrence, batch_id in _in_chunks(
            session, columns, SeenRow.fingerprint, sorted(set(fingerprints)), SeenRow.kind == kind
        )
    }


def _named(session: Session, texts: Sequence[str]) -> dict[str, set[int]]:
    """Find the customers of the documents that each text names by their numbers."""
    keys = {text: {number_key(form) for form in mentioned([text])} for text in texts}
    wanted = sorted(set().union(*keys.values()))
    owners: dict[str, set[int]] = defaultdict(set)
    columns = (Document.number_key, Document.customer_id, Document.amount_minor)
    for key, customer_id, amount in _in_chunks(session, columns, Document.number_key, wanted):
        if amount > 0:
            owners[key].add(customer_id)
    return {text: set().union(*(owners.get(key, set()) for key in ks)) for text, ks in keys.items()}


def _in_chunks(
    session: Session,
    columns: Sequence[InstrumentedAttribute[Any]],
    by: InstrumentedAttribute[Any],
    values: Sequence[str],
    *where: ColumnElement[bool],
) -> Iterable[Any]:
    for some in chunks(values, _CHUNK):
        yield from session.execute(select(*columns).where(among(session, by, some), *where))


def _add_customers(session: Session, books: Books) -> None:
    books.groups = {one.id: one.name for one in session.scalars(select(CustomerGroup))}
    for person_id, name, email in session.execute(
        select(StaffUser.id, StaffUser.name, StaffUser.email).where(StaffUser.is_active)
    ):
        books.staff.update({folded(name): person_id, folded(email): person_id})
    books.customers = {one.id: one for one in session.scalars(select(Customer))}
    found: dict[int, list[Contact]] = defaultdict(list)
    for contact in session.scalars(select(Contact).order_by(Contact.id)):
        found[contact.customer_id].append(contact)
    books.contacts = found
    query = select(CustomerAccount).where(CustomerAccount.kind == "receivable")
    books.terms = {one.id: one for one in session.scalars(query)}
