"""Two people: what one prepares counts once another has approved exactly that."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_customer
from tests.support.books import day, given, post
from tieout import settings
from tieout.customers.models import CustomerAccount
from tieout.ledger import acts, balances, drafts, entering, reversing
from tieout.ledger.checks import check_books
from tieout.ledger.models import Document, DocumentDraft, DocumentKind
from tieout.ledger.taken import NumberTaken
from tieout.money import Money


def owed(session: Session, account: CustomerAccount) -> str:
    return balances.balance(session, account.id, day("2026-12-31")).plain


def approved(session: Session, draft: DocumentDraft) -> Document:
    return drafts.approve(session, draft, digest=draft.content_digest, by=OTHER, at=AT)


def test_a_draft_counts_once_a_second_person_has_approved_it(
    session: Session, account: CustomerAccount
) -> None:
    draft = drafts.prepare(
        session, given(account, "invoice", "INV-1", "2026-06-01", "100.00"), by=BY, at=AT
    )
    drafts.submit(session, draft, by=BY, at=AT)
    assert owed(session, account) == "0.00"

    with pytest.raises(drafts.SecondPersonNeeded):
        drafts.approve(session, draft, digest=draft.content_digest, by=BY, at=AT)
    document = approved(session, draft)

    assert (document.number, document.source) == ("INV-1", f"draft:{draft.id}")
    assert (draft.state, draft.document_id) == ("posted", document.id)
    assert owed(session, account) == "100.00"
    with pytest.raises(drafts.DraftMovedOn):
        approved(session, draft)


def test_what_was_changed_after_looking_is_not_approved(
    session: Session, account: CustomerAccount
) -> None:
    first = given(account, "invoice", "INV-1", "2026-06-01", "100.00")
    draft = drafts.prepare(session, first, by=BY, at=AT)
    seen = draft.content_digest
    drafts.change(session, draft, replace(first, amount=Money.of("900.00", "CNY")), by=BY, at=AT)
    drafts.submit(session, draft, by=BY, at=AT)

    with pytest.raises(drafts.DraftChanged):
        drafts.approve(session, draft, digest=seen, by=OTHER, at=AT)


def test_a_number_that_is_in_use_is_refused_when_it_is_drafted(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-1", "2026-06-01", "100.00")

    with pytest.raises(NumberTaken):
        drafts.prepare(
            session, given(account, "invoice", "INV-1", "2026-06-01", "90.00"), by=BY, at=AT
        )


def test_a_reversal_waits_for_a_second_person(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-06-01", "100.00")

    made = entering.take_back(session, invoice, reason="entered twice", by=BY, at=AT)

    assert isinstance(made, DocumentDraft)
    assert (made.state, drafts.reverses(made)) == ("submitted", invoice.id)
    assert reversing.reversal_of(session, invoice.id) is None
    with pytest.raises(drafts.ReversalDrafted, match=r"INV-1.*Chen Li"):
        entering.take_back(session, invoice, reason="again", by=OTHER, at=AT)

    reversal = approved(session, made)
    assert (reversal.reverses_id, reversal.description) == (invoice.id, "entered twice")
    assert owed(session, account) == "0.00"
    assert check_books(session) == []


def test_an_exchange_is_approved_as_one(session: Session, account: CustomerAccount) -> None:
    """−1,200.00 returned, +1,350.00 delivered = +150.00."""
    returned = given(account, "credit_note", "", "2026-06-10", "-1200.00")
    delivered = given(account, "invoice", "INV-9", "2026-06-10", "1350.00")

    made = entering.enter(session, returned, delivered, by=BY, at=AT)
    assert isinstance(made, DocumentDraft)
    assert [one.amount.plain for one in drafts.documents_of(made)] == ["-1200.00", "1350.00"]

    note = approved(session, made)
    assert (note.kind, note.number, note.reason) == ("credit_note", "CN-2026-0001", "return")
    assert note.pair
    assert owed(session, account) == "150.00"


def test_a_transfer_is_approved_as_one(session: Session, account: CustomerAccount) -> None:
    child = make_customer(session, "M-0231")
    halves = [
        given(one, "transfer", "", "2026-06-10", amount)
        for one, amount in ((account, "500.00"), (child, "-500.00"))
    ]

    made = entering.enter(session, *halves, by=BY, at=AT)
    assert isinstance(made, DocumentDraft)
    approved(session, made)

    assert (owed(session, account), owed(session, child)) == ("500.00", "-500.00")


def test_two_documents_of_no_action_are_refused(session: Session, account: CustomerAccount) -> None:
    one = given(account, "invoice", "INV-1", "2026-06-10", "500.00")

    with pytest.raises(acts.NoPair):
        drafts.prepare(session, one, replace(one, number="INV-2"), by=BY, at=AT)


def test_where_one_person_is_enough_it_is_posted_at_once(
    session: Session, account: CustomerAccount
) -> None:
    settings.company(session).two_people = ["write_off"]
    invoice = given(account, "invoice", "INV-1", "2026-06-10", "500.00")

    posted = entering.enter(session, invoice, by=BY, at=AT)
    kept = entering.enter(session, replace(invoice, number="INV-2"), only_draft=True, by=BY, at=AT)
    note = replace(invoice, kind=DocumentKind.CREDIT_NOTE, number="", amount=-invoice.amount)
    entering.enter(session, note, replace(invoice, number="INV-3"), by=BY, at=AT)

    assert isinstance(posted, Document)
    assert isinstance(kept, DocumentDraft)
    assert drafts.in_preparation(session) == [kept]
    reversal = entering.take_back(session, posted, reason="wrong", by=BY, at=AT)
    assert isinstance(reversal, Document)
    assert owed(session, account) == "0.00"


def test_a_draft_is_turned_down_with_a_reason(session: Session, account: CustomerAccount) -> None:
    draft = drafts.prepare(
        session, given(account, "invoice", "INV-1", "2026-06-01", "100.00"), by=BY, at=AT
    )

    with pytest.raises(drafts.NoteMissing):
        drafts.reject(session, draft, note=" ", by=OTHER, at=AT)
    drafts.reject(session, draft, note="another customer", by=OTHER, at=AT)

    assert (draft.state, draft.decision_note) == ("rejected", "another customer")
