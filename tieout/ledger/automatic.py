"""Settling by rule: proposals for the page, and those that are certain made at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerAccount
from tieout.db.bulk import chunks
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.ledger import allocation, totals
from tieout.ledger.mass_settling import allocate_many
from tieout.ledger.models import Allocation, Document, DocumentKind, DocumentReference, DueItem
from tieout.ledger.numbers import number_key
from tieout.ledger.settling import Proposal, Side, propose
from tieout.money import Money

#: The setting that says who wants the oldest settled first: customer → group → company.
OLDEST_FIRST = "allocate_oldest_first"
#: References of a credit that say what it is for.
_SAYS = ("remittance", "tax_invoice", "other")
#: The bank's own reference; what a payer typed, where it is a number of ours from end to end.
_BANK = "bank"


class NoLongerProposed(Conflict):
    """A proposal the books have overtaken."""

    message = N_(
        "This is no longer proposed: one of the two was settled meanwhile, or another document has"
        " come. Look at what is proposed now."
    )


def proposals(session: Session, account_id: int) -> list[Proposal]:
    """Suggest settlements of an account, each with its reason; nothing is changed."""
    items = session.execute(
        select(DueItem, Document)
        .join(Document, Document.id == DueItem.document_id)
        .where(DueItem.account_id == account_id, DueItem.open_minor > 0)
        .order_by(DueItem.id)
    ).all()
    credit_documents = [document.id for item, document in items if item.direction < 0]
    if not credit_documents or len(credit_documents) == len(items):
        return []
    numbers = session.scalars(
        select(Document.number).where(
            Document.account_id == account_id, Document.amount_minor > 0, Document.number != ""
        )
    ).all()
    ours = {key for key in map(number_key, numbers) if any(map(str.isalpha, key))}
    said = _said(session, credit_documents, ours)
    sides: dict[int, list[Side]] = {1: [], -1: []}
    for item, document in items:
        says: tuple[str, ...] = ()
        if item.direction < 0:
            says = (document.description, *said.get(document.id, ()))
            if number_key(document.number) in ours:  # a receipt by the number of its invoice
                says += (document.number,)
        sides[item.direction].append(
            Side(
                item_id=item.id,
                document_id=document.id,
                number=document.number,
                issued_on=document.issued_on,
                due_on=item.due_on,
                open=Money(item.open_minor, document.currency),
                says=says,
                related_id=None if is_arrival(document) else document.related_id,
            )
        )
    return propose(
        sides[1], sides[-1], numbers, oldest_first=wants_oldest_first(session, account_id)
    )


def allocate_automatically(
    session: Session, account_id: int, *, by: Actor, at: datetime
) -> list[Allocation]:
    """Make every settlement that is certain; what is not stays a proposal for a person."""
    totals.hold(session, [account_id])
    return [
        accept(session, proposal, by=by, at=at)
        for proposal in proposals(session, account_id)
        if proposal.is_certain
    ]


def allocate_accounts(
    session: Session, account_ids: Iterable[int], *, source: str, by: Actor, at: datetime
) -> int:
    """Make every certain settlement of many accounts in sets; return how many.

    An account without open debits and open credits has nothing to settle and is not looked at.
    """
    wanted: list[Proposal] = []
    for some in chunks(sorted(set(account_ids)), 2000):
        both = (
            select(DueItem.account_id)
            .where(DueItem.account_id.in_(some), DueItem.open_minor > 0)
            .group_by(DueItem.account_id)
            .having(func.min(DueItem.direction) < 0, func.max(DueItem.direction) > 0)
            .order_by(DueItem.account_id)
        )
        found = list(session.scalars(both))
        totals.hold(session, found)
        for account_id in found:
            wanted += [one for one in proposals(session, account_id) if one.is_certain]
    return allocate_many(session, wanted, source=source, by=by, at=at)


def proposed(
    session: Session, account_id: int, debit_item_id: int, credit_item_id: int, minor: int
) -> Proposal:
    """Find the proposal somebody looked at, as the books stand now.

    Raises:
        NoLongerProposed: it is none any more.
    """
    for proposal in proposals(session, account_id):
        there = (proposal.debit_item_id, proposal.credit_item_id, proposal.amount.minor)
        if there == (debit_item_id, credit_item_id, minor):
            return proposal
    raise NoLongerProposed


def accept(session: Session, proposal: Proposal, *, by: Actor, at: datetime) -> Allocation:
    """Make a settlement that was proposed.

    Raises:
        AllocationExceedsOpenAmount: the books have moved on since.
    """
    return allocation.allocate(
        session,
        session.get_one(DueItem, proposal.debit_item_id),
        session.get_one(DueItem, proposal.credit_item_id),
        proposal.amount,
        rule=proposal.rule,
        by=by,
        at=at,
    )


def is_arrival(document: Document) -> bool:
    """Whether it is the half of a transfer that brings money from another account."""
    return document.kind == DocumentKind.TRANSFER and document.amount_minor < 0


def wants_oldest_first(session: Session, account_id: int) -> bool:
    """Whether money of this customer settles the oldest first: customer → group → company."""
    account = session.get_one(CustomerAccount, account_id)
    customer = session.get_one(Customer, account.customer_id)
    company = settings.read(session, OLDEST_FIRST, False)
    group = company
    if customer.group_id is not None:
        group = settings.read(
            session, OLDEST_FIRST, company, scope="group", scope_id=customer.group_id
        )
    return settings.read(session, OLDEST_FIRST, group, scope="customer", scope_id=customer.id)


def _said(
    session: Session, document_ids: Sequence[int], ours: Collection[str]
) -> dict[int, list[str]]:
    """What credits say they are for; `ours` are the numbers of the account that have letters.

    A bank counts its own references up, so one of theirs may be among ours by chance: it says
    something only where the whole of it is such a number.
    """
    said: dict[int, list[str]] = defaultdict(list)
    for some in chunks(document_ids, 5000):
        query = (
            select(DocumentReference.document_id, DocumentReference.kind, DocumentReference.value)
            .where(
                DocumentReference.document_id.in_(some),
                DocumentReference.kind.in_((*_SAYS, _BANK)),
            )
            .order_by(DocumentReference.id)
        )
        for document_id, kind, value in session.execute(query):
            if kind != _BANK or number_key(value) in ours:
                said[document_id].append(value)
    return said
