"""A comparison worked out before anything is written, so that it holds no other writer up.

Reading both books and finding what belongs together may take seconds; keeping what was found
takes a moment. In between somebody may have posted, settled or decided: then it is worked out
again where it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.ledger.models import Allocation, Document
from tieout.reconciliation import columns, comparing, outcomes, rule_sets, their_books
from tieout.reconciliation.models import Reconciliation, TheirLine
from tieout.reconciliation.run import Run
from tieout.reconciliation.their_books import ReadLedger


@dataclass(frozen=True)
class WorkedOut:
    """A comparison before anything of it is written: what takes long holds nobody up."""

    ledger: ReadLedger
    flipped: bool
    as_at: date
    statement_id: int | None
    at: datetime
    chosen: rule_sets.Chosen
    #: What it depends on besides; where that has changed, it is worked out again.
    seen: tuple[int, ...]
    run: Run
    #: The place in the ledger of each of their lines in the run.
    places: list[int]

    def numbered(self, ids: Sequence[int]) -> Run:
        """The run, once each line of the ledger has its id."""
        numbers = np.array([ids[place] for place in self.places], np.int64)
        return replace(self.run, theirs=replace(self.run.theirs, id=numbers))


def work_out(
    session: Session,
    account: CustomerAccount,
    ledger: ReadLedger,
    *,
    as_at: date,
    statement_id: int | None = None,
    flipped: bool | None = None,
    at: datetime,
) -> WorkedOut:
    """Compare a ledger that was only read with our book; nothing is written.

    `flipped` is what a person says about its sign; unsaid, both are tried against our book.

    Raises:
        NothingInTheirBook: it has no lines.
        StatementOfAnother: the statement says nothing about the account.
    """
    if not ledger.lines:
        raise their_books.NothingInTheirBook(file=ledger.filename)
    known_at = at
    if statement_id is not None:
        known_at = comparing.known_at_of(session, statement_id, account, as_at)
    if flipped is None:
        flipped = comparing.is_turned(session, account, ledger, as_at=as_at, at=at)
    kept = ledger.turned() if flipped else ledger
    chosen = rule_sets.rules_for(session, account, cutoff=as_at)
    seen = _seen(session, account)
    theirs, places = columns.lines_to_come(session, account.id, kept.lines, chosen.cleaning)
    asked = outcomes.Asked(
        account=account,
        as_at=as_at,
        known_at=known_at,
        made_at=at,
        first_day=their_books.days_of(kept)[0],
        their_opening=kept.opening or 0,
        theirs=theirs,
    )
    run = outcomes.compared(session, asked, chosen)
    return WorkedOut(kept, flipped, as_at, statement_id, at, chosen, seen, run, places)


def keep(
    session: Session,
    account: CustomerAccount,
    batch_id: int,
    ahead: WorkedOut,
    *,
    by: Actor,
) -> Reconciliation:
    """Keep a ledger and what its comparison came to, or comes to by now."""
    is_fresh = ahead.seen == _seen(session, account) and ahead.chosen == rule_sets.rules_for(
        session, account, cutoff=ahead.as_at
    )
    book, ids = their_books.keep(
        session,
        account,
        batch_id,
        ahead.ledger,
        was_mirrored=ahead.flipped,
        by=by,
        at=ahead.at,
    )
    return comparing.compare(
        session,
        book,
        as_at=ahead.as_at,
        statement_id=ahead.statement_id,
        done=(ahead.chosen, ahead.numbered(ids)) if is_fresh else None,
        by=by,
        at=ahead.at,
    )


def _seen(session: Session, account: CustomerAccount) -> tuple[int, ...]:
    """The newest of what a comparison is made of: our documents and what settles them, theirs."""
    newest = (
        select(func.max(Document.id)).where(Document.account_id == account.id),
        select(func.max(Allocation.id)).where(Allocation.account_id == account.id),
        select(func.max(TheirLine.id)).where(TheirLine.account_id == account.id),
    )
    return tuple(session.scalar(query) or 0 for query in newest)
