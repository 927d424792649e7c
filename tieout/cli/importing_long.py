"""`tieout import` of a long file: the stored run worked through, with its progress on stderr."""

import os
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from tieout.cli.words import said
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tieout.intake.models import ImportBatch
    from tieout.intake.uploads import Inspected
    from tieout.runs.models import Run

READING = N_("“%(file)s” is long; it is read and checked in parts …")
PARTS = N_("%(done)s of %(total)s parts are checked.")
GOES_ON = N_("Import %(batch)s of this file was begun before; it goes on now.")
CANCELLED = N_("Cancelled: import %(batch)s is discarded, and nothing of it was kept.")
ELSEWHERE = N_("Another process reads this file at the moment; waiting for it …")
#: Seconds between two looks at what another process does.
_PAUSE = 1.0


class NotRead(Conflict):
    """A long file of which a part failed."""

    message = N_("Import %(batch)s could not be read: %(reason)s")


def begun_before(session: "Session", file: "Inspected", *, approves: bool) -> int | None:
    """The import of the very same file that this command began, and that was broken off.

    One that is read already is gone on with where it is to be posted.
    """
    from tieout import audit
    from tieout.intake import staging
    from tieout.intake.states import BatchState

    batch = staging.under_way(session, file)
    if batch is None or batch.uploaded_label != audit.SYSTEM.label:
        return None
    if batch.state != BatchState.READING and not (approves and batch.state == BatchState.STAGED):
        return None
    click.echo(said(Sentence(GOES_ON, {"batch": batch.id})), err=True)
    return batch.id


def worked_through(batch_id: int) -> None:
    """Do what a batch waits for, if anything; Ctrl-C throws it away.

    Raises:
        NotRead: with what failed.
    """
    from tieout import audit, clock, db, runs
    from tieout.intake import queries, staging
    from tieout.intake.parts import runs as long_files

    owner = f"command:{socket.gethostname()}:{os.getpid()}"
    with db.transaction() as session:
        batch = queries.batch(session, batch_id)
        run = long_files.due(session, batch, by=audit.SYSTEM, at=clock.now())
        if run is not None:
            _let_go_of_the_dead(session, run)
            click.echo(said(Sentence(READING, {"file": batch.filename})), err=True)
    if run is None:
        return
    try:
        _work(run.id, owner)
    except KeyboardInterrupt:
        with db.transaction() as session:
            batch, at = queries.batch(session, batch_id), clock.now()
            runs.let_go(session, session.merge(run), owner)
            staging.stop(session, batch, by=audit.SYSTEM, at=at)
        click.echo(said(Sentence(CANCELLED, {"batch": batch_id})), err=True)
        raise click.exceptions.Exit(130) from None
    with db.reading() as session:
        _check(session, queries.batch(session, batch_id))


def _work(run_id: int, owner: str) -> None:
    """Work until the run is over, whoever else works on it."""
    from tieout import db, runs
    from tieout.intake.parts import runs as long_files
    from tieout.runs.models import Run
    from tieout.runs.stored import OPEN

    tell, waits = _teller(run_id), False
    while True:
        runs.work_through(run_id, owner, long_files.HANDLER, stop=tell)
        with db.reading() as session:
            if session.get_one(Run, run_id).state not in OPEN:
                return
        if not waits:
            click.echo(said(Sentence(ELSEWHERE)), err=True)
        waits = True
        time.sleep(_PAUSE)


def _teller(run_id: int) -> Callable[[], bool]:
    """Say every tenth of the way how far it has come; never stops it."""
    told = -1

    def tell() -> bool:
        nonlocal told
        from tieout import db, runs

        with db.reading() as session:
            progress = runs.progress(session, run_id)
        total, done = progress.total - 1, progress.done - 1
        if total > 0 and done * 10 // total > told and done >= 0:
            told = done * 10 // total
            click.echo(said(Sentence(PARTS, {"done": done, "total": total})), err=True)
        return False

    return tell


def _let_go_of_the_dead(session: "Session", run: "Run") -> None:
    """Take over at once from a command on this machine that was killed."""
    from sqlalchemy import select

    from tieout import runs
    from tieout.runs.models import RunItem

    held = select(RunItem.lease_owner).where(RunItem.run_id == run.id, RunItem.state == "running")
    for owner in session.scalars(held).all():
        name, _, process = str(owner).rpartition(":")
        if name == f"command:{socket.gethostname()}" and not _lives(int(process)):
            runs.let_go(session, run, str(owner))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _check(session: "Session", batch: "ImportBatch") -> None:
    from tieout.intake.parts import runs as long_files
    from tieout.intake.states import BatchState
    from tieout.runs import stored

    run = long_files.run_of(session, batch)
    if batch.state != BatchState.READING or run is None:
        return
    failed = session.scalars(stored.items(run.id, "failed")).first()
    if failed is not None and failed.reason:
        raise NotRead(batch=batch.id, reason=Sentence.from_json(failed.reason))
