"""The stored run that takes a long file in: read once, then judged and written a part at a time.

Its items are “read” and, once that is done, a “part” each; checking the rows again has a “check”
for each part instead. Many rows of an earlier reading go by a “clear” for each part, so that nobody
waits for a database that forgets a million of them at once. What reading found waits in this
process; whoever goes on with the run elsewhere, such as after a crash, reads the stored file once
more.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tieout import attachments, audit
from tieout.attachments import Attachment
from tieout.audit import Actor
from tieout.db import reading
from tieout.db.base import Json
from tieout.intake import batches, planned, staged
from tieout.intake.deeds import NO_DEEDS, Deeds
from tieout.intake.judging import Judgement, judge
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch
from tieout.intake.part_sums import PartSum, Summary
from tieout.intake.parts.whole import Whole, go_through
from tieout.intake.planned import Drawing
from tieout.intake.states import BatchState
from tieout.runs import stored
from tieout.runs.models import Run, RunItem
from tieout.runs.work import Beat, InTwoSteps

#: The kind of run.
IMPORT = "import"
READ, PART_OF, CHECK, CLEAR = "read", "part", "check", "clear"
#: Seconds after which whoever works says that it still does.
_BEAT = 5.0


@dataclass
class Read:
    """A file that was gone through once."""

    whole: Whole
    #: What people did to its rows when it was read in another way.
    deeds: Deeds
    received_on: date


@dataclass
class Part:
    """One part of a file, judged, and what posting it will write."""

    judgement: Judgement
    sum: PartSum
    plan: Drawing | None


@dataclass
class Old:
    """One part of an earlier reading, which is to go."""

    part: int


#: What this process has read, by run.
_reads: dict[int, Read] = {}


def start(
    session: Session, batch: ImportBatch, *, deeds: Deeds = NO_DEEDS, by: Actor, at: datetime
) -> Run:
    """Store the run that reads a file and stages its rows."""
    batch.state, batch.content_digest, batch.totals = str(BatchState.READING), None, {}
    return _run(session, batch, [*_old(batch), READ], {"deeds": deeds.to_json()}, by, at)


def due(session: Session, batch: ImportBatch, *, by: Actor, at: datetime) -> Run | None:
    """The run that a batch waits for, begun now where its rows are to be judged once more.

    None where it waits for nothing, or for a person, because something failed.
    """
    if batch.state != BatchState.READING:
        return None
    run = run_of(session, batch)
    if run is not None and run.state in stored.OPEN:
        return run
    if run is not None and stored.progress(session, run.id).failed:
        return None
    items = [f"{CHECK}:{part}" for part in range(1, batch.parts + 1)]
    return _run(session, batch, items, {}, by, at)


def run_of(session: Session, batch: ImportBatch) -> Run | None:
    """The newest run of a batch, if it ever needed one."""
    query = select(Run).where(Run.kind == IMPORT, Run.key.startswith(f"{IMPORT}:{batch.id}:"))
    return session.scalars(query.order_by(Run.id.desc()).limit(1)).first()


def try_again(session: Session, batch: ImportBatch, *, by: Actor) -> None:
    """Take up again what failed, if anything did."""
    run = run_of(session, batch)
    is_stuck = run is not None and stored.progress(session, run.id).failed
    if batch.state == BatchState.READING and run is not None and is_stuck:
        stored.retry(session, run, by=by)


def stop(session: Session, batch: ImportBatch, *, by: Actor, at: datetime) -> None:
    """Cancel the run of a batch, and forget the rows written so far: many of them by and by."""
    run = run_of(session, batch)
    if run is not None and run.state in stored.OPEN:
        stored.cancel(session, run, by=by, at=at)
    if not _old(batch):
        staged.clear(session, batch)
    elif batch.state == BatchState.DISCARDED:
        _run(session, batch, _old(batch), {}, by, at)


def prepare(run_id: int, key: str, beat: Beat) -> Read | Part | Old:
    """Read the file, or judge one part of it; nothing is written."""
    beat = _now_and_then(beat)
    name, _, number = key.partition(":")
    if name == READ:
        return _read(run_id, beat)
    if name == CLEAR:
        return Old(int(number))
    if name == CHECK:
        with reading() as session:
            batch, seq = _batch(session, run_id), audit.head(session).seq
            return _planned(session, batch, batches.judged_part(session, batch, int(number)), seq)
    return _judged(run_id, _reads.get(run_id) or _read(run_id, beat), int(number))


def write(
    session: Session, run: Run, item: RunItem, at: datetime, found: Read | Part | Old
) -> Json:
    """Write what was found."""
    batch = session.get_one(ImportBatch, run.params["batch"], with_for_update=True)
    name, _, number = item.key.partition(":")
    if isinstance(found, Old):
        staged.clear_part(session, batch, found.part)
        return {}
    if isinstance(found, Read):
        staged.clear(session, batch)
        batch.reading, batch.parts = found.whole.reading, found.whole.cut.parts
        session.flush()
        items = [f"{PART_OF}:{part}" for part in range(1, batch.parts + 1)]
        rows = [{"run_id": run.id, "key": key, "state": "waiting", "result": {}} for key in items]
        session.execute(insert(RunItem), rows)
        return {}
    if name == CHECK:
        staged.write_changes(session, batch, int(number), found.judgement)
    else:
        deeds = Deeds.from_json(run.params["deeds"])
        staged.write_part(session, batch, int(number), found.judgement, deeds)
    planned.keep(session, batch, int(number), found.plan)
    result = found.sum.to_json()
    _sum_up(session, batch, run, {item.key: result})
    return result


HANDLER = InTwoSteps(prepare, write)


def _run(
    session: Session,
    batch: ImportBatch,
    items: Sequence[str],
    params: Json,
    by: Actor,
    at: datetime,
) -> Run:
    session.flush()
    before = run_of(session, batch)
    number = int(before.key.rpartition(":")[2]) + 1 if before else 1
    params = {"batch": batch.id, **params}
    key = f"{IMPORT}:{batch.id}:{number}"
    return stored.create(session, IMPORT, key, items, params=params, by=by, at=at)


def _old(batch: ImportBatch) -> list[str]:
    """What lets the rows of an earlier reading go, where they are too many for one moment."""
    if batch.parts <= batches.FEW_PARTS:
        return []
    return [f"{CLEAR}:{part}" for part in range(1, batch.parts + 1)]


def _batch(session: Session, run_id: int) -> ImportBatch:
    run = session.get_one(Run, run_id)
    return session.get_one(ImportBatch, run.params["batch"])


def _read(run_id: int, beat: Beat) -> Read:
    """Go through the stored file once."""
    with ExitStack() as open_things:
        with reading() as session:
            batch = _batch(session, run_id)
            attachment = session.get_one(Attachment, batch.attachment_id)
            path = open_things.enter_context(attachments.opened(session, attachment))
            mapping, how, name = batches.mapping_of(batch), batch.reading, batch.filename
            kind, sheet = BatchKind(batch.kind), batch.sheet
            deeds = Deeds.from_json(session.get_one(Run, run_id).params["deeds"])
            received_on = batches.received_on(session, batch)
        whole = go_through(
            path,
            name,
            kind,
            mapping,
            sheet=sheet,
            encoding=how["encoding"],
            delimiter=how["delimiter"],
            header_row=None if how["importer"] else how["header_row"],
            beat=beat,
        )
    _forget(run_id)
    _reads[run_id] = found = Read(whole, deeds, received_on)
    return found


def _judged(run_id: int, read: Read, part: int) -> Part:
    """Judge one part of a file by the books as they are now."""
    rows = read.whole.part(part, read.deeds)
    with reading() as session:
        seq = audit.head(session).seq  # first of all: whatever comes after it is noticed
        judgement = judge(session, read.whole.mapping, rows, received_on=read.received_on)
        return _planned(session, _batch(session, run_id), judgement, seq)


def _planned(session: Session, batch: ImportBatch, judgement: Judgement, seq: int) -> Part:
    found = PartSum.of(judgement)
    return Part(judgement, found, planned.draw(session, batch, judgement, found, seq))


def _sum_up(session: Session, batch: ImportBatch, run: Run, now: dict[str, Json]) -> None:
    """Once every part is there, the batch is ready to be looked at."""
    query = select(RunItem.key, RunItem.state, RunItem.result).where(RunItem.run_id == run.id)
    results = {key: result for key, state, result in session.execute(query) if state == "done"}
    results = {key: one for key, one in (results | now).items() if one}
    if len(results) < batch.parts:
        return
    summary = Summary()
    for key in sorted(results, key=lambda one: int(one.rpartition(":")[2])):
        summary.take(PartSum.from_json(results[key]))
    batches.move(session, batch, (BatchState.READING,), BatchState.STAGED)
    summary.keep(batch)
    _forget(run.id)
    audit.record(session, audit.SYSTEM, "import.read", batch, after=batches.counts_kept(batch))


def forget_all() -> None:
    """Let go of everything this process has read."""
    for run_id in list(_reads):
        _forget(run_id)


def _forget(run_id: int) -> None:
    if (read := _reads.pop(run_id, None)) is not None:
        read.whole.cut.close()


def _now_and_then(beat: Beat) -> Callable[[], None]:
    last = time.monotonic()

    def act() -> None:
        nonlocal last
        if time.monotonic() - last >= _BEAT:
            beat()
            last = time.monotonic()

    return act
