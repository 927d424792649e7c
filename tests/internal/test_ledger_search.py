"""The ledger's list: every page of it, as a file, by a name of its own."""

import re

from sqlalchemy import func, select

from tests.internal.conftest import Desk
from tests.support.books import post
from tests.support.visitor import words_of
from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.identity.permissions import Role
from tieout.ledger.search_models import SavedSearch


def fill(desk: Desk, count: int) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, desk.account_id)
        for number in range(count):
            on = f"2026-03-{1 + number % 28:02}"
            post(session, account, "invoice", f"MANY-{number:03}", on, f"{number + 1}.00")


def leads_to(page: str, rel: str) -> str:
    found = re.search(rf'<a href="([^"]*)" rel="{rel}"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_every_page_is_reached_and_the_file_holds_them_all(desk: Desk) -> None:
    fill(desk, 120)
    address, page, seen, rows = "/desk/ledger?q=many-&sort=number", "", list[str](), 0
    while address:
        page = desk.accountant.open(address).text
        seen.append(words_of(page))
        rows += page.count(">MANY-")
        address = leads_to(page, "next")

    assert [page.split(" of 120")[0].rsplit(" ", 3)[1:] for page in seen] == [
        ["1", "to", "50"],
        ["51", "to", "100"],
        ["101", "to", "120"],
    ]
    assert rows == 120
    back = desk.accountant.open(leads_to(page, "prev")).text
    assert "51 to 100 of 120" in words_of(back)
    answer = desk.accountant.open("/desk/ledger?q=many-&sort=number&as=csv")
    table = answer.data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in table[1:-1]] == [f"MANY-{n:03}" for n in range(120)]
    assert table[-1] == ',Sum,,,,"120 documents, Receivable",CNY,7260.00,'
    workbook = desk.accountant.open("/desk/ledger?q=many-&sort=number&as=xlsx")
    assert workbook.data[:2] == b"PK"


def test_a_search_is_saved_shared_and_removed_by_its_owner_alone(desk: Desk) -> None:
    address = "/desk/ledger?q=INV&kind=invoice"
    page = desk.accountant.open(address).text
    assert "Save this search" in page

    desk.accountant.send(
        "/desk/ledger/searches",
        {"name": "Invoices", "query": "kind=invoice&q=INV&evil=1", "is_shared": "y"},
        page=address,
    )

    page = desk.accountant.open("/desk/ledger").text
    assert 'href="/desk/ledger?q=INV&amp;kind=invoice"' in page
    assert "Your saved searches" in page
    approver = desk.world.staff(Role.APPROVER)
    theirs = approver.open("/desk/ledger").text
    assert "Invoices" in theirs
    assert "Your saved searches" not in theirs
    with db.reading() as session:
        search_id = session.scalar(select(SavedSearch.id))
    remove = "/desk/ledger/searches/remove"
    answer = approver.send(remove, {"search": str(search_id)}, page="/desk/ledger?q=INV")
    assert answer.status_code == 404
    again = {"name": "Invoices", "query": "q=INV"}
    answer = desk.accountant.send("/desk/ledger/searches", again, page=address)
    assert "You have a search called “Invoices” already" in words_of(answer.text)
    desk.accountant.send(remove, {"search": str(search_id)}, page="/desk/ledger")
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(SavedSearch)) == 0


def test_drafts_stand_under_their_own_status(desk: Desk) -> None:
    entry = {"kind": "invoice", "number": "INV-0700", "issued_on": "2026-06-20", "side": "1"}
    form = f"/desk/documents/new?account={desk.account_id}"
    desk.accountant.send(form, {**entry, "amount": "250.00"}, page=form)

    found = words_of(desk.accountant.open("/desk/ledger?status=draft&q=0700").text)

    assert "Invoice INV-0700 20 Jun 2026" in found
    nothing = words_of(desk.accountant.open("/desk/ledger?status=draft&q=0701").text)
    assert "No draft fits." in nothing


def test_what_is_typed_into_the_box_is_only_ever_words(desk: Desk) -> None:
    for text in ("%25%25", "%22*", "a%27%20OR%201=1--", "NEAR(", "%F0%9F%94%A7", "x" * 5000, "()"):
        for place in ("/desk/search?q=", "/desk/ledger?q="):
            assert desk.accountant.open(place + text).status_code == 200, text
