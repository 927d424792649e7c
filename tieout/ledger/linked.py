"""What follows from a document's link: a bounce opens what its payment settled, a refund uses up
the credit it pays back.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.ledger import allocation, totals
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentKind, DueItem
from tieout.ledger.words import kind_name
from tieout.money import Money

#: What each kind may be linked to, where it must be something.
LINKS: dict[DocumentKind, frozenset[DocumentKind]] = {
    DocumentKind.BOUNCED_PAYMENT: frozenset({DocumentKind.PAYMENT}),
    DocumentKind.REFUND: frozenset(
        {DocumentKind.PAYMENT, DocumentKind.CREDIT_NOTE, DocumentKind.TRANSFER}
    ),
    DocumentKind.RECOVERY: frozenset({DocumentKind.WRITE_OFF}),
}
_WANTED = {
    DocumentKind.BOUNCED_PAYMENT: N_("the payment that bounced"),
    DocumentKind.REFUND: N_("the payment or credit note that is paid back"),
    DocumentKind.RECOVERY: N_("the write-off that money came in for"),
}


class LinkMissing(InvalidInput):
    """A bounce without its payment, a refund without its credit."""

    message = N_("%(kind)s: name %(wanted)s under “Belongs to document”.")


class WrongLink(InvalidInput):
    """A link to a document that cannot be meant."""

    message = N_("%(kind)s belongs to %(wanted)s; %(number)s is none. Correct the number.")


class MoreThanLinked(InvalidInput):
    """More bounced, or was paid back, than there was."""

    message = N_("%(amount)s is more than is left of %(number)s, %(most)s. Enter at most that.")


def check(session: Session, given: DocumentInput) -> None:
    """See that a document entered by hand names what it belongs to, and takes no more of it.

    Raises:
        LinkMissing, WrongLink, MoreThanLinked: it does not.
    """
    wanted = LINKS.get(given.kind)
    if wanted is None:
        return
    facts = {"kind": kind_name(given.kind), "wanted": Sentence(_WANTED[given.kind])}
    if given.related_id is None:
        raise LinkMissing(**facts)
    other = session.get_one(Document, given.related_id)
    if other.kind not in wanted or other.account_id != given.account_id or other.amount_minor >= 0:
        raise WrongLink(**facts, number=other.number)
    most = _left(session, other, given.kind)
    if given.amount > most:
        raise MoreThanLinked(amount=given.amount, number=other.number, most=most)


def settle(session: Session, document: Document, *, by: Actor, at: datetime) -> None:
    """Settle a posted document with the one it is linked to, where that follows.

    What a bounced payment had settled is open again from the day of the bounce.
    """
    kind = DocumentKind(document.kind)
    if kind not in (DocumentKind.BOUNCED_PAYMENT, DocumentKind.REFUND):
        return
    if document.related_id is None or document.reverses_id is not None:
        return
    other = session.get_one(Document, document.related_id)
    if other.account_id != document.account_id or other.amount_minor >= 0:
        return
    totals.hold(session, [document.account_id])
    if kind == DocumentKind.BOUNCED_PAYMENT:
        _open_again(session, other, document, by=by, at=at)
    for credit in _items(session, other):
        for debit in _items(session, document):
            amount = min(credit.open_minor, debit.open_minor)
            if amount:
                allocation.allocate(
                    session,
                    debit,
                    credit,
                    Money(amount, document.currency),
                    rule="reference",
                    by=by,
                    at=at,
                )


def _open_again(
    session: Session, payment: Document, bounce: Document, *, by: Actor, at: datetime
) -> None:
    """Undo as much of what a payment settled as bounced, the latest first.

    Where only part bounced, what is left of the last one settles its document again.
    """
    missing = bounce.amount_minor - sum(one.open_minor for one in _items(session, payment))
    settled = [one for one in allocation.of_document(session, payment.id) if one.undone_at is None]
    for one in sorted(settled, key=lambda one: -one.id):
        if missing <= 0:
            break
        if one.rule == "reversal":
            continue
        missing -= one.amount_minor
        allocation.undo(session, one, on=bounce.issued_on, by=by, at=at)
        if missing < 0:
            debit = session.get_one(DueItem, one.debit_item_id)
            credit = session.get_one(DueItem, one.credit_item_id)
            rest = Money(-missing, payment.currency)
            allocation.allocate(session, debit, credit, rest, rule=one.rule, by=by, at=at)


def _left(session: Session, other: Document, kind: DocumentKind) -> Money:
    """How much of a document can still bounce, be paid back, or come in after all."""
    if kind == DocumentKind.REFUND:
        minor = sum(item.open_minor for item in _items(session, other))
        return Money(minor, other.currency)
    taken_back = select(Document.reverses_id).where(Document.reverses_id.is_not(None))
    taken = session.scalar(
        select(func.coalesce(func.sum(Document.amount_minor), 0)).where(
            Document.related_id == other.id,
            # what bounced or came in, and the reversal of the document itself
            Document.kind.in_((str(kind), other.kind)),
            Document.id.not_in(taken_back),
        )
    )
    return Money(-other.amount_minor - int(taken or 0), other.currency)


def _items(session: Session, document: Document) -> list[DueItem]:
    query = select(DueItem).where(DueItem.document_id == document.id).order_by(DueItem.part)
    return list(session.scalars(query))
