"""Statements that are prepared by themselves: for everybody, a group, or one customer.

A schedule falls on the nth working day after its period ends. The narrower one holds: a customer
with a schedule of its own is left out of its group's and of the company's. A day that was missed
is caught up once, each missed period by one run, the earliest first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.customers.models import Customer, CustomerGroup
from tieout.db.base import Json
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_, Sentence
from tieout.periods import Period
from tieout.runs import stored
from tieout.runs.models import Run
from tieout.settings.calendars import after_working_days
from tieout.statements import drafting, runs
from tieout.statements.models import StatementSchedule
from tieout.statements.prepare import KINDS, UnknownKind

COMPANY, GROUP, CUSTOMER = "company", "group", "customer"
MONTH, QUARTER, YEAR = "month", "quarter", "year"
EVERY = {MONTH: N_("Every month"), QUARTER: N_("Every quarter"), YEAR: N_("Every year")}
#: The latest working day a schedule may fall on.
LAST_DAY = 20


class NoSuchRhythm(InvalidInput):
    """A schedule that never comes."""

    message = N_("“%(every)s” is no rhythm. Known: %(known)s.")


class WorkingDayOutOfRange(InvalidInput):
    """A working day that most months do not have."""

    message = N_("Working day %(day)s is not to be had in every month. Enter 0 to %(last)s.")


class ScheduleThere(Conflict):
    """A second schedule of the same kind in the same place."""

    message = N_("There is such a schedule already. Change that one.")


class ScheduleChanged(Conflict):
    """Two people at one schedule."""

    message = N_("Somebody else has changed this schedule meanwhile. Look at it again, then save.")


@dataclass(frozen=True)
class ScheduleInput:
    """When statements are prepared, and for whom."""

    every: str
    working_day: int = 0
    scope: str = COMPANY
    scope_id: int = 0
    kind: str = "receivable"
    issues: bool = False
    is_active: bool = True


@dataclass(frozen=True)
class Listed:
    """A schedule as lists show it."""

    schedule: StatementSchedule
    whose: str
    when: Sentence
    next_on: date | None
    next_period: Period | None


def add(
    session: Session, given: ScheduleInput, *, on: date, by: audit.Actor, at: datetime
) -> StatementSchedule:
    """Add a schedule; it begins with the first day it falls on from today on.

    Raises:
        NoSuchRhythm, WorkingDayOutOfRange, UnknownKind: it would never come.
        ScheduleThere: there is one already.
    """
    _check(given)
    there = session.scalar(
        select(StatementSchedule.id).where(
            StatementSchedule.scope == given.scope,
            StatementSchedule.scope_id == given.scope_id,
            StatementSchedule.kind == given.kind,
            StatementSchedule.every == given.every,
        )
    )
    if there is not None:
        raise ScheduleThere
    made = StatementSchedule(
        scope=given.scope,
        scope_id=given.scope_id,
        kind=given.kind,
        every=given.every,
        working_day=given.working_day,
        issues=given.issues,
        is_active=given.is_active,
        starts_on=on,
        made_by=by.label,
        made_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(session, by, "statement_schedule.added", made, after=_told(made))
    return made


def change(
    session: Session,
    schedule: StatementSchedule,
    given: ScheduleInput,
    *,
    seen: int,
    on: date,
    by: audit.Actor,
) -> None:
    """Change when a schedule comes; whose it is, and its rhythm, stay. On again: from today.

    Raises:
        WorkingDayOutOfRange: it would never come.
        ScheduleChanged: somebody else was faster.
    """
    _check(given)
    session.refresh(schedule, with_for_update=True)
    if schedule.version != seen:
        raise ScheduleChanged
    before = _told(schedule)
    if given.is_active and not schedule.is_active:
        schedule.starts_on = on
    schedule.working_day, schedule.issues = given.working_day, given.issues
    schedule.is_active = given.is_active
    if _told(schedule) == before:
        return
    schedule.version += 1
    session.flush()
    audit.record(
        session, by, "statement_schedule.changed", schedule, before=before, after=_told(schedule)
    )


def begin_due(session: Session, *, on: date, at: datetime) -> list[Run]:
    """Begin the run of each schedule that is due, for the earliest period it has not done.

    A later period begins where the earlier one ends: it has to wait until that one is drafted, and
    issued where the schedule issues too (`begin_issues`).
    """
    begun = []
    for schedule in session.scalars(schedules().where(StatementSchedule.is_active)):
        session.refresh(schedule, with_for_update=True)
        last = session.get(Run, schedule.last_run_id) if schedule.last_run_id else None
        if last is not None and last.state in stored.OPEN:
            continue
        for period in due(session, schedule, on)[:1]:
            begun.append(_begin(session, schedule, period, at))
    return begun


def begin_issues(session: Session, *, at: datetime) -> list[Run]:
    """Begin to issue what schedules have drafted, where no second person is wanted for it."""
    if settings.needs_two_people(session, "statement"):
        return []
    begun = []
    query = schedules().where(StatementSchedule.is_active, StatementSchedule.issues)
    for schedule in session.scalars(query):
        run = session.get(Run, schedule.last_run_id) if schedule.last_run_id else None
        if run is None or run.kind != runs.DRAFTS or run.state != "done":
            continue
        try:
            issue = runs.begin_issue(
                session,
                runs.period_of(run),
                kind=schedule.kind,
                customers=frozenset(_customers(session, schedule)),
                scope=_place(schedule),
                by=audit.SYSTEM,
                at=at,
            )
        except (runs.NothingToIssue, drafting.SecondPersonNeeded):
            continue
        schedule.last_run_id = issue.id
        begun.append(issue)
    session.flush()
    return begun


def due(session: Session, schedule: StatementSchedule, on: date) -> list[Period]:
    """The periods a schedule has not done, though their day has come."""
    done = Period.parse(schedule.last_period).end if schedule.last_period else None
    found = []
    for period in _back(schedule.every, on):
        day = falls_on(session, schedule, period)
        if day < schedule.starts_on or (done is not None and period.end <= done):
            break
        if day <= on:
            found.append(period)
    return found[::-1]


def falls_on(session: Session, schedule: StatementSchedule, period: Period) -> date:
    """The day a schedule falls on for a period."""
    if schedule.working_day == 0:
        return period.end + timedelta(days=1)
    return after_working_days(session, period.end, schedule.working_day)


def listed(session: Session, on: date) -> list[Listed]:
    """Every schedule with when it comes next and when it last came."""
    groups = session.execute(select(CustomerGroup.id, CustomerGroup.name))
    names = {row.id: row.name for row in groups}
    found = []
    for schedule in session.scalars(schedules()):
        following = next_of(session, schedule, on)
        found.append(
            Listed(
                schedule,
                _whose(session, schedule, names),
                words(schedule),
                following[0] if following else None,
                following[1] if following else None,
            )
        )
    return found


def next_of(session: Session, schedule: StatementSchedule, on: date) -> tuple[date, Period] | None:
    """The day a schedule comes next, and for which period; None where it is switched off."""
    if not schedule.is_active:
        return None
    waiting = due(session, schedule, on)
    if waiting:
        return on, waiting[0]
    period = _of(schedule.every, on)
    done = Period.parse(schedule.last_period).end if schedule.last_period else None
    earlier = _of(schedule.every, period.before)
    for one in (earlier, period):
        day = falls_on(session, schedule, one)
        if day > on and day >= schedule.starts_on and (done is None or one.end > done):
            return day, one
    following = _of(schedule.every, period.end + timedelta(days=1))
    return falls_on(session, schedule, following), following


def words(schedule: StatementSchedule) -> Sentence:
    """When it comes, in words."""
    if schedule.working_day == 0:
        said = {
            MONTH: N_("the day after each month ends"),
            QUARTER: N_("the day after each quarter ends"),
            YEAR: N_("the day after each year ends"),
        }
        return Sentence(said[schedule.every])
    said = {
        MONTH: N_("working day %(day)s after each month ends"),
        QUARTER: N_("working day %(day)s after each quarter ends"),
        YEAR: N_("working day %(day)s after each year ends"),
    }
    return Sentence(said[schedule.every], {"day": schedule.working_day})


def schedules() -> Select[StatementSchedule]:
    """Select the schedules, the widest first."""
    return select(StatementSchedule).order_by(StatementSchedule.id)


def _begin(session: Session, schedule: StatementSchedule, period: Period, at: datetime) -> Run:
    run = runs.begin_drafts(
        session,
        period,
        kind=schedule.kind,
        customers=frozenset(_customers(session, schedule)),
        scope=_place(schedule),
        by=audit.SYSTEM,
        at=at,
    )
    schedule.last_period, schedule.last_run_at, schedule.last_run_id = period.code, at, run.id
    session.flush()
    audit.record(
        session,
        audit.SYSTEM,
        "statement_schedule.ran",
        schedule,
        after={"period": period.code, "run": run.id},
    )
    return run


def _customers(session: Session, schedule: StatementSchedule) -> Sequence[int]:
    """Whose statements a schedule prepares: its own, but for those with a narrower one."""
    mine = select(Customer.id).where(Customer.is_active)
    if schedule.scope == CUSTOMER:
        return session.scalars(mine.where(Customer.id == schedule.scope_id)).all()
    mine = mine.where(Customer.id.not_in(_held(CUSTOMER, schedule.kind)))
    if schedule.scope == GROUP:
        return session.scalars(mine.where(Customer.group_id == schedule.scope_id)).all()
    narrower = Customer.group_id.in_(_held(GROUP, schedule.kind))
    return session.scalars(mine.where(Customer.group_id.is_(None) | ~narrower)).all()


def _held(scope: str, kind: str) -> Select[int]:
    return select(StatementSchedule.scope_id).where(
        StatementSchedule.scope == scope,
        StatementSchedule.kind == kind,
        StatementSchedule.is_active,
    )


def _place(schedule: StatementSchedule) -> str:
    return f"{schedule.scope}-{schedule.scope_id}"


def _back(every: str, on: date) -> Iterator[Period]:
    """The periods that have ended before a day, the latest first, two years of them."""
    period = _of(every, on)
    for _ in range(24):
        period = _of(every, period.before)
        yield period


def _of(every: str, day: date) -> Period:
    """The period of a rhythm a day lies in."""
    if every == YEAR:
        return Period.year(day.year)
    if every == QUARTER:
        return Period.quarter(day.year, (day.month + 2) // 3)
    return Period.month_of(day)


def _check(given: ScheduleInput) -> None:
    if given.every not in EVERY:
        raise NoSuchRhythm(every=given.every, known=", ".join(EVERY))
    if not 0 <= given.working_day <= LAST_DAY:
        raise WorkingDayOutOfRange(day=given.working_day, last=LAST_DAY)
    if given.kind not in KINDS:
        raise UnknownKind(kind=given.kind)


def _whose(session: Session, schedule: StatementSchedule, groups: dict[int, str]) -> str:
    if schedule.scope == GROUP:
        return groups.get(schedule.scope_id, "–")
    if schedule.scope == CUSTOMER:
        customer = session.get(Customer, schedule.scope_id)
        return f"{customer.code} {customer.name}" if customer else "–"
    return ""


def _told(schedule: StatementSchedule) -> Json:
    return {
        "scope": schedule.scope,
        "scope_id": schedule.scope_id,
        "kind": schedule.kind,
        "every": schedule.every,
        "working_day": schedule.working_day,
        "issues": schedule.issues,
        "is_active": schedule.is_active,
    }
