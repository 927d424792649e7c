"""Closing a period: one person asks, a second one closes, the books are locked up to its end."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.errors import Conflict, InvalidInput, NotAllowed
from tieout.i18n import N_
from tieout.ledger import locks
from tieout.money import Money
from tieout.month_end import facts
from tieout.month_end.conditions import conditions, control_totals, unmet
from tieout.periods import Period
from tieout.statements.models import PeriodClose

ASKED, CLOSED, REFUSED = "asked", "closed", "refused"


class CannotCloseYet(Conflict):
    """Something that must hold before does not."""

    message = N_("This period cannot close yet. It waits for this: %(what)s.")


class ClosedAlready(Conflict):
    """A period that is closed or asked to be."""

    message = N_("Closing %(period)s was asked for already by %(by)s.")


class DiffersFromGeneralLedger(Conflict):
    """The general ledger says another control total."""

    message = N_(
        "The general ledger says %(theirs)s, the customers' accounts add up to %(ours)s. Find the"
        " difference first; nothing was asked."
    )


class SecondPersonNeeded(NotAllowed):
    """Whoever asked may not close it."""

    message = N_(
        "You asked to close this period yourself. Somebody else has to close it: this company wants"
        " two people for it."
    )


class NotAsked(Conflict):
    """A close that has been decided already."""

    message = N_("This has been decided already, by %(by)s.")


class NoteMissing(InvalidInput):
    """A close refused without saying why."""

    message = N_("Say why it is not closed, so that it can be put right.")


def ask(
    session: Session,
    period: Period,
    *,
    kind: str = "receivable",
    general_ledger: Mapping[str, Money] | None = None,
    by: Actor,
    at: datetime,
) -> PeriodClose:
    """Ask to close a period; `general_ledger` is what it says of each currency, where known.

    Raises:
        ClosedAlready: it was asked for or done before.
        CannotCloseYet: a condition does not hold; it is named.
        DiffersFromGeneralLedger: the control totals are not the same.
    """
    there = facts.closed(session, period, kind) or facts.asked(session, period, kind)
    if there is not None:
        raise ClosedAlready(period=period.code, by=there.asked_by)
    _check(session, period, kind)
    totals = _totals(session, period, kind, general_ledger or {})
    made = PeriodClose(
        kind=kind,
        period_start=period.start,
        period_end=period.end,
        state=ASKED,
        totals=totals,
        asked_by=by.label,
        asked_by_id=by.id if by.kind == "staff" else None,
        asked_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, by, "period.close_asked", made, after={"period": period.code, "totals": totals}
    )
    return made


def close(session: Session, asked: PeriodClose, *, by: Actor, at: datetime) -> None:
    """Close a period that somebody else asked to close, and lock the books up to its last day.

    Raises:
        SecondPersonNeeded: whoever asked may not.
        CannotCloseYet: what held when it was asked for does not hold any more.
    """
    _hold(session, asked)
    two = settings.needs_two_people(session, "period_close")
    if two and (by.kind != "staff" or by.id == asked.asked_by_id):
        raise SecondPersonNeeded
    _check(session, Period(asked.period_start, asked.period_end), asked.kind)
    asked.state, asked.decided_by, asked.decided_at = CLOSED, by.label, at
    session.flush()
    audit.record(
        session,
        by,
        "period.closed",
        asked,
        after={"period_end": asked.period_end, "totals": asked.totals},
    )
    locked = locks.locked_through(session)
    if locked is None or locked < asked.period_end:
        locks.lock(session, asked.period_end, by=by, at=at)


def refuse(session: Session, asked: PeriodClose, *, note: str, by: Actor, at: datetime) -> None:
    """Leave a period open, and say why; it may be asked for again.

    Raises:
        NoteMissing: no reason was given.
    """
    _hold(session, asked)
    if not note.strip():
        raise NoteMissing
    asked.state, asked.decided_by, asked.decided_at = REFUSED, by.label, at
    asked.note = note.strip()
    session.flush()
    audit.record(session, by, "period.close_refused", asked, after={"note": asked.note})


def _hold(session: Session, asked: PeriodClose) -> None:
    session.refresh(asked, with_for_update=True)
    if asked.state != ASKED:
        raise NotAsked(by=asked.decided_by)


def _check(session: Session, period: Period, kind: str) -> None:
    waits = unmet(conditions(session, period, kind))
    if waits is not None:
        raise CannotCloseYet(what=waits.words)


def _totals(
    session: Session, period: Period, kind: str, general_ledger: Mapping[str, Money]
) -> dict[str, object]:
    totals: dict[str, object] = {}
    for one in control_totals(session, period, kind):
        currency = one.ledger.currency
        theirs = general_ledger.get(currency)
        if theirs is not None and theirs != one.ledger:
            raise DiffersFromGeneralLedger(theirs=theirs, ours=one.ledger)
        totals[currency] = {
            "ledger": one.ledger.minor,
            "general_ledger": None if theirs is None else theirs.minor,
        }
    return totals
