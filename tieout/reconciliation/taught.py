"""What matches made by hand say of how a customer keeps its book: pure, from the pairs alone.

Two pairs that say the same are enough to ask a person; nothing counts until somebody says so.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tieout.matching import Rules

#: Pairs that have to say the same.
ENOUGH = 2
#: A discount in steps of a twentieth of a percent, in millionths; a larger one is none.
_STEP, _MOST_RATE, _MILLION = 500, 100_000, 1_000_000
#: Days beyond which a pair says nothing of how long things take.
_FURTHEST = 366
#: Signs of a number of ours that is worth looking for, and of what is written around it.
_LEAST_NUMBER, _LEAST_PART, _MOST_PART = 3, 2, 40

DISCOUNT, FEE, DAYS, PAYMENT_DAYS, PART = "discount", "fee", "days", "payment_days", "part"


@dataclass(frozen=True)
class HandMade:
    """Lines of both books that a person put together; amounts in minor units, signs left aside."""

    #: Our numbers and theirs.
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    #: What was paid, and what of it arrived; of anything else our amount and theirs.
    paid: int
    arrived: int
    #: From our line to theirs; of one line on either side.
    days: int
    is_payment: bool


class Lesson(NamedTuple):
    """A habit that pairs agree on."""

    about: str
    #: A rate in millionths, an amount in minor units, a number of days, or a part of numbers.
    value: int | str
    #: Our numbers of the pairs.
    numbers: tuple[str, ...]

    @property
    def key(self) -> str:
        """What it is known by while it waits, and after somebody said that it is none."""
        return f"{self.about}:{self.value}"


class Reach(NamedTuple):
    """Days after us at which lines are found without anybody's help."""

    documents: int
    payments: int


def lessons(
    pairs: Sequence[HandMade], rules: Rules, reach: Reach, parts: Iterable[str] = ()
) -> list[Lesson]:
    """What pairs agree on that is not known yet; `parts` are those already left out of numbers."""
    return [
        *_discounts(pairs, rules),
        *_fees(pairs, rules),
        *_days(pairs, reach),
        *_parts(pairs, frozenset(parts)),
    ]


def _short(pairs: Iterable[HandMade]) -> list[HandMade]:
    return [one for one in pairs if one.is_payment and 0 < one.arrived < one.paid]


def _discounts(pairs: Iterable[HandMade], rules: Rules) -> list[Lesson]:
    """The same share of different payments was kept back."""
    found: dict[int, list[HandMade]] = defaultdict(list)
    for one in _short(pairs):
        rate = round(Fraction((one.paid - one.arrived) * _MILLION, one.paid * _STEP)) * _STEP
        exact = Fraction(one.paid * rate, _MILLION)
        if 0 < rate <= _MOST_RATE and abs(one.paid - one.arrived - exact) <= 1:
            found[rate].append(one)
    known = {*rules.discount_rates, *rules.withholding_rates}
    return [
        Lesson(DISCOUNT, rate, _numbers(some))
        for rate, some in sorted(found.items())
        if rate not in known and len({one.paid for one in some}) >= ENOUGH
    ]


def _fees(pairs: Iterable[HandMade], rules: Rules) -> list[Lesson]:
    """The same amount of different payments stayed on the way, more than is known to."""
    found: dict[int, list[HandMade]] = defaultdict(list)
    for one in _short(pairs):
        if one.paid - one.arrived > rules.max_bank_fee:
            found[one.paid - one.arrived].append(one)
    largest = [
        (gap, some) for gap, some in found.items() if len({one.paid for one in some}) >= ENOUGH
    ]
    return [Lesson(FEE, gap, _numbers(some)) for gap, some in sorted(largest)[-1:]]


def _days(pairs: Iterable[HandMade], reach: Reach) -> list[Lesson]:
    """What agrees to the cent came later than is looked for."""
    found = []
    for about, is_payment, known in (
        (DAYS, False, reach.documents),
        (PAYMENT_DAYS, True, reach.payments),
    ):
        late = [
            one
            for one in pairs
            if one.is_payment is is_payment
            and len(one.ours) == len(one.theirs) == 1
            and 0 < one.paid == one.arrived
            and known < one.days <= _FURTHEST
        ]
        if len(late) >= ENOUGH:
            found.append(Lesson(about, max(one.days for one in late), _numbers(late)))
    return found


def _parts(pairs: Iterable[HandMade], known: frozenset[str]) -> list[Lesson]:
    """They write the same before our numbers, so close that both become one number."""
    found: dict[str, list[HandMade]] = defaultdict(list)
    for one in pairs:
        if len(one.ours) == len(one.theirs) == 1:
            part = _before(one.ours[0], one.theirs[0])
            if part and part not in known:
                found[part].append(one)
    return [
        Lesson(PART, part, _numbers(some))
        for part, some in sorted(found.items())
        if len({one.ours[0] for one in some}) >= ENOUGH
    ]


def _before(ours: str, theirs: str) -> str:
    """What stands before our number in theirs, where its last figure runs into our first one."""
    wanted, number = _signs(ours), unicodedata.normalize("NFKC", theirs).upper().strip()
    if len(wanted) < _LEAST_NUMBER or not wanted[0].isdigit():
        return ""
    for end in range(len(number) - 1, 0, -1):
        if _signs(number[end:]) == wanted and number[end].isalnum():
            part = number[:end]
            runs_in = part[-1].isdigit() and not part.isdigit() and "," not in part
            return part if runs_in and _LEAST_PART <= len(part) <= _MOST_PART else ""
    return ""


def _signs(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))


def _numbers(pairs: Iterable[HandMade]) -> tuple[str, ...]:
    return tuple(sorted({number for one in pairs for number in one.ours}))
