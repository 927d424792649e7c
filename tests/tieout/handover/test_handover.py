"""Books kept elsewhere: what is made here waits, goes out once, and is replaced, not doubled."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.support.books import day, given, post, settle
from tieout import events, settings
from tieout.customers.models import CustomerAccount
from tieout.handover import SUBSCRIPTIONS, handing_over, queries, replacing, vouchers
from tieout.handover.models import Handover
from tieout.ledger import balances, posting, reversing
from tieout.ledger.checks import check_books
from tieout.ledger.inputs import DocumentInput, ReferenceInput
from tieout.ledger.models import Document, DueItem
from tieout.ledger.taken import NumberTaken


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer's account with INV-1 of the other system in it: 1,000.00."""
    events.subscribe(SUBSCRIPTIONS)
    make_company(session)
    account = make_customer(session)
    come_in(session, given(account, "invoice", "INV-1", "2026-06-01", "1000.00"))
    settings.write(session, "books_elsewhere", True, by=BY)
    return account


def come_in(session: Session, *documents: DocumentInput) -> list[int]:
    """The other system's documents are posted as an import does it."""
    displaced = replacing.make_way(session, documents, by=BY, at=AT)
    ids = posting.post_many(session, documents, by=BY, at=AT, source="import:1")
    replacing.take_place(session, displaced, ids, by=BY, at=AT)
    return ids


def owed(session: Session, account: CustomerAccount) -> str:
    return balances.balance(session, account.id, day("2026-12-31")).plain


def states(session: Session) -> dict[str, str]:
    return {one.document.number: one.state for one in session.scalars(queries.handovers())}


def left_of(session: Session, number: str) -> int:
    query = select(DueItem.open_minor).join(Document, Document.id == DueItem.document_id)
    return session.scalars(query.where(Document.number == number)).one()


def test_what_is_made_here_is_provisional_and_what_comes_in_is_not(
    session: Session, account: CustomerAccount
) -> None:
    note = post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")

    assert note.is_provisional
    assert states(session) == {"CN-1": "waiting"}
    assert owed(session, account) == "880.00"


def test_where_the_books_are_here_nothing_waits(session: Session, account: CustomerAccount) -> None:
    settings.write(session, "books_elsewhere", False, by=BY)

    note = post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")

    assert not note.is_provisional
    assert states(session) == {}


def test_each_document_goes_out_once(session: Session, account: CustomerAccount) -> None:
    post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")
    post(session, account, "fee", "FE-1", "2026-06-21", "10.00")

    file = handing_over.make_file(session, on=day("2026-07-02"), by=BY, at=AT)

    assert file.number == "VF-2026-0001"
    assert [(row["number"], row["debit"], row["credit"]) for row in file.rows] == [
        ("CN-1", "", "120.00"),
        ("FE-1", "10.00", ""),
    ]
    assert file.sha256 == vouchers.digest(file.rows)
    assert states(session) == {"CN-1": "handed_over", "FE-1": "handed_over"}
    with pytest.raises(handing_over.NothingWaits):
        handing_over.make_file(session, on=day("2026-07-02"), by=BY, at=AT)


@pytest.mark.parametrize(
    ("number", "references", "description"),
    [
        ("CN-1", (), ""),
        ("4711", (ReferenceInput("other", "cn 1"),), ""),
        ("4711", (), "Credit for returned goods, CN-1"),
    ],
)
def test_the_other_systems_document_takes_the_place_of_the_one_it_quotes(
    session: Session,
    account: CustomerAccount,
    number: str,
    references: tuple[ReferenceInput, ...],
    description: str,
) -> None:
    note = post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")
    invoice = session.scalars(select(Document).where(Document.number == "INV-1")).one()
    settle(session, invoice, note, "120.00")

    [booked] = come_in(
        session,
        given(
            account, "credit_note", number, "2026-06-23", "-120.00",
            references=references, description=description,
        ),
    )  # fmt: skip

    assert owed(session, account) == "880.00"
    assert left_of(session, "INV-1") == 880_00
    handover = session.scalars(select(Handover)).one()
    assert (handover.state, handover.booked_document_id) == ("booked", booked)
    assert check_books(session) == []


def test_another_amount_is_taken_as_the_other_system_has_it(
    session: Session, account: CustomerAccount
) -> None:
    note = post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")
    invoice = session.scalars(select(Document).where(Document.number == "INV-1")).one()
    settle(session, invoice, note, "120.00")

    come_in(session, given(account, "credit_note", "CN-1", "2026-06-23", "-100.00"))

    assert owed(session, account) == "900.00"
    assert left_of(session, "INV-1") == 900_00
    assert check_books(session) == []


def test_another_customers_document_of_that_number_replaces_nothing(
    session: Session, account: CustomerAccount
) -> None:
    other = make_customer(session, "M-0300")
    post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")

    come_in(session, given(other, "credit_note", "CN-1", "2026-06-23", "-120.00"))

    assert states(session) == {"CN-1": "waiting"}
    assert owed(session, account) == "880.00"


def test_what_was_never_told_need_not_be_taken_back_there(
    session: Session, account: CustomerAccount
) -> None:
    note = post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")

    reversing.reverse(session, note, by=OTHER, at=AT)

    assert states(session) == {"CN-1": "dropped"}


def test_what_was_told_is_taken_back_there_too(session: Session, account: CustomerAccount) -> None:
    note = post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")
    handing_over.make_file(session, on=day("2026-07-02"), by=BY, at=AT)

    reversal = reversing.reverse(session, note, by=OTHER, at=AT)

    assert states(session) == {"CN-1": "handed_over", reversal.number: "waiting"}
    file = handing_over.make_file(session, on=day("2026-07-02"), by=BY, at=AT)
    assert [row["takes_back"] for row in file.rows] == ["CN-1"]


def test_a_number_lent_to_a_provisional_document_is_in_use_here(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "credit_note", "CN-1", "2026-06-20", "-120.00")

    with pytest.raises(NumberTaken):
        post(session, account, "credit_note", "CN-1", "2026-06-21", "-50.00")
