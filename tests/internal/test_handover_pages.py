"""Where another system keeps the books, what is made here goes over to it as a file."""

import io

import pytest
from openpyxl import load_workbook

from tests.internal.conftest import Desk
from tests.support.books import post
from tests.support.visitor import words_of
from tieout import db, settings
from tieout.audit import SYSTEM
from tieout.customers.models import CustomerAccount
from tieout.identity.permissions import Role


@pytest.fixture
def elsewhere(desk: Desk) -> Desk:
    """Another system keeps the books; a credit note of 100.00 was made here."""
    with db.transaction() as session:
        settings.write(session, "books_elsewhere", True, by=SYSTEM)
        account = session.get_one(CustomerAccount, desk.account_id)
        post(session, account, "credit_note", "CN-0007", "2026-06-15", "-100.00")
    return desk


def test_what_waits_becomes_a_file_once(elsewhere: Desk) -> None:
    accountant = elsewhere.accountant
    page = words_of(accountant.open("/desk/handover?state=waiting").text)
    assert "CN-0007" in page
    assert "Make a voucher file of 1 document" in page

    assert accountant.send("/desk/handover/files", {}).status_code == 303

    page = words_of(accountant.open("/desk/handover?state=handed_over").text)
    assert "CN-0007" in page
    assert "handed over, not booked yet" in page
    again = accountant.send("/desk/handover/files", {})
    assert again.status_code == 409
    assert "No document waits" in words_of(again.text)


def test_both_forms_of_a_file_say_the_same(elsewhere: Desk) -> None:
    accountant = elsewhere.accountant
    accountant.send("/desk/handover/files", {})
    page = accountant.open("/desk/handover?state=handed_over").text
    [address] = {
        part.split('"')[0]
        for part in page.split('href="')[1:]
        if part.split('"')[0].endswith(".csv")
    } - {
        f"/desk/handover/files/{one}.csv"
        for one in (
            elsewhere.world.ids["voucher_file_id"],
            elsewhere.world.others["voucher_file_id"],
        )
    }

    lines = accountant.open(address).data.decode("utf-8-sig").splitlines()
    book = load_workbook(io.BytesIO(accountant.open(address.replace(".csv", ".xlsx")).data))

    assert lines[1].startswith("CN-0007,2026-06-15,Credit note,C-0001,明远五金,")
    assert "100.00" in lines[1]
    said = [
        str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    ]
    assert "CN-0007" in said


def test_sales_people_see_their_customers_and_make_no_files(elsewhere: Desk) -> None:
    sales = elsewhere.world.staff(Role.SALES)

    page = words_of(sales.open("/desk/handover").text)

    assert "CN-0007" not in page
    assert "Make a voucher file" not in page
    assert sales.send("/desk/handover/files", {}).status_code == 403


def test_the_document_and_the_page_of_the_day_say_so(elsewhere: Desk) -> None:
    today = words_of(elsewhere.accountant.open("/desk/").text)
    assert "Documents to hand over" in today
    page = elsewhere.accountant.open("/desk/handover?state=waiting").text
    address = next(
        part.split('"')[0] for part in page.split('href="') if part.startswith("/desk/documents/")
    )
    assert "Provisional" in words_of(elsewhere.accountant.open(address).text)
