"""Documents that are one act: one alone, an exchange of goods, a transfer, a payment shared out.

Posted together or not at all; drafts, entering by hand and imports that need it go through here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import allocation, linked, posting, totals
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentKind, DueItem
from tieout.money import Money


class NoPair(Conflict):
    """Documents that no single action posts."""

    message = N_("Only an exchange of goods or a transfer joins two documents. Enter them singly.")


class SharesTooMuch(InvalidInput):
    """More was given to others than came in."""

    message = N_("%(shared)s is shared out, but only %(amount)s came in. Correct one of the two.")


#: Which two documents one action posts.
_PAIRS = (
    (DocumentKind.CREDIT_NOTE, DocumentKind.INVOICE),
    (DocumentKind.TRANSFER, DocumentKind.TRANSFER),
)


def check(documents: Sequence[DocumentInput]) -> None:
    """See that documents belong together.

    Raises:
        NoPair: no single action posts them.
        SharesTooMuch: more of a payment is shared out than came in.
    """
    kinds = [one.kind for one in documents]
    if len(documents) == 1 or (len(documents) == 2 and tuple(kinds) in _PAIRS):
        return
    first, *halves = documents
    others = {one.kind for one in halves}
    if first.kind != DocumentKind.PAYMENT or others != {DocumentKind.TRANSFER} or len(halves) % 2:
        raise NoPair
    if any(out.account_id != first.account_id for out, _ in _shares(halves)):
        raise NoPair
    shared = Money.total((out.amount for out, _ in _shares(halves)), first.amount.currency)
    if shared > -first.amount:
        raise SharesTooMuch(shared=shared, amount=-first.amount)


def post(
    session: Session, documents: Sequence[DocumentInput], *, by: Actor, at: datetime
) -> Document:
    """Post an act whole, settle what follows from it, and return its first document.

    Raises:
        as `check` and `posting.post`.
    """
    check(documents)
    first, *rest = documents
    if not rest:
        made = posting.post(session, first, by=by, at=at)
        linked.settle(session, made, by=by, at=at)
        return made
    if first.kind == DocumentKind.CREDIT_NOTE:
        return posting.post_exchange(session, first, rest[0], by=by, at=at)[0]
    if first.kind == DocumentKind.TRANSFER:
        return _move(session, first, rest[0], by=by, at=at)[0]
    return _share(session, first, rest, by=by, at=at)


def _share(
    session: Session,
    payment: DocumentInput,
    halves: Sequence[DocumentInput],
    *,
    by: Actor,
    at: datetime,
) -> Document:
    """Post a payment and move the parts of it that are for others to their accounts."""
    totals.hold(session, {one.account_id for one in (payment, *halves)})
    made = posting.post(session, payment, by=by, at=at)
    for out, into in _shares(halves):
        taken, _ = _move(session, out, into, related_id=made.id, by=by, at=at)
        credit, debit = (_item(session, one.id) for one in (made, taken))
        allocation.allocate(session, debit, credit, out.amount, rule="transfer", by=by, at=at)
    return made


def shares_of(session: Session, payment_id: int) -> list[Document]:
    """Both halves of every transfer by which a payment was shared out, still standing."""
    pairs = select(Document.pair).where(
        Document.related_id == payment_id,
        Document.kind == DocumentKind.TRANSFER,
        Document.reverses_id.is_(None),
        Document.pair != "",
    )
    taken_back = select(Document.reverses_id).where(Document.reverses_id.is_not(None))
    query = select(Document).where(
        Document.pair.in_(pairs), Document.reverses_id.is_(None), Document.id.not_in(taken_back)
    )
    return list(session.scalars(query.order_by(Document.id)))


def _move(
    session: Session,
    out: DocumentInput,
    into: DocumentInput,
    *,
    related_id: int | None = None,
    by: Actor,
    at: datetime,
) -> tuple[Document, Document]:
    return posting.transfer(
        session,
        session.get_one(CustomerAccount, out.account_id),
        session.get_one(CustomerAccount, into.account_id),
        out.amount,
        arriving=-into.amount,
        on=out.issued_on,
        description=out.description,
        related_id=related_id,
        source=out.source,
        by=by,
        at=at,
    )


def _shares(halves: Sequence[DocumentInput]) -> Iterator[tuple[DocumentInput, DocumentInput]]:
    yield from zip(halves[::2], halves[1::2], strict=True)


def share(
    payment: DocumentInput, account_id: int, amount: Money, words: str
) -> list[DocumentInput]:
    """The two halves that move part of a payment to another account."""
    half = replace(
        payment,
        kind=DocumentKind.TRANSFER,
        number="",
        amount=amount,
        tax=None,
        due=(),
        references=(),
        lines=(),
        description=words,
        related_id=None,
    )
    return [half, replace(half, account_id=account_id, amount=-amount)]


def _item(session: Session, document_id: int) -> DueItem:
    return session.scalars(select(DueItem).where(DueItem.document_id == document_id)).one()
