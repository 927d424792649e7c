"""The bridge between two balances, and the books at earlier days."""

from collections.abc import Callable
from datetime import date

from tieout.matching import (
    DIFFERENCES,
    Actor,
    Difference,
    Lines,
    Rules,
    bridge,
    last_day_agreed,
    reconcile,
    residuals,
    who_acts,
)

Book = Callable[[str], Lines]
CUT_OFF = Rules(cutoff=date(2026, 6, 30))

OURS = """
    05-28  invoice      INV-1021   3540.00
    06-03  credit_note  CN-77     -2000.00
    06-12  invoice      INV-1039   5430.00
    06-20  invoice      INV-1040  96530.00
    06-29  invoice      INV-1043  25000.00
"""
THEIRS = """
    05-30  invoice  INV-1021   3540.00
    06-02  invoice  INV-1021   3540.00
    06-14  invoice  INV-1039   4530.00
    06-22  invoice  INV-1040  96530.00
    06-29  payment  PV-5     -12800.00
"""


def test_the_worked_example_ties_out_to_the_cent(book: Book) -> None:
    ours, theirs = book(OURS), book(THEIRS)
    groups = reconcile(ours, theirs, CUT_OFF)

    account = bridge(groups, ours, theirs, CUT_OFF).accounts[0]

    assert (account.ours, account.theirs) == (128_500_00, 95_340_00)
    assert account.only_ours == 23_000_00
    assert account.only_theirs == -9_260_00
    assert account.value == 900_00
    assert (account.adjusted_ours, account.adjusted_theirs) == (115_700_00, 115_700_00)
    assert account.ties_out
    assert (account.undecided, account.unexplained, account.opening) == (0, 0, 0)


def test_the_worked_example_says_who_acts(book: Book) -> None:
    ours, theirs = book(OURS), book(THEIRS)

    items = bridge(reconcile(ours, theirs, CUT_OFF), ours, theirs, CUT_OFF).items

    assert dict(zip(items.residual.tolist(), items.actor, strict=True)) == {
        25_000_00: Actor.CLEARS_BY_ITSELF,
        -2_000_00: Actor.YOU_CORRECT,
        12_800_00: Actor.CLEARS_BY_ITSELF,
        -3_540_00: Actor.YOU_CORRECT,
        900_00: Actor.YOU_CORRECT,
    }


def test_different_openings_stand_on_a_line_of_their_own(book: Book) -> None:
    ours = book("06-03  invoice  INV-1  100.00")

    account = bridge(
        reconcile(ours, ours, CUT_OFF), ours, ours, CUT_OFF, opening={1: (50_00, 30_00)}
    ).accounts[0]

    assert (account.ours, account.theirs, account.opening) == (150_00, 130_00, 20_00)
    assert account.adjusted_ours - account.adjusted_theirs == 20_00
    assert account.ties_out


def test_a_line_in_the_wrong_account_stands_in_both_bridges(book: Book) -> None:
    ours = book("06-03  invoice  INV-2026-000042  1000.00  customer=1")
    theirs = book("06-05  invoice  INV-2026-000042  1000.00  customer=2")

    first, second = bridge(reconcile(ours, theirs, CUT_OFF), ours, theirs, CUT_OFF).accounts

    assert (first.only_ours, first.only_theirs) == (1_000_00, 0)
    assert (second.only_ours, second.only_theirs) == (0, 1_000_00)
    assert (first.adjusted_ours, second.adjusted_ours) == (0, 1_000_00)
    assert first.ties_out
    assert second.ties_out


def test_a_proposal_does_not_count_as_explained(book: Book) -> None:
    ours = book("06-03  payment  RC-1  -10015.37")
    theirs = book("06-03  payment  PV-9  -10030.37")
    groups = reconcile(ours, theirs, CUT_OFF)

    account = bridge(groups, ours, theirs, CUT_OFF).accounts[0]

    assert groups.difference(0) == Difference.BANK_FEE
    assert (account.unexplained, account.undecided) == (15_00, 0)
    assert account.ties_out


def test_what_was_in_transit_last_month_has_cleared_by_itself(book: Book) -> None:
    ours = book("06-29  invoice  INV-2026-000042  25000.00")
    theirs = book("07-02  invoice  INV-2026-000042  25000.00")
    rules = Rules(cutoff=date(2026, 7, 31))
    groups = reconcile(ours, theirs, rules)

    june = bridge(groups, ours, theirs, rules, on=date(2026, 6, 30))
    july = bridge(groups, ours, theirs, rules, on=date(2026, 7, 31))

    assert june.items.actor == (Actor.CLEARS_BY_ITSELF,)
    assert june.accounts[0].only_ours == 25_000_00
    assert june.accounts[0].adjusted_theirs == june.accounts[0].adjusted_ours
    assert len(july.items) == 0


def test_an_earlier_statement_can_be_printed_again(book: Book) -> None:
    ours, theirs = book(OURS), book(THEIRS)
    groups = reconcile(ours, theirs, CUT_OFF)

    left = residuals(groups, ours, theirs, CUT_OFF, on=date(2026, 6, 10))

    assert sorted(left.amount.tolist()) == [-3_540_00, -2_000_00]


def test_the_last_day_agreed_is_the_day_before_the_first_open_difference(book: Book) -> None:
    ours, theirs = book(OURS), book(THEIRS)
    groups = reconcile(ours, theirs, CUT_OFF)

    agreement = last_day_agreed(groups, ours, theirs, CUT_OFF, customer=1)

    assert agreement.last_day == date(2026, 6, 1)
    assert agreement.broken_by is not None
    assert groups.difference(agreement.broken_by) == Difference.DUPLICATE_IN_THEIRS


def test_books_that_differ_by_timing_alone_agree_to_the_end(book: Book) -> None:
    ours = book("06-29  invoice  INV-1043  25000.00")

    agreement = last_day_agreed(
        reconcile(ours, book(""), CUT_OFF), ours, book(""), CUT_OFF, customer=1
    )

    assert agreement.last_day == date(2026, 6, 30)
    assert agreement.broken_by is None


def test_books_that_begin_apart_never_agreed(book: Book) -> None:
    ours = book("06-03  invoice  INV-1  100.00")
    groups = reconcile(ours, ours, CUT_OFF)

    agreement = last_day_agreed(groups, ours, ours, CUT_OFF, customer=1, opening=100)

    assert agreement.last_day is None


def test_of_a_supplier_the_document_is_theirs_and_we_correct() -> None:
    supplier = Rules(payable=True)

    assert who_acts(Difference.AMOUNT_TYPO, payment=False, rules=supplier) == Actor.WE_CORRECT
    assert who_acts(Difference.AMOUNT_TYPO, payment=False, rules=Rules()) == Actor.YOU_CORRECT
    assert who_acts(Difference.AMOUNT_TYPO, payment=True, rules=Rules()) == Actor.SETTLE_TOGETHER


def test_a_payment_nobody_named_as_such_is_on_its_way_too(book: Book) -> None:
    ours = book("12-10  ?  SK20261210  -9,000.00")
    theirs = book("""
        12-09  ?  FK-9  -9,000.00
        12-30  ?  FK-30  -4,000.00
    """)
    rules = Rules(cutoff=date(2026, 12, 30))

    groups = reconcile(ours, theirs, rules)
    items = bridge(groups, ours, theirs, rules, on=date(2026, 12, 30)).items

    assert [DIFFERENCES[code] for code in items.type.tolist()] == [Difference.PAYMENT_IN_TRANSIT]
    assert items.actor == (Actor.CLEARS_BY_ITSELF,)
