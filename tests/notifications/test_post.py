"""Mail that comes in over IMAP: what came back, what arrived, what people answer."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import post_box, taking
from notifications.channels import Parcel, email
from tests.conftest import NOW
from tests.factories import BY
from tests.notifications import world
from tests.notifications.test_late_disputes import dispute
from tests.notifications.world import MAIL, TODAY, House, messages
from tests.support.imap import ImapServer, imap_server
from tieout import clock, db
from tieout.config import Settings
from tieout.customers.models import Contact
from tieout.disputes import queries, resolving, thread
from tieout.disputes.models import Dispute
from tieout.messages import addresses
from tieout.messages.models import Address, IncomingMail, Message, PostBox
from tieout.statements.models import StatementDelivery


@pytest.fixture
def box() -> Iterator[ImapServer]:
    """A mailbox."""
    with imap_server() as server:
        yield server


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> House:
    """Harbour Tools with a statement to send."""
    made = world.build(database_url, tmp_path)
    made.june()
    return made


def settings(house: House, box: ImapServer) -> Settings:
    """The settings of an installation that looks into the mailbox."""
    return replace(
        house.settings,
        imap_host="127.0.0.1",
        imap_port=box.port,
        imap_user=box.user,
        imap_password=box.password,
        imap_security="plain",
    )


def report(about: str, action: str = "failed", status: str = "5.1.1", to: str = MAIL) -> str:
    """What a mail server reports of a mail."""
    return f"""\
From: MAILER-DAEMON@m-0217.example
Subject: Delivery Status Notification
Message-ID: <{action}-{status}@m-0217.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Words.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; m-0217.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} user unknown
--b
Content-Type: text/rfc822-headers

Message-ID: {about}
--b--
"""


def answer(about: str, words: str, sender: str = MAIL, number: int = 1) -> str:
    """A mail somebody writes."""
    return f"""\
From: Wang Min <{sender}>
Subject: Re: what you wrote
Message-ID: <answer-{number}@m-0217.example>
In-Reply-To: {about}
Content-Type: text/plain; charset=utf-8

{words}

On Thu, 2 Jul 2026, Harbour Tools wrote:
> what you wrote
"""


def statement_sent(house: House) -> Message:
    """The statement of June has left by mail."""
    house.issue()
    house.deliver()
    [sent] = [one for one in messages("statement_issued") if one.channel == "email"]
    assert sent.state == "sent"
    return sent


def mails() -> list[IncomingMail]:
    """The mails that were taken in."""
    with db.reading() as session:
        found = session.scalars(select(IncomingMail).order_by(IncomingMail.id)).all()
        session.expunge_all()
        return list(found)


def delivery() -> StatementDelivery:
    """How the statement reached Wang Min."""
    with db.reading() as session:
        found = session.scalars(select(StatementDelivery)).one()
        session.expunge_all()
        return found


def test_a_mail_that_came_back_switches_its_address_off(house: House, box: ImapServer) -> None:
    sent = statement_sent(house)
    box.put(report(sent.identity))

    assert post_box.look(settings(house, box)) == 1

    [mail] = mails()
    assert (mail.kind, mail.message_id) == ("returned", sent.id)
    with db.reading() as session:
        message = session.get_one(Message, sent.id)
        assert message.state == "failed"
        assert message.reason
        assert "user unknown" in str(message.reason["facts"])
        address = session.get_one(Address, sent.address_id)
        assert not address.is_active
        assert "user unknown" in address.off_reason
    assert delivery().state == "failed"
    assert messages("staff_address")


def test_a_full_mailbox_comes_back_and_stays_switched_on(house: House, box: ImapServer) -> None:
    sent = statement_sent(house)
    box.put(report(sent.identity, status="5.2.2"))

    post_box.look(settings(house, box))

    with db.reading() as session:
        assert session.get_one(Message, sent.id).state == "failed"
        assert session.get_one(Address, sent.address_id).is_active


def test_an_address_put_right_since_is_not_switched_off_by_what_came_back_of_before(
    house: House, box: ImapServer
) -> None:
    sent = statement_sent(house)

    def put_right(session: Session) -> None:
        address = session.get_one(Address, sent.address_id)
        addresses.switch_off(session, address, "550 no such user", at=NOW)
        addresses.switch_on(session, address, by=BY, at=NOW + timedelta(days=1))

    house.change(put_right)
    box.put(report(sent.identity))

    post_box.look(settings(house, box))

    with db.reading() as session:
        assert session.get_one(Message, sent.id).state == "failed"
        assert session.get_one(Address, sent.address_id).is_active
    [mail] = mails()
    assert str(mail.outcome["text"]) == taking.CAME_BACK


def test_a_notice_of_delivery_proves_it_and_a_delay_changes_nothing(
    house: House, box: ImapServer
) -> None:
    sent = statement_sent(house)
    box.put(report(sent.identity, "delayed", "4.4.1"))
    post_box.look(settings(house, box))
    assert delivery().state == "sent"

    box.put(report(sent.identity, "delivered", "2.0.0"))
    post_box.look(settings(house, box))

    proven = delivery()
    assert (proven.state, proven.proof) == ("delivered", "dsn")
    assert [one.kind for one in mails()] == ["delayed", "delivered"]


def test_a_notice_about_somebody_else_or_no_mail_of_ours_says_nothing(
    house: House, box: ImapServer
) -> None:
    sent = statement_sent(house)
    box.put(report("<not-ours@elsewhere.example>"))
    box.put(report(sent.identity, "relayed", "2.0.0"))

    assert post_box.look(settings(house, box)) == 2

    assert mails() == []
    assert delivery().state == "sent"


def test_an_answer_about_a_dispute_joins_its_thread(house: House, box: ImapServer) -> None:
    dispute_id = dispute(house)
    house.deliver()
    [receipt] = [one for one in messages("dispute_raised") if one.channel == "email"]
    box.put(answer(receipt.identity, "Two boxes were broken."))

    post_box.look(settings(house, box))
    post_box.look(settings(house, box))

    with db.reading() as session:
        found = session.get_one(Dispute, dispute_id)
        written = [one for one in found.entries if one.kind == "answer"]
        assert [(one.text, one.author) for one in written] == [
            ("Two boxes were broken.", "Wang Min")
        ]
        assert not written[0].is_internal
        assert queries.timeline(session, found, internal=False)
    [mail] = mails()
    assert (mail.kind, mail.is_open) == ("answer", False)


def test_anybody_else_writes_into_no_thread(house: House, box: ImapServer) -> None:
    dispute_id = dispute(house)
    house.deliver()
    [receipt] = [one for one in messages("dispute_raised") if one.channel == "email"]
    box.put(answer(receipt.identity, "I am somebody else.", "mallory@elsewhere.example"))

    post_box.look(settings(house, box))

    [mail] = mails()
    assert mail.is_open
    with db.reading() as session:
        assert [e.kind for e in session.get_one(Dispute, dispute_id).entries if e.text] == [
            "raised"
        ]
    assert messages("staff_mail")


def test_who_may_only_look_answers_nothing_and_a_dispute_that_is_over_takes_nothing(
    house: House, box: ImapServer
) -> None:
    dispute_id = dispute(house)
    house.deliver()
    [receipt] = [one for one in messages("dispute_raised") if one.channel == "email"]
    with db.transaction() as session:
        session.get_one(Contact, house.contact_id).role = "look"
    box.put(answer(receipt.identity, "Please.", number=1))
    post_box.look(settings(house, box))
    with db.transaction() as session:
        session.get_one(Contact, house.contact_id).role = "answer"
        resolving.reject(
            session,
            session.get_one(Dispute, dispute_id),
            "The price was agreed.",
            by=BY,
            on=TODAY,
            at=clock.now(),
        )
    box.put(answer(receipt.identity, "Please!", number=2))
    post_box.look(settings(house, box))

    first, second = mails()
    assert first.is_open
    assert "may look" in str(first.outcome["text"])
    assert second.is_open
    with db.reading() as session:
        texts = [one.text for one in session.get_one(Dispute, dispute_id).entries]
        assert not {"Please.", "Please!"} & set(texts)


def test_an_answer_to_a_statement_waits_for_somebody(house: House, box: ImapServer) -> None:
    sent = statement_sent(house)
    box.put(answer(sent.identity, "We paid on Monday."))
    box.put("From: " + MAIL + "\nSubject: Hello\nMessage-ID: <h@x>\n\nA question.\n")
    box.put("From: shop@elsewhere.example\nSubject: Sale\nMessage-ID: <s@x>\n\nBuy!\n")
    box.put(
        f"From: {MAIL}\nSubject: Away\nMessage-ID: <o@x>\nAuto-Submitted: auto-replied\n"
        f"In-Reply-To: {sent.identity}\n\nI am away.\n"
    )

    assert post_box.look(settings(house, box)) == 4

    assert [(one.kind, one.is_open, one.text) for one in mails()] == [
        ("answer", True, "We paid on Monday."),
        ("answer", True, "A question."),
        ("automatic", False, "I am away."),
    ]
    assert {one.customer_id for one in mails()} == {sent.customer_id}
    told = {one.subject_id for one in messages("staff_mail")}
    assert told == {one.id for one in mails() if one.is_open}


def test_each_mail_counts_once_whatever_happens(house: House, box: ImapServer) -> None:
    sent = statement_sent(house)
    given = settings(house, box)
    box.put(answer(sent.identity, "One.", number=1))
    post_box.look(given)
    box.put(answer(sent.identity, "Two.", number=2))
    box.cut_at = "UID FETCH"
    assert post_box.look(given) == 0
    with db.reading() as session:
        assert session.get_one(PostBox, post_box.name_of(given)).failing_since is not None

    assert post_box.look(given) == 1
    box.validity = 8  # the mailbox was moved: its numbers begin anew
    assert post_box.look(given) == 2

    assert [one.text for one in mails()] == ["One.", "Two."]
    with db.reading() as session:
        found = session.get_one(PostBox, post_box.name_of(given))
        assert (found.failing_since, found.validity, found.words) == (None, 8, "")


def test_trouble_with_the_server_is_said_and_loses_nothing(house: House, box: ImapServer) -> None:
    sent = statement_sent(house)
    given = settings(house, box)
    box.password = "another"
    box.put(answer(sent.identity, "One."))
    assert post_box.look(given) == 0
    with db.reading() as session:
        found = session.get_one(PostBox, post_box.name_of(given))
        assert "wrong password" in found.words
    clock.set_to(clock.now() + timedelta(minutes=5))
    box.password = "seven quiet boats"
    assert post_box.look(given) == 1
    assert [one.text for one in mails()] == ["One."]


def test_answers_of_ours_to_ours_are_nobodys_business(house: House, box: ImapServer) -> None:
    dispute(house)
    house.deliver()
    told = messages("staff_dispute")[0]
    box.put(answer(told.identity, "I see to it.", told.to))
    post_box.look(settings(house, box))

    assert mails() == []
    with db.reading() as session:
        made = session.scalars(select(Dispute)).one()
        assert thread.assignable(session, made)


def test_the_mail_server_is_asked_to_confirm_the_arrival_of_statements(
    house: House, box: ImapServer
) -> None:
    told: list[str] = []
    with talking_server(told) as port:
        smtp = replace(settings(house, box), smtp_host="127.0.0.1", smtp_port=port)
        channel = email.channel(smtp)
        for kind in ("statement_issued", "dispute_answered"):
            sent = channel.send(Parcel(kind, MAIL, f"<{kind}@x>", "en", "Words", "Words."))
            assert sent.verdict == "accepted"
        channel.close()

    assert [line for line in told if line.startswith("rcpt")] == [
        f"rcpt TO:<{MAIL}> NOTIFY=FAILURE,DELAY,SUCCESS",
        f"rcpt TO:<{MAIL}> NOTIFY=FAILURE,DELAY",
    ]


@contextmanager
def talking_server(told: list[str]) -> Iterator[int]:
    """A mail server that can give notices, and takes everything."""

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            is_mail = False
            while line := self.rfile.readline():
                said = line.decode().strip()
                if is_mail and said != ".":
                    continue
                told.append(said)
                is_mail = said == "DATA"
                answer = b"250-x\r\n250 DSN\r\n" if said.startswith("ehlo") else b"250 ok\r\n"
                self.wfile.write(b"354 go\r\n" if is_mail else answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)
