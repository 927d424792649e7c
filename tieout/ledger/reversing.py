"""Taking a posted document back: a linked document of the opposite amount, never an edit."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import acts, allocation, locks, totals
from tieout.ledger.inputs import DocumentInput, DuePart, LineInput, ReferenceInput
from tieout.ledger.models import Document, DocumentKind, DueItem, LiveNumber
from tieout.ledger.posting import post_entry
from tieout.ledger.words import kind_name
from tieout.money import Money


class AlreadyReversed(Conflict):
    """A document that has been taken back."""

    message = N_("%(kind)s %(number)s was reversed already, by %(reversal)s.")


class ReversalIsFinal(Conflict):
    """A reversal cannot be reversed."""

    message = N_("%(number)s is a reversal itself. Post the document again instead.")


class ReversedBeforePosted(InvalidInput):
    """A reversal dated before its document."""

    message = N_("%(number)s is of %(issued_on)s: it cannot be reversed on %(on)s, before that.")


def reverse(
    session: Session,
    document: Document,
    *,
    on: date | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Document:
    """Take a document back in full; both halves of a transfer, both sides of an exchange, and a
    payment with what of it was moved to others, go together.

    What was settled with it is open again from that day, and its number may be used again.
    Without `on` it counts from the document's own date, or the first open day.

    Raises:
        AlreadyReversed, ReversalIsFinal, ReversedBeforePosted: it cannot be reversed, or not so.
        PeriodLocked: `on` lies in a locked period.
    """
    halves = _halves(session, document)
    totals.hold(session, [half.account_id for half in halves])
    made = [_reverse(session, half, on=on, reason=reason, by=by, at=at) for half in halves]
    return made[halves.index(document)]


def reverse_many(
    session: Session,
    documents: Sequence[Document],
    *,
    on: date | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> list[Document]:
    """Take documents back, all or none, such as those of an import; newest first."""
    totals.hold(session, [document.account_id for document in documents])
    return [
        _reverse(session, document, on=on, reason=reason, by=by, at=at)
        for document in sorted(documents, key=lambda document: -document.id)
    ]


def reversal_of(session: Session, document_id: int) -> Document | None:
    """The document that took this one back, if any did."""
    return session.scalar(select(Document).where(Document.reverses_id == document_id))


def check(session: Session, document: Document, on: date | None) -> date:
    """See that a document can be taken back; return the day from which that would count.

    Raises:
        AlreadyReversed, ReversalIsFinal, ReversedBeforePosted: it cannot be reversed, or not so.
    """
    if document.reverses_id is not None:
        raise ReversalIsFinal(number=document.number)
    if (there := reversal_of(session, document.id)) is not None:
        raise AlreadyReversed(
            kind=kind_name(document.kind), number=document.number, reversal=there.number
        )
    day = locks.open_day(session, document.issued_on) if on is None else on
    if day < document.issued_on:
        raise ReversedBeforePosted(number=document.number, issued_on=document.issued_on, on=day)
    return day


def _halves(session: Session, document: Document) -> list[Document]:
    if document.kind == DocumentKind.PAYMENT:
        return [*acts.shares_of(session, document.id), document]
    if not document.pair or document.reverses_id is not None:
        return [document]
    query = select(Document).where(Document.pair == document.pair, Document.reverses_id.is_(None))
    both = session.scalars(query.order_by(Document.id)).all()
    if document.kind == DocumentKind.TRANSFER:
        return list(both)
    # one side of an exchange may have been taken back by itself, by an earlier version
    return [
        one
        for one in both
        if one is document
        or (one.account_id == document.account_id and reversal_of(session, one.id) is None)
    ]


def _reverse(
    session: Session, document: Document, *, on: date | None, reason: str, by: Actor, at: datetime
) -> Document:
    day = check(session, document, on)
    for settled in allocation.of_document(session, document.id):
        allocation.undo(session, settled, on=day, by=by, at=at)
    session.execute(delete(LiveNumber).where(LiveNumber.document_id == document.id))
    made = post_entry(
        session,
        opposite(
            session, document, day, reason, number=settings.next_number(session, "reversal", day)
        ),
        reverses_id=document.id,
        action="document.reversed",
        by=by,
        at=max(at, document.recorded_at),
    )
    for item, other in zip(_items(session, document), _items(session, made), strict=True):
        if not item.amount_minor:
            continue
        debit, credit = (item, other) if item.direction == 1 else (other, item)
        amount = Money(item.amount_minor, document.currency)
        allocation.allocate(session, debit, credit, amount, rule="reversal", by=by, at=at)
    return made


def _items(session: Session, document: Document) -> list[DueItem]:
    query = select(DueItem).where(DueItem.document_id == document.id)
    return list(session.scalars(query.order_by(DueItem.part)))


def opposite(
    session: Session,
    document: Document,
    day: date,
    reason: str,
    *,
    number: str,
    items: Sequence[DueItem] | None = None,
) -> DocumentInput:
    """The document with every amount turned round; `items` are its own, where they were read."""
    currency = document.currency
    stored = [ReferenceInput(reference.kind, reference.value) for reference in document.references]
    original = None
    if document.original_minor is not None and document.original_currency:
        original = Money(-document.original_minor, document.original_currency)
    return DocumentInput(
        account_id=document.account_id,
        kind=DocumentKind(document.kind),
        number=number,
        issued_on=day,
        amount=Money(-document.amount_minor, currency),
        tax=Money(-document.tax_minor, currency) if document.tax_minor else None,
        due=tuple(
            DuePart(day, Money(-item.direction * item.amount_minor, currency))
            for item in (_items(session, document) if items is None else items)
        ),
        references=(ReferenceInput("reverses", document.number), *stored)
        if document.number
        else tuple(stored),
        lines=tuple(
            LineInput(
                amount=Money(-line.amount_minor, currency),
                code=line.code,
                description=line.description,
                unit=line.unit,
                quantity=_units(line.quantity_micro, -1),
                unit_price=_units(line.unit_price_micro),
                tax=Money(-line.tax_minor, currency) if line.tax_minor else None,
                product_id=line.product_id,
            )
            for line in document.lines
        ),
        description=reason,
        related_id=document.id,
        pair=document.pair,
        original=original,
        rate=Decimal(document.rate) if document.rate else None,
    )


def _units(millionths: int | None, sign: int = 1) -> Decimal | None:
    return None if millionths is None else sign * Decimal(millionths).scaleb(-6)
