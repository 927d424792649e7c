"""A comparison over time: both balances day by day, how old what is open is, what became of it.

Nothing is kept for it: days stand with the lines, and the comparison before is read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from tieout.ledger.models import Document
from tieout.money import Money
from tieout.reconciliation import picture
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    TheirBook,
    TheirLine,
)
from tieout.reconciliation.shown import Picture, ShownGroup
from tieout.reconciliation.vocabulary import ITSELF, PROPOSED

#: Last days of the age columns of open differences.
BOUNDS = (30, 60, 90)


@dataclass(frozen=True)
class Day:
    """Both balances at the end of a day."""

    on: date
    ours: Money
    theirs: Money

    @property
    def difference(self) -> Money:
        """Ours less theirs."""
        return self.ours - self.theirs


@dataclass(frozen=True)
class Running:
    """Both balances on every day on which one of them moved, up to the cut-off."""

    days: tuple[Day, ...]
    last_agreed: date | None


@dataclass(frozen=True)
class Aged:
    """An open difference, and for how long it has stood there."""

    group: ShownGroup
    since: date
    days: int


@dataclass(frozen=True)
class Column:
    """Open differences of an age: up to so many days, None where it is open-ended."""

    first: int
    last: int | None
    amount: Money
    count: int


@dataclass(frozen=True)
class Became:
    """What has become of a difference of the comparison before."""

    group: ShownGroup
    #: closed, open, or carried: what is in the opening of both books by now.
    state: str


@dataclass(frozen=True)
class Before:
    """The comparison before, and what has become of what it left."""

    made: Reconciliation
    became: tuple[Became, ...]
    #: What stood between both books then.
    difference: Money

    def count(self, state: str) -> int:
        """How many differences became that."""
        return sum(one.state == state for one in self.became)


CLOSED, OPEN, CARRIED = "closed", "open", "carried"


def running(session: Session, made: Reconciliation) -> Running:
    """Both balances day by day."""
    ours = _sums(
        session,
        select(Document.issued_on, func.sum(MatchGroupLine.amount_minor))
        .join(MatchGroupLine, MatchGroupLine.document_id == Document.id)
        .where(Document.account_id == made.account_id)
        .group_by(Document.issued_on),
        made,
        Document.issued_on <= made.as_at,
    )
    theirs = _sums(
        session,
        select(TheirLine.booked_on, func.sum(MatchGroupLine.amount_minor))
        .join(MatchGroupLine, MatchGroupLine.their_line_id == TheirLine.id)
        .group_by(TheirLine.booked_on),
        made,
        TheirLine.booked_on <= made.as_at,
    )
    our_sum = made.our_balance_minor - sum(ours.values())
    their_sum = made.their_balance_minor - sum(theirs.values())
    days = []
    for on in sorted({*ours, *theirs, made.as_at}):
        our_sum += ours.get(on, 0)
        their_sum += theirs.get(on, 0)
        days.append(Day(on, Money(our_sum, made.currency), Money(their_sum, made.currency)))
    return Running(tuple(days), made.last_agreed_on)


def aged(shown: Picture, *, today: date) -> tuple[Aged, ...]:
    """Differences somebody has to do something about, the oldest first."""
    found = []
    for group in shown.groups:
        if not group.residual or (group.acts == ITSELF and not group.is_proposed):
            continue
        since = min(line.on for line in (*group.ours, *group.theirs))
        found.append(Aged(group, since, max((today - since).days, 0)))
    return tuple(sorted(found, key=lambda one: (one.since, one.group.no)))


def columns(found: Sequence[Aged], currency: str) -> tuple[Column, ...]:
    """What is open by age; the columns add up to what is open."""
    made = []
    first = 0
    for last in (*BOUNDS, None):
        some = [one for one in found if first <= one.days and (last is None or one.days <= last)]
        total = Money.total((one.group.residual for one in some), currency)
        made.append(Column(first, last, total, len(some)))
        first = (last or 0) + 1
    return tuple(made)


def before(session: Session, made: Reconciliation) -> Before | None:
    """The newest comparison of the account at an earlier day, with what has become of it."""
    previous = session.scalars(
        select(Reconciliation)
        .where(
            Reconciliation.account_id == made.account_id,
            Reconciliation.as_at < made.as_at,
            Reconciliation.is_internal.in_({False, made.is_internal}),
        )
        .order_by(Reconciliation.as_at.desc(), Reconciliation.id.desc())
        .limit(1)
    ).first()
    if previous is None:
        return None
    groups = [
        group
        for group in picture.picture(session, previous).groups
        if group.residual or group.is_proposed
    ]
    states = _states(session, made)
    became = tuple(Became(group, _became(group, states)) for group in groups)
    difference = Money(previous.our_balance_minor - previous.their_balance_minor, made.currency)
    return Before(previous, became, difference)


def carried(session: Session, made: Reconciliation, earlier: Before | None) -> bool:
    """Whether the openings differ by exactly what stood between both books before."""
    first = session.get_one(TheirBook, made.book_id).first_day
    return (
        earlier is not None
        and made.opening_difference_minor != 0
        and earlier.difference.minor == made.opening_difference_minor
        and (first is None or earlier.made.as_at <= first)
    )


def _sums(
    session: Session,
    query: Select[date, int],
    made: Reconciliation,
    condition: ColumnElement[bool],
) -> dict[date, int]:
    query = query.where(MatchGroupLine.reconciliation_id == made.id, condition)
    return {on: int(total) for on, total in session.execute(query)}


#: Of a line by side (True for ours) and id: whether its group leaves something.
_States = Mapping[tuple[bool, int], bool]


def _states(session: Session, made: Reconciliation) -> _States:
    query = (
        select(
            MatchGroupLine.document_id,
            MatchGroupLine.their_line_id,
            MatchGroup.residual_minor,
            MatchGroup.state,
        )
        .join(MatchGroup, MatchGroup.id == MatchGroupLine.group_id)
        .where(MatchGroupLine.reconciliation_id == made.id)
    )
    return {
        (row.document_id is not None, int(row.document_id or row.their_line_id or 0)): bool(
            row.residual_minor
        )
        or row.state == PROPOSED
        for row in session.execute(query)
    }


def _became(group: ShownGroup, states: _States) -> str:
    places = [(True, line.id) for line in group.ours] + [(False, line.id) for line in group.theirs]
    found = [states[place] for place in places if place in states]
    if any(found):
        return OPEN
    return CLOSED if found else CARRIED
