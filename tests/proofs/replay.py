"""The books once more, in plain Python: facts in the order they came, every figure added up anew.

Nothing here is shared with the program: no query, no stored sum, no rule of its. What the program
says of any day, as known at any moment, must be what a replay of the facts says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

#: A due item: the document's place in the replay, and its instalment.
Item = tuple[int, int]
BOUNDS = (30, 60, 90, 120)


@dataclass
class Doc:
    """A posted document."""

    account: int
    kind: str
    number: str
    issued_on: date
    recorded_at: datetime
    #: Signed.
    amount: int
    #: When which part is due, without sign.
    parts: list[tuple[date, int]]
    reverses: int | None = None

    @property
    def direction(self) -> int:
        """+1 for a debit, −1 for a credit."""
        return 1 if self.amount >= 0 else -1


@dataclass
class Settled:
    """A debit item settled with a credit item."""

    debit: Item
    credit: Item
    amount: int
    on: date
    at: datetime
    by_reversal: bool = False
    undone_on: date | None = None
    undone_at: datetime | None = None

    def counts(self, on: date, known: datetime | None) -> bool:
        """Whether it counts at a day, as known at a moment."""
        if self.on > on or (known is not None and self.at > known):
            return False
        if self.undone_on is None or self.undone_at is None:
            return True
        if known is not None and self.undone_at > known:
            return True
        return on < self.undone_on


@dataclass
class Disputed:
    """Part of an item under dispute."""

    item: Item
    amount: int
    on: date
    at: datetime
    ended_on: date | None = None
    ended_at: datetime | None = None

    def counts(self, on: date, known: datetime | None) -> bool:
        """Whether it is open at a day, as known at a moment."""
        if self.on > on or (known is not None and self.at > known):
            return False
        if self.ended_on is None or self.ended_at is None:
            return True
        if known is not None and self.ended_at > known:
            return True
        return on < self.ended_on


@dataclass
class Replay:
    """Everything that has happened."""

    docs: dict[int, Doc] = field(default_factory=dict)
    settled: dict[int, Settled] = field(default_factory=dict)
    disputed: dict[int, Disputed] = field(default_factory=dict)
    locked_through: date | None = None

    def open_day(self, day: date) -> date:
        """The day, or the first one that is not locked."""
        if self.locked_through is None or day > self.locked_through:
            return day
        return self.locked_through + timedelta(days=1)

    def is_locked(self, day: date) -> bool:
        """Whether nothing may be dated that day any more."""
        return self.locked_through is not None and day <= self.locked_through

    def reversal_of(self, doc: int) -> int | None:
        """The document that takes another one back."""
        return next((key for key, each in self.docs.items() if each.reverses == doc), None)

    def live_numbers(self) -> set[tuple[int, str, str]]:
        """Numbers in use."""
        gone = {each.reverses for each in self.docs.values()}
        return {
            (each.account, each.kind, each.number)
            for key, each in self.docs.items()
            if key not in gone and each.reverses is None and each.number
        }

    def balance(self, account: int, on: date, known: datetime | None = None) -> int:
        """Opening plus signed documents."""
        return sum(each.amount for _, each in self._stood(account, on, known))

    def amount(self, item: Item) -> int:
        """What an item is over, without sign."""
        return self.docs[item[0]].parts[item[1] - 1][1]

    def open(self, item: Item, on: date, known: datetime | None = None) -> int:
        """amount − Σ allocations that count."""
        return self.amount(item) - sum(
            each.amount for each in self._touching(item) if each.counts(on, known)
        )

    def open_now(self, item: Item) -> int:
        """What is open as things stand, whatever the day."""
        return self.amount(item) - sum(
            each.amount for each in self._touching(item) if each.undone_at is None
        )

    def disputed_of(self, item: Item, on: date, known: datetime | None = None) -> int:
        """What is disputed of an item, at most what is open."""
        found = sum(
            each.amount
            for each in self.disputed.values()
            if each.item == item and each.counts(on, known)
        )
        return min(found, self.open(item, on, known))

    def disputed_now(self, item: Item) -> int:
        """All that is under dispute of an item, as things stand."""
        return sum(
            each.amount
            for each in self.disputed.values()
            if each.item == item and each.ended_at is None
        )

    def open_items(
        self, account: int, on: date, known: datetime | None = None
    ) -> dict[Item, tuple[int, int]]:
        """Every item with something open: how much, and how much of it is disputed."""
        found = {}
        for key, each in self._stood(account, on, known):
            for part in range(1, len(each.parts) + 1):
                item = (key, part)
                if still := self.open(item, on, known):
                    found[item] = (still, self.disputed_of(item, on, known))
        return found

    def ageing(self, account: int, on: date, known: datetime | None = None) -> dict[str, int]:
        """Not due, the buckets, disputed and unapplied credit; signed."""
        columns = dict.fromkeys(["not_due", *labels(), "disputed", "unapplied"], 0)
        for (key, part), (still, disputed) in self.open_items(account, on, known).items():
            doc = self.docs[key]
            if doc.direction < 0:
                columns["unapplied"] -= still - disputed
                columns["disputed"] -= disputed
                continue
            columns["disputed"] += disputed
            columns[bucket((on - doc.parts[part - 1][0]).days)] += still - disputed
        return columns

    def settles_from(self, debit: Item, credit: Item, amount: int) -> date:
        """From when an allocation counts.

        The later of both dates, or the first open day; and not before the first day from which
        on neither item is, at any day, settled beyond what it is over.
        """
        docs = self.docs[debit[0]], self.docs[credit[0]]
        first = self.open_day(max(each.issued_on for each in docs))
        for item in (debit, credit):
            first = self._free_from(item, amount, first)
        return first

    def _free_from(self, item: Item, amount: int, first: date) -> date:
        touching = self._touching(item)
        days = sorted(
            {first}
            | {each.on for each in touching if each.on > first}
            | {each.undone_on for each in touching if each.undone_on and each.undone_on > first}
        )

        def fits(day: date) -> bool:
            return all(
                sum(each.amount for each in touching if each.counts(later, None)) + amount
                <= self.amount(item)
                for later in days
                if later >= day
            )

        return next(day for day in days if fits(day))

    def _touching(self, item: Item) -> list[Settled]:
        return [each for each in self.settled.values() if item in (each.debit, each.credit)]

    def _stood(self, account: int, on: date, known: datetime | None) -> Iterator[tuple[int, Doc]]:
        for key, each in self.docs.items():
            if each.account != account or each.issued_on > on:
                continue
            if known is None or each.recorded_at <= known:
                yield key, each


def labels() -> list[str]:
    """The names of the buckets."""
    edges = (1, *(bound + 1 for bound in BOUNDS))
    return [f"{low}-{high}" for low, high in zip(edges, BOUNDS, strict=False)] + [f"{edges[-1]}+"]


def bucket(days: int) -> str:
    """The column of an item so many days past its day."""
    if days <= 0:
        return "not_due"
    return next(
        (name for name, bound in zip(labels(), BOUNDS, strict=False) if days <= bound), labels()[-1]
    )
