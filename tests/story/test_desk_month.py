"""The desk's side of a month, once on a phone and once at a desk: late disputes, audit, closing.

An accountant, two who approve, an auditor who reads; nobody of them does the other's part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from notifications.disputes import ESCALATE_DISPUTES
from tests.factories import make_company, make_customer, make_staff
from tests.portal.conftest import PASSWORD, book_june, issue
from tests.story.browser import Person
from tests.support.serving import serving
from tests.tieout.disputes.conftest import SAYS
from tieout import audit, clock, db
from tieout.disputes import raising
from tieout.disputes.models import Dispute
from tieout.disputes.raising import Claim
from tieout.identity import passwords
from tieout.ledger import locks
from tieout.ledger.models import Document
from tieout.month_end.models import AuditSample
from tieout.rendering.packs import prove
from tieout.statements.models import AuditorRequest, PeriodClose

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]

MONTH = "2026-06"
STAFF = {"chen": "accountant", "zhou": "approver", "he": "approver", "sun": "auditor"}


@dataclass
class House:
    """The company at its desks."""

    address: str
    browser: Browser
    language: str
    phone: bool
    dispute_id: int

    def say(self, english: str, chinese: str) -> str:
        """Words in the language of the walk."""
        return english if self.language == "en" else chinese

    def staff(self, name: str) -> Person:
        """Somebody of the company, signed in."""
        person = Person(self.browser, self.address, self.language, phone=self.phone)
        person.sign_in(f"{name}@harbour.example", PASSWORD, desk=True)
        return person


@pytest.fixture(params=[("zh", True), ("en", False)], ids=["zh-phone", "en-desktop"])
def house(request: pytest.FixtureRequest, app: Flask, browser: Browser) -> Iterator[House]:
    """June of Mingyuan is issued; it disputes the last invoice."""
    language, phone = request.param
    with db.transaction() as session:
        make_company(session, two_people=("period_close", "credit_note"))
        for name, role in STAFF.items():
            person = make_staff(session, role, name=name.title())
            person.email, person.language = f"{name}@harbour.example", language
            person.password_hash = passwords.hashed(PASSWORD)
        account = make_customer(session)
        account.customer.name = "Mingyuan Hardware"
        book_june(session, account)
        issue(session, account.customer)
        document = session.scalars(select(Document).where(Document.number == "INV-3")).one()
        [made] = raising.raise_disputes(
            session,
            [Claim(document)],
            reason="price",
            note="We agreed 18.00.",
            given=SAYS,
            by=audit.Actor("contact", account.customer.contacts[0].id, "Wang Min"),
            on=clock.now().date(),
            at=clock.now(),
        )
        dispute_id = made.id
    with serving(app) as address:
        yield House(address, browser, language, phone, dispute_id)


def test_a_month_at_the_desk(house: House, tmp_path: Path) -> None:
    """From a dispute that is late to books that are locked."""
    a_late_dispute_is_passed_on_and_accepted(house)
    the_auditor_draws_and_takes_the_pack(house, tmp_path)
    two_people_close(house)


def a_late_dispute_is_passed_on_and_accepted(house: House) -> None:
    """The promised day is over: it says so, is answered, and accepted by two people."""
    where = f"/desk/disputes/{house.dispute_id}"
    late = clock.now() + timedelta(days=30)
    assert str(ESCALATE_DISPUTES.run("worker", late)) == "1 escalated"
    chen = house.staff("chen")
    assert "INV-3" in chen.open("/desk/disputes")
    timeline = chen.open(where)
    assert "Zhou" in timeline  # who may decide was told
    chen.fill("/answer", {"text": house.say("We look at the order.", "正在核对订单。")})
    chen.page.locator("#accept summary").click()
    waits = chen.fill("/accept", {"amount": "226.00", "text": house.say("As agreed.", "按约定。")})
    chen.close()
    assert "226.00" in waits
    zhou = house.staff("zhou")
    zhou.open("/desk/approvals")
    zhou.page.locator('main a[href*="/approvals/drafts/"]').first.click()
    assert "226.00" in zhou.words()
    zhou.press("/approve")
    zhou.close()
    with db.reading() as session:
        made = session.execute(select(Dispute.state, Dispute.accepted_minor)).one()
        assert tuple(made) == ("part_accepted", 22600)


def the_auditor_draws_and_takes_the_pack(house: House, folder: Path) -> None:
    """A sample by its seed, kept and asked about; the evidence of it; nothing else to press."""
    sun = house.staff("sun")
    draw = f"/desk/reports/sample?month={MONTH}&method=stratified&size=1&seed=harbour"
    first = sun.open(draw)
    assert sun.open(draw) == first
    sun.press("/reports/sample")
    sun.press("/requests")
    with db.reading() as session:
        assert session.scalars(select(AuditSample.seed)).all() == ["harbour"]
        assert len(session.scalars(select(AuditorRequest.id)).all()) == 1
    assert "Mingyuan" in sun.open(f"/desk/reports/auditor?month={MONTH}&show=silent")
    sun.open(f"/desk/reports/evidence?month={MONTH}")
    pack = sun.download(f"/desk/reports/evidence.zip?month={MONTH}", folder)
    assert prove(pack, with_keys=True).ok
    sun.open(f"/desk/disputes/{house.dispute_id}")
    assert sun.page.locator("main form[method=post]").count() == 0
    assert sun.context.request.get(f"{sun.address}/desk/month-end/close").status == 403
    sun.close()


def two_people_close(house: House) -> None:
    """One asks, cannot close alone, and another closes; the books are locked."""
    zhou, he = house.staff("zhou"), house.staff("he")
    assert "Mingyuan" in zhou.open(f"/desk/month-end?month={MONTH}&show=all")
    zhou.open(f"/desk/month-end/close?month={MONTH}")
    zhou.press("/month-end/close")
    with db.reading() as session:
        asked = session.scalars(select(PeriodClose.id)).one()
    zhou.open(f"/desk/month-end?month={MONTH}")
    refused = zhou.press(f"/closes/{asked}/close")
    assert house.say("Somebody else has to close it", "须由他人") in refused
    he.open(f"/desk/month-end?month={MONTH}")
    closed = he.press(f"/closes/{asked}/close")
    assert house.say("the books are locked", "锁定") in closed
    for person in (zhou, he):
        person.close()
    with db.reading() as session:
        assert str(locks.locked_through(session)) == "2026-06-30"
