"""Raising disputes: what is recorded, what follows, what is refused."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.support.books import post, settle
from tests.tieout.disputes.conftest import AT, ON, PDF, SAYS, Desk, cny
from tieout import attachments, events
from tieout.attachments import Attachment
from tieout.disputes import files, holding, queries, raising
from tieout.disputes.files import File
from tieout.disputes.models import Dispute
from tieout.disputes.raising import Claim
from tieout.disputes.reasons import UnknownReason
from tieout.ledger import ageing, disputed, reversing
from tieout.settings.models import CalendarDay
from tieout.statements import answers, delivery, evidence


def test_part_of_a_line_is_disputed(desk: Desk) -> None:
    invoice = desk.invoice()
    statement = desk.issue()
    line = desk.line(statement)

    made = desk.dispute(Claim(invoice, line, expected=cny("880.00")), files=[PDF])

    assert made.receipt == "R-2026-000001"
    assert (made.state, made.amount_minor, made.expected_minor) == ("open", 12000, 88000)
    assert made.raised_on == ON
    assert made.answer_by == date(2026, 7, 10)  # five working days after a Friday
    assert answers.line_states(desk.session, [line])[line.id].answer == answers.DISPUTED
    assert answers.line_states(desk.session, [line])[line.id].receipt == made.receipt
    assert desk.told(events.DisputesRaised) == [events.DisputesRaised((made.id,))]


def test_the_disputed_part_has_its_own_column_in_the_ageing(desk: Desk) -> None:
    made = desk.dispute_120()

    aged = ageing.account_ageing(desk.session, desk.account.id, date(2026, 7, 20))

    assert aged.disputed == cny("120.00")
    assert aged.overdue == cny("880.00")
    assert holding.amount_of(made) == cny("120.00")


def test_evidence_says_who_disputed_what_and_how(desk: Desk) -> None:
    made = desk.dispute_120()

    told = evidence.told(desk.session, made.receipt, made.evidence)

    assert told["personal"]["person"] == "Wang Min"
    assert (told["method"], told["wording"]) == ("link", "This is disputed.")
    assert (told["document"], told["amount"], told["version"]) == ("INV-1", "120.00", 1)
    assert evidence.is_genuine(desk.session, made.receipt, made.evidence)


def test_who_disputes_has_seen_the_statement(desk: Desk) -> None:
    invoice = desk.invoice()
    statement = desk.issue()

    desk.dispute(Claim(invoice, desk.line(statement)))

    reached = delivery.find(desk.session, statement.id, desk.contact.id)
    assert reached is not None
    assert (reached.state, reached.proof) == ("viewed", "post")


def test_files_are_kept_encrypted_and_stand_on_the_timeline(desk: Desk) -> None:
    photo = File("photo.jpg", b"\xff\xd8\xff\xe0 pixels")

    made = desk.dispute(Claim(desk.invoice()), files=[PDF, photo])

    [step] = queries.timeline(desk.session, made, internal=False)
    assert [name for _, name in step.files] == ["delivery note.pdf", "photo.jpg"]
    stored = desk.session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert [one.media_type for one in stored] == ["application/pdf", "image/jpeg"]
    assert {one.customer_id for one in stored} == {made.customer_id}
    assert attachments.content_of(stored[0]) == PDF.content
    assert PDF.content not in stored[0].content


def test_several_lines_at_once_are_a_dispute_each(desk: Desk) -> None:
    claims = [Claim(desk.invoice(f"INV-{n}")) for n in (1, 2, 3)]

    made = raising.raise_disputes(
        desk.session, claims, reason="not_received", given=SAYS, by=desk.who, on=ON, at=AT
    )

    assert [one.receipt for one in made] == [f"R-2026-00000{n}" for n in (1, 2, 3)]
    assert {one.amount_minor for one in made} == {100000}


def test_the_promise_leaves_holidays_out(desk: Desk) -> None:
    desk.session.add(CalendarDay(calendar="company", on=date(2026, 7, 6), is_working=False))

    made = desk.dispute(Claim(desk.invoice()))

    assert made.answer_by == date(2026, 7, 13)


def test_instalments_are_disputed_from_the_first_on(desk: Desk) -> None:
    parts = [("2026-07-10", "400.00"), ("2026-08-10", "600.00")]
    invoice = post(
        desk.session, desk.account, "invoice", "INV-1", "2026-06-10", "1000.00", due=parts
    )

    made = desk.dispute(Claim(invoice, amount=cny("500.00")))

    held = disputed.parts_of(desk.session, holding.ref(made))
    assert [part.amount_minor for part in held] == [40000, 10000]


def test_a_paid_invoice_can_be_disputed_too(desk: Desk) -> None:
    invoice = desk.invoice()
    payment = post(desk.session, desk.account, "payment", "PAY-1", "2026-06-20", "-1000.00")
    settle(desk.session, invoice, payment, "1000.00")

    desk.dispute(Claim(invoice, expected=cny("880.00")))

    aged = ageing.account_ageing(desk.session, desk.account.id, ON)
    assert aged.disputed == cny("0.00")  # at most what is open


def test_more_expected_than_the_invoice_is_refused_with_what_is_possible(desk: Desk) -> None:
    claim = Claim(desk.invoice(), expected=cny("1200.00"))

    with pytest.raises(raising.ExpectedTooMuch) as refused:
        desk.dispute(claim)

    words = "The expected amount is more than the invoice. Enter at most 1000.00."
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("amounts", "error"),
    [
        ({"expected": cny("1000.00")}, raising.NothingInDispute),
        ({"expected": cny("-1.00")}, raising.ExpectedBelowZero),
        ({"amount": cny("1000.01")}, raising.DisputedTooMuch),
        ({"amount": cny("0.00")}, disputed.NothingDisputed),
    ],
)
def test_amounts_that_cannot_be(desk: Desk, amounts: dict[str, object], error: type) -> None:
    with pytest.raises(error):
        desk.dispute(Claim(desk.invoice(), **amounts))  # type: ignore[arg-type]


def test_the_same_thing_twice_names_the_first(desk: Desk) -> None:
    invoice = desk.invoice()
    first = desk.dispute(Claim(invoice, expected=cny("880.00")))

    with pytest.raises(raising.AlreadyDisputed, match=first.receipt):
        desk.dispute(Claim(invoice, expected=cny("880.00")))


def test_two_parts_of_one_invoice_are_two_disputes_but_never_more_than_it(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.dispute(Claim(invoice, amount=cny("600.00")))
    desk.dispute(Claim(invoice, amount=cny("400.00")), reason="quantity")

    with pytest.raises(disputed.DisputesMoreThanThere):
        desk.dispute(Claim(invoice, amount=cny("0.01")), reason="other")


def test_what_is_missing_is_said(desk: Desk) -> None:
    claim = Claim(desk.invoice())

    with pytest.raises(UnknownReason):
        desk.dispute(claim, reason="")
    with pytest.raises(raising.SayWhatIsWrong):
        desk.dispute(claim, reason="other", note=" ")
    with pytest.raises(evidence.NoPerson):
        desk.dispute(claim, given=evidence.Evidence(person="", wording="x"))
    with pytest.raises(raising.NothingChosen):
        raising.raise_disputes(
            desk.session, [], reason="price", given=SAYS, by=desk.who, on=ON, at=AT
        )


def test_a_reversed_document_is_not_disputed(desk: Desk) -> None:
    invoice = desk.invoice()
    reversing.reverse(desk.session, invoice, by=desk.chen, at=AT)

    with pytest.raises(raising.WasReversed):
        desk.dispute(Claim(invoice))


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (File("empty.pdf", b""), files.FileEmpty),
        (File("run.exe", b"MZ\x90\x00\x03"), files.FileKindRefused),
        (File("page.html", b"\x00<html>"), files.FileKindRefused),
        (File("huge.pdf", b"%PDF-" + b"x" * files.LARGEST), files.FileTooLarge),
    ],
)
def test_files_are_known_by_their_content(file: File, error: type) -> None:
    with pytest.raises(error):
        file.checked()


def test_text_and_workbooks_are_taken(desk: Desk) -> None:
    assert File("a.csv", "日期,金额\n".encode("gb18030")).checked() == "text/plain"
    assert File("a.xlsx", b"PK\x03\x04 .. xl/workbook.xml").checked().endswith("sheet")
    assert desk.session.scalar(select(func.count(Dispute.id))) == 0
