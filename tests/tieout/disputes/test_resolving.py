"""What comes of disputes: the ledger, the line and the thread follow."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import make_customer
from tests.support.books import post, settle
from tests.tieout.disputes.conftest import AT, JULY, LATER, LATER_ON, Desk, cny
from tieout import events
from tieout.disputes import holding, moves, queries, resolving, thread
from tieout.disputes.models import Dispute
from tieout.disputes.raising import Claim
from tieout.dunning import notices, policies
from tieout.dunning.selection import Selection
from tieout.ledger import ageing, allocation, balances, disputed, drafts
from tieout.ledger.models import Document, DocumentDraft
from tieout.settings import Company
from tieout.statements import answers
from tieout.statements.freeze import frozen
from tieout.statements.models import StatementLine


def accept(desk: Desk, made: Dispute, amount: str = "", text: str = "") -> DocumentDraft:
    draft = resolving.accept(
        desk.session,
        made,
        cny(amount) if amount else None,
        text=text,
        by=desk.chen,
        on=LATER_ON,
        at=LATER,
    )
    assert draft is not None
    return draft


def approve(desk: Desk, draft: DocumentDraft) -> Document:
    return drafts.approve(desk.session, draft, digest=draft.content_digest, by=desk.zhou, at=LATER)


def line_answer(desk: Desk, made: Dispute) -> str:
    line = desk.session.get_one(StatementLine, made.statement_line_id)
    return answers.line_states(desk.session, [line])[line.id].answer


def held(desk: Desk, made: Dispute) -> int:
    return sum(part.amount_minor for part in disputed.parts_of(desk.session, holding.ref(made)))


def test_accepting_drafts_a_credit_note_and_waits_for_a_second_person(desk: Desk) -> None:
    made = desk.dispute_120()

    draft = accept(desk, made, text="You are right, sorry.")

    given = drafts.content_of(draft)
    assert (draft.state, draft.origin) == ("submitted", f"dispute:{made.id}")
    assert (given.amount, given.related_id) == (cny("-120.00"), made.document_id)
    assert (given.issued_on, given.reason) == (LATER_ON, "allowance")
    assert made.state == moves.ACCEPTING
    assert held(desk, made) == 12000
    assert desk.told(events.DisputeResolved) == []
    seen_by_customer = queries.timeline(desk.session, made, internal=False)
    assert [step.kind for step in seen_by_customer] == ["raised"]


def test_once_approved_the_credit_note_settles_the_invoice_and_the_dispute_ends(
    desk: Desk,
) -> None:
    made = desk.dispute_120()
    draft = accept(desk, made, text="You are right, sorry.")

    note = approve(desk, draft)

    assert (made.state, made.accepted_minor) == (moves.ACCEPTED, 12000)
    assert (made.resolved_on, made.resolved_at) == (LATER_ON, LATER)
    [item] = made.document.due_items
    assert item.open_minor == 88000
    assert note.due_items[0].open_minor == 0
    [settled] = allocation.of_document(desk.session, note.id)
    assert settled.amount_minor == 12000
    assert held(desk, made) == 0
    assert line_answer(desk, made) == answers.UNANSWERED
    assert desk.told(events.DisputeResolved) == [events.DisputeResolved(made.id)]
    last = queries.timeline(desk.session, made, internal=False)[-1]
    assert (last.kind, last.text, last.who) == ("accepted", "You are right, sorry.", "Zhou Wei")
    assert note.number in str(last.act)


def test_part_is_accepted_and_the_rest_ends_with_a_reason(desk: Desk) -> None:
    made = desk.dispute_120()
    with pytest.raises(resolving.SayWhyNotAll):
        accept(desk, made, "100.00")

    approve(desk, accept(desk, made, "100.00", "Twenty were agreed."))

    assert (made.state, made.accepted_minor) == (moves.PART_ACCEPTED, 10000)
    assert made.document.due_items[0].open_minor == 90000
    assert held(desk, made) == 0


def test_the_preparer_may_not_approve_and_nothing_changes(desk: Desk) -> None:
    made = desk.dispute_120()
    draft = accept(desk, made)

    with pytest.raises(drafts.SecondPersonNeeded):
        drafts.approve(desk.session, draft, digest=draft.content_digest, by=desk.chen, at=LATER)

    assert made.state == moves.ACCEPTING


def test_where_one_person_is_enough_the_credit_note_is_posted_at_once(desk: Desk) -> None:
    made = desk.dispute_120()
    desk.session.get_one(Company, 1).two_people = []

    accept(desk, made)

    assert made.state == moves.ACCEPTED


def test_a_credit_note_that_is_turned_down_gives_the_dispute_back(desk: Desk) -> None:
    made = desk.dispute_120()
    draft = accept(desk, made)

    drafts.reject(desk.session, draft, note="The price list says 10.00.", by=desk.zhou, at=LATER)

    assert (made.state, made.draft_id) == (moves.OPEN, None)
    assert held(desk, made) == 12000
    last = queries.timeline(desk.session, made, internal=True)[-1]
    assert (last.kind, last.text) == ("sent_back", "The price list says 10.00.")
    assert last.is_internal
    accept(desk, made)  # another try is possible


def test_a_paid_invoice_leaves_the_credit_note_free(desk: Desk) -> None:
    invoice = desk.invoice()
    payment = post(desk.session, desk.account, "payment", "PAY-1", "2026-06-20", "-1000.00")
    settle(desk.session, invoice, payment, "1000.00")
    made = desk.dispute(Claim(invoice, expected=cny("880.00")))

    note = approve(desk, accept(desk, made))

    assert note.due_items[0].open_minor == 12000
    assert made.state == moves.ACCEPTED


def test_a_disputed_payment_is_accepted_without_a_credit_note(desk: Desk) -> None:
    payment = post(desk.session, desk.account, "payment", "PAY-1", "2026-06-20", "-1000.00")
    made = desk.dispute(Claim(payment), reason="not_ours")

    draft = resolving.accept(desk.session, made, by=desk.chen, on=LATER_ON, at=LATER)

    assert draft is None
    assert made.state == moves.ACCEPTED
    assert desk.session.scalars(select(DocumentDraft)).all() == []


@pytest.mark.parametrize(
    ("amount", "error"),
    [("120.01", resolving.AcceptsTooMuch), ("0.00", resolving.AcceptsNothing)],
)
def test_amounts_that_cannot_be_accepted(desk: Desk, amount: str, error: type) -> None:
    made = desk.dispute_120()

    with pytest.raises(error):
        accept(desk, made, amount, "because")


def test_rejecting_needs_a_reason_and_ends_the_pause(desk: Desk) -> None:
    made = desk.dispute_120()
    with pytest.raises(resolving.SayWhyRejected):
        resolving.reject(desk.session, made, " ", by=desk.chen, on=LATER_ON, at=LATER)

    resolving.reject(desk.session, made, "As ordered.", by=desk.chen, on=LATER_ON, at=LATER)

    assert made.state == moves.REJECTED
    assert held(desk, made) == 0
    assert line_answer(desk, made) == answers.UNANSWERED
    aged = ageing.account_ageing(desk.session, desk.account.id, date(2026, 7, 20))
    assert (aged.disputed, aged.overdue) == (cny("0.00"), cny("1000.00"))


def test_reopening_pauses_nothing_until_staff_take_it_up(desk: Desk) -> None:
    made = desk.dispute_120()
    resolving.reject(desk.session, made, "As ordered.", by=desk.chen, on=LATER_ON, at=LATER)
    with pytest.raises(resolving.SayWhyAgain):
        resolving.reopen(desk.session, made, "", by=desk.who, at=LATER)

    resolving.reopen(desk.session, made, "See the order.", by=desk.who, at=LATER)
    assert (made.state, held(desk, made)) == (moves.REOPENED, 0)
    assert line_answer(desk, made) == answers.UNANSWERED

    resolving.take_up(desk.session, made, by=desk.chen, on=LATER_ON, at=LATER)
    assert (made.state, held(desk, made)) == (moves.OPEN, 12000)
    assert line_answer(desk, made) == answers.DISPUTED


def test_accepting_a_reopened_dispute_pauses_it_while_the_credit_note_waits(desk: Desk) -> None:
    made = desk.dispute_120()
    resolving.reject(desk.session, made, "As ordered.", by=desk.chen, on=LATER_ON, at=LATER)
    resolving.reopen(desk.session, made, "See the order.", by=desk.who, at=LATER)

    draft = accept(desk, made)
    assert held(desk, made) == 12000

    approve(desk, draft)
    assert (made.state, held(desk, made)) == (moves.ACCEPTED, 0)


def test_the_customer_withdraws_and_may_confirm_the_line(desk: Desk) -> None:
    made = desk.dispute_120()

    resolving.withdraw(desk.session, made, "Found it.", by=desk.who, on=LATER_ON, at=LATER)

    assert made.state == moves.WITHDRAWN
    assert held(desk, made) == 0
    assert line_answer(desk, made) == answers.UNANSWERED


def test_withdrawing_turns_a_waiting_credit_note_down(desk: Desk) -> None:
    made = desk.dispute_120()
    draft = accept(desk, made)

    resolving.withdraw(desk.session, made, by=desk.who, on=LATER_ON, at=LATER)

    assert draft.state == "rejected"
    assert made.state == moves.WITHDRAWN
    with pytest.raises(drafts.DraftMovedOn):
        approve(desk, draft)


def test_what_was_decided_is_not_decided_again(desk: Desk) -> None:
    made = desk.dispute_120()
    resolving.reject(desk.session, made, "As ordered.", by=desk.chen, on=LATER_ON, at=LATER)

    with pytest.raises(moves.MoveNotAllowed, match="Rejected"):
        accept(desk, made)
    with pytest.raises(moves.MoveNotAllowed):
        resolving.withdraw(desk.session, made, by=desk.who, on=LATER_ON, at=LATER)


def test_who_decides_has_read_everything(desk: Desk) -> None:
    made = desk.dispute_120()
    seen = made.version
    thread.answer(desk.session, made, "One more thing.", by=desk.who, at=LATER)

    with pytest.raises(moves.DisputeMovedOn):
        resolving.reject(desk.session, made, "No.", seen=seen, by=desk.chen, on=LATER_ON, at=LATER)


def test_a_month_is_closed_with_a_dispute_and_the_next_statement_shows_what_came_of_it(
    desk: Desk,
) -> None:
    """June 1,000.00; 120.00 disputed and credited; July closes at 880.00, nothing disputed."""
    made = desk.dispute_120()
    approve(desk, accept(desk, made))

    july = desk.issue(JULY, at=LATER.replace(month=8, day=1))

    [section] = july.sections
    assert (section.opening_minor, section.closing_minor) == (100000, 88000)
    assert section.disputed_minor == 0
    [line] = section.lines
    assert (line.kind, line.amount_minor) == ("credit_note", -12000)
    assert line.issued_on == LATER_ON
    assert made.receipt in str(frozen(july))
    assert balances.balance(desk.session, desk.account.id, JULY.end) == cny("880.00")


def test_a_statement_made_meanwhile_names_the_disputed_part(desk: Desk) -> None:
    desk.dispute_120()

    july = desk.issue(JULY, at=AT.replace(month=8, day=1))

    assert july.sections[0].disputed_minor == 12000


def test_reminders_leave_the_disputed_part_out_while_it_is_open(desk: Desk) -> None:
    policies.standard_policy(desk.session, by=desk.zhou)
    other = make_customer(desk.session, "X-1")
    post(desk.session, other, "payment", "PAY-0", "2026-07-19", "-1.00")
    made = desk.dispute_120()
    on = date(2026, 7, 20)

    def overdue() -> int:
        [worked] = notices.preview(desk.session, on)
        assert isinstance(worked.found, Selection)
        return worked.found.net_minor

    assert overdue() == 88000
    resolving.reject(desk.session, made, "As ordered.", by=desk.chen, on=LATER_ON, at=LATER)
    assert overdue() == 100000
