"""Disputing from the portal: signed in, by a link, and what outsiders get."""

import io
import re

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import AT
from tests.support.books import post
from tests.support.route_world import OTHER, World
from tests.support.visitor import Visitor, token_on, words_of
from tests.tieout.disputes.conftest import SAYS
from tieout import db
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.disputes import raising, resolving, thread
from tieout.disputes.files import File
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.raising import Claim
from tieout.identity.permissions import Role
from tieout.ledger import disputed
from tieout.statements import evidence


@pytest.fixture
def manager(world: World) -> Visitor:
    """Somebody of the customer's who may answer."""
    return world.customer("answer")


def dispute(visitor: Visitor, where: str, **given: object) -> TestResponse:
    """Fill in the form for a dispute and send it."""
    shown = visitor.open(where)
    assert shown.status_code == 200, shown.text[:2000]
    form = {"csrf_token": token_on(shown.text), "reason": "price", "words": "en", **given}
    return visitor.open(where, method="POST", data=form)


def expected(world: World) -> str:
    return f"expected_{world.ids['line_id']}"


def new(world: World) -> str:
    return f"/disputes/new?line={world.ids['line_id']}"


def latest() -> Dispute:
    with db.reading() as session:
        found = session.scalars(select(Dispute).order_by(Dispute.id.desc())).first()
        assert found is not None
        return found


def test_part_of_a_line_is_disputed_and_the_receipt_says_what_is_next(
    world: World, manager: Visitor
) -> None:
    answer = dispute(
        manager,
        new(world),
        **{expected(world): "3,920.00", "note": "As agreed."},
        reason="quantity",
    )

    assert answer.status_code == 303
    made = latest()
    assert (made.amount_minor, made.expected_minor, made.reason) == (12000, 392000, "quantity")
    page = words_of(manager.open(answer.location).text)
    assert made.receipt in page
    assert "You dispute CNY 120.00" in page
    assert "by Thursday 9 July 2026" in page
    assert "a***@own.example" in page
    with db.reading() as session:
        [part] = disputed.parts_of(session, f"dispute:{made.id}")
        assert part.amount_minor == 12000


def test_a_link_is_enough_and_a_form_counts_once(world: World) -> None:
    visitor = world.by_link()
    shown = visitor.open(new(world))
    form = {"csrf_token": token_on(shown.text), "reason": "not_received"}

    first = visitor.open(new(world), method="POST", data=form)
    again = visitor.open(new(world), method="POST", data=form)

    assert first.status_code == 303
    assert again.status_code == 409
    assert "sent already" in again.text
    with db.reading() as session:
        made = latest()
        told = evidence.told(session, made.receipt, made.evidence)
        assert (told["method"], told["personal"]["person"]) == ("link", "Wang Manage")
        assert "Sent for Own Trading" in str(told["wording"])
        assert "Wang Manage" not in str(told["wording"])


def test_too_much_is_refused_at_its_field_and_nothing_is_lost(
    world: World, manager: Visitor
) -> None:
    answer = dispute(manager, new(world), **{expected(world): "5000", "note": "Look here."})

    assert answer.status_code == 400
    page = words_of(answer.text)
    assert "The expected amount is more than the invoice. Enter at most 4,040.00." in page
    assert "Look here." in page
    assert re.search(r'aria-invalid="true"', answer.text)


def test_a_reason_is_needed(world: World, manager: Visitor) -> None:
    answer = dispute(manager, new(world), reason="")

    assert answer.status_code == 400
    assert "Choose a reason, so that the right person answers." in words_of(answer.text)


def test_the_same_twice_names_the_first(world: World, manager: Visitor) -> None:
    given = {expected(world): "3000.00"}
    dispute(manager, new(world), **given)

    answer = dispute(manager, new(world), **given)

    assert answer.status_code == 409
    assert latest().receipt in answer.text


def test_a_document_is_disputed_with_the_amount_the_address_names(
    world: World, manager: Visitor
) -> None:
    where = f"/disputes/new?document={world.ids['document_id']}&amount=40.00"

    shown = manager.open(where)

    assert 'value="4000.00"' in shown.text
    assert dispute(manager, where, words="en").status_code == 303


def test_already_paid_asks_for_day_amount_and_proof(world: World, manager: Visitor) -> None:
    where = f"{new(world)}&reason=paid"
    shown = words_of(manager.open(where).text)
    for words in (
        "Day of the payment",
        "What is still open after your payment",
        "Proof of payment",
    ):
        assert words in shown
    proof = (io.BytesIO(b"%PDF-1.7 receipt"), "receipt.pdf")
    given = {"reason": "paid", "files": proof, expected(world): "3,000.00"}

    assert dispute(manager, where, **given, paid_on="2026-02-30").status_code == 400
    given["files"] = (io.BytesIO(b"%PDF-1.7 receipt"), "receipt.pdf")
    assert (
        dispute(manager, where, **given, paid_on="2026-07-01", note="By bank.").status_code == 303
    )

    with db.reading() as session:
        made = session.get_one(Dispute, latest().id)
        [raised] = [one for one in made.entries if one.kind == "raised"]
        assert (made.reason, raised.text) == ("paid", "Paid on 1 July 2026.\nBy bank.")
    assert "receipt.pdf" in manager.open(f"/disputes/{made.id}").text
    assert "Day of the payment" not in manager.open(new(world)).text


def test_a_file_is_kept_and_only_its_customer_reads_it(world: World, manager: Visitor) -> None:
    photo = (io.BytesIO(b"%PDF-1.7 delivery"), "../delivery <1>.pdf")
    dispute(manager, new(world), files=photo)
    made = latest()

    page = manager.open(f"/disputes/{made.id}").text
    found = re.search(rf"/disputes/{made.id}/files/\d+", page)
    assert found
    file = manager.open(found.group())
    assert file.data == b"%PDF-1.7 delivery"
    assert file.mimetype == "application/pdf"
    assert world.customer("manage", OTHER).open(found.group()).status_code == 404
    assert world.by_link().open(found.group()).status_code == 200


def test_a_program_is_no_photo(world: World, manager: Visitor) -> None:
    answer = dispute(manager, new(world), files=(io.BytesIO(b"MZ\x90\x00"), "invoice.pdf"))

    assert answer.status_code == 400
    assert "invoice.pdf is of a kind we do not take" in words_of(answer.text)


def test_who_may_only_look_is_not_asked(world: World) -> None:
    looker = world.customer("look")

    assert looker.open(new(world)).status_code == 403
    page = looker.open(f"/disputes/{world.ids['dispute_id']}")
    assert page.status_code == 200
    assert "Write to us" not in page.text


def test_a_teammate_sees_it_and_an_outsider_does_not(world: World, manager: Visitor) -> None:
    dispute(manager, new(world), **{expected(world): "3000.00"})
    where = f"/disputes/{latest().id}"

    assert world.customer("manage").open(where).status_code == 200
    outsider = world.customer("manage", OTHER)
    assert outsider.open(where).status_code == 404
    assert outsider.open(new(world)).status_code == 404
    assert outsider.open(f"/disputes/sent?dispute={latest().id}").status_code == 404


def test_both_sides_read_one_timeline_but_not_what_is_among_staff(
    world: World, manager: Visitor
) -> None:
    chen = Actor("staff", 1, "Chen Li")
    secret = File("margin.pdf", b"%PDF-1.7 margin")
    with db.transaction() as session:
        made = session.get_one(Dispute, world.ids["dispute_id"])
        thread.note(session, made, "Our margin is thin.", files=[secret], by=chen, at=AT)
        thread.answer(session, made, "Which order was it?", by=chen, at=AT)
    where = f"/disputes/{made.id}"

    page = manager.open(where).text

    assert "Which order was it?" in page
    assert "margin" not in page
    with db.reading() as session:
        hidden = session.scalars(select(DisputeEntry).where(DisputeEntry.kind == "note")).one()
    assert manager.open(f"{where}/files/{hidden.id}").status_code == 404
    sent = manager.send(f"{where}/answer", {"text": "PO-77"}, page=where)
    assert sent.status_code == 303
    assert "PO-77" in manager.open(where).text


def test_it_is_withdrawn(world: World, manager: Visitor) -> None:
    where = f"/disputes/{world.ids['dispute_id']}"

    answer = manager.send(f"{where}/withdraw", {"why": "Found it."}, page=where)

    assert answer.status_code == 303
    assert "Withdrawn" in words_of(manager.open(where).text)
    again = manager.send(f"{where}/withdraw", page="/disputes/new?" + new(world)[14:])
    assert again.status_code == 409


def test_a_rejected_dispute_is_reopened_with_a_reason(world: World, manager: Visitor) -> None:
    with db.transaction() as session:
        made = session.get_one(Dispute, world.ids["dispute_id"])
        chen = Actor("staff", 1, "Chen Li")
        resolving.reject(session, made, "As ordered.", by=chen, on=AT.date(), at=AT)
    where = f"/disputes/{made.id}"

    assert manager.send(f"{where}/reopen", page=where).status_code == 400
    assert (
        manager.send(f"{where}/reopen", {"text": "See the order."}, page=where).status_code == 303
    )
    assert "the amount counts as due" in words_of(manager.open(where).text)


def test_a_payment_is_never_said_to_be_due(world: World, manager: Visitor) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        paid = post(session, account, "payment", "PAY-8", "2026-06-20", "-440.00", at=AT)
        [made] = raising.raise_disputes(
            session,
            [Claim(paid)],
            reason="price",
            given=SAYS,
            by=Actor("contact", world.ids["contact_id"], "Wang Manage"),
            on=AT.date(),
            at=AT,
        )
        chen = Actor("staff", 1, "Chen Li")
        resolving.reject(session, made, "As the bank says.", by=chen, on=AT.date(), at=AT)
    where = f"/disputes/{made.id}"
    asked = words_of(manager.open(where).text)

    manager.send(f"{where}/reopen", {"text": "It was 460.00."}, page=where)

    for said in (asked, words_of(manager.open(where).text)):
        assert "it counts as we booked it" in said
        assert "counts as due" not in said
    desk = words_of(world.staff(Role.ACCOUNTANT).open(f"/desk{where}").text)
    assert "It counts as booked until the dispute is opened again." in desk
    assert "counts as due" not in desk


def test_several_lines_share_a_reason(world: World, manager: Visitor) -> None:
    line = world.ids["line_id"]
    where = f"/disputes/new?line={line}&line={line}"  # the same twice is one

    shown = words_of(manager.open(where).text)

    assert "Dispute INV-" in shown


def test_what_is_owed_and_what_was_paid_are_not_added_up(world: World, manager: Visitor) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        paid = post(session, account, "payment", "PAY-9", "2026-06-20", "-440.00", at=AT)
        sold = post(session, account, "invoice", "INV-9", "2026-06-20", "380.00", at=AT)
        made = raising.raise_disputes(
            session,
            [Claim(paid), Claim(sold)],
            reason="price",
            given=SAYS,
            by=Actor("contact", world.ids["contact_id"], "Wang Manage"),
            on=AT.date(),
            at=AT,
        )
        sent = "&".join(f"dispute={one.id}" for one in made)

    page = words_of(manager.open(f"/disputes/sent?{sent}").text)
    assert "You dispute 2 documents." in page
    assert "CNY −440.00, PAY-9" in page
    assert "CNY 380.00, INV-9" in page
    assert "820.00" not in page


def test_chinese_readers_dispute_in_chinese(world: World) -> None:
    visitor = world.customer("answer")
    visitor.take_cookie("tieout_language", "zh")

    answer = dispute(visitor, new(world), words="zh", **{expected(world): "5000"})

    assert "预期金额超过发票金额，请填写不超过 4,040.00。" in words_of(answer.text)
