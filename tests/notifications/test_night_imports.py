"""Imports approved by day and posted by night, in the name of whoever approved them."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from notifications.importing import POST_IMPORTS
from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.support.imports import submit, upload
from tieout import db
from tieout.identity.permissions import SamePerson
from tieout.intake import by_night
from tieout.intake.models import ImportBatch
from tieout.ledger import posting
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money

SALES = "Customer code,Number,Date,Currency,Amount\nM-0217,N-1,2026-06-01,CNY,100.00\n"
NIGHT = AT + timedelta(hours=16)


def waiting_batch() -> tuple[int, int]:
    """An import that was submitted; its id, and that of the customer's account."""
    with db.transaction() as session:
        make_company(session)
        account = make_customer(session)
        batch = upload(session, SALES)
        submit(session, batch)
        return batch.id, account.id


def approve(batch_id: int) -> None:
    """The second person approves it for the night."""
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        digest = str(batch.content_digest)
        by_night.approve_tonight(session, batch, digest=digest, by=OTHER, at=AT)


def test_what_was_approved_by_day_is_posted_by_night(database: Engine) -> None:
    batch_id, _ = waiting_batch()
    approve(batch_id)

    assert str(POST_IMPORTS.run("worker", NIGHT)) == "1 posted, 0 given back"

    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        assert (batch.state, batch.approved_label) == ("posted", OTHER.label)
    assert str(POST_IMPORTS.run("worker", NIGHT)) == "0 posted, 0 given back"


def test_whoever_prepared_it_cannot_send_it_into_the_night(database: Engine) -> None:
    batch_id, _ = waiting_batch()

    with pytest.raises(SamePerson), db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        by_night.approve_tonight(session, batch, digest=str(batch.content_digest), by=BY, at=AT)


def test_where_the_books_have_moved_on_a_person_decides_again(database: Engine) -> None:
    batch_id, account_id = waiting_batch()
    approve(batch_id)
    with db.transaction() as session:
        given = DocumentInput(
            account_id, DocumentKind.INVOICE, "N-1", AT.date(), Money.of("7.00", "CNY")
        )
        posting.post(session, given, by=BY, at=AT)

    assert str(POST_IMPORTS.run("worker", NIGHT)) == "0 posted, 1 given back"

    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        assert batch.state == "submitted"
        assert by_night.waiting(session) == []
