"""Entering documents by hand: posted at once, or prepared where the company wants two people."""

from datetime import datetime

from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.ledger import acts, drafts, linked, reversing
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentDraft, DocumentKind


def enter(
    session: Session,
    given: DocumentInput,
    *rest: DocumentInput,
    only_draft: bool = False,
    by: Actor,
    at: datetime,
) -> Document | DocumentDraft:
    """Post a document, or all of one act; hand it in where two people are wanted.

    With `only_draft` it is kept and goes nowhere yet.

    Raises:
        as `acts.post` and `drafts.prepare`.
    """
    documents = (given, *rest)
    for one in documents:
        linked.check(session, one)
    two_people = drafts.needs_second_person(session, *documents)
    if only_draft or two_people:
        draft = drafts.prepare(session, *documents, by=by, at=at)
        if not only_draft:
            drafts.submit(session, draft, by=by, at=at)
        return draft
    return acts.post(session, documents, by=by, at=at)


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
