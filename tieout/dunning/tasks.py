"""Tasks of staff: what one of us does once reminding alone has not helped.

A level may end in one. It is made when the reminder has left, is due on the day asked for in it,
and is dropped by itself when nothing is overdue any more.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers import stops
from tieout.customers.models import Customer, CustomerAccount, DeliveryStop
from tieout.customers.queries import visible_to
from tieout.dunning.models import DunningCycle, Notice, StaffTask
from tieout.dunning.spans import EVERYBODY, Span
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.identity.models import StaffUser
from tieout.ledger.models import DueItem

OPEN, DONE, DROPPED = "open", "done", "dropped"
STOP_DELIVERY = "stop_delivery"
#: What can be done.
KINDS: Mapping[str, str] = {
    "call": N_("Call them"),
    "letter": N_("Send a letter"),
    STOP_DELIVERY: N_("Stop deliveries"),
}
STATES: Mapping[str, str] = {OPEN: N_("To do"), DONE: N_("Done"), DROPPED: N_("Dropped")}
#: Written as the outcome where a task drops by itself.
PAID = N_("Nothing is overdue any more.")
#: Why deliveries are stopped; it is translated where it is shown.
OVERDUE = N_("What is overdue was not paid after the last reminder.")


class TaskOver(Conflict):
    """A task that was done or dropped already."""

    message = N_("%(who)s has ended this task already. Look at it again.")


class OutcomeMissing(InvalidInput):
    """A task that ends without a word."""

    message = N_("Say what came of it, so that the next person knows.")


class DueInThePast(InvalidInput):
    """A task that could not be done in time."""

    message = N_("%(day)s is over. Give a day from today on.")


def follow(session: Session, notice: Notice, *, on: date, at: datetime) -> StaffTask | None:
    """Make the task a reminder leads to, once; None where its level asks for none.

    A stop of deliveries is on the customer from then on, whoever carries it out.
    """
    kind = str(notice.explanation.get("final_step", ""))
    if kind not in KINDS:
        return None
    there = session.scalar(
        select(StaffTask).where(StaffTask.notice_id == notice.id, StaffTask.kind == kind)
    )
    if there is not None:
        return there
    customer = session.get_one(Customer, notice.customer_id)
    if kind == STOP_DELIVERY:
        _stop(session, customer, notice, on=on, at=at)
    task = StaffTask(
        kind=kind,
        customer_id=notice.customer_id,
        account_id=notice.account_id,
        notice_id=notice.id,
        assignee_id=customer.owner_id,
        due_on=date.fromisoformat(str(notice.explanation["pay_by"])),
        state=OPEN,
        note="",
        outcome="",
        made_by=audit.SYSTEM.label,
        made_at=at,
    )
    return _added(session, task, audit.SYSTEM)


def _stop(session: Session, customer: Customer, notice: Notice, *, on: date, at: datetime) -> None:
    if stops.in_force(session, [customer.id]):
        return
    stops.stop(session, customer, OVERDUE, source=stops.BY_REMINDER, on=on, by=audit.SYSTEM, at=at)


def lift_settled(session: Session, on: date, *, at: datetime, within: Span = EVERYBODY) -> None:
    """Lift the stops of reminders where nothing of the customer is overdue any more."""
    mine = select(CustomerAccount.customer_id).where(within.holds(CustomerAccount.id))
    overdue = (
        select(DueItem.id)
        .join(CustomerAccount, CustomerAccount.id == DueItem.account_id)
        .where(
            CustomerAccount.customer_id == DeliveryStop.customer_id,
            CustomerAccount.kind == "receivable",
            DueItem.direction > 0,
            DueItem.open_minor > 0,
            DueItem.due_on < on,
        )
        .exists()
    )
    over = session.scalars(
        select(DeliveryStop).where(
            DeliveryStop.lifted_at.is_(None),
            DeliveryStop.source == stops.BY_REMINDER,
            ~overdue,
            DeliveryStop.customer_id.in_(mine),
        )
    )
    for one in over.all():
        stops.lift(session, one, PAID, by=audit.SYSTEM, at=at)


def add(
    session: Session,
    account: CustomerAccount,
    kind: str,
    due_on: date,
    note: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
) -> StaffTask:
    """Make a task by hand.

    Raises:
        DueInThePast: its day is over.
    """
    if due_on < on:
        raise DueInThePast(day=due_on)
    task = StaffTask(
        kind=kind,
        customer_id=account.customer_id,
        account_id=account.id,
        due_on=due_on,
        state=OPEN,
        note=note.strip(),
        outcome="",
        made_by=by.label,
        made_at=at,
    )
    return _added(session, task, by)


def assign(session: Session, task: StaffTask, staff: StaffUser | None, *, by: Actor) -> None:
    """Give a task to somebody, or back to whoever takes it.

    Raises:
        TaskOver: it was done or dropped already.
    """
    _see_that_it_is_open(session, task)
    before, task.assignee_id = task.assignee_id, staff.id if staff is not None else None
    task.version += 1
    audit.record(
        session,
        by,
        "task.assigned",
        task,
        before={"assignee": before},
        after={"assignee": task.assignee_id},
    )


def finish(
    session: Session, task: StaffTask, state: str, outcome: str, *, by: Actor, at: datetime
) -> None:
    """End a task: done or dropped, with what came of it.

    Raises:
        TaskOver: it was ended already.
        OutcomeMissing: nothing is said of it.
    """
    _see_that_it_is_open(session, task)
    if not outcome.strip():
        raise OutcomeMissing
    task.state, task.outcome = state, outcome.strip()
    task.done_by, task.done_at = by.label, at
    task.version += 1
    audit.record(
        session, by, f"task.{state}", task, after={"kind": task.kind, "outcome": task.outcome}
    )


def drop_settled(session: Session, cycle: DunningCycle, *, at: datetime) -> None:
    """Drop the tasks of a cycle that is over: nothing is overdue any more."""
    left = session.scalars(
        select(StaffTask)
        .join(Notice, Notice.id == StaffTask.notice_id)
        .where(Notice.cycle_id.in_(cycle.with_those_before()), StaffTask.state == OPEN)
    )
    for task in left.all():
        finish(session, task, DROPPED, PAID, by=audit.SYSTEM, at=at)


def tasks(
    state: str = "", assignee_id: int | None = None, owner_id: int | None = None
) -> Select[StaffTask, Customer]:
    """Select tasks with their customers: those to do first, the earliest day first."""
    query = visible_to(
        select(StaffTask, Customer).join(Customer, Customer.id == StaffTask.customer_id), owner_id
    )
    if state:
        query = query.where(StaffTask.state == state)
    if assignee_id is not None:
        query = query.where(StaffTask.assignee_id == assignee_id)
    return query.order_by(StaffTask.state != OPEN, StaffTask.due_on, StaffTask.id)


def notice_of(session: Session, task: StaffTask) -> Notice | None:
    """The reminder that led to a task."""
    return session.get(Notice, task.notice_id) if task.notice_id is not None else None


def names(session: Session, found: Sequence[StaffTask]) -> dict[int, str]:
    """Who does each task, by the assignee's id."""
    ids = {one.assignee_id for one in found if one.assignee_id is not None}
    rows = session.execute(select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _added(session: Session, task: StaffTask, by: Actor) -> StaffTask:
    session.add(task)
    session.flush()
    after = {"kind": task.kind, "due_on": task.due_on.isoformat(), "assignee": task.assignee_id}
    audit.record(session, by, "task.made", task, after=after)
    return task


def _see_that_it_is_open(session: Session, task: StaffTask) -> None:
    session.refresh(task, with_for_update=True)
    if task.state != OPEN:
        raise TaskOver(who=task.done_by or "")
