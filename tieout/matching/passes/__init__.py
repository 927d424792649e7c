"""The passes of a run, strictest first, in one table; each sees only what is still free."""

from typing import Protocol

from tieout.matching.board import Board
from tieout.matching.chance import SLIGHT
from tieout.matching.passes.amount_and_date import AmountAndDate, FarDates, SettledElsewhere
from tieout.matching.passes.near_amount import NearAmount
from tieout.matching.passes.other_account import OtherAccount, OtherAccountByAmount
from tieout.matching.passes.other_amount import OtherAmount
from tieout.matching.passes.repeats import Repeats
from tieout.matching.passes.same_number import SameNumber
from tieout.matching.passes.similar_number import SimilarNumber
from tieout.matching.passes.sums_by_date import SumsByDate
from tieout.matching.passes.sums_by_number import SumsByNumber
from tieout.matching.passes.sums_of_both import BesideAgainstBeside, OrderAgainstSome


class Rule(Protocol):
    """One way to find groups."""

    @property
    def name(self) -> str:
        """What a group found by it is said to be found by."""

    def find(self, board: Board) -> None:
        """Claim the groups that this rule proves."""


PASSES: tuple[Rule, ...] = (
    SameNumber(),
    Repeats("repeated_number"),
    SumsByNumber(),
    SimilarNumber(),
    OtherAmount("same_number_other_amount"),
    OtherAccount("same_number_other_account"),
    AmountAndDate(),
    NearAmount("near_amount", slight=SLIGHT / 10),
    SumsByDate("sums_by_date"),
    SumsByDate("sums_less_fee", less_fee=True),
    SettledElsewhere(),
    OrderAgainstSome("order_against_some"),
    BesideAgainstBeside(),
    NearAmount("near_amount_at_last", slight=2 * SLIGHT),
    Repeats("repeated_amount", by_amount=True),
    OtherAmount("same_number_unproven", unproven=True),
    FarDates(),
    OrderAgainstSome("order_against_some_late", days_more=14),
    OtherAccountByAmount(),
)
