"""June of one customer, issued: 1,500.00 + 1,000.00 − 600.00 − 120.00 + 2,260.00 = 4,040.00."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import BY, OTHER, make_company, make_customer
from tests.support.books import post, settle
from tests.support.visitor import Visitor
from tieout import clock, db
from tieout.audit import SYSTEM
from tieout.customers.memberships import join
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.identity import passwords, tokens
from tieout.identity.tokens import Purpose
from tieout.ledger.inputs import LineInput, ReferenceInput
from tieout.messages.models import Message
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import drafting, issuing
from tieout.statements.models import Confirmation, Statement

PASSWORD = "nine quiet boats at noon"
#: The statement of June is issued on 1 July, what comes later came after it was frozen.
ISSUED = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
BOOKED = datetime(2026, 6, 29, tzinfo=UTC)


@dataclass
class June:
    """A customer with a statement, its people, and the application they use."""

    app: Flask
    customer_id: int
    contact_id: int
    statement_id: int
    section_id: int
    link: str

    @property
    def path(self) -> str:
        """The address of the statement."""
        return f"/statements/{self.statement_id}"

    def by_link(self, language: str = "en") -> Visitor:
        """Whoever opened the link in the mail."""
        visitor = Visitor(self.app, language)
        assert visitor.open(f"/s/{self.link}").status_code == 303
        return visitor

    def signed_in(self, language: str = "en", name: str = "wang.min") -> Visitor:
        """Somebody who has signed in with a password."""
        visitor = Visitor(self.app, language)
        answer = visitor.sign_in(f"{name}@m-0217.example", PASSWORD)
        assert answer.status_code == 303
        return visitor

    def stranger(self) -> Visitor:
        """Somebody of another customer's."""
        visitor = Visitor(self.app)
        assert visitor.sign_in("wang.min@m-0300.example", PASSWORD).status_code == 303
        return visitor


@pytest.fixture
def june(app: Flask) -> June:
    """The worked example, issued to one contact."""
    with db.transaction() as session:
        company = make_company(session)
        company.contact_name, company.contact_email = "Chen Li", "ar@harbourtools.example"
        account = make_customer(session)
        account.customer.name = "Mingyuan Hardware"
        contact = account.customer.contacts[0]
        contact.name, contact.position, contact.role = "Wang Min", "Finance manager", "manage"
        book_june(session, account)
        statement = issue(session, account.customer)
        let_in(session, contact)
        other = make_customer(session, "M-0300")
        let_in(session, other.customer.contacts[0])
        return June(
            app,
            account.customer_id,
            contact.id,
            statement.id,
            statement.sections[0].id,
            link_to(session, statement, contact),
        )


def book_june(session: Session, account: CustomerAccount) -> None:
    """The documents of the worked example; INV-1 is overdue, 600.00 of it are paid."""
    first = post(
        session, account, "invoice", "INV-1", "2026-04-28", "1500.00", due="2026-05-28", at=BOOKED
    )
    ordered = (ReferenceInput("po", "PO 4500-1182"),)
    post(
        session,
        account,
        "invoice",
        "INV-2",
        "2026-06-03",
        "1000.00",
        due="2026-07-03",
        at=BOOKED,
        references=ordered,
    )
    paid = post(session, account, "payment", "PAY-1", "2026-06-12", "-600.00", at=BOOKED)
    settle(session, first, paid, "600.00", at=BOOKED)
    post(session, account, "credit_note", "CN-1", "2026-06-18", "-120.00", at=BOOKED)
    bolts = LineInput(
        Money.of("2260.00", account.currency),
        code="M8",
        description="Hex bolts M8",
        unit="box",
        quantity=Decimal(113),
        unit_price=Decimal(20),
    )
    post(
        session,
        account,
        "invoice",
        "INV-3",
        "2026-06-26",
        "2260.00",
        due="2026-07-26",
        at=BOOKED,
        lines=(bolts,),
    )


def issue(
    session: Session, customer: Customer, period: Period | None = None, **choices: str
) -> Statement:
    """Draft, approve and issue a statement by two people."""
    period = period or Period.month(2026, 6)
    at = max(ISSUED, datetime.combine(period.end, time(18), UTC))
    made = drafting.draft(session, customer, period, by=BY, at=at, **choices)  # type: ignore[arg-type]
    drafting.approve(session, made, by=OTHER, at=at)
    return issuing.issue(session, made, by=OTHER, at=at)


def let_in(session: Session, contact: Contact) -> None:
    """Let a contact sign in with the password of the tests."""
    login = join(session, contact, by=SYSTEM, at=ISSUED)
    login.password_hash = passwords.hashed(PASSWORD)


def link_to(session: Session, statement: Statement, contact: Contact) -> str:
    """The secret of a mail's link to a statement."""
    token = tokens.issue(
        session,
        Purpose.STATEMENT,
        person_kind="contact",
        person_id=contact.id,
        customer_id=contact.customer_id,
        object_id=statement.id,
        at=ISSUED,
    )
    return tokens.secret_of(token)


def form_on(page: str, action: str) -> dict[str, object]:
    """The fields of the form that is sent to an address, as they stand on a page."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    if found is None and action == "":
        found = re.search(r'<form class="to-form" method="post".*?</form>', page, re.DOTALL)
    assert found, f"no form for {action}"
    fields: dict[str, object] = {}
    whole = found.group(0)
    for tag in re.findall(r"<(?:input|textarea)[^>]*>", whole):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and (not box or " checked" in tag):
            fields[name.group(1)] = unescape(value.group(1)) if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', whole, re.S):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"', options)
        fields[name] = unescape(chosen.group(1)) if chosen else ""
    return fields


def send(visitor: Visitor, page: str, action: str, **given: object) -> TestResponse:
    """Open a page, fill in the form for an address on it, and send it."""
    shown = visitor.open(page)
    assert shown.status_code == 200, shown.text[:2000]
    fields = {**form_on(shown.text, action), **given}
    data = {name: value for name, value in fields.items() if value is not None}
    return visitor.open(action or page, method="POST", data=data)


def confirm(visitor: Visitor, june: June, **given: object) -> TestResponse:
    """Tick, and press the main button."""
    action = f"{june.path}/{june.section_id}/confirm"
    return send(visitor, june.path, action, **{"authority": "y", **given})


def code_sent() -> str:
    """The code of the newest mail that asks to be sent, as the mail says it."""
    with db.transaction() as session:
        message = session.scalars(
            select(Message).where(Message.kind == "mail_code").order_by(Message.id.desc())
        ).first()
        assert message is not None
        token = tokens.issue(
            session,
            Purpose(message.payload["purpose"]),
            person_kind="contact",
            person_id=message.contact_id or 0,
            object_id=message.payload["holder_id"],
            at=clock.now(),
        )
        return tokens.secret_of(token)


def answers() -> list[Confirmation]:
    """Every answer there is, in order."""
    with db.reading() as session:
        return list(session.scalars(select(Confirmation).order_by(Confirmation.id)))


@contextmanager
def days_later(days: int) -> Iterator[None]:
    """Let some days pass."""
    with clock.standing(clock.now() + timedelta(days=days)):
        yield
