"""Stored runs: done once, also by two workers, also after a crash."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import AT, BY
from tests.support.at_once import together
from tieout import clock, db, runs
from tieout.db.base import Json
from tieout.errors import InvalidInput
from tieout.runs import work
from tieout.runs.models import Lease, Run, RunItem
from tieout.runs.stored import NothingFailed, RunIsOver


class NoAddress(InvalidInput):
    """A customer without an address."""

    message = "%(code)s has no address."


def june(customers: int = 3) -> int:
    """Store a run over a number of customers."""
    with db.transaction() as session:
        keys = [f"customer:{n}" for n in range(1, customers + 1)]
        return runs.create(session, "statements", "statements:2026-06", keys, by=BY, at=AT).id


def noted(session: Session, _run: Run, item: RunItem, _at: object) -> Json:
    """Leave a trace of an item in the same transaction: a lease of its name."""
    session.add(Lease(name=item.key, owner="done", expires=AT, token=1))
    return {"traced": item.key}


def traces() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(Lease.name).order_by(Lease.name)))


def state(run_id: int) -> tuple[str, runs.Progress]:
    with db.reading() as session:
        return session.get_one(Run, run_id).state, runs.progress(session, run_id)


def test_a_run_is_done_item_by_item(database: Engine) -> None:
    run_id = june()

    assert runs.work_through(run_id, "worker", noted) == 3

    ended, progress = state(run_id)
    assert ended == "done"
    assert (progress.done, progress.left) == (3, 0)
    assert traces() == ["customer:1", "customer:2", "customer:3"]


def test_the_same_run_is_stored_once(database: Engine) -> None:
    assert june() == june()


def test_what_a_person_can_put_right_is_kept_and_tried_again(database: Engine) -> None:
    run_id = june()
    broken = {"customer:2"}

    def handle(session: Session, run: Run, item: RunItem, at: object) -> Json:
        result = noted(session, run, item, at)
        if item.key in broken:
            raise NoAddress(code="M-2")
        return result

    runs.work_through(run_id, "worker", handle)
    with db.reading() as session:
        failed = session.scalars(select(RunItem).where(RunItem.state == "failed")).one()
        assert failed.reason == {"text": "%(code)s has no address.", "facts": {"code": "M-2"}}
    assert traces() == ["customer:1", "customer:3"]  # its effect was rolled back with it

    broken.clear()
    with db.transaction() as session:
        runs.retry(session, session.get_one(Run, run_id), by=BY)
    runs.work_through(run_id, "worker", handle)

    assert state(run_id)[1].done == 3
    with db.transaction() as session, pytest.raises(NothingFailed):
        runs.retry(session, session.get_one(Run, run_id), by=BY)


def test_a_fault_in_one_item_does_not_hold_up_the_others(database: Engine) -> None:
    run_id = june()

    def handle(session: Session, run: Run, item: RunItem, at: object) -> Json:
        if item.key == "customer:1":
            raise ZeroDivisionError("rate")
        return noted(session, run, item, at)

    with pytest.raises(ZeroDivisionError):
        runs.work_through(run_id, "worker", handle)
    runs.work_through(run_id, "worker", handle)

    ended, progress = state(run_id)
    assert (ended, progress.failed, progress.done) == ("done", 1, 2)


def test_an_item_with_nothing_to_do_is_left_out_with_the_reason(database: Engine) -> None:
    run_id = june(1)

    def handle(session: Session, run: Run, item: RunItem, at: object) -> Json:
        raise work.LeftOut

    runs.work_through(run_id, "worker", handle)

    assert state(run_id)[1].left_out == 1


def test_cancelling_leaves_out_what_has_not_begun(database: Engine) -> None:
    run_id = june()

    def handle(session: Session, run: Run, item: RunItem, at: object) -> Json:
        runs.cancel(session, run, by=BY, at=AT)
        return noted(session, run, item, at)

    runs.work_through(run_id, "worker", handle)

    ended, progress = state(run_id)
    assert (ended, progress.done, progress.left_out) == ("cancelled", 1, 2)
    with db.transaction() as session, pytest.raises(RunIsOver):
        runs.cancel(session, session.get_one(Run, run_id), by=BY, at=AT)


def test_after_a_crash_the_next_worker_goes_on(database: Engine) -> None:
    run_id = june()
    with db.transaction() as session:  # a worker takes an item and is never seen again
        taken = work.claim(session, run_id, "gone", at=AT)
        assert taken is not None

    runs.work_through(run_id, "other", noted)
    assert traces() == ["customer:2", "customer:3"]
    assert state(run_id)[0] == "running"

    with clock.standing(AT + work.LEASE + timedelta(seconds=1)):
        with db.reading() as session:
            assert [run.id for run in runs.unfinished(session)] == [run_id]
        runs.work_through(run_id, "other", noted)

    assert traces() == ["customer:1", "customer:2", "customer:3"]
    assert state(run_id)[0] == "done"


def test_what_says_that_it_lives_is_taken_up_soon_once_it_is_silent(database: Engine) -> None:
    run_id = june(1)
    with db.transaction() as session:
        assert work.claim(session, run_id, "killed", at=AT, alone=True) is not None
    later = AT + work.BRIEF_LEASE
    with db.transaction() as session:
        assert work.claim(session, run_id, "other", at=later, alone=True) is None
        soon = later + timedelta(seconds=1)
        assert work.claim(session, run_id, "other", at=soon, alone=True) is not None


def test_who_comes_back_too_late_changes_nothing(database: Engine) -> None:
    run_id = june(1)
    with db.transaction() as session:
        item = work.claim(session, run_id, "slow", at=AT)
        assert item is not None
        item_id = item.id
    with clock.standing(AT + work.LEASE + timedelta(seconds=1)):
        runs.work_through(run_id, "other", lambda *_: {"by": "other"})

    work.do(run_id, item_id, "slow", noted)

    assert traces() == []
    with db.reading() as session:
        assert session.get_one(RunItem, item_id).result == {"by": "other"}


def test_an_item_that_always_kills_its_worker_is_given_up(database: Engine) -> None:
    run_id = june(1)
    at = AT
    for _ in range(work.MOST_TRIES):
        with db.transaction() as session:
            assert work.claim(session, run_id, "dies", at=at) is not None
        at += work.LEASE + timedelta(seconds=1)

    with clock.standing(at):
        assert runs.work_through(run_id, "other", noted) == 0

    ended, progress = state(run_id)
    assert (ended, progress.failed) == ("done", 1)


def test_two_workers_share_a_run_and_do_each_item_once(database: Engine) -> None:
    run_id = june(40)

    together(*(partial(runs.work_through, run_id, f"worker {n}", noted) for n in (1, 2)))

    assert len(traces()) == 40
    assert state(run_id)[0] == "done"
