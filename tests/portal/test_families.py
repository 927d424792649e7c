"""A parent's people and a branch's people: who sees a branch's statement, and who may answer."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import BY, make_customer
from tests.portal.conftest import BOOKED, PASSWORD, June, issue, let_in, link_to, send
from tests.support.books import post
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import Contact, Customer
from tieout.messages.models import Message
from tieout.statements import family
from tieout.statements.family import BOTH, EACH, HEAD, Choice
from tieout.statements.models import Confirmation, Statement


@dataclass
class Branch:
    """The branch's statement, and links to it for both sides."""

    june: June
    path: str
    head_link: str
    statement_id: int
    section_id: int

    def confirm(self, visitor: Visitor) -> TestResponse:
        """Tick, and press the main button."""
        action = f"{self.path}/{self.section_id}/confirm"
        return send(visitor, self.path, action, authority="y")

    def head(self) -> Visitor:
        """Wang Min of the parent."""
        return self.june.signed_in()

    def member(self) -> Visitor:
        """The branch's own accountant."""
        visitor = Visitor(self.june.app)
        assert visitor.sign_in("wang.min@m-0218.example", PASSWORD).status_code == 303
        return visitor

    def by_link(self) -> Visitor:
        """Whoever of the parent's opened the link in the mail."""
        visitor = Visitor(self.june.app)
        assert visitor.open(f"/s/{self.head_link}").status_code == 303
        return visitor


def branch(june: June, choice: Choice) -> Branch:
    """A branch of the customer with a statement of 800.00, shared as chosen."""
    with db.transaction() as session:
        head = session.get_one(Customer, june.customer_id)
        family.choose(session, head, choice, by=BY)
        account = make_customer(session, "M-0218")
        account.customer.name, account.customer.parent_id = "Mingyuan Ningbo", head.id
        let_in(session, account.customer.contacts[0])
        account.customer.contacts[0].role = "manage"
        post(session, account, "invoice", "INV-B1", "2026-06-05", "800.00", at=BOOKED)
        statement = issue(session, account.customer)
        contact = session.get_one(Contact, june.contact_id)
        link = link_to(session, statement, contact)
        return Branch(
            june, f"/statements/{statement.id}", link, statement.id, statement.sections[0].id
        )


def test_nobody_of_the_parent_sees_a_branch_unless_that_was_chosen(june: June) -> None:
    there = branch(june, Choice())

    assert there.head().open(there.path).status_code == 404
    assert there.by_link().open(there.path).status_code in (302, 303, 404)
    assert there.member().open(there.path).status_code == 200
    assert there.head().open("/family").status_code == 303


def test_the_parent_gets_the_mail_and_answers_for_the_branch(june: June) -> None:
    there = branch(june, Choice(HEAD, HEAD))

    with db.reading() as session:
        mails = session.scalars(
            select(Message).where(
                Message.kind == "statement_issued", Message.subject_id == there.statement_id
            )
        ).all()
        assert [one.contact_id for one in mails] == [june.contact_id]
        assert {one.customer_id for one in mails} != {june.customer_id}
    page = words_of(there.by_link().open(there.path).text)
    assert "800.00" in page
    assert "Confirm 800.00" in page

    answer = there.confirm(there.by_link())

    assert answer.status_code == 303, words_of(answer.text)
    with db.reading() as session:
        [made] = session.scalars(
            select(Confirmation).where(Confirmation.statement_id == there.statement_id)
        )
        assert made.contact_id == june.contact_id
        assert made.customer_id == session.get_one(Statement, there.statement_id).customer_id


def test_where_the_parent_answers_the_branch_looks_only(june: June) -> None:
    there = branch(june, Choice(HEAD, HEAD))
    page = there.member().open(there.path).text

    assert "800.00" in words_of(page)
    assert "/confirm" not in page
    sent = there.member().send(f"{there.path}/{there.section_id}/confirm")
    assert sent.status_code in (403, 404)


def test_where_the_branch_answers_the_parent_looks_only(june: June) -> None:
    there = branch(june, Choice(BOTH, EACH))
    page = there.head().open(there.path).text

    assert "800.00" in words_of(page)
    assert "Confirm 800.00" not in words_of(page)
    assert "Confirm 800.00" in words_of(there.member().open(there.path).text)


def test_the_parent_sees_the_sum_of_all_and_the_branch_does_not(june: June) -> None:
    there = branch(june, Choice(HEAD, HEAD))

    page = words_of(there.head().open("/family").text)

    assert "Mingyuan Hardware" in page
    assert "Mingyuan Ningbo" in page
    assert "4,840.00" in page
    assert there.member().open("/family").status_code == 303
    assert june.stranger().open("/family").status_code == 303
    assert june.stranger().open(there.path).status_code == 404


def test_the_parent_cannot_change_the_people_of_a_branch(june: June) -> None:
    there = branch(june, Choice(HEAD, HEAD))
    with db.reading() as session:
        member_id = session.scalars(
            select(Contact.id).where(Contact.email == "wang.min@m-0218.example")
        ).one()

    assert there.head().open(f"/preferences/people/{member_id}").status_code in (403, 404)


def test_a_choice_taken_back_closes_the_link(june: June) -> None:
    there = branch(june, Choice(HEAD, HEAD))
    visitor = there.by_link()
    assert visitor.open(there.path).status_code == 200

    with db.transaction() as session:
        head = session.get_one(Customer, june.customer_id)
        family.choose(session, head, Choice(), by=BY)

    assert visitor.open(there.path).status_code != 200


@pytest.mark.parametrize("choice", [Choice(HEAD, HEAD), Choice(BOTH, BOTH)])
def test_one_balance_has_one_answer_whoever_gives_it(june: June, choice: Choice) -> None:
    there = branch(june, choice)

    there.confirm(there.by_link())
    page = there.member().open(there.path).text
    assert f"{there.section_id}/confirm" not in page
    assert "Agreed" in words_of(page)

    with db.reading() as session:
        query = select(Confirmation).where(
            Confirmation.statement_id == there.statement_id, Confirmation.replaced_by_id.is_(None)
        )
        assert len(session.scalars(query).all()) == 1
