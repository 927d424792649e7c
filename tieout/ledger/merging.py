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

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerMerge
from tieout.errors import Conflict, InvalidInput, NotAllowed
from tieout.i18n import N_
from tieout.ledger import merged_moves
from tieout.ledger.models import DisputedPart, Document, DueItem

PROPOSED, MERGED, UNDONE, TURNED_DOWN = "proposed", "merged", "undone", "turned_down"
STATES = {
    PROPOSED: N_("waiting for approval"),
    MERGED: N_("merged"),
    UNDONE: N_("undone"),
    TURNED_DOWN: N_("two different customers"),
}
#: The company's rule about two people that holds for it: it posts documents.
ACT = "document"


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
    moved = merged_moves.move(session, customer, into, on=on, by=by, at=at)
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
        after={
            "customer_id": customer.id,
            "into_id": into.id,
            **moved,
            "aliases": len(moved["aliases"]),
        },
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
    merged_moves.put_back(session, merge, customer, into, on=on, by=by, at=at)
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
