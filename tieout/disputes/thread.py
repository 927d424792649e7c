"""The thread of a dispute: what both sides write, what staff note, who cares for it, by when."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events
from tieout.audit import Actor
from tieout.customers.models import Customer
from tieout.disputes import moves, raising, steps
from tieout.disputes.files import File
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission, may, sees_all_customers


class CannotCareForIt(InvalidInput):
    """An assignee who could not do anything."""

    message = N_(
        "%(name)s cannot answer disputes of this customer. Choose somebody else, or change what"
        " they may do."
    )


class PromisedInThePast(InvalidInput):
    """A promise nobody could keep."""

    message = N_("%(day)s is over. Promise an answer for today or later.")


def answer(
    session: Session,
    dispute: Dispute,
    text: str,
    *,
    files: Sequence[File] = (),
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> DisputeEntry:
    """Write into the thread both sides see; whoever writes passes the ball to the other side.

    Raises:
        WordsMissing, FileKindRefused, …: it cannot be taken as it is.
        MoveNotAllowed, DisputeMovedOn: the dispute is not where it was thought to be.
    """
    steps.said(text, needed=not files)
    was_with_us = dispute.state in moves.WITH_US
    steps.move(session, dispute, "answer" if by.kind == "staff" else "write", seen=seen)
    if dispute.state in moves.WITH_US and not was_with_us:
        raising.promise_anew(session, dispute, at=at)
    entry = steps.enter(session, dispute, "answer", text=text, files=files, by=by, at=at)
    _record(session, by, "dispute.answered", dispute, entry_id=entry.id)
    events.publish(session, events.DisputeAnswered(dispute.id, entry.id))
    return entry


def note(
    session: Session,
    dispute: Dispute,
    text: str,
    *,
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> DisputeEntry:
    """Write what only staff see.

    Raises:
        WordsMissing, FileKindRefused, …: it cannot be taken as it is.
    """
    steps.said(text, needed=not files)
    steps.move(session, dispute, "note")
    entry = steps.enter(
        session, dispute, "note", text=text, is_internal=True, files=files, by=by, at=at
    )
    _record(session, by, "dispute.noted", dispute, entry_id=entry.id)
    return entry


def assign(
    session: Session, dispute: Dispute, assignee: StaffUser | None, *, by: Actor, at: datetime
) -> None:
    """Say who cares for a dispute, or that nobody in particular does.

    Raises:
        CannotCareForIt: they may not answer disputes, or do not see this customer.
    """
    before = dispute.assignee_id
    if (assignee.id if assignee else None) == before:
        return
    if assignee is not None and not may_care(session, assignee, dispute):
        raise CannotCareForIt(name=assignee.name)
    steps.move(session, dispute, "assign")
    dispute.assignee_id = assignee.id if assignee else None
    steps.enter(
        session,
        dispute,
        "assigned",
        is_internal=True,
        facts={"name": assignee.name if assignee else ""},
        by=by,
        at=at,
    )
    audit.record(
        session,
        by,
        "dispute.assigned",
        dispute,
        before={"assignee_id": before},
        after={"assignee_id": dispute.assignee_id},
    )


def assignable(session: Session, dispute: Dispute) -> list[StaffUser]:
    """Everybody who could care for a dispute, by name."""
    query = select(StaffUser).where(StaffUser.is_active).order_by(StaffUser.name)
    return [user for user in session.scalars(query) if may_care(session, user, dispute)]


def promise(
    session: Session, dispute: Dispute, day: date, *, by: Actor, on: date, at: datetime
) -> None:
    """Promise the customer an answer by a day.

    Raises:
        PromisedInThePast: the day is over.
    """
    if day == dispute.answer_by:
        return
    if day < on:
        raise PromisedInThePast(day=day)
    steps.move(session, dispute, "promise")
    before, dispute.answer_by = dispute.answer_by, day
    facts = {"day": day.isoformat()}
    steps.enter(session, dispute, "promised", facts=facts, by=by, at=at)
    audit.record(
        session,
        by,
        "dispute.promised",
        dispute,
        before={"answer_by": before},
        after={"answer_by": day},
    )


def may_care(session: Session, user: StaffUser, dispute: Dispute) -> bool:
    """Whether somebody may answer a dispute, and sees its customer."""
    if not user.is_active or not may(user.roles, Permission.RESOLVE_DISPUTES):
        return False
    owner = session.get_one(Customer, dispute.customer_id).owner_id
    return sees_all_customers(user.roles) or owner == user.id


def _record(session: Session, by: Actor, act: str, dispute: Dispute, **facts: object) -> None:
    audit.record(session, by, act, dispute, after={"state": dispute.state, **facts})
