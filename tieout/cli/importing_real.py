"""`tieout import` for real: the file is kept and staged, and posted where that was asked for."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tieout.cli.importing_file import (
    Asked,
    as_asked,
    head_of,
    inspected,
    mapping_asked_for,
    tell,
)
from tieout.cli.importing_long import begun_before, worked_through
from tieout.cli.place import opened
from tieout.cli.words import said
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tieout.intake.mapping import Mapping
    from tieout.intake.models import ImportBatch
    from tieout.intake.uploads import Inspected


#: Rows in the way that are listed one by one.
_MOST_PROBLEMS = 10_000


class WhoseLedger(InvalidInput):
    """A customer's own ledger, and nobody says which customer's."""

    message = N_("Say whose ledger it is: --customer CODE.")


def bring_in(asked: Asked) -> int:
    """Keep the file, stage its rows and say what becomes of them."""
    from tieout import db
    from tieout.intake.kinds import BatchKind

    opened(asked.data)
    with db.reading() as session:
        mapping = mapping_asked_for(asked, session)
    file = inspected(asked, mapping, may_be_empty=False, whole=False)
    if file.kind == BatchKind.THEIR_LEDGER:
        return _their_ledger(asked, file, mapping)
    with db.reading() as session:
        batch_id = begun_before(session, file, approves=asked.approves)
    with db.transaction() as session:
        if batch_id is None:
            batch_id = _taken_in(session, asked, file, mapping).id
        else:
            _look_again(session, batch_id)
    batch = _ready(asked, batch_id)
    missing = None if batch.state != "uploaded" else file.missing
    report: dict[str, Any] = _report(asked, _as_read(file, batch), batch)
    if missing is not None:
        report["missing"] = said(missing.sentence)
        click.echo(report["missing"], err=True)
        return _answered(asked, report, 1)
    report["problems"] = _problems(asked, batch)
    if report["problems"]:
        _said(asked, N_("Nothing was posted; the rows wait in import %(batch)s."), batch=batch.id)
        return _answered(asked, report, 1)
    if not batch.totals.get("things"):
        _said(asked, N_("There is nothing new in it."))
        return _answered(asked, report, 0)
    if not asked.approves:
        words = N_("Nothing is posted yet: import %(batch)s waits to be submitted.")
        _said(asked, words, batch=batch.id)
        return _answered(asked, report, 0)
    report["posted"] = _handed_on(asked, batch.id)
    return _answered(asked, report, 0)


def _look_again(session: "Session", batch_id: int) -> None:
    """Judge once more what was read by a command before: the books may have moved on."""
    from tieout import audit
    from tieout.intake import queries, staging
    from tieout.intake.states import BatchState

    batch = queries.batch(session, batch_id)
    if batch.state == BatchState.STAGED:
        staging.check_again(session, batch, by=audit.SYSTEM)


def _ready(asked: Asked, batch_id: int) -> "ImportBatch":
    """The batch once a long file is read, too, and what cannot be taken is left out."""
    from tieout import audit, db
    from tieout.intake import correcting, queries

    worked_through(batch_id)
    if asked.leaves_out:
        with db.transaction() as session:
            batch = queries.batch(session, batch_id)
            if batch.state == "staged" and any(
                batch.totals[one] for one in ("refused", "decision")
            ):
                correcting.leave_out_problems(session, batch, by=audit.SYSTEM)
        worked_through(batch_id)
    with db.reading() as session:
        return queries.batch(session, batch_id)


def _answered(asked: Asked, report: dict[str, Any], end: int) -> int:
    if asked.as_json:
        tell(report)
    return end


def _said(asked: Asked, words: str, **facts: object) -> None:
    """Say a sentence, unless the answer is to be one JSON document."""
    if not asked.as_json:
        click.echo(said(Sentence(words, facts)))


def _as_read(file: "Inspected", batch: "ImportBatch") -> "Inspected":
    """A long file with what was told at its end."""
    from tieout.intake.controls import Control
    from tieout.intake.places import kept_sentence

    if not file.goes_on:
        return file
    controls = tuple(Control.from_json(one) for one in batch.reading["controls"])
    warnings = tuple(kept_sentence(one) for one in batch.reading["warnings"])
    return replace(file, stated=controls, warnings=warnings)


def _report(asked: Asked, file: "Inspected", batch: "ImportBatch") -> dict[str, Any]:
    """Say how many rows were read, and what becomes of them."""
    from tieout.intake.report import read_report
    from tieout.intake.states import ROW_STATES, RowState

    counts = {str(state): batch.totals.get(str(state), 0) for state in RowState}
    _said(asked, N_("%(file)s: %(count)s rows read."), file=batch.filename,
          count=batch.totals["read"])  # fmt: skip
    for state in RowState:
        if counts[str(state)] and not asked.as_json:
            click.echo(f"  {said(Sentence(ROW_STATES[state]))}: {counts[str(state)]}")
    return {
        **read_report(file, said, head_of(asked)),
        "dry_run": False,
        "kind_guessed": not asked.kind and not asked.mapping,
        "books": "installation",
        "import": batch.id,
        "rows": {"read": batch.totals["read"], **counts},
    }


def _taken_in(
    session: "Session", asked: Asked, file: "Inspected", mapping: "Mapping | None"
) -> "ImportBatch":
    from tieout import audit, clock
    from tieout.customers import find_customer
    from tieout.intake import staging
    from tieout.intake.batches import mapping_of

    by, at = audit.SYSTEM, clock.now()
    batch = staging.take_in(session, asked.file, file, by=by, at=at)
    code = find_customer(session, asked.customer).code if asked.customer else ""
    wanted = as_asked(asked, mapping or mapping_of(batch), code)
    if wanted != mapping_of(batch):
        staging.remap(session, batch, file, wanted, by=by, at=at)
    return batch


def _problems(asked: Asked, batch: "ImportBatch") -> list[dict[str, Any]]:
    """Say everything that stands in the way, row by row."""
    from tieout import db
    from tieout.intake import queries
    from tieout.intake.places import Problem

    found: list[dict[str, Any]] = []
    query = queries.rows(batch.id, "problem").execution_options(yield_per=1000)
    with db.reading() as session:
        for count, row in enumerate(session.scalars(query)):
            if count == _MOST_PROBLEMS:
                words = N_("Only %(count)s rows are listed here; the page of the import has all.")
                click.echo(said(Sentence(words, {"count": count})), err=True)
                break
            for stored, sentence in zip(row.problems, queries.sentences(batch, row), strict=True):
                problem = Problem.from_json(stored)
                placed = said(sentence)
                if not asked.as_json:
                    click.echo(placed, err=True)
                found.append(
                    {
                        "row": row.row_no,
                        "state": row.state,
                        "check": problem.check,
                        "field": problem.field,
                        "column": problem.column,
                        "is_warning": problem.is_warning,
                        "sentence": said(problem.sentence),
                        "placed": placed,
                    }
                )
    return found


def _handed_on(asked: Asked, batch_id: int) -> dict[str, Any]:
    """Submit a batch and, where one person is enough, post it."""
    from tieout import audit, clock, db, settings
    from tieout.intake import approving, queries

    by, at = audit.SYSTEM, clock.now()
    posted = None
    with db.reading() as session:
        batch = queries.batch(session, batch_id)
        digest = batch.content_digest or ""
        posts = not settings.needs_two_people(session, approving.ACT)
        prepared = approving.prepare(session, batch, digest=digest) if posts else None
    with prepared or nullcontext(), db.transaction() as session:
        batch = queries.batch(session, batch_id)
        approving.submit(session, batch, digest=digest, by=by, at=at)
        if posts:
            posted = approving.approve(
                session, batch, digest=digest, by=by, at=at, prepared=prepared
            )
    if posted is None:
        words = N_("Submitted: this company wants a person to approve import %(id)s.")
        _said(asked, words, id=batch_id)
        return {"waits_for_approval": True, "documents": 0, "settled": 0, "added": 0, "changed": 0}
    if posted.documents:
        words = N_("Posted: %(documents)s documents, %(settled)s settlements.")
        _said(asked, words, documents=len(posted.documents), settled=posted.settled)
    else:
        words = N_("Posted: %(added)s added, %(changed)s changed.")
        _said(asked, words, added=posted.added, changed=posted.changed)
    return {
        "waits_for_approval": False,
        "documents": len(posted.documents),
        "settled": posted.settled,
        "added": posted.added,
        "changed": posted.changed,
    }


def _their_ledger(asked: Asked, file: "Inspected", mapping: "Mapping | None") -> int:
    """Compare a customer's own ledger with ours; nothing of ours changes."""
    from tieout import attachments, audit, clock, db, settings
    from tieout.customers import find_customer
    from tieout.customers.queries import receivable
    from tieout.intake.remembering import proposed
    from tieout.intake.report import their_ledger_report
    from tieout.reconciliation.handing_in import hand_in, purpose_of

    if not asked.customer:
        raise WhoseLedger
    by, at = audit.SYSTEM, clock.now()
    with db.transaction() as session:
        customer = find_customer(session, asked.customer)
        if mapping is None:
            file = proposed(session, file, customer_id=customer.id)
        file.check()
        currency = file.mapping.currency or settings.company(session).base_currency
        account = receivable(session, customer, currency)
        report = their_ledger_report(file, currency, said, head_of(asked))
        last = report["dates"]["to"]
        attachment = attachments.store(
            session,
            asked.file.read_bytes(),
            filename=asked.file.name,
            media_type="application/octet-stream",
            purpose=purpose_of(None),
            customer_id=customer.id,
            by=by,
            at=at,
        )
        made = hand_in(
            session,
            file,
            None,
            account=account,
            attachment=attachment,
            as_at=date.fromisoformat(last) if last else settings.today(session),
            by=by,
            at=at,
        )
        report |= {"dry_run": False, "books": "installation", "reconciliation": made.id}
    words = N_("Compared with our books: reconciliation %(id)s.")
    _said(asked, words, id=report["reconciliation"])
    return _answered(asked, report, 0)
