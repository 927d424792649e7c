"""Locked periods: nothing dated up to a day may be posted any more."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_, Sentence
from tieout.ledger.models import PeriodLock

#: Any number, the same everywhere: who posts shares it, who locks has it alone.
_ADVISORY = 0x7469656F7574


class PeriodLocked(Conflict):
    """A date in a locked period."""

    message = N_(
        "%(number)s is dated %(day)s, but the books are locked through %(through)s. The first open"
        " day is %(first_open_day)s: use it, or have the lock lifted."
    )


class LockedAlready(Conflict):
    """A lock that would lock nothing."""

    message = N_("The books are locked through %(through)s already. Choose a later day.")


class DayAhead(InvalidInput):
    """A lock of days that have not come; a hard one would close the books for years."""

    message = N_("%(through)s lies ahead. Choose a day up to today, %(today)s.")


class HardLockStays(Conflict):
    """A hard lock is for ever."""

    message = N_(
        "The lock through %(through)s is final and cannot be lifted. Post a correction on the first"
        " open day instead."
    )


class LiftedAlready(Conflict):
    """A lock that no longer locks."""

    message = N_("The lock through %(through)s has been lifted already.")


class ReasonMissing(InvalidInput):
    """A lock lifted without saying why."""

    message = N_("Say why the lock is lifted; auditors will ask.")


def lock(
    session: Session, through: date, *, hard: bool = False, by: Actor, at: datetime
) -> PeriodLock:
    """Lock the books up to and including a day.

    Raises:
        DayAhead: the day has not come yet.
        LockedAlready: a lock as strong reaches as far.
    """
    today = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
    if through > today:
        raise DayAhead(through=through, today=today)
    _exclude_posting(session)
    there = _locked_through(session, only_hard=hard)
    if there is not None and there >= through:
        raise LockedAlready(through=there)
    made = PeriodLock(through=through, is_hard=hard, recorded_at=at, recorded_by=by.label)
    session.add(made)
    session.flush()
    audit.record(session, by, "period.locked", made, after={"through": through, "hard": hard})
    return made


def lift(
    session: Session, period_lock: PeriodLock, *, reason: str, by: Actor, at: datetime
) -> None:
    """Lift a soft lock.

    Raises:
        HardLockStays, LiftedAlready, ReasonMissing: it cannot be lifted, or not so.
    """
    _exclude_posting(session)
    session.refresh(period_lock)
    if period_lock.is_hard:
        raise HardLockStays(through=period_lock.through)
    if period_lock.lifted_at is not None:
        raise LiftedAlready(through=period_lock.through)
    if not reason.strip():
        raise ReasonMissing
    period_lock.lifted_at = at
    period_lock.lifted_by = by.label
    period_lock.lift_reason = reason.strip()
    session.flush()
    audit.record(
        session,
        by,
        "period.unlocked",
        period_lock,
        after={"through": period_lock.through, "reason": period_lock.lift_reason},
    )


def locked_through(session: Session) -> date | None:
    """The last locked day, if any day is locked."""
    return _locked_through(session, only_hard=False)


def first_open_day(session: Session) -> date | None:
    """The day after the last locked one; None while every day is open."""
    through = locked_through(session)
    return None if through is None else through + timedelta(days=1)


def open_day(session: Session, day: date) -> date:
    """The day itself, or the first open day where it is locked."""
    first = first_open_day(session)
    return day if first is None else max(day, first)


def active(session: Session) -> list[PeriodLock]:
    """The locks in force, the latest day first."""
    query = select(PeriodLock).where(PeriodLock.lifted_at.is_(None))
    return list(session.scalars(query.order_by(PeriodLock.through.desc(), PeriodLock.id)))


def ever(session: Session) -> list[PeriodLock]:
    """Every lock there was, those in force and those lifted, the latest day first."""
    query = select(PeriodLock).order_by(PeriodLock.through.desc(), PeriodLock.id.desc())
    return list(session.scalars(query))


def check(session: Session, day: date, number: str | Sentence) -> None:
    """Refuse a locked day.

    Raises:
        PeriodLocked: it names the first open day.
    """
    through = locked_through(session)
    if through is not None and day <= through:
        raise PeriodLocked(
            number=number, day=day, through=through, first_open_day=through + timedelta(days=1)
        )


def hold_open(session: Session) -> None:
    """Keep anybody from locking a period until this transaction ends.

    SQLite lets one transaction write at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": _ADVISORY})


def _exclude_posting(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY})


def _locked_through(session: Session, *, only_hard: bool) -> date | None:
    query = select(func.max(PeriodLock.through)).where(PeriodLock.lifted_at.is_(None))
    if only_hard:
        query = query.where(PeriodLock.is_hard)
    return session.scalar(query)
