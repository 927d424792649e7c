"""Quantities and prices of the same document in both books, and which of them differ; pure.

What is found counts only where it makes up the whole difference: then it is the cause and its
proof in one. Figures are whole millionths, as documents keep them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tieout.matching import Difference

#: One, as quantities and prices are kept.
MICRO = 1_000_000


#: Types a quantity or a price may be the cause of.
CAUSED = frozenset(
    {
        Difference.PRICE_OR_QUANTITY_DIFFERENCE,
        Difference.AMOUNT_TYPO,
        Difference.AMOUNT_TRANSPOSITION,
        Difference.UNEXPLAINED,
    }
)
#: Figures of more are no quantities and no prices.
_MOST = 10**12


def in_millionths(figure: Decimal | None) -> int | None:
    """A quantity or a price as it is kept; None where it is finer or larger than that."""
    if figure is None or not figure.is_finite() or abs(figure) >= _MOST:
        return None
    micro = figure * MICRO
    return int(micro) if micro == int(micro) else None


@dataclass(frozen=True, order=True)
class Priced:
    """So many, for so much each; in millionths."""

    quantity: int
    price: int

    @property
    def amount(self) -> int:
        """What it comes to, exactly, in millionths of millionths."""
        return self.quantity * self.price

    @classmethod
    def of(cls, quantity: int | None, price: int | None) -> "Priced | None":
        """Both figures, signs left aside; None where one is missing or nothing."""
        return cls(abs(quantity), abs(price)) if quantity and price else None


@dataclass(frozen=True)
class Apart:
    """An item that is not the same in both books; None where a book has not got it at all."""

    ours: Priced | None
    theirs: Priced | None

    @property
    def amount(self) -> int:
        """Ours less theirs."""
        return (self.ours.amount if self.ours else 0) - (self.theirs.amount if self.theirs else 0)

    def stored(self) -> list[int]:
        """As its proof is kept."""
        pairs = (self.ours or Priced(0, 0), self.theirs or Priced(0, 0))
        return [figure for one in pairs for figure in (one.quantity, one.price)]

    @classmethod
    def read(cls, stored: Sequence[int]) -> "Apart":
        """From its proof."""
        ours, theirs = stored[:2], stored[2:]
        return cls(Priced.of(*ours), Priced.of(*theirs))


def of_items(found: Sequence[Apart]) -> str:
    """What differs: the quantity, the price, or whole items and both."""
    for name in ("quantity", "price"):
        if all(
            one.ours and one.theirs and getattr(one.ours, name) != getattr(one.theirs, name)
            for one in found
        ):
            return name
    return "items"


def proved(
    ours: Sequence[Priced],
    theirs: Sequence[Priced],
    *,
    our_amount: int,
    their_amount: int,
    unit: int,
) -> tuple[Apart, ...]:
    """What differs between the items of both books, where that is the whole difference.

    The amounts are in minor units, `unit` of which are one. Prices may leave tax out as long as
    both books do: then both amounts stand in the same proportion to what their items come to.
    """
    our_sum, their_sum = (sum(one.amount for one in side) for side in (ours, theirs))
    if not our_sum or not their_sum or our_amount == their_amount:
        return ()
    # their_amount must be their_sum · (our_amount / our_sum), to within a minor unit an item.
    off = abs(their_sum * abs(our_amount) - our_sum * abs(their_amount))
    if off > our_sum * (len(ours) + len(theirs)) or not _is_plain(our_sum, our_amount, unit):
        return ()
    found = _apart(ours, theirs)
    is_told = all(
        one.ours is None
        or one.theirs is None
        or one.ours.quantity == one.theirs.quantity
        or one.ours.price == one.theirs.price
        for one in found
    )
    return found if is_told else ()


def _is_plain(items: int, amount: int, unit: int) -> bool:
    """The amount is what the items come to, or that with a tax of at most half of it."""
    minor = items * unit
    return minor <= (abs(amount) + unit) * MICRO * MICRO and 2 * abs(amount) * MICRO**2 <= 3 * (
        minor + unit * MICRO * MICRO
    )


def _apart(ours: Sequence[Priced], theirs: Sequence[Priced]) -> tuple[Apart, ...]:
    left, right = sorted(ours), sorted(theirs)
    _taken(left, right, lambda one, other: one == other)
    pairs = _taken(left, right, lambda one, other: one.price == other.price)
    pairs += _taken(left, right, lambda one, other: one.quantity == other.quantity)
    pairs += _taken(left, right, lambda _one, _other: True)
    found = [Apart(one, other) for one, other in pairs]
    found += [Apart(one, None) for one in left] + [Apart(None, one) for one in right]
    return tuple(sorted(found, key=lambda one: -abs(one.amount)))


def _taken(
    ours: list[Priced], theirs: list[Priced], belong: Callable[[Priced, Priced], bool]
) -> list[tuple[Priced, Priced]]:
    """Take pairs that belong together out of both lists."""
    pairs = []
    for one in list(ours):
        other = next((other for other in theirs if belong(one, other)), None)
        if other is not None:
            ours.remove(one)
            theirs.remove(other)
            pairs.append((one, other))
    return pairs
