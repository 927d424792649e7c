"""The passes of a run, strictest first, in one table; each sees only what is still free.

A pass of somebody else's is a `MoreRule`: it is given to a run with its `Rules` and finds its
place behind the pass it names.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from tieout.matching.board import Board
from tieout.matching.chance import SLIGHT
from tieout.matching.passes.amount_and_date import AmountAndDate, FarDates, SettledElsewhere
from tieout.matching.passes.common_amounts import CommonAmounts
from tieout.matching.passes.near_amount import NearAmount
from tieout.matching.passes.only_ones_left import OnlyOnesLeft
from tieout.matching.passes.other_account import OtherAccount, OtherAccountByAmount
from tieout.matching.passes.other_amount import OtherAmount
from tieout.matching.passes.repeats import Repeats
from tieout.matching.passes.same_number import SameNumber
from tieout.matching.passes.similar_number import SimilarNumber
from tieout.matching.passes.sums_by_date import SumsByDate
from tieout.matching.passes.sums_by_number import SumsByNumber
from tieout.matching.passes.sums_by_period import SumsByPeriod
from tieout.matching.passes.sums_of_both import BesideAgainstBeside, OrderAgainstSome
from tieout.matching.passes.vouchers import OneVoucher


class Rule(Protocol):
    """One way to find groups."""

    @property
    def name(self) -> str:
        """What a group found by it is said to be found by."""

    def find(self, board: Board) -> None:
        """Claim the groups that this rule proves."""


@runtime_checkable
class MoreRule(Rule, Protocol):
    """A pass that is not one of ours: what people read of it, and where it runs."""

    @property
    def words(self) -> str:
        """What it is called among the settings."""

    @property
    def after(self) -> str:
        """The pass it runs behind."""


SAME_NUMBER = SameNumber()
REPEATED_NUMBER = Repeats("repeated_number")
SUMS_BY_NUMBER = SumsByNumber()
SIMILAR_NUMBER = SimilarNumber()
SAME_NUMBER_OTHER_AMOUNT = OtherAmount("same_number_other_amount")
SAME_NUMBER_OTHER_ACCOUNT = OtherAccount("same_number_other_account")
AMOUNT_AND_DATE = AmountAndDate()
ONE_VOUCHER = OneVoucher()
NEAR_AMOUNT = NearAmount("near_amount", slight=SLIGHT / 10)
SUMS_BY_DATE = SumsByDate("sums_by_date")
SUMS_LESS_FEE = SumsByDate("sums_less_fee", less_fee=True)
COMMON_AMOUNTS = CommonAmounts()
AMOUNT_AND_DATE_AGAIN = SettledElsewhere()
ORDER_AGAINST_SOME = OrderAgainstSome("order_against_some")
LINES_BESIDE_ONE_ANOTHER = BesideAgainstBeside()
SUMS_BY_PERIOD = SumsByPeriod()
NEAR_AMOUNT_AT_LAST = NearAmount("near_amount_at_last", slight=2 * SLIGHT)
REPEATED_AMOUNT = Repeats("repeated_amount", by_amount=True)
SAME_NUMBER_UNPROVEN = OtherAmount("same_number_unproven", unproven=True)
AMOUNT_AND_FAR_DATE = FarDates()
REPEATED_AT_LAST = Repeats("repeated_at_last")
ORDER_AGAINST_SOME_LATE = OrderAgainstSome("order_against_some_late", days_more=14)
AMOUNT_IN_OTHER_ACCOUNT = OtherAccountByAmount()
ONLY_ONES_LEFT = OnlyOnesLeft()

#: In the order in which they run.
PASSES: tuple[Rule, ...] = (
    SAME_NUMBER,
    REPEATED_NUMBER,
    SUMS_BY_NUMBER,
    SIMILAR_NUMBER,
    SAME_NUMBER_OTHER_AMOUNT,
    SAME_NUMBER_OTHER_ACCOUNT,
    AMOUNT_AND_DATE,
    ONE_VOUCHER,
    NEAR_AMOUNT,
    SUMS_BY_DATE,
    SUMS_LESS_FEE,
    COMMON_AMOUNTS,
    AMOUNT_AND_DATE_AGAIN,
    ORDER_AGAINST_SOME,
    LINES_BESIDE_ONE_ANOTHER,
    SUMS_BY_PERIOD,
    NEAR_AMOUNT_AT_LAST,
    REPEATED_AMOUNT,
    SAME_NUMBER_UNPROVEN,
    AMOUNT_AND_FAR_DATE,
    REPEATED_AT_LAST,
    ORDER_AGAINST_SOME_LATE,
    AMOUNT_IN_OTHER_ACCOUNT,
    ONLY_ONES_LEFT,
)


def in_order(more: Sequence[Rule]) -> tuple[Rule, ...]:
    """All passes of a run: ours, and others behind the one they name, or else at the end."""
    if not more:
        return PASSES
    ordered = list(PASSES)
    for rule in more:
        names = [one.name for one in ordered]
        after = getattr(rule, "after", "")
        ordered.insert(names.index(after) + 1 if after in names else len(ordered), rule)
    return tuple(ordered)
