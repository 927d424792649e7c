"""What a comparison comes to under some rules: both books read as they were known then.

Nothing is kept here: what is stored, and what would be, are worked out in the same way.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.ledger import balances
from tieout.matching import Lines
from tieout.reconciliation import columns, elsewhere
from tieout.reconciliation.models import Reconciliation, TheirBook
from tieout.reconciliation.rule_sets import Chosen
from tieout.reconciliation.run import REACH_DAYS, Run, run


def outcome(session: Session, made: Reconciliation, chosen: Chosen) -> Run:
    """Compare with our movements, or with our open items where their list is one of these."""
    account = session.get_one(CustomerAccount, made.account_id)
    book = session.get_one(TheirBook, made.book_id)
    books = _Books(session, made, account, book, chosen)
    done = books.compared()
    if not made.is_internal:
        return done
    others = elsewhere.lines(session, made, done)
    return books.compared(others) if len(others) else done


@dataclass(frozen=True)
class _Books:
    """Both books of a comparison."""

    session: Session
    made: Reconciliation
    account: CustomerAccount
    book: TheirBook
    chosen: Chosen

    def compared(self, others: Lines | None = None) -> Run:
        """Compare them; with lines of other accounts of ours where they may stand in theirs."""
        as_at, first = self.made.as_at, self.book.first_day or self.made.as_at
        if self.book.opening_minor:
            around = self._movements(first - timedelta(days=REACH_DAYS), openings_after=first)
            return self._run(around, others, fold_before=first)
        start = min(first, as_at + timedelta(days=1))
        before = self._open_items(start - timedelta(days=1))
        by_movements = self._run(columns.joined(before, self._movements(start)), others)
        if by_movements.apart == abs(by_movements.our_balance - by_movements.their_balance):
            return by_movements  # nothing can be nearer than the balances are
        later = self._movements(as_at + timedelta(days=1))
        by_open_items = self._run(columns.joined(self._open_items(as_at), later), others)
        # A list of open items names no payment and no invoice that is paid: it ties to ours at
        # once.
        return min(by_movements, by_open_items, key=lambda done: done.apart)

    def _run(self, ours: Lines, others: Lines | None, fold_before: date | None = None) -> Run:
        return run(
            ours if others is None else columns.joined(ours, others),
            self._theirs,
            self.chosen.rules,
            as_at=self.made.as_at,
            account_id=self.account.id,
            our_balance=self._our_balance,
            their_opening=self.book.opening_minor or 0,
            fold_before=fold_before,
            weighing=self.chosen.weighing,
        )

    @cached_property
    def _theirs(self) -> Lines:
        return columns.their_lines(self.session, self.book, self.chosen.cleaning)

    @cached_property
    def _our_balance(self) -> int:
        made = self.made
        return balances.balance(self.session, self.account.id, made.as_at, made.known_at).minor

    def _movements(self, since: date, *, openings_after: date | None = None) -> Lines:
        return columns.our_movements(
            self.session,
            self.account,
            since=since,
            as_at=self.made.as_at,
            known_at=self.made.known_at,
            later_known_at=self.made.made_at,
            openings_after=openings_after,
            cleaning=self.chosen.cleaning,
        )

    def _open_items(self, on: date) -> Lines:
        return columns.our_open_items(
            self.session,
            self.account,
            on=on,
            known_at=self.made.known_at,
            cleaning=self.chosen.cleaning,
        )
