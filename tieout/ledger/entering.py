"""Entering documents by hand: posted at once, or prepared where the company wants two people."""

from datetime import datetime

from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.ledger import drafts, posting, reversing
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentDraft, DocumentKind


def enter(
    session: Session,
    given: DocumentInput,
    second: DocumentInput | None = None,
    *,
    only_draft: bool = False,
    by: Actor,
    at: datetime,
) -> Document | DocumentDraft:
    """Post a document, or the two of one action; hand it in where two people are wanted.

    With `only_draft` it is kept and goes nowhere yet.

    Raises:
        as `posting.post` and `drafts.prepare`.
    """
    documents = (given,) if second is None else (given, second)
    two_people = drafts.needs_second_person(session, *documents)
    if only_draft or two_people:
        draft = drafts.prepare(session, given, second, by=by, at=at)
        if not only_draft:
            drafts.submit(session, draft, by=by, at=at)
        return draft
    if second is None:
        return posting.post(session, given, by=by, at=at)
    if given.kind == DocumentKind.CREDIT_NOTE:
        return posting.post_exchange(session, given, second, by=by, at=at)[0]
    return posting.transfer(
        session,
        session.get_one(CustomerAccount, given.account_id),
        session.get_one(CustomerAccount, second.account_id),
        given.amount,
        arriving=-second.amount,
        on=given.issued_on,
        description=given.description,
        by=by,
        at=at,
    )[0]


def take_back(
    session: Session, document: Document, *, reason: str, by: Actor, at: datetime
) -> Document | DocumentDraft:
    """Reverse a document from its own day, or the first open one; handed in where two are wanted.

    Raises:
        as `reversing.reverse` and `drafts.prepare_reversal`.
    """
    if not drafts.wants_two(session, DocumentKind(document.kind)):
        return reversing.reverse(session, document, reason=reason, by=by, at=at)
    draft = drafts.prepare_reversal(session, document, on=None, reason=reason, by=by, at=at)
    drafts.submit(session, draft, by=by, at=at)
    return draft
