"""Nearly the same amount at the same time, without a number: only where the cause is proven."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tieout.matching.board import FREE, Board
from tieout.matching.chance import Floats, grain
from tieout.matching.difference import Confidence
from tieout.matching.edges import kinds_agree
from tieout.matching.habits import are_payments
from tieout.matching.joins import best_pairs, near_counts, near_from_both
from tieout.matching.kinds import Kind
from tieout.matching.lines import NO_AMOUNT
from tieout.matching.naming import ONE_RATE, common_foreign
from tieout.matching.passes.amount_and_date import contradict, dated, from_usual, window
from tieout.matching.proofs import Causes, Detail, causes, rounded_share
from tieout.matching.rules import Rules
from tieout.matching.text import Ints, distinct

#: Fees are even amounts: five, ten, fifteen.
_FEE_STEP = 500
#: Digits of the largest amount looked at digit by digit.
_PLACES = 11
_TENS: Ints = 10 ** np.arange(_PLACES + 2, dtype=np.int64)


@dataclass(frozen=True)
class NearAmount:
    """Foreign amount equal, cents, digits mistyped, the wrong side, an agreed discount, a fee."""

    name: str
    #: How many such agreements may be expected by accident: few while sums are still looked for.
    slight: float

    def find(self, board: Board) -> None:
        """Pair what is left, the least accidental first."""
        if board.near is None:
            i, j = near_candidates(board, board.ours.free, board.theirs.free)
        else:
            i, j = _still_free(board, *board.near)
        ours, theirs, rules = board.ours.lines, board.theirs.lines, board.rules
        i, j, found = with_causes(board, i, j)
        caused = found.detail != Detail.NONE
        # What no cause joins now, none joins later: the pass at last looks at these alone.
        board.near = i[caused], j[caused]
        off, _ = from_usual(board, i, j)
        # The nearer to the usual day, the fewer strangers there are to be mistaken for.
        crowd = _strangers(board, i, j)
        row = board.habits.row(ours.customer[i], are_payments(ours, theirs, i, j))
        days = board.habits.latest[row] - board.habits.earliest[row] + 1
        crowd = np.clip(crowd * (1 + 2 * off) / np.maximum(days, 1), 2, crowd)
        expected = by_accident(found, ours.amount[i], theirs.amount[j], crowd, rules)
        keep = expected <= self.slight
        i, j, off, expected = i[keep], j[keep], off[keep], expected[keep]
        cost = np.round(np.log2(expected + 2.0**-60) * 2 + 128).astype(np.int64) + off
        choice = best_pairs(i, j, cost, board.ours.rank, board.theirs.rank)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.PROPOSED, choice.rivals)


def by_accident(found: Causes, ours: Ints, theirs: Ints, crowd: Ints, rules: Rules) -> Floats:
    """How many of so many strangers would seem to differ by the same cause.

    Counted in steps as fine as the finer of both amounts is written: 4,000.00 has few neighbours,
    and 3,999.98 is not one of those that round amounts have by chance.
    """
    step = np.minimum(grain(ours), grain(theirs))
    room = np.maximum(np.maximum(np.abs(ours), np.abs(theirs)) // step, 1)
    digits = np.floor(np.log10(room)) + 1
    # A share is met when it is right to the cent above and below.
    shares = np.where(step > 1, 1, 3)
    fee = found.detail == Detail.FEE
    even = fee & (found.proof[:, 0] % _FEE_STEP == 0)
    ways = np.full(len(ours), np.inf)
    for detail, count in (
        (Detail.OTHER_SIDE, 1),
        (Detail.EXCHANGE, 1),
        (Detail.DECIMAL_SLIP, 4),
        (Detail.SWAPPED_DIGITS, digits - 1),
        (Detail.CENTS, 2 * rules.tax_rounding_max),
        (Detail.DISCOUNT, shares * len(rules.discount_rates)),
        (Detail.WITHHELD, shares * len(rules.withholding_rates)),
        (Detail.TAX, 2 * shares * len(rules.tax_rates)),
        (Detail.OTHER_DIGIT, 9 * digits),
        (Detail.EXTRA_DIGIT, 11 * digits),
        (Detail.FEE, rules.max_bank_fee // step),
    ):
        some = found.detail == detail
        ways[some] = np.broadcast_to(count, len(some))[some]
    ways[even] = np.minimum(ways[even], rules.max_bank_fee // _FEE_STEP)
    expected: Floats = ways * crowd / room
    return expected


def _strangers(board: Board, i: Ints, j: Ints) -> Ints:
    """How many free lines of the other book each of the two could have been mistaken for."""
    ours, theirs = board.ours, board.theirs
    mine, other = ours.free, theirs.free
    early, late = window(board, ours, mine)
    of_ours = np.zeros(len(ours.lines), np.int64)
    of_ours[mine] = near_counts(
        (ours.lines.customer[mine], np.sign(ours.lines.amount[mine])),
        (theirs.lines.customer[other], np.sign(theirs.lines.amount[other])),
        ours.lines.day[mine] + early,
        ours.lines.day[mine] + late,
        theirs.lines.day[other],
    )
    early, late = window(board, theirs, other)
    of_theirs = np.zeros(len(theirs.lines), np.int64)
    of_theirs[other] = near_counts(
        (theirs.lines.customer[other], np.sign(theirs.lines.amount[other])),
        (ours.lines.customer[mine], np.sign(ours.lines.amount[mine])),
        theirs.lines.day[other] - late,
        theirs.lines.day[other] - early,
        ours.lines.day[mine],
    )
    return np.maximum(of_ours[i], 1) + np.maximum(of_theirs[j], 1)


def with_causes(board: Board, i: Ints, j: Ints) -> tuple[Ints, Ints, Causes]:
    """The pairs whose kinds and numbers allow it, and what could have made their amounts differ."""
    ours, theirs = board.ours.lines, board.theirs.lines
    keep = kinds_agree(ours.kind[i], theirs.kind[j]) & board.allowed(i, j)
    keep &= ~contradict(board, i, j) & ~board.numbers_differ(i, j)
    i, j = i[keep], j[keep]
    found = causes(
        ours.amount[i],
        theirs.amount[j],
        payment=are_payments(ours, theirs, i, j),
        foreign=common_foreign(ours, theirs, i, j),
        rules=board.rules,
    )
    return i, j, found


def near_candidates(board: Board, mine: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Of some lines those of one customer within its window that one of the causes could join."""
    left, right = dated(board, board.ours, mine, ()), dated(board, board.theirs, other, ())
    wide = max(len(other), 1)
    found = [np.zeros(0, np.int64)]
    for some, its, key, its_key in _joined(board, mine, other):
        at, to = near_from_both(left.take(some).by(key), right.take(its).by(its_key))
        found.append(some[at] * wide + its[to])
    pairs = distinct(np.concatenate(found))
    i, j = mine[pairs // wide], other[pairs % wide]
    _, inside = from_usual(board, i, j)
    return i[inside], j[inside]


def _still_free(board: Board, i: Ints, j: Ints) -> tuple[Ints, Ints]:
    free = (board.ours.group[i] == FREE) & (board.theirs.group[j] == FREE)
    return i[free], j[free]


#: Places among our and their lines, and the number each must have in common.
_Join = tuple[Ints, Ints, Ints, Ints]


def _joined(board: Board, mine: Ints, other: Ints) -> Iterator[_Join]:
    ours, theirs, rules = board.ours.lines, board.theirs.lines, board.rules
    signed, their_signed = ours.amount[mine], theirs.amount[other]
    a, b = np.abs(signed), np.abs(their_signed)
    all_a, all_b = np.arange(len(mine)), np.arange(len(other))
    yield all_a, all_b, -signed, their_signed
    yield from near_sizes(all_a, all_b, a, b, max(rules.max_bank_fee, rules.tax_rounding_max) + 1)
    yield from _foreign(board, mine, other)
    yield from _shares(board, mine, other, rules)
    for times in (10, 100):
        yield all_a, all_b, a * times, b
        yield all_a, all_b, a, b * times
    for place in range(_PLACES):
        low, high = a // _TENS[place] % 10, a // _TENS[place + 1] % 10
        some = np.flatnonzero(low != high)
        swapped = a + (low - high) * (_TENS[place + 1] - _TENS[place])
        yield some, all_b, swapped[some], b
        some, its = np.flatnonzero(a >= _TENS[place]), np.flatnonzero(b >= _TENS[place])
        without = a[some] // _TENS[place + 1] * _TENS[place] + a[some] % _TENS[place]
        its_without = b[its] // _TENS[place + 1] * _TENS[place] + b[its] % _TENS[place]
        yield some, its, without, its_without
        yield some, all_b, without, b
        yield all_a, its, a, its_without


def near_sizes(left: Ints, right: Ints, a: Ints, b: Ints, size: int) -> Iterator[_Join]:
    """Amounts that are at most so far apart, and some more."""
    for step in (-1, 0, 1):
        yield left, right, a // size + step, b // size


def _foreign(board: Board, mine: Ints, other: Ints) -> Iterator[_Join]:
    """Equal foreign amounts, or ours within a day's rate of theirs where one book has it."""
    ours, theirs = board.ours.lines, board.theirs.lines
    has_a, has_b = ours.doc_amount[mine] != NO_AMOUNT, theirs.doc_amount[other] != NO_AMOUNT
    left, right = np.flatnonzero(has_a), np.flatnonzero(has_b)
    yield left, right, np.abs(ours.doc_amount[mine[left]]), np.abs(theirs.doc_amount[other[right]])
    for some, its in ((left, np.flatnonzero(~has_b)), (np.flatnonzero(~has_a), right)):
        a, b = (
            (np.log(np.maximum(np.abs(amounts), 1)) * (ONE_RATE // 2)).astype(np.int64)
            for amounts in (ours.amount[mine[some]], theirs.amount[other[its]])
        )
        yield from near_sizes(some, its, a, b, 1)


def _shares(board: Board, mine: Ints, other: Ints, rules: Rules) -> Iterator[_Join]:
    """Theirs less an agreed share, ours with tax or without."""
    ours, theirs = board.ours.lines, board.theirs.lines
    a, b = np.abs(ours.amount[mine]), np.abs(theirs.amount[other])
    paid, its_paid = (
        np.flatnonzero(kinds_agree(kind, np.full(len(kind), int(Kind.PAYMENT))))
        for kind in (ours.kind[mine], theirs.kind[other])
    )
    yield from kept_back(paid, its_paid, a, b, rules)
    left, right = np.arange(len(mine)), np.arange(len(other))
    for rate in rules.tax_rates:
        for step in (-1, 0, 1):
            yield left, right, a, b + rounded_share(b, rate) + step
            yield left, right, a + rounded_share(a, rate) + step, b


def kept_back(paid: Ints, its_paid: Ints, a: Ints, b: Ints, rules: Rules) -> Iterator[_Join]:
    """Payments of ours, and theirs less an agreed share, by their places among amounts."""
    for rate in (*rules.discount_rates, *rules.withholding_rates):
        for step in (-1, 0, 1):
            less = b[its_paid] - rounded_share(b[its_paid], rate) + step
            yield paid, its_paid, a[paid], less
