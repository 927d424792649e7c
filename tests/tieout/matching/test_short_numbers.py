"""Short numbers and sums without one: what they are called, and what else they could be."""

from collections.abc import Callable

import numpy as np

from tieout.matching import DIFFERENCES, Difference, Lines, Rules, reconcile
from tieout.matching.choices import in_halves
from tieout.matching.subset import subsets

Book = Callable[[str], Lines]


def test_a_number_without_its_letters_is_the_same_number(book: Book) -> None:
    ours = book("06-03  invoice  INV-1043  543.00")
    theirs = book("06-04  invoice  1043  543.00")

    groups = reconcile(ours, theirs, Rules())

    assert groups.difference(0) == Difference.REF_FORMAT


def test_a_number_that_could_be_a_year_is_a_number(book: Book) -> None:
    ours = book("05-04  invoice  INV-2001  4,530.00")
    theirs = book("05-05  invoice  2001  5,430.00")

    groups = reconcile(ours, theirs, Rules())

    assert groups.difference(0) == Difference.AMOUNT_TRANSPOSITION
    assert groups.passes[int(groups.found_by[0])] == "same_number_other_amount"


def test_the_customers_own_voucher_number_is_another_number(book: Book) -> None:
    ours = book("02-04  invoice  XS-20260204-0036  1064.07")
    theirs = book("02-04  invoice  AP000036  1064.07")

    groups = reconcile(ours, theirs, Rules())

    assert groups.difference(0) == Difference.REF_MISMATCH


def test_a_short_number_in_another_account_is_found_by_the_number(book: Book) -> None:
    ours = book("06-03  invoice  1043  543.10  customer=1")
    theirs = book("06-30  invoice  1043  543.10  customer=2")

    groups = reconcile(ours, theirs, Rules())

    assert groups.difference(0) == Difference.WRONG_CUSTOMER
    assert groups.passes[int(groups.found_by[0])] == "same_number_other_account"


def test_a_sum_that_can_be_made_in_two_ways_says_so(book: Book) -> None:
    ours = book("""
        06-01  invoice  -   4,113.21
        06-01  invoice  -   5,204.40
        06-01  invoice  -   5,204.40
    """)
    theirs = book("06-02  invoice  -  9,317.61")

    groups = reconcile(ours, theirs, Rules())

    merged = [int(group) for group in range(len(groups)) if groups.difference(group) == "merged"]
    assert [int(groups.rivals[group]) for group in merged] == [1]


def test_a_credit_note_taken_off_a_sum_is_found(book: Book) -> None:
    ours = book("""
        06-01  invoice      -   12,526.04
        06-03  credit note  -   -3,509.65
        06-08  invoice      -    5,022.22
    """)
    theirs = book("06-09  invoice  -  14,038.61")

    groups = reconcile(ours, theirs, Rules())

    assert [DIFFERENCES[code] for code in groups.type.tolist()] == [Difference.MERGED]


def test_both_ways_to_look_for_sums_find_the_same() -> None:
    chance = np.random.default_rng(7)
    windows = chance.integers(-3_000, 60_000, (40, 16))
    low = chance.integers(40_000, 200_000, 40)

    rows, masks = in_halves(windows, low, low)

    found = set(zip(rows.tolist(), masks.tolist(), strict=True))
    for row, amounts in enumerate(windows):
        one_by_one = subsets(amounts, int(low[row]), int(low[row]))
        assert {sum(1 << place for place in some) for some in one_by_one} <= {
            mask for at, mask in found if at == row
        }
