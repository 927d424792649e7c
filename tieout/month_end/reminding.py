"""Reminding customers who have not answered a request for confirmation.

By hand for many at once, and by itself some days after issuing. Nobody is reminded who has
answered, disputes something, is on hold, was to answer only if it disagrees, or was never reached;
each message looks again as it leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.disputes.models import Dispute
from tieout.disputes.moves import LIVE
from tieout.dunning.models import Hold
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.settings.choices import chosen
from tieout.statements import asking, drafting, moves
from tieout.statements.models import (
    AnswerReminder,
    Confirmation,
    Statement,
    StatementDelivery,
    StatementSection,
)

#: Days after issuing until the schedule reminds, days until it does again, and how often at most.
AFTER, AGAIN, MOST = "answer_reminder_after", "answer_reminder_again", "answer_reminder_most"

ANSWERED = N_("answered already")
ONLY_IF = N_("asked to answer only if something is wrong")
DISPUTES = N_("disputes something, which we answer first")
HELD = N_("reminders are held: %(reason)s")
NOT_REACHED = N_("the statement has reached nobody there")
TODAY = N_("reminded today already")
NOT_ISSUED = N_("no statement waits for an answer")


class NotReminded(Conflict):
    """A customer who is not to be reminded, and why."""

    message = N_("Nobody is reminded of statement %(number)s: %(why)s.")


@dataclass(frozen=True, slots=True)
class Silent:
    """A statement that was issued, and whether its customer may be reminded of it."""

    statement_id: int
    customer_id: int
    number: str
    issued_on: date
    #: How often it was reminded, and when last.
    times: int
    last_on: date | None
    #: Why it is not reminded; None where it may be.
    why_not: Sentence | None


def silent(session: Session, *which: ColumnElement[bool], on: date) -> list[Silent]:
    """Current statements with whether their customers may be reminded; a few queries for all."""
    zone = ZoneInfo(settings.company(session).time_zone)
    ids = select(Statement.id).where(Statement.state == moves.ISSUED, *which)
    answered = _answered(session, ids)
    disputed = set(session.scalars(_disputed(ids)))
    held = _held(session, on)
    reached = set(session.scalars(_reached(ids)))
    reminded = {row[0]: (row[1], row[2]) for row in session.execute(_reminded(ids))}
    found = []
    rows = session.scalars(select(Statement).where(Statement.id.in_(ids)).order_by(Statement.id))
    for one in rows:
        times, last_at = reminded.get(one.id, (0, None))
        last_on = last_at.astimezone(zone).date() if last_at else None
        why: Sentence | None = None
        if one.id in answered:
            why = Sentence(ANSWERED)
        elif one.request == asking.NEGATIVE:
            why = Sentence(ONLY_IF)
        elif one.id in disputed:
            why = Sentence(DISPUTES)
        elif one.customer_id in held:
            why = Sentence(HELD, {"reason": held[one.customer_id]})
        elif one.id not in reached:
            why = Sentence(NOT_REACHED)
        elif last_on == on:
            why = Sentence(TODAY)
        issued_on = (one.issued_at or one.known_at).astimezone(zone).date()
        number = f"{one.number}"
        found.append(Silent(one.id, one.customer_id, number, issued_on, times, last_on, why))
    return found


def still_silent(session: Session, statement: Statement, on: date) -> Sentence | None:
    """Why a reminder on its way has nothing to say any more; None where it has."""
    found = silent(session, Statement.id == statement.id, on=on)
    if not found:
        return Sentence(NOT_ISSUED)
    why = found[0].why_not
    return None if why is None or why.text == TODAY else why


def remind(session: Session, statement: Statement, *, by: Actor, at: datetime) -> AnswerReminder:
    """Remind a customer of a statement it has not answered.

    Raises:
        NotReminded: it is not to be.
    """
    on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
    drafting.hold(session, statement)
    found = silent(session, Statement.id == statement.id, on=on)
    why = found[0].why_not if found else Sentence(NOT_ISSUED)
    if why is not None:
        raise NotReminded(number=statement.number or "–", why=why)
    made = AnswerReminder(
        statement_id=statement.id,
        customer_id=statement.customer_id,
        no=found[0].times + 1,
        reminded_at=at,
        reminded_by=by.label,
        reminded_by_id=by.id if by.kind == "staff" else None,
    )
    session.add(made)
    session.flush()
    after = {"statement": statement.number, "no": made.no}
    audit.record(session, by, "statement.reminded", made, after=after)
    events.publish(session, events.AnswerReminded(made.id))
    return made


def due(session: Session, on: date) -> list[int]:
    """The statements the schedule reminds of on a day; a missed day is caught up once."""
    after, again, most = (int(str(chosen(session, name))) for name in (AFTER, AGAIN, MOST))
    if after == 0:
        return []
    return [
        one.statement_id
        for one in silent(session, Statement.request != asking.NEGATIVE, on=on)
        if one.why_not is None and one.times < most and on >= _next(one, after, again)
    ]


def of_statement(session: Session, statement_id: int) -> Sequence[AnswerReminder]:
    """Every reminder of a statement, the first one first."""
    query = select(AnswerReminder).where(AnswerReminder.statement_id == statement_id)
    return session.scalars(query.order_by(AnswerReminder.no)).all()


def open_sections(session: Session, statement: Statement) -> list[StatementSection]:
    """The currencies of a statement that nobody has answered."""
    given = select(Confirmation.section_id).where(Confirmation.replaced_by_id.is_(None))
    query = select(StatementSection).where(
        StatementSection.statement_id == statement.id, StatementSection.id.not_in(given)
    )
    return list(session.scalars(query.order_by(StatementSection.currency)))


def _next(one: Silent, after: int, again: int) -> date:
    if one.last_on is None:
        return one.issued_on + timedelta(days=after)
    return one.last_on + timedelta(days=max(again, 1))


def _answered(session: Session, ids: Select[int]) -> set[int]:
    """Statements every currency of which is answered."""
    given = select(Confirmation.section_id).where(Confirmation.replaced_by_id.is_(None))
    waiting = select(StatementSection.statement_id).where(
        StatementSection.statement_id.in_(ids), StatementSection.id.not_in(given)
    )
    return set(session.scalars(ids.where(Statement.id.not_in(waiting))))


def _disputed(ids: Select[int]) -> Select[int]:
    return ids.where(
        exists().where(
            StatementSection.statement_id == Statement.id,
            StatementSection.account_id == Dispute.account_id,
            Dispute.state.in_(LIVE),
        )
    )


def _held(session: Session, on: date) -> dict[int, str]:
    rows = session.execute(
        select(Hold.scope_id, Hold.reason).where(
            Hold.scope == "customer",
            Hold.lifted_at.is_(None),
            Hold.from_on <= on,
            or_(Hold.until.is_(None), Hold.until >= on),
        )
    )
    return {row.scope_id: row.reason or "–" for row in rows}


def _reached(ids: Select[int]) -> Select[int]:
    """Statements that may have reached somebody: not every delivery of theirs has failed."""
    return ids.where(
        exists().where(
            StatementDelivery.statement_id == Statement.id, StatementDelivery.state != "failed"
        )
    )


def _reminded(ids: Select[int]) -> Select[int, int, datetime]:
    return (
        select(
            AnswerReminder.statement_id,
            func.max(AnswerReminder.no),
            func.max(AnswerReminder.reminded_at),
        )
        .where(AnswerReminder.statement_id.in_(ids))
        .group_by(AnswerReminder.statement_id)
    )
