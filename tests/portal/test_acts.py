"""After each act: a number, what happens next and by when, on the page and in a mail."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories import BY
from tests.portal.conftest import PASSWORD, June, let_in, send
from tests.support.visitor import Visitor, words_of
from tieout import clock, db
from tieout.audit.models import AuditEntry
from tieout.customers import acts
from tieout.customers.models import Contact
from tieout.disputes import resolving, thread
from tieout.disputes.models import Dispute
from tieout.messages.models import Message


@pytest.fixture
def visitor(june: June) -> Visitor:
    """Wang Min, signed in."""
    return june.signed_in()


def copies(kind: str = "act_recorded") -> list[Message]:
    """The copies that were written."""
    with db.reading() as session:
        query = select(Message).where(Message.kind == kind).order_by(Message.id)
        return list(session.scalars(query))


NEW = "four grey geese over water"
ACTS = {
    acts.PERSON_ADDED: (
        "/preferences/people/new",
        "",
        {"name": "Li Hua", "email": "li.hua@m-0217.example", "role": "look"},
        "Li Hua is added.",
        "Li Hua can sign in with a link sent to the address",
    ),
    acts.MESSAGES: (
        "/preferences",
        "/preferences/messages",
        {"wish": "statement_issued:email"},
        "Your choice of messages is saved.",
        "Only what you chose is sent.",
    ),
    acts.FREQUENCY: (
        "/preferences",
        "/preferences/frequency",
        {"frequency": "7"},
        "How often we write to you is saved.",
        "What comes in between waits",
    ),
    acts.LANGUAGE: (
        "/preferences",
        "/preferences/language",
        {"language": "zh"},
        "The language of your messages is saved.",
        "The next message comes in it.",
    ),
    acts.PASSWORD: (
        "/preferences/sign-in",
        "/preferences/password",
        {"present": PASSWORD, "password": NEW, "again": NEW},
        "Your password is set.",
        "You sign in with it.",
    ),
    acts.BROWSERS: (
        "/preferences/sign-in",
        "/preferences/sessions/end-others",
        {},
        "Every other browser is signed out.",
        "has to sign in again",
    ),
}


@pytest.mark.parametrize("what", ACTS)
def test_an_act_has_a_number_and_says_what_follows(june: June, visitor: Visitor, what: str) -> None:
    june.signed_in()  # a second browser
    page, action, given, done, follows = ACTS[what]

    answer = send(visitor, page, action, **given)

    assert answer.status_code == 303
    number = str(answer.location).rpartition("/")[2]
    assert number.startswith("R-2026-")
    words = words_of(visitor.open(str(answer.location)).text)
    for said in (number, done, follows, "A copy goes to w***@m-0217.example."):
        assert said in words
    [copy] = copies()
    assert (copy.to, copy.channel) == ("wang.min@m-0217.example", "email")
    assert copy.payload["receipt"] == number


def test_what_was_so_already_has_no_number(june: June, visitor: Visitor) -> None:
    for action, given in (
        ("/preferences/frequency", {"frequency": "0"}),
        ("/preferences/language", {}),
    ):
        answer = send(visitor, "/preferences", action, **given)
        assert answer.location == "/preferences", action
        assert "nothing was changed" in visitor.open("/preferences").text
    assert copies() == []


def test_a_person_who_no_longer_works_there_is_said_to_be_switched_off(
    june: June, visitor: Visitor
) -> None:
    send(
        visitor,
        "/preferences/people/new",
        "",
        name="Li Hua",
        email="li.hua@m-0217.example",
        role="look",
    )
    with db.reading() as session:
        made = session.scalars(select(Contact).where(Contact.name == "Li Hua")).one().id
    path = f"/preferences/people/{made}"

    same = send(visitor, path, "")
    off = send(visitor, path, "", is_active=None)

    assert same.location == "/preferences/people"
    words = words_of(visitor.open(str(off.location)).text)
    assert "Li Hua no longer acts for you." in words


def test_only_whoever_acted_comes_back_to_the_receipt(june: June, visitor: Visitor) -> None:
    with db.transaction() as session:
        colleague = Contact(
            customer_id=june.customer_id,
            name="Zhao Lei",
            email="zhao.lei@m-0217.example",
            role="manage",
            created_at=clock.now(),
        )
        session.add(colleague)
        session.flush()
        let_in(session, colleague)
    answer = send(visitor, "/preferences", "/preferences/frequency", frequency="7")
    added = send(
        visitor,
        "/preferences/people/new",
        "",
        name="Li Hua",
        email="li.hua@m-0217.example",
        role="look",
    )

    for path in (str(answer.location), str(added.location)):
        assert visitor.open(path).status_code == 200
        assert june.stranger().open(path).status_code == 404
        assert june.signed_in(name="zhao.lei").open(path).status_code == 404
    # the link of a mail shows what was chosen by it, and nothing of the people
    assert june.by_link().open(str(answer.location)).status_code == 200
    assert june.by_link().open(str(added.location)).status_code == 404


def raised(june: June, visitor: Visitor) -> Dispute:
    """A dispute about the second invoice."""
    page = visitor.open(june.path).text
    path = "/disputes/new?line=" + page.partition("/disputes/new?line=")[2].partition('"')[0]
    assert send(visitor, path, "", reason="price").status_code == 303
    with db.reading() as session:
        return session.scalars(select(Dispute)).one()


def test_what_is_written_again_is_answered_by_a_new_day(june: June, visitor: Visitor) -> None:
    """We answered on the last day; what they write then is not due the day before."""
    made = raised(june, visitor)
    later = clock.now() + timedelta(days=14)
    with clock.standing(later):
        with db.transaction() as session:
            there = session.get_one(Dispute, made.id)
            thread.answer(session, there, "As ordered.", by=BY, at=later)
        visitor = june.signed_in()
        answer = send(
            visitor, f"/disputes/{made.id}", f"/disputes/{made.id}/answer", text="Not as ordered."
        )
        words = words_of(visitor.open(str(answer.location)).text)

    with db.reading() as session:
        promised = session.get_one(Dispute, made.id).answer_by
        trail = session.scalars(select(AuditEntry).where(AuditEntry.action == "dispute.promised"))
        [kept] = [one.changes["after"]["answer_by"] for one in trail]
    assert promised > later.date() > made.answer_by
    assert kept == promised.isoformat()
    assert f"Your message about dispute {made.receipt} is with us." in words
    assert f"We answer by {promised:%A} {promised.day} {promised:%B %Y}." in words
    assert "A copy goes to w***@m-0217.example." in words
    [copy] = copies("dispute_step")
    assert copy.to == "wang.min@m-0217.example"


def test_an_objection_and_a_withdrawal_say_what_follows(june: June, visitor: Visitor) -> None:
    made = raised(june, visitor)
    path = f"/disputes/{made.id}"
    later = clock.now() + timedelta(days=14)
    with clock.standing(later):
        with db.transaction() as session:
            there = session.get_one(Dispute, made.id)
            day = date(2026, 7, 16)
            resolving.reject(session, there, "As ordered.", by=BY, on=day, at=later)
        visitor = june.signed_in()
        send(visitor, path, f"{path}/reopen", text="See the order.")
        words = words_of(visitor.open(path).text)
        assert f"Your objection about dispute {made.receipt} is with us." in words
        assert "We answer by Thursday 23 July 2026." in words
        assert "Until we take it up again, the amount counts as due." in words

        send(visitor, path, f"{path}/withdraw")
        words = words_of(visitor.open(path).text)
        assert f"Dispute {made.receipt} is withdrawn." in words
        assert "The amount counts as due, as it was booked." in words
    assert len(copies("dispute_step")) == 2
