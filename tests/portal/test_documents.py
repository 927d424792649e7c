"""Documents in the portal: searched, narrowed, and each with everything behind it."""

import re

import pytest
from sqlalchemy import select

from tests.factories import AT
from tests.portal.conftest import June
from tests.support.books import post
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.ledger.models import Document


def path_of(number: str) -> str:
    """The address of a document."""
    with db.reading() as session:
        found = session.scalars(select(Document.id).where(Document.number == number)).one()
        return f"/documents/{found}"


@pytest.fixture
def visitor(june: June) -> Visitor:
    """Wang Min, signed in."""
    return june.signed_in()


def test_the_list_shows_each_with_its_standing(visitor: Visitor) -> None:
    page = words_of(visitor.open("/documents").text)

    assert "Invoice INV-1" in page
    assert "CNY 1,500.00 Overdue" in page
    assert "CNY −600.00 Settled" in page
    assert "1 to 5 of 5" in page


@pytest.mark.parametrize(
    ("asked", "found", "left_out"),
    [
        ("q=4500-1182", "INV-2", "INV-3"),
        ("q=hex+bolts", "INV-3", "INV-2"),
        ("kind=payment", "PAY-1", "INV-1"),
        ("status=overdue", "INV-1", "INV-2"),
        ("from=2026-06-20&to=2026-06-30", "INV-3", "INV-2"),
    ],
)
def test_the_list_is_narrowed(visitor: Visitor, asked: str, found: str, left_out: str) -> None:
    page = words_of(visitor.open(f"/documents?{asked}").text)

    assert found in page
    assert left_out not in page


def test_a_document_shows_what_was_sold_and_what_is_open(visitor: Visitor) -> None:
    page = words_of(visitor.open(path_of("INV-3")).text)

    assert "Invoice INV-3" in page
    assert "M8 Hex bolts M8 113 box 20.00 2,260.00" in page
    assert "26 Jul 2026 2,260.00 2,260.00 Not yet due" in page
    assert "Dispute this" in page


def test_a_document_tells_what_settled_it(visitor: Visitor) -> None:
    page = words_of(visitor.open(path_of("INV-1")).text)

    assert "28 May 2026 1,500.00 900.00 Overdue" in page
    assert "Harbour Tools booked it" in page
    assert "Harbour Tools settled CNY 600.00 of it with PAY-1" in page


def test_nobody_of_ours_is_named_for_booking_it(visitor: Visitor) -> None:
    assert "Posted from" not in visitor.open(path_of("INV-1")).text


def test_another_customers_document_is_not_there(june: June) -> None:
    stranger = june.stranger()

    assert stranger.open(path_of("INV-1")).status_code == 404
    found = words_of(stranger.open("/documents?q=INV-1").text)
    assert "No document fits what you look for." in found


def test_a_link_opens_the_documents_of_its_statement(june: June) -> None:
    with db.transaction() as session:
        account = session.scalars(
            select(CustomerAccount).where(CustomerAccount.customer_id == june.customer_id)
        ).one()
        post(session, account, "invoice", "INV-9", "2026-07-01", "380.00", at=AT)
    visitor = june.by_link()

    assert visitor.open(path_of("INV-3")).status_code == 200
    assert visitor.open(path_of("INV-1")).status_code == 200  # of April, and still open
    assert visitor.open(path_of("INV-9")).status_code == 404  # of July


def test_the_documents_asked_for_are_taken_along(visitor: Visitor) -> None:
    file = visitor.open("/documents.csv?kind=invoice")

    lines = file.data.decode("utf-8-sig").splitlines()
    assert file.mimetype == "text/csv"
    assert len(lines) == 4
    assert "2026-06-03,Invoice,INV-2,PO 4500-1182,,CNY,1000.00,Open" in lines


def leads_to(page: str, rel: str) -> str:
    """Where a list's next or previous page is."""
    found = re.search(rf'<a href="([^"]*)" rel="{rel}"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_a_long_list_is_read_page_by_page_beside_what_is_booked_meanwhile(june: June) -> None:
    with db.transaction() as session:
        account = session.scalars(
            select(CustomerAccount).where(CustomerAccount.customer_id == june.customer_id)
        ).one()
        for number in range(105):
            on = f"2026-05-{1 + number % 28:02}"
            post(session, account, "invoice", f"MANY-{number:03}", on, "1.00")
    visitor = june.signed_in()
    first = visitor.open("/documents?q=many").text
    assert "1 to 50 of 105" in words_of(first)
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, account.id)
        post(session, account, "invoice", "MANY-NEW", "2026-05-31", "1.00")

    second = visitor.open(leads_to(first, "next")).text
    third = visitor.open(leads_to(second, "next")).text

    assert "51 to 100 of 105" in words_of(second)
    assert "101 to 105 of 105" in words_of(third)
    assert leads_to(third, "next") == ""
    numbers = [re.findall(r">(MANY-\d+)<", page) for page in (first, second, third)]
    assert sorted(one for some in numbers for one in some) == [
        f"MANY-{number:03}" for number in range(105)
    ]
    back = visitor.open(leads_to(second, "prev")).text
    assert re.findall(r">(MANY-\d+)<", back) == numbers[0]


def test_a_list_begins_beside_nothing_of_another_customer(june: June, visitor: Visitor) -> None:
    with db.transaction() as session:
        other = session.scalars(
            select(CustomerAccount).where(CustomerAccount.customer_id != june.customer_id)
        ).first()
        assert other is not None
        theirs = post(session, other, "invoice", "THEIRS", "2026-06-10", "1.00").id

    for way in ("after", "before"):
        assert "1 to 5 of 5" in words_of(visitor.open(f"/documents?{way}={theirs}").text)
        by_link = words_of(june.by_link().open(f"/documents?{way}={theirs}").text)
        assert "INV-3" in by_link
        assert "THEIRS" not in by_link
