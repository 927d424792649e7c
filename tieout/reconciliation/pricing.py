"""Looking up the quantities and prices of what differs, so that its proof can name them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.ledger.models import DocumentLine
from tieout.matching import Difference
from tieout.money import decimals_of
from tieout.reconciliation.models import Reconciliation, TheirBookLine
from tieout.reconciliation.priced import CAUSED, Priced, proved
from tieout.reconciliation.run import Run

#: Rows read in one go: databases limit how many values a statement may carry.
_CHUNK = 500


def prove(
    session: Session, reconciliation: Reconciliation, run: Run, groups: Sequence[dict[str, Any]]
) -> None:
    """Write into the proof of groups which quantities or prices are not the same."""
    wanted = {group["no"] - 1 for group in groups if group["residual_minor"] and _is_caused(group)}
    ours, theirs = _lines(run, wanted, is_ours=True), _lines(run, wanted, is_ours=False)
    both = [number for number in wanted if ours[number] and theirs[number]]
    if not both:
        return
    our_items = _items_of_ours(session, [one for number in both for one, _ in ours[number]])
    their_items = _items_of_theirs(
        session, reconciliation.book_id, [one for number in both for one, _ in theirs[number]]
    )
    unit = 10 ** decimals_of(reconciliation.currency)
    for number in both:
        found = proved(
            [item for one, _ in ours[number] for item in our_items[one]],
            [item for one, _ in theirs[number] for item in their_items[one]],
            our_amount=sum(amount for _, amount in ours[number]),
            their_amount=sum(amount for _, amount in theirs[number]),
            unit=unit,
        )
        if found:
            groups[number]["proof"]["priced"] = [one.stored() for one in found]


def _is_caused(group: dict[str, Any]) -> bool:
    return Difference(group["difference"]) in CAUSED


def _lines(run: Run, wanted: set[int], *, is_ours: bool) -> defaultdict[int, list[tuple[int, int]]]:
    """The lines of some groups with their amounts."""
    lines, groups = (run.ours, run.groups.ours) if is_ours else (run.theirs, run.groups.theirs)
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, line_id, amount in zip(
        groups.tolist(), lines.id.tolist(), lines.amount.tolist(), strict=True
    ):
        if number in wanted:
            found[number].append((line_id, amount))
    return found


def _items_of_ours(session: Session, ids: Sequence[int]) -> defaultdict[int, list[Priced]]:
    found: defaultdict[int, list[Priced]] = defaultdict(list)
    for some in _chunks(ids):
        query = select(
            DocumentLine.document_id, DocumentLine.quantity_micro, DocumentLine.unit_price_micro
        ).where(DocumentLine.document_id.in_(some))
        for row in session.execute(query):
            item = Priced.of(row.quantity_micro, row.unit_price_micro)
            if item is not None:
                found[row.document_id].append(item)
    return found


def _items_of_theirs(
    session: Session, book_id: int, ids: Sequence[int]
) -> defaultdict[int, list[Priced]]:
    found: defaultdict[int, list[Priced]] = defaultdict(list)
    for some in _chunks(ids):
        query = select(
            TheirBookLine.line_id, TheirBookLine.quantity_micro, TheirBookLine.unit_price_micro
        ).where(TheirBookLine.book_id == book_id, TheirBookLine.line_id.in_(some))
        for row in session.execute(query):
            item = Priced.of(row.quantity_micro, row.unit_price_micro)
            if item is not None:
                found[row.line_id].append(item)
    return found


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
