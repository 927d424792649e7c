"""Two people at the same moment: what one does counts, and the other is told."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.support.at_once import together
from tests.support.books import day, given
from tieout import audit, db
from tieout.customers.models import CustomerAccount
from tieout.errors import TieoutError
from tieout.intake import by_hand
from tieout.ledger import drafts
from tieout.ledger.models import Document, DocumentDraft

THIRD = audit.Actor("staff", 3, "He Ping")


@pytest.fixture
def account_id(database: Engine) -> int:
    """An account of a company that wants two people."""
    with db.transaction() as session:
        make_company(session)
        return make_customer(session).id


def at_once(*acts: Callable[[Session], object]) -> list[str]:
    """Let each do their act at the same moment; what came of it."""

    def doing(act: Callable[[Session], object]) -> Callable[[], str]:
        def do() -> str:
            try:
                with db.transaction() as session:
                    act(session)
            except TieoutError as error:
                return type(error).__name__
            return "done"

        return do

    return sorted(together(*map(doing, acts)))


def test_two_people_approving_a_document_post_it_once(account_id: int) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, account_id)
        invoice = given(account, "invoice", "INV-1", "2026-06-01", "100.00")
        draft = drafts.prepare(session, invoice, by=BY, at=AT)
        drafts.submit(session, draft, by=BY, at=AT)
        draft_id, digest = draft.id, draft.content_digest

    def approved(by: audit.Actor) -> Callable[[Session], object]:
        return lambda session: drafts.approve(
            session, session.get_one(DocumentDraft, draft_id), digest=digest, by=by, at=AT
        )

    assert at_once(approved(OTHER), approved(THIRD)) == ["DraftMovedOn", "done"]
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1


def test_a_document_sent_twice_at_the_same_moment_is_drafted_once(account_id: int) -> None:
    def entered(session: Session) -> object:
        account = session.get_one(CustomerAccount, account_id)
        payment = given(account, "payment", "", "2026-06-01", "-100.00")
        return by_hand.enter(session, payment, on=day("2026-07-02"), by=BY, at=AT)

    assert at_once(entered, entered) == ["EnteredAlready", "done"]
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(DocumentDraft)) == 1
