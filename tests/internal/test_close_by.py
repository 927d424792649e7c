"""One press from a difference to what exists: the copy of an invoice, a dispute, as named."""

import io
import re

import pytest
from sqlalchemy import select

from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import Contact
from tieout.disputes.models import Dispute
from tieout.identity.permissions import PortalRole, Role
from tieout.ledger.models import Document
from tieout.messages.models import Message

#: Their file has another invoice: ours of 4,040.00 is missing in it.
OTHERWISE = "Date,Type,Reference,Amount\n2026-06-02,Invoice,X-77,310.00\n"


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who may match and settle disputes."""
    return world.staff(Role.ACCOUNTANT)


@pytest.fixture
def differences(world: World, accountant: Visitor) -> str:
    """The address of a comparison's differences."""
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    data = {
        "file": (io.BytesIO(OTHERWISE.encode()), "theirs.csv"),
        "account": world.ids["account_id"],
        "as_at": "2026-06-30",
    }
    answer = accountant.send(path, data, page=path)
    assert answer.status_code == 303, answer.text
    return f"{answer.location}?view=differences"


def link(page: str, words: str) -> str:
    """Where the first link with these words leads."""
    found = re.search(rf'href="([^"]+)"><span class="to-act-words">{words}', page)
    assert found, words_of(page)
    return found[1].replace("&amp;", "&")


def copies() -> list[Message]:
    """The mails with copies, the oldest first."""
    with db.reading() as session:
        query = select(Message).where(Message.kind == "document_copy").order_by(Message.id)
        return list(session.scalars(query))


def test_the_copy_of_a_missing_invoice_is_one_press_away(
    world: World, accountant: Visitor, differences: str
) -> None:
    ask = link(accountant.open(differences).text, "Send a copy")
    page = accountant.open(ask).text
    said = words_of(page)
    assert "Here is the copy of Invoice" in said
    assert "No copy has been sent yet." in said
    ticked = re.findall(r'name="contacts" value="(\d+)" checked', page)
    assert len(ticked) == 1

    sent = accountant.send(ask, {"contacts": ticked}, page=ask)

    assert sent.status_code == 303
    assert sent.location.endswith("view=differences")
    assert "goes to" in words_of(accountant.open(sent.location).text)
    [mail] = copies()
    assert (mail.subject_id, mail.state) == (world.ids["document_id"], "waiting")
    paper = accountant.open(f"/desk/documents/{world.ids['document_id']}/copy.pdf")
    assert paper.data.startswith(b"%PDF")


def test_pressed_twice_it_goes_once(accountant: Visitor, differences: str) -> None:
    ask = link(accountant.open(differences).text, "Send a copy")
    ticked = re.findall(r'name="contacts" value="(\d+)" checked', accountant.open(ask).text)

    accountant.send(ask, {"contacts": ticked}, page=ask)
    again = accountant.send(ask, {"contacts": ticked}, page=ask)

    assert "nothing was sent twice" in words_of(accountant.open(again.location).text)
    assert len(copies()) == 1


def test_a_copy_for_nobody_is_asked_about(accountant: Visitor, differences: str) -> None:
    ask = link(accountant.open(differences).text, "Send a copy")

    refused = accountant.send(ask, {}, page=ask)

    assert refused.status_code == 400
    assert "Choose who gets the copy." in words_of(refused.text)
    assert copies() == []


def test_whoever_has_no_address_is_named(
    world: World, accountant: Visitor, differences: str
) -> None:
    with db.transaction() as session:
        session.get_one(Contact, world.ids["contact_id"]).email = ""
    ask = link(accountant.open(differences).text, "Send a copy")

    refused = accountant.send(ask, {"contacts": world.ids["contact_id"]}, page=ask)

    assert refused.status_code == 400
    assert "has no e-mail address" in words_of(refused.text)


def test_nobody_of_another_customer_gets_a_copy(
    world: World, accountant: Visitor, differences: str
) -> None:
    ask = link(accountant.open(differences).text, "Send a copy")

    answer = accountant.send(ask, {"contacts": world.others["contact_id"]}, page=ask)

    assert answer.status_code == 404
    assert copies() == []


def test_a_dispute_is_raised_for_the_customer_and_says_so(
    world: World, accountant: Visitor, differences: str
) -> None:
    ask = link(accountant.open(differences).text, "Dispute for the customer")
    page = words_of(accountant.open(ask).text)
    assert "What is disputed" in page
    given = {
        "contact": world.ids["contact_id"],
        "reason": "not_received",
        "amount": "1,040.00",
        "note": "By telephone on 3 July: one pallet never came.",
    }

    done = accountant.send(ask, given, page=ask)

    assert done.status_code == 303, words_of(done.text)
    page = words_of(accountant.open(done.location).text)
    assert "is raised for" in page
    assert "Disputed 1,040.00, R-" in page
    with db.reading() as session:
        dispute = session.scalars(select(Dispute).order_by(Dispute.id.desc())).first()
        assert dispute is not None
        assert dispute.contact_id == world.ids["contact_id"]
        assert dispute.evidence["method"] == "staff"
        number = dispute.id
    there = words_of(world.customer(PortalRole.MANAGE).open(f"/disputes/{number}").text)
    assert "disputed CNY 1,040.00 on the customer's behalf: Not received" in there
    assert "one pallet never came" in there


def test_more_than_the_document_is_not_disputed(
    world: World, accountant: Visitor, differences: str
) -> None:
    ask = link(accountant.open(differences).text, "Dispute for the customer")
    given = {
        "contact": world.ids["contact_id"],
        "reason": "price",
        "amount": "9000.00",
        "note": "By mail.",
    }

    refused = accountant.send(ask, given, page=ask)

    assert refused.status_code == 400
    assert "Enter at most 4,040.00" in words_of(refused.text)


def test_a_payment_has_no_copy(accountant: Visitor, world: World) -> None:
    from tests.support.books import post
    from tieout.customers.models import CustomerAccount

    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        paid = post(session, account, "payment", "PAY-7", "2026-06-09", "-10.00").id

    assert accountant.open(f"/desk/documents/{paid}/copy").status_code == 400
    assert accountant.open(f"/desk/documents/{paid}/copy.pdf").status_code == 404
    assert "Send a copy" not in accountant.open(f"/desk/documents/{paid}").text


def test_a_number_that_is_no_file_name_makes_one(world: World, accountant: Visitor) -> None:
    from tests.support.books import post
    from tieout.customers.models import CustomerAccount

    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        made = post(session, account, "invoice", "../销 2026/7", "2026-06-09", "10.00")
        number, made_id = session.get_one(Document, made.id).number, made.id
    assert "/" in number

    paper = accountant.open(f"/desk/documents/{made_id}/copy.pdf")

    assert paper.data.startswith(b"%PDF")
    assert (
        "/" not in paper.headers["Content-Disposition"].partition("filename=")[2].partition(";")[0]
    )
