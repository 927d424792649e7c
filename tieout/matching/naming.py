"""Naming: what the lines of each group say, whatever pass brought them together."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.difference import CODE, Difference
from tieout.matching.habits import are_payments
from tieout.matching.kinds import Kind
from tieout.matching.lines import NO_AMOUNT, Lines
from tieout.matching.proofs import Causes, Detail, causes
from tieout.matching.rules import Rules
from tieout.matching.text import Bools, Ints

#: Two banks' rates of one day differ by less than a thousandth.
ONE_RATE = 1_000
_MILLION = 1_000_000

_BY_CAUSE = {
    Detail.DISCOUNT: Difference.SHORT_PAYMENT_DISCOUNT,
    Detail.FEE: Difference.BANK_FEE,
    Detail.CENTS: Difference.TAX_ROUNDING,
    Detail.EXCHANGE: Difference.FX_ROUNDING,
    Detail.SWAPPED_DIGITS: Difference.AMOUNT_TRANSPOSITION,
    Detail.OTHER_DIGIT: Difference.AMOUNT_TYPO,
    Detail.EXTRA_DIGIT: Difference.AMOUNT_TYPO,
    Detail.DECIMAL_SLIP: Difference.AMOUNT_TYPO,
    Detail.OTHER_SIDE: Difference.SIGN_REVERSED,
    Detail.WITHHELD: Difference.SHORT_PAYMENT_DISCOUNT,
    Detail.TOLERATED: Difference.TAX_ROUNDING,
    Detail.TAX: Difference.PRICE_OR_QUANTITY_DIFFERENCE,
    Detail.OTHER_AMOUNT: Difference.PRICE_OR_QUANTITY_DIFFERENCE,
}


@dataclass(frozen=True)
class Names:
    """The type of each group with its proof, and the facts a sentence needs."""

    type: Ints
    detail: Ints
    proof: Ints
    #: Days from our first line to theirs; 0 where one side is absent.
    gap: Ints
    shared: Ints


def pair_causes(ours: Lines, theirs: Lines, i: Ints, j: Ints, rules: Rules) -> Causes:
    """Why the amounts of pairs of lines differ."""
    return causes(
        ours.amount[i],
        theirs.amount[j],
        payment=are_payments(ours, theirs, i, j),
        foreign=common_foreign(ours, theirs, i, j),
        rules=rules,
    )


def common_foreign(ours: Lines, theirs: Lines, i: Ints, j: Ints) -> Ints:
    """The amount both lines have in the same foreign currency, else 0.

    Where only one book has it, the amounts must be as near as two rates of one day are.
    """
    a, b = ours.doc_amount[i], theirs.doc_amount[j]
    has_a, has_b = a != NO_AMOUNT, b != NO_AMOUNT
    currency = (ours.currency[i] == theirs.currency[j]) & (ours.currency[i] != 0)
    same = has_a & has_b & (np.abs(a) == np.abs(b))
    apart = np.abs(ours.amount[i] - theirs.amount[j])
    larger = np.maximum(np.abs(ours.amount[i]), np.abs(theirs.amount[j]))
    one = (has_a ^ has_b) & (apart * ONE_RATE <= larger)
    return np.where(currency & (same | one), np.abs(np.where(has_a, a, b)), 0)


def named(board: Board) -> Names:
    """Name every group; each line must be in one."""
    ours, theirs, rules = board.ours, board.theirs, board.rules
    count = len(board.found_by)
    names = Names(
        np.full(count, -1, np.int64),
        np.zeros(count, np.int64),
        np.zeros((count, 3), np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
    )
    sizes, repeats, sums, first = [], [], [], []
    for side in (ours, theirs):
        own = ~side.repeat
        sizes.append(np.bincount(side.group[own], minlength=count))
        repeats.append(np.bincount(side.group[side.repeat], minlength=count))
        total = np.zeros(count, np.int64)
        np.add.at(total, side.group[own], side.lines.amount[own])
        sums.append(total)
        line = np.full(count, -1, np.int64)
        ordered = np.empty(len(own), np.int64)
        ordered[len(own) - 1 - side.rank] = np.arange(len(own))
        ordered = ordered[own[ordered]]
        line[side.group[ordered]] = ordered
        first.append(line)
    both = (sizes[0] > 0) & (sizes[1] > 0)
    pairs = np.flatnonzero(both)
    i, j = first[0][pairs], first[1][pairs]
    names.gap[pairs] = theirs.lines.day[j] - ours.lines.day[i]
    _count_shared(board, names)
    _by_amount(names, pairs, i, j, sizes, sums, board)
    repeated = np.flatnonzero((names.type < 0) & both & (repeats[0] + repeats[1] > 0))
    _put(names, repeated[repeats[0][repeated] > 0], Difference.DUPLICATE_IN_OURS)
    _put(names, repeated[repeats[1][repeated] > 0], Difference.DUPLICATE_IN_THEIRS)
    names.detail[repeated] = Detail.REPEATED
    names.proof[repeated, 0] = (repeats[0] + repeats[1])[repeated]
    for side, line in ((theirs, first[1]), (ours, first[0])):
        _days_to_repeat(names, side, line)
    _absent(names, board, sizes, first)
    _by_account(names, board, pairs, i, j)
    _put(names, np.flatnonzero(both & (sizes[0] == 1) & (sizes[1] > 1)), Difference.SPLIT)
    _put(names, np.flatnonzero(both & (sizes[0] > 1) & (sizes[1] == 1)), Difference.MERGED)
    _put(names, np.flatnonzero(both & (sizes[0] > 1) & (sizes[1] > 1)), Difference.MANY_TO_MANY)
    days = np.abs(names.gap[pairs])
    late = np.flatnonzero((days >= rules.wrong_period_min_days) & (names.type[pairs] < 0))
    late = late[~board.habits.books_monthly(ours.lines.customer[i[late]])]
    late = late[
        ~board.habits.at_end_of_month(
            ours.lines.customer[i[late]], ours.lines.day[i[late]], theirs.lines.day[j[late]]
        )
    ]
    _put(names, pairs[late], Difference.WRONG_PERIOD)
    names.detail[pairs[late]] = Detail.DAYS_APART
    names.proof[pairs[late], 0] = names.gap[pairs[late]]
    keys, other = ours.lines.keys, theirs.lines.keys
    same = (keys.written[i] == other.written[j]) & (keys.written[i] != 0)
    _put(names, pairs[same], Difference.MATCH)
    _put(names, pairs[names.shared[pairs] > 0], Difference.REF_FORMAT)
    _put(names, pairs, Difference.REF_MISMATCH)
    return names


def _days_to_repeat(names: Names, side: Side, line: Ints) -> None:
    """From a line to the first one that repeats it."""
    repeat = np.flatnonzero(side.repeat)
    repeat = repeat[np.argsort(-side.rank[repeat], kind="stable")]
    group = side.group[repeat]
    known = names.detail[group] == Detail.REPEATED
    days = side.lines.day[repeat] - side.lines.day[line[group]]
    names.proof[group[known], 1] = days[known]


def _put(names: Names, groups: Ints, difference: Difference) -> None:
    open_groups = groups[names.type[groups] < 0]
    names.type[open_groups] = CODE[difference]


def _count_shared(board: Board, names: Names) -> None:
    edges = board.edges
    inside = board.ours.group[edges.ours] == board.theirs.group[edges.theirs]
    np.add.at(names.shared, board.ours.group[edges.ours[inside]], edges.shared[inside])


def _by_amount(
    names: Names, pairs: Ints, i: Ints, j: Ints, sizes: list[Ints], sums: list[Ints], board: Board
) -> None:
    differing = sums[0][pairs] != sums[1][pairs]
    alone = (sizes[0][pairs] == 1) & (sizes[1][pairs] == 1)
    single = differing & alone
    found = pair_causes(board.ours.lines, board.theirs.lines, i[single], j[single], board.rules)
    groups = pairs[single]
    unproven = found.detail == Detail.NONE
    found.detail[unproven] = Detail.OTHER_AMOUNT
    found.proof[unproven, 0] = (sums[0] - sums[1])[groups[unproven]]
    names.detail[groups], names.proof[groups] = found.detail, found.proof
    several = differing & ~alone
    payment = are_payments(board.ours.lines, board.theirs.lines, i[several], j[several])
    groups = pairs[several]
    found = causes(
        sums[0][groups],
        sums[1][groups],
        payment=payment,
        foreign=np.zeros(len(groups), np.int64),
        rules=board.rules,
    )
    proven = np.isin(found.detail, [Detail.FEE, Detail.DISCOUNT, Detail.WITHHELD, Detail.CENTS])
    names.detail[groups[proven]], names.proof[groups[proven]] = (
        found.detail[proven],
        found.proof[proven],
    )
    _tolerate(names, pairs[differing], sums, board.rules)
    unproven = groups[~proven]
    unproven = unproven[names.detail[unproven] != Detail.TOLERATED]
    names.type[unproven] = CODE[Difference.UNEXPLAINED]
    groups = pairs[differing]
    for detail, difference in _BY_CAUSE.items():
        _put(names, groups[names.detail[groups] == detail], difference)


def _tolerate(names: Names, groups: Ints, sums: list[Ints], rules: Rules) -> None:
    """What nothing proves, but is small enough to be written off."""
    open_ones = np.isin(names.detail[groups], [Detail.NONE, Detail.OTHER_AMOUNT])
    groups = groups[open_ones]
    ours, theirs = sums[0][groups], sums[1][groups]
    most = np.maximum(rules.tolerance_minor, np.abs(ours) * rules.tolerance_rate // _MILLION)
    if rules.tolerance_cap:
        most = np.minimum(most, rules.tolerance_cap)
    more = np.abs(theirs) - np.abs(ours)
    within = (np.sign(ours) == np.sign(theirs)) & (np.abs(more) <= most)
    if rules.tolerance_direction != "both":
        within &= (more < 0) == (rules.tolerance_direction == "less")
    found = groups[within]
    names.detail[found], names.proof[found] = Detail.TOLERATED, 0
    names.proof[found, 0] = (ours - theirs)[within]


def _by_account(names: Names, board: Board, pairs: Ints, i: Ints, j: Ints) -> None:
    ours, theirs = board.ours.lines.customer[i], board.theirs.lines.customer[j]
    elsewhere = (ours != theirs) & (names.type[pairs] < 0)
    groups = pairs[elsewhere]
    _put(names, groups, Difference.WRONG_CUSTOMER)
    names.detail[groups] = Detail.OTHER_ACCOUNT
    names.proof[groups, 0], names.proof[groups, 1] = ours[elsewhere], theirs[elsewhere]


def _absent(names: Names, board: Board, sizes: list[Ints], first: list[Ints]) -> None:
    """One side only: in transit near the cut-off, else missing."""
    rules = board.rules
    for one, side, transit, missing in (
        (0, board.ours, Difference.INVOICE_IN_TRANSIT, Difference.MISSING_IN_THEIRS),
        (1, board.theirs, Difference.PAYMENT_IN_TRANSIT, Difference.MISSING_IN_OURS),
    ):
        groups = np.flatnonzero(sizes[1 - one] == 0)
        line = first[one][groups]
        payment = _is_payment(board, side, line)
        travels = payment if one else ~payment
        if rules.cutoff:
            days = rules.cutoff.toordinal() - side.lines.day[line]
            travels = travels & (days <= rules.transit_days)
        else:
            travels = np.zeros(len(groups), bool)
        _put(names, groups[travels], transit)
        _put(names, groups[~travels & sizes[one][groups].astype(bool)], missing)


def _is_payment(board: Board, side: Side, lines: Ints) -> Bools:
    """Whether lines are payments; where a book does not say so, what its series usually is.

    What lowers the balance is one where it names no series, or one of which the other book has
    such, too; a series it has never seen may be of fees, of interest, of anything.
    """
    kind = side.lines.kind[lines]
    payment: Bools = kind == Kind.PAYMENT
    unsaid = np.flatnonzero(kind == Kind.UNKNOWN)
    if not len(unsaid):
        return payment
    other = board.theirs if side is board.ours else board.ours
    paid = np.zeros(len(board.found_by), np.int64)
    theirs, lower = other.lines.kind, other.lines.amount < 0
    known = np.isin(theirs, (Kind.INVOICE, Kind.CREDIT, Kind.PAYMENT))
    known |= (theirs == Kind.UNKNOWN) & lower
    pays = (theirs == Kind.PAYMENT) | (theirs == Kind.UNKNOWN)
    paid[other.group[known]] = np.where(pays[known], 1, -1)
    prefix, at = np.unique(side.lines.keys.prefix, return_inverse=True)
    tally = np.zeros(len(prefix), np.int64)
    np.add.at(tally, at, np.sign(paid[side.group]))
    series = tally[at[lines[unsaid]]]
    lowers = side.lines.amount[lines[unsaid]] < 0
    names_none = side.lines.keys.prefix[lines[unsaid]] == 0
    payment[unsaid] = lowers & (names_none | (series > 0))
    return payment
