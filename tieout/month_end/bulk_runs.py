"""Statements sent once more, and customers reminded to answer, many at once: two stored runs.

Each item looks again at what it is about to do; what has changed since the preview is left out
with its reason, and the other items go on.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.db.base import Json
from tieout.i18n import N_, Sentence
from tieout.messages.outbox import MessageStillOnItsWay
from tieout.month_end import reminding
from tieout.periods import Period
from tieout.runs import stored
from tieout.runs.models import Run, RunItem
from tieout.runs.work import Handler, InOneStep, LeftOut
from tieout.statements import delivery, moves, sending
from tieout.statements.models import Statement, StatementDelivery
from tieout.statements.runs import actor_of

#: The kinds of run.
SEND, REMIND = "statement_send", "answer_reminders"
KINDS = (SEND, REMIND)


class NotSent(LeftOut):
    """A statement that is not sent again, and why."""

    message = N_("Not sent: %(why)s.")


class NotAsked(LeftOut):
    """A customer who is not reminded, and why."""

    message = N_("Not reminded: %(why)s.")


REACHED = N_("it reached everybody who receives statements")
ON_ITS_WAY = N_("it is still on its way")
NOT_ISSUED = N_("it has been replaced or was not issued")


def begin_each(
    session: Session,
    run_kind: str,
    period: Period,
    statements: Collection[int],
    *,
    kind: str = "receivable",
    by: Actor,
    at: datetime,
) -> Run:
    """Store a run over statements; the one of the period under way, if there is."""
    stem = f"{run_kind}:{kind}:{period.code}:"
    rows = select(Run).where(Run.key.startswith(stem))
    last = session.scalar(rows.order_by(Run.id.desc()).limit(1))
    if last is not None and last.state in stored.OPEN:
        return last
    count = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    params: Json = {
        "period": period.code,
        "kind": kind,
        "by_id": by.id if by.kind == "staff" else None,
    }
    items = [f"statement:{one}" for one in statements]
    key = f"{stem}{count + 1}"
    return stored.create(session, run_kind, key, items, params=params, by=by, at=at)


def send_one(session: Session, run: Run, item: RunItem, at: datetime) -> Json:
    """Send a statement to whom it did not reach, and to who was added since.

    Raises:
        NotSent: there is nobody, or it is on its way.
    """
    statement, by = _statement(session, item), actor_of(run)
    if statement.state != moves.ISSUED:
        raise NotSent(why=Sentence(NOT_ISSUED))
    count = 0
    failed = session.scalars(
        select(StatementDelivery)
        .where(
            StatementDelivery.statement_id == statement.id,
            StatementDelivery.state == delivery.FAILED,
        )
        .order_by(StatementDelivery.id)
    ).all()
    for row in failed:
        try:
            with session.begin_nested():
                sending.send_again(session, statement, row, by=by, at=at)
            count += 1
        except MessageStillOnItsWay:
            continue
    try:
        count += sending.send_to_new(session, statement, by=by)
    except sending.NothingToSend:
        if not count:
            why = ON_ITS_WAY if failed else REACHED
            raise NotSent(why=Sentence(why)) from None
    return {"number": statement.number, "people": count}


def remind_one(session: Session, run: Run, item: RunItem, at: datetime) -> Json:
    """Remind the customer of a statement it has not answered.

    Raises:
        NotAsked: it is not to be.
    """
    statement = _statement(session, item)
    try:
        made = reminding.remind(session, statement, by=actor_of(run), at=at)
    except reminding.NotReminded as error:
        raise NotAsked(why=error.facts["why"]) from None
    return {"number": statement.number, "times": made.no}


def _statement(session: Session, item: RunItem) -> Statement:
    return session.get_one(Statement, int(item.key.partition(":")[2]))


_HANDLERS: Mapping[str, InOneStep] = {SEND: send_one, REMIND: remind_one}


def _handle(session: Session, run: Run, item: RunItem, at: datetime) -> Json:
    return _HANDLERS[run.kind](session, run, item, at)


#: Does an item of either kind of run; for pages, workers and commands.
HANDLER: Handler = _handle
