"""Stored runs: made with their items, looked at, cancelled, tried again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, insert, select, update
from sqlalchemy.orm import Session

from tieout import audit
from tieout.db.base import Json
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.runs.models import Run, RunItem

#: Why an item of a cancelled run was left out.
CANCELLED = N_("The run was cancelled by %(by)s.")
#: Runs that still have something to do.
OPEN = ("waiting", "running")


class RunIsOver(Conflict):
    """A run that has ended was to be changed."""

    message = N_("This run has ended; there is nothing left to cancel.")


class NotCancelled(Conflict):
    """A run that was not cancelled was to go on."""

    message = N_("This run was not cancelled; there is nothing to go on with.")


class NothingFailed(Conflict):
    """Failed items were to be tried again, but there are none."""

    message = N_("No item of this run has failed.")


@dataclass(frozen=True)
class Progress:
    """How far a run has come."""

    total: int
    waiting: int
    running: int
    done: int
    failed: int
    left_out: int

    @property
    def left(self) -> int:
        """How many items are still to be done."""
        return self.waiting + self.running

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.left == 0


def create(
    session: Session,
    kind: str,
    key: str,
    items: Iterable[str],
    *,
    params: Json | None = None,
    by: audit.Actor,
    at: datetime,
) -> Run:
    """Store a run of items, each named by a key such as "customer:7".

    Asked for twice with one key, the run that is there is given back as it is.
    """
    there = find(session, key)
    if there is not None:
        return there
    run = Run(kind=kind, key=key, params=params or {}, started_by=by.label, created_at=at)
    session.add(run)
    session.flush()
    rows = [
        {"run_id": run.id, "key": item, "state": "waiting", "result": {}, "attempts": 0}
        for item in dict.fromkeys(items)
    ]
    if rows:
        session.execute(insert(RunItem), rows)
    audit.record(
        session, by, "run.created", run, after={"kind": kind, "key": key, "items": len(rows)}
    )
    return run


def find(session: Session, key: str) -> Run | None:
    """Return the run of a key, if there is one."""
    return session.scalar(select(Run).where(Run.key == key))


def progress(session: Session, run_id: int) -> Progress:
    """Count a run's items by what became of them."""
    rows = session.execute(
        select(RunItem.state, func.count()).where(RunItem.run_id == run_id).group_by(RunItem.state)
    )
    counted: dict[str, int] = {row[0]: row[1] for row in rows}
    return Progress(
        total=sum(counted.values()),
        waiting=counted.get("waiting", 0),
        running=counted.get("running", 0),
        done=counted.get("done", 0),
        failed=counted.get("failed", 0),
        left_out=counted.get("left_out", 0),
    )


def items(run_id: int, state: str = "") -> Select[RunItem]:
    """Select a run's items, failed ones first."""
    query = select(RunItem).where(RunItem.run_id == run_id)
    if state:
        query = query.where(RunItem.state == state)
    return query.order_by(case((RunItem.state == "failed", 0), else_=1), RunItem.id)


def unfinished(session: Session, kind: str = "") -> list[Run]:
    """Runs that still have something to do, oldest first."""
    query = select(Run).where(Run.state.in_(OPEN)).order_by(Run.id)
    if kind:
        query = query.where(Run.kind == kind)
    return list(session.scalars(query))


def cancel(session: Session, run: Run, *, by: audit.Actor, at: datetime) -> None:
    """Leave out what has not begun; what is being done is finished.

    Raises:
        RunIsOver: the run has ended already.
    """
    if run.state not in OPEN:
        raise RunIsOver
    run.cancel_asked = True
    reason = Sentence(CANCELLED, {"by": by.label})
    session.execute(
        update(RunItem)
        .where(RunItem.run_id == run.id, RunItem.state == "waiting")
        .values(state="left_out", reason=reason.to_json(), finished_at=at)
    )
    audit.record(session, by, "run.cancelled", run)
    end_if_over(session, run, at=at)


def resume(session: Session, run: Run, *, by: audit.Actor) -> None:
    """Go on with what a cancelled run left out.

    Raises:
        NotCancelled: it was not cancelled, or had nothing left.
    """
    left_out = session.execute(
        select(RunItem.id, RunItem.reason).where(
            RunItem.run_id == run.id, RunItem.state == "left_out"
        )
    )
    again = [row.id for row in left_out if (row.reason or {}).get("text") == CANCELLED]
    if not run.cancel_asked or not again:
        raise NotCancelled
    for start in range(0, len(again), 5000):
        session.execute(
            update(RunItem)
            .where(RunItem.id.in_(again[start : start + 5000]))
            .values(state="waiting", reason=None, finished_at=None)
        )
    run.state, run.cancel_asked, run.finished_at = "waiting", False, None
    audit.record(session, by, "run.resumed", run, after={"items": len(again)})


def retry(session: Session, run: Run, *, by: audit.Actor) -> None:
    """Try a run's failed items again.

    Raises:
        NothingFailed: no item has failed.
    """
    again = session.scalars(
        update(RunItem)
        .where(RunItem.run_id == run.id, RunItem.state == "failed")
        .values(state="waiting", reason=None, attempts=0, finished_at=None)
        .returning(RunItem.id)
    ).all()
    if not again:
        raise NothingFailed
    run.state, run.cancel_asked, run.finished_at = "waiting", False, None
    audit.record(session, by, "run.retried", run, after={"items": len(again)})


def end_if_over(session: Session, run: Run, *, at: datetime) -> bool:
    """Close a run that has nothing left to do."""
    session.flush()
    if not progress(session, run.id).is_over:
        return False
    run.state = "cancelled" if run.cancel_asked else "done"
    run.finished_at = at
    return True
