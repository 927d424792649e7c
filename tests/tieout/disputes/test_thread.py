"""The thread: who has the ball, what only staff see, who cares for it and by when."""

from datetime import date

import pytest

from tests.factories import make_staff
from tests.tieout.disputes.conftest import AT, LATER, LATER_ON, ON, PDF, Desk, cny
from tieout import events
from tieout.disputes import moves, queries, steps, thread
from tieout.disputes.queries import DisputeSearch
from tieout.disputes.raising import Claim


def test_whoever_writes_passes_the_ball(desk: Desk) -> None:
    made = desk.dispute_120()

    thread.answer(desk.session, made, "Which order?", by=desk.chen, at=LATER)
    assert made.state == moves.ANSWERED

    thread.answer(desk.session, made, "PO-77", files=[PDF], by=desk.who, at=LATER)
    assert made.state == moves.OPEN
    steps_seen = queries.timeline(desk.session, made, internal=False)
    assert [(step.side, step.text) for step in steps_seen[1:]] == [
        ("staff", "Which order?"),
        ("customer", "PO-77"),
    ]
    assert len(desk.told(events.DisputeAnswered)) == 2


def test_a_note_is_for_staff_alone_and_tells_nobody(desk: Desk) -> None:
    made = desk.dispute_120()

    thread.note(desk.session, made, "Ask the warehouse first.", files=[PDF], by=desk.chen, at=LATER)

    assert made.state == moves.OPEN
    assert "warehouse" not in str(queries.timeline(desk.session, made, internal=False))
    assert "warehouse" in str(queries.timeline(desk.session, made, internal=True))
    assert desk.told(events.DisputeAnswered) == []


def test_words_or_a_file_are_needed(desk: Desk) -> None:
    made = desk.dispute_120()

    with pytest.raises(steps.WordsMissing):
        thread.answer(desk.session, made, "  ", by=desk.who, at=LATER)
    with pytest.raises(steps.WordsTooLong):
        thread.answer(desk.session, made, "x" * 4001, by=desk.who, at=LATER)
    thread.answer(desk.session, made, "", files=[PDF], by=desk.who, at=LATER)


def test_it_is_given_to_somebody_who_can_answer(desk: Desk) -> None:
    made = desk.dispute_120()
    sales = make_staff(desk.session, "sales", name="Lin Tao")
    auditor = make_staff(desk.session, "auditor", name="Gu Yan")

    for nobody in (sales, auditor):
        with pytest.raises(thread.CannotCareForIt, match=nobody.name):
            thread.assign(desk.session, made, nobody, by=desk.chen, at=LATER)

    desk.account.customer.owner_id = sales.id
    assert [one.name for one in thread.assignable(desk.session, made)] == [
        "Chen Li",
        "Lin Tao",
        "Zhou Wei",
    ]
    thread.assign(desk.session, made, sales, by=desk.chen, at=LATER)
    assert made.assignee_id == sales.id
    [query] = [queries.disputes(DisputeSearch(assignee_id=sales.id))]
    assert queries.count(desk.session, query) == 1


def test_a_promise_is_kept_in_sight_of_the_customer(desk: Desk) -> None:
    made = desk.dispute_120()
    with pytest.raises(thread.PromisedInThePast):
        thread.promise(desk.session, made, date(2026, 7, 2), by=desk.chen, on=LATER_ON, at=LATER)

    thread.promise(desk.session, made, date(2026, 7, 15), by=desk.chen, on=LATER_ON, at=LATER)

    assert made.answer_by == date(2026, 7, 15)
    last = queries.timeline(desk.session, made, internal=False)[-1]
    assert str(last.act) == "promised an answer by 2026-07-15"


def test_the_work_list_counts_what_waits_and_what_is_late(desk: Desk) -> None:
    first = desk.dispute(Claim(desk.invoice("INV-1"), amount=cny("600.00")))
    desk.dispute(Claim(desk.invoice("INV-2"), amount=cny("300.00")))
    answered = desk.dispute(Claim(desk.invoice("INV-3"), amount=cny("100.00")))
    thread.answer(desk.session, answered, "Which order?", by=desk.chen, at=AT)
    thread.promise(desk.session, first, date(2026, 7, 20), by=desk.chen, on=ON, at=AT)

    found = queries.waiting(desk.session, date(2026, 7, 13))

    assert (found.open, found.with_us, found.late) == (3, 2, 1)
    assert found.amounts == (cny("1000.00"),)
    assert found.oldest == ON
    late = DisputeSearch(group="late", today=date(2026, 7, 13))
    [one] = desk.session.scalars(queries.disputes(late))
    assert one.document.number == "INV-2"


def test_disputes_are_found_by_receipt_document_and_customer(desk: Desk) -> None:
    made = desk.dispute(Claim(desk.invoice("INV-2026-0611")))

    for words in (made.receipt, "inv 2026-0611", "M-0217"):
        found = queries.disputes(DisputeSearch(keyword=words, order="amount"))
        assert desk.session.scalars(found).all() == [made], words
    assert queries.count(desk.session, queries.disputes(DisputeSearch(keyword="globex"))) == 0
