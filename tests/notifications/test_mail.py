"""Mails over a real line: what arrives, and what becomes of a message whatever the server says."""

from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from notifications.kinds.statements import ATTACH_PDF
from notifications.writing import write
from tests.conftest import NOW
from tests.factories import BY
from tests.notifications import world
from tests.notifications.world import MAIL, House, messages, outcomes, states
from tests.support.smtp import (
    DROP_AFTER_TAKING,
    DROP_AT_RECIPIENT,
    DROP_BEFORE_TAKING,
    MailServer,
)
from tieout import audit, clock, db, settings
from tieout.i18n import Sentence
from tieout.messages import wishes
from tieout.statements import delivery
from tieout.statements.models import StatementDelivery


@pytest.fixture
def house(database_url: str, tmp_path: Path, server: MailServer) -> House:
    """Harbour Tools, whose mail leaves by the server."""
    return world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)


@pytest.fixture
def quick(sqlite_url: str, tmp_path: Path, server: MailServer) -> House:
    """The same on SQLite, where the database makes no difference; statements without PDF."""
    house = world.build(sqlite_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
    house.change(lambda session: settings.write(session, ATTACH_PDF, False, by=audit.SYSTEM))
    return house


def test_a_statement_arrives_with_its_figures_its_link_and_its_pdf(
    house: House, server: MailServer, tmp_path: Path
) -> None:
    house.june()
    house.issue()

    house.deliver()

    [mail] = server.to(MAIL)
    [message] = messages("statement_issued")
    assert states() == ["sent"]
    assert mail["From"] == "Harbour Tools <books@harbour.example>"
    assert mail["Reply-To"] == "chen.li@harbour.example"
    assert mail["Message-ID"] == message.identity
    assert message.identity.endswith("@harbour.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "June 2026" in mail["Subject"]
    assert "4,040.00" in mail["Subject"]
    text = server.text()
    assert text.splitlines()[0].endswith("CNY 4,040.00")
    for figure in ("1,500.00", "3,260.00", "−720.00", "4,040.00"):
        assert figure in text
        assert figure in server.html()
    assert "http://127.0.0.1:8080/s/" in text
    [file] = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    path = tmp_path / str(file.get_filename())
    path.write_bytes(file.get_content())
    printed = PdfReader(path).pages[0].extract_text()
    for figure in ("1,500.00", "3,260.00", "4,040.00"):
        assert figure in printed


def test_one_click_stops_statements_but_not_the_copy_of_an_answer(
    quick: House, server: MailServer
) -> None:
    quick.june()
    quick.issue()
    quick.deliver()

    [mail] = server.to(MAIL)
    assert mail["List-Unsubscribe"].startswith("<http://127.0.0.1:8080/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_reminder_says_what_is_overdue_as_it_leaves(house: House, server: MailServer) -> None:
    house.fresh_payments()
    paid = house.overdue("INV-1", "500.00")
    house.overdue("INV-2", "900.00")
    house.remind()
    house.pay(paid, "500.00")  # after it was planned, before it leaves

    house.deliver()

    text = server.text()
    assert "please pay CNY 900.00" in text
    assert "INV-1" not in text
    assert "quoting M-0217" in text
    assert states("reminder") == ["sent"]


def test_what_was_paid_in_the_last_second_is_not_asked_for(
    house: House, server: MailServer
) -> None:
    house.fresh_payments()
    invoice = house.overdue()
    house.remind()

    house.pay(invoice, "900.00")
    house.deliver()

    [message] = messages("reminder")
    assert message.state == "cancelled"
    assert message.reason is not None
    assert str(Sentence.from_json(message.reason)) == "Nothing is overdue that may be reminded of."
    assert server.mails == []


def test_what_is_paid_while_it_is_being_written_is_not_asked_for(
    quick: House, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick.fresh_payments()
    invoice = quick.overdue()
    quick.remind()

    def paid_meanwhile(*arguments: object, **more: object) -> object:
        quick.pay(invoice, "900.00")
        return write(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("notifications.delivery.write", paid_meanwhile)
    quick.deliver()

    assert states("reminder") == ["cancelled"]
    assert server.mails == []


def test_whoever_wants_no_reminders_gets_none(quick: House, server: MailServer) -> None:
    quick.fresh_payments()
    quick.overdue()
    quick.remind()
    by = audit.Actor("contact", quick.contact_id, "Wang Min")
    quick.change(
        lambda session: wishes.opt_out(
            session, quick.contact_id, "email", "reminder", by=by, at=NOW
        )
    )

    quick.deliver()

    assert states("reminder") == ["cancelled"]
    assert server.mails == []


def test_a_full_mailbox_waits_and_the_mail_keeps_its_identity(
    house: House, server: MailServer
) -> None:
    house.fresh_payments()
    house.overdue()
    house.remind()
    server.next_answers = ["452 4.2.2 mailbox full"]

    house.deliver()

    [waiting] = messages("reminder")
    assert waiting.state == "waiting"
    assert waiting.reason is not None
    assert "452 4.2.2 mailbox full" in str(Sentence.from_json(waiting.reason))
    with clock.standing(waiting.next_attempt_at):
        house.deliver()
    assert [mail["Message-ID"] for mail in server.to(MAIL)] == [waiting.identity]
    assert outcomes(messages("reminder")[0]) == ["refused_for_now", "accepted"]


def test_an_unknown_mailbox_is_switched_off_and_staff_hear_of_it(
    house: House, server: MailServer
) -> None:
    house.fresh_payments()
    house.overdue()
    house.remind()
    server.answers[MAIL] = "550 5.1.1 user unknown"

    house.deliver()

    assert states("reminder") == ["failed"]
    assert not world.address_of("email").is_active
    [told, _approver] = [mail for mail in server.mails if mail["To"] != MAIL]
    assert told["To"] == "chen.li@harbourtools.example"
    assert "550 5.1.1 user unknown" in str(told.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_a_refusal_that_is_no_fault_of_the_mailbox_leaves_the_address_on(
    quick: House, server: MailServer
) -> None:
    quick.fresh_payments()
    quick.overdue()
    quick.remind()
    server.answers[MAIL] = "554 5.7.1 not wanted here"

    quick.deliver()

    assert states("reminder") == ["failed"]
    assert world.address_of("email").is_active


@pytest.mark.parametrize("drop", [DROP_AFTER_TAKING, DROP_BEFORE_TAKING])
def test_a_line_cut_at_the_end_sends_a_statement_once_more_with_the_same_identity(
    house: House, server: MailServer, drop: str
) -> None:
    house.change(lambda session: settings.write(session, ATTACH_PDF, False, by=audit.SYSTEM))
    house.june()
    house.issue()
    server.next_answers = [drop]

    house.deliver()
    [message] = messages("statement_issued")
    assert message.state == "waiting"
    with clock.standing(message.next_attempt_at):
        house.deliver()

    assert states() == ["sent"]
    assert {mail["Message-ID"] for mail in server.mails} == {message.identity}
    assert len(server.mails) == (2 if drop == DROP_AFTER_TAKING else 1)


def test_a_line_cut_at_the_end_leaves_a_reminder_unknown_and_sends_no_other(
    house: House, server: MailServer
) -> None:
    house.fresh_payments()
    house.overdue()
    house.remind()
    server.next_answers = [DROP_AFTER_TAKING]

    house.deliver()
    with clock.standing(NOW + timedelta(days=1)):
        house.deliver()

    assert states("reminder") == ["unknown"]
    assert len(server.mails) == 1


def test_a_line_cut_before_the_mail_is_only_tried_again(quick: House, server: MailServer) -> None:
    quick.fresh_payments()
    quick.overdue()
    quick.remind()
    server.next_answers = [DROP_AT_RECIPIENT]

    quick.deliver()
    [message] = messages("reminder")
    assert message.state == "waiting"
    with clock.standing(message.next_attempt_at):
        quick.deliver()

    assert states("reminder") == ["sent"]
    assert len(server.mails) == 1


def test_a_server_that_is_away_is_left_alone_after_a_while(sqlite_url: str, tmp_path: Path) -> None:
    away = world.build(sqlite_url, tmp_path, smtp_host="127.0.0.1", smtp_port=1)
    away.fresh_payments()
    away.overdue()
    away.remind()

    away.deliver()

    [message] = messages("reminder")
    assert message.state == "waiting"
    assert outcomes(message) == ["refused_for_now"]


def test_one_connection_carries_many_mails(quick: House, server: MailServer) -> None:
    quick.june()
    for number in range(3):
        quick.overdue(f"INV-9{number}", "10.00")
    quick.fresh_payments()
    quick.issue()
    quick.remind()

    assert quick.deliver() == 2
    assert len(server.mails) == 2
    assert server.connections == 1


def test_without_a_mail_server_a_mail_is_kept_for_the_mailbox_page(
    sqlite_url: str, tmp_path: Path
) -> None:
    house = world.build(sqlite_url, tmp_path)
    house.fresh_payments()
    house.overdue()
    house.remind()

    house.deliver()

    assert states("reminder") == ["sent"]


def test_the_copy_of_an_answer_names_who_gave_it(quick: House, server: MailServer) -> None:
    quick.june()
    statement_id = quick.issue()
    quick.deliver()

    quick.answer(statement_id)
    quick.deliver()

    text = server.text()
    assert "We have your answer. Its number is R-" in text
    assert "Given by: Wang Min" in text
    assert "Our balance: CNY 4,040.00" in text
    [_statement, copy] = server.to(MAIL)
    assert copy["In-Reply-To"] == messages("statement_issued")[0].identity
    assert "List-Unsubscribe" not in copy


def test_a_statement_that_failed_goes_again_when_staff_ask_for_it(
    quick: House, server: MailServer
) -> None:
    quick.june()
    quick.issue()
    server.next_answers = ["554 5.7.1 not today"]
    quick.deliver()
    assert states("statement_issued") == ["failed"]

    with db.transaction() as session:
        row = session.scalars(select(StatementDelivery)).one()
        delivery.send_again(session, row, by=BY)
    quick.deliver()

    assert states("statement_issued") == ["failed", "sent"]
    assert len(server.to(MAIL)) == 1
