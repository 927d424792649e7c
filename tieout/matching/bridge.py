"""The bridge: what stands between two balances, to the last minor unit.

ours − theirs = ΣO − ΣC + ΣV + B for every account, whatever the groups are: O only in ours,
C only in theirs, V value differences of what stands in both, B the difference of the openings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from tieout.matching.difference import CODE, DIFFERENCES, Actor, Confidence, Difference
from tieout.matching.groups import Groups
from tieout.matching.kinds import Kind
from tieout.matching.lines import Lines
from tieout.matching.rules import Rules
from tieout.matching.text import Bools, Ints

#: Who acts where it does not depend on whose document it is.
_ACTS = {
    Difference.INVOICE_IN_TRANSIT: Actor.CLEARS_BY_ITSELF,
    Difference.PAYMENT_IN_TRANSIT: Actor.CLEARS_BY_ITSELF,
    Difference.DUPLICATE_IN_OURS: Actor.WE_CORRECT,
    Difference.DUPLICATE_IN_THEIRS: Actor.YOU_CORRECT,
    Difference.MISSING_IN_OURS: Actor.WE_CORRECT,
    Difference.MISSING_IN_THEIRS: Actor.YOU_CORRECT,
    # Each customer's book is its own: what stands in it is not another customer's.
    Difference.WRONG_CUSTOMER: Actor.WE_CORRECT,
    Difference.SHORT_PAYMENT_DISCOUNT: Actor.SETTLE_TOGETHER,
    Difference.BANK_FEE: Actor.SETTLE_TOGETHER,
    Difference.TAX_ROUNDING: Actor.SETTLE_TOGETHER,
    Difference.FX_ROUNDING: Actor.SETTLE_TOGETHER,
    Difference.PRICE_OR_QUANTITY_DIFFERENCE: Actor.SETTLE_TOGETHER,
    Difference.UNEXPLAINED: Actor.SETTLE_TOGETHER,
}
#: The document decides, and it is the seller's: the buyer corrects.
_BUYER_ACTS = frozenset(
    {
        Difference.AMOUNT_TRANSPOSITION,
        Difference.AMOUNT_TYPO,
        Difference.SIGN_REVERSED,
        Difference.WRONG_PERIOD,
    }
)


@dataclass(frozen=True)
class Items:
    """What of the groups stands between the balances: one row per group and account."""

    group: Ints
    customer: Ints
    only_ours: Ints
    only_theirs: Ints
    value: Ints
    #: Places in DIFFERENCES; at an earlier day a later match is in transit.
    type: Ints
    actor: tuple[Actor, ...]
    #: Neither a proposal nor unexplained.
    proven: Bools
    #: The last day of the group's lines in this account.
    day: Ints

    def __len__(self) -> int:
        return len(self.group)

    @cached_property
    def residual(self) -> Ints:
        """ours − theirs of each row."""
        residual: Ints = self.only_ours - self.only_theirs + self.value
        return residual


@dataclass(frozen=True)
class Account:
    """The balances of one account, tied together."""

    customer: int
    ours: int
    theirs: int
    only_ours: int
    only_theirs: int
    value: int
    opening: int
    #: After everyone has done what the items ask of them.
    adjusted_ours: int
    adjusted_theirs: int
    #: To be settled together, ours − theirs.
    undecided: int
    #: No proof, or a proposal nobody has accepted yet, ours − theirs.
    unexplained: int

    @property
    def ties_out(self) -> bool:
        """Whether everything between the balances has been said."""
        difference = self.only_ours - self.only_theirs + self.value + self.opening
        left = self.undecided + self.unexplained + self.opening
        return (
            self.ours - self.theirs == difference
            and self.adjusted_ours - self.adjusted_theirs == left
        )


@dataclass(frozen=True)
class Bridge:
    """Items and accounts at one day."""

    items: Items
    accounts: tuple[Account, ...]


def bridge(
    groups: Groups,
    ours: Lines,
    theirs: Lines,
    rules: Rules,
    *,
    on: date | None = None,
    opening: Mapping[int, tuple[int, int]] | None = None,
) -> Bridge:
    """Project the groups on the balances, of all lines or of those dated up to a day.

    `opening` holds what stood in our and in their book before the first line, by customer.
    """
    items = _items(groups, ours, theirs, rules, on)
    before = opening or {}
    of_books = np.unique(np.concatenate([ours.customer, theirs.customer])).tolist()
    customers = sorted({*of_books, *before})
    sums = {customer: _Sums() for customer in customers}
    for lines, of_ours in ((ours, True), (theirs, False)):
        dated = _dated(lines, on)
        _balances(sums, lines.customer[dated], lines.amount[dated], of_ours=of_ours)
    for customer, only_ours, only_theirs, value, actor, is_proven in zip(
        items.customer.tolist(),
        items.only_ours.tolist(),
        items.only_theirs.tolist(),
        items.value.tolist(),
        items.actor,
        items.proven.tolist(),
        strict=True,
    ):
        sums[customer].add(only_ours, only_theirs, value, actor, is_proven=is_proven)
    return Bridge(
        items,
        tuple(sums[customer].account(customer, *before.get(customer, (0, 0))) for customer in sums),
    )


@dataclass
class _Sums:
    """An account being added up."""

    ours: int = 0
    theirs: int = 0
    only_ours: int = 0
    only_theirs: int = 0
    value: int = 0
    ours_change: int = 0
    theirs_change: int = 0
    undecided: int = 0
    unexplained: int = 0

    def add(
        self, only_ours: int, only_theirs: int, value: int, actor: Actor, *, is_proven: bool
    ) -> None:
        """Add one item, and let whoever acts act."""
        residual = only_ours - only_theirs + value
        self.only_ours += only_ours
        self.only_theirs += only_theirs
        self.value += value
        if not is_proven:
            self.unexplained += residual
            return
        match actor:
            case Actor.WE_CORRECT:
                self.ours_change -= residual
            case Actor.YOU_CORRECT:
                self.theirs_change += residual
            case Actor.CLEARS_BY_ITSELF:
                self.theirs_change += only_ours + value
                self.ours_change += only_theirs
            case _:
                self.undecided += residual

    def account(self, customer: int, our_opening: int, their_opening: int) -> Account:
        """The account once everything is added."""
        ours, theirs = self.ours + our_opening, self.theirs + their_opening
        return Account(
            customer=customer,
            ours=ours,
            theirs=theirs,
            only_ours=self.only_ours,
            only_theirs=self.only_theirs,
            value=self.value,
            opening=our_opening - their_opening,
            adjusted_ours=ours + self.ours_change,
            adjusted_theirs=theirs + self.theirs_change,
            undecided=self.undecided,
            unexplained=self.unexplained,
        )


def _balances(sums: dict[int, _Sums], customer: Ints, amount: Ints, *, of_ours: bool) -> None:
    unique = np.unique(customer)
    totals = np.zeros(len(unique), np.int64)
    np.add.at(totals, np.searchsorted(unique, customer), amount)
    for number, total in zip(unique.tolist(), totals.tolist(), strict=True):
        if of_ours:
            sums[number].ours = total
        else:
            sums[number].theirs = total


def _dated(lines: Lines, on: date | None) -> Bools:
    return np.ones(len(lines), bool) if on is None else lines.day <= on.toordinal()


def _open(groups: Groups, ours: Lines, theirs: Lines, dated: tuple[Bools, Bools]) -> Bools:
    """Groups that may leave something: not the same sum once on both sides of one account."""
    count = len(groups)
    sums = [np.zeros(count, np.int64), np.zeros(count, np.int64)]
    account = np.zeros(count, np.int64)
    is_open = np.zeros(count, bool)
    sides = (
        (ours, groups.ours, groups.our_repeats),
        (theirs, groups.theirs, groups.their_repeats),
    )
    for (lines, group, _), which, total in zip(sides, dated, sums, strict=True):
        np.add.at(total, group[which], lines.amount[which])
        account[group] = lines.customer
    for lines, group, repeats in sides:
        is_open[group[(account[group] != lines.customer) | repeats]] = True
    result: Bools = is_open | (sums[0] != sums[1])
    return result


def _items(groups: Groups, ours: Lines, theirs: Lines, rules: Rules, on: date | None) -> Items:
    """Every group's residual in every account where it has one."""
    dated = _dated(ours, on), _dated(theirs, on)
    open_ones = _open(groups, ours, theirs, dated)
    dated = dated[0] & open_ones[groups.ours], dated[1] & open_ones[groups.theirs]
    group = np.concatenate([groups.ours[dated[0]], groups.theirs[dated[1]]])
    customer = np.concatenate([ours.customer[dated[0]], theirs.customer[dated[1]]])
    amount = np.concatenate([ours.amount[dated[0]], theirs.amount[dated[1]]])
    day = np.concatenate([ours.day[dated[0]], theirs.day[dated[1]]])
    kind = np.concatenate([ours.kind[dated[0]], theirs.kind[dated[1]]])
    repeat = np.concatenate([groups.our_repeats[dated[0]], groups.their_repeats[dated[1]]])
    is_ours = np.arange(len(group)) < int(dated[0].sum())
    numbers, cell = np.unique(customer, return_inverse=True)
    cells, row = np.unique(group * max(len(numbers), 1) + cell, return_inverse=True)
    count = len(cells)

    def total(which: Bools) -> Ints:
        sums = np.zeros(count, np.int64)
        np.add.at(sums, row[which], amount[which])
        return sums

    has_ours = np.bincount(row[is_ours & ~repeat], minlength=count) > 0
    has_theirs = np.bincount(row[~is_ours & ~repeat], minlength=count) > 0
    both = has_ours & has_theirs
    our_sum, their_sum = total(is_ours & ~repeat), total(~is_ours & ~repeat)
    only_ours = np.where(both, 0, our_sum) + total(is_ours & repeat)
    only_theirs = np.where(both, 0, their_sum) + total(~is_ours & repeat)
    value = np.where(both, our_sum - their_sum, 0)
    last = np.full(count, np.iinfo(np.int64).min)
    np.maximum.at(last, row, day)
    paid = np.bincount(row[kind == Kind.PAYMENT], minlength=count) > 0
    of_group = cells // max(len(numbers), 1)
    # Where a book does not say what a line is, its series or its side has told.
    paid |= groups.type[of_group] == CODE[Difference.PAYMENT_IN_TRANSIT]
    stands = _types(groups, ours, theirs, rules, on, of_group, has_ours, paid, last)
    keep = np.flatnonzero((only_ours != 0) | (only_theirs != 0) | (value != 0))
    kept, types = of_group[keep], stands[keep]
    return Items(
        group=kept,
        customer=numbers[cells[keep] % max(len(numbers), 1)],
        only_ours=only_ours[keep],
        only_theirs=only_theirs[keep],
        value=value[keep],
        type=types,
        actor=tuple(
            who_acts(DIFFERENCES[code], payment=is_paid, rules=rules)
            for code, is_paid in zip(types.tolist(), paid[keep].tolist(), strict=True)
        ),
        proven=(groups.confidence[kept] > Confidence.PROPOSED)
        & (types != CODE[Difference.UNEXPLAINED]),
        day=last[keep],
    )


def _types(
    groups: Groups,
    ours: Lines,
    theirs: Lines,
    rules: Rules,
    on: date | None,
    of_group: Ints,
    has_ours: Bools,
    paid: Bools,
    last: Ints,
) -> Ints:
    """What each row is at the day: what only comes later is in transit until then."""
    types = groups.type[of_group]
    if on is None:
        return types
    later = np.zeros(len(groups), bool)
    for lines, group in ((ours, groups.ours), (theirs, groups.theirs)):
        later[group[~_dated(lines, on)]] = True
    alone = np.isin(types, [CODE[each] for each in _ALONE])
    seller = has_ours != rules.payable
    recent = on.toordinal() - last <= rules.transit_days
    in_transit = np.where(
        seller & ~paid, CODE[Difference.INVOICE_IN_TRANSIT], CODE[Difference.PAYMENT_IN_TRANSIT]
    )
    missing = np.where(
        has_ours, CODE[Difference.MISSING_IN_THEIRS], CODE[Difference.MISSING_IN_OURS]
    )
    # Seen from this day a line is in transit if it travels at all: the seller's goods, the
    # buyer's money.
    travels = (seller & ~paid) | (~seller & paid)
    types = np.where(alone, np.where(recent & travels, in_transit, missing), types)
    return np.where(later[of_group] & ~alone, in_transit, types)


_ALONE = (
    Difference.INVOICE_IN_TRANSIT,
    Difference.PAYMENT_IN_TRANSIT,
    Difference.MISSING_IN_OURS,
    Difference.MISSING_IN_THEIRS,
)


def who_acts(difference: Difference, *, payment: bool, rules: Rules) -> Actor:
    """Who has to do something about a difference."""
    if difference in _BUYER_ACTS:
        # A payment's document is the bank's: neither book decides.
        if payment:
            return Actor.SETTLE_TOGETHER
        return Actor.WE_CORRECT if rules.payable else Actor.YOU_CORRECT
    return _ACTS.get(difference, Actor.NOTHING)
