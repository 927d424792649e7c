"""Every type a group can be, each as a bookkeeper would meet it."""

from collections.abc import Callable
from datetime import date

import pytest

from tieout.matching import (
    Confidence,
    Detail,
    Difference,
    FixedGroup,
    Groups,
    KnownHabit,
    Lines,
    Rules,
    reconcile,
)

Book = Callable[[str], Lines]
RULES = Rules(cutoff=date(2026, 6, 30), discount_rates=(20_000, 30_000))

ONE_TO_ONE = [
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.00",
        "06-05  invoice  INV-2026-000042  1000.00",
        Difference.MATCH,
        id="the same",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.00",
        "06-05  invoice  inv 42  1000.00",
        Difference.REF_FORMAT,
        id="written in short",
    ),
    pytest.param(
        "06-03  invoice  XS-20260603-0002  1000.00",
        "06-05  发票  ＸＳ２０２６０６０３０００２  1000.00",
        Difference.REF_FORMAT,
        id="written in full width without separators",
    ),
    pytest.param(
        "06-03  invoice  XS-20260603-0002  1000.00",
        "06-05  invoice  0603-0002  1000.00",
        Difference.REF_FORMAT,
        id="written without the year",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.00  po=PO-77881234",
        "06-05  invoice  AP000007  1000.00  says=goods for PO-77881234",
        Difference.REF_FORMAT,
        id="known by the order",
    ),
    pytest.param(
        "06-03  payment  RC-2026-000042  -1000.00  says=TT20260601123456",
        "06-01  payment  PV-00012  -1000.00  says=wire tt20260601123456",
        Difference.REF_FORMAT,
        id="known by the bank's number",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.13",
        "06-05  invoice  AP000007  1000.13",
        Difference.REF_MISMATCH,
        id="amount and date only",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.13",
        "06-05  invoice  INV-2026-000047  1000.13",
        Difference.REF_MISMATCH,
        id="reference mistyped",
    ),
    pytest.param(
        "06-03  payment  RC-1  -980.00  says=TT20260601123456",
        "06-01  payment  TT20260601123456  -1000.00",
        Difference.SHORT_PAYMENT_DISCOUNT,
        id="two per cent",
    ),
    pytest.param(
        "06-03  payment  RC-1  -985.00  says=TT20260601123456",
        "06-01  payment  TT20260601123456  -1000.00",
        Difference.BANK_FEE,
        id="fifteen kept by the bank",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.00",
        "06-05  invoice  INV-2026-000042  1000.05",
        Difference.TAX_ROUNDING,
        id="five cents",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  7013.20  usd=1000.00",
        "06-05  invoice  INV-2026-000042  7015.80  usd=1000.00",
        Difference.FX_ROUNDING,
        id="another day's rate",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  5430.00",
        "06-05  invoice  INV-2026-000042  4530.00",
        Difference.AMOUNT_TRANSPOSITION,
        id="two digits swapped",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  5430.00",
        "06-05  invoice  INV-2026-000042  5480.00",
        Difference.AMOUNT_TYPO,
        id="another digit",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  5431.00",
        "06-05  invoice  INV-2026-000042  543.10",
        Difference.AMOUNT_TYPO,
        id="decimal slip",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  5431.07",
        "06-05  invoice  INV-2026-000042  531.07",
        Difference.AMOUNT_TYPO,
        id="a digit dropped",
    ),
    pytest.param(
        "06-03  credit_note  CN-2026-000042  -300.00",
        "06-05  credit_note  CN-2026-000042  300.00",
        Difference.SIGN_REVERSED,
        id="on the wrong side",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  2596.78",
        "06-05  invoice  INV-2026-000042  3310.00",
        Difference.PRICE_OR_QUANTITY_DIFFERENCE,
        id="another price",
    ),
    pytest.param(
        "03-03  invoice  INV-2026-000042  1000.00",
        "06-05  invoice  INV-2026-000042  1000.00",
        Difference.WRONG_PERIOD,
        id="three months late",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.00  customer=1",
        "06-05  invoice  INV-2026-000042  1000.00  customer=2",
        Difference.WRONG_CUSTOMER,
        id="in another account",
    ),
]


@pytest.mark.parametrize(("ours", "theirs", "expected"), ONE_TO_ONE)
def test_two_lines_that_belong_together(
    book: Book, ours: str, theirs: str, expected: Difference
) -> None:
    groups = reconcile(book(ours), book(theirs), RULES)

    assert differences(groups) == [expected]


ONE_SIDED = [
    pytest.param("06-25  invoice  INV-1001  500.00", "", Difference.INVOICE_IN_TRANSIT),
    pytest.param("06-05  invoice  INV-1001  500.00", "", Difference.MISSING_IN_THEIRS),
    pytest.param("06-25  payment  RC-1001  -500.00", "", Difference.MISSING_IN_THEIRS),
    pytest.param("", "06-28  payment  PV-7  -500.00", Difference.PAYMENT_IN_TRANSIT),
    pytest.param("", "06-05  payment  PV-7  -500.00", Difference.MISSING_IN_OURS),
    pytest.param("", "06-28  invoice  INV-1001  500.00", Difference.MISSING_IN_OURS),
]


@pytest.mark.parametrize(("ours", "theirs", "expected"), ONE_SIDED)
def test_a_line_that_stands_alone(book: Book, ours: str, theirs: str, expected: Difference) -> None:
    assert differences(reconcile(book(ours), book(theirs), RULES)) == [expected]


SEVERAL = [
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.00",
        """
        06-05  invoice  INV-2026-000042    600.00
        06-06  invoice  INV-2026-000042-2  400.00
        """,
        Difference.SPLIT,
        id="booked in two parts",
    ),
    pytest.param(
        """
        06-03  payment  RC-1  -600.10  says=TT20260601123456
        06-04  payment  RC-2  -400.20  says=TT20260601123456
        """,
        "06-01  payment  TT20260601123456  -1000.30",
        Difference.MERGED,
        id="one transfer received in two parts",
    ),
    pytest.param(
        """
        06-01  invoice      INV-2026-000031  600.10
        06-02  credit_note  CN-2026-000007   -90.00
        06-03  invoice      INV-2026-000035  417.25
        """,
        "06-05  invoice  AP000009  927.35  says=INV-2026-000031; CN-2026-000007; INV-2026-000035",
        Difference.MERGED,
        id="three documents named in one line, one of them a credit note",
    ),
    pytest.param(
        """
        06-03  invoice  INV-2026-000042  1000.17  po=PO-77881234
        06-04  invoice  INV-2026-000043   500.00  po=PO-77881234
        """,
        """
        06-05  invoice  PO-77881234  1200.17
        06-06  invoice  PO77881234    300.00
        """,
        Difference.MANY_TO_MANY,
        id="one order cut differently",
    ),
    pytest.param(
        """
        06-03  payment  RC-1  -2067.58
        06-03  payment  RC-2  -1839.41
        """,
        "06-02  payment  PV-9  -3906.99",
        Difference.MERGED,
        id="a sum without any number in common",
    ),
    pytest.param(
        """
        06-03  payment  RC-1  -600.10  says=TT20260601123456
        06-04  payment  RC-2  -400.20  says=TT20260601123456
        """,
        "06-01  payment  TT20260601123456  -1015.30",
        Difference.BANK_FEE,
        id="one transfer in two parts less a fee",
    ),
    pytest.param(
        "06-03  invoice  INV-2026-000042  1000.00",
        """
        06-05  invoice  INV-2026-000042  1000.00
        06-09  invoice  INV-2026-000042  1000.00
        """,
        Difference.DUPLICATE_IN_THEIRS,
        id="booked twice by them",
    ),
    pytest.param(
        """
        06-03  payment  RC-2026-000042  -1000.00  says=TT20260601123456
        06-04  payment  RC-2026-000042  -1000.00  says=TT20260601123456
        """,
        "06-01  payment  TT20260601123456  -1000.00",
        Difference.DUPLICATE_IN_OURS,
        id="booked twice by us",
    ),
]


@pytest.mark.parametrize(("ours", "theirs", "expected"), SEVERAL)
def test_several_lines_that_belong_together(
    book: Book, ours: str, theirs: str, expected: Difference
) -> None:
    assert differences(reconcile(book(ours), book(theirs), RULES)) == [expected]


def test_twins_on_both_sides_are_genuine(book: Book) -> None:
    twice = """
        06-03  invoice  INV-2026-000042  1000.00
        06-03  invoice  INV-2026-000042  1000.00
    """

    groups = reconcile(book(twice), book(twice), RULES)

    assert differences(groups) == [Difference.MATCH, Difference.MATCH]


def test_an_invoice_is_not_the_credit_note_of_the_same_number(book: Book) -> None:
    ours = book("06-03  invoice  INV-2026-000112  800.00")
    theirs = book("06-04  credit_note  CN-2026-000112  -350.00")

    groups = reconcile(ours, theirs, RULES)

    assert differences(groups) == [Difference.MISSING_IN_THEIRS, Difference.MISSING_IN_OURS]


def test_a_payment_that_names_an_invoice_is_not_the_invoice(book: Book) -> None:
    ours = book("06-03  payment  RC-17  -800.00  says=for INV-2026-000112")
    theirs = book("06-04  invoice  INV-2026-000112  800.00")

    groups = reconcile(ours, theirs, RULES)

    assert len(groups) == 2


def test_numbers_cut_at_another_place_are_other_numbers(book: Book) -> None:
    ours = book("06-03  invoice  INV-2024-001  1000.00")
    theirs = book("06-03  invoice  INV-20240-01  1300.00")

    groups = reconcile(ours, theirs, RULES)

    assert differences(groups) == [Difference.MISSING_IN_THEIRS, Difference.MISSING_IN_OURS]


def test_amount_and_date_do_not_overrule_a_reference_that_names_another_document(
    book: Book,
) -> None:
    ours = book("""
        06-03  invoice  INV-2026-000112  800.00
        06-04  invoice  INV-2026-000358  925.00
    """)
    theirs = book("""
        06-03  invoice  INV-2026-000112  925.00
        06-04  invoice  AP000007         800.00
    """)

    groups = reconcile(ours, theirs, RULES)

    assert groups.ours[0] == groups.theirs[0]
    assert groups.difference(int(groups.ours[0])) == Difference.PRICE_OR_QUANTITY_DIFFERENCE


def test_a_document_that_is_named_goes_before_one_of_a_similar_number(book: Book) -> None:
    """A folio is booked short; the next one happens to come to what was booked."""
    ours = book(
        """
        06-15  invoice  F-2403  525.00
        06-17  invoice  F-2404  480.00
        """
    )
    theirs = book("06-16  invoice  F-2403  480.00")

    groups = reconcile(ours, theirs, Rules(cutoff=date(2026, 6, 30)))

    assert groups.ours[0] == groups.theirs[0]
    assert groups.difference(int(groups.ours[0])) == Difference.PRICE_OR_QUANTITY_DIFFERENCE
    assert groups.difference(int(groups.ours[1])) == Difference.MISSING_IN_THEIRS


def test_a_swap_says_where_and_which_digits(book: Book) -> None:
    groups = only(
        book,
        "06-03  invoice  INV-2026-000042  5430.00",
        "06-05  invoice  INV-2026-000042  4530.00",
    )

    # Places are counted from the cents: 100,000s and 10,000s of cents are the 4th and 5th.
    assert proof(groups) == (Detail.SWAPPED_DIGITS, [4, 4, 5])


def test_a_typo_says_where_and_which_digits(book: Book) -> None:
    groups = only(
        book,
        "06-03  invoice  INV-2026-000042  5430.00",
        "06-05  invoice  INV-2026-000042  5480.00",
    )

    assert proof(groups) == (Detail.OTHER_DIGIT, [3, 3, 8])


def test_a_decimal_slip_says_how_large_and_on_which_side(book: Book) -> None:
    groups = only(
        book,
        "06-03  invoice  INV-2026-000042  54.31",
        "06-05  invoice  INV-2026-000042  5431.00",
    )

    assert proof(groups) == (Detail.DECIMAL_SLIP, [100, 2, 0])


def test_a_discount_says_its_rate(book: Book) -> None:
    groups = only(
        book,
        "06-03  payment  TT20260601123456  -970.00",
        "06-01  payment  TT20260601123456  -1000.00",
    )

    assert proof(groups) == (Detail.DISCOUNT, [30_000, 3_000, 100_000])


def test_a_fee_says_how_much(book: Book) -> None:
    groups = only(
        book,
        "06-03  payment  TT20260601123456  -985.00",
        "06-01  payment  TT20260601123456  -1000.00",
    )

    assert proof(groups) == (Detail.FEE, [1_500, 0, 0])


def test_days_apart_are_counted_from_our_line_to_theirs(book: Book) -> None:
    groups = only(
        book,
        "06-03  invoice  INV-2026-000042  1000.00",
        "02-28  invoice  INV-2026-000042  1000.00",
    )

    assert proof(groups) == (Detail.DAYS_APART, [-95, 0, 0])
    assert groups.gap[0] == -95


def test_a_repeat_is_told_from_its_twin(book: Book) -> None:
    groups = only(
        book,
        "06-03  invoice  INV-2026-000042  1000.00",
        """
        06-04  invoice  INV-2026-000042  1000.00
        06-09  invoice  INV-2026-000042  1000.00
        """,
    )

    assert groups.their_repeats.tolist() == [False, True]
    assert proof(groups) == (Detail.REPEATED, [1, 5, 0])


def test_a_refused_pair_stays_apart(book: Book) -> None:
    ours = book("06-03  invoice  INV-2026-000042  1000.00")
    theirs = book("06-05  invoice  INV-2026-000042  1000.00")

    groups = reconcile(ours, theirs, Rules(rejected=frozenset({(1, 1)})))

    assert groups.ours[0] != groups.theirs[0]


def test_a_group_made_by_hand_is_taken_out_first(book: Book) -> None:
    ours = book("06-03  invoice  INV-2026-000042  1000.00")
    theirs = book("""
        06-05  invoice  INV-2026-000042  1000.00
        06-06  invoice  AP7              1000.00
    """)

    groups = reconcile(ours, theirs, Rules(fixed=(FixedGroup((1,), (2,)),)))

    assert groups.ours[0] == groups.theirs[1]
    assert groups.confidence_of(int(groups.ours[0])) == Confidence.FIXED


def test_only_the_passes_asked_for_run(book: Book) -> None:
    ours = book("06-03  invoice  INV-2026-000042  1000.13")
    theirs = book("06-05  invoice  AP000007  1000.13")

    groups = reconcile(ours, theirs, Rules(passes=("same_number",)))

    assert groups.ours[0] != groups.theirs[0]


def test_a_buyer_pays_and_the_seller_receives_less(book: Book) -> None:
    ours = book("06-01  payment  TT20260601123456  -1000.00")
    theirs = book("06-03  payment  TT20260601123456  -985.00")

    groups = reconcile(ours, theirs, Rules(payable=True))

    assert differences(groups) == [Difference.BANK_FEE]


def test_tax_in_one_amount_and_not_in_the_other(book: Book) -> None:
    ours = book("06-03  invoice  INV-2026-000042  1130.00")
    theirs = book("06-05  invoice  INV-2026-000042  1000.00")

    groups = reconcile(ours, theirs, Rules(tax_rates=(60_000, 130_000)))

    assert differences(groups) == [Difference.PRICE_OR_QUANTITY_DIFFERENCE]
    assert proof(groups) == (Detail.TAX, [130_000, 13_000, 1])


def test_tax_withheld_from_a_payment(book: Book) -> None:
    ours = book("06-03  payment  TT20260601123456  -9000.00")
    theirs = book("06-01  payment  TT20260601123456  -10000.00")

    groups = reconcile(ours, theirs, Rules(withholding_rates=(100_000,)))

    assert differences(groups) == [Difference.SHORT_PAYMENT_DISCOUNT]
    assert proof(groups) == (Detail.WITHHELD, [100_000, 100_000, 1_000_000])


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Rules(tolerance_minor=1_000), Difference.TAX_ROUNDING),
        (Rules(tolerance_minor=822), Difference.TAX_ROUNDING),
        (Rules(tolerance_minor=821), Difference.PRICE_OR_QUANTITY_DIFFERENCE),
        (Rules(tolerance_rate=10_000), Difference.TAX_ROUNDING),
        (
            Rules(tolerance_rate=10_000, tolerance_cap=500),
            Difference.PRICE_OR_QUANTITY_DIFFERENCE,
        ),
        (Rules(tolerance_minor=1_000, tolerance_direction="less"), Difference.TAX_ROUNDING),
        (
            Rules(tolerance_minor=1_000, tolerance_direction="more"),
            Difference.PRICE_OR_QUANTITY_DIFFERENCE,
        ),
    ],
)
def test_what_is_tolerated_goes_by_amount_share_cap_and_direction(
    book: Book, rules: Rules, expected: Difference
) -> None:
    """1,000.00 against 991.78: theirs is 8.22 less."""
    ours = book("06-03  invoice  INV-2026-000042  1000.00")
    theirs = book("06-05  invoice  INV-2026-000042  991.78")

    assert differences(reconcile(ours, theirs, rules)) == [expected]


def test_a_habit_that_somebody_knows_counts_before_what_is_learned(book: Book) -> None:
    ours = book("06-03  invoice  INV-2026-000042  1000.13")
    theirs = book("06-29  invoice  AP000007  1000.13")

    by_itself = reconcile(ours, theirs, Rules())
    told = reconcile(ours, theirs, Rules(habits=(KnownHabit(1, monthly=True, latest=31),)))

    assert differences(by_itself) == [Difference.WRONG_PERIOD]
    assert by_itself.confidence_of(0) == Confidence.PROPOSED
    assert differences(told) == [Difference.REF_MISMATCH]
    assert told.confidence_of(0) == Confidence.LISTED


def test_what_we_have_paid_a_supplier_is_in_transit_until_it_books_it(book: Book) -> None:
    """On a payable account the payment travels from us to them, the invoice from them to us."""
    supplier = Rules(cutoff=date(2026, 6, 30), payable=True)
    ours = book("06-28  payment  PV-7  -500.00")
    theirs = book("06-27  invoice  INV-1001  800.00")

    assert differences(reconcile(ours, book(""), supplier)) == [Difference.PAYMENT_IN_TRANSIT]
    assert differences(reconcile(book(""), theirs, supplier)) == [Difference.INVOICE_IN_TRANSIT]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("-8631.65", Difference.SIGN_REVERSED),
        ("86316.50", Difference.AMOUNT_TYPO),
        ("8613.65", Difference.AMOUNT_TRANSPOSITION),
        ("8431.65", Difference.AMOUNT_TYPO),
        ("8631.67", Difference.TAX_ROUNDING),
    ],
)
def test_a_proven_cause_is_found_without_any_number_and_proposed(
    book: Book, amount: str, expected: Difference
) -> None:
    ours = book("06-03  invoice  INV-2026-000042  8631.65")
    theirs = book(f"06-04  invoice  AP000007  {amount}")

    groups = reconcile(ours, theirs, RULES)

    assert differences(groups) == [expected]
    assert groups.confidence_of(0) == Confidence.PROPOSED


def test_without_a_number_or_a_cause_nothing_is_brought_together(book: Book) -> None:
    ours = book("06-03  invoice  INV-2026-000042  8631.65")
    theirs = book("06-04  invoice  AP000007  9134.20")

    assert len(reconcile(ours, theirs, RULES)) == 2


def test_two_empty_books_agree(book: Book) -> None:
    assert len(reconcile(book(""), book(""), RULES)) == 0


def differences(groups: Groups) -> list[Difference]:
    """The types of all groups, in their order."""
    return [groups.difference(group) for group in range(len(groups))]


def only(book: Book, ours: str, theirs: str) -> Groups:
    """The outcome of two books that make one group."""
    groups = reconcile(book(ours), book(theirs), RULES)
    assert len(groups) == 1
    return groups


def proof(groups: Groups) -> tuple[Detail, list[int]]:
    """The finer cause of the only group and its numbers."""
    return groups.detail_of(0), groups.proof[0].tolist()
