"""`tieout import`: bring a file in from the command line, by the same rules as the pages."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import said, say
from tieout.i18n import N_, Sentence

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tieout.intake.models import ImportBatch
    from tieout.intake.uploads import Inspected

#: Kinds of files that are posted.
KINDS = ("customers", "products", "documents", "payments")


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@data_option
@click.option("--sheet", default="", help="Sheet of a workbook; the first with rows otherwise.")
@click.option("--customer", default="", help="Code of the customer all rows belong to.")
@click.option("--approve", "approves", is_flag=True, help="Post it, where one person is enough.")
@click.option("--leave-out", is_flag=True, help="Leave out rows that cannot be taken.")
def importing(
    kind: str,
    file: Path,
    data: Path,
    sheet: str,
    customer: str,
    approves: bool,
    leave_out: bool,
) -> int:
    """Bring FILE in as customers, products, documents or payments.

    Says what becomes of its rows, and everything that is wrong with row and column. Without
    --approve nothing is posted: the rows wait on the page of the import.
    """
    from tieout import db
    from tieout.intake.kinds import BatchKind
    from tieout.intake.uploads import inspect

    opened(data)
    content = file.read_bytes()
    inspected = inspect(content, file.name, BatchKind(kind), sheet=sheet)
    with db.transaction() as session:
        batch = _taken_in(session, content, inspected, customer, leave_out=leave_out)
        missing = None if batch.state != "uploaded" else inspected.missing
    _tell(batch)
    if missing is not None:
        click.echo(said(missing.sentence), err=True)
        return 1
    if _tell_problems(batch):
        say(N_("Nothing was posted; the rows wait in import %(batch)s."), batch=batch.id)
        return 1
    if not batch.totals.get("things"):
        say(N_("There is nothing new in it."))
        return 0
    if not approves:
        say(N_("Nothing is posted yet: import %(batch)s waits to be submitted."), batch=batch.id)
        return 0
    return _handed_on(batch.id)


def _taken_in(
    session: "Session", content: bytes, inspected: "Inspected", customer: str, *, leave_out: bool
) -> "ImportBatch":
    from tieout import audit, clock
    from tieout.customers import find_customer
    from tieout.intake import correcting, staging

    by, at = audit.SYSTEM, clock.now()
    batch = staging.take_in(session, content, inspected, by=by, at=at)
    if customer:
        from tieout.intake.batches import mapping_of

        code = find_customer(session, customer).code
        mapping = replace(mapping_of(batch), customer_code=code, is_one_customer=True)
        staging.remap(session, batch, inspected, mapping, by=by, at=at)
    if leave_out and batch.state == "staged":
        correcting.leave_out_problems(session, batch, by=by)
    return batch


def _tell(batch: "ImportBatch") -> None:
    """Say how many rows were read, and what becomes of them."""
    from tieout.intake.states import ROW_STATES, RowState

    say(N_("%(file)s: %(count)s rows read."), file=batch.filename, count=batch.totals["read"])
    for state in RowState:
        if count := batch.totals.get(str(state), 0):
            click.echo(f"  {said(Sentence(ROW_STATES[state]))}: {count}")


def _tell_problems(batch: "ImportBatch") -> int:
    """Say everything that stands in the way, row by row; return how many rows there are."""
    from tieout import db
    from tieout.intake import queries

    count = 0
    with db.reading() as session:
        for row in session.scalars(queries.rows(batch.id, "problem")):
            count += 1
            for sentence in queries.sentences(batch, row):
                click.echo(said(sentence), err=True)
    return count


def _handed_on(batch_id: int) -> int:
    """Submit a batch and, where one person is enough, post it."""
    from tieout import audit, clock, db, settings
    from tieout.intake import approving, queries

    by, at = audit.SYSTEM, clock.now()
    posted = None
    with db.transaction() as session:
        batch = queries.batch(session, batch_id)
        digest = batch.content_digest or ""
        approving.submit(session, batch, digest=digest, by=by, at=at)
        if not settings.needs_two_people(session, approving.ACT):
            posted = approving.approve(session, batch, digest=digest, by=by, at=at)
    if posted is None:
        say(N_("Submitted: this company wants a person to approve import %(id)s."), id=batch_id)
    elif posted.documents:
        count, settled = len(posted.documents), posted.settled
        words = N_("Posted: %(documents)s documents, %(settled)s settlements.")
        say(words, documents=count, settled=settled)
    else:
        words = N_("Posted: %(added)s added, %(changed)s changed.")
        say(words, added=posted.added, changed=posted.changed)
    return 0
