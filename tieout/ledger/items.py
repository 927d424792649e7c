"""What reading the ledger gives: open items and movements, frozen and free of the database."""

from dataclasses import dataclass
from datetime import date, datetime

from tieout.money import Money


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What of a document is still to be settled, as at a day."""

    due_item_id: int
    document_id: int
    account_id: int
    customer_id: int
    kind: str
    number: str
    #: The first number others know it by: purchase order, order, delivery note …
    reference: str
    description: str
    issued_on: date
    due_on: date
    #: 1..n of `parts` instalments.
    part: int
    parts: int
    #: −1 for a credit, +1 otherwise; the three amounts below are in this direction, never below 0.
    direction: int
    amount: Money
    open: Money
    #: Of what is open.
    disputed: Money
    #: Since it was due, as at the day asked for; 0 and below: not overdue.
    days: int
    #: Money kept back until a guarantee has run out.
    is_retention: bool = False

    @property
    def signed(self) -> Money:
        """What is open, + where the customer owes us."""
        return self.open if self.direction > 0 else -self.open

    @property
    def is_credit(self) -> bool:
        """Whether it lowers what is owed: money or a credit not yet settled with anything."""
        return self.direction < 0

    @property
    def is_overdue(self) -> bool:
        """Whether it is owed and past its day."""
        return self.direction > 0 and self.days > 0


@dataclass(frozen=True, slots=True)
class Movement:
    """A document as a line of the ledger."""

    document_id: int
    account_id: int
    kind: str
    number: str
    reference: str
    description: str
    issued_on: date
    #: Of its last instalment; None for a credit.
    due_on: date | None
    recorded_at: datetime
    #: Signed: + the customer owes us more.
    amount: Money
    tax: Money
    #: What the paper says, where that is another currency.
    original: Money | None
    reverses_id: int | None
    related_id: int | None
    pair: str
    source: str
