"""Posting: a checked document enters the books, alone or with thousands of others."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.db.bulk import chunks
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.ledger import locks, rules, taken, totals
from tieout.ledger.inputs import DocumentInput, DuePart, LineInput, ReferenceInput
from tieout.ledger.mass_posting import MassPosting, NoSuchAccount, accounts
from tieout.ledger.models import Document, DocumentKind
from tieout.ledger.taken import AlreadyPosted, NumberTaken
from tieout.ledger.writing import Entry, write
from tieout.money import Money
from tieout.settings.choices import chosen

__all__ = [
    "AlreadyPosted",
    "DocumentInput",
    "DuePart",
    "LineInput",
    "NoSuchAccount",
    "NumberTaken",
    "ReferenceInput",
    "post",
    "post_exchange",
    "post_many",
    "transfer",
]

_CHUNK = 5000
#: Kinds we number ourselves where no number is handed in, and from which series.
OWN_NUMBERS = {
    DocumentKind.CREDIT_NOTE: "credit_note",
    DocumentKind.WRITE_OFF: "write_off",
    DocumentKind.FEE: "fee",
    DocumentKind.INTEREST: "interest",
    DocumentKind.TRANSFER: "transfer",
}


class TransferToItself(Conflict):
    """A transfer that would move nothing."""

    message = N_("A transfer needs two different accounts. Choose another one.")


class NotAnExchange(Conflict):
    """Two documents that are no exchange of goods."""

    message = N_(
        "An exchange is a credit note for what came back and an invoice for what went out, on one"
        " account."
    )


def post(session: Session, given: DocumentInput, *, by: Actor, at: datetime) -> Document:
    """Post one document.

    Raises:
        InvalidInput: it is against the rules of the books (see `rules.check`).
        PeriodLocked: its date lies in a locked period.
        AlreadyPosted, NumberTaken: its number is in use.
    """
    totals.hold(session, accounts(session, [given.account_id]))
    return post_entry(session, _numbered(session, given), by=by, at=at)


def post_many(
    session: Session, documents: Sequence[DocumentInput], *, by: Actor, at: datetime, source: str
) -> list[int]:
    """Post thousands of documents at once, or none of them; return their ids in order.

    One audit entry carries the digest of all rows, and one event tells of all of them.

    Raises:
        as `post`, for the first document that cannot be posted.
    """
    posting = MassPosting(
        session, {given.account_id for given in documents}, by=by, at=at, source=source
    )
    ids = [one for chunk in chunks(documents, _CHUNK) for one in posting.add(chunk)]
    posting.close()
    return ids


def post_entry(
    session: Session,
    given: DocumentInput,
    *,
    reverses_id: int | None = None,
    action: str = "document.posted",
    by: Actor,
    at: datetime,
) -> Document:
    """Post one document that has its number, note it in the trail and tell of it.

    Where another system keeps the books, what is posted here stands for that system's own.
    """
    if chosen(session, "books_elsewhere"):
        given = replace(given, is_provisional=True)
    [document_id] = _post(session, [(given, reverses_id)], by=by, at=at)
    document = session.get_one(Document, document_id)
    audit.record(
        session,
        by,
        action,
        document,
        after={
            "kind": document.kind,
            "number": document.number,
            "issued_on": document.issued_on,
            "amount": given.amount.plain,
            "currency": document.currency,
            "account_id": document.account_id,
            "source": document.source,
            "reverses_id": reverses_id,
            "content": document.content_digest,
        },
    )
    events.publish(session, events.DocumentPosted(document.id))
    return document


def post_exchange(
    session: Session, returned: DocumentInput, delivered: DocumentInput, *, by: Actor, at: datetime
) -> tuple[Document, Document]:
    """Post an exchange of goods (换货): what came back and what went out, linked as one action.

    Raises:
        NotAnExchange: the two are not a credit note and an invoice of one account.
    """
    kinds = (returned.kind, delivered.kind)
    same_account = returned.account_id == delivered.account_id
    if kinds != (DocumentKind.CREDIT_NOTE, DocumentKind.INVOICE) or not same_account:
        raise NotAnExchange
    totals.hold(session, [returned.account_id])
    returned = _numbered(session, returned)
    pair = f"exchange:{returned.number[:50]}:{delivered.number[:50]}"
    reason = returned.reason or "return"
    return (
        post(session, replace(returned, pair=pair, reason=reason), by=by, at=at),
        post(session, replace(delivered, pair=pair), by=by, at=at),
    )


def transfer(
    session: Session,
    out_of: CustomerAccount,
    into: CustomerAccount,
    amount: Money,
    *,
    arriving: Money | None = None,
    on: date,
    description: str = "",
    related_id: int | None = None,
    source: str = "",
    by: Actor,
    at: datetime,
) -> tuple[Document, Document]:
    """Move credit from one account to another as a linked pair: + there, − here.

    `amount` is the credit taken out of the first account, above zero; `arriving` is what the
    second account is credited with where that is another currency, at the rate agreed.

    Raises:
        TransferToItself: the accounts are the same.
    """
    if out_of.id == into.id:
        raise TransferToItself
    totals.hold(session, [out_of.id, into.id])
    number = settings.next_number(session, OWN_NUMBERS[DocumentKind.TRANSFER], on)
    first, second = (
        DocumentInput(
            account_id=account.id,
            kind=DocumentKind.TRANSFER,
            number=number,
            issued_on=on,
            amount=moved,
            description=description,
            related_id=related_id,
            pair=f"transfer:{number}",
            source=source,
        )
        for account, moved in ((out_of, amount), (into, -(arriving or amount)))
    )
    return (
        post_entry(session, first, by=by, at=at),
        post_entry(session, second, by=by, at=at),
    )


def _numbered(session: Session, given: DocumentInput) -> DocumentInput:
    """Give a document the next number of our own series where it needs one and has none."""
    if given.number or given.kind not in OWN_NUMBERS:
        return given
    number = settings.next_number(session, OWN_NUMBERS[given.kind], given.issued_on)
    return replace(given, number=number)


def _post(
    session: Session,
    documents: Sequence[tuple[DocumentInput, int | None]],
    *,
    by: Actor,
    at: datetime,
) -> Sequence[int]:
    if not documents:
        return ()
    known = accounts(session, {given.account_id for given, _ in documents})
    for given, reverses in documents:
        currency = known[given.account_id].currency
        rules.check(given, currency, is_reversal=reverses is not None)
    locks.hold_open(session)
    earliest = min((given for given, _ in documents), key=lambda given: given.issued_on)
    locks.check(session, earliest.issued_on, earliest.number)
    totals.hold(session, known)
    new = (given for given, reverses in documents if reverses is None)
    taken.check(session, taken.numbers_of(new))
    ids = write(
        session,
        [Entry(given, known[given.account_id], reverses) for given, reverses in documents],
        base_currency=settings.company(session).base_currency,
        posted_by=by.label,
        at=at,
    )
    totals.add(session, _changes(given for given, _ in documents))
    return ids


def _changes(documents: Iterable[DocumentInput]) -> dict[int, tuple[int, int]]:
    changes: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for given in documents:
        amount, count = changes[given.account_id]
        changes[given.account_id] = (amount + given.amount.minor, count + 1)
    return dict(changes)
