"""Documents by the hundred thousand enter the books: handed in piece by piece, all or none.

Nothing is read row by row and nothing is kept but sums: accounts are held once, in the order of
their ids; each piece is checked and written by one statement a table; a single entry of the
trail carries the digest of all of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.ledger import locks, rules, taken, totals
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.writing import AccountFacts, Drawn, Entry, draw, insert
from tieout.money import Money

_CHUNK = 5000


class NoSuchAccount(NotFound):
    """An account that does not exist."""

    message = N_("There is no such customer account. Open one for this customer and currency.")


class MassPosting:
    """Documents on their way into the books; nothing stands before `close`."""

    def __init__(
        self, session: Session, account_ids: Iterable[int], *, by: Actor, at: datetime, source: str
    ) -> None:
        """Hold the accounts, and keep every period as it is, until the transaction ends."""
        self._session, self._by, self._at, self._source = session, by, at, source
        self._accounts = accounts(session, account_ids)
        locks.hold_open(session)
        totals.hold(session, self._accounts)
        self._base_currency = settings.company(session).base_currency
        self._changes: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
        self._sums: dict[str, int] = defaultdict(int)
        self._earliest: dict[int, date] = {}
        self._rows = audit.RowsDigest()
        self.count = 0

    def add(self, documents: Sequence[DocumentInput]) -> Sequence[int]:
        """Post more of them; return their ids in order.

        Raises:
            as `posting.post`, for the first document that cannot be posted.
        """
        return self.add_drawn(
            draw_up(self._session, documents, self._accounts, self._base_currency)
        )

    def add_drawn(self, drawn: Drawn) -> Sequence[int]:
        """Post more of them whose rows are worked out already, as `draw_up` does it.

        Raises:
            PeriodLocked, AlreadyPosted, NumberTaken: what the books hold against one of them.
        """
        taken.check(self._session, drawn.numbers())
        ids = self._insert(drawn)
        self._rows.add(
            [document_id, content, source]
            for document_id, (content, source, *_) in zip(ids, drawn.facts(), strict=True)
        )
        return ids

    def add_reversals(self, documents: Sequence[tuple[DocumentInput, int]]) -> Sequence[int]:
        """Post documents that take others back, each with the one it takes back."""
        entries = [
            _checked(given, self._accounts[given.account_id], reverses)
            for given, reverses in documents
        ]
        drawn = draw(self._session, entries, base_currency=self._base_currency)
        ids = self._insert(drawn)
        self._rows.add(
            [document_id, reverses_id, given.digest()]
            for document_id, (given, reverses_id) in zip(ids, documents, strict=True)
        )
        return ids

    def close(self, action: str = "documents.posted", **facts: object) -> None:
        """Bring the balances up to date, note all of it in the trail and tell of it."""
        totals.add(self._session, self._changes)
        after = {
            "source": self._source,
            "documents": self.count,
            "totals": {
                currency: Money(minor, currency).plain
                for currency, minor in sorted(self._sums.items())
            },
            "rows": str(self._rows),
            **facts,
        }
        audit.record(self._session, self._by, action, ("posting", self._source), after=after)
        posted = events.DocumentsPosted(tuple(sorted(self._earliest.items())), self._at)
        events.publish(self._session, posted)

    def _insert(self, drawn: Drawn) -> Sequence[int]:
        if not drawn.count:
            return ()
        locks.check(self._session, *drawn.earliest())
        for _, _, account_id, currency, minor in drawn.facts():
            before, count = self._changes[account_id]
            self._changes[account_id] = (before + minor, count + 1)
            self._sums[currency] += minor
        for account_id, day in drawn.first_days().items():
            self._earliest[account_id] = min(day, self._earliest.get(account_id, day))
        self.count += drawn.count
        return insert(self._session, drawn, posted_by=self._by.label, at=self._at)


def draw_up(
    session: Session,
    documents: Sequence[DocumentInput],
    known: Mapping[int, AccountFacts],
    base_currency: str,
    *,
    are_checked: bool = False,
) -> Drawn:
    """Work out every row of documents that keep the rules of the books; nothing is written.

    `are_checked` says that they were held against those rules already, in their account's currency.

    Raises:
        InvalidInput: one is against the rules of the books (see `rules.check`).
    """
    check = Entry if are_checked else _checked
    entries = [check(given, known[given.account_id]) for given in documents]
    return draw(session, entries, base_currency=base_currency)


def _checked(given: DocumentInput, account: AccountFacts, reverses: int | None = None) -> Entry:
    rules.check(given, account.currency, is_reversal=reverses is not None)
    return Entry(given, account, reverses)


def accounts(session: Session, ids: Iterable[int]) -> dict[int, AccountFacts]:
    """What posting needs to know of accounts.

    Raises:
        NoSuchAccount: one of them does not exist.
    """
    wanted = sorted(set(ids))
    found: dict[int, AccountFacts] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(
            CustomerAccount.id,
            CustomerAccount.customer_id,
            CustomerAccount.currency,
            CustomerAccount.terms_days,
        ).where(CustomerAccount.id.in_(wanted[start : start + _CHUNK]))
        for row in session.execute(query):
            found[row.id] = AccountFacts(row.id, row.customer_id, row.currency, row.terms_days)
    if len(found) < len(wanted):
        raise NoSuchAccount
    return found
