"""The reminders of a day as a stored run: some accounts a transaction, so nobody waits for long.

A piece judges promises, plans what is due, ends what is settled and tells of what falls due. It is
done once, with its effect, whatever crashes; cancelled, the run goes on where it stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tieout import events, settings
from tieout.audit import Actor
from tieout.customers import stops
from tieout.customers.models import CustomerAccount, DeliveryStop
from tieout.db.base import Json
from tieout.dunning import coming, notices, promises, stale
from tieout.dunning.models import DunningCycle, PromiseToPay
from tieout.dunning.spans import Span
from tieout.i18n import N_, Sentence
from tieout.ledger.models import DueItem
from tieout.runs import stored
from tieout.runs.models import Run, RunItem
from tieout.runs.work import Handler, LeftOut

#: The kind of run.
REMINDERS = "reminders"
#: Accounts a transaction: it holds the one writer of a small database for a fifth of a second.
PIECE = 20


class Held(LeftOut):
    """Accounts that are not reminded, because the payments are too old."""

    message = N_("Held: %(reason)s")


@dataclass(frozen=True)
class Tally:
    """What the pieces of a run that are done came to."""

    planned: int
    left_out: int


def start(session: Session, *, on: date, by: Actor, at: datetime) -> Run | Sentence:
    """Store a run over whoever may be concerned on a day, or say why nothing may leave.

    A run that is under way is given back as it is.
    """
    fresh = stale.freshness(session, on)
    if fresh.held is not None:
        promises.judge(session, on, fresh.newest_on)
        return fresh.held
    last = latest(session)
    if last is not None and last.state in stored.OPEN:
        return last
    stem = f"{REMINDERS}:{on.isoformat()}:"
    count = session.scalar(select(func.count()).where(Run.key.startswith(stem))) or 0
    pieces = [f"accounts:{one}" for one in _spans(session, on)]
    return stored.create(
        session,
        REMINDERS,
        f"{stem}{count + 1}",
        pieces,
        params={"on": on.isoformat()},
        by=by,
        at=at,
    )


def latest(session: Session) -> Run | None:
    """The run that was begun last."""
    query = select(Run).where(Run.kind == REMINDERS).order_by(Run.id.desc())
    return session.scalar(query.limit(1))


def day_of(run: Run) -> date:
    """The day a run was begun for."""
    return date.fromisoformat(str(run.params["on"]))


def tally(session: Session, run_id: int) -> Tally:
    """Add up what the pieces of a run came to."""
    results = session.scalars(
        select(RunItem.result).where(RunItem.run_id == run_id, RunItem.state == "done")
    ).all()
    return Tally(
        sum(int(one["planned"]) for one in results), sum(int(one["left_out"]) for one in results)
    )


def _spans(session: Session, on: date) -> list[Span]:
    """Whoever may be concerned, some at a time: by what is open, a cycle, a promise or a stop."""
    days = int(settings.read(session, coming.BEFORE, 0))
    due = select(DueItem.id).where(
        DueItem.account_id == CustomerAccount.id,
        DueItem.open_minor > 0,
        DueItem.direction > 0,
        DueItem.due_on <= on + timedelta(days=days),
    )
    cycles = select(DunningCycle.account_id).where(DunningCycle.ended_on.is_(None))
    promised = select(PromiseToPay.account_id).where(
        PromiseToPay.state == "open", PromiseToPay.pay_on < on
    )
    stopped = select(DeliveryStop.customer_id).where(
        DeliveryStop.lifted_at.is_(None), DeliveryStop.source == stops.BY_REMINDER
    )
    concerned = or_(
        due.exists(),
        CustomerAccount.id.in_(cycles),
        CustomerAccount.id.in_(promised),
        CustomerAccount.customer_id.in_(stopped),
    )
    ids = session.scalars(select(CustomerAccount.id).where(concerned).order_by(CustomerAccount.id))
    return [Span(some[0], some[-1]) for some in _in_pieces(ids.all())]


def _in_pieces(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + PIECE] for at in range(0, len(ids), PIECE)]


def handle(session: Session, run: Run, item: RunItem, at: datetime) -> Json:
    """Plan for some accounts, on the day it is by then.

    Raises:
        Held: the payments have become too old meanwhile.
    """
    on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
    within = Span.read(item.key.partition(":")[2])
    planned = notices.plan(session, on=on, at=at, within=within)
    if planned.held is not None:
        raise Held(reason=planned.held)
    days = int(settings.read(session, coming.BEFORE, 0))
    for account, due_on in coming.days_ahead(session, on, days, within) if days else ():
        events.publish(session, events.FallsDue(account.id, due_on))
    return {"planned": len(planned.notices), "left_out": len(planned.left_out)}


#: Does a piece; for pages, workers and commands.
HANDLER: Handler = handle
