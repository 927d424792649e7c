"""A customer takes the copy of an invoice along, or has it sent; and confirms what matches."""

import io

from sqlalchemy import select

from tests.portal.conftest import June
from tests.support.route_world import OTHER, World
from tests.support.visitor import words_of
from tieout import db
from tieout.identity.permissions import PortalRole
from tieout.messages.models import Message
from tieout.statements.models import LineAnswer, StatementLine

#: All of June but the credit note, which the customer has not booked.
BOOK = """Date,Type,Invoice no,Debit,Credit
2026-04-28,Invoice,INV-1,,1500.00
2026-06-03,Invoice,INV-2,,1000.00
2026-06-12,Payment,PAY-1,600.00,
2026-06-26,Invoice,INV-3,,2260.00
"""


def mails() -> list[tuple[str, str]]:
    """To whom copies go, and how far they are."""
    with db.reading() as session:
        query = select(Message).where(Message.kind == "document_copy").order_by(Message.id)
        return [(one.to, one.state) for one in session.scalars(query)]


def test_the_copy_is_taken_along_or_sent_once(world: World) -> None:
    customer = world.customer(PortalRole.ANSWER)
    path = f"/documents/{world.ids['document_id']}"
    assert "Send it to me by mail" in words_of(customer.open(path).text)

    paper = customer.open(f"{path}/copy.pdf")
    first = customer.send(f"{path}/copy", page=path)
    again = customer.send(f"{path}/copy", page=path)

    assert paper.data.startswith(b"%PDF")
    assert first.status_code == again.status_code == 303
    assert "today already" in words_of(customer.open(again.location).text)
    assert mails() == [("answer@own.example", "waiting")]


def test_another_customers_document_is_not_there(world: World) -> None:
    outsider = world.customer(PortalRole.MANAGE, OTHER)
    path = f"/documents/{world.ids['document_id']}"

    assert outsider.open(f"{path}/copy.pdf").status_code == 404
    assert outsider.send(f"{path}/copy", page="/documents").status_code == 404
    assert mails() == []


def test_what_matches_is_confirmed_and_the_rest_disputed(june: June) -> None:
    wang = june.signed_in()
    data: dict[str, object] = {
        "file": (io.BytesIO(BOOK.encode()), "june.csv"),
        "as_at": "2026-06-30",
    }
    with db.reading() as session:
        line = session.scalars(select(StatementLine)).first()
        assert line is not None
        data["account"] = line.section.account_id
    there = wang.send("/books", data, page="/books").location

    page = wang.open(there).text
    assert "Confirm the lines that match" in words_of(page)
    number = there.rsplit("/", 1)[1]
    confirm = f"{june.path}/lines?comparison={number}"
    shown = words_of(wang.open(confirm).text)
    assert "INV-2" in shown
    assert "CN-1" not in shown

    from tests.portal.conftest import form_on

    fields = {**form_on(wang.open(confirm).text, ""), "authority": "y"}
    done = wang.open(confirm, method="POST", data=fields)

    assert done.status_code == 303, words_of(done.text)
    with db.reading() as session:
        answered = session.scalars(select(StatementLine.number).join(LineAnswer)).all()
        assert sorted(answered) == ["INV-2", "INV-3", "PAY-1"]
    page = wang.open(there).text
    assert "Confirm the lines that match" not in words_of(page)
    assert "/disputes/new?document=" in page
