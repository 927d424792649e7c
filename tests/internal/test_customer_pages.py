"""Customers on the workbench: found, looked at as at any day, added and changed."""

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from internal import customer, customer_ledger
from tests.internal.conftest import Desk
from tests.support.books import post
from tests.support.visitor import words_of
from tieout import db
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.identity.permissions import Role


def test_the_list_says_what_each_owes(desk: Desk) -> None:
    page = words_of(desk.accountant.open("/desk/customers?q=明远").text)

    assert "明远五金 C-0001" in page
    assert "400.00 400.00 0.00 0.00 31 May 2026" in page
    assert "1 to 1 of 1" in page
    assert "Own Trading" not in page


def test_the_address_holds_the_question_and_files_hold_the_answer(desk: Desk) -> None:
    address = "/desk/customers?standing=overdue&sort=-balance"

    page = desk.accountant.open(address).text
    table = desk.accountant.open(f"{address}&as=csv")
    book = load_workbook(io.BytesIO(desk.accountant.open(f"{address}&as=xlsx").data))

    assert "standing=overdue" in page
    assert 'aria-sort="descending"' in page
    lines = table.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Code,Customer,Account,Currency,Balance,Overdue")
    assert lines[1].startswith("C-0001,明远五金,Receivable,CNY,400.00,400.00,0.00,0.00,2026-05-31")
    assert len(lines) == 2
    assert [cell.value for cell in book["Customers"][2]][:5] == [
        "C-0001", "明远五金", "Receivable", "CNY", 400,
    ]  # fmt: skip


def test_a_customer_as_at_the_end_of_may_and_of_june(desk: Desk) -> None:
    address = f"/desk/customers/{desk.customer_id}"

    in_may = words_of(desk.accountant.open(f"{address}?on=2026-05-31").text)
    in_june = words_of(desk.accountant.open(f"{address}?on=2026-06-30").text)

    assert "CNY, receivable 1,000.00 they owe Overdue 0.00" in in_may
    assert "Not due 1,000.00 1-30 days 0.00" in in_may
    assert "day late" not in in_may
    assert "days late" not in in_may
    assert "CNY, receivable 400.00 they owe Overdue 400.00" in in_june
    assert "Not due 0.00 1-30 days 400.00" in in_june
    assert "30 days late" in in_june
    for page in (in_may, in_june):
        assert "Columns add up to the balance." in page


def test_what_is_open_is_leafed_through_where_it_is_much(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction() as session:
        account = session.get_one(Customer, desk.customer_id).accounts[0]
        post(session, account, "invoice", "INV-0777", "2026-06-20", "55.00")
    monkeypatch.setattr(customer, "_ITEMS", 1)
    address = f"/desk/customers/{desk.customer_id}?on=2026-06-30"

    first = words_of(desk.accountant.open(address).text)
    second = words_of(desk.accountant.open(f"{address}&page_{account.id}=2").text)

    assert "Balance 455.00 1 to 1 of 2 Next page" in first
    assert "INV-0588" in first
    assert "Balance 455.00 2 to 2 of 2 Previous page" in second
    assert "INV-0777" in second


def test_a_customer_as_known_before_anything_was_recorded(desk: Desk) -> None:
    address = f"/desk/customers/{desk.customer_id}?on=2026-06-30&known=2026-07-01"

    page = words_of(desk.accountant.open(address).text)

    assert "CNY, receivable 0.00 nothing is owed" in page
    assert "as the books knew it at 1 July 2026, 23:59 Beijing time" in page


def test_a_day_that_is_none_is_said(desk: Desk) -> None:
    answer = desk.accountant.open(f"/desk/customers/{desk.customer_id}?on=2026-02-30")

    assert answer.status_code == 400
    assert "“2026-02-30” is no day of the calendar" in words_of(answer.text)


def test_the_ledger_of_an_account_leads_from_opening_to_closing(desk: Desk) -> None:
    address = f"/desk/customers/{desk.customer_id}/ledger?from=2026-06-01&to=2026-06-30"

    page = words_of(desk.accountant.open(address).text)
    table = desk.accountant.open(f"{address}&as=csv").data.decode("utf-8-sig")

    assert "Opening balance 31 May 2026 1,000.00" in page
    assert "Payment PAY-0101 10 Jun 2026 −600.00 400.00" in page
    assert "Opening 1,000.00 + charges 0.00 − credits 600.00 = closing 400.00" in page
    assert table.splitlines()[-1] == "2026-06-30,Closing balance,,,,,,400.00"


def test_a_long_ledger_is_leafed_through_its_balance_carried(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/desk/customers/{desk.customer_id}/ledger?from=2026-01-01&to=2026-06-30"
    monkeypatch.setattr(customer_ledger, "_ENTRIES", 1)

    first = desk.accountant.open(address).text
    second = desk.accountant.open(f"{address}&page_entries=2").text

    assert "Opening balance 31 Dec 2025 0.00 Invoice INV-0588" in words_of(first)
    assert "Carried forward 1,000.00 1 to 1 of 2 Next page" in words_of(first)
    assert "page_entries=2" in first
    assert "Brought forward 1,000.00 Payment PAY-0101 10 Jun 2026 −600.00 400.00" in words_of(
        second
    )
    assert "Closing balance 30 Jun 2026 400.00 2 to 2 of 2 Previous page" in words_of(second)
    for page in (first, second):
        assert "Opening 0.00 + charges 1,000.00 − credits 600.00 = closing 400.00" in words_of(page)


def test_a_new_customer_then_its_account_then_its_contact(desk: Desk) -> None:
    added = desk.accountant.send(
        "/desk/customers/new",
        {
            "code": "C-0002",
            "name": "Tianhe Fasteners",
            "aliases": "天河紧固件\nTianhe",
            "language": "zh",
            "group": "Key accounts",
            "parent": "C-0001",
            "tags": "key，north",
            "is_active": "y",
        },
        page="/desk/customers/new",
    )
    assert added.status_code == 303
    account = desk.accountant.send(
        added.location,
        {"currency": "cny", "kind": "receivable", "terms_days": "45", "credit_limit": "50,000.00"},
        page=added.location,
    )
    assert account.status_code == 303, words_of(account.text)
    customer_id = int(added.location.split("/")[3])
    contact = desk.accountant.send(
        f"/desk/customers/{customer_id}/contacts/new",
        {"name": "Wang Min", "email": "wang@tianhe.example", "role": "answer", "is_active": "y"},
        page=f"/desk/customers/{customer_id}",
    )
    assert contact.status_code == 303

    with db.reading() as session:
        made = session.get_one(Customer, customer_id)
        assert (made.aliases, made.tags) == (["天河紧固件", "Tianhe"], ["key", "north"])
        assert made.parent_id == desk.customer_id
        [opened] = made.accounts
        assert (opened.currency, opened.terms_days, opened.credit_limit_minor) == (
            "CNY", 45, 5000000,
        )  # fmt: skip
        [person] = made.contacts
        assert (person.email, person.receives_reminders) == ("wang@tianhe.example", False)
    page = words_of(desk.accountant.open(f"/desk/customers/{customer_id}").text)
    assert "Nothing is open." in page
    assert "Chen Accountant added the customer" in page


def test_who_saves_second_sees_what_the_first_has_changed(desk: Desk) -> None:
    address = f"/desk/customers/{desk.customer_id}/edit"
    form = {"code": "C-0001", "language": "en", "owner": "", "is_active": "y", "version": "1"}
    desk.accountant.send(address, {**form, "name": "Mingyuan", "tax_id": "9133"}, page=address)

    answer = desk.accountant.send(address, {**form, "name": "Ming Yuan"}, page=address)

    assert answer.status_code == 409
    page = words_of(answer.text)
    assert "Somebody else has saved this meanwhile." in page
    assert "Name is now: Mingyuan" in page
    assert "Tax number is now: 9133" in page
    assert 'value="Ming Yuan"' in answer.text  # nothing that was typed is lost
    assert 'name="version" type="hidden" value="2"' in answer.text
    again = desk.accountant.send(
        address, {**form, "name": "Ming Yuan", "version": "2"}, page=address
    )
    assert again.status_code == 303


def test_a_contact_and_an_account_are_changed(desk: Desk) -> None:
    with db.reading() as session:
        contact = session.scalars(
            select(Contact).where(Contact.customer_id == desk.customer_id)
        ).one()
    page = f"/desk/contacts/{contact.id}"
    form = {"name": "Wang Min", "email": "wang@", "role": "manage", "language": "", "version": "1"}

    refused = desk.accountant.send(page, form, page=page)
    assert refused.status_code == 400
    assert "“wang@” is no e-mail address" in words_of(refused.text)
    assert desk.accountant.send(page, {**form, "email": ""}, page=page).status_code == 303

    page = f"/desk/accounts/{desk.account_id}"
    terms = {"currency": "CNY", "kind": "receivable", "terms_days": "60", "version": "1"}
    assert desk.accountant.send(page, terms, page=page).status_code == 303
    with db.reading() as session:
        assert session.get_one(Contact, contact.id).role == "manage"
        assert session.get_one(CustomerAccount, desk.account_id).terms_days == 60


def test_sales_see_their_own_customers_alone(desk: Desk) -> None:
    salesman = desk.world.staff(Role.SALES)

    page = words_of(salesman.open("/desk/customers").text)

    assert "Own Trading" in page
    assert "明远五金" not in page
    assert "Other Trading" not in page
    assert salesman.open(f"/desk/customers/{desk.customer_id}").status_code == 404
    assert salesman.open(f"/desk/documents/{desk.invoice_id}").status_code == 404
    assert "INV-0588" not in salesman.open("/desk/search?q=0588").text
    assert "INV-0588" not in salesman.open("/desk/ledger").text
    assert salesman.open("/desk/customers/new").status_code == 403


def test_in_chinese(desk: Desk) -> None:
    reader = desk.world.staff(Role.AUDITOR)
    reader.send("/desk/language", {"language": "zh", "next": "/desk/customers"})

    page = words_of(reader.open(f"/desk/customers/{desk.customer_id}?on=2026-06-30").text)

    assert "人民币，应收 400.00" in page
    assert "各栏合计等于余额。" in page
