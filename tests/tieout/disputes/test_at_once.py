"""Two people at the same dispute at once: one of them is told, and nothing happens twice."""

import pytest
from sqlalchemy import Engine, func, select

from tests.factories import make_company, make_customer, make_staff
from tests.support.at_once import at_once
from tests.support.books import post
from tests.tieout.disputes.conftest import AT, LATER, LATER_ON, ON, SAYS, cny
from tieout import db, events
from tieout.audit import Actor
from tieout.disputes import SUBSCRIPTIONS, holding, raising, resolving
from tieout.disputes.models import Dispute
from tieout.disputes.raising import Claim
from tieout.errors import Conflict
from tieout.ledger import disputed, drafts
from tieout.ledger.models import Document, DocumentDraft

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def dispute_id(database: Engine) -> int:
    """120.00 of an invoice of 1,000.00, disputed."""
    events.forget()
    events.subscribe(SUBSCRIPTIONS)
    with db.transaction() as session:
        make_company(session)
        account = make_customer(session)
        for name in ("Chen Li", "Zhou Wei", "Lin Tao"):
            make_staff(session, "approver", name=name)
        invoice = post(session, account, "invoice", "INV-1", "2026-06-10", "1000.00")
        return _raise(invoice.id)


def _raise(document_id: int) -> int:
    session = db.sessions()
    document = session.get_one(Document, document_id)
    contact = document.account.customer.contacts[0]
    [made] = raising.raise_disputes(
        session,
        [Claim(document, expected=cny("880.00"))],
        reason="price",
        given=SAYS,
        by=Actor("contact", contact.id, contact.name),
        on=ON,
        at=AT,
    )
    return made.id


def staff(number: int) -> Actor:
    return Actor("staff", number, f"Person {number}")


def test_two_approvals_post_one_credit_note(dispute_id: int) -> None:
    with db.transaction() as session:
        made = session.get_one(Dispute, dispute_id)
        draft = resolving.accept(session, made, by=staff(1), on=LATER_ON, at=LATER)
        assert draft is not None
        draft_id, digest = draft.id, draft.content_digest

    def approve(number: int) -> object:
        session = db.sessions()
        there = session.get_one(DocumentDraft, draft_id)
        return drafts.approve(session, there, digest=digest, by=staff(number), at=LATER).number

    outcomes = at_once(lambda: approve(2), lambda: approve(3))

    assert sorted(isinstance(one, drafts.DraftMovedOn) for one in outcomes) == [False, True]
    with db.reading() as session:
        notes = session.scalars(select(Document).where(Document.kind == "credit_note")).all()
        assert len(notes) == 1
        assert session.get_one(Dispute, dispute_id).state == "accepted"
        assert disputed.parts_of(session, f"dispute:{dispute_id}") == []


def test_one_accepts_while_another_rejects(dispute_id: int) -> None:
    def accept() -> object:
        session = db.sessions()
        made = session.get_one(Dispute, dispute_id)
        return resolving.accept(session, made, by=staff(1), on=LATER_ON, at=LATER)

    def reject() -> object:
        session = db.sessions()
        made = session.get_one(Dispute, dispute_id)
        resolving.reject(session, made, "No.", by=staff(2), on=LATER_ON, at=LATER)
        return "rejected"

    outcomes = at_once(accept, reject)

    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    with db.reading() as session:
        made = session.get_one(Dispute, dispute_id)
        waiting = session.scalar(select(func.count(DocumentDraft.id)))
        held = disputed.parts_of(session, holding.ref(made))
        assert (made.state, waiting, len(held)) in {("accepting", 1, 1), ("rejected", 0, 0)}


def test_the_same_dispute_sent_twice_is_one(dispute_id: int) -> None:
    with db.transaction() as session:
        made = session.get_one(Dispute, dispute_id)
        resolving.withdraw(session, made, by=staff(1), on=LATER_ON, at=LATER)
        document_id = made.document_id

    outcomes = at_once(lambda: _raise(document_id), lambda: _raise(document_id))

    assert sorted(isinstance(one, raising.AlreadyDisputed) for one in outcomes) == [False, True]
