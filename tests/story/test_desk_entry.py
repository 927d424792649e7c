"""Documents of every kind entered by hand, with keys alone, and approved by a second person.

A real browser without a mouse; in one language on each database.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.story.browser import Person
from tests.story.desk import CHEN, ZHOU, Desk, open_desk

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]

_FOCUSED = "document.activeElement && document.activeElement.name"


@pytest.fixture(params=[("en", "postgresql"), ("zh", "sqlite")], ids=["en-postgresql", "zh-sqlite"])
def desk(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """The desk, in one language on each database."""
    language, engine = request.param
    url = request.getfixturevalue(f"{engine}_url")
    with open_desk(url, tmp_path, language, browser) as desk:
        yield desk
        desk.close()


class Keys:
    """Somebody who has no mouse."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def to(self, name: str) -> None:
        """Press Tab until a field is reached."""
        for _ in range(120):
            if self.page.evaluate(_FOCUSED) == name:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {name}")

    def type(self, **fields: str) -> None:
        """Type into fields, in their order on the page."""
        for name, text in fields.items():
            self.to(name.replace("__", "-"))
            if self.page.evaluate("document.activeElement.tagName") == "SELECT":
                self._choose(text)
            elif self.page.evaluate("document.activeElement.type") == "date":
                self._day(text)
            else:
                self.page.keyboard.press("Control+a")
                self.page.keyboard.press("Delete")
                self.page.keyboard.type(text)

    def _choose(self, value: str) -> None:
        """Arrows go through the choices of a list."""
        self.page.keyboard.press("Home")
        for _ in range(30):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value}")

    def _day(self, day: str) -> None:
        """A day is typed part by part, in the order of the browser's own language."""
        year, month, on = day.split("-")
        name = self.page.evaluate(_FOCUSED)
        for typed in (f"{month}{on}{year}", f"{on}{month}{year}", f"{year}\t{month}{on}"):
            self.page.keyboard.type(typed)
            if self.page.evaluate("document.activeElement.value") == day:
                return
            self.page.focus(f"[name='{name}']")
        raise AssertionError(f"{day} cannot be typed")

    def hand_in(self) -> str:
        """Ctrl and Enter do what the main button says."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Control+Enter")
        return self.person.words()


def test_documents_are_entered_without_a_mouse(desk: Desk) -> None:
    chen, zhou = desk.person(CHEN), desk.person(ZHOU)
    keys = Keys(chen)

    _an_invoice_with_lines(desk, keys, zhou)
    _a_payment_in_euros(desk, keys, zhou)
    _goods_are_exchanged(desk, keys, zhou)
    _one_payment_for_two(desk, keys, zhou)
    _what_was_wrong_is_reversed(chen, zhou)


def _an_invoice_with_lines(desk: Desk, keys: Keys, zhou: Person) -> None:
    """Found by name, two instalments, lines by product code; first kept, then handed in."""
    page = keys.page
    keys.person.open("/desk/ledger")
    with page.expect_navigation():
        page.keyboard.press("n")
    page.keyboard.type("正大")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert f"account={desk.accounts['zhengda']}" in page.url
    keys.type(kind="invoice", issued_on="2026-06-20")
    assert keys.page.locator("#number-error").count() == 0
    assert _wrong_fields(keys.hand_in(), page) == {"number", "amount"}
    keys.type(number="INV-7001", due__0__due_on="2026-07-20", due__0__amount="100")
    keys.type(due__1__due_on="2026-08-20", due__1__amount="138")
    keys.type(lines__0__code="HT-1010")
    keys.type(lines__0__quantity="2.5")
    expect(page.locator("[name='lines-0-unit_price']")).to_have_value("28")
    page.keyboard.press("Enter")
    keys.type(lines__1__code="HT-2044", lines__1__quantity="1")
    expect(page.locator("[name='lines-1-unit_price']")).to_have_value("169")
    assert page.locator("[data-sum]").all_inner_texts() == ["238.00", "239.00"]
    assert "INV-7001" in keys.hand_in()
    assert page.locator("main .to-errors").count() == 1
    keys.to("due-1-amount")
    page.keyboard.type("139")
    keys.hand_in()
    _approved(zhou, page)


def _a_payment_in_euros(desk: Desk, keys: Keys, zhou: Person) -> None:
    """Another currency of the same customer; what it belongs to is said by number."""
    keys.person.open(f"/desk/documents/new?account={desk.accounts['euros']}")
    keys.type(kind="payment", number="PAY-1", issued_on="2026-06-21", amount="1,250.50")
    keys.hand_in()
    _approved(zhou, keys.page)
    assert "1,250.50" in keys.person.words()


def _goods_are_exchanged(desk: Desk, keys: Keys, zhou: Person) -> None:
    """What came back and what went out is one act; both stand in the ledger."""
    keys.person.open(f"/desk/documents/exchange?account={desk.accounts['zhengda']}")
    keys.type(issued_on="2026-06-25", related="INV-7001", returned_lines__0__code="HT-1010")
    keys.type(returned_lines__0__quantity="1")
    keys.type(delivered_number="INV-7002", delivered_lines__0__code="HT-2044")
    keys.type(delivered_lines__0__quantity="1")
    for name, price in (("returned_lines", "28"), ("delivered_lines", "169")):  # they are looked up
        expect(keys.page.locator(f"[name='{name}-0-unit_price']")).to_have_value(price)
    keys.hand_in()
    _approved(zhou, keys.page)
    ledger = keys.person.open("/desk/ledger?q=INV-7002")
    assert "169.00" in ledger


def _one_payment_for_two(desk: Desk, keys: Keys, zhou: Person) -> None:
    """The group pays for itself and for Suzhou, which is offered; each ledger shows its part."""
    keys.person.open(f"/desk/documents/shared-payment?account={desk.accounts['group']}")
    assert keys.page.input_value("[name='shares-0-customer']") == "M-0231"
    keys.type(amount="500", issued_on="2026-06-26", number="PAY-2", shares__0__amount="200")
    keys.type(shares__1__customer="Nobody", shares__1__amount="1")
    keys.hand_in()
    assert keys.page.locator("#shares-1-customer-error").count() == 1
    keys.type(shares__1__customer="", shares__1__amount="")
    keys.hand_in()
    _approved(zhou, keys.page)
    keys.person.open("/desk/search?q=Suzhou")
    keys.page.locator('main a[href*="/desk/customers/"]').first.click()
    assert "200.00" in keys.person.words()


def _what_was_wrong_is_reversed(chen: Person, zhou: Person) -> None:
    """Taken back with a reason; the document and its reversal lead to one another."""
    chen.open("/desk/ledger?q=INV-7002")
    chen.page.locator('main a[href*="/desk/documents/"]', has_text="INV-7002").first.click()
    form = 'form[action*="/reverse"]'
    chen.page.locator(form).evaluate("one => { one.closest('details').open = true; }")
    with chen.page.expect_navigation():
        chen.page.locator(f"{form} button").last.click()
    assert chen.page.locator(f"{form} .to-field-error").count() == 1
    chen.page.fill(f"{form} textarea", "Wrong goods.")
    with chen.page.expect_navigation():
        chen.page.locator(f"{form} button").last.click()
    _approved(zhou, chen.page)
    assert "INV-7002" in chen.open("/desk/ledger?status=reversed")


def _approved(zhou: Person, page: object) -> None:
    """What was handed in waits for another person, who sees it and posts it once."""
    zhou.open("/desk/approvals")
    zhou.page.locator('main a[href*="/approvals/drafts/"]').first.click()
    draft = zhou.number_in_address()
    zhou.press(f"/drafts/{draft}/approve")
    assert zhou.page.locator(f'form[action*="/drafts/{draft}/approve"]').count() == 0
    page.reload()  # type: ignore[attr-defined]


def _wrong_fields(words: str, page: object) -> set[str]:
    found = page.locator("[aria-invalid=true]").all()  # type: ignore[attr-defined]
    assert words
    return {re.sub(r"-error$", "", one.get_attribute("name") or "") for one in found}
