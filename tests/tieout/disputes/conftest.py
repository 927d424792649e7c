"""A statement of June, and somebody who does not agree with a line of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer, make_staff
from tests.support.books import post
from tieout import events
from tieout.audit import Actor
from tieout.customers.models import Contact, CustomerAccount
from tieout.disputes import SUBSCRIPTIONS, raising
from tieout.disputes.files import File
from tieout.disputes.models import Dispute
from tieout.disputes.raising import Claim
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import drafting, issuing
from tieout.statements.evidence import Evidence
from tieout.statements.models import Statement, StatementLine

JUNE, JULY = Period.month(2026, 6), Period.month(2026, 7)
#: June is issued on 1 July; the customer disputes on Friday, 3 July.
BOOKED = datetime(2026, 6, 20, tzinfo=UTC)
ISSUED = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
ON, AT = date(2026, 7, 3), datetime(2026, 7, 3, 3, 0, tzinfo=UTC)
LATER_ON, LATER = date(2026, 7, 9), datetime(2026, 7, 9, 3, 0, tzinfo=UTC)

SAYS = Evidence(person="Wang Min", position="Accountant", wording="This is disputed.")
PDF = File("delivery note.pdf", b"%PDF-1.7 a photo of a delivery note")


def cny(amount: str) -> Money:
    """An amount in CNY."""
    return Money.of(amount, "CNY")


class Desk:
    """One customer with its books, its person, and two people of the company."""

    def __init__(self, session: Session, account: CustomerAccount) -> None:
        self.session = session
        self.account = account
        self.contact: Contact = account.customer.contacts[0]
        self.who = Actor("contact", self.contact.id, self.contact.name)
        chen = make_staff(session, "accountant", name="Chen Li")
        zhou = make_staff(session, "approver", name="Zhou Wei")
        self.chen = Actor("staff", chen.id, chen.name)
        self.zhou = Actor("staff", zhou.id, zhou.name)
        self.heard: list[events.Event] = []

    def invoice(self, number: str = "INV-1", amount: str = "1000.00", **more: str) -> Document:
        """Book an invoice of June."""
        given = {"on": "2026-06-10", "due": "2026-07-10", "at": BOOKED, **more}
        return post(self.session, self.account, "invoice", number, amount=amount, **given)  # type: ignore[arg-type]

    def issue(self, period: Period = JUNE, at: datetime = ISSUED) -> Statement:
        """Draft, approve and issue a statement."""
        made = drafting.draft(self.session, self.account.customer, period, by=self.chen, at=at)
        drafting.approve(self.session, made, by=self.zhou, at=at)
        return issuing.issue(self.session, made, by=self.zhou, at=at)

    def line(self, statement: Statement, number: str = "INV-1") -> StatementLine:
        """The line of a document."""
        [found] = [
            line
            for section in statement.sections
            for line in section.lines
            if line.number == number
        ]
        return found

    def dispute(self, claim: Claim, **says: object) -> Dispute:
        """Dispute one thing."""
        given: dict[str, object] = {
            "reason": "price",
            "note": "We agreed 8.80 a piece.",
            "given": SAYS,
            "by": self.who,
            "on": ON,
            "at": AT,
            **says,
        }
        [made] = raising.raise_disputes(self.session, [claim], **given)  # type: ignore[arg-type]
        return made

    def dispute_120(self) -> Dispute:
        """Dispute 120.00 of an invoice of 1,000.00, on the June statement."""
        invoice = self.invoice()
        line = self.line(self.issue())
        return self.dispute(Claim(invoice, line, expected=cny("880.00")))

    def told(self, kind: type[events.Event]) -> list[events.Event]:
        """The events of a kind that were published."""
        return [event for event in self.heard if isinstance(event, kind)]


@pytest.fixture
def desk(session: Session) -> Iterator[Desk]:
    """Harbour Tools and its customer M-0217; the events of disputes are heard."""
    make_company(session)
    made = Desk(session, make_customer(session))
    events.forget()
    events.subscribe(SUBSCRIPTIONS)

    def hear(_session: Session, event: events.Event) -> None:
        made.heard.append(event)

    kinds = (events.DisputesRaised, events.DisputeAnswered, events.DisputeResolved)
    events.subscribe((kind, hear) for kind in kinds)
    yield made
    events.forget()
