"""Settlements by the thousand, made in sets; one entry of the trail carries their digest."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.db.bulk import chunks, insert_rows, update_rows
from tieout.ledger import locks
from tieout.ledger.allocation import AllocationExceedsOpenAmount, Span, free_from
from tieout.ledger.models import Allocation, Document, DueItem
from tieout.ledger.settling import Proposal
from tieout.money import Money

_CHUNK = 2000
_COLUMNS = (
    *("account_id", "debit_item_id", "credit_item_id", "amount_minor", "effective_on"),
    *("recorded_at", "rule", "recorded_by"),
)


def allocate_many(
    session: Session, wanted: Sequence[Proposal], *, source: str, by: Actor, at: datetime
) -> int:
    """Make settlements of accounts that are held; return how many.

    Raises:
        AllocationExceedsOpenAmount: more was to be settled than is open.
    """
    if not wanted:
        return 0
    locks.hold_open(session)
    ids = sorted({one for p in wanted for one in (p.debit_item_id, p.credit_item_id)})
    items, spans = _items(session, ids), spans_of(session, ids)
    used, times = Counter[int](), Counter[int]()
    first = locks.first_open_day(session)
    rows = []
    for one in wanted:
        debit, credit = items[one.debit_item_id], items[one.credit_item_id]
        minor = one.amount.minor
        day = max(debit.issued_on, credit.issued_on, first or debit.issued_on)
        for item in (debit, credit):
            used[item.id] += minor
            times[item.id] += 1
            if used[item.id] > item.open_minor:
                left = Money(item.open_minor - used[item.id] + minor, one.amount.currency)
                raise AllocationExceedsOpenAmount(open=left, number=item.number)
            day = max(day, free_from(spans[item.id], item.amount_minor, minor, day))
        for item in (debit, credit):
            spans[item.id].append(Span(day, None, minor))
        recorded = max(at, debit.recorded_at, credit.recorded_at)
        pair = (debit.account_id, debit.id, credit.id, minor)
        rows.append((*pair, day, recorded, one.rule, by.label))
    insert_rows(session, Allocation, _COLUMNS, rows)
    update_rows(
        session,
        DueItem,
        ("open_minor", "version"),
        [
            (item_id, items[item_id].open_minor - minor, items[item_id].version + times[item_id])
            for item_id, minor in used.items()
        ],
    )
    audit.record(
        session,
        by,
        "allocations.made",
        ("posting", source),
        after={
            "settlements": len(rows),
            "rows": audit.digest_of_rows([*row[:5], row[6]] for row in rows),
        },
    )
    session.flush()
    session.expire_all()
    return len(rows)


def spans_of(session: Session, items: Sequence[int]) -> dict[int, list[Span]]:
    """What settled these items, now and before."""
    found: dict[int, list[Span]] = defaultdict(list)
    for column in (Allocation.debit_item_id, Allocation.credit_item_id):
        query = select(
            column, Allocation.effective_on, Allocation.undone_on, Allocation.amount_minor
        )
        for some in chunks(items, _CHUNK):
            for item_id, start, end, amount in session.execute(query.where(column.in_(some))):
                found[item_id].append(Span(start, end, amount))
    return found


def _items(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    query = select(
        DueItem.id,
        DueItem.account_id,
        DueItem.amount_minor,
        DueItem.open_minor,
        DueItem.version,
        Document.number,
        Document.issued_on,
        Document.recorded_at,
    ).join(Document, Document.id == DueItem.document_id)
    return {
        row.id: row
        for some in chunks(ids, _CHUNK)
        for row in session.execute(query.where(DueItem.id.in_(some)))
    }
