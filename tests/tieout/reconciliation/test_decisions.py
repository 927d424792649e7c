"""What people decide about a comparison, and that it holds in the next one."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT, BY
from tests.support.books import post
from tests.tieout.reconciliation.books import compared
from tieout.audit.models import AuditEntry
from tieout.customers.models import CustomerAccount
from tieout.db import transaction
from tieout.errors import NotFound
from tieout.matching import Difference
from tieout.reconciliation import agreeing, comparing, decisions
from tieout.reconciliation.models import Reconciliation, TheirBook
from tieout.reconciliation.picture import picture
from tieout.reconciliation.shown import ShownGroup

#: The same amount, three months apart: proposed, never taken for granted.
FAR = "2026-06-20  invoice  -  777.00"


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer whose March invoice they booked in June, without a number."""
    factories.make_company(session)
    account = factories.make_customer(session)
    post(session, account, "invoice", "INV-1", "2026-04-01", "777.00")
    return account


def proposal(session: Session, made: Reconciliation) -> ShownGroup:
    """The only proposal of a run."""
    [group] = picture(session, made).proposals
    return group


def test_a_proposal_does_not_count_as_explained(session: Session, account: CustomerAccount) -> None:
    made = compared(session, account, "2026-03-30  other  X  1.00\n" + FAR)

    shown = picture(session, made)

    assert [group.found_by for group in shown.proposals] == ["amount_and_far_date"]
    assert shown.proposed.minor == 0


def test_an_accepted_proposal_is_settled_and_stays_so(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, FAR)
    group = proposal(session, made)

    decisions.accept(session, made, group.no, group.seen, by=BY, at=AT)

    assert picture(session, made).proposals == ()
    [agreed] = agreeing.some(session, made)
    assert (agreed.found_by, agreed.decided_by) == ("by_hand", "Chen Li")
    again = compared(session, account, FAR)
    assert picture(session, again).proposals == ()


def test_a_rejected_proposal_stays_rejected(session: Session, account: CustomerAccount) -> None:
    made = compared(session, account, FAR)
    group = proposal(session, made)

    decisions.reject(session, made, group.no, group.seen, reason="another order", by=BY, at=AT)

    for run in (made, compared(session, account, FAR)):
        shown = picture(session, run)
        assert shown.proposals == ()
        assert {group.difference for group in shown.groups} == {
            Difference.MISSING_IN_THEIRS,
            Difference.MISSING_IN_OURS,
        }


def test_what_was_decided_meanwhile_is_not_decided_twice(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, FAR)
    group = proposal(session, made)
    decisions.reject(session, made, group.no, group.seen, by=BY, at=AT)

    with pytest.raises(decisions.GroupHasMoved):
        decisions.accept(session, made, group.no, group.seen, by=BY, at=AT)


def test_lines_put_together_by_hand_with_a_remainder_need_a_reason(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, "2026-06-20  invoice  Z-9  751.50")
    ours, theirs = both_lines(session, made)

    with pytest.raises(decisions.ReasonMissing):
        decisions.match(session, made, [ours], [theirs], by=BY, at=AT)
    decisions.match(session, made, [ours], [theirs], reason="freight kept back", by=BY, at=AT)

    shown = picture(session, made)
    [difference] = shown.differences
    assert (difference.residual.plain, difference.acts) == ("25.50", "together")
    assert difference.reason == "freight kept back"
    assert shown.unexplained.minor == 0
    assert shown.residual.minor == 0


def test_a_match_by_hand_can_be_taken_apart_again(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, "2026-06-20  invoice  Z-9  751.50")
    ours, theirs = both_lines(session, made)
    decisions.match(session, made, [ours], [theirs], reason="freight", by=BY, at=AT)
    [group] = picture(session, made).differences

    decisions.reject(session, made, group.no, group.seen, by=BY, at=AT)

    assert both_lines(session, made) == (ours, theirs)


def test_the_last_decision_can_be_undone(session: Session, account: CustomerAccount) -> None:
    made = compared(session, account, FAR)
    group = proposal(session, made)
    decisions.reject(session, made, group.no, group.seen, by=BY, at=AT)

    assert decisions.undo_last(session, made, by=BY, at=AT)

    assert proposal(session, made).seen == group.seen
    assert not decisions.undo_last(session, made, by=BY, at=AT)


def test_a_rejected_pair_may_be_put_together_by_hand(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, FAR)
    group = proposal(session, made)
    decisions.reject(session, made, group.no, group.seen, by=BY, at=AT)
    ours, theirs = both_lines(session, made)

    decisions.match(session, made, [ours], [theirs], by=BY, at=AT)

    assert picture(session, made).groups == ()


def test_a_line_entered_twice_is_kept_when_somebody_says_so(
    session: Session, account: CustomerAccount
) -> None:
    twice = """
        2026-04-02  invoice  INV-1  777.00
        2026-04-05  invoice  INV-1  777.00
    """
    made = compared(session, account, twice)
    [group] = picture(session, made).differences

    decisions.reject(session, made, group.no, group.seen, by=BY, at=AT)

    shown = picture(session, made)
    assert [group.difference for group in shown.differences] == [Difference.MISSING_IN_OURS]
    assert shown.matched == 1


def test_lines_of_another_run_cannot_be_matched(session: Session, account: CustomerAccount) -> None:
    made = compared(session, account, FAR)
    other = factories.make_customer(session, "M-0300")
    foreign = post(session, other, "invoice", "INV-9", "2026-06-01", "5.00")
    [line] = proposal(session, made).theirs

    with pytest.raises(NotFound):
        decisions.match(session, made, [foreign.id], [line.id], reason="?", by=BY, at=AT)


def test_matched_lines_are_not_matched_again(session: Session, account: CustomerAccount) -> None:
    post(session, account, "invoice", "INV-2", "2026-06-02", "50.00")
    made = compared(session, account, "2026-04-02  invoice  INV-1  777.00\n" + FAR)
    [agreed] = agreeing.some(session, made)
    free = next(group.main for group in picture(session, made).groups if group.theirs)

    with pytest.raises(decisions.LineTaken):
        decisions.match(session, made, [agreed.ours[0].id], [free.id], reason="?", by=BY, at=AT)


@pytest.mark.usefixtures("database")
def test_every_decision_is_in_the_audit_trail() -> None:
    with transaction() as session:
        factories.make_company(session)
        account = factories.make_customer(session)
        post(session, account, "invoice", "INV-1", "2026-04-01", "777.00")
        made = compared(session, account, FAR)
        group = proposal(session, made)
    with transaction() as session:
        made = session.get_one(Reconciliation, made.id)
        decisions.reject(session, made, group.no, group.seen, reason="no", by=BY, at=AT)
    with transaction() as session:
        made = session.get_one(Reconciliation, made.id)
        decisions.undo_last(session, made, by=BY, at=AT)

    with transaction() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert [action for action in actions if action.startswith(("match", "recon"))] == [
        "reconciliation.made",
        "match.rejected",
        "match.undone",
    ]


def both_lines(session: Session, made: Reconciliation) -> tuple[int, int]:
    """The free line of either book."""
    groups = picture(session, made).groups
    ours = [line.id for group in groups for line in group.ours]
    theirs = [line.id for group in groups for line in group.theirs]
    assert (len(ours), len(theirs)) == (1, 1)
    return ours[0], theirs[0]


def test_a_decision_holds_in_every_comparison_of_the_same_books(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, FAR)
    book = session.get_one(TheirBook, made.book_id)
    other = comparing.compare(session, book, as_at=made.as_at, is_internal=True, by=BY, at=AT)
    group = proposal(session, made)

    decisions.accept(session, made, group.no, group.seen, by=BY, at=AT)

    assert picture(session, other).proposals == ()


def test_what_somebody_knows_to_be_on_its_way_clears_by_itself(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-2", "2026-05-04", "90.00")
    made = compared(session, account, "2026-06-20  invoice  INV-9  12.00")
    group = next(one for one in picture(session, made).groups if one.main.number == "INV-2")
    assert (group.difference, group.acts) == (Difference.MISSING_IN_THEIRS, "you")

    decisions.clears(session, made, group.no, group.seen, reason="still at sea", by=BY, at=AT)

    shown = picture(session, made)
    group = next(one for one in shown.groups if one.main.number == "INV-2")
    assert (group.acts, group.reason) == ("itself", "still at sea")
    assert group in [step.group for step in shown.their_steps]
    assert shown.residual == shown.unexplained

    decisions.undo_last(session, made, by=BY, at=AT)
    group = next(one for one in picture(session, made).groups if one.main.number == "INV-2")
    assert group.acts == "you"


def test_a_proposal_is_decided_before_anything_else(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, FAR)
    group = proposal(session, made)

    with pytest.raises(decisions.NothingToAwait):
        decisions.clears(session, made, group.no, group.seen, by=BY, at=AT)
