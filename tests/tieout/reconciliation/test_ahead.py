"""What a comparison comes to is worked out before anything is kept, and is the same."""

import random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT, BY
from tests.support.books import post
from tests.tieout.reconciliation.books import (
    CUT_OFF,
    OURS,
    THEIRS,
    batch_for,
    compared,
    ledger,
    rows,
)
from tieout.customers.models import CustomerAccount
from tieout.matching import Lines, Rules, reconcile
from tieout.reconciliation import ahead, comparing, decisions, rule_sets
from tieout.reconciliation import run as running
from tieout.reconciliation.models import MatchGroup, MatchGroupLine, Reconciliation
from tieout.reconciliation.their_books import NothingInTheirBook, ReadLedger


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer of Harbour Tools, with the documents of the worked example."""
    factories.make_company(session)
    account = factories.make_customer(session)
    for day, kind, number, amount in rows(OURS):
        post(session, account, kind, number, day, amount)
    return account


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often both books were compared."""
    found: list[int] = []

    def counted(ours: Lines, theirs: Lines, rules: Rules) -> object:
        found.append(len(theirs))
        return reconcile(ours, theirs, rules)

    monkeypatch.setattr(running, "reconcile", counted)
    return found


def worked_out(
    session: Session, account: CustomerAccount, read: ReadLedger, *, flipped: bool | None = None
) -> ahead.WorkedOut:
    return ahead.work_out(session, account, read, as_at=CUT_OFF, flipped=flipped, at=AT)


def kept(session: Session, account: CustomerAccount, found: ahead.WorkedOut) -> Reconciliation:
    return ahead.keep(session, account, batch_for(session, account), found, by=BY)


def told(session: Session, made: Reconciliation) -> tuple[object, ...]:
    """All a comparison says: its figures, its groups, the lines of each."""
    groups = session.execute(
        select(
            MatchGroup.no,
            MatchGroup.difference,
            MatchGroup.found_by,
            MatchGroup.state,
            MatchGroup.residual_minor,
            MatchGroup.acts,
            MatchGroup.proof,
        )
        .where(MatchGroup.reconciliation_id == made.id)
        .order_by(MatchGroup.no)
    ).all()
    lines = session.execute(
        select(
            MatchGroup.no,
            MatchGroupLine.document_id,
            MatchGroupLine.their_line_id,
            MatchGroupLine.amount_minor,
        )
        .join(MatchGroup, MatchGroup.id == MatchGroupLine.group_id)
        .where(MatchGroupLine.reconciliation_id == made.id)
    ).all()
    figures = (
        made.our_balance_minor,
        made.their_balance_minor,
        made.opening_difference_minor,
        made.unexplained_minor,
        made.last_agreed_on,
        made.open_groups,
        made.rules,
    )
    return figures, groups, sorted(lines, key=str)


@pytest.mark.parametrize("flipped", [None, False, True])
@pytest.mark.parametrize("opening", ["", "120.00"])
def test_it_is_what_comparing_the_kept_book_comes_to(
    session: Session, account: CustomerAccount, runs: list[int], opening: str, flipped: bool | None
) -> None:
    found = worked_out(session, account, ledger(THEIRS, opening=opening), flipped=flipped)
    runs.clear()
    made = kept(session, account, found)
    assert not runs
    before = told(session, made)

    comparing.recompute(session, made)

    assert runs
    assert told(session, made) == before


def test_lines_that_are_there_already_keep_their_place(
    session: Session, account: CustomerAccount, runs: list[int]
) -> None:
    compared(session, account, "\n".join(THEIRS.splitlines()[3:5]))
    shuffled = rows(THEIRS) + rows(THEIRS)[:2]
    random.Random(3).shuffle(shuffled)
    text = "\n".join(" ".join(row) for row in shuffled)
    found = worked_out(session, account, ledger(text))
    runs.clear()
    made = kept(session, account, found)
    assert not runs
    before = told(session, made)

    comparing.recompute(session, made)

    assert told(session, made) == before


def test_what_people_decided_holds_for_the_next_upload(
    session: Session, account: CustomerAccount, runs: list[int]
) -> None:
    first = compared(session, account, THEIRS)
    group = session.scalars(
        select(MatchGroup).where(
            MatchGroup.reconciliation_id == first.id,
            MatchGroup.difference == "amount_transposition",
        )
    ).one()
    decisions.reject(
        session, first, group.no, group.proof["lines"], reason="two orders", by=BY, at=AT
    )
    found = worked_out(session, account, ledger(THEIRS))
    runs.clear()

    made = kept(session, account, found)

    assert not runs
    comparing.recompute(session, first)
    assert told(session, made)[1:] == told(session, first)[1:]


def test_what_was_posted_or_decided_meanwhile_counts(
    session: Session, account: CustomerAccount, runs: list[int]
) -> None:
    found = worked_out(session, account, ledger(THEIRS))
    post(session, account, "payment", "TT-88231", "2026-06-29", "-12800.00")
    runs.clear()
    made = kept(session, account, found)
    assert runs
    paid = made.our_balance_minor

    found = worked_out(session, account, ledger(THEIRS))
    rule_sets.write(session, {"date_window": 3}, by=BY, at=AT)
    runs.clear()
    made = kept(session, account, found)

    assert runs
    assert made.rules["date_window"] == 3
    assert made.our_balance_minor == paid


def test_an_empty_ledger_is_refused_where_it_is_kept(
    session: Session, account: CustomerAccount
) -> None:
    with pytest.raises(NothingInTheirBook):
        ahead.work_out(session, account, ledger(""), as_at=CUT_OFF, at=AT)
