"""Keys stored in an earlier form, with a line or a document, are made anew when it is read."""

import base64
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT
from tests.support.books import post
from tests.tieout.reconciliation.books import THEIRS, hand_in
from tieout.ledger import posting
from tieout.ledger.match_keys import keys_today
from tieout.ledger.models import Document
from tieout.matching import Lines
from tieout.matching.keys import Keys
from tieout.reconciliation import columns
from tieout.reconciliation.cleaning import Cleaning
from tieout.reconciliation.models import TheirLine

[NOTHING] = Keys.of([""], [""], [""]).rows()


def test_keys_of_an_earlier_form_are_those_of_today(session: Session) -> None:
    factories.make_company(session)
    book = hand_in(session, factories.make_customer(session), THEIRS)
    today = columns.their_lines(session, book).keys.rows()
    for line in session.scalars(select(TheirLine)):
        line.match_keys = {"keys": base64.b64encode(NOTHING).decode(), "po": ""}
    session.flush()

    assert columns.their_lines(session, book).keys.rows() == today


def ours(session: Session, code: str, cleaning: Cleaning | None = None) -> Lines:
    """Two documents of a new customer, with numbers of others, as they are compared."""
    account = factories.make_customer(session, code)
    others = (
        posting.ReferenceInput("delivery", "LS 44-1203"),
        posting.ReferenceInput("po", "PO 88-012"),
        posting.ReferenceInput("remittance", "WH/7781"),
    )
    post(session, account, "invoice", "RE/2026/0042", "2026-06-03", "10.00", references=others)
    post(session, account, "invoice", "INV-2026-0043", "2026-06-04", "20.00")
    return columns.our_movements(
        session,
        account,
        since=None,
        as_at=date(2026, 6, 30),
        known_at=AT,
        later_known_at=AT,
        cleaning=cleaning or Cleaning(),
    )


@pytest.mark.parametrize("form", [b"", b"\x01"], ids=["none", "an earlier one"])
@pytest.mark.parametrize("parts", [(), ("RE/2026/",)], ids=["as written", "cleaned"])
def test_keys_of_documents_too(
    session: Session, monkeypatch: pytest.MonkeyPatch, form: bytes, parts: tuple[str, ...]
) -> None:
    factories.make_company(session)
    today = ours(session, "M-0001", Cleaning(parts))
    monkeypatch.setattr(
        "tieout.ledger.writing.match_keys", lambda documents: [NOTHING + form] * len(documents)
    )

    earlier = ours(session, "M-0002", Cleaning(parts))

    assert earlier.keys.rows() == today.keys.rows()


def test_keys_are_stored_with_their_form(session: Session) -> None:
    factories.make_company(session)
    keys = ours(session, "M-0001").keys.rows()

    stored = session.scalars(select(Document.match_keys).order_by(Document.id)).all()

    assert [keys_today(one) for one in stored] == keys
