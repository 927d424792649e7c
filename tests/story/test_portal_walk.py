"""One long walk through the portal by four people, once on a phone and once at a desk.

Who manages acts in every way there is; who may answer answers; who may look finds no button; an
outsider finds nothing at any of the addresses the others came to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import BY, make_company, make_customer
from tests.portal.conftest import (
    ISSUED,
    PASSWORD,
    answers,
    book_june,
    code_sent,
    issue,
    let_in,
    link_to,
)
from tests.story.browser import Person
from tests.support.serving import serving
from tieout import clock, db
from tieout.customers.models import Contact, Customer
from tieout.disputes import resolving
from tieout.disputes.models import Dispute
from tieout.dunning.models import PromiseToPay
from tieout.identity import tokens
from tieout.identity.models import PortalLogin
from tieout.messages.models import Message, OptOut
from tieout.periods import Period
from tieout.rendering.packs import prove
from tieout.settings import choices
from tieout.statements import links
from tieout.statements.models import Statement

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]

WANG, ZHAO, LI = "wang.min@m-0217.example", "zhao.lei@m-0217.example", "li.na@m-0217.example"
STRANGER = "wang.min@m-0300.example"


@dataclass
class Portal:
    """Where it is, in which sight, and what was sent."""

    address: str
    browser: Browser
    language: str
    phone: bool
    may: int
    june: int
    sister: int
    links: dict[str, str]
    #: The kinds of pages axe has been over.
    looked_over: set[str] = field(default_factory=set)

    def say(self, english: str, chinese: str) -> str:
        """Words in the language of the walk."""
        return english if self.language == "en" else chinese

    def person(self) -> "Visit":
        """Somebody at a browser of their own."""
        return Visit(self)

    def signed_in(self, email: str) -> "Visit":
        """Somebody with a password."""
        person = self.person()
        person.sign_in(email, PASSWORD, desk=False)
        return person


class Visit(Person):
    """A person who remembers every address they came to."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(portal.browser, portal.address, portal.language, phone=portal.phone)
        self.been: set[str] = set()
        self.looked_over = portal.looked_over

    def words(self) -> str:
        """What the page says; each kind of page is looked over once."""
        path = urlsplit(self.page.url).path
        self.been.add(path)
        kind = re.sub(r"[^/]*\d[^/]*", "n", path)
        self.axe = kind not in self.looked_over
        self.looked_over.add(kind)
        return super().words()

    def follow(self, link: str) -> str:
        """Follow the first link of the page to an address with these letters in it."""
        found = self.page.locator(f'main a[href*="{link}"]').first
        self.page.goto(self.address + (found.get_attribute("href") or ""))
        return self.words()


@pytest.fixture(params=[("en", True), ("zh", False)], ids=["en-phone", "zh-desktop"])
def portal(request: pytest.FixtureRequest, app: Flask, browser: Browser) -> Iterator[Portal]:
    """May and June of Mingyuan, issued to its people; Wang Min also keeps a sister's books."""
    language, phone = request.param
    with db.transaction() as session:
        company = make_company(session)
        company.contact_name, company.contact_email = "Chen Li", "ar@harbourtools.example"
        account = make_customer(session)
        customer = account.customer
        wang = customer.contacts[0]
        wang.name, wang.position, wang.role = "Wang Min", "Finance manager", "manage"
        book_june(session, account)
        zhao, li = (
            _colleague(session, customer, name, role)
            for name, role in (("Zhao Lei", "answer"), ("Li Na", "look"))
        )
        sister = make_customer(session, "M-0218").customer
        sister.name, sister.contacts[0].email = "Mingyuan Export", wang.email
        other = make_customer(session, "M-0300").customer.contacts[0]
        may = issue(session, customer, Period.month(2026, 5))
        june = issue(session, customer)
        for one in (wang, zhao, li, other):
            let_in(session, one)
        for login in session.scalars(select(PortalLogin)):
            login.language = language
        made = {one.email: link_to(session, june, one) for one in (wang, zhao, li)}
        made["old"] = _expired(session, june, wang)
        ids = may.id, june.id, sister.id
    with serving(app) as address:
        yield Portal(address, browser, language, phone, *ids, made)


def _colleague(session: Session, customer: Customer, name: str, role: str) -> Contact:
    email = f"{name.lower().replace(' ', '.')}@m-0217.example"
    made = Contact(
        customer_id=customer.id, name=name, email=email, role=role, created_at=clock.now()
    )
    session.add(made)
    session.flush()
    return made


def _expired(session: Session, statement: Statement, contact: Contact) -> str:
    made = tokens.issue(
        session,
        tokens.Purpose.STATEMENT,
        person_kind="contact",
        person_id=contact.id,
        customer_id=contact.customer_id,
        object_id=statement.id,
        at=ISSUED - timedelta(days=90),
    )
    return tokens.secret_of(made)


def test_the_portal_walked_by_four_people(portal: Portal, tmp_path: Path) -> None:
    """Journeys in an order in which a month may bring them."""
    a_link_that_works_no_more(portal)
    wang = portal.person()
    lines_and_balance_by_link_with_a_code(portal, wang)
    wang.close()
    signed_in = portal.signed_in(WANG)
    earlier_months_and_their_papers(portal, signed_in, tmp_path)
    a_promise(portal, signed_in)
    a_dispute_that_was_rejected(portal, signed_in)
    people_and_preferences(portal, signed_in)
    everything_taken_along(signed_in, tmp_path)
    another_of_ones_customers(portal, signed_in)
    a_paper_is_checked(portal, signed_in)
    signed_in.close()
    who_may_answer(portal)
    who_may_look(portal, wang.been | signed_in.been)
    an_outsider(portal, wang.been | signed_in.been)


def a_link_that_works_no_more(portal: Portal) -> None:
    """Expired, taken back, never made: one page, which offers a new one and gives nothing away."""
    with db.transaction() as session:
        june = session.get_one(Statement, portal.june)
        zhao = session.scalars(select(Contact).where(Contact.email == ZHAO)).one()
        links.take_back(session, june, zhao, by=BY, at=clock.now())
    told, offered = set(), set()
    for secret in (portal.links["old"], portal.links[ZHAO], "A" * 43):
        person = portal.person()
        told.add(person.open(f"/s/{secret}", status=404))
        offered.add(person.press("/again"))
        person.close()
    assert len(told) == len(offered) == 1
    assert portal.say("This link has expired", "链接已过期") in told.pop()
    with db.reading() as session:
        sent = session.scalars(
            select(Message.to).where(Message.kind == "statement_link_again")
        ).all()
        assert sorted(sent) == sorted([WANG, ZHAO])


def lines_and_balance_by_link_with_a_code(portal: Portal, wang: Visit) -> None:
    """Two lines, then the balance: a code by mail proves the mailbox before either."""
    with db.transaction() as session:
        choices.choose(session, "answer_code_wanted", "yes", by=BY)
    page = wang.page
    assert "4,040.00" in wang.open(f"/s/{portal.links[WANG]}")
    page.locator('form[action$="/confirm"] input[type=checkbox]').first.click()
    wang.press("/confirm")
    assert urlsplit(page.url).path == "/code"
    wang.press("/code/send")
    with page.expect_navigation():
        page.fill("input[name=code]", code_sent())
        page.press("input[name=code]", "Enter")
    wang.words()

    if portal.phone:  # cards have no boxes: each has its own way
        wang.follow("/lines?line=")
    else:
        for box in page.locator('input[type=checkbox][name="line"]').all()[:2]:
            box.check()
        with page.expect_navigation():
            page.locator('button[form^="lines-"]').first.click()
        wang.words()
    words = wang.fill_here({"person": "Wang Min", "authority": "y"})
    assert portal.say("line", "行") in words
    assert answers() == []

    wang.open(f"/statements/{portal.june}")
    page.locator('form[action$="/confirm"] input[type=checkbox]').first.check()
    words = wang.press("/confirm")
    [given] = answers()
    assert given.receipt in words
    assert given.evidence["method"] == "link_and_code"


def earlier_months_and_their_papers(portal: Portal, wang: Visit, folder: Path) -> None:
    """Signed in: every month, a document behind a line, and May confirmed."""
    with db.transaction() as session:
        choices.choose(session, "answer_code_wanted", "no", by=BY)
    assert "1,500.00" in wang.open("/statements")
    for ending in ("pdf", "xlsx", "csv"):
        assert wang.download(f"/statements/{portal.may}/statement.{ending}", folder).stat().st_size
    assert "INV-2" in wang.open("/documents?q=4500-1182")
    wang.follow("/documents/")
    wang.open(f"/statements/{portal.may}")
    wang.page.locator('form[action$="/confirm"] input[type=checkbox]').first.check()
    words = wang.press("/confirm")
    given = answers()[-1]
    assert given.receipt in words
    assert given.evidence["method"] == "password"


def a_promise(portal: Portal, wang: Visit) -> None:
    """What is overdue will be paid."""
    wang.open("/documents?q=INV-1")
    number = (wang.page.locator('main a[href*="/documents/"]').first.get_attribute("href") or "")[
        11:
    ]
    wang.open(f"/promises/new?document={number}")
    words = wang.fill_here({"amount": "700.00"})
    with db.reading() as session:
        made = session.scalars(select(PromiseToPay)).one()
        assert made.amount_minor == 70000
    assert "700.00" in words


def a_dispute_that_was_rejected(portal: Portal, wang: Visit) -> None:
    """Raised, rejected by us, insisted on, taken back."""
    wang.open(f"/statements/{portal.june}")
    wang.follow("/disputes/new")
    wang.fill_here({"reason": "price", "note": portal.say("Not as agreed.", "与约定不符。")})
    with db.transaction() as session:
        made = session.scalars(select(Dispute)).one()
        assert made.receipt in wang.words()
        resolving.reject(session, made, "As ordered.", by=BY, on=clock.now().date(), at=clock.now())
    assert "As ordered." in wang.open(f"/disputes/{made.id}")
    wang.fill("/reopen", {"text": portal.say("See the order.", "请见订单。")})
    wang.page.locator("#withdraw summary").click()
    words = wang.press("/withdraw")
    assert portal.say("Withdrawn", "已撤回") in words


def people_and_preferences(portal: Portal, wang: Visit) -> None:
    """Somebody new who may look; messages and their language."""
    wang.open("/preferences/people/new")
    words = wang.fill_here({"name": "Sun Qi", "email": "sun.qi@m-0217.example", "role": "look"})
    assert "Sun Qi" in words
    assert "R-2026-" in words
    wang.open("/preferences/people")
    wang.follow("/preferences/people/")
    wang.open("/preferences")
    wang.page.locator('main [name=wish][value="thanks:email"]').uncheck()
    assert "R-2026-" in wang.press("/preferences/messages")
    wang.open("/preferences")
    wang.fill("/preferences/language", {"language": portal.language})
    with db.reading() as session:
        assert session.scalars(select(OptOut.kind)).all() == ["thanks"]
        new = session.scalars(select(Contact).where(Contact.name == "Sun Qi")).one()
        assert new.role == "look"


def everything_taken_along(wang: Visit, folder: Path) -> None:
    """One file with all of it, which proves itself."""
    wang.open("/preferences/data")
    proof = prove(wang.download("/preferences/data/export.zip", folder), with_keys=True)
    assert proof.ok
    assert proof.files > 10


def another_of_ones_customers(portal: Portal, wang: Visit) -> None:
    """To the sister's pages and back; nothing of the one stands on the pages of the other."""
    assert "Mingyuan Export" in wang.follow(f"/go/{portal.sister}")
    assert "4,040.00" not in wang.open("/statements")
    assert "4,040.00" in wang.open(f"/statements/{portal.june}")  # its own address turns the page
    wang.open("/statements")
    wang.follow("/go/")
    assert "4,040.00" in wang.open("/statements")


def a_paper_is_checked(portal: Portal, wang: Visit) -> None:
    """The code on a statement, typed by anyone, says genuine and not how much."""
    with db.reading() as session:
        statement = session.get_one(Statement, portal.june)
        code, number = statement.verify_code or "", statement.number or ""
    wang.open("/verify")
    with wang.page.expect_navigation():
        wang.page.fill("main input[name=code]", code)
        wang.page.press("main input[name=code]", "Enter")
    words = wang.words()
    assert number in words
    assert "4,040.00" not in words


def who_may_answer(portal: Portal) -> None:
    """Zhao Lei answers and disputes; who acts for the company is not hers to decide."""
    zhao = portal.signed_in(ZHAO)
    zhao.open(f"/statements/{portal.june}")
    zhao.follow("/answer")
    words = zhao.fill_here({"person": "Zhao Lei", "authority": "y"})
    assert answers()[0].receipt in words  # Wang Min was first, and is named
    zhao.open(f"/statements/{portal.june}")
    zhao.follow("/disputes/new")
    words = zhao.fill_here({"reason": "price", "note": portal.say("Too much.", "多计。")})
    with db.reading() as session:
        latest = session.scalars(select(Dispute.receipt).order_by(Dispute.id.desc())).first()
        assert str(latest) in words
    zhao.open("/preferences/people")
    assert zhao.page.locator('main a[href$="/people/new"]').count() == 0
    assert zhao.context.request.get(f"{zhao.address}/preferences/people/new").status == 403
    zhao.close()


def who_may_look(portal: Portal, been: set[str]) -> None:
    """Li Na reads what Wang Min came to, and finds no button that answers."""
    li = portal.signed_in(LI)
    for path in sorted(one for one in been if one.startswith(("/statements", "/disputes"))):
        if li.context.request.get(li.address + path).status == 403:
            continue
        li.open(path)
        for act in ("confirm", "withdraw", "reopen", "answer", "lines"):
            assert li.page.locator(f'main form[method=post][action$="/{act}"]').count() == 0, path
        assert li.page.locator('main a[href*="/disputes/new"]').count() == 0, path
    li.close()


def an_outsider(portal: Portal, been: set[str]) -> None:
    """Somebody of another customer's: what has a number or a name of theirs is not there."""
    outsider = portal.signed_in(STRANGER)
    theirs = {path for path in been if not path.startswith("/verify")}  # that is anyone's
    numbered = {path for path in theirs if any(part[:1].isdigit() for part in path.split("/"))}
    numbered |= {path for path in been if path.startswith("/receipts/")}
    assert len(numbered) > 8
    for path in sorted(numbered):
        assert outsider.context.request.get(outsider.address + path).status == 404, path
    for page in ("/", "/statements", "/documents", "/disputes", "/preferences/people"):
        assert not {"4,040.00", "Zhao Lei", "INV-3"} & set(outsider.open(page).split()), page
    outsider.close()
