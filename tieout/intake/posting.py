"""A batch enters the books at once: every ready row of it, or none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tieout import audit, events
from tieout.audit import Actor
from tieout.customers import AccountInput, add_account
from tieout.customers.models import Customer
from tieout.db.bulk import insert_rows
from tieout.errors import Conflict
from tieout.handover import replacing
from tieout.i18n import N_
from tieout.intake import batches, master_data
from tieout.intake.batches import BatchChanged
from tieout.intake.judging import Group, Judged, Judgement
from tieout.intake.judging.books import seen_before
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, SeenRow
from tieout.intake.states import BatchState, RowState
from tieout.ledger import automatic
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.posting import post_many


class NotForTheBooks(Conflict):
    """A customer's own ledger never enters ours."""

    message = N_("A customer’s own ledger is compared with our books; it is never posted.")


@dataclass(frozen=True)
class Posted:
    """What a batch became."""

    documents: tuple[int, ...]
    #: Customers or products added and changed.
    added: int = 0
    changed: int = 0
    #: Settlements made by rule.
    settled: int = 0


def post(session: Session, batch: ImportBatch, *, digest: str, by: Actor, at: datetime) -> Posted:
    """Post a submitted batch: all its ready rows in this transaction, or none of them.

    Raises:
        NotForTheBooks: it is a customer's own ledger.
        BatchMovedOn, BatchChanged: it is not what was approved.
    """
    if batch.kind == BatchKind.THEIR_LEDGER:
        raise NotForTheBooks
    batches.move(session, batch, (BatchState.SUBMITTED,), BatchState.POSTED)
    judgement = batches.judged_again(session, batch)
    if digest != batch.content_digest or batches.digest_of(judgement) != digest:
        raise BatchChanged
    groups = judgement.ready()
    if batch.kind in (BatchKind.CUSTOMERS, BatchKind.PRODUCTS):
        added, changed = master_data.write(session, groups, by=by, at=at)
        posted = Posted((), added, changed)
    else:
        posted = _post_documents(session, batch, groups, by=by, at=at)
    _finish(session, batch, judgement, posted, by=by, at=at)
    return posted


def _post_documents(
    session: Session, batch: ImportBatch, groups: Sequence[Group], *, by: Actor, at: datetime
) -> Posted:
    kind = "payable" if batches.mapping_of(batch).is_payable else "receivable"
    accounts = _open_accounts(session, groups, kind, by=by, at=at)
    documents = [
        replace(
            plan,
            account_id=group.account_id or accounts[group.customer_id or 0, group.currency],
            source=f"import:{batch.id}:{group.first.number}",
        )
        for group in groups
        if isinstance(plan := group.plan, DocumentInput)
    ]
    displaced = replacing.make_way(session, documents, by=by, at=at)
    ids = post_many(session, documents, by=by, at=at, source=f"import:{batch.id}")
    replacing.take_place(session, displaced, ids, by=by, at=at)
    settled = automatic.allocate_accounts(
        session,
        {given.account_id for given in documents},
        source=f"import:{batch.id}",
        by=by,
        at=at,
    )
    return Posted(tuple(ids), settled=settled)


def _open_accounts(
    session: Session, groups: Sequence[Group], kind: str, *, by: Actor, at: datetime
) -> dict[tuple[int, str], int]:
    """Open the accounts that documents need and their customers do not have yet."""
    wanted = sorted(
        {(group.customer_id or 0, group.currency) for group in groups if not group.account_id}
    )
    opened = {}
    for customer_id, currency in wanted:
        customer = session.get_one(Customer, customer_id)
        terms = max((account.terms_days for account in customer.accounts), default=30)
        given = AccountInput(currency=currency, kind=kind, terms_days=terms)
        opened[customer_id, currency] = add_account(session, customer, given, by=by, at=at).id
    return opened


def _finish(
    session: Session,
    batch: ImportBatch,
    judgement: Judgement,
    posted: Posted,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Note at each row what it became, remember it, tell of it."""
    groups = judgement.ready()
    document_of: dict[int, int] = {}
    for group, document_id in zip(groups, posted.documents, strict=False):
        document_of |= {row.number: document_id for row in group.rows}
    done = [row for group in groups for row in group.rows]
    for row in done:
        row.state = RowState.POSTED
    batches.mark_posted(session, batch, done, document_of)
    if batch.kind in (BatchKind.DOCUMENTS, BatchKind.PAYMENTS):
        _remember_rows(session, batch, done)
    batch.totals = {
        **batch.totals,
        **batches.counts_of(judgement),
        "documents": len(posted.documents),
        "added": posted.added,
        "changed": posted.changed,
        "settled": posted.settled,
    }
    batch.approved_by = by.id if by.kind == "staff" else None
    batch.approved_label, batch.posted_at = by.label, at
    session.flush()
    audit.record(
        session,
        by,
        "import.posted",
        batch,
        after={
            **{name: value for name, value in batch.totals.items() if name != "opens"},
            "content": batch.content_digest,
            "rows": audit.digest_of_rows(
                [row.number, str(row.state), row.fingerprint, document_of.get(row.number)]
                for row in judgement.rows
            ),
        },
    )
    events.publish(session, events.DocumentsImported(batch.id))


def _remember_rows(session: Session, batch: ImportBatch, rows: Sequence[Judged]) -> None:
    """Keep what was posted, so that the same rows in another file are nothing new."""
    there = seen_before(session, batch.kind, (row.fingerprint for row in rows))
    new = [
        (batch.kind, row.fingerprint, row.occurrence, batch.id)
        for row in rows
        if (row.fingerprint, row.occurrence) not in there
    ]
    # in the order of their index, which is written many times faster so
    insert_rows(session, SeenRow, ("kind", "fingerprint", "occurrence", "batch_id"), sorted(new))
