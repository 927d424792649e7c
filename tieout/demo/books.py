"""Posting what was made up, as the bookkeeper would: what came in since the last time."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.demo.entries import Entry
from tieout.ledger import allocation, posting
from tieout.ledger.inputs import DocumentInput, DuePart
from tieout.ledger.models import DueItem
from tieout.money import Money


@dataclass
class Books:
    """Which accounts there are, and which document an entry became."""

    accounts: dict[tuple[str, str], int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    #: Under which number an entry was posted.
    numbers: dict[str, str] = field(default_factory=dict)

    def post(self, session: Session, entries: list[Entry], *, by: Actor, at: datetime) -> None:
        """Post entries, the oldest first, and settle what they settle."""
        swapped = {entry.swap for entry in entries if entry.swap}
        plain = [e for e in entries if e.number and not e.related and e.key not in swapped]
        source = f"journal of {max(entry.books_on for entry in entries)}"
        given = [self._input(entry, source) for entry in plain]
        ids = posting.post_many(session, given, by=by, at=at, source=source)
        self.documents |= {entry.key: one for entry, one in zip(plain, ids, strict=True)}
        self.numbers |= {entry.key: entry.number for entry in plain}
        by_key = {entry.key: entry for entry in entries}
        for entry in entries:
            if entry.key in self.documents or entry.key in swapped:
                continue
            if entry.swap:
                self._exchange(session, entry, by_key[entry.swap], by=by, at=at)
            else:
                made = posting.post(session, self._input(entry, source), by=by, at=at)
                self.documents[entry.key], self.numbers[entry.key] = made.id, made.number
        for entry in entries:
            self.settle(session, entry, by=by, at=at)

    def _exchange(
        self, session: Session, back: Entry, out: Entry, *, by: Actor, at: datetime
    ) -> None:
        credit, invoice = posting.post_exchange(
            session, self._input(back, "exchange"), self._input(out, "exchange"), by=by, at=at
        )
        self.documents |= {back.key: credit.id, out.key: invoice.id}

    def settle(self, session: Session, entry: Entry, *, by: Actor, at: datetime) -> None:
        """Settle what an entry settles, part by part."""
        [mine] = self.items(session, entry.key)[:1] if entry.settles else [None]
        for one in entry.settles:
            left = one.amount
            for item in self.items(session, one.key):
                assert mine is not None  # noqa: S101 - there is something to settle with
                most = min(item.open_minor, mine.open_minor)
                amount = most if left is None else min(most, left.minor)
                if amount <= 0:
                    continue
                debit, credit = (item, mine) if item.direction > 0 else (mine, item)
                money = Money(amount, entry.amount.currency)
                rule = "reference" if entry.names else "oldest_first"
                allocation.allocate(session, debit, credit, money, rule=rule, by=by, at=at)
                left = None if left is None else left - money

    def items(self, session: Session, key: str) -> list[DueItem]:
        """The due items of an entry that was posted, by part."""
        query = select(DueItem).where(DueItem.document_id == self.documents[key])
        return list(session.scalars(query.order_by(DueItem.part)))

    def _input(self, entry: Entry, source: str) -> DocumentInput:
        return DocumentInput(
            account_id=self.accounts[entry.account],
            kind=entry.kind,
            number=entry.number,
            issued_on=entry.on,
            amount=entry.amount,
            tax=entry.tax,
            due=tuple(DuePart(day, amount) for day, amount in entry.due),
            references=entry.references,
            lines=entry.lines,
            description=entry.description,
            reason=entry.reason,
            related_id=self.documents.get(entry.related) if entry.related else None,
            source=source,
            original=entry.original,
            rate=entry.rate,
        )


def batches(entries: list[Entry], days: list[date]) -> list[tuple[date, list[Entry]]]:
    """What is booked on which day: everything that came in since the day before."""
    left = sorted(entries, key=lambda one: (one.books_on, one.on, one.number))
    made = []
    for day in days:
        now = [entry for entry in left if entry.books_on <= day]
        left = left[len(now) :]
        if now:
            made.append((day, now))
    return made
