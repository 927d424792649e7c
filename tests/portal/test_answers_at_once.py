"""Two of a customer answer in the same moment, or from an old page: one counts, one is told why."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.conftest import _composed
from tests.factories import BY, OTHER, make_staff
from tests.portal.conftest import (
    BOOKED,
    ISSUED,
    PASSWORD,
    June,
    answers,
    confirm,
    form_on,
    let_in,
)
from tests.support.at_once import together
from tests.support.books import post
from tests.support.visitor import Visitor, settings_for, words_of
from tieout import clock, db
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.disputes.models import Dispute
from tieout.identity import passwords
from tieout.ledger.models import Document
from tieout.periods import Period
from tieout.statements import drafting, issuing
from tieout.statements.models import LineAnswer, Statement, StatementLine

#: What each language says where somebody was first.
ANSWERED_BY = {"en": "Wang Min answered this already", "zh": "Wang Min 已作答"}
OTHERWISE = {"en": "While your page was open", "zh": "您打开页面期间"}
REPLACED = {"en": "has been replaced by version 2", "zh": "已由第 2 版取代"}
REPLACED_THERE = {"en": "Version 2 counts now", "zh": "已被取代"}
SENT = {"en": "the second time changed nothing", "zh": "第二次没有产生任何变化"}
MOVED_ON = {"en": "is “Issued”, so this cannot be done with it", "zh": "不能执行此操作"}
DISPUTED = {"en": "nothing was recorded twice", "zh": "没有重复登记"}


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Flask:
    """The whole application, over each database."""
    return _composed(settings_for(database_url, tmp_path))


@pytest.fixture
def both(june: June) -> June:
    """The same customer with a second person, Li Hua, who may answer too."""
    with db.transaction() as session:
        second = Contact(
            customer_id=june.customer_id,
            name="Li Hua",
            email="li.hua@m-0217.example",
            role="answer",
            created_at=ISSUED,
        )
        session.add(second)
        session.flush()
        let_in(session, second)
    return june


@pytest.fixture
def language(database_url: str) -> str:
    """The language everybody reads: Chinese where the books lie in PostgreSQL."""
    return "en" if database_url.startswith("sqlite") else "zh"


def reads(visitor: Visitor, language: str) -> Visitor:
    """Let somebody read in a language, whatever is on record."""
    visitor.choose(language)
    return visitor


def press(
    visitor: Visitor, page: str, action: str = "", **given: object
) -> Callable[[], TestResponse]:
    """Fill in a form on a page now; what is returned sends it."""
    fields = {**form_on(visitor.open(page).text, action), **given}
    return lambda: visitor.open(action or page, method="POST", data=fields)


def confirming(visitor: Visitor, june: June) -> Callable[[], TestResponse]:
    """The balance on the page of the statement, ticked."""
    return press(visitor, june.path, f"{june.path}/{june.section_id}/confirm", authority="y")


def stating(visitor: Visitor, june: June, stated: str) -> Callable[[], TestResponse]:
    """Another figure, filled in."""
    path = f"{june.path}/{june.section_id}/figure"
    return press(visitor, path, stated=stated, authority="y")


def correct(june: June) -> int:
    """Draft and approve a second version; it is not issued yet."""
    with db.transaction() as session:
        account = session.scalars(
            select(CustomerAccount).where(CustomerAccount.customer_id == june.customer_id)
        ).one()
        post(session, account, "invoice", "INV-9", "2026-06-25", "10.00", at=clock.now())
        old = session.get_one(Statement, june.statement_id)
        new = issuing.supersede(session, old, reason="INV-9", by=BY, at=clock.now())
        drafting.approve(session, new, by=OTHER, at=clock.now())
        return new.id


def put_in_place(statement_id: int) -> None:
    """Issue the second version."""
    with db.transaction() as session:
        new = session.get_one(Statement, statement_id)
        issuing.issue(session, new, by=OTHER, at=clock.now())


def no_dead_end(visitor: Visitor, answer: TestResponse) -> None:
    """The button of the page that refuses leads to a page."""
    led = re.search(r'<a class="to-button[^"]*" href="([^"]+)"', answer.text)
    led = led or re.search(r'href="([^"]+)"[^>]*class="to-button', answer.text)
    assert led, answer.text[:3000]
    assert visitor.open(led.group(1), follow_redirects=True).status_code == 200


def test_two_people_confirm_in_the_same_moment(both: June, language: str) -> None:
    """One answer; the second person is told whose it is."""
    wang = reads(both.signed_in(language), language)
    li = reads(both.signed_in(language, "li.hua"), language)

    found = together(confirming(wang, both), confirming(li, both))

    [made] = answers()
    assert [one.status_code for one in found] == [303, 303]
    assert {one.location for one in found} == {f"/receipts/{made.receipt}"}
    second = li if made.contact_id == both.contact_id else wang
    first = wang if second is li else li
    name = "Wang Min" if first is wang else "Li Hua"
    told = words_of(second.open(f"/receipts/{made.receipt}").text)
    assert ANSWERED_BY[language].replace("Wang Min", name) in told
    assert ANSWERED_BY[language].replace("Wang Min", name) not in words_of(
        first.open(f"/receipts/{made.receipt}").text
    )


def test_one_confirms_while_another_states_another_figure(both: June, language: str) -> None:
    """Neither knew of the other: the second is asked to look, and nothing is replaced unseen."""
    wang = reads(both.signed_in(language), language)
    li = reads(both.signed_in(language, "li.hua"), language)

    found = together(confirming(wang, both), stating(li, both, "4,000.00"))

    assert sorted(one.status_code for one in found) == [303, 409]
    [made] = answers()
    refused = next(one for one in found if one.status_code == 409)
    assert OTHERWISE[language] in words_of(refused.text)
    assert made.receipt in refused.text
    assert ("Wang Min" if made.outcome == "agreed" else "Li Hua") in words_of(refused.text)


def test_confirming_while_the_statement_is_replaced(both: June, language: str) -> None:
    """Either the answer was first and stays with the old version, or it is refused in words."""
    wang = reads(both.signed_in(language), language)
    press_it = confirming(wang, both)
    new = correct(both)

    def replace() -> TestResponse:
        put_in_place(new)
        return reads(both.signed_in(language, "li.hua"), language).open("/")

    answer, _ = together(press_it, replace)

    if answer.status_code == 303:
        assert [one.statement_id for one in answers()] == [both.statement_id]
    else:
        assert answer.status_code == 409
        assert REPLACED[language] in words_of(answer.text)
        assert answers() == []


def test_an_old_page_of_a_replaced_statement(both: June, language: str) -> None:
    visitor = reads(both.by_link(language), language)
    waiting = [confirming(visitor, both), stating(visitor, both, "4,000.00")]
    new = correct(both)
    put_in_place(new)

    for one in waiting:
        answer = one()
        assert answer.status_code == 409
        assert REPLACED[language] in words_of(answer.text)
        led = re.search(rf'href="(/statements/({both.statement_id}|{new}))"', answer.text)
        assert led, answer.text
        page = visitor.open(led.group(1))
        assert page.status_code == 200, page.text
    assert REPLACED_THERE[language] in words_of(visitor.open(both.path).text)
    assert answers() == []


@pytest.mark.parametrize("way", ["link", "password"])
def test_the_same_form_sent_twice_in_the_same_moment(both: June, way: str, language: str) -> None:
    visitor = both.by_link(language) if way == "link" else both.signed_in(language)
    reads(visitor, language)
    send_it = confirming(visitor, both)

    found = together(send_it, send_it, send_it)

    [made] = answers()
    told = sorted(one.status_code for one in found)
    assert told == ([303, 409, 409] if way == "link" else [303, 303, 303])
    for one in found:
        if one.status_code == 409:
            assert SENT[language] in words_of(one.text)
            no_dead_end(visitor, one)
        else:
            assert one.location == f"/receipts/{made.receipt}"


def test_back_after_answering_and_pressed_again(both: June, language: str) -> None:
    """The page of before stands in the browser; its buttons change nothing, and it is said."""
    visitor = reads(both.signed_in(language), language)
    old_page, old_figure = confirming(visitor, both), stating(visitor, both, "4,000.00")
    receipt = old_page().location
    visitor.open(receipt)

    assert old_page().location == receipt
    assert ANSWERED_BY[language] in words_of(visitor.open(receipt).text)
    otherwise = old_figure()
    assert otherwise.status_code == 409
    assert OTHERWISE[language] in words_of(otherwise.text)
    assert [one.outcome for one in answers()] == ["agreed"]


def test_whoever_looks_again_may_change_the_answer(both: June) -> None:
    confirm(both.signed_in(), both)

    answer = stating(both.signed_in(name="li.hua"), both, "4,000.00")()

    assert answer.status_code == 303
    assert [one.outcome for one in answers()] == ["agreed", "disagreed"]


def test_two_people_dispute_the_same_in_the_same_moment(both: June, language: str) -> None:
    wang = reads(both.signed_in(language), language)
    li = reads(both.signed_in(language, "li.hua"), language)
    with db.reading() as session:
        document = session.scalars(select(Document).where(Document.number == "INV-3")).one().id
    page = f"/disputes/new?document={document}"

    def raising(visitor: Visitor) -> Callable[[], TestResponse]:
        return press(visitor, page, reason="price", note="20.00 each was agreed")

    found = together(raising(wang), raising(li))

    assert sorted(one.status_code for one in found) == [303, 409]
    refused = next(one for one in found if one.status_code == 409)
    with db.reading() as session:
        [made] = session.scalars(select(Dispute))
        assert made.receipt in refused.text
    assert DISPUTED[language] in words_of(refused.text)


def test_two_people_confirm_the_same_lines_in_the_same_moment(both: June) -> None:
    with db.reading() as session:
        line = session.scalars(
            select(StatementLine.id).where(
                StatementLine.section_id == both.section_id, StatementLine.number == "INV-2"
            )
        ).one()
    page = f"{both.path}/lines?line={line}"

    def agreeing(name: str) -> Callable[[], TestResponse]:
        visitor = both.signed_in(name=name)
        fields = {**form_on(visitor.open(page).text, ""), "line": line, "authority": "y"}
        return lambda: visitor.open(f"{both.path}/lines", method="POST", data=fields)

    found = together(agreeing("wang.min"), agreeing("li.hua"))

    assert [one.status_code for one in found] == [303, 303]
    assert len({one.location for one in found}) == 1
    with db.reading() as session:
        assert session.scalar(select(func.count(LineAnswer.id))) == 1


JULY = date(2026, 7, 1)


@pytest.fixture
def approvers(both: June) -> tuple[list[Visitor], int]:
    """Two people who may approve, and a draft for the first day of July."""
    with db.transaction() as session:
        for name in ("Zhou Wei", "Lin Tao"):
            person = make_staff(session, "approver", name=name)
            person.password_hash = passwords.hashed(PASSWORD)
        customer = session.get_one(Customer, both.customer_id)
        made = drafting.draft(session, customer, Period(JULY, JULY), by=BY, at=BOOKED)
        draft_id = made.id
    people = []
    for name in ("zhou.wei", "lin.tao"):
        visitor = Visitor(both.app)
        email = f"{name}@harbourtools.example"
        assert visitor.sign_in(email, PASSWORD, desk=True).status_code == 303
        people.append(visitor)
    return people, draft_id


def test_two_approve_the_same_statement_in_the_same_moment(
    approvers: tuple[list[Visitor], int], language: str
) -> None:
    people, draft_id = approvers
    page, action = f"/desk/statements/{draft_id}", f"/desk/statements/{draft_id}/issue"
    for one in people:
        one.choose(language)

    found = together(*(press(one, page, action) for one in people))

    assert sorted(one.status_code for one in found) == [303, 409]
    refused = next(one for one in found if one.status_code == 409)
    assert MOVED_ON[language] in words_of(refused.text)
    no_dead_end(people[0], refused)
    with db.reading() as session:
        made = session.get_one(Statement, draft_id)
        assert made.state == "issued"
        assert made.approved_by in {"Zhou Wei", "Lin Tao"}
        numbers = session.scalars(
            select(Statement.number).where(Statement.number.is_not(None))
        ).all()
        assert len(numbers) == len(set(numbers))
