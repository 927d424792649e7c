"""The documents of an account in the ledger's order, and what each is known by."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from tieout.ledger.as_of import stands
from tieout.ledger.items import Movement
from tieout.ledger.models import Document, DocumentReference, DueItem
from tieout.money import Money

#: What a document is known by, the most telling first.
_REFERENCE_ORDER = ("po", "order", "delivery", "contract", "tax_invoice", "remittance", "bank")


def movements(
    session: Session,
    account_id: int,
    start: date,
    end: date,
    known_at: datetime | None = None,
) -> list[Movement]:
    """The documents dated from one day to another, both included, in the ledger's order."""
    return movements_of(session, [account_id], start, end, known_at)[account_id]


def movements_of(
    session: Session,
    account_ids: Collection[int],
    start: date,
    end: date,
    known_at: datetime | None = None,
) -> dict[int, list[Movement]]:
    """The same of each of some accounts, by as many queries as for one."""
    query = _movements(Document.account_id.in_(list(account_ids)))
    query = query.where(Document.issued_on >= start, stands(end, known_at))
    return _by_account(account_ids, _as_movements(session, session.execute(query).all()))


def booked_late(
    session: Session,
    account_id: int,
    before: date,
    recorded_after: datetime,
    known_at: datetime | None = None,
) -> list[Movement]:
    """Documents dated before a day that the books learned of only after a moment."""
    query = _movements(Document.account_id == account_id).where(
        Document.issued_on < before, Document.recorded_at > recorded_after
    )
    if known_at is not None:
        query = query.where(Document.recorded_at <= known_at)
    return _as_movements(session, session.execute(query).all())


def earlier_of(
    session: Session,
    account_ids: Collection[int],
    before: date,
    *,
    since: date,
    recorded_after: datetime,
    known_at: datetime,
) -> dict[int, list[Movement]]:
    """Documents of some accounts dated before a day: from another day on, or learned of later."""
    query = _movements(Document.account_id.in_(list(account_ids))).where(
        stands(before - timedelta(days=1), known_at),
        or_(Document.issued_on >= since, Document.recorded_at > recorded_after),
    )
    return _by_account(account_ids, _as_movements(session, session.execute(query).all()))


def references_of(session: Session, document_ids: Iterable[int]) -> dict[int, str]:
    """The most telling reference of each document that has any."""
    found: dict[int, tuple[int, int, str]] = {}
    wanted = sorted(set(document_ids))
    for start in range(0, len(wanted), 5000):
        query = select(
            DocumentReference.document_id,
            DocumentReference.kind,
            DocumentReference.id,
            DocumentReference.value,
        ).where(DocumentReference.document_id.in_(wanted[start : start + 5000]))
        for document_id, kind, reference_id, value in session.execute(query):
            place = _REFERENCE_ORDER.index(kind) if kind in _REFERENCE_ORDER else 99
            ranked = (place, reference_id, value)
            found[document_id] = min(found.get(document_id, ranked), ranked)
    return {document_id: ranked[2] for document_id, ranked in found.items()}


def _by_account(
    account_ids: Collection[int], found: Iterable[Movement]
) -> dict[int, list[Movement]]:
    sorted_: dict[int, list[Movement]] = {account_id: [] for account_id in account_ids}
    for one in found:
        sorted_[one.account_id].append(one)
    return sorted_


def _movements(whose: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    due = (
        select(func.max(DueItem.due_on))
        .where(DueItem.document_id == Document.id, DueItem.direction == 1)
        .scalar_subquery()
    )
    return (
        select(
            Document.id,
            Document.account_id,
            Document.kind,
            Document.number,
            Document.description,
            Document.issued_on,
            due.label("due_on"),
            Document.recorded_at,
            Document.currency,
            Document.amount_minor,
            Document.tax_minor,
            Document.original_minor,
            Document.original_currency,
            Document.reverses_id,
            Document.related_id,
            Document.pair,
            Document.source,
        )
        .where(whose)
        .order_by(Document.issued_on, Document.id)
    )


def _as_movements(session: Session, rows: Sequence[Row[Any]]) -> list[Movement]:
    references = references_of(session, [row.id for row in rows])
    return [
        Movement(
            document_id=row.id,
            account_id=row.account_id,
            kind=row.kind,
            number=row.number,
            reference=references.get(row.id, ""),
            description=row.description,
            issued_on=row.issued_on,
            due_on=row.due_on,
            recorded_at=row.recorded_at,
            amount=Money(row.amount_minor, row.currency),
            tax=Money(row.tax_minor, row.currency),
            original=Money(row.original_minor, row.original_currency)
            if row.original_currency
            else None,
            reverses_id=row.reverses_id,
            related_id=row.related_id,
            pair=row.pair,
            source=row.source,
        )
        for row in rows
    ]
