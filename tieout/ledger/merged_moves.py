"""What a merge of two customers moves, and how it is put back.

Each open item goes by a transfer pair that keeps its due date and references; contacts are copied,
logins see both, deliveries that wait, agreed prices, parts of a family and names are handed over.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers import AccountInput, add_account
from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerMerge, Membership
from tieout.customers.names import search_key
from tieout.db.base import Json
from tieout.ledger import allocation, locks, posting, reversing, totals
from tieout.ledger.beside import AgreedPrice, Delivery
from tieout.ledger.inputs import DocumentInput, DuePart, ReferenceInput
from tieout.ledger.models import Document, DocumentKind, DueItem
from tieout.money import Money

T = TypeVar("T")

#: References that stay with what is open.
_CARRIED = ("po", "order", "contract", "tax_invoice")


def move(
    session: Session, customer: Customer, into: Customer, *, on: date, by: Actor, at: datetime
) -> Json:
    """Move all there is of a duplicate; what was moved is told, so that it can be put back."""
    aliases = [
        one for one in (customer.name, *customer.aliases) if one not in (into.name, *into.aliases)
    ]
    moved: Json = {
        "transfers": _move_items(session, customer, into, on=on, by=by, at=at),
        **_move_people(session, customer, into, at=at),
        **_move_beside(session, customer, into),
        "aliases": aliases,
    }
    _call(into, [*into.aliases, *aliases])
    return moved


def put_back(
    session: Session,
    merge: CustomerMerge,
    customer: Customer,
    into: Customer,
    *,
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Put everything back that a merge moved: transfers are reversed, the rest is as before."""
    moved = merge.moved
    for document in reversed(_of(session, Document, moved["transfers"])):
        # both halves go together
        if reversing.reversal_of(session, document.id) is None:
            day = max(on, document.issued_on)
            reversing.reverse(session, document, on=day, reason=merge.reason, by=by, at=at)
    for contact in _of(session, Contact, moved["contacts"]):
        contact.is_active = False
        contact.version += 1
    for membership in _of(session, Membership, moved["memberships"]):
        session.delete(membership)
    for child in _of(session, Customer, moved["children"]):
        child.parent_id = customer.id
    if moved["was_part"]:
        into.parent_id = customer.id
    accounts = {(one.currency, one.kind): one for one in customer.accounts}
    for delivery in _of(session, Delivery, moved["deliveries"]):
        account = accounts[delivery.currency, "receivable"]
        delivery.customer_id, delivery.account_id = customer.id, account.id
    for price in _of(session, AgreedPrice, moved["prices"]):
        price.customer_id = customer.id
    _call(into, [one for one in into.aliases if one not in moved["aliases"]])


def _move_items(
    session: Session, customer: Customer, into: Customer, *, on: date, by: Actor, at: datetime
) -> list[int]:
    """Move every open item by a transfer pair that keeps its due date and references."""
    made: list[int] = []
    for account in customer.accounts:
        query = select(DueItem).where(DueItem.account_id == account.id, DueItem.open_minor > 0)
        items = session.scalars(query.order_by(DueItem.id)).all()
        if not items:
            continue
        target = _account(session, into, account, by=by, at=at)
        totals.hold(session, [account.id, target.id])
        for item in items:
            made += _move_item(session, customer, item, target, on=on, by=by, at=at)
    return made


def _move_item(
    session: Session,
    customer: Customer,
    item: DueItem,
    target: CustomerAccount,
    *,
    on: date,
    by: Actor,
    at: datetime,
) -> list[int]:
    document = item.document
    day = locks.open_day(session, max(on, document.issued_on))
    number = settings.next_number(session, posting.OWN_NUMBERS[DocumentKind.TRANSFER], day)
    open_now = Money(item.direction * item.open_minor, document.currency)
    words = f"{customer.code} {document.number}".strip()
    carried = [
        ReferenceInput(one.kind, one.value) for one in document.references if one.kind in _CARRIED
    ]
    halves = [
        DocumentInput(
            account_id=account_id,
            kind=DocumentKind.TRANSFER,
            number=number,
            issued_on=day,
            amount=amount,
            due=(DuePart(item.due_on, amount, is_retention=item.is_retention),),
            references=(ReferenceInput("other", document.number), *carried)
            if document.number
            else tuple(carried),
            description=words,
            pair=f"transfer:{number}",
        )
        for account_id, amount in ((item.account_id, -open_now), (target.id, open_now))
    ]
    out, moved = (posting.post_entry(session, half, by=by, at=at) for half in halves)
    other = session.scalars(select(DueItem).where(DueItem.document_id == out.id)).one()
    debit, credit = (item, other) if item.direction == 1 else (other, item)
    allocation.allocate(session, debit, credit, abs(open_now), rule="transfer", by=by, at=at)
    return [out.id, moved.id]


def _account(
    session: Session, into: Customer, like: CustomerAccount, *, by: Actor, at: datetime
) -> CustomerAccount:
    """The account of the other customer, opened with the same terms where it has none."""
    for account in into.accounts:
        if (account.currency, account.kind) == (like.currency, like.kind):
            return account
    limit = like.credit_limit_minor
    given = AccountInput(
        like.currency,
        like.kind,
        like.terms_days,
        None if limit is None else Money(limit, like.currency),
    )
    return add_account(session, into, given, by=by, at=at)


def _move_people(session: Session, customer: Customer, into: Customer, *, at: datetime) -> Json:
    """Copy the contacts the other has not; whoever signed in for one signs in for both."""
    known = {one.email.casefold(): one for one in into.contacts if one.email}
    copies: dict[int, Contact] = {}
    made: list[int] = []
    for contact in customer.contacts:
        there = known.get(contact.email.casefold()) if contact.email else None
        if there is None and contact.is_active:
            there = Contact(
                customer_id=into.id,
                name=contact.name,
                email=contact.email,
                phone=contact.phone,
                position=contact.position,
                language=contact.language,
                role=contact.role,
                receives_statements=contact.receives_statements,
                receives_reminders=contact.receives_reminders,
                preferences=dict(contact.preferences),
                created_at=at,
            )
            session.add(there)
            session.flush()
            made.append(there.id)
        if there is not None:
            copies[contact.id] = there
    members = {
        one.login_id: one
        for one in session.scalars(select(Membership).where(Membership.customer_id == into.id))
    }
    joined: list[int] = []
    query = select(Membership).where(Membership.customer_id == customer.id)
    for membership in session.scalars(query.order_by(Membership.id)).all():
        contact_there = copies.get(membership.contact_id)
        if membership.login_id in members or contact_there is None:
            continue
        added = Membership(
            login_id=membership.login_id,
            customer_id=into.id,
            contact_id=contact_there.id,
            role=membership.role,
        )
        session.add(added)
        session.flush()
        joined.append(added.id)
    children = session.scalars(
        select(Customer).where(Customer.parent_id == customer.id, Customer.id != into.id)
    ).all()
    for child in children:
        child.parent_id = into.id
    was_part = into.parent_id == customer.id
    if was_part:
        into.parent_id = customer.parent_id
    session.expire(into, ["contacts"])
    return {
        "contacts": made,
        "memberships": joined,
        "children": [one.id for one in children],
        "was_part": was_part,
    }


def _move_beside(session: Session, customer: Customer, into: Customer) -> Json:
    """Hand over deliveries that wait, and prices; both stand beside the books."""
    accounts = {one.currency: one for one in into.accounts if one.kind == "receivable"}
    deliveries = [
        one
        for one in session.scalars(
            select(Delivery).where(
                Delivery.customer_id == customer.id, Delivery.withdrawn_at.is_(None)
            )
        )
        if one.currency in accounts
    ]
    for delivery in deliveries:
        delivery.customer_id = into.id
        delivery.account_id = accounts[delivery.currency].id
    prices = session.scalars(
        select(AgreedPrice).where(AgreedPrice.customer_id == customer.id)
    ).all()
    for price in prices:
        price.customer_id = into.id
    session.flush()
    return {
        "deliveries": [one.id for one in deliveries],
        "prices": [one.id for one in prices],
    }


def _call(customer: Customer, aliases: list[str]) -> None:
    """Give a customer other names, and have it found by them."""
    customer.aliases = aliases
    customer.search_key = search_key(customer.code, customer.name, *aliases, customer.tax_id)


def _of(session: Session, model: type[T], ids: Sequence[int]) -> list[T]:
    return [row for one in ids if (row := session.get(model, one)) is not None]
