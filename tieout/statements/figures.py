"""The figures of a statement: put together, and held against one another before anyone sees them.

Pure: what goes in was read elsewhere, what comes out is shown, frozen and answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.money import Money
from tieout.periods import Period

DISPUTED = "disputed"
UNAPPLIED = "unapplied"
NOT_DUE = "not_due"
#: Of what is not due: money kept back until a guarantee has run out; only where there is any.
RETENTION = "retention"


class FiguresDoNotTie(Conflict):
    """Two figures that must be equal are not; nothing is shown."""

    message = N_(
        "The statement was not made, because %(what)s: %(one)s is not %(other)s. The books have to"
        " be checked first: run “tieout verify”."
    )
    movements = N_("opening and movements do not give the balance of the ledger")
    buckets = N_("the ageing does not give the balance")
    open_items = N_("the open items do not give the balance")


@dataclass(frozen=True, slots=True)
class Movement:
    """A document as a statement shows it, before it has its place."""

    document_id: int
    issued_on: date
    due_on: date | None
    kind: str
    number: str
    #: Numbers the customer knows it by.
    reference: str
    description: str
    amount: Money
    #: Dated before the period, but on no statement yet.
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A movement in its place, with the balance after it."""

    no: int
    movement: Movement
    balance: Money


@dataclass(frozen=True, slots=True)
class OpenLine:
    """What of a document is still open at the cut-off; amounts carry the document's sign."""

    document_id: int
    number: str
    kind: str
    issued_on: date
    due_on: date | None
    amount: Money
    open: Money
    #: Of the open amount.
    disputed: Money
    #: Past its due date; negative before it.
    days: int
    #: Money kept back until a guarantee has run out.
    is_retention: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """Goods delivered and not yet invoiced: told beside the balance, never in it."""

    number: str
    delivered_on: date
    order_number: str
    description: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Bucket:
    """One column of the ageing: not_due, 1-30 … 121+, disputed, unapplied."""

    key: str
    amount: Money


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """One currency of a statement; never added to another."""

    account_id: int
    currency: str
    opening: Money
    closing: Money
    #: What raised the balance, and what lowered it (at most zero).
    charges: Money
    credits: Money
    ageing: tuple[Bucket, ...]
    lines: tuple[FigureLine, ...]
    open_items: tuple[OpenLine, ...]
    deliveries: tuple[DeliveryLine, ...] = ()

    def _of(self, key: str) -> Money:
        found = (bucket.amount for bucket in self.ageing if bucket.key == key)
        return next(found, Money.zero(self.currency))

    @property
    def not_due(self) -> Money:
        """What is owed but not due yet, retention included."""
        return self._of(NOT_DUE) + self._of(RETENTION)

    @property
    def disputed(self) -> Money:
        """What is owed but disputed."""
        return self._of(DISPUTED)

    @property
    def unapplied(self) -> Money:
        """Credit that settles nothing yet; at most zero."""
        return self._of(UNAPPLIED)

    @property
    def overdue(self) -> Money:
        """What is past its due date and not disputed."""
        aside = (NOT_DUE, RETENTION, DISPUTED, UNAPPLIED)
        return Money.total((b.amount for b in self.ageing if b.key not in aside), self.currency)

    @property
    def late(self) -> tuple[FigureLine, ...]:
        """Lines dated before the period that no statement has shown yet."""
        return tuple(line for line in self.lines if line.movement.is_late)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say: no movements and nothing owed."""
        told = self.lines or self.open_items or self.deliveries
        return not (told or self.opening or self.closing)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a statement says in numbers: as at its last day, as known at a moment."""

    customer_id: int
    kind: str
    period: Period
    known_at: datetime
    sections: tuple[SectionFigures, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say in any currency."""
        return all(section.is_empty for section in self.sections)


def section(
    account_id: int,
    currency: str,
    opening: Money,
    movements: Iterable[Movement],
    open_items: Sequence[OpenLine],
    ageing: Sequence[Bucket],
    deliveries: Sequence[DeliveryLine] = (),
) -> SectionFigures:
    """Put a section together: what was booked late first, then by date, with running balance."""
    lines: list[FigureLine] = []
    balance = opening
    ordered = sorted(movements, key=lambda m: (not m.is_late, m.issued_on, m.document_id))
    for no, movement in enumerate(ordered, start=1):
        balance = balance + movement.amount
        lines.append(FigureLine(no, movement, balance))
    amounts = [movement.amount for movement in ordered]
    return SectionFigures(
        account_id=account_id,
        currency=currency,
        opening=opening,
        closing=balance,
        charges=Money.total((a for a in amounts if a.minor > 0), currency),
        credits=Money.total((a for a in amounts if a.minor < 0), currency),
        ageing=tuple(ageing),
        lines=tuple(lines),
        open_items=tuple(open_items),
        deliveries=tuple(deliveries),
    )


def check(made: SectionFigures, ledger_balance: Money) -> None:
    """Hold the figures of a section against one another and against the ledger.

    Raises:
        FiguresDoNotTie: two that must be equal are not.
    """
    currency = made.currency
    pairs = (
        (FiguresDoNotTie.movements, made.closing, ledger_balance),
        (
            FiguresDoNotTie.buckets,
            Money.total((bucket.amount for bucket in made.ageing), currency),
            made.closing,
        ),
        (
            FiguresDoNotTie.open_items,
            Money.total((item.open for item in made.open_items), currency),
            made.closing,
        ),
    )
    for what, one, other in pairs:
        if one != other:
            raise FiguresDoNotTie(what=Sentence(what), one=one, other=other)
