"""The two times of a fact as conditions: as at a day, as known at a moment."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_

from tieout.ledger.models import Allocation, DisputedPart, Document


def stands(on: date, known_at: datetime | None) -> ColumnElement[bool]:
    """The document counts at that day, as known then."""
    condition = Document.issued_on <= on
    return condition if known_at is None else and_(condition, Document.recorded_at <= known_at)


def settles(on: date, known_at: datetime | None) -> ColumnElement[bool]:
    """The allocation counts at that day, as known then."""
    ended: list[ColumnElement[bool]] = [Allocation.undone_on.is_(None), Allocation.undone_on > on]
    if known_at is None:
        return and_(Allocation.effective_on <= on, or_(*ended))
    return and_(
        Allocation.effective_on <= on,
        Allocation.recorded_at <= known_at,
        or_(*ended, Allocation.undone_at > known_at),
    )


def settled_otherwise(on: date, known_at: datetime | None) -> ColumnElement[bool]:
    """The allocation counts now but not then, or then but not now.

    Said as what each index finds by itself: begun later, learned of later, or undone since.
    """
    now = Allocation.undone_at.is_(None)
    begun_later = and_(now, Allocation.effective_on > on)
    undone_since = and_(Allocation.undone_at.is_not(None), settles(on, known_at))
    if known_at is None:
        return or_(begun_later, undone_since)
    learned_later = and_(now, Allocation.recorded_at > known_at)
    return or_(begun_later, learned_later, undone_since)


def is_disputed(on: date, known_at: datetime | None) -> ColumnElement[bool]:
    """The part is disputed at that day, as known then."""
    ended: list[ColumnElement[bool]] = [
        DisputedPart.ended_on.is_(None),
        DisputedPart.ended_on > on,
    ]
    if known_at is None:
        return and_(DisputedPart.effective_on <= on, or_(*ended))
    return and_(
        DisputedPart.effective_on <= on,
        DisputedPart.recorded_at <= known_at,
        or_(*ended, DisputedPart.ended_at > known_at),
    )
