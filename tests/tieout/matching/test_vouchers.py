"""Lines under one number of a book's own, and lines entered more than twice."""

from collections.abc import Callable
from datetime import date

import pytest

from tieout.matching import Detail, Difference, Lines, Rules, reconcile

Book = Callable[[str], Lines]

RULES = Rules(cutoff=date(2026, 12, 31), discount_rates=(10_000, 20_000, 30_000))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected", "detail"),
    [
        pytest.param(
            "04-14  invoice  INV-2026-0000046  314.78",
            """
            04-16  invoice  V00002  278.57  says=goods
            04-16  invoice  V00002  36.21  says=input tax 13%
            """,
            Difference.SPLIT,
            Detail.NONE,
            id="goods and tax",
        ),
        pytest.param(
            "04-14  invoice  INV-2026-0000046  314.78",
            """
            04-16  invoice  V00002  278.57  says=goods
            04-16  invoice  V00002  36.22  says=input tax 13%
            """,
            Difference.TAX_ROUNDING,
            Detail.CENTS,
            id="goods and tax, rounded line by line",
        ),
        pytest.param(
            "02-25  payment  RC-2026-0000152  -12,256.33",
            """
            02-25  payment  V00008  -11,052.65
            02-25  payment  V00008  -1,453.81
            """,
            Difference.SHORT_PAYMENT_DISCOUNT,
            Detail.DISCOUNT,
            id="two invoices paid at once, less two per cent",
        ),
        pytest.param(
            "05-20  payment  RC-2026-0000031  -2,862.53  says=received TT20260520600949",
            """
            05-17  payment  V00011  -2,205.38  says=wire TT20260520600949
            05-17  payment  V00011  -667.15  says=wire TT20260520600949
            """,
            Difference.BANK_FEE,
            Detail.FEE,
            id="one transfer of two payments, less a fee",
        ),
        pytest.param(
            """
            03-19  payment  BV-31  -9,865.15
            03-19  payment  BV-31  -39,460.60
            """,
            """
            03-18  payment  V00007  -45,000.00
            03-18  payment  V00007  -4,325.75
            """,
            Difference.MANY_TO_MANY,
            Detail.NONE,
            id="two vouchers of equal sums",
        ),
    ],
)
def test_the_lines_of_one_voucher_are_taken_together(
    book: Book, ours: str, theirs: str, expected: Difference, detail: Detail
) -> None:
    groups = reconcile(book(ours), book(theirs), RULES)

    assert len(groups) == 1
    assert [groups.difference(0), groups.detail_of(0)] == [expected, detail]


def test_lines_of_one_number_on_different_days_are_no_voucher(book: Book) -> None:
    ours = book("04-14  invoice  INV-2026-0000046  300.00")
    theirs = book("""
        04-14  invoice  7  200.00
        04-16  invoice  7  100.01
    """)

    assert len(reconcile(ours, theirs, RULES)) == 3


@pytest.mark.parametrize("times", [2, 3, 4])
def test_however_often_a_document_is_entered_all_of_it_is_one_group(book: Book, times: int) -> None:
    days = ("03-10", "04-09", "05-10", "06-11")[:times]
    ours = book("03-10  invoice  INV-2026-0000750  1,228.02")
    theirs = book("\n".join(f"{day}  invoice  inv20260000750  1,228.02" for day in days))

    groups = reconcile(ours, theirs, RULES)

    assert len(groups) == 1
    assert groups.difference(0) is Difference.DUPLICATE_IN_THEIRS
    assert groups.their_repeats.sum() == times - 1


def test_what_is_entered_twice_does_not_take_the_rent_of_another_month(book: Book) -> None:
    ours = book("""
        08-01  invoice  INV-2026-0061  1,250.00  says=rent August
        10-01  invoice  INV-2026-0083  1,250.00  says=rent October
    """)
    theirs = book("""
        08-16  invoice  V00009  1,250.00  says=rent
        08-18  invoice  V00009  1,250.00  says=rent
    """)

    groups = reconcile(ours, theirs, RULES)

    assert [groups.difference(int(group)) for group in groups.ours] == [
        Difference.DUPLICATE_IN_THEIRS,
        Difference.MISSING_IN_THEIRS,
    ]


def test_what_is_written_on_every_delivery_is_not_entered_again(book: Book) -> None:
    ours = book("""
        03-01  invoice  INV-2026-0061  1,250.00
        04-01  invoice  INV-2026-0083  1,250.00
    """)
    theirs = book("""
        03-14  invoice  CONTRACT-7  1,250.00
        04-14  invoice  CONTRACT-7  1,250.00
    """)

    groups = reconcile(ours, theirs, RULES)

    assert groups.ours.tolist() == groups.theirs.tolist() == [0, 1]
