"""Notices: planned by the alarm clock, worked out again when they leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from tieout import audit, events
from tieout.customers.models import CustomerAccount
from tieout.dunning import charges, costs, promises, stale, standing, tasks
from tieout.dunning.costs import Asked, Costs
from tieout.dunning.models import DunningCycle, Notice, NoticeItem
from tieout.dunning.selection import Nothing, Selection
from tieout.dunning.spans import EVERYBODY, Span
from tieout.i18n import N_, Sentence
from tieout.ledger.models import Document, DueItem
from tieout.messages.models import Message

#: Why a reminder that waits, such as for the morning, is not planned a second time.
ON_ITS_WAY = N_("It is on its way already.")


@dataclass(frozen=True)
class Planned:
    """What a day's planning came to."""

    notices: tuple[int, ...]
    #: Why nothing left at all, such as stale payments.
    held: Sentence | None
    #: Accounts with something overdue that got none, and why.
    left_out: tuple[tuple[int, Sentence], ...]


@dataclass(frozen=True)
class Worked:
    """An account's reminder, worked out on a day."""

    account: CustomerAccount
    found: Selection | Nothing
    #: What it costs, where it does.
    costs: Costs | None = None


def plan(session: Session, *, on: date, at: datetime, within: Span = EVERYBODY) -> Planned:
    """Plan the notices of a day for the accounts with something overdue, of all or of some."""
    fresh = stale.freshness(session, on)
    promises.judge(session, on, fresh.newest_on, within)
    if fresh.held is not None:
        return Planned((), fresh.held, ())
    chosen: list[tuple[CustomerAccount, Selection]] = []
    left_out: list[tuple[int, Sentence]] = []
    stand = standing.fetch(session, overdue(on, within), on)
    accounts = _accounts(session, on, within)
    cycles = _cycles(session, accounts, stand, on)
    for account in accounts:
        found = stand.work_out(account, cycles[account.id])
        if isinstance(found, Nothing):
            left_out.append((account.id, found.reason))
        else:
            chosen.append((account, found))
    known = _known(session, within)
    fresh_ones = []
    again = []
    for account, selected in chosen:
        there, leaves = known.get((cycles[account.id], selected.level), (None, False))
        if leaves:
            left_out.append((account.id, Sentence(ON_ITS_WAY)))
            continue
        if there is not None and there.state in standing.SENT:
            again.append(cycles[account.id])
            there = None
        fresh_ones.append((account, selected, there))
    cycles |= _follow(session, again, on)
    made = _plan(session, fresh_ones, cycles, on, at)
    _end_cycles(session, on, at, within)
    return Planned(tuple(notice.id for notice in made), None, tuple(left_out))


def preview(session: Session, on: date, within: Span = EVERYBODY) -> list[Worked]:
    """What would leave on a day, as the books stand now; nothing is changed.

    Promises whose day is over by then count as judged.
    """
    known = stale.freshness(session, on).newest_on
    stand = standing.fetch(session, overdue(on, within), on, judging=known)
    worked = [
        Worked(account, stand.work_out(account, stand.cycles.get(account.id)))
        for account in _accounts(session, on, within)
    ]
    asked = [_asked(one.account, one.found, stand) for one in worked]
    costing = costs.work_out(session, [one for one in asked if one is not None], on)
    worked = [replace(one, costs=costing.get(one.account.id)) for one in worked]
    return sorted(worked, key=lambda one: (isinstance(one.found, Nothing), one.account.id))


def _asked(
    account: CustomerAccount, found: Selection | Nothing, stand: standing.Standing
) -> Asked | None:
    if isinstance(found, Nothing):
        return None
    return Asked(account.id, account.currency, found, stand.items_of(account.id))


def work_out(
    session: Session,
    account: CustomerAccount,
    on: date,
    *,
    cycle: DunningCycle | None,
    but_for: int | None = None,
) -> Worked:
    """Work an account's reminder out from the books as they stand.

    `but_for` is a notice on its way, which does not count as sent.
    """
    this = select(CustomerAccount.id).where(CustomerAccount.id == account.id)
    stand = standing.fetch(session, this, on, but_for=but_for)
    found = stand.work_out(account, cycle.id if cycle is not None else None)
    asked = _asked(account, found, stand)
    costing = costs.work_out(session, [asked], on) if asked is not None else {}
    return Worked(account, found, costing.get(account.id))


def freeze(
    session: Session, notice_id: int, *, on: date, at: datetime
) -> dict[str, Any] | Sentence:
    """Work a planned notice out again as it leaves.

    Returns the figures it leaves with, or why it must not leave; then the notice is cancelled.
    Asked again for another person of the same customer it gives the figures of that moment.
    """
    # its mail and its chat may be leaving at the same time
    notice = session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
    account = session.get_one(CustomerAccount, notice.account_id)
    if notice.state not in ("planned", "sent"):
        return Sentence.from_json(notice.reason or {"text": N_("This reminder was cancelled.")})
    reason = stale.freshness(session, on).held
    worked: Worked | None = None
    found: Selection | Nothing | None = None
    if reason is None:
        cycle = session.get_one(DunningCycle, notice.cycle_id)
        worked = work_out(session, account, on, cycle=cycle, but_for=notice.id)
        found = worked.found
        if isinstance(found, Nothing):
            reason = found.reason
        elif found.level != notice.level:
            reason = Sentence(N_("What is overdue has changed; the reminder is planned anew."))
    if reason is not None or worked is None or not isinstance(found, Selection):
        reason = reason or Sentence(N_("This reminder was cancelled."))
        if notice.state == "planned":
            notice.state, notice.reason = "cancelled", reason.to_json()
            audit.record(session, audit.SYSTEM, "reminder.cancelled", notice, after=notice.reason)
        return reason
    if notice.state == "planned":
        _keep(session, notice, found, worked.costs)
    # whoever reads it second reads of the same fee and interest
    return figures(account, found, on) | {"costs": notice.explanation.get("costs")}


def mark_sent(session: Session, notice_id: int, *, on: date, at: datetime) -> None:
    """Note that a notice was handed over to at least one person."""
    notice = session.get_one(Notice, notice_id)
    if notice.state != "sent":
        notice.state, notice.sent_on = "sent", on
        audit.record(
            session,
            audit.SYSTEM,
            "reminder.sent",
            notice,
            after={"level": notice.level, "net_minor": notice.net_minor},
        )
        charges.make(session, notice, on=on, at=at)
        tasks.follow(session, notice, on=on, at=at)


def mark_unknown(session: Session, notice_id: int) -> None:
    """Note that nobody can say whether a notice arrived; it is not sent again by itself."""
    notice = session.get_one(Notice, notice_id)
    if notice.state == "planned":
        notice.state = "unknown"
        audit.record(session, audit.SYSTEM, "reminder.unknown", notice)


def cancel(session: Session, notice_id: int, reason: Sentence) -> None:
    """Note that a notice will not leave."""
    notice = session.get_one(Notice, notice_id)
    if notice.state == "planned":
        notice.state, notice.reason = "cancelled", reason.to_json()
        audit.record(session, audit.SYSTEM, "reminder.cancelled", notice, after=notice.reason)


def figures(account: CustomerAccount, found: Selection, on: date) -> dict[str, Any]:
    """What a message says, as plain data in minor units and ISO dates."""
    return {
        "currency": account.currency,
        "level": found.level,
        "tone": found.tone,
        "net": found.net_minor,
        "as_at": on.isoformat(),
        "pay_by": found.pay_by.isoformat(),
        "not_due": found.not_due_minor,
        "items": [
            {
                "due_item_id": one.due_item_id,
                "number": one.number,
                "due_on": one.due_on.isoformat(),
                "amount": one.amount_minor,
                "days": one.days,
            }
            for one in found.items
        ],
        "left_out": [
            {"number": one.number, "amount": one.amount_minor, "why": one.why}
            for one in found.left_out
        ],
    }


def _known(session: Session, within: Span) -> dict[tuple[int, int], tuple[Notice, bool]]:
    """The notices of open cycles by cycle and level, and whether each is on its way."""
    leaving = select(Message.id).where(
        Message.subject_type == "notice",
        Message.subject_id == Notice.id,
        Message.state.in_(("waiting", "sending")),
    )
    rows = session.execute(
        select(Notice, leaving.exists())
        .join(DunningCycle, DunningCycle.id == Notice.cycle_id)
        .where(DunningCycle.ended_on.is_(None), within.holds(DunningCycle.account_id))
    )
    return {
        (row[0].cycle_id, row[0].level): (row[0], row[0].state == "planned" and row[1])
        for row in rows
    }


def _plan(
    session: Session,
    chosen: Sequence[tuple[CustomerAccount, Selection, Notice | None]],
    cycles: Mapping[int, int],
    on: date,
    at: datetime,
) -> list[Notice]:
    """Write the notices of a day, all at once, and tell of each."""
    made: list[Notice] = []
    for account, found, there in chosen:
        notice = there or Notice(
            customer_id=account.customer_id,
            account_id=account.id,
            cycle_id=cycles[account.id],
            level=found.level,
            currency=account.currency,
        )
        # one that was cancelled may be due again: paid in part, disputed and rejected, …
        notice.state, notice.reason = "planned", None
        notice.planned_on, notice.planned_at = on, at
        notice.explanation = {"channel": found.step.channel if found.step is not None else ""}
        made.append(notice)
    session.add_all(made)
    session.flush()
    for notice, (_account, found, _there) in zip(made, chosen, strict=True):
        facts = {"level": found.level, "net_minor": found.net_minor}
        audit.record(session, audit.SYSTEM, "reminder.planned", notice, after=facts)
        events.publish(session, events.ReminderDue(notice.id))
    return made


def _keep(session: Session, notice: Notice, found: Selection, costs: Costs | None) -> None:
    notice.net_minor = found.net_minor
    notice.explanation = {
        "left_out": [
            {"number": one.number, "amount": one.amount_minor, "why": one.why}
            for one in found.left_out
        ],
        "pay_by": found.pay_by.isoformat(),
        "final_step": found.final_step,
        "costs": costs.to_json() if costs is not None else None,
    }
    session.execute(delete(NoticeItem).where(NoticeItem.notice_id == notice.id))
    session.expire(notice, ["items"])
    session.add_all(
        NoticeItem(
            notice_id=notice.id,
            due_item_id=one.due_item_id,
            level=one.level,
            amount_minor=one.amount_minor,
            days=one.days,
        )
        for one in found.items
    )
    session.flush()


def overdue(on: date, within: Span = EVERYBODY) -> Select[int]:
    """Select the receivable accounts with something open and past its day."""
    overdue = select(DueItem.id).where(  # asked of each account, only open items are read
        DueItem.account_id == CustomerAccount.id,
        DueItem.open_minor > 0,
        DueItem.direction > 0,
        DueItem.due_on < on,
    )
    return select(CustomerAccount.id).where(
        CustomerAccount.kind == "receivable", within.holds(CustomerAccount.id), overdue.exists()
    )


def _accounts(session: Session, on: date, within: Span = EVERYBODY) -> list[CustomerAccount]:
    query = select(CustomerAccount).where(CustomerAccount.id.in_(overdue(on, within)))
    return list(session.scalars(query.order_by(CustomerAccount.id)))


def is_overdue(session: Session, account_id: int, on: date) -> bool:
    """Whether an account has something open and past its day."""
    return session.scalar(overdue(on).where(CustomerAccount.id == account_id)) is not None


def overdue_accounts(session: Session, on: date) -> int:
    """How many receivable accounts have something open and past its day."""
    return session.scalar(select(func.count()).select_from(overdue(on).subquery())) or 0


def _cycles(
    session: Session, accounts: Sequence[CustomerAccount], stand: standing.Standing, on: date
) -> dict[int, int]:
    """The open cycle of each account; one begins where there is none."""
    begun = [
        DunningCycle(account_id=account.id, started_on=on)
        for account in accounts
        if account.id not in stand.cycles
    ]
    session.add_all(begun)
    session.flush()
    return {**stand.cycles, **{cycle.account_id: cycle.id for cycle in begun}}


def _follow(session: Session, cycles: Sequence[int], on: date) -> dict[int, int]:
    """Cycles that follow these without a break, by account: each level may be sent once more."""
    found = select(DunningCycle).where(DunningCycle.id.in_(cycles))
    before = session.scalars(found.order_by(DunningCycle.id)).all() if cycles else ()
    begun = []
    for cycle in before:
        cycle.ended_on = on
        begun.append(DunningCycle(account_id=cycle.account_id, started_on=cycle.started_on))
    session.add_all(begun)
    session.flush()
    return {cycle.account_id: cycle.id for cycle in begun}


def _end_cycles(session: Session, on: date, at: datetime, within: Span) -> None:
    """End the cycles of accounts where nothing is overdue any more."""
    still = (
        select(DueItem.id)
        .where(
            DueItem.account_id == DunningCycle.account_id,
            DueItem.direction > 0,
            DueItem.open_minor > 0,
            DueItem.due_on < on,
        )
        .exists()
    )
    over = session.execute(
        select(DunningCycle).where(
            DunningCycle.ended_on.is_(None), within.holds(DunningCycle.account_id), ~still
        )
    ).scalars()
    for cycle in over.all():
        cycle.ended_on = on
        tasks.drop_settled(session, cycle, at=at)
        if _was_reminded_and_paid(session, cycle):
            events.publish(session, events.OverdueSettled(cycle.id))
    tasks.lift_settled(session, on, at=at, within=within)


def _was_reminded_and_paid(session: Session, cycle: DunningCycle) -> bool:
    """Whether a reminder left in a cycle and a payment came in since; a credit note is none."""
    first = session.scalar(
        select(func.min(Notice.sent_on)).where(
            Notice.cycle_id.in_(cycle.with_those_before()), Notice.state == "sent"
        )
    )
    if first is None:
        return False
    paid = select(Document.id).where(
        Document.account_id == cycle.account_id,
        Document.kind == "payment",
        Document.issued_on >= first,
    )
    return session.scalar(paid.limit(1)) is not None


def planned_for(session: Session, customer_id: int) -> list[Notice]:
    """A customer's notices, the newest first."""
    return list(
        session.execute(
            select(Notice).where(Notice.customer_id == customer_id).order_by(Notice.id.desc())
        ).scalars()
    )
