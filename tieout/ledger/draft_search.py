"""Drafts by what someone is looking for: documents that are not posted yet."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.names import folded
from tieout.customers.queries import visible_to
from tieout.ledger import drafts
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import DocumentDraft
from tieout.ledger.queries import DocumentSearch
from tieout.ledger.search_words import joined, words


def search_drafts(
    session: Session, search: DocumentSearch
) -> list[tuple[DocumentDraft, DocumentInput, str]]:
    """Return the drafts of a search with what they say and whose they are, the newest first."""
    query = visible_to(
        select(DocumentDraft, Customer)
        .join(Customer, Customer.id == DocumentDraft.customer_id)
        .where(DocumentDraft.state.in_((drafts.DRAFT, drafts.SUBMITTED))),
        search.owner_id,
    )
    if search.customer_id is not None:
        query = query.where(DocumentDraft.customer_id == search.customer_id)
    if search.account_id is not None:
        query = query.where(DocumentDraft.account_id == search.account_id)
    if search.account_kind:
        kept = select(CustomerAccount.id).where(CustomerAccount.kind == search.account_kind)
        query = query.where(DocumentDraft.account_id.in_(kept))
    found = []
    for draft, customer in session.execute(query.order_by(DocumentDraft.id.desc())):
        given = drafts.content_of(draft)
        if all(_fits(given, customer.search_key, search)):
            found.append((draft, given, customer.name))
    return found


def _fits(given: DocumentInput, called: str, search: DocumentSearch) -> Iterator[bool]:
    if search.period is not None:
        yield search.period.start <= given.issued_on <= search.period.end
    yield not search.kinds or str(given.kind) in search.kinds
    yield search.currency in ("", given.amount.currency)
    amount = abs(given.amount.decimal)
    yield search.least is None or amount >= search.least
    yield search.most is None or amount <= search.most
    said = joined(
        (
            given.number,
            *(reference.value for reference in given.references),
            given.description,
            *(text for line in given.lines for text in (line.code, line.description)),
        )
    )
    for word in words(search.keyword):
        yield word.plain in said or folded(word.written) in called
