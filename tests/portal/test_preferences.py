"""What people choose for themselves in the portal, and who keeps the customer's people."""

import pyotp
import pytest
from sqlalchemy import select

from tests.portal.conftest import ISSUED, PASSWORD, June, form_on, send
from tests.support.visitor import Visitor, words_of
from tieout import clock, db
from tieout.customers.models import Contact
from tieout.identity import tokens
from tieout.identity.models import PortalLogin, SignInSession
from tieout.identity.tokens import Purpose
from tieout.messages import chats, wishes
from tieout.statements.models import Statement

NEW = "four grey geese over water"


@pytest.fixture
def visitor(june: June) -> Visitor:
    """Wang Min, signed in."""
    return june.signed_in()


def unwanted(june: June) -> set[tuple[str, str]]:
    """What Wang Min wants nothing of."""
    with db.reading() as session:
        return wishes.unwanted(session, june.contact_id)


def test_messages_are_chosen_a_kind_and_a_channel(june: June, visitor: Visitor) -> None:
    send(visitor, "/preferences", "/preferences/messages", wish="statement_issued:email")

    others = ("changed_since", "answer_reminder", "reminder", "due_soon", "thanks")
    assert unwanted(june) == {("email", kind) for kind in others}
    page = visitor.open("/preferences").text
    assert 'value="statement_issued:email" checked' in page
    assert 'value="reminder:email" checked' not in page


def test_the_language_of_messages_is_kept_with_the_contact(june: June, visitor: Visitor) -> None:
    answer = send(visitor, "/preferences", "/preferences/language", language="zh")

    assert answer.status_code == 303
    with db.reading() as session:
        assert session.get_one(Contact, june.contact_id).language == "zh"


def test_telegram_is_linked_by_a_code_that_works_once(june: June, visitor: Visitor) -> None:
    with db.transaction() as session:
        chats.learn_bot_name(session, "harbour_tools_bot")

    answer = send(visitor, "/preferences", "/preferences/telegram")

    page = answer.text
    assert "https://t.me/harbour_tools_bot?start=" in page
    assert "<svg" in page.partition("to-qr-box")[2]
    secret = page.partition("?start=")[2].partition('"')[0]
    with db.transaction() as session:
        person = chats.join(session, secret, "telegram", "4711", at=clock.now())
        assert person.id == june.contact_id
    assert "Write there no more" in visitor.open("/preferences").text
    send(visitor, "/preferences", "/preferences/chats/leave")
    assert "Write there no more" not in visitor.open("/preferences").text


def test_a_password_is_changed_with_the_present_one(june: June, visitor: Visitor) -> None:
    elsewhere = june.signed_in()
    given = {"password": NEW, "again": NEW}

    wrong = send(visitor, "/preferences/sign-in", "/preferences/password", present="x", **given)
    right = send(
        visitor, "/preferences/sign-in", "/preferences/password", present=PASSWORD, **given
    )

    assert "Your present password is not right." in words_of(wrong.text)
    assert right.status_code == 303
    assert visitor.open("/preferences").status_code == 200
    assert elsewhere.open("/preferences").status_code == 303
    assert Visitor(june.app).sign_in("wang.min@m-0217.example", NEW).location == "/"


def test_two_different_new_passwords_are_refused(visitor: Visitor) -> None:
    answer = send(
        visitor,
        "/preferences/sign-in",
        "/preferences/password",
        present=PASSWORD,
        password=NEW,
        again="another one altogether",
    )

    assert answer.status_code == 400
    assert "The two new passwords are not the same." in words_of(answer.text)


def test_a_second_factor_is_set_up_asked_for_and_switched_off(june: June, visitor: Visitor) -> None:
    page = visitor.open("/preferences/second-factor").text
    form = form_on(page, "")
    app = pyotp.TOTP(str(form["secret"]))
    code = app.at(clock.now())
    visitor.open("/preferences/second-factor", method="POST", data={**form, "code": code})

    again = Visitor(june.app)
    assert again.sign_in("wang.min@m-0217.example", PASSWORD).location == "/sign-in/code"
    assert again.send("/sign-in/code", {"code": code}).location == "/"
    wrong = send(visitor, "/preferences/sign-in", "/preferences/second-factor/off", code="000000")
    assert "This code is not right" in words_of(wrong.text)
    later = app.at(int(clock.now().timestamp()) + 30)
    send(visitor, "/preferences/sign-in", "/preferences/second-factor/off", code=later)
    with db.reading() as session:
        [login] = session.scalars(
            select(PortalLogin).where(PortalLogin.email == "wang.min@m-0217.example")
        )
        assert login.totp_secret is None


def test_another_browser_is_signed_out(june: June, visitor: Visitor) -> None:
    elsewhere = june.signed_in()
    with db.reading() as session:
        newest = session.scalars(select(SignInSession).order_by(SignInSession.id.desc())).first()
        assert newest is not None
        path = f"/preferences/sessions/{newest.id}/end"

    assert send(june.stranger(), "/preferences/sign-in", "/preferences/password").status_code == 400
    assert june.stranger().send(path, page="/preferences").status_code == 404
    assert send(visitor, "/preferences/sign-in", path).status_code == 303
    assert elsewhere.open("/preferences").status_code == 303


def test_whoever_came_by_a_link_has_no_sign_in_to_look_after(june: June) -> None:
    visitor = june.by_link()

    assert visitor.open("/preferences").status_code == 200
    assert visitor.open("/preferences/sign-in").status_code == 403


def test_whoever_came_by_a_link_lets_nobody_in(june: June) -> None:
    visitor = june.by_link()
    given = {"name": "Li Hua", "email": "li.hua@m-0217.example", "role": "manage"}
    assert "/preferences/people" not in visitor.open("/preferences").text

    seen = visitor.open("/preferences/people")
    added = visitor.send("/preferences/people/new", given, page=june.path)
    changed = visitor.send(f"/preferences/people/{june.contact_id}", given, page=june.path)

    assert (seen.status_code, added.status_code, changed.status_code) == (403, 403, 403)
    assert "Sign in to see and change your people." in words_of(seen.text)
    with db.reading() as session:
        assert not session.scalars(select(Contact).where(Contact.name == "Li Hua")).all()


def test_a_manager_adds_and_changes_people(june: June, visitor: Visitor) -> None:
    given = {"name": "Li Hua", "email": "li.hua@m-0217.example", "role": "look"}

    added = send(visitor, "/preferences/people/new", "", **given)

    assert added.status_code == 303
    with db.reading() as session:
        [made] = session.scalars(select(Contact).where(Contact.name == "Li Hua"))
        assert (made.customer_id, made.role) == (june.customer_id, "look")
        path = f"/preferences/people/{made.id}"
    send(visitor, path, "", role="answer", position="Buyer")
    with db.reading() as session:
        changed = session.get_one(Contact, made.id)
        assert (changed.role, changed.position) == ("answer", "Buyer")


def test_a_manager_does_not_lock_themselves_out(june: June, visitor: Visitor) -> None:
    answer = send(visitor, f"/preferences/people/{june.contact_id}", "", role="look")

    assert answer.status_code == 409
    assert "You cannot take this from yourself" in words_of(answer.text)


def test_two_at_one_person_the_second_is_told(june: June, visitor: Visitor) -> None:
    path = f"/preferences/people/{june.contact_id}"
    form = form_on(visitor.open(path).text, "")
    visitor.open(path, method="POST", data={**form, "phone": "1"})

    second = visitor.open(path, method="POST", data={**form, "phone": "2"})

    assert second.status_code == 409
    assert "Somebody else has saved meanwhile." in words_of(second.text)
    assert 'value="2"' in second.text


def test_who_does_not_manage_changes_nobody(june: June) -> None:
    with db.transaction() as session:
        session.get_one(Contact, june.contact_id).role = "answer"
    visitor = june.signed_in()

    assert "Add a person" not in visitor.open("/preferences/people").text
    assert visitor.open(f"/preferences/people/{june.contact_id}").status_code == 403


def test_a_contact_with_another_address_is_somebody_else(june: June, visitor: Visitor) -> None:
    with db.transaction() as session:
        session.get_one(Contact, june.contact_id).email = "new.person@m-0217.example"

    assert visitor.open("/").status_code == 303


@pytest.fixture
def stop_link(june: June) -> str:
    """The address at the foot of a reminder."""
    with db.transaction() as session:
        token = tokens.issue(
            session,
            Purpose.UNSUBSCRIBE,
            person_kind="contact",
            person_id=june.contact_id,
            customer_id=june.customer_id,
            facts={"channel": "email", "kind": "reminder"},
            at=ISSUED,
        )
        return f"/unsubscribe/{tokens.secret_of(token)}"


def test_looking_at_the_way_out_stops_nothing(june: June, stop_link: str) -> None:
    page = words_of(Visitor(june.app).open(stop_link).text)

    assert "“Reminders of what is overdue” comes to you by E-mail." in page
    assert unwanted(june) == set()


def test_reminders_stop_and_come_again(june: June, stop_link: str) -> None:
    visitor = Visitor(june.app)

    send(visitor, stop_link, stop_link)
    assert unwanted(june) == {("email", "reminder")}
    assert "no longer comes to you" in words_of(visitor.open(stop_link).text)
    send(visitor, stop_link, f"{stop_link}/again")
    assert unwanted(june) == set()


def test_a_mail_program_stops_them_by_itself(june: June, stop_link: str) -> None:
    program = Visitor(june.app)

    answer = program.open(stop_link, method="POST", data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert unwanted(june) == {("email", "reminder")}
    assert program.open(stop_link, method="POST").status_code == 400
    assert program.open("/unsubscribe/unknown").status_code == 404


def test_anybody_checks_a_statement_by_its_code(june: June) -> None:
    with db.reading() as session:
        statement = session.get_one(Statement, june.statement_id)
        code, digest = str(statement.verify_code), str(statement.sha256)
    anybody = Visitor(june.app)

    page = anybody.open(f"/verify/{code.lower().replace('-', ' ')}").text
    asked = anybody.open(f"/verify?code={code}")
    unknown = anybody.open("/verify/AAAA-BBBB-CCCC")

    words = words_of(page)
    assert "This statement is ours, and unchanged." in words
    assert "ST-2026-0001" in words
    assert digest[:4] in words
    assert "4,040.00" not in words
    assert "Mingyuan" not in words
    assert "Audit trail" not in words
    assert asked.location == f"/verify/{code}"
    assert unknown.status_code == 404
    assert "tell us before you pay" in words_of(unknown.text)


def test_how_often_at_most_is_kept_and_no_other_choice_is(june: June, visitor: Visitor) -> None:
    send(visitor, "/preferences", "/preferences/frequency", frequency="7")

    with db.reading() as session:
        assert wishes.frequency(session, june.contact_id) == 7
    assert '<option selected value="7">' in visitor.open("/preferences").text
    refused = send(visitor, "/preferences", "/preferences/frequency", frequency="3")
    assert refused.status_code == 400
    with db.reading() as session:
        assert wishes.frequency(session, june.contact_id) == 7
