"""Debts nobody pays after all, and books that another system keeps: what two people see of both.

A real browser; in one language on each database.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.story.browser import Person
from tests.story.desk import CHEN, ZHOU, Desk, add_documents
from tests.support.imports import post as posted
from tests.support.imports import upload
from tieout import audit, db, settings
from tieout.customers.models import CustomerAccount
from tieout.intake.kinds import BatchKind

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The desk, with a few documents."""
    add_documents(desk)
    return desk


def test_a_debt_nobody_pays_is_written_off_and_paid_after_all(desk: Desk) -> None:
    """By two people; the allowance can be seen as at any day, and ties to the ledger."""
    chen, zhou = desk.person(CHEN), desk.person(ZHOU)
    zhou.open("/desk/bad-debts/rates")
    rates = "0, 1, 5, 20, 50, 100, 100"
    zhou.fill("/bad-debts/rates", {"valid_from": "2026-01-01", "rates": rates})

    for kind, number, on, amount in (
        ("write_off", "WO-1", "2026-06-25", "900"),
        ("recovery", "RE-1", "2026-06-28", "400"),
    ):
        chen.open(f"/desk/documents/new?account={desk.accounts['zhengda']}&kind={kind}")
        related = {"related": "WO-1"} if kind == "recovery" else {}
        draft = _handed_in(chen, kind=kind, number=number, issued_on=on, amount=amount, **related)
        assert chen.page.locator(f'form[action*="/drafts/{draft}/approve"]').count() == 0
        zhou.open("/desk/approvals")
        zhou.page.locator(f'main a[href*="/approvals/drafts/{draft}"]').first.click()
        zhou.press(f"/drafts/{draft}/approve")

    before = chen.open("/desk/bad-debts?on=2026-06-24&from=2026-06-01")
    after = chen.open("/desk/bad-debts?on=2026-06-30&from=2026-06-01")
    assert "900.00" in after
    assert "400.00" in after
    assert "400.00" not in before


def test_books_kept_elsewhere_take_over_what_was_approved_here(desk: Desk, tmp_path: Path) -> None:
    with db.transaction() as session:
        settings.write(session, "books_elsewhere", True, by=audit.SYSTEM)
    chen, zhou = desk.person(CHEN), desk.person(ZHOU)
    account, there = desk.accounts["mingyuan"], _customer_of(desk, "mingyuan")

    chen.open(f"/desk/documents/new?account={account}&kind=fee")
    draft = _handed_in(chen, kind="fee", number="FEE-1", issued_on="2026-06-25", amount="35")
    zhou.open("/desk/approvals")
    zhou.page.locator(f'main a[href*="/approvals/drafts/{draft}"]').first.click()
    zhou.press(f"/drafts/{draft}/approve")

    assert "FEE-1" in chen.open("/desk/handover?state=waiting")
    chen.press("/handover/files")
    link = chen.page.locator('main a[href*="/handover/files/"][href$=".csv"]').first
    path = chen.download(str(link.get_attribute("href")), tmp_path)
    assert "FEE-1" in path.read_text("utf-8-sig")
    with db.transaction() as session:
        text = (
            "Number,Date,Customer code,Kind,Amount,Description\n"
            "K-778,2026-06-26,M-0217,Fee,35.00,For FEE-1\n"
        )
        posted(session, upload(session, text, BatchKind.DOCUMENTS, "their-journal.csv"))
    booked = chen.open("/desk/handover?state=booked")
    assert "FEE-1" in booked
    assert "K-778" in booked
    chen.open(f"/desk/ledger?customer={there}&kind=fee&status=open")
    numbers = chen.page.locator("main tbody th a.to-number").all_inner_texts()
    assert numbers == ["K-778"]  # replaced, not doubled


def _handed_in(chen: Person, **given: str) -> int:
    """The document of this page is handed in for a second person."""
    page = chen.page
    for name, text in given.items():
        field = page.locator(f'main form [name="{name}"]').first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert not _wrong(page)
    return chen.number_in_address()


def _customer_of(desk: Desk, name: str) -> int:
    with db.reading() as session:
        return session.get_one(CustomerAccount, desk.accounts[name]).customer_id


def _wrong(page: Page) -> set[str]:
    return {one.get_attribute("name") or "" for one in page.locator("[aria-invalid=true]").all()}
