"""The whole company compared: once, again where something is new, and after a crash."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tests.support.books import post
from tests.tieout.reconciliation.books import hand_in
from tieout import clock, db, runs
from tieout.audit import SYSTEM
from tieout.customers.models import CustomerAccount
from tieout.matching import Difference
from tieout.reconciliation import company_runs, rule_sets, work_list
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.picture import picture
from tieout.reconciliation.work_list import WorkSearch
from tieout.runs.models import Run, RunItem
from tieout.runs.work import claim

JUNE = date(2026, 6, 30)
LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _three_books(database: Engine) -> None:
    """Three customers whose books are here; one without."""
    with db.transaction() as session:
        make_company(session)
        for place, code in enumerate(("M-1", "M-2", "M-3"), start=1):
            account = make_customer(session, code)
            post(session, account, "invoice", f"INV-{code}", "2026-06-03", "1000.00")
            hand_in(session, account, f"2026-06-04  invoice  INV-{code}  {1000 - place * 7}.00")
        make_customer(session, "M-9")


def begin(*, only_changed: bool = False, day: date = JUNE) -> int:
    """Begin a run, and return its number."""
    with db.transaction() as session:
        return company_runs.start(
            session, as_at=day, only_changed=only_changed, by=BY, at=clock.now()
        ).id


def work(run_id: int, most: int = 99) -> int:
    """Work a run through, or some of its items."""
    left = iter(range(most))
    return runs.work_through(
        run_id, "worker", company_runs.HANDLER, stop=lambda: next(left, None) is None
    )


def account_of(session: Session, code: str) -> CustomerAccount:
    """The account of a customer."""
    from tieout.customers.models import Customer

    return session.scalars(
        select(CustomerAccount).join(Customer).where(Customer.code == code)
    ).one()


def comparisons() -> int:
    """How many comparisons there are."""
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Reconciliation)) or 0


def seen(look: Callable[[Session], object]) -> object:
    """What stands in the books."""
    with db.reading() as session:
        return look(session)


def test_every_account_with_a_book_is_compared() -> None:
    run_id = begin()

    assert work(run_id) == 3

    with db.reading() as session:
        made = session.scalars(select(Reconciliation).order_by(Reconciliation.id)).all()
        assert [one.our_balance_minor - one.their_balance_minor for one in made] == [
            700,
            1400,
            2100,
        ]
        assert all(one.is_internal and one.made_by == "Chen Li" for one in made)
        assert session.get_one(Run, run_id).state == "done"


def test_a_run_under_way_is_not_begun_twice() -> None:
    assert begin() == begin()


def test_nothing_new_is_nothing_to_compare() -> None:
    work(begin())

    with clock.standing(LATER), pytest.raises(company_runs.NothingToCompare):
        begin(only_changed=True)


def test_only_what_has_something_new_is_compared_again() -> None:
    work(begin())
    with clock.standing(LATER), db.transaction() as session:
        one = account_of(session, "M-2")
        post(session, one, "invoice", "INV-77", "2026-06-04", "5.00", at=LATER)

    with clock.standing(LATER + timedelta(hours=1)):
        work(begin(only_changed=True))

    assert comparisons() == 3  # brought up to date, not made anew
    with db.reading() as session:
        account_id = account_of(session, "M-2").id
        made = session.scalars(
            select(Reconciliation).where(Reconciliation.account_id == account_id)
        ).one()
        assert made.our_balance_minor == 100_500


def test_other_rules_are_something_new() -> None:
    work(begin())
    with db.transaction() as session:
        wanted = {"transit_days": 20}
        one = account_of(session, "M-3").customer_id
        rule_sets.write(session, wanted, scope="customer", scope_id=one, by=BY, at=LATER)

    with db.reading() as session:
        assert company_runs.changed(session) == [account_of(session, "M-3").id]


def test_a_cancelled_run_goes_on_where_it_stopped() -> None:
    run_id = begin()
    work(run_id, most=1)
    with db.transaction() as session:
        runs.cancel(session, session.get_one(Run, run_id), by=BY, at=AT)
    assert work(run_id) == 0

    with db.transaction() as session:
        runs.resume(session, session.get_one(Run, run_id), by=BY)
    assert work(run_id) == 2

    assert comparisons() == 3


def test_what_a_killed_worker_had_begun_is_done_by_the_next() -> None:
    run_id = begin()
    with db.transaction() as session:
        claim(session, run_id, "killed", at=clock.now())

    assert work(run_id) == 2  # the lease of the third has not run out yet
    with clock.standing(AT + timedelta(minutes=6)):
        assert work(run_id) == 1

    assert comparisons() == 3
    with db.reading() as session:
        states = session.scalars(select(RunItem.state).where(RunItem.run_id == run_id)).all()
        assert set(states) == {"done"}


def test_a_book_is_compared_as_far_as_it_reaches() -> None:
    work(begin(day=date(2026, 8, 31)))

    with db.reading() as session:
        assert set(session.scalars(select(Reconciliation.as_at))) == {date(2026, 6, 4)}


def test_a_document_in_another_customers_account_is_found_for_our_people() -> None:
    with db.transaction() as session:
        one, other = account_of(session, "M-1"), account_of(session, "M-2")
        post(session, other, "invoice", "INV-2026-004711", "2026-06-04", "12800.00")
        hand_in(
            session,
            one,
            "2026-06-04  invoice  INV-M-1  1000.00\n2026-06-04  invoice  INV-2026-004711  12800.00",
        )
    work(begin())

    with db.reading() as session:
        made = session.scalars(
            select(Reconciliation).where(Reconciliation.account_id == account_of(session, "M-1").id)
        ).one()
        [group] = [
            one
            for one in picture(session, made).groups
            if one.difference is Difference.WRONG_CUSTOMER
        ]
        assert [line.elsewhere for line in group.ours] == ["Customer M-2"]
        assert made.our_balance_minor == 100_000
        assert made.unexplained_minor == 0


def test_the_work_list_begins_with_what_is_not_explained() -> None:
    work(begin())

    with db.reading() as session:
        largest = session.scalars(work_list.work(WorkSearch())).all()
        one = session.scalars(work_list.work(WorkSearch(keyword="M-2"))).all()
        typed = session.scalars(work_list.work(WorkSearch(difference="missing_in_ours"))).all()
        old = session.scalars(work_list.work(WorkSearch(since=date(2026, 6, 2)))).all()
        kinds = work_list.by_type(session, [made.id for made in largest])

    assert [made.open_groups for made in largest] == [1, 1, 1]
    assert {made.oldest_open_on for made in largest} == {date(2026, 6, 3)}
    assert len(one) == 1
    assert (list(typed), list(old)) == ([], [])
    assert all(sum(count for _, count in found) == 1 for found in kinds.values())


def test_the_night_compares_what_is_new_once() -> None:
    from notifications.comparing import COMPARE_BOOKS

    said = str(COMPARE_BOOKS.run("worker", AT))
    with clock.standing(LATER):
        again = str(COMPARE_BOOKS.run("worker", LATER))

    assert (said, again) == ("3 compared, 0 failed, 0 left", "nothing has changed")
    with db.reading() as session:
        assert session.scalars(select(Run.started_by)).all() == [SYSTEM.label]
