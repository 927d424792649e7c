"""The message log of the workbench: what became of each message, and what may be done."""

from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.support.route_world import World
from tests.support.visitor import words_of
from tieout import audit, db
from tieout.customers.models import Contact
from tieout.i18n import Sentence
from tieout.messages import addresses, handover
from tieout.messages.models import Address, Message
from tieout.messages.outcomes import refused


def refuse(world: World, words: str) -> int:
    """The message was refused, and its address is off."""
    with db.transaction() as session:
        message = session.get_one(Message, world.ids["message_id"])
        message.state, message.sent_at, message.next_attempt_at = "waiting", None, NOW
        session.flush()
        claimed = handover.claim(session, "worker", at=NOW)
        assert claimed is not None
        handover.record_try(session, claimed, {}, at=NOW)
        handover.put_on_wire(session, claimed, at=NOW)
        outcome = refused(words, address_gone=True)
        handover.settle(session, claimed.id, "worker", outcome, at=NOW, chance=0.0)
        return claimed.id


def test_the_log_says_what_failed_why_and_what_to_do(world: World) -> None:
    refuse(world, "550 5.1.1 user unknown")
    person = world.staff("accountant")

    log = words_of(person.open("/desk/messages?state=failed").text)
    assert "Refused: 550 5.1.1 user unknown" in log
    assert "Switch on again" in log

    one = words_of(person.open(f"/desk/messages/{world.ids['message_id']}").text)
    assert "Nothing more is sent to this address. Ask for the right one" in one
    assert "Refused for good" in one


def test_a_message_goes_again_to_the_address_its_person_has_now(world: World) -> None:
    refuse(world, "550 5.1.1 user unknown")
    person = world.staff("accountant")
    again = f"/desk/messages/{world.ids['message_id']}/send-again"

    refused_page = person.send(again)
    assert refused_page.status_code == 409
    assert "is switched off" in words_of(refused_page.text)

    with db.transaction() as session:
        session.get_one(Contact, world.ids["contact_id"]).email = "new@own.example"
    answer = person.send(again)
    assert answer.status_code == 303
    with db.reading() as session:
        last = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert last is not None
        assert (last.to, last.state) == ("new@own.example", "waiting")


def test_an_address_that_was_put_right_is_switched_on_again(world: World) -> None:
    refuse(world, "550 mailbox full for ever")
    person = world.staff("accountant")

    answer = person.send(f"/desk/messages/addresses/{world.ids['address_id']}/switch-on")

    assert answer.status_code == 303
    with db.reading() as session:
        assert session.get_one(Address, world.ids["address_id"]).is_active


def test_what_a_person_has_stopped_staff_cannot_switch_on(world: World) -> None:
    with db.transaction() as session:
        address = session.get_one(Address, world.ids["address_id"])
        contact = addresses.person_of(session, address)
        assert isinstance(contact, Contact)
        by = audit.Actor("contact", contact.id, contact.name)
        addresses.unlink(session, address, addresses.STOPPED, by=by, at=NOW)
    person = world.staff("accountant")

    answer = person.send(f"/desk/messages/addresses/{world.ids['address_id']}/switch-on")

    assert answer.status_code == 403
    assert "Only the person can link it again." in words_of(person.open("/desk/messages").text)


def test_sales_see_messages_of_their_own_customers_only(world: World) -> None:
    person = world.staff("sales")

    assert person.open(f"/desk/messages/{world.ids['message_id']}").status_code == 200
    assert person.open(f"/desk/messages/{world.others['message_id']}").status_code == 404
    assert "@other.example" not in person.open("/desk/messages").text


def test_the_mailbox_shows_a_mail_without_letting_it_run_anything(world: World) -> None:
    person = world.staff("accountant")
    page = person.open(f"/desk/mailbox/{world.ids['message_id']}")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text

    mail = person.open(f"/desk/mailbox/{world.ids['message_id']}/html")
    policy = mail.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script" not in policy
    assert "frame-ancestors 'self'" in policy

    file = person.open(f"/desk/mailbox/{world.ids['message_id']}/files/1")
    assert file.data == b"%PDF-"
    assert person.open(f"/desk/mailbox/{world.ids['message_id']}/files/2").status_code == 404


def test_there_is_no_mailbox_where_mail_leaves_for_its_readers(app: Flask, world: World) -> None:
    settings = app.config["TIEOUT"]
    object.__setattr__(settings, "smtp_host", "mail.harbour.example")
    person = world.staff("accountant")

    assert person.open("/desk/mailbox").status_code == 404
    assert person.open(f"/desk/mailbox/{world.ids['message_id']}/html").status_code == 404


def test_what_failed_without_anybodys_no_says_whose_fault_it_is(world: World) -> None:
    person = world.staff("accountant")
    where = f"/desk/messages/{world.ids['message_id']}"
    for text, facts, advice in (
        (handover.GIVEN_UP, {"times": 21, "words": "451 busy"}, "as long as it is worth it"),
        (handover.NOT_WRITTEN, {"words": "KeyError('net')"}, "This is a fault of ours"),
        (handover.WORKER_STOPPED, {"times": 5}, "This is a fault of ours"),
    ):
        with db.transaction() as session:
            message = session.get_one(Message, world.ids["message_id"])
            message.state, message.reason = "failed", Sentence(text, facts).to_json()

        assert advice in words_of(person.open(where).text)
