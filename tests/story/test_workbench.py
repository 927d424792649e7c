"""The workbench of two books, by keyboard alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.factories import BY, make_company, make_customer, make_staff
from tests.portal.conftest import PASSWORD
from tests.story.browser import Person
from tests.support.books import post
from tests.support.serving import serving
from tests.tieout.reconciliation.books import hand_in
from tieout import clock, db
from tieout.identity import passwords
from tieout.reconciliation import comparing

pytestmark = pytest.mark.browser

NOW = datetime(2026, 7, 3, 2, tzinfo=UTC)


@pytest.fixture
def comparison(app: Flask) -> Iterator[str]:
    """The address of a comparison: two far pairs to decide, a line of each book to match."""
    clock.set_to(NOW)
    with db.transaction() as session:
        make_company(session)
        account = make_customer(session)
        post(session, account, "invoice", "INV-1", "2026-04-01", "777.00")
        post(session, account, "invoice", "INV-2", "2026-04-02", "888.00")
        post(session, account, "invoice", "INV-3", "2026-04-03", "130.00")
        book = hand_in(
            session,
            account,
            """
            2026-06-20  invoice  -  777.00
            2026-06-21  invoice  -  888.00
            2026-06-22  invoice  X-9  45.00
            """,
        )
        made = comparing.compare(session, book, as_at=date(2026, 6, 30), by=BY, at=NOW)
        path = f"/desk/matching/{made.id}"
        staff = make_staff(session, "accountant")
        staff.password_hash = passwords.hashed(PASSWORD)
    with serving(app) as address:
        yield f"{address}{path}"


def test_next_accept_undo_reject_and_match(comparison: str, browser: Browser) -> None:
    address, _, path = comparison.partition("/desk")
    chen = Person(browser, address, "en", phone=False)
    chen.sign_in("chen.li@harbourtools.example", PASSWORD, desk=True)
    page = chen.page

    def press(key: str) -> str:
        with page.expect_navigation():
            page.keyboard.press(key)
        return " ".join(chen.words().split())

    assert "2 proposals" in " ".join(chen.open(f"/desk{path}").split())
    page.keyboard.press("j")
    current = page.locator("[data-proposal][aria-current]")
    assert current.count() == 1
    assert "888.00" in current.inner_text()
    words = press("a")
    assert "Accepted." in words
    assert "1 proposal" in words
    words = press("u")
    assert "Undone." in words
    assert "2 proposals" in words
    # The page opens at the place that was left, so the same one is the current one again.
    assert "888.00" in current.inner_text()
    words = press("r")
    assert "1 proposal" in words
    assert "INV-2" in " ".join(chen.open(f"/desk{path}?view=rejected").split())

    # A line of each book, ticked; what is left over follows the ticks, and asks for a reason.
    chen.open(f"/desk{path}")
    for side, number in (("ours", "INV-3"), ("theirs", "X-9")):
        box = page.locator(f"input[name={side}]").and_(page.get_by_label(f"Tick {number}"))
        box.focus()
        page.keyboard.press("Space")
    assert page.locator("[data-sum=left]").inner_text() == "85.00"
    page.fill("#match-reason", "part of a larger delivery")
    page.locator("[data-selection-bar] button[type=submit]").focus()
    words = press("m")
    assert "Matched by hand." in words
    assert chen.wrong == []


def test_one_press_from_a_difference_to_what_exists(comparison: str, browser: Browser) -> None:
    address, _, path = comparison.partition("/desk")
    chen = Person(browser, address, "en", phone=False)
    chen.sign_in("chen.li@harbourtools.example", PASSWORD, desk=True)
    page = chen.page
    differences = f"/desk{path}?view=differences"

    # Of what the customer has not booked the copy is sent.
    chen.open(differences)
    page.locator('a[href*="/copy?comparison="]').first.click()
    assert "Here is the copy of Invoice INV-" in chen.words()
    with page.expect_navigation():
        page.get_by_role("button", name="Send the copy").click()
    assert "goes to wang.min@m-0217.example" in chen.words()

    # What it says on the telephone is written down as its dispute.
    page.locator('a[href*="/dispute?group="]').first.click()
    page.locator("input[name=reason][value=not_received]").check()
    page.fill("textarea[name=note]", "By telephone: the pallet never came.")
    with page.expect_navigation():
        page.get_by_role("button", name="Raise the dispute").click()
    words = " ".join(chen.words().split())
    assert "is raised for Wang Min" in words
    assert "Disputed 130.00, R-" in words
    assert chen.wrong == []
