"""Harbour Tools with one customer: events write messages, channels send them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from notifications import channels
from notifications.delivery import Deliverer
from tests.factories import AT, BY, OTHER, make_company, make_customer, make_staff
from tests.support.visitor import settings_for
from tieout import app as roof
from tieout import audit, db
from tieout.config import Settings
from tieout.customers.models import Contact, CustomerAccount
from tieout.dunning import notices, policies
from tieout.ledger import allocation, posting
from tieout.ledger.models import Document, DocumentKind
from tieout.messages import addresses, chats
from tieout.messages.models import Address, Attempt, Message
from tieout.money import Money
from tieout.periods import Period
from tieout.settings import BankAccount
from tieout.statements import drafting, issuing
from tieout.statements.confirm import Answer, confirm
from tieout.statements.evidence import Evidence
from tieout.statements.models import Statement

TODAY = date(2026, 7, 2)
JUNE = Period.month(2026, 6)
MAIL = "wang.min@m-0217.example"
CHAT = 4217


@dataclass
class House:
    """An installation: its settings, and what is done in it."""

    settings: Settings
    account_id: int
    contact_id: int

    def post(
        self,
        number: str,
        amount: str,
        on: date,
        due: date | None = None,
        kind: DocumentKind = DocumentKind.INVOICE,
    ) -> int:
        """Book a document; the amount is signed."""
        money = Money.of(amount, "CNY")
        parts = (posting.DuePart(due, money),) if due else ()
        given = posting.DocumentInput(self.account_id, kind, number, on, money, due=parts)
        with db.transaction() as session:
            return posting.post(session, given, by=BY, at=AT).id

    def overdue(self, number: str = "INV-2026-0588", amount: str = "900.00") -> int:
        """An invoice that fell due five days ago."""
        return self.post(number, amount, TODAY - timedelta(days=35), TODAY - timedelta(days=5))

    def pay(self, document_id: int, amount: str) -> None:
        """A payment comes in and settles a document."""
        paid = self.post(f"PAY-{amount}", f"-{amount}", TODAY, kind=DocumentKind.PAYMENT)
        with db.transaction() as session:
            document, payment = (session.get_one(Document, one) for one in (document_id, paid))
            allocation.allocate(
                session,
                document.due_items[0],
                payment.due_items[0],
                Money.of(amount, "CNY"),
                rule="by_hand",
                by=BY,
                at=AT,
            )

    def fresh_payments(self) -> None:
        """Another customer pays today, so the payments are not old."""
        with db.transaction() as session:
            other = make_customer(session, "X-1").id
            money = Money.of("-1.00", "CNY")
            given = posting.DocumentInput(other, DocumentKind.PAYMENT, "PAY-0", TODAY, money)
            posting.post(session, given, by=BY, at=AT)

    def issue(self, request: str = "positive") -> int:
        """Issue June: 4,040.00."""
        with db.transaction() as session:
            account = session.get_one(CustomerAccount, self.account_id)
            draft = drafting.draft(session, account.customer, JUNE, by=BY, at=AT, request=request)
            drafting.approve(session, draft, by=OTHER, at=AT)
            return issuing.issue(session, draft, by=OTHER, at=AT).id

    def answer(self, statement_id: int) -> None:
        """The contact agrees to the balance."""
        words = "The balance is right, and I may say so for our company."
        says = Evidence(person="Wang Min", position="Accountant", authority=True, wording=words)
        with db.transaction() as session:
            statement = session.get_one(Statement, statement_id)
            [section] = statement.sections
            given = Answer(
                section_id=section.id,
                version=statement.version,
                sha256=str(statement.sha256),
                agrees=True,
                balance=Money(section.closing_minor, section.currency),
                evidence=says,
            )
            by = audit.Actor("contact", self.contact_id, "Wang Min")
            confirm(session, statement, given, by=by, at=AT)

    def june(self) -> None:
        """1,500.00 + 1,000.00 − 600.00 − 120.00 + 2,260.00 = 4,040.00."""
        self.post("INV-1", "1500.00", date(2026, 5, 12))
        self.post("INV-2", "1000.00", date(2026, 6, 2))
        self.post("PAY-1", "-600.00", date(2026, 6, 9), kind=DocumentKind.PAYMENT)
        self.post("CN-1", "-120.00", date(2026, 6, 15), kind=DocumentKind.CREDIT_NOTE)
        self.post("INV-3", "2260.00", date(2026, 6, 19))

    def remind(self, on: date = TODAY) -> notices.Planned:
        """Plan the reminders of a day."""
        with db.transaction() as session:
            return notices.plan(session, on=on, at=AT)

    def link_chat(self, chat: int = CHAT) -> None:
        """The contact has linked a chat."""
        with db.transaction() as session:
            contact = session.get_one(Contact, self.contact_id)
            by = audit.Actor("contact", contact.id, contact.name)
            addresses.link(session, contact, chats.TELEGRAM, str(chat), by=by, at=AT)

    def change(self, act: Callable[[Any], object]) -> None:
        """Change something in a transaction."""
        with db.transaction() as session:
            act(session)

    def deliverer(self, owner: str = "worker", **more: Any) -> Deliverer:
        """Somebody who delivers, over real channels."""
        return Deliverer(
            owner,
            channels.opened(self.settings),
            self.settings.base_url,
            chance=lambda: 0.0,
            **more,
        )

    def deliver(self) -> int:
        """Hand over everything that is due."""
        deliverer = self.deliverer()
        try:
            return deliverer.deliver_all()
        finally:
            deliverer.close()


def build(database_url: str, data: Path, **changes: object) -> House:
    """Compose a house over an empty database."""
    changes = {"mail_from": "books@harbour.example", **changes}
    made = settings_for(database_url, data, **{"smtp_security": "plain", **changes})
    roof.compose(made)
    with db.transaction() as session:
        company = make_company(session)
        company.contact_name, company.contact_phone = "Chen Li", "0571-8888 0000"
        company.contact_email = "chen.li@harbour.example"
        policies.standard_policy(session, by=audit.SYSTEM)
        make_staff(session)
        make_staff(session, "approver", name="Zhou Wei")
        account = make_customer(session)
        account.customer.name = "Mingyuan Hardware Co., Ltd."
        session.add(_bank())
        contact = account.customer.contacts[0]
        contact.name = "Wang Min"
        return House(made, account.id, contact.id)


def _bank() -> BankAccount:
    return BankAccount(
        currency="CNY",
        holder="Harbour Tools Co., Ltd.",
        bank="ICBC Hangzhou Branch",
        number="1202 0214 0990 0044 17",
        valid_from=date(2024, 3, 12),
        prepared_by=1,
        approved_by=2,
    )


def messages(kind: str = "") -> list[Message]:
    """The messages there are, oldest first."""
    with db.reading() as session:
        query = select(Message).order_by(Message.id)
        found = session.scalars(query.where(Message.kind == kind) if kind else query).all()
        session.expunge_all()
        return list(found)


def states(kind: str = "") -> list[str]:
    """What became of each message."""
    return [one.state for one in messages(kind)]


def outcomes(message: Message) -> list[str | None]:
    """What came of each try."""
    with db.reading() as session:
        query = select(Attempt.outcome).where(Attempt.message_id == message.id)
        return list(session.scalars(query.order_by(Attempt.no)))


def address_of(channel: str) -> Address:
    """The contact's address on a channel."""
    with db.reading() as session:
        found = session.scalars(
            select(Address).where(Address.channel == channel, Address.person_kind == "contact")
        ).one()
        session.expunge(found)
        return found
