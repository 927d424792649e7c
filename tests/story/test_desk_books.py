"""What keeps books in order over the years: customers that are one, and searches that are kept.

A real browser; in one language on each database.
"""

import csv
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from tests.story.desk import CHEN, ZHOU, Desk, add_documents
from tests.support.imports import post as posted
from tests.support.imports import upload
from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.intake.kinds import BatchKind

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The desk, with a few documents."""
    add_documents(desk)
    return desk


def test_two_customers_become_one_and_two_again(desk: Desk) -> None:
    chen, zhou = desk.person(CHEN), desk.person(ZHOU, phone=True)
    duplicate, stays = _customer_of(desk, "suzhou"), _customer_of(desk, "mingyuan")

    chen.open(f"/desk/customers/duplicates/merge?customer={duplicate}")
    assert chen.page.input_value("[name=customer]") == "M-0231"
    chen.fill_here({"into": "M-0231"})
    assert _wrong(chen.page) == {"reason"}
    chen.fill_here({"into": "Nobody", "reason": "Same company."})
    assert _wrong(chen.page) == {"into"}
    assert chen.page.input_value("[name=reason]") == "Same company."
    chen.fill_here({"into": "M-0217"})
    merge = chen.number_in_address()
    assert chen.page.locator(f'form[action*="/merges/{merge}/approve"]').count() == 0
    assert "75.50" in chen.words()

    zhou.open("/desk/approvals")
    zhou.page.locator(f'main a[href*="/merges/{merge}"]').first.click()
    zhou.press(f"/merges/{merge}/approve")
    assert "75.50" in chen.open(f"/desk/ledger?customer={stays}&q=INV-3")
    chen.open("/desk/search?q=M-0231")
    chen.page.locator('main a[href*="/desk/customers/"]').first.click()
    assert f"/customers/{stays}" in chen.page.url  # the duplicate is a signpost
    with db.transaction() as session:
        batch = posted(session, upload(session, _SALE, BatchKind.DOCUMENTS, "late.csv"))
        assert batch.totals["posted"] == 1
    assert "LATE-1" in chen.open(f"/desk/ledger?customer={stays}")

    zhou.open(f"/desk/customers/merges/{merge}")
    zhou.press(f"/merges/{merge}/undo")
    assert "M-0231" in chen.open(f"/desk/customers/{duplicate}")
    assert "75.50" in chen.words()


_SALE = "Number,Date,Customer code,Amount\nLATE-1,2026-06-20,M-0231,10.00\n"


def test_a_search_is_kept_and_its_file_says_what_the_page_says(desk: Desk, tmp_path: Path) -> None:
    chen, zhou = desk.person(CHEN), desk.person(ZHOU)
    chen.open("/desk/ledger?kind=invoice&least=100&sort=amount&currency=CNY")
    save = 'main form[action*="/ledger/searches"]'
    chen.page.locator(save).first.evaluate(
        "one => { const fold = one.closest('details'); if (fold) fold.open = true; }"
    )
    chen.fill("/ledger/searches", {"name": "大额发票 Large", "is_shared": "yes"})

    zhou.open("/desk/ledger")
    with zhou.page.expect_navigation():
        zhou.page.locator("main a", has_text="大额发票 Large").first.click()
    asked = parse_qs(urlsplit(zhou.page.url).query)
    assert (asked["kind"], asked["least"], asked["sort"]) == (["invoice"], ["100"], ["amount"])
    shown = [one.inner_text() for one in zhou.page.locator("main tbody th a.to-number").all()]
    assert shown == ["INV-2", "INV-1", "INV-4"]
    query = urlsplit(zhou.page.url).query
    path = zhou.download(f"/desk/ledger?{query}&as=csv", tmp_path)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert [cell for row in rows for cell in row if cell in ("INV-1", "INV-2", "INV-4")] == shown
    assert not any("INV-3" in row or "PAY-1" in row for row in rows)


def _customer_of(desk: Desk, name: str) -> int:
    with db.reading() as session:
        return session.get_one(CustomerAccount, desk.accounts[name]).customer_id


def _wrong(page: Page) -> set[str]:
    return {one.get_attribute("name") or "" for one in page.locator("[aria-invalid=true]").all()}
