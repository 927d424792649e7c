"""Answering in the portal: two presses, what is kept of them, and what never counts twice."""

import hashlib
import io

from pypdf import PdfReader
from sqlalchemy import select

from tests.factories import BY
from tests.portal.conftest import June, answers, confirm, form_on, send
from tests.support.visitor import words_of
from tieout import clock, db, settings
from tieout.attachments import Attachment
from tieout.disputes import raising
from tieout.disputes.raising import Claim
from tieout.ledger import disputed
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.statements import evidence
from tieout.statements.models import StatementDelivery, StatementLine


def dispute(number: str, amount: str) -> None:
    """Let something of a document be disputed, as a dispute does."""
    with db.transaction() as session:
        document = session.scalars(select(Document).where(Document.number == number)).one()
        disputed.open_part(
            session,
            document.due_items[0],
            Money.of(amount, document.currency),
            dispute_ref="dispute:1",
            on=settings.today(session),
            at=clock.now(),
        )


def test_the_balance_is_confirmed_with_everything_that_proves_it(june: June) -> None:
    visitor = june.by_link()

    answer = confirm(visitor, june)

    [made] = answers()
    assert (answer.status_code, answer.location) == (303, f"/receipts/{made.receipt}")
    assert (made.outcome, made.balance_minor, made.currency) == ("agreed", 404000, "CNY")
    kept = made.evidence
    assert kept["authority"] is True
    assert (kept["method"], kept["channel"]) == ("link", "portal")
    assert kept["utc"] == "2026-07-02T01:42:00+00:00"
    assert kept["local_time"] == "2026-07-02T09:42:00+08:00"
    assert kept["number"] == "ST-2026-0001"
    assert kept["wording"] == (
        "You owe Harbour Tools CNY 4,040.00 as at 30 June 2026 · Do you agree with this balance?"
        " · I am … and may sign for Mingyuan Hardware · Confirm 4,040.00 as at 30 June"
    )
    with db.reading() as session:
        person = evidence.told(session, made.receipt, kept)["personal"]
        assert (person["person"], person["position"]) == ("Wang Min", "Finance manager")
        assert person["address"] == "127.0.0.1"
        [reached] = session.scalars(select(StatementDelivery))
        assert (reached.state, reached.proof) == ("viewed", "post")


def test_the_words_are_kept_in_the_language_they_were_read_in(june: June) -> None:
    visitor = june.by_link("zh")

    confirm(visitor, june)

    assert "确认截至6月30日余额 4,040.00 元" in answers()[0].evidence["wording"]


def test_without_the_tick_nothing_is_recorded_and_nothing_is_lost(june: June) -> None:
    answer = confirm(june.by_link(), june, authority=None)

    assert answer.status_code == 400
    page = words_of(answer.text)
    assert "One thing before we can go on" in page
    assert "Tick that you may sign for your company, then confirm." in page
    assert "You owe Harbour Tools CNY 4,040.00" in page
    assert answers() == []


def test_confirming_twice_is_one_answer(june: June) -> None:
    visitor = june.signed_in()

    first = confirm(visitor, june)
    second = send(visitor, f"{june.path}/{june.section_id}/answer", "", authority="y")

    assert first.location == second.location
    assert len(answers()) == 1


def test_the_same_form_of_a_link_counts_once(june: June) -> None:
    visitor = june.by_link()
    action = f"{june.path}/{june.section_id}/confirm"
    form = {**form_on(visitor.open(june.path).text, action), "authority": "y"}

    first = visitor.open(action, method="POST", data=form)
    second = visitor.open(action, method="POST", data=form)

    assert (first.status_code, second.status_code) == (303, 409)
    assert "the second time changed nothing" in words_of(second.text)
    assert len(answers()) == 1


def test_another_statement_than_the_one_shown_is_refused(june: June) -> None:
    visitor = june.signed_in()

    for wrong in ({"sha256": "0" * 64}, {"version": "2"}, {"version": "x"}, {"balance": "404001"}):
        answer = confirm(visitor, june, **wrong)
        assert answer.status_code == 409, wrong
        assert "nothing was recorded" in words_of(answer.text)
    assert answers() == []


def test_with_a_dispute_the_rest_is_confirmed(june: June) -> None:
    dispute("INV-3", "120.00")
    visitor = june.signed_in()
    assert "Confirm 3,920.00, dispute 120.00" in words_of(visitor.open(june.path).text)

    answer = confirm(visitor, june)

    [made] = answers()
    assert (made.outcome, made.disputed_minor) == ("agreed_except", 12000)
    page = words_of(visitor.open(answer.location).text)
    assert "owes Harbour Tools CNY 3,920.00 as at 30 June 2026 and disputes CNY 120.00" in page


def test_a_dispute_that_came_in_between_is_looked_at_first(june: June) -> None:
    visitor = june.signed_in()
    action = f"{june.path}/{june.section_id}/confirm"
    form = {**form_on(visitor.open(june.path).text, action), "authority": "y"}
    dispute("INV-3", "120.00")

    answer = visitor.open(action, method="POST", data=form)

    assert answer.status_code == 409
    assert "now CNY 120.00 is" in words_of(answer.text)
    assert answers() == []


def test_another_figure_is_a_disagreement_with_a_note(june: June) -> None:
    visitor = june.by_link()
    path = f"{june.path}/{june.section_id}/figure"

    answer = send(visitor, path, "", stated="3,920.00", note="CN-2 is missing.", authority="y")

    [made] = answers()
    assert (made.outcome, made.stated_minor, made.note) == ("disagreed", 392000, "CN-2 is missing.")
    page = words_of(visitor.open(answer.location).text)
    assert "states that it owes Harbour Tools CNY 3,920.00" in page
    assert "looks into the difference" in page
    assert "Disagreed" in words_of(visitor.open(june.path).text)


def test_a_figure_that_is_none_is_refused_with_what_was_typed(june: June) -> None:
    path = f"{june.path}/{june.section_id}/figure"

    answer = send(june.by_link(), path, "", stated="about four thousand", authority="y")

    assert answer.status_code == 400
    assert "is not an amount" in words_of(answer.text)
    assert "about four thousand" in answer.text
    assert answers() == []


def test_somebody_else_answers_under_their_own_name(june: June) -> None:
    visitor = june.by_link()
    path = f"{june.path}/{june.section_id}/answer"

    send(visitor, path, "", person="Li Hua", position="Owner", authority="y")

    [made] = answers()
    with db.reading() as session:
        person = evidence.told(session, made.receipt, made.evidence)["personal"]
        assert (person["person"], person["position"]) == ("Li Hua", "Owner")


def test_a_stamped_copy_is_kept_with_the_answer(june: June) -> None:
    visitor = june.by_link()
    path = f"{june.path}/{june.section_id}/answer"
    copy = (io.BytesIO(b"%PDF-1.7 stamped"), "stamped.pdf")

    answer = send(visitor, path, "", authority="y", files=copy)

    [made] = answers()
    assert made.evidence["files"] == [hashlib.sha256(b"%PDF-1.7 stamped").hexdigest()]
    assert "stamped.pdf" in words_of(visitor.open(answer.location).text)


def test_a_stamped_copy_sent_twice_is_kept_once_under_its_first_name(june: June) -> None:
    visitor, path = june.signed_in(), f"{june.path}/{june.section_id}/answer"
    form = form_on(visitor.open(path).text, "")

    def handed_in(name: str) -> str:
        data = {**form, "authority": "y", "files": (io.BytesIO(b"%PDF-1.7 stamped"), name)}
        return str(visitor.open(path, method="POST", data=data).location)

    receipt = handed_in("stamped.pdf")
    assert handed_in("again.pdf") == receipt
    words = words_of(visitor.open(receipt).text)
    assert len(answers()) == 1
    assert "nothing was recorded a second time" in words
    assert "stamped.pdf" in words
    assert "again.pdf" not in words
    with db.reading() as session:
        kept = session.scalars(select(Attachment).where(Attachment.purpose == "evidence")).all()
        assert [one.filename for one in kept] == ["stamped.pdf"]


def test_a_program_is_not_taken_for_a_copy(june: June) -> None:
    path = f"{june.path}/{june.section_id}/answer"
    program = (io.BytesIO(b"MZ\x90\x00"), "stamped.pdf")

    answer = send(june.by_link(), path, "", authority="y", files=program)

    assert answer.status_code == 400
    assert "is of a kind we do not take" in words_of(answer.text)
    assert answers() == []


def test_an_answer_can_be_changed_and_the_latest_counts(june: June) -> None:
    visitor = june.signed_in()
    first = confirm(visitor, june).location

    path = f"{june.path}/{june.section_id}/figure"
    send(visitor, path, "", stated="4000.00", authority="y")

    before, now = answers()
    assert before.replaced_by_id == now.id
    assert "A later answer has taken the place of this one" in words_of(visitor.open(first).text)
    assert now.receipt in visitor.open(june.path).text


def test_lines_are_confirmed_together_without_answering_the_balance(june: June) -> None:
    visitor = june.by_link()
    lines = line_ids(june, "INV-2", "PAY-1")
    asked = f"{june.path}/lines?line={lines[0]}&line={lines[1]}"
    assert "Confirm 2 lines, 400.00" in words_of(visitor.open(asked).text)

    form = form_on(visitor.open(asked).text, "")
    answer = visitor.open(
        f"{june.path}/lines", method="POST", data={**form, "line": lines, "authority": "y"}
    )

    assert answer.status_code == 303
    page = words_of(visitor.open(answer.location).text)
    assert "2 lines are confirmed" in page
    assert "The balance itself is not answered by this." in page
    assert answers() == []
    shown = words_of(visitor.open(june.path).text)
    assert "INV-2 Yours: PO 4500-1182 1,000.00 Balance 2,500.00 Confirmed" in shown
    assert "Do you agree with this balance?" in shown


def line_ids(june: June, *numbers: str) -> list[int]:
    """The lines of these documents."""
    with db.reading() as session:
        query = select(StatementLine.id).where(
            StatementLine.section_id == june.section_id, StatementLine.number.in_(numbers)
        )
        return sorted(session.scalars(query))


def test_no_line_ticked_says_what_to_do(june: June) -> None:
    page = words_of(june.by_link().open(f"{june.path}/lines").text)

    assert "No line is ticked." in page


def test_lines_of_another_statement_are_not_taken(june: June) -> None:
    answer = june.signed_in().open(f"{june.path}/lines?line=999999")

    assert answer.status_code == 404


def test_the_receipt_says_what_is_next_and_what_is_still_to_pay(june: June) -> None:
    visitor = june.by_link()
    answer = confirm(visitor, june)

    page = words_of(visitor.open(answer.location).text)

    assert "Confirmed. Thank you, Wang Min." in page
    assert "Mingyuan Hardware agrees that it owes Harbour Tools CNY 4,040.00" in page
    assert answers()[0].receipt in page
    assert "2 July 2026, 09:42 Beijing time" in page
    assert "A copy goes to w***@m-0217.example." in page
    assert "by 7 July Chen Li closes June 2026 for your account. You need do nothing." in page
    assert "Your statement for July 2026 arrives, opening at CNY 4,040.00." in page
    assert "900.00 is overdue since 28 May (INV-1)." in page
    assert "Wang Min, Finance manager, stated authority to sign" in page
    assert "link sent to w***@m-0217.example" in page


def test_the_certificate_says_what_was_agreed_and_by_whom(june: June) -> None:
    visitor = june.by_link()
    receipt = confirm(visitor, june).location

    file = visitor.open(f"{receipt}/certificate.pdf")

    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.data)).pages)
    printed = " ".join(printed.split())
    assert file.mimetype == "application/pdf"
    for words in (
        "Mingyuan Hardware agrees that it owes",
        "4,040.00",
        answers()[0].receipt,
        "ST-2026-0001",
        "Wang Min",
        "Finance manager",
        "2026-07-02 01:42:00",
        "Confirm 4,040.00 as at 30 June",
    ):
        assert words in printed, words


def test_another_customers_receipt_is_not_there(june: June) -> None:
    receipt = confirm(june.signed_in(), june).location

    assert june.stranger().open(receipt).status_code == 404
    assert june.stranger().open(f"{receipt}/certificate.pdf").status_code == 404
    assert june.signed_in().open("/receipts/R-2026-999999").status_code == 404


def test_the_number_of_a_dispute_leads_to_the_dispute(june: June) -> None:
    with db.transaction() as session:
        document = session.scalars(select(Document).where(Document.number == "INV-2")).one()
        [made] = raising.raise_disputes(
            session,
            [Claim(document)],
            reason="price",
            given=evidence.Evidence("Wang Min", wording="Dispute 1,000.00"),
            by=BY,
            on=settings.today(session),
            at=clock.now(),
        )
        receipt, dispute_id = made.receipt, made.id

    assert june.signed_in().open(f"/receipts/{receipt}").location == f"/disputes/{dispute_id}"
