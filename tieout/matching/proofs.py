"""Proofs: why the amounts of one document differ, in whole columns at once."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from tieout.matching.numbers import may_be_near
from tieout.matching.rules import Rules
from tieout.matching.text import Bools, Ints

_TENS: Ints = 10 ** np.arange(19, dtype=np.int64)
#: Digits of the largest amount looked at digit by digit.
_PLACES = 15
_MILLION = 1_000_000


class Detail(IntEnum):
    """The finer cause, with what its three proof numbers say."""

    NONE = 0
    #: rate in millionths, what it comes to, payment before discount
    DISCOUNT = 1
    #: the fee
    FEE = 2
    #: the cents
    CENTS = 3
    #: the common amount in the document's currency
    EXCHANGE = 4
    #: place counted from the cents, our digit there, our digit one place higher
    SWAPPED_DIGITS = 5
    #: place, our digit, their digit
    OTHER_DIGIT = 6
    #: place, the digit only the larger amount has, 1 if ours is the larger else 2
    EXTRA_DIGIT = 7
    #: 10 or 100: how many times larger one is, 1 if ours is the larger else 2
    DECIMAL_SLIP = 8
    #: the amount
    OTHER_SIDE = 9
    #: the difference
    OTHER_AMOUNT = 10
    #: how many repeats, days from the line to its first repeat
    REPEATED = 11
    #: days from our line to theirs
    DAYS_APART = 12
    #: our customer, their customer
    OTHER_ACCOUNT = 13
    #: rate in millionths, the tax, 1 if ours is the larger else 2
    TAX = 14
    #: rate in millionths, what was withheld, payment before it
    WITHHELD = 15
    #: the difference
    TOLERATED = 16


@dataclass(frozen=True)
class Causes:
    """For each pair the cause of its difference in amount, NONE if unproven, and its proof."""

    detail: Ints
    proof: Ints


def rounded_share(amount: Ints, rate: int) -> Ints:
    """`amount` × `rate` millionths, half away from zero; amounts are not negative."""
    result: Ints = (amount * rate + _MILLION // 2) // _MILLION
    return result


def causes(
    ours: Ints,
    theirs: Ints,
    *,
    payment: Bools,
    foreign: Ints,
    rules: Rules,
) -> Causes:
    """Name the cause of each difference; `foreign` is the common foreign amount, else 0.

    The causes are tried in the order of the table of types; the first that holds is taken.
    """
    a, b = np.abs(ours), np.abs(theirs)
    result = Causes(np.zeros(len(a), np.int64), np.zeros((len(a), 3), np.int64))
    same_side = (np.sign(ours) * np.sign(theirs)) >= 0
    _reversed(result, ours, theirs)
    cents = np.abs(a - b)
    # A twentieth: rates of one currency within a month; more is another amount. Where the foreign
    # amounts are equal, nothing was kept back: neither discount nor fee.
    near = cents * 20 <= np.maximum(a, b)
    _set(result, same_side & (foreign != 0) & near & (cents > 0), Detail.EXCHANGE, foreign)
    _shares(result, a, b, payment & same_side, rules.discount_rates, Detail.DISCOUNT)
    _shares(result, a, b, payment & same_side, rules.withholding_rates, Detail.WITHHELD)
    short = b - a
    _set(
        result,
        payment & same_side & (short > 0) & (short <= rules.max_bank_fee),
        Detail.FEE,
        short,
    )
    _set(
        result,
        ~payment & same_side & (foreign == 0) & (cents >= 1) & (cents <= rules.tax_rounding_max),
        Detail.CENTS,
        cents,
    )
    _digits(result, a, b, same_side)
    _tax(result, a, b, ~payment & same_side, rules)
    return result


def _digits(result: Causes, a: Ints, b: Ints, allowed: Bools) -> None:
    """Digits mistyped, looked at only where nothing else is proven and it could be that."""
    rest = np.flatnonzero(allowed & (result.detail == Detail.NONE) & (a != b))
    near = rest[may_be_near(a[rest], b[rest])]
    for some, causes_of in ((near, (_swapped, _other_digit)), (rest, (_extra_digit,))):
        found = Causes(np.zeros(len(some), np.int64), np.zeros((len(some), 3), np.int64))
        for cause in causes_of:
            cause(found, a[some], b[some], result.detail[some] == Detail.NONE)
        proven = found.detail != Detail.NONE
        result.detail[some[proven]] = found.detail[proven]
        result.proof[some[proven]] = found.proof[proven]


def _places(a: Ints, b: Ints) -> range:
    """The places of the digits of the largest amount."""
    largest = max(int(a.max(initial=0)), int(b.max(initial=0)))
    return range(min(len(str(largest)), _PLACES))


def _set(result: Causes, holds: Bools, detail: Detail, *proof: Ints | int) -> None:
    if not holds.any():
        return
    holds = holds & (result.detail == Detail.NONE)
    result.detail[holds] = detail
    for column, numbers in enumerate(proof):
        result.proof[holds, column] = np.broadcast_to(numbers, len(holds))[holds]


def _reversed(result: Causes, ours: Ints, theirs: Ints) -> None:
    _set(result, (ours == -theirs) & (ours != 0), Detail.OTHER_SIDE, np.abs(ours))


def _shares(
    result: Causes, a: Ints, b: Ints, payment: Bools, rates: tuple[int, ...], detail: Detail
) -> None:
    """An agreed share of a payment was kept back."""
    for rate in rates:
        share = rounded_share(b, rate)
        holds = payment & (b > a) & (np.abs(b - a - share) <= 1) & (share > 0)
        _set(result, holds, detail, rate, b - a, b)


def _tax(result: Causes, a: Ints, b: Ints, allowed: Bools, rules: Rules) -> None:
    """One side has the tax in its amount, the other has not."""
    large, small = np.maximum(a, b), np.minimum(a, b)
    side = np.where(a > b, 1, 2)
    for rate in rules.tax_rates:
        tax = rounded_share(small, rate)
        holds = allowed & (tax > 1) & (np.abs(large - small - tax) <= 1)
        _set(result, holds, Detail.TAX, rate, large - small, side)


def _swapped(result: Causes, a: Ints, b: Ints, allowed: Bools) -> None:
    # 50.33 and 5.33: nobody writes the zero in front, so a digit was left out.
    allowed = allowed & (_length(a) == _length(b))
    for place in _places(a, b):
        low, high = a // _TENS[place] % 10, a // _TENS[place + 1] % 10
        swapped = a + (low - high) * (_TENS[place + 1] - _TENS[place])
        holds = allowed & (low != high) & (swapped == b)
        _set(result, holds, Detail.SWAPPED_DIGITS, place, low, high)


def _other_digit(result: Causes, a: Ints, b: Ints, allowed: Bools) -> None:
    for place in _places(a, b):
        above, below = _TENS[place + 1], _TENS[place]
        holds = allowed & (a != b) & (a // above == b // above) & (a % below == b % below)
        # A leading digit that only one side has is a digit more, not another digit.
        holds &= (np.minimum(a, b) >= below) | (place == 0)
        _set(result, holds, Detail.OTHER_DIGIT, place, a // below % 10, b // below % 10)


def _extra_digit(result: Causes, a: Ints, b: Ints, allowed: Bools) -> None:
    large, small = np.maximum(a, b), np.minimum(a, b)
    side = np.where(a > b, 1, 2)
    for times in (10, 100):
        holds = allowed & (small > 0) & (large == small * times)
        _set(result, holds, Detail.DECIMAL_SLIP, times, side)
    for place in _places(a, b):
        above, below = _TENS[place + 1], _TENS[place]
        without = large // above * below + large % below
        holds = allowed & (large >= 10) & (small > 0) & (without == small) & (large != small)
        _set(result, holds, Detail.EXTRA_DIGIT, place, large // below % 10, side)


def _length(amount: Ints) -> Ints:
    """How many digits an amount has, without the sign."""
    return np.searchsorted(_TENS, amount, side="right")


def turned(detail: Ints, proof: Ints) -> Ints:
    """The proofs with the two books changed over."""
    result = proof.copy()
    two_digits = np.isin(detail, [Detail.SWAPPED_DIGITS, Detail.OTHER_DIGIT])
    result[two_digits, 1:] = proof[two_digits, :0:-1]
    larger = np.isin(detail, [Detail.EXTRA_DIGIT, Detail.DECIMAL_SLIP])
    larger |= detail == Detail.TAX
    place = np.where(detail == Detail.DECIMAL_SLIP, 1, 2)[larger]
    result[larger, place] = 3 - proof[larger, place]
    signed = np.isin(detail, [Detail.OTHER_AMOUNT, Detail.DAYS_APART, Detail.TOLERATED])
    result[signed, 0] = -proof[signed, 0]
    accounts = detail == Detail.OTHER_ACCOUNT
    result[accounts, :2] = proof[accounts, 1::-1]
    return result
