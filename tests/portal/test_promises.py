"""A customer promises in the portal how much is paid by when; reminders for it pause."""

import html
import re
from datetime import date

from sqlalchemy import func, select

from tests.portal.conftest import June, form_on, send
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.dunning.models import PromiseToPay
from tieout.ledger.models import Document
from tieout.messages.models import Message
from tieout.money import Money


def page_of(june: June) -> str:
    """Where a promise for the oldest invoice is given."""
    with db.reading() as session:
        first = session.scalars(
            select(Document.id).where(
                Document.number == "INV-1", Document.customer_id == june.customer_id
            )
        ).one()
    return f"/promises/new?document={first}"


def promised() -> list[tuple[int, date, str]]:
    """Every promise there is."""
    with db.reading() as session:
        rows = session.execute(
            select(PromiseToPay.amount_minor, PromiseToPay.pay_on, PromiseToPay.given_by)
        )
        return [(row[0], row[1], row[2]) for row in rows]


def test_whoever_came_by_the_mail_promises_what_is_overdue(june: June) -> None:
    visitor, page = june.by_link(), page_of(june)
    assert page in june.signed_in().open("/").text
    assert visitor.open("/promises/new").location == "/"
    form = form_on(visitor.open(page).text, "")
    assert (form["amount"], form["pay_on"]) == ("780.00", "2026-07-09")

    answer = send(visitor, page, "", pay_on="2026-07-13")

    assert answer.status_code == 303
    assert promised() == [(78_000, date(2026, 7, 13), "Wang Min")]
    given = words_of(visitor.open(str(answer.location)).text)
    assert "You pay CNY 780.00 by 13 July 2026." in given
    assert "What has reached us by 15 July 2026 keeps your promise." in given
    assert "P-00001" in given
    assert "A copy goes to w***@m-0217.example." in given
    with db.reading() as session:
        mail = session.scalars(select(Message).where(Message.kind == "promise_given")).one()
        assert (mail.to, mail.channel) == ("wang.min@m-0217.example", "email")
    again = visitor.open(page).text
    assert "Nothing is overdue that is not disputed or promised already" in again


def test_what_was_open_before_the_statement_is_disputed_by_its_link(june: June) -> None:
    visitor = june.by_link()
    paid = page_of(june).replace("/promises/new?", "/disputes/new?reason=paid&")

    answer = send(visitor, paid, "", paid_on="2026-06-30")

    assert answer.status_code == 303
    assert "INV-1" in words_of(visitor.open(str(answer.location)).text)


def test_what_cannot_be_promised_is_said_at_its_field(june: June) -> None:
    visitor, page = june.signed_in(), page_of(june)
    for wrong, words in (
        ({"amount": "780.01"}, "at most what is open, CNY 780.00"),
        ({"amount": "0"}, "Please promise more than nothing"),
        ({"amount": "soon"}, "soon"),
        ({"pay_on": "2026-07-01"}, "1 July 2026 is over"),
        ({"pay_on": "2026-09-01"}, "at the latest"),
        ({"amount": ""}, "Enter the amount you will pay."),
    ):
        answer = send(visitor, page, "", **wrong)
        assert answer.status_code == 400, wrong
        assert words in words_of(answer.text), wrong
    assert promised() == []


def test_only_who_may_answer_for_the_customer_promises(june: June) -> None:
    page, stranger = page_of(june), june.stranger()
    assert stranger.open(page).status_code == 404
    assert stranger.send(page, {"amount": "1", "pay_on": "2026-07-09"}).status_code == 404
    assert Visitor(june.app).open(page).status_code in (302, 303, 401)

    made = send(june.by_link(), page, "")
    assert made.status_code == 303
    assert stranger.open(str(made.location)).status_code == 404
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(PromiseToPay)) == 1
        assert (
            session.scalars(select(PromiseToPay)).one().amount_minor
            == Money.of("780.00", "CNY").minor
        )


def test_already_paid_in_a_mail_leads_to_what_asks_for_day_amount_and_proof(june: June) -> None:
    """A reminder's “Already paid? Tell us” ends in #paid on the page of its statement."""
    visitor = june.by_link()
    shown = visitor.open(june.path).text
    found = re.search(r'id="paid"><a[^>]*href="([^"]+)"', shown)
    assert found is not None

    asked = words_of(visitor.open(html.unescape(found[1])).text)

    assert "Dispute INV-1" in asked
    assert "Day of the payment" in asked
