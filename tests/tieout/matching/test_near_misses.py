"""What looks like one thing and is another: small cases, each with the reason."""

from collections.abc import Callable
from datetime import date

import pytest

from tieout.matching import Confidence, Detail, Difference, Lines, Rules, reconcile

Book = Callable[[str], Lines]

RULES = Rules(cutoff=date(2026, 12, 31), discount_rates=(10_000, 20_000, 30_000))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected", "detail"),
    [
        # 900.00 apart, divisible by nine, and no two digits have changed places.
        (
            "06-12  invoice  INV-1039  5,430.00",
            "06-13  Bill  INV-1039  6,330.00",
            Difference.PRICE_OR_QUANTITY_DIFFERENCE,
            Detail.OTHER_AMOUNT,
        ),
        # The same difference, and they have.
        (
            "06-12  invoice  INV-1039  5,430.00",
            "06-13  Bill  INV-1039  4,530.00",
            Difference.AMOUNT_TRANSPOSITION,
            Detail.SWAPPED_DIGITS,
        ),
        # 50.33 and 5.33: nobody writes 05.33, so a zero was left out.
        (
            "06-12  credit note  CN-20260612-0001  -50.33",
            "06-13  credit  CN/20260612/1  -5.33",
            Difference.AMOUNT_TYPO,
            Detail.EXTRA_DIGIT,
        ),
        # Two per cent of 4,000.00, not a fee of 80.00.
        (
            "06-12  payment  RC-20260612-0001  -3,920.00",
            "06-11  payment  RC-20260612-0001  -4,000.00",
            Difference.SHORT_PAYMENT_DISCOUNT,
            Detail.DISCOUNT,
        ),
        # 40.00 of 4,100.00 is no agreed share: the bank kept it.
        (
            "06-12  payment  RC-20260612-0001  -4,060.00",
            "06-11  payment  RC-20260612-0001  -4,100.00",
            Difference.BANK_FEE,
            Detail.FEE,
        ),
    ],
)
def test_one_document_and_why_its_amounts_differ(
    book: Book, ours: str, theirs: str, expected: Difference, detail: Detail
) -> None:
    groups = reconcile(book(ours), book(theirs), RULES)

    assert [groups.difference(0), groups.detail_of(0)] == [expected, detail]
    assert len(groups) == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(
            "03-02  payment  SK-20260302-0007  -1,867.88",
            "03-02  ?  XS-20260302-0007  -235.00",
            id="one number in two series",
        ),
        pytest.param(
            "03-02  invoice  INV-2026-000815  2,450.10",
            "03-03  invoice  INV-2026-007729  2,450.10",
            id="equal amounts, references that contradict",
        ),
        pytest.param(
            "02-15  invoice  XS-20260215-0015  1,037.00",
            "10-26  Bill  AP000015  1,037.00",
            id="a running number that came again months later",
        ),
        pytest.param(
            "07-18  invoice  XS-20260718-0001  3,122.00  po=PO-97009590",
            "07-31  Bill  XS-20260720-0013  3,699.90  po=PO-97009590",
            id="one order, two documents",
        ),
    ],
)
def test_two_lines_that_do_not_belong_together(book: Book, ours: str, theirs: str) -> None:
    more = "\n01-05  invoice  XS-20260105-0001  777.10\n01-06  invoice  INV-2026-000001  888.20"
    groups = reconcile(book(ours + more), book(theirs + more), RULES)

    assert groups.ours[0] != groups.theirs[0]


def test_a_sum_with_two_solutions_is_not_claimed_as_one(book: Book) -> None:
    ours = book("05-20  invoice  XS-20260520-0001  100.00")
    theirs = book(
        """
        05-20  Bill  AP000001  60.00
        05-20  Bill  AP000002  40.00
        05-20  Bill  AP000003  60.00
        05-20  Bill  AP000004  40.00
        """
    )

    groups = reconcile(ours, theirs, RULES)

    assert len(groups) == 5


def test_two_equal_sums_of_lines_with_other_numbers_are_strangers(book: Book) -> None:
    """Each line carries a number that contradicts every line of the other book."""
    ours = book(
        """
        01-08  invoice  INV-20260108-0390  9,368.55
        01-08  invoice  INV-20260108-0401    500.37
        """
    )
    theirs = book(
        """
        01-09  Bill  inv/20260109/0382  9,368.55
        01-09  Bill  inv/20260109/0377    500.37
        """
    )

    assert len(reconcile(ours, theirs, RULES)) == 4


def test_a_mistyped_number_gives_way_where_both_amounts_have_a_partner(book: Book) -> None:
    ours = book(
        """
        08-29  invoice  XS-20260829-0003  3,018.00
        08-29  invoice  XS-20260829-0005  89,037.60
        """
    )
    theirs = book(
        """
        08-30  Bill  XS-20260829-0005  3,018.00
        08-31  Bill  AP000081  89,037.60
        """
    )

    groups = reconcile(ours, theirs, RULES)

    assert groups.ours.tolist() == groups.theirs.tolist()
    assert {groups.difference(0), groups.difference(1)} == {Difference.REF_MISMATCH}


def test_a_repeat_may_carry_a_suffix(book: Book) -> None:
    ours = book("06-06  invoice  XS-20260606-0024  349.03")
    theirs = book(
        """
        06-10  Bill  AP000071  349.03  says=XS-20260606-0024
        06-17  Bill  AP000071-1  349.03
        """
    )

    groups = reconcile(ours, theirs, RULES)

    assert [groups.difference(group) for group in range(len(groups))] == [
        Difference.DUPLICATE_IN_THEIRS
    ]
    assert groups.their_repeats.tolist() == [False, True]


def test_a_payment_their_book_does_not_call_one_is_in_transit(book: Book) -> None:
    ours = book("11-02  payment  RC-20261102-0001  -500.25")
    theirs = book(
        """
        11-02  ?  PV-00001  -500.25  says=RC-20261102-0001
        12-30  ?  PV-00002  -834.00
        """
    )

    groups = reconcile(ours, theirs, RULES)

    assert groups.difference(int(groups.theirs[1])) == Difference.PAYMENT_IN_TRANSIT


def test_letters_make_a_short_number_one_document_among_others_of_that_number(book: Book) -> None:
    ours = book(
        """
        03-01  invoice  XS-0001  5,430.00
        03-15  credit note  TH-0001  -200.00
        04-01  payment  SK-0001  -5,430.00
        """
    )
    theirs = book(
        """
        03-02  Bill  XS-0001  4,530.00
        03-16  credit  TH-0001  -200.00
        04-01  payment  SK-0001  -5,430.00
        """
    )

    groups = reconcile(ours, theirs, RULES)

    assert groups.difference(0) == Difference.AMOUNT_TRANSPOSITION
    assert groups.confidence_of(0) == Confidence.ACCEPTED
