"""A statement answered at a real browser by three people: the owner, a teammate, an outsider.

From the link in the mail: looked at, confirmed by two presses, disputed on a phone, without
JavaScript and by the keyboard alone; the teammate may look, the outsider finds nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.factories import make_company, make_customer
from tests.portal.conftest import PASSWORD, book_june, issue, let_in, link_to
from tests.story.browser import DESK, LOCALES, PHONE, Person
from tests.support.serving import serving
from tieout import clock, db
from tieout.customers.models import Contact
from tieout.disputes.models import Dispute
from tieout.identity.models import PortalLogin
from tieout.statements.models import Confirmation

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]

#: What a page may weigh on its way, with everything it needs.
HEAVIEST = 150_000
EVERY_WAY = [
    pytest.param(language, phone, id=f"{language}-{'phone' if phone else 'desktop'}")
    for language in ("en", "zh")
    for phone in (False, True)
]
#: Each language and each width once, where all four would tell no more.
WAYS = [EVERY_WAY[0], EVERY_WAY[3]]
#: Names and the main button, as each language has them.
CONFIRM = {"en": "Confirm 4,040.00 as at 30 June", "zh": "4,040.00"}


@dataclass
class Place:
    """Where the portal is, and the statement of Mingyuan."""

    address: str
    path: str
    link: str
    browser: Browser

    def by_link(self, language: str, *, phone: bool = False) -> Person:
        """Wang Min, who opened the link in the mail."""
        person = Person(self.browser, self.address, language, phone=phone, axe=True)
        person.open(f"/s/{self.link}")
        return person

    def signed_in(self, email: str, language: str, *, phone: bool = False) -> Person:
        """Somebody with a password."""
        with db.transaction() as session:
            for login in session.scalars(select(PortalLogin)):
                login.language = language
        person = Person(self.browser, self.address, language, phone=phone, axe=True)
        person.sign_in(email, PASSWORD, desk=False)
        return person


@pytest.fixture
def place(app: Flask, browser: Browser) -> Iterator[Place]:
    """June of Mingyuan, issued: 4,040.00; a teammate who may look, and another customer."""
    with db.transaction() as session:
        company = make_company(session)
        company.contact_name, company.contact_email = "Chen Li", "ar@harbourtools.example"
        account = make_customer(session)
        contact = account.customer.contacts[0]
        contact.name, contact.position, contact.role = "Wang Min", "Finance manager", "manage"
        book_june(session, account)
        mate = Contact(
            customer_id=account.customer_id,
            name="Li Na",
            email="li.na@m-0217.example",
            role="look",
            created_at=clock.now(),
        )
        session.add(mate)
        session.flush()
        other = make_customer(session, "M-0300").customer.contacts[0]
        statement = issue(session, account.customer)
        for one in (contact, mate, other):
            let_in(session, one)
        link, path = link_to(session, statement, contact), f"/statements/{statement.id}"
    with serving(app) as address:
        yield Place(address, path, link, browser)


def answers() -> list[Confirmation]:
    with db.reading() as session:
        return list(session.scalars(select(Confirmation).order_by(Confirmation.id)))


def main_button(page: Page) -> str:
    """The words of the button that confirms."""
    return page.locator('form[action$="/confirm"] button[type=submit]').first.inner_text()


@pytest.mark.parametrize(("language", "phone"), EVERY_WAY)
def test_the_owner_looks_confirms_by_two_presses_and_takes_the_certificate(
    place: Place, language: str, phone: bool
) -> None:
    person = place.by_link(language, phone=phone)
    assert "4,040.00" in person.words()
    assert CONFIRM[language] in main_button(person.page)

    person.page.locator('form[action$="/confirm"] input[type=checkbox]').first.click()  # one
    words = person.press("/confirm")  # two

    [given] = answers()
    assert given.receipt in words
    assert given.outcome == "agreed"
    certificate = person.page.locator('a[href$=".pdf"]').first.get_attribute("href") or ""
    answer = person.context.request.get(place.address + certificate)
    assert answer.body().startswith(b"%PDF")

    person.page.go_back()  # and once more from the page before: still one answer
    person.open(place.path)
    assert person.page.locator('form[action$="/confirm"]').count() == 0
    assert len(answers()) == 1
    person.close()


@pytest.mark.parametrize(("language", "phone"), EVERY_WAY)
def test_a_line_is_disputed_and_withdrawn(place: Place, language: str, phone: bool) -> None:
    person = place.by_link(language, phone=phone)
    line = person.page.locator("tr", has_text="INV-3")
    with person.page.expect_navigation():
        line.locator('a[href*="/disputes/new"]').first.click()
    expected = person.page.locator('[name^="expected"]').first.get_attribute("name") or ""
    note = {"en": "Agreed were 2,000.00.", "zh": "约定为2,000.00。"}[language]

    words = person.fill_here({"reason": "price", expected: "2000.00", "note": note})

    with db.reading() as session:
        [made] = session.scalars(select(Dispute))
        assert made.receipt in words
        assert made.amount_minor == 26000
    person.open(place.path)
    assert "260.00" in person.words()

    owner = place.signed_in("wang.min@m-0217.example", language, phone=phone)
    owner.open("/disputes")
    assert made.receipt in owner.open(f"/disputes/{made.id}")
    owner.page.locator("#withdraw summary").click()
    owner.press("/withdraw")
    with db.reading() as session:
        assert session.get_one(Dispute, made.id).state == "withdrawn"
    owner.close()
    person.close()


@pytest.mark.parametrize(("language", "phone"), EVERY_WAY)
def test_a_teammate_may_look_and_an_outsider_finds_nothing(
    place: Place, language: str, phone: bool
) -> None:
    mate = place.signed_in("li.na@m-0217.example", language, phone=phone)
    mate.words()
    assert "4,040.00" in mate.open(place.path)
    for page in ("/statements", "/documents", "/disputes", "/preferences"):
        mate.open(page)
    assert mate.page.locator('form[action*="/confirm"]').count() == 0
    assert mate.page.locator('a[href*="/disputes/new"]').count() == 0
    mate.close()

    outsider = place.signed_in("wang.min@m-0300.example", language, phone=phone)
    outsider.open(place.path, status=404)
    for end in ("", "/statement.pdf", "/letter.pdf", "/statement.xlsx", "/statement.csv", "/books"):
        answer = outsider.context.request.get(f"{place.address}{place.path}{end}")
        assert answer.status == 404, end
    outsider.close()
    assert answers() == []


@pytest.mark.parametrize(("language", "phone"), WAYS)
def test_everything_works_without_javascript(place: Place, language: str, phone: bool) -> None:
    context = place.browser.new_context(
        locale=LOCALES[language],
        viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto(f"{place.address}/s/{place.link}")
    line = page.locator("tr", has_text="INV-2")
    line.locator('a[href*="/disputes/new"]').first.click()
    page.locator('[name="reason"]').first.wait_for()
    if page.locator('select[name="reason"]').count():
        page.select_option('select[name="reason"]', "price")
    else:
        page.check('[name="reason"][value="price"]')
    page.locator('[name^="expected"]').first.fill("900.00")
    page.locator('main form[method="post"] button[type=submit]').last.click()
    page.wait_for_url("**/disputes/sent**")

    page.goto(place.address + place.path)
    assert "100.00" in page.locator("main").inner_text()
    page.locator('form[action$="/confirm"] input[type=checkbox]').first.check()
    page.locator('form[action$="/confirm"] button[type=submit]').first.click()
    page.wait_for_url("**/receipts/**")

    [given] = answers()
    assert (given.outcome, given.disputed_minor) == ("agreed_except", 10000)
    assert given.receipt in page.locator("main").inner_text()
    context.close()


def test_the_keyboard_alone_confirms(place: Place) -> None:
    person = place.by_link("en")
    page = person.page
    page.locator('form[action$="/confirm"] input[type=checkbox]').first.focus()
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"  # where one is can be seen
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert answers()[0].receipt in person.words()
    person.close()


@pytest.mark.parametrize("look", ["dark", "print"])
def test_the_statement_can_be_read_in_the_dark_and_printed(place: Place, look: str) -> None:
    person = place.by_link("en")
    page = person.page
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    if look == "dark":
        page.emulate_media(color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    else:
        page.emulate_media(media="print")
        assert not page.locator("nav.to-places").first.is_visible()
    assert "4,040.00" in person.words()
    assert len(page.screenshot(full_page=True)) > 10_000
    person.close()


def test_the_first_look_is_light_and_asks_nobody_else(place: Place) -> None:
    person = Person(place.browser, place.address, "en", phone=True)
    wire = person.context.new_cdp_session(person.page)
    wire.send("Network.enable")
    came: list[float] = []
    hosts: list[str] = []
    wire.on("Network.loadingFinished", lambda one: came.append(one["encodedDataLength"]))
    wire.on("Network.requestWillBeSent", lambda one: hosts.append(one["request"]["url"]))

    person.open(f"/s/{place.link}")
    person.page.wait_for_load_state("networkidle")

    assert sum(came) <= HEAVIEST, f"{sum(came):.0f} bytes"
    assert all(url.startswith((place.address, "data:")) for url in hosts)
    person.close()
