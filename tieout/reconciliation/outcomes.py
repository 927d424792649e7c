"""What a comparison comes to under some rules: both books read as they were known then.

Nothing is kept here: what is stored, what would be, and what will be are worked out in the same
way.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.ledger import balances
from tieout.matching import Lines
from tieout.reconciliation import columns, elsewhere
from tieout.reconciliation.models import Reconciliation, TheirBook
from tieout.reconciliation.rule_sets import Chosen
from tieout.reconciliation.run import REACH_DAYS, Run, run


@dataclass(frozen=True)
class Asked:
    """What is compared: our book of an account, as known at a moment, with one of theirs."""

    account: CustomerAccount
    as_at: date
    #: Until when what our book held at the cut-off is taken as known, and what came after it.
    known_at: datetime
    made_at: datetime
    #: The first day of their book, and what stood in it before; 0 where it does not say.
    first_day: date
    their_opening: int
    theirs: Lines
    #: Whether our other accounts are looked into.
    is_internal: bool = False


def outcome(session: Session, made: Reconciliation, chosen: Chosen) -> Run:
    """Compare again what is stored, by some rules."""
    book = session.get_one(TheirBook, made.book_id)
    asked = Asked(
        account=session.get_one(CustomerAccount, made.account_id),
        as_at=made.as_at,
        known_at=made.known_at,
        made_at=made.made_at,
        first_day=book.first_day or made.as_at,
        their_opening=book.opening_minor or 0,
        theirs=columns.their_lines(session, book, chosen.cleaning),
        is_internal=made.is_internal,
    )
    return compared(session, asked, chosen)


def compared(session: Session, asked: Asked, chosen: Chosen) -> Run:
    """Compare with our movements, or with our open items where their list is one of these."""
    books = _Books(session, asked, chosen)
    done = books.compared()
    if not asked.is_internal:
        return done
    others = elsewhere.lines(session, asked.account, done, known_at=asked.known_at)
    return books.compared(others) if len(others) else done


@dataclass(frozen=True)
class _Books:
    """Both books of a comparison."""

    session: Session
    asked: Asked
    chosen: Chosen

    def compared(self, others: Lines | None = None) -> Run:
        """Compare them; with lines of other accounts of ours where they may stand in theirs."""
        as_at, first = self.asked.as_at, self.asked.first_day
        if self.asked.their_opening:
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
            self.asked.theirs,
            self.chosen.rules,
            as_at=self.asked.as_at,
            account_id=self.asked.account.id,
            our_balance=self._our_balance,
            their_opening=self.asked.their_opening,
            fold_before=fold_before,
            weighing=self.chosen.weighing,
        )

    @cached_property
    def _our_balance(self) -> int:
        asked = self.asked
        return balances.balance(self.session, asked.account.id, asked.as_at, asked.known_at).minor

    def _movements(self, since: date, *, openings_after: date | None = None) -> Lines:
        return columns.our_movements(
            self.session,
            self.asked.account,
            since=since,
            as_at=self.asked.as_at,
            known_at=self.asked.known_at,
            later_known_at=self.asked.made_at,
            openings_after=openings_after,
            cleaning=self.chosen.cleaning,
        )

    def _open_items(self, on: date) -> Lines:
        return columns.our_open_items(
            self.session,
            self.asked.account,
            on=on,
            known_at=self.asked.known_at,
            cleaning=self.chosen.cleaning,
        )
