"""Which lines of a run are looked at again after a decision.

Those it is about; loose ones, which stand alone or are held by a proposal; and settled ones of
the same amounts, of which a line set free may be the second entry. What else is settled stays as
it is, until both books are compared again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from tieout.db import bulk
from tieout.ledger.as_of import stands
from tieout.ledger.models import Document, DocumentKind
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    TheirBook,
    TheirLine,
)
from tieout.reconciliation.run import REACH_DAYS
from tieout.reconciliation.vocabulary import ALONE, BY_HAND, PROPOSED

#: Loose lines looked at beside those a decision is about, the nearest ones.
MOST = 400
#: Settled lines of an amount in question; more of them say nothing about any one.
MOST_EQUAL = 100


@dataclass
class Pool:
    """Lines of both books, each with its amount in the run, and the groups they stand in."""

    ours: dict[int, int] = field(default_factory=dict)
    theirs: dict[int, int] = field(default_factory=dict)
    #: Documents that were left out of the run, as cleared since or as part of its opening.
    outside: dict[int, int] = field(default_factory=dict)
    #: Group ids: those a decision is about, and all with a line here.
    decided: set[int] = field(default_factory=set)
    groups: dict[int, list[tuple[int | None, int | None]]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Loose:
    """A loose line, by what tells how near it is."""

    group: int
    amount: int
    day: date


def around(
    session: Session,
    made: Reconciliation,
    ours: Collection[int],
    theirs: Collection[int],
    *,
    with_loose: bool,
) -> Pool:
    """The groups that hold some lines, whole, and what stands loose near them."""
    pool = Pool()
    held = select(MatchGroupLine.group_id).where(
        MatchGroupLine.reconciliation_id == made.id,
        or_(
            bulk.among(session, MatchGroupLine.document_id, ours),
            bulk.among(session, MatchGroupLine.their_line_id, theirs),
        ),
    )
    pool.decided = set(session.scalars(held))
    _take(session, pool, pool.decided)
    if with_loose and pool.decided:
        near = _equal(session, made, pool) | _nearest(session, made, pool)
        _take(session, pool, near)
        pool.outside = _outside(session, made, pool, set(ours) - pool.ours.keys())
    return pool


def _take(session: Session, pool: Pool, groups: Collection[int]) -> None:
    query = select(
        MatchGroupLine.group_id,
        MatchGroupLine.document_id,
        MatchGroupLine.their_line_id,
        MatchGroupLine.amount_minor,
    ).where(bulk.among(session, MatchGroupLine.group_id, groups))
    for group, document, line, amount in session.execute(query):
        pool.groups.setdefault(group, []).append((document, line))
        if document is not None:
            pool.ours[document] = amount
        elif line is not None:
            pool.theirs[line] = amount


def _nearest(session: Session, made: Reconciliation, pool: Pool) -> set[int]:
    """The loose groups nearest by amount, then by day; as many as are worth looking at."""
    loose = _loose(session, made)
    amounts = {abs(one) for one in (*pool.ours.values(), *pool.theirs.values())}
    about = [one.day for one in loose if one.group in pool.decided] or _days(session, pool)
    first, last = min(about), max(about)

    def far(one: _Loose) -> tuple[bool, int, int]:
        days = max((first - one.day).days, (one.day - last).days, 0)
        return abs(one.amount) not in amounts, days, one.group

    found: set[int] = set()
    for count, one in enumerate(sorted(loose, key=far)):
        if count >= MOST:
            break
        found.add(one.group)
    return found - pool.decided


def _equal(session: Session, made: Reconciliation, pool: Pool) -> set[int]:
    """The groups with a line of an amount the decision is about; none where there are many."""
    amounts = {
        sign * one for one in (*pool.ours.values(), *pool.theirs.values()) for sign in (1, -1)
    }
    query = (
        select(MatchGroupLine.group_id)
        .join(MatchGroup, MatchGroup.id == MatchGroupLine.group_id)
        .where(
            MatchGroupLine.reconciliation_id == made.id,
            bulk.among(session, MatchGroupLine.amount_minor, sorted(amounts)),
            MatchGroup.found_by != BY_HAND,
        )
        .limit(MOST_EQUAL + 1)
    )
    found = session.scalars(query).all()
    return set() if len(found) > MOST_EQUAL else set(found) - pool.decided


def _loose(session: Session, made: Reconciliation) -> list[_Loose]:
    query = (
        select(
            MatchGroupLine.group_id,
            MatchGroupLine.amount_minor,
            func.coalesce(Document.issued_on, TheirLine.booked_on),
        )
        .join(MatchGroup, MatchGroup.id == MatchGroupLine.group_id)
        .outerjoin(Document, Document.id == MatchGroupLine.document_id)
        .outerjoin(TheirLine, TheirLine.id == MatchGroupLine.their_line_id)
        .where(
            MatchGroup.reconciliation_id == made.id,
            or_(
                MatchGroup.found_by == ALONE,
                and_(MatchGroup.state == PROPOSED, MatchGroup.found_by != BY_HAND),
            ),
        )
    )
    return [_Loose(*row) for row in session.execute(query)]


def _days(session: Session, pool: Pool) -> Sequence[date]:
    """The days of the lines there are so far."""
    ours = select(Document.issued_on).where(bulk.among(session, Document.id, list(pool.ours)))
    theirs = select(TheirLine.booked_on).where(bulk.among(session, TheirLine.id, list(pool.theirs)))
    return [*session.scalars(ours), *session.scalars(theirs)]


def _outside(
    session: Session, made: Reconciliation, pool: Pool, named: Collection[int]
) -> dict[int, int]:
    """Documents of ours that are no line of the run: named, or with an amount of a line here."""
    amounts = {sign * one for one in pool.theirs.values() for sign in (1, -1)}
    as_at = made.as_at
    reach = timedelta(days=REACH_DAYS)
    reached = and_(
        Document.issued_on > as_at,
        Document.issued_on <= as_at + reach,
        Document.recorded_at <= made.made_at,
    )
    before = fold_before(session.get_one(TheirBook, made.book_id))
    if before is not None:
        earlier = and_(
            Document.issued_on >= before - reach,
            Document.issued_on < before,
            Document.kind != DocumentKind.OPENING_BALANCE,
            stands(as_at, made.known_at),
        )
        reached = or_(reached, earlier)
    query = select(Document.id, Document.amount_minor).where(
        Document.account_id == made.account_id,
        or_(
            bulk.among(session, Document.amount_minor, sorted(amounts)),
            bulk.among(session, Document.id, named),
        ),
        reached,
    )
    found = {row.id: row.amount_minor for row in session.execute(query)}
    return _not_there(session, made, found) if found else {}


def fold_before(book: TheirBook) -> date | None:
    """Before which day our documents count as part of the opening their book states."""
    return book.first_day if book.opening_minor else None


def _not_there(session: Session, made: Reconciliation, found: dict[int, int]) -> dict[int, int]:
    query = select(MatchGroupLine.document_id).where(
        MatchGroupLine.reconciliation_id == made.id,
        bulk.among(session, MatchGroupLine.document_id, list(found)),
    )
    there = _known(session.scalars(query))
    return {document: amount for document, amount in found.items() if document not in there}


def _known(numbers: Iterable[int | None]) -> set[int]:
    return {number for number in numbers if number is not None}
