"""Two customers that are one, merged: what is open moves, what was said stays.

Documents and statements are immutable, so those of the duplicate stay in its own ledger, and
are read there. Each open item is moved by a transfer pair to the other customer, with its due
date and its references, so that its age goes with it. Contacts are copied, logins see both,
deliveries that wait and agreed prices are handed over, the duplicate's names become other names.
The duplicate stays as a signpost: whoever is sent to it, by a file or a link, comes to the other.

An undone merge takes the transfers back and puts everything else back where it was; what was
posted to the other customer in between stays there.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.customers import AccountInput, add_account
from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerMerge, Membership
from tieout.customers.names import search_key
from tieout.db.base import Json
from tieout.errors import Conflict, InvalidInput, NotAllowed
from tieout.i18n import N_
from tieout.ledger import allocation, locks, posting, reversing, totals
from tieout.ledger.beside import AgreedPrice, Delivery
from tieout.ledger.inputs import DocumentInput, DuePart, ReferenceInput
from tieout.ledger.models import DisputedPart, Document, DocumentKind, DueItem
from tieout.money import Money

T = TypeVar("T")

PROPOSED, MERGED, UNDONE, TURNED_DOWN = "proposed", "merged", "undone", "turned_down"
STATES = {
    PROPOSED: N_("waiting for approval"),
    MERGED: N_("merged"),
    UNDONE: N_("undone"),
    TURNED_DOWN: N_("two different customers"),
}
#: The company's rule about two people that holds for it: it posts documents.
ACT = "document"
_CARRIED = ("po", "order", "contract", "tax_invoice")


class WithItself(InvalidInput):
    """A customer merged with itself."""

    message = N_("Choose two different customers.")


class MergedAlready(Conflict):
    """A customer that is a signpost."""

    message = N_("%(name)s was merged into another customer already. Use that one.")


class MergeProposed(Conflict):
    """A merge that waits for a decision."""

    message = N_("%(name)s is already proposed to be merged, by %(who)s. Decide on that first.")


class MergeMovedOn(Conflict):
    """A merge that is no longer where it was thought to be."""

    message = N_("This was decided meanwhile. Look at it again.")


class DisputesOpen(Conflict):
    """Open disputes hang on the duplicate's documents."""

    message = N_(
        "%(count)s items of %(name)s are disputed: %(numbers)s. Decide on the disputes first; they"
        " stay with its documents."
    )


class SecondPersonNeeded(NotAllowed):
    """Whoever proposed a merge may not approve it."""

    message = N_(
        "You proposed this yourself. Ask somebody else to approve it: this company wants two people"
        " for it."
    )


def propose(
    session: Session,
    customer: Customer,
    into: Customer,
    *,
    reason: str,
    on: date,
    by: Actor,
    at: datetime,
) -> CustomerMerge:
    """Propose that a customer is a duplicate of another; merged at once where one person may.

    Raises:
        WithItself, MergedAlready, MergeProposed, DisputesOpen: it cannot be merged.
    """
    _check(session, customer, into)
    waiting = session.scalar(
        select(CustomerMerge).where(
            CustomerMerge.state == PROPOSED,
            CustomerMerge.customer_id.in_((customer.id, into.id)),
        )
    )
    if waiting is not None:
        raise MergeProposed(name=customer.name, who=waiting.prepared_label)
    made = _added(session, customer, into, PROPOSED, reason=reason.strip(), by=by, at=at)
    after = {"customer_id": customer.id, "into_id": into.id, "reason": made.reason}
    audit.record(session, by, "merge.proposed", made, after=after)
    if not settings.needs_two_people(session, ACT):
        approve(session, made, on=on, by=by, at=at)
    return made


def approve(session: Session, merge: CustomerMerge, *, on: date, by: Actor, at: datetime) -> None:
    """Merge the two: all of it, or nothing.

    Raises:
        MergeMovedOn, SecondPersonNeeded: it cannot be approved, or not by this person.
        MergedAlready, DisputesOpen, PeriodLocked: it cannot be merged now.
    """
    _hold(session, merge, PROPOSED)
    two = settings.needs_two_people(session, ACT)
    if two and (by.kind != "staff" or by.id is None or by.id == merge.prepared_by):
        raise SecondPersonNeeded
    customer = session.get_one(Customer, merge.customer_id)
    into = session.get_one(Customer, merge.into_id)
    _check(session, customer, into)
    moved: Json = {
        "transfers": _move_items(session, customer, into, on=on, by=by, at=at),
        **_move_people(session, customer, into, at=at),
        **_move_beside(session, customer, into),
    }
    aliases = [
        one for one in (customer.name, *customer.aliases) if one not in (into.name, *into.aliases)
    ]
    moved["aliases"] = aliases
    _call(into, [*into.aliases, *aliases])
    customer.merged_into_id, customer.is_active = into.id, False
    customer.version += 1
    into.version += 1
    merge.moved, merge.state = moved, MERGED
    merge.decided_by = by.id if by.kind == "staff" else None
    merge.decided_label, merge.decided_at = by.label, at
    merge.version += 1
    session.flush()
    audit.record(
        session,
        by,
        "merge.approved",
        merge,
        after={"customer_id": customer.id, "into_id": into.id, **moved, "aliases": len(aliases)},
    )


def turn_down(session: Session, merge: CustomerMerge, *, by: Actor, at: datetime) -> None:
    """Say that they are two; they are not proposed again.

    Raises:
        MergeMovedOn: it was decided meanwhile.
    """
    _hold(session, merge, PROPOSED)
    merge.state = TURNED_DOWN
    merge.decided_by = by.id if by.kind == "staff" else None
    merge.decided_label, merge.decided_at = by.label, at
    merge.version += 1
    session.flush()
    audit.record(session, by, "merge.turned_down", merge, after={"state": TURNED_DOWN})


def keep_apart(
    session: Session, one: Customer, other: Customer, *, by: Actor, at: datetime
) -> CustomerMerge:
    """Note that two customers that look alike are two.

    Raises:
        WithItself: they are one and the same row.
    """
    if one.id == other.id:
        raise WithItself
    made = _added(
        session, one, other, TURNED_DOWN, decided_label=by.label, decided_at=at, by=by, at=at
    )
    after = {"customer_id": one.id, "into_id": other.id, "state": TURNED_DOWN}
    audit.record(session, by, "merge.turned_down", made, after=after)
    return made


def _added(
    session: Session,
    customer: Customer,
    into: Customer,
    state: str,
    *,
    by: Actor,
    at: datetime,
    **more: object,
) -> CustomerMerge:
    made = CustomerMerge(
        customer_id=customer.id,
        into_id=into.id,
        state=state,
        prepared_by=by.id if by.kind == "staff" else None,
        prepared_label=by.label,
        prepared_at=at,
        moved={},
        **more,
    )
    session.add(made)
    session.flush()
    return made


def undo(session: Session, merge: CustomerMerge, *, on: date, by: Actor, at: datetime) -> None:
    """Take a merge back: the transfers are reversed, people and names are as before.

    Raises:
        MergeMovedOn: it does not stand.
        PeriodLocked: its day cannot be posted to.
    """
    _hold(session, merge, MERGED)
    customer = session.get_one(Customer, merge.customer_id)
    into = session.get_one(Customer, merge.into_id)
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
    customer.merged_into_id, customer.is_active = None, True
    customer.version += 1
    into.version += 1
    merge.state, merge.undone_label, merge.undone_at = UNDONE, by.label, at
    merge.version += 1
    session.flush()
    session.expire(into, ["contacts"])
    audit.record(session, by, "merge.undone", merge, before={"state": MERGED})


def merges_of(session: Session, customer_id: int) -> Sequence[CustomerMerge]:
    """The merges that stand into a customer, or out of it, the newest first."""
    return session.scalars(
        select(CustomerMerge)
        .where(
            CustomerMerge.state == MERGED,
            (CustomerMerge.customer_id == customer_id) | (CustomerMerge.into_id == customer_id),
        )
        .order_by(CustomerMerge.id.desc())
    ).all()


def recent(session: Session, *, limit: int = 50) -> Sequence[CustomerMerge]:
    """Merges, those that wait first, then the newest."""
    return session.scalars(
        select(CustomerMerge)
        .where(CustomerMerge.state.in_((PROPOSED, MERGED, UNDONE)))
        .order_by(CustomerMerge.state != PROPOSED, CustomerMerge.id.desc())
        .limit(limit)
    ).all()


def _hold(session: Session, merge: CustomerMerge, state: str) -> None:
    session.refresh(merge, with_for_update=True)
    if merge.state != state:
        raise MergeMovedOn


def _check(session: Session, customer: Customer, into: Customer) -> None:
    if customer.id == into.id:
        raise WithItself
    for one in (customer, into):
        if one.merged_into_id is not None:
            raise MergedAlready(name=one.name)
    query = (
        select(Document.number)
        .join(DueItem, DueItem.document_id == Document.id)
        .join(DisputedPart, DisputedPart.due_item_id == DueItem.id)
        .where(Document.customer_id == customer.id, DisputedPart.ended_at.is_(None))
        .order_by(Document.number)
    )
    disputed = list(session.scalars(query))
    if disputed:
        raise DisputesOpen(count=len(disputed), name=customer.name, numbers=", ".join(disputed[:5]))


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
