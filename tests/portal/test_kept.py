"""Parts of the statement's page are kept; nothing that changes on it is missed."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import BY, OTHER
from tests.portal.conftest import ISSUED, June, confirm, form_on
from tests.support.books import post
from tests.support.visitor import words_of
from tieout import clock, db, settings
from tieout.audit import Actor
from tieout.customers import services
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.disputes import raising
from tieout.disputes.raising import Claim
from tieout.ledger.models import Document
from tieout.settings import banks, changing
from tieout.settings.changing import CompanyInput
from tieout.statements import drafting, evidence, issuing
from tieout.statements.models import Statement

Act = Callable[[Session, June], None]


def one_line_is_disputed(session: Session, june: June) -> None:
    document = session.scalars(select(Document).where(Document.number == "INV-2")).one()
    raising.raise_disputes(
        session,
        [Claim(document)],
        reason="price",
        given=evidence.Evidence("Wang Min", wording="Dispute 1,000.00"),
        by=BY,
        on=settings.today(session),
        at=clock.now(),
    )


def a_new_version_is_issued(session: Session, june: June) -> None:
    old = session.get_one(Statement, june.statement_id)
    new = issuing.supersede(session, old, reason="A typing error", by=BY, at=ISSUED)
    drafting.approve(session, new, by=OTHER, at=ISSUED)
    issuing.issue(session, new, by=OTHER, at=ISSUED)


def our_bank_account_is_another(session: Session, june: June) -> None:
    for bank, since in (("ICBC", "2026-01-01"), ("BOC", "2026-08-01")):
        made = banks.propose(
            session,
            currency="CNY",
            bank=bank,
            holder="Harbour Tools",
            number=f"{bank} 1",
            valid_from=date.fromisoformat(since),
            by=Actor("staff", 1, "Chen Li"),
        )
        banks.approve(session, made, by=Actor("staff", 2, "Zhou Wei"))


def the_customer_is_called_otherwise(session: Session, june: June) -> None:
    customer = session.get_one(Customer, june.customer_id)
    given = services.CustomerInput(code=customer.code, name="Mingyuan Tools")
    services.change_customer(session, customer, given, version=customer.version, by=BY)


def the_person_is_called_otherwise(session: Session, june: June) -> None:
    contact = session.get_one(Contact, june.contact_id)
    given = services.ContactInput(name="Wang Minhua", email=contact.email, role=contact.role)
    services.change_contact(session, contact, given, version=contact.version, by=BY)


def somebody_else_answers_questions(session: Session, june: June) -> None:
    company = settings.company(session)
    names = CompanyInput.__dataclass_fields__
    given = CompanyInput(**{name: getattr(company, name) for name in names})
    given = replace(given, contact_name="Sun Yan")
    changing.change_company(session, given, seen=company.version, by=BY)


CHANGES: list[tuple[Act, str]] = [
    (one_line_is_disputed, "Disputed"),
    (a_new_version_is_issued, "Version 1 of this statement has been replaced"),
    (our_bank_account_is_another, "please pay CNY to our new account"),
    (the_customer_is_called_otherwise, "Mingyuan Tools"),
    (the_person_is_called_otherwise, "I am Wang Minhua"),
    (somebody_else_answers_questions, "Sun Yan"),
]


@pytest.mark.parametrize(("act", "words"), CHANGES, ids=[act.__name__ for act, _ in CHANGES])
def test_what_changes_is_on_the_page_at_once(june: June, act: Act, words: str) -> None:
    reader = june.signed_in()
    assert words not in words_of(reader.open(june.path).text).replace("Disputed 0.00", "")

    with db.transaction() as session:
        act(session, june)

    assert words in words_of(reader.open(june.path).text)


def test_an_answer_by_somebody_else_is_on_the_page_at_once(june: June) -> None:
    reader = june.signed_in()
    assert "Your answer Agreed" not in words_of(reader.open(june.path).text)

    confirm(june.by_link(), june)

    assert "Your answer Agreed" in words_of(reader.open(june.path).text)


def test_lines_answered_by_somebody_else_are_on_the_page_at_once(june: June) -> None:
    reader, other = june.signed_in(), june.by_link()
    line = re.findall(r'id="line-(\d+)"', reader.open(june.path).text)[0]

    form = form_on(other.open(f"{june.path}/lines?line={line}").text, "")
    given = {**form, "line": line, "authority": "y"}
    sent = other.open(f"{june.path}/lines", method="POST", data=given)

    assert sent.status_code == 303
    assert "Confirmed" in words_of(reader.open(june.path).text)


def test_what_the_books_learn_later_is_on_the_page_at_once(june: June) -> None:
    reader = june.signed_in()
    confirm(reader, june)
    reader.open(june.path)

    later = clock.now()
    with db.transaction() as session:
        account = session.scalars(
            select(CustomerAccount).where(CustomerAccount.customer_id == june.customer_id)
        ).one()
        post(session, account, "invoice", "INV-9", "2026-06-20", "500.00", at=later)

    assert "Changed since you answered" in words_of(reader.open(june.path).text)


def test_a_ledger_handed_in_by_somebody_else_is_on_the_page_at_once(june: June) -> None:
    reader, other = june.signed_in(), june.by_link()
    before = words_of(reader.open(june.path).text)
    assert "Your ledger beside it" not in before

    page = f"{june.path}/books"
    account = re.findall(r'name="account" value="(\d+)"', other.open(page).text)[0]
    ledger = io.BytesIO(b"Date,Type,Invoice no,Debit,Credit\n2026-06-11,Invoice,INV-2,,1000.00\n")
    given = {"file": (ledger, "june.csv"), "as_at": "2026-06-30", "account": account}
    assert other.send(page, given, page=page).status_code == 303

    after = words_of(reader.open(june.path).text)
    assert "Your ledger beside it" in after
    assert "june.csv" in after


def test_forms_of_a_page_seen_again_are_answered(june: June) -> None:
    reader = june.signed_in()
    first, again = reader.open(june.path).text, reader.open(june.path).text

    assert words_of(first) == words_of(again)
    assert confirm(reader, june).status_code == 303


def test_each_sees_their_own_page(june: June) -> None:
    """What is kept for one person is never shown to another, nor in another language."""
    june.signed_in().open(june.path)

    other = june.signed_in()
    other.choose("zh")
    assert "应付" in words_of(other.open(june.path).text)
    assert june.stranger().open(june.path).status_code == 404
