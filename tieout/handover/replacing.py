"""The other system's own document takes the place of the provisional one whose number it quotes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.handover.models import Handover
from tieout.handover.states import OPEN, HandoverState
from tieout.ledger import allocation, reversing
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Allocation, Document, DueItem
from tieout.ledger.numbers import number_key
from tieout.money import Money

_WORDS = re.compile(r"[^\s,;，；、]+")
#: Account, kind, number as it is compared.
_Key = tuple[int, str, str]


@dataclass(frozen=True)
class Settled:
    """What a provisional document was settled with."""

    other_item_id: int
    amount_minor: int
    rule: str


@dataclass(frozen=True)
class Displaced:
    """A provisional document that has made way, and what it was settled with."""

    handover_id: int
    settled: tuple[Settled, ...]


def make_way(
    session: Session, documents: Sequence[DocumentInput], *, by: Actor, at: datetime
) -> dict[int, Displaced]:
    """Take back the provisional documents these quote, before they are posted.

    Return them by the place of the document that takes theirs; nothing where nothing is open.

    Raises:
        as `reversing.reverse`.
    """
    there = _open(session)
    if not there:
        return {}
    made: dict[int, Displaced] = {}
    for place, given in enumerate(documents):
        for key in _quoted(given):
            if (found := there.pop(key, None)) is not None:
                made[place] = _displace(session, found, given.number, by=by, at=at)
                break
    return made


def take_place(
    session: Session,
    displaced: Mapping[int, Displaced],
    ids: Sequence[int],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Note which document took whose place, and settle it with what that was settled with."""
    for place, one in displaced.items():
        handover = session.get_one(Handover, one.handover_id)
        handover.booked_document_id, handover.booked_at = ids[place], at
        for settled in one.settled:
            _settle_again(session, ids[place], settled, by=by, at=at)
    session.flush()


def _open(session: Session) -> dict[_Key, Handover]:
    query = (
        select(Handover, Document.account_id, Document.kind, Document.number_key)
        .join(Document, Document.id == Handover.document_id)
        .where(Handover.state.in_(OPEN))
        .order_by(Handover.id.desc())
    )
    return {(row[1], row[2], row[3]): row[0] for row in session.execute(query)}


def is_anything_open(session: Session) -> bool:
    """Whether any provisional document still waits for the other system's own."""
    query = select(Handover.id).where(Handover.state.in_(OPEN)).limit(1)
    return session.scalar(query) is not None


def quotes(session: Session, documents: Sequence[DocumentInput]) -> set[int]:
    """Which of these would take a provisional document's place, by their places."""
    there = _open(session)
    if not there:
        return set()
    return {
        place
        for place, given in enumerate(documents)
        if any(key in there for key in _quoted(given))
    }


def _quoted(given: DocumentInput) -> Iterator[_Key]:
    """Every number a document names: its own, its references, the words of its text."""
    texts = [given.number, *(value for _, value in given.references)]
    texts += _WORDS.findall(given.description)
    for text in texts:
        if text:
            yield given.account_id, str(given.kind), number_key(text)


def _displace(
    session: Session, handover: Handover, number: str, *, by: Actor, at: datetime
) -> Displaced:
    document = session.get_one(Document, handover.document_id)
    settled = tuple(_settled(session, document))
    handover.state = HandoverState.BOOKED
    session.flush()  # before the reversal is told of, which then need not be handed over
    reversing.reverse(session, document, reason=number, by=by, at=at)
    return Displaced(handover.id, settled)


def _settled(session: Session, document: Document) -> Iterator[Settled]:
    mine = set(session.scalars(select(DueItem.id).where(DueItem.document_id == document.id)))
    for one in allocation.of_document(session, document.id):
        if one.undone_at is None:
            yield Settled(_other(one, mine), one.amount_minor, one.rule)


def _other(one: Allocation, mine: set[int]) -> int:
    return one.credit_item_id if one.debit_item_id in mine else one.debit_item_id


def _settle_again(
    session: Session, document_id: int, settled: Settled, *, by: Actor, at: datetime
) -> None:
    """As much as is open on both sides; what the other system has otherwise is left to people."""
    other = session.get_one(DueItem, settled.other_item_id)
    session.refresh(other)
    left = settled.amount_minor
    query = select(DueItem).where(DueItem.document_id == document_id).order_by(DueItem.part)
    for item in session.scalars(query):
        amount = min(left, item.open_minor, other.open_minor)
        if amount <= 0 or item.direction == other.direction:
            continue
        debit, credit = (item, other) if item.direction > 0 else (other, item)
        document = session.get_one(Document, document_id)
        allocation.allocate(
            session,
            debit,
            credit,
            Money(amount, document.currency),
            rule=settled.rule,
            by=by,
            at=at,
        )
        left -= amount
