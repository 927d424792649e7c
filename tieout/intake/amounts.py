"""Exact amounts of exact numbers; finer ones are refused, or rounded where the mapping says so."""

from decimal import Decimal

from tieout.intake.mapping import Mapping
from tieout.money import Money, TooManyDecimals


def money_of(mapping: Mapping, value: Decimal, currency: str) -> Money:
    """Return an amount of a number.

    Raises:
        TooManyDecimals: it is finer than its currency, and the mapping does not round.
    """
    try:
        return Money.of(value, currency)
    except TooManyDecimals:
        if not mapping.rounds:
            raise
    return rounded_money(value, currency)


def rounded_money(value: Decimal, currency: str) -> Money:
    """Return an amount, rounded half away from zero, such as of a quantity and a price."""
    unit = Money.of(1, currency)
    return unit.times(value)
