"""Books and statements, written so that a bookkeeper can read them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import BY, OTHER, make_company, make_customer
from tieout.audit import Actor
from tieout.customers.models import Contact, CustomerAccount
from tieout.ledger import posting
from tieout.ledger.models import Document, DocumentKind
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import drafting, issuing
from tieout.statements.confirm import Answer
from tieout.statements.evidence import Evidence
from tieout.statements.models import Statement

MAY, JUNE, JULY = Period.month(2026, 5), Period.month(2026, 6), Period.month(2026, 7)
WORDING = "The balance is right, and I may say so for our company."
#: June is issued on 1 July, what comes later came after it was frozen.
FIRST = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
LATER = FIRST + timedelta(days=3)

SAYS = Evidence(person="Wang Min", position="Accountant", authority=True, wording=WORDING)


class Books:
    """A company, one customer, and what is booked between them."""

    def __init__(self, session: Session, account: CustomerAccount) -> None:
        self.session = session
        self.account = account
        self.customer = account.customer
        self.contact: Contact = account.customer.contacts[0]
        self.who = Actor("contact", self.contact.id, self.contact.name)

    def book(
        self,
        on: str,
        kind: str,
        number: str,
        amount: str,
        *,
        at: datetime = datetime(2026, 6, 20, tzinfo=UTC),
        account: CustomerAccount | None = None,
    ) -> Document:
        """Book one document; the amount is signed."""
        document = self.given(on, kind, number, amount, account)
        return posting.post(self.session, document, by=BY, at=at)

    def book_at_once(self, *documents: posting.DocumentInput, at: datetime) -> list[int]:
        """Book what is `given`, all of it at once."""
        return posting.post_many(self.session, documents, by=BY, at=at, source="journal")

    def given(
        self,
        on: str,
        kind: str,
        number: str,
        amount: str,
        account: CustomerAccount | None = None,
    ) -> posting.DocumentInput:
        """A document to book; the amount is signed."""
        account = account or self.account
        return posting.DocumentInput(
            account_id=account.id,
            kind=DocumentKind(kind),
            number=number,
            issued_on=date.fromisoformat(on),
            amount=Money.of(amount, account.currency),
        )

    def draft(self, period: Period = JUNE, at: datetime = FIRST, **choices: str) -> Statement:
        """Draft a statement."""
        return drafting.draft(self.session, self.customer, period, by=BY, at=at, **choices)  # type: ignore[arg-type]

    def issue(self, period: Period = JUNE, at: datetime = FIRST, **choices: str) -> Statement:
        """Draft, approve and issue a statement."""
        return self.send(self.draft(period, at, **choices), at)

    def send(self, statement: Statement, at: datetime = FIRST) -> Statement:
        """Approve and issue a draft, once its last day has come."""
        at = max(at, datetime.combine(statement.period_end, time(18), UTC))
        drafting.approve(self.session, statement, by=OTHER, at=at)
        return issuing.issue(self.session, statement, by=OTHER, at=at)

    def answer(self, statement: Statement, *, currency: str = "CNY", **says: object) -> Answer:
        """What somebody answers who has seen the statement as it is."""
        [section] = [one for one in statement.sections if one.currency == currency]
        given: dict[str, object] = {
            "section_id": section.id,
            "version": statement.version,
            "sha256": statement.sha256,
            "agrees": True,
            "balance": Money(section.closing_minor, section.currency),
            "evidence": SAYS,
            **says,
        }
        return Answer(**given)  # type: ignore[arg-type]


@pytest.fixture
def books(session: Session) -> Books:
    """Harbour Tools and its customer M-0217."""
    make_company(session)
    return Books(session, make_customer(session))


@pytest.fixture
def june(books: Books) -> Books:
    """The worked example: 1,500.00 + 1,000.00 − 600.00 − 120.00 + 2,260.00 = 4,040.00."""
    books.book("2026-05-12", "invoice", "INV-1", "1500.00")
    books.book("2026-06-02", "invoice", "INV-2", "1000.00")
    books.book("2026-06-09", "payment", "PAY-1", "-600.00")
    books.book("2026-06-15", "credit_note", "CN-1", "-120.00")
    books.book("2026-06-19", "invoice", "INV-3", "2260.00")
    return books


#: Makes a second account of the same customer.
SecondAccount = Callable[[str], CustomerAccount]


@pytest.fixture
def second_account(books: Books) -> SecondAccount:
    """Open another account of the customer, in another currency."""

    def open_account(currency: str) -> CustomerAccount:
        account = CustomerAccount(
            customer_id=books.customer.id, currency=currency, created_at=FIRST
        )
        books.session.add(account)
        books.session.flush()
        books.session.expire(books.customer, ["accounts"])
        return account

    return open_account
