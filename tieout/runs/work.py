"""Doing a stored run: items claimed one by one or some at a time, each done with its effect.

The effect of an item and its being done are one transaction, so a crash in between leaves
neither; whoever comes next claims the item again when the lease has run out.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import clock
from tieout.db import reading, transaction
from tieout.db.base import Json
from tieout.errors import Conflict, TieoutError
from tieout.i18n import N_, Sentence
from tieout.runs.models import Run, RunItem
from tieout.runs.stored import OPEN, end_if_over

log = logging.getLogger("tieout.runs")

LEASE = timedelta(minutes=5)
#: Work in two steps says in between that it lives, so a dead worker's is taken up soon.
BRIEF_LEASE = timedelta(seconds=90)
#: An item that stopped its worker this often is not begun again by itself.
MOST_TRIES = 3

#: Does one item in the transaction given; what it returns is kept as the item's result.
InOneStep = Callable[[Session, Run, RunItem, datetime], Json]
#: To be called now and then by what takes long, so that nobody else takes the item over.
Beat = Callable[[], None]


@dataclass(frozen=True)
class InTwoSteps:
    """Works an item out beforehand, so that the transaction that writes it is short.

    What is worked out may serve the next items, so one worker at a time has such a run.
    """

    #: Gets the run and the key of the item, and opens what it reads by itself.
    prepare: Callable[[int, str, Beat], Any]
    write: Callable[[Session, Run, RunItem, datetime, Any], Json]


@dataclass(frozen=True)
class Together:
    """Does items together, because reading for many costs hardly more than for one.

    They are one transaction. Where one of them cannot be done, none is, and each is done by itself.
    """

    one: InOneStep
    #: What came of each item, in their order; `LeftOut` for one that needs nothing done.
    many: Callable[[Session, Run, Sequence[RunItem], datetime], Sequence["Json | LeftOut"]]
    most: int = 100


Handler = InOneStep | InTwoSteps | Together


class LeftOut(TieoutError):
    """An item that needs nothing done, and why; raised by a handler."""

    message = N_("There was nothing to do.")


class Cancelled(LeftOut):
    """An item of a run that was cancelled while it was worked out."""

    message = N_("The run was cancelled.")


class LeaseLost(Conflict):
    """Somebody else has taken an item over, because this worker was away too long."""

    message = N_("Another worker has taken this over.")


def work_through(
    run_id: int, owner: str, handle: Handler, *, stop: Callable[[], bool] = lambda: False
) -> int:
    """Do what is left of a run, an item a transaction or some, and return how many were done.

    Any number of workers may do so at once.
    """
    done = 0
    most = handle.most if isinstance(handle, Together) else 1
    alone = isinstance(handle, InTwoSteps)
    while room := sum(1 for _ in takewhile(lambda _: not stop(), range(most))):
        with transaction() as session:
            items = claim_some(session, run_id, owner, at=clock.now(), most=room, alone=alone)
            item_ids = [item.id for item in items]
        if not item_ids:
            break
        if isinstance(handle, Together):
            _do_together(run_id, item_ids, owner, handle)
        else:
            do(run_id, item_ids[0], owner, handle)
        done += len(item_ids)
    with transaction() as session:
        run = session.get_one(Run, run_id)
        if run.state in OPEN:
            end_if_over(session, run, at=clock.now())
    return done


def do(run_id: int, item_id: int, owner: str, handle: Handler) -> None:
    """Do one claimed item and record what became of it.

    What a person can put right is kept as the item's reason. Any other error is kept too and
    raised again: the run stays as it is, and the next worker goes on with the other items.
    """
    try:
        write = _prepared(run_id, item_id, owner, handle)
        with transaction() as session:
            run, item = session.get_one(Run, run_id), session.get_one(RunItem, item_id)
            result = write(session, run, item, clock.now())
            _finish(session, item_id, owner, "done", result=result)
    except LeaseLost:
        return
    except LeftOut as why:
        with transaction() as session:
            _finish(session, item_id, owner, "left_out", reason=why.sentence)
    except TieoutError as error:
        with transaction() as session:
            _finish(session, item_id, owner, "failed", reason=error.sentence)
    except Exception as error:
        reason = Sentence(N_("This stopped with a fault: %(words)s"), {"words": repr(error)})
        with transaction() as session:
            _finish(session, item_id, owner, "failed", reason=reason)
        raise


def _do_together(run_id: int, item_ids: Sequence[int], owner: str, handle: Together) -> None:
    """Do claimed items at once; if that cannot be, one by one, so that each has its own reason."""
    if len(item_ids) > 1:
        try:
            with transaction() as session:
                run, items = session.get_one(Run, run_id), _items(session, item_ids)
                results = handle.many(session, run, items, clock.now())
                _finish_all(session, item_ids, owner, results)
            return
        except Exception:  # whichever it was says so below, and holds up no other
            log.info("run %s: these items are done one by one", run_id, exc_info=True)
    fault: Exception | None = None
    for item_id in item_ids:
        try:
            do(run_id, item_id, owner, handle)
        except Exception as error:  # its item has it as its reason
            fault = fault or error
    if fault is not None:
        raise fault


def _items(session: Session, item_ids: Sequence[int]) -> Sequence[RunItem]:
    return session.scalars(
        select(RunItem).where(RunItem.id.in_(item_ids)).order_by(RunItem.id)
    ).all()


def _prepared(run_id: int, item_id: int, owner: str, handle: Handler) -> InOneStep:
    """Work an item out, and return what writes it."""
    if isinstance(handle, Together):
        return handle.one
    if not isinstance(handle, InTwoSteps):
        return handle
    with reading() as session:
        key = session.get_one(RunItem, item_id).key
    found = handle.prepare(run_id, key, lambda: _beat(run_id, item_id, owner))
    return lambda session, run, item, at: handle.write(session, run, item, at, found)


def _beat(run_id: int, item_id: int, owner: str) -> None:
    """Hold an item a while longer.

    Raises:
        LeaseLost, Cancelled: it is not to be gone on with.
    """
    at = clock.now()
    with transaction() as session:
        held = session.scalar(
            update(RunItem)
            .where(RunItem.id == item_id, RunItem.state == "running", RunItem.lease_owner == owner)
            .values(lease_until=at + BRIEF_LEASE)
            .returning(RunItem.id)
            .execution_options(synchronize_session=False)
        )
        cancelled = session.get_one(Run, run_id).cancel_asked
    if held is None:
        raise LeaseLost
    if cancelled:
        raise Cancelled


def let_go(session: Session, run: Run, owner: str) -> int:
    """Give back the items of a worker that is gone, and return how many."""
    given_back = session.scalars(
        update(RunItem)
        .where(RunItem.run_id == run.id, RunItem.state == "running", RunItem.lease_owner == owner)
        .values(state="waiting", lease_owner=None, lease_until=None)
        .returning(RunItem.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(given_back)


def claim(
    session: Session, run_id: int, owner: str, *, at: datetime, alone: bool = False
) -> RunItem | None:
    """Take the next item of a run, also one whose worker has gone.

    `alone` takes none while somebody else has one.
    """
    return next(iter(claim_some(session, run_id, owner, at=at, alone=alone)), None)


def claim_some(
    session: Session, run_id: int, owner: str, *, at: datetime, most: int = 1, alone: bool = False
) -> list[RunItem]:
    """Take the next items of a run; one that stopped its worker before is taken by itself."""
    run = session.get_one(Run, run_id)
    if run.state not in OPEN or run.cancel_asked:
        return []
    if alone and _is_held(session, run_id, owner, at):
        return []
    while items := _next(session, run_id, at, most):
        lost = [item for item in items if item.attempts >= MOST_TRIES]
        if not lost:
            break
        for item in lost:
            reason = N_("This was begun %(times)s times, and each time the worker stopped.")
            item.state, item.finished_at = "failed", at
            item.reason = Sentence(reason, {"times": item.attempts}).to_json()
        session.flush()
    for item in items:
        item.state = "running"
        item.attempts += 1
        item.lease_owner, item.lease_until = owner, at + (BRIEF_LEASE if alone else LEASE)
        run.state = "running"
    session.flush()
    return items


def _next(session: Session, run_id: int, at: datetime, most: int) -> list[RunItem]:
    """The items to be taken next: first one whose worker has gone, then those not begun yet."""
    begun = select(RunItem).where(
        RunItem.run_id == run_id, RunItem.state == "running", RunItem.lease_until < at
    )
    waiting = select(RunItem).where(RunItem.run_id == run_id, RunItem.state == "waiting")
    for query, count in ((begun, 1), (waiting, most)):
        found = session.scalars(
            query.order_by(RunItem.id).limit(count).with_for_update(skip_locked=True)
        ).all()
        if found:
            fresh = list(takewhile(lambda item: not item.attempts, found))
            return fresh or list(found[:1])
    return []


def _is_held(session: Session, run_id: int, owner: str, at: datetime) -> bool:
    query = select(RunItem.id).where(
        RunItem.run_id == run_id,
        RunItem.state == "running",
        RunItem.lease_owner != owner,
        RunItem.lease_until >= at,
    )
    return session.scalars(query.limit(1)).first() is not None


def _finish(
    session: Session,
    item_id: int,
    owner: str,
    state: str,
    *,
    result: Json | None = None,
    reason: Sentence | None = None,
) -> None:
    mine = session.scalar(
        update(RunItem)
        .where(RunItem.id == item_id, RunItem.state == "running", RunItem.lease_owner == owner)
        .values(
            state=state,
            result=result or {},
            reason=reason.to_json() if reason else None,
            finished_at=clock.now(),
            lease_owner=None,
            lease_until=None,
        )
        .returning(RunItem.id)
        .execution_options(synchronize_session=False)
    )
    if mine is None:
        raise LeaseLost


def _finish_all(
    session: Session, item_ids: Sequence[int], owner: str, results: Sequence[Json | LeftOut]
) -> None:
    """The same for items that were done together."""
    mine = session.scalars(
        update(RunItem)
        .where(RunItem.id.in_(item_ids), RunItem.state == "running", RunItem.lease_owner == owner)
        .values(state="done", finished_at=clock.now(), lease_owner=None, lease_until=None)
        .returning(RunItem.id)
        .execution_options(synchronize_session=False)
    ).all()
    if len(mine) < len(item_ids):
        raise LeaseLost
    rows = [
        {"id": item_id, "state": "left_out", "reason": result.sentence.to_json()}
        if isinstance(result, LeftOut)
        else {"id": item_id, "result": result}
        for item_id, result in zip(item_ids, results, strict=True)
    ]
    session.execute(update(RunItem), rows)
