"""Lines of two books whose truth is known, and the customers who keep them."""

from dataclasses import dataclass
from datetime import date

CUTOFF = date(2026, 12, 31)


@dataclass
class Line:
    """A line of one book, in our sign."""

    customer: int
    on: date
    kind: str
    reference: str
    po: str
    says: str
    amount: int
    foreign: int = 0


@dataclass(frozen=True)
class Customer:
    """How a customer keeps its book."""

    number: int
    style: str
    is_monthly: bool
    lag: int
    separator: str


Group = tuple[str, list[Line], list[Line]]
