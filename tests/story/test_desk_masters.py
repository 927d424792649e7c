"""Customers as a list: from our template into the books and changed field by field; two are one.

A real browser, desk and phone; in one language on each database.
"""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER
from tests.story.browser import Person
from tests.story.desk import CHEN, PASSWORD, ZHOU, Desk, add_documents
from tests.support.books import day
from tieout import audit, db
from tieout.customers import memberships
from tieout.customers.models import Contact, CustomerAccount
from tieout.disputes import raising
from tieout.disputes.raising import Claim
from tieout.identity import people
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import drafting, issuing
from tieout.statements.evidence import Evidence

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]


def test_a_list_of_customers_comes_in_and_changes_what_it_says(desk: Desk, tmp_path: Path) -> None:
    """The template, its example written over; what changes is shown field by field before."""
    chen, zhou = desk.person(CHEN), desk.person(ZHOU, phone=True)
    path = chen.download("/desk/imports/templates/customers", tmp_path).rename(
        tmp_path / "customers.xlsx"
    )
    batch = _handed_in(chen, path)
    assert desk.say("still the example", "仍是模板中的示例") in chen.words()
    chen.press(f"/imports/{batch}/discard")

    _fill_in(path, ("M-0300", "Ningbo Fittings Ltd"), ("M-0221", "正大五金有限公司"))
    batch = _handed_in(chen, path)
    becomes = desk.say(
        "“正大建材有限公司” becomes “正大五金有限公司”",
        "“正大建材有限公司”改为“正大五金有限公司”",
    )
    assert becomes in chen.open(f"/desk/imports/{batch}/rows")
    chen.open(f"/desk/imports/{batch}")
    chen.press(f"/imports/{batch}/submit")
    assert becomes in zhou.open(f"/desk/imports/{batch}/rows"), "whoever approves sees it, too"
    _changed_under_the_approver(desk, chen, zhou, batch)
    zhou.press(f"/imports/{batch}/approve")
    assert "正大五金有限公司" in chen.open("/desk/customers?q=M-0221")
    assert "Ningbo Fittings Co., Ltd." in chen.open("/desk/customers?q=M-0300")


def _changed_under_the_approver(desk: Desk, chen: Person, zhou: Person, batch: int) -> None:
    """What was looked at is no longer what would be posted: refused, with a sentence."""
    zhou.open(f"/desk/imports/{batch}")
    number = _row_called(chen, batch, "M-0300")
    chen.open(f"/desk/imports/{batch}/rows/{number}")
    chen.fill_here({"field-name": "Ningbo Fittings Co., Ltd."})
    chen.open(f"/desk/imports/{batch}")
    chen.press(f"/imports/{batch}/submit")
    zhou.press(f"/imports/{batch}/approve")
    assert zhou.page.locator("main .to-errors").count() == 1
    assert desk.say("look", "查看") in zhou.words().casefold()
    zhou.open(f"/desk/imports/{batch}")


def test_two_customers_turn_out_to_be_one_and_then_two(desk: Desk) -> None:
    """With open documents, a statement, contacts, an access and a dispute; taken apart again."""
    add_documents(desk)
    with db.transaction() as session:
        dispute = _live(session, desk)
    chen, zhou = desk.person(CHEN), desk.person(ZHOU, phone=True)
    one, other = (_customer(desk, name) for name in ("zhengda", "mingyuan"))

    chen.open(f"/desk/customers/duplicates/merge?customer={one}&into={other}")
    chen.fill_here({"reason": "Entered twice."})
    assert "INV-2" in chen.page.locator("main .to-errors").inner_text(), "disputes first"
    _dispute_is_over(chen, dispute)
    chen.open(f"/desk/customers/duplicates/merge?customer={one}&into={other}")
    chen.fill_here({"reason": "Entered twice."})
    merge = chen.number_in_address()
    assert chen.page.locator('main form[action*="/approve"]').count() == 0

    assert "正大建材有限公司" in zhou.open("/desk/approvals")
    zhou.open(f"/desk/customers/merges/{merge}")
    assert "900.00" in zhou.words()
    zhou.press(f"/merges/{merge}/approve")
    assert "900.00" in chen.open(f"/desk/customers/{other}")
    assert chen.page.locator("main", has_text="INV-2").count() == 1
    assert "ST-" in chen.open(f"/desk/customers/{one}?history=1")
    chen.open(f"/desk/customers/{one}")
    assert chen.number_in_address() == other, "whoever looks for it comes to the other"
    _reads(desk, 2)

    zhou.open(f"/desk/customers/merges/{merge}")
    zhou.press(f"/merges/{merge}/undo")
    assert zhou.page.locator('main form[action*="/undo"]').count() == 0
    assert "900.00" in chen.open(f"/desk/customers/{one}")
    assert "1,000.00" in chen.open(f"/desk/customers/{other}")
    _reads(desk, 1)


def _handed_in(person: Person, path: Path) -> int:
    person.open("/desk/imports/new")
    person.fill_here({"file": str(path)})
    return person.number_in_address()


def _fill_in(path: Path, *customers: tuple[str, str]) -> None:
    """Write customers over the example row of a template, by what its headings say."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    example = next(sheet.iter_rows(min_row=2))
    for cell in example:
        cell.value = None
    for number, values in enumerate(customers, start=2):
        for column, value in enumerate(values, start=1):
            sheet.cell(number, column, value)
    book.save(path)


def _row_called(person: Person, batch: int, code: str) -> int:
    person.open(f"/desk/imports/{batch}/rows")
    row = person.page.locator("main tbody tr", has_text=code).first
    return int(row.locator("th a").inner_text())


def _customer(desk: Desk, name: str) -> int:
    with db.reading() as session:
        return session.get_one(CustomerAccount, desk.accounts[name]).customer_id


def _live(session: Session, desk: Desk) -> int:
    """What a customer has beside its documents: access, a statement, a dispute."""
    account = session.get_one(CustomerAccount, desk.accounts["zhengda"])
    contact = session.scalars(
        select(Contact).where(Contact.customer_id == account.customer_id)
    ).one()
    login = memberships.join(session, contact, by=audit.SYSTEM, at=AT)
    login.language = desk.language
    people.set_password(session, login, PASSWORD, by=audit.SYSTEM, at=AT)
    june = Period.month(2026, 6)
    statement = drafting.draft(session, account.customer, june, by=BY, at=AT)
    drafting.approve(session, statement, by=OTHER, at=AT)
    issuing.issue(session, statement, by=OTHER, at=AT)
    invoice = session.scalars(select(Document).where(Document.number == "INV-2")).one()
    claim = Claim(invoice, expected=Money.of("850.00", "CNY"))
    given = Evidence(person="Wang Min", wording="Dispute 50.00")
    raised = raising.raise_disputes(
        session, [claim], reason="price", given=given, by=BY, on=day("2026-06-30"), at=AT
    )
    return raised[0].id


def _dispute_is_over(chen: Person, dispute: int) -> None:
    chen.open(f"/desk/disputes/{dispute}")
    form = 'form[action*="/reject"]'
    chen.page.locator(form).evaluate("one => { one.closest('details').open = true; }")
    chen.fill("/reject", {"text": "The price was agreed on."})


def _reads(desk: Desk, many: int) -> None:
    """How many customers whoever signed in for the duplicate acts for."""
    person = Person(desk.browser, desk.address, desk.language, phone=True)
    desk.people.append(person)
    person.sign_in("wang.min@m-0221.example", PASSWORD, desk=False)
    others = person.page.locator('.to-masthead a[href*="/go/"]')
    assert len({one.get_attribute("href") for one in others.all()}) == many - 1
