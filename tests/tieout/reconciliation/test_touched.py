"""A decision changes what it is about and what is loose; the whole comparison says the same."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT, BY
from tests.support.books import post
from tests.tieout.reconciliation.books import OURS, THEIRS, compared, ledger, rows
from tieout.matching import Lines, Rules, reconcile
from tieout.reconciliation import comparing, decisions
from tieout.reconciliation import run as running
from tieout.reconciliation.models import MatchGroup, MatchGroupLine, Reconciliation

#: Beside the worked example: twins, a sum of three, a far date, one that cleared since.
MORE_OURS = """
    2026-04-01  invoice      INV-901    777.00
    2026-04-02  invoice      INV-902    310.40
    2026-04-02  invoice      INV-903    425.15
    2026-04-03  invoice      INV-904    118.20
    2026-05-04  invoice      INV-905    600.00
    2026-05-05  invoice      INV-906    600.00
    2026-07-03  payment      PAY-31   -12800.00
    2026-02-11  invoice      INV-880   2210.00
"""
MORE_THEIRS = """
    2026-06-20  invoice      -          777.00
    2026-04-04  invoice      -          853.75
    2026-05-06  invoice      -          600.00
    2026-05-07  invoice      -          600.00
    2026-02-12  invoice      INV-880   2210.00
    2026-02-20  invoice      INV-880   2210.00
"""


@pytest.fixture(params=["", "120.00"], ids=["from the beginning", "with an opening"])
def made(session: Session, request: pytest.FixtureRequest) -> Reconciliation:
    """Both books compared."""
    factories.make_company(session)
    account = factories.make_customer(session)
    for day, kind, number, amount in rows(OURS + MORE_OURS):
        post(session, account, kind, number, day, amount)
    return compared(session, account, ledger(THEIRS + MORE_THEIRS, opening=request.param))


def told(session: Session, made: Reconciliation) -> tuple[object, ...]:
    """All a comparison says, but for the numbers of its groups."""
    session.flush()
    session.expire_all()
    groups = session.scalars(select(MatchGroup).where(MatchGroup.reconciliation_id == made.id))
    found = {
        group.proof["lines"]: (
            group.difference,
            group.found_by,
            group.state,
            group.residual_minor,
            group.acts,
            group.proof,
            group.decided_by,
            group.decision_reason,
        )
        for group in groups
    }
    figures = (
        made.our_balance_minor,
        made.their_balance_minor,
        made.opening_difference_minor,
        made.unexplained_minor,
        made.last_agreed_on,
        made.oldest_open_on,
        made.open_groups,
    )
    return figures, found


def pairs(session: Session, made: Reconciliation) -> list[tuple[int, str]]:
    """The groups with lines of both books, as they are seen."""
    query = select(MatchGroup).where(MatchGroup.reconciliation_id == made.id)
    return [
        (group.no, group.proof["lines"])
        for group in session.scalars(query.order_by(MatchGroup.no))
        if all(decisions.lines_of(group))
    ]


Act = Callable[[Session, Reconciliation, int, str], None]


def accept(session: Session, made: Reconciliation, no: int, seen: str) -> None:
    decisions.accept(session, made, no, seen, reason="seen on paper", by=BY, at=AT)


def reject(session: Session, made: Reconciliation, no: int, seen: str) -> None:
    decisions.reject(session, made, no, seen, by=BY, at=AT)


@pytest.mark.parametrize("act", [accept, reject])
def test_a_decision_comes_to_what_comparing_all_of_it_comes_to(
    session: Session, made: Reconciliation, act: Act
) -> None:
    looked_at = pairs(session, made)
    assert len(looked_at) > 6
    before = told(session, made)
    for no, seen in looked_at:
        act(session, made, no, seen)
        decided = told(session, made)
        comparing.recompute(session, made)
        assert told(session, made) == decided

        assert decisions.undo_last(session, made, by=BY, at=AT)
        assert told(session, made) == before
        # Comparing all of it has given the groups their numbers again.
        comparing.recompute(session, made)


def test_one_decision_after_the_other(session: Session, made: Reconciliation) -> None:
    for _, seen in pairs(session, made):
        query = select(MatchGroup).where(MatchGroup.reconciliation_id == made.id)
        there = {group.proof["lines"]: group.no for group in session.scalars(query)}
        if seen in there:
            reject(session, made, there[seen], seen)
    decided = told(session, made)

    comparing.recompute(session, made)

    assert told(session, made) == decided


def test_lines_put_together_leave_the_others_of_their_proposal(
    session: Session, made: Reconciliation
) -> None:
    query = select(MatchGroup).where(
        MatchGroup.reconciliation_id == made.id, MatchGroup.difference == "merged"
    )
    ours, theirs = decisions.lines_of(session.scalars(query).one())

    decisions.match(session, made, ours[:2], theirs, reason="the third is free", by=BY, at=AT)

    decided = told(session, made)
    comparing.recompute(session, made)
    assert told(session, made) == decided


def test_only_what_is_near_is_compared_and_nothing_else_is_written(
    session: Session, made: Reconciliation, monkeypatch: pytest.MonkeyPatch
) -> None:
    [settled] = session.scalars(
        select(MatchGroup.id)
        .join(MatchGroupLine)
        .where(
            MatchGroup.reconciliation_id == made.id,
            MatchGroup.residual_minor == 0,
            MatchGroupLine.amount_minor == 9653000,
            MatchGroupLine.document_id.is_not(None),
        )
    )
    looked_into: list[int] = []

    def counted(ours: Lines, theirs: Lines, rules: Rules) -> object:
        looked_into.append(len(ours) + len(theirs))
        return reconcile(ours, theirs, rules)

    monkeypatch.setattr(running, "reconcile", counted)
    no, seen = pairs(session, made)[0]

    accept(session, made, no, seen)

    assert looked_into
    assert max(looked_into) <= 3
    assert session.get(MatchGroup, settled) is not None
    left = session.scalars(
        select(MatchGroup.no).where(MatchGroup.reconciliation_id == made.id)
    ).all()
    assert len(left) == len(set(left))


def test_every_line_stays_in_one_group(session: Session, made: Reconciliation) -> None:
    query = select(MatchGroupLine.document_id, MatchGroupLine.their_line_id).where(
        MatchGroupLine.reconciliation_id == made.id
    )
    before = sorted(session.execute(query).all(), key=str)
    for no, seen in pairs(session, made):
        accept(session, made, no, seen)

    assert sorted(session.execute(query).all(), key=str) == before
