"""Each difference in words: every type and finer cause, to both readers, in both languages."""

import re
from dataclasses import replace
from datetime import date

import pytest

from tieout.i18n import Sentence
from tieout.matching import Detail, Difference
from tieout.money import Money
from tieout.reconciliation import names, sentences, words
from tieout.reconciliation.shown import WHO, ShownGroup, ShownLine
from tieout.rendering.translation import translator

CUT_OFF = date(2026, 6, 30)

#: What each type looks like: our lines, their lines (number, kind, amount), who acts.
CASES = {
    Difference.MATCH: (["INV-1 invoice 100000"], ["INV-1 invoice 100000"], "nobody"),
    Difference.REF_FORMAT: (["INV-1 invoice 100000"], ["inv1 invoice 100000"], "nobody"),
    Difference.REF_MISMATCH: (["INV-1 invoice 100000"], ["AP-77 invoice 100000"], "nobody"),
    Difference.SPLIT: (
        ["INV-1 invoice 100000"],
        ["A invoice 40000", "B invoice 60000"],
        "nobody",
    ),
    Difference.MERGED: (
        ["INV-1 invoice 40000", "INV-2 invoice 60000"],
        ["S-1 invoice 100000"],
        "nobody",
    ),
    Difference.MANY_TO_MANY: (
        ["INV-1 invoice 40000", "INV-2 invoice 60000"],
        ["A invoice 70000", "B invoice 30000"],
        "nobody",
    ),
    Difference.SHORT_PAYMENT_DISCOUNT: (
        ["RC-1 payment -98000"],
        ["TT-1 payment -100000"],
        "together",
    ),
    Difference.BANK_FEE: (["RC-1 payment -99500"], ["TT-1 payment -100000"], "together"),
    Difference.TAX_ROUNDING: (["INV-1 invoice 100000"], ["INV-1 invoice 100002"], "together"),
    Difference.FX_ROUNDING: (["INV-1 invoice 100000"], ["INV-1 invoice 99871"], "together"),
    Difference.AMOUNT_TRANSPOSITION: (["INV-1 invoice 543000"], ["INV-1 invoice 453000"], "you"),
    Difference.AMOUNT_TYPO: (["INV-1 invoice 543000"], ["INV-1 invoice 643000"], "you"),
    Difference.SIGN_REVERSED: (["INV-1 invoice 100000"], ["INV-1 invoice -100000"], "you"),
    Difference.PRICE_OR_QUANTITY_DIFFERENCE: (
        ["INV-1 invoice 120000"],
        ["INV-1 invoice 117600"],
        "together",
    ),
    Difference.DUPLICATE_IN_OURS: (
        ["INV-1 invoice 100000", "INV-1 invoice 100000"],
        ["INV-1 invoice 100000"],
        "we",
    ),
    Difference.DUPLICATE_IN_THEIRS: (
        ["INV-1 invoice 100000"],
        ["INV-1 invoice 100000", "INV-1 invoice 100000"],
        "you",
    ),
    Difference.INVOICE_IN_TRANSIT: (["INV-1 invoice 100000"], [], "itself"),
    Difference.PAYMENT_IN_TRANSIT: ([], ["TT-1 payment -100000"], "itself"),
    Difference.MISSING_IN_THEIRS: (["INV-1 invoice 100000"], [], "you"),
    Difference.MISSING_IN_OURS: ([], ["X-1 invoice 100000"], "we"),
    Difference.WRONG_CUSTOMER: ([], ["INV-1 invoice 100000"], "we"),
    Difference.WRONG_PERIOD: (["INV-1 invoice 100000"], ["INV-1 invoice 100000"], "you"),
    Difference.UNEXPLAINED: (["INV-1 invoice 100000"], ["INV-1 invoice 77000"], "together"),
}
#: A finer cause, the type it belongs to, and the numbers of its proof.
FINER = [
    (Detail.DISCOUNT, Difference.SHORT_PAYMENT_DISCOUNT, (20_000, 2_000, 100_000)),
    (Detail.WITHHELD, Difference.SHORT_PAYMENT_DISCOUNT, (100_000, 10_000, 100_000)),
    (Detail.FEE, Difference.BANK_FEE, (500, 0, 0)),
    (Detail.TAX, Difference.PRICE_OR_QUANTITY_DIFFERENCE, (130_000, 13_000, 1)),
    (Detail.TAX, Difference.PRICE_OR_QUANTITY_DIFFERENCE, (130_000, 13_000, 2)),
    (Detail.TOLERATED, Difference.TAX_ROUNDING, (150, 0, 0)),
    (Detail.EXCHANGE, Difference.FX_ROUNDING, (14_000, 0, 0)),
    (Detail.DECIMAL_SLIP, Difference.AMOUNT_TYPO, (10, 0, 0)),
    (Detail.EXTRA_DIGIT, Difference.AMOUNT_TYPO, (0, 0, 0)),
    (Detail.OTHER_SIDE, Difference.SIGN_REVERSED, (0, 0, 0)),
]
#: What stands in a sentence as the books have it, in any language.
AS_WRITTEN = re.compile(r"(INV|RC|TT|AP|S|X)-\d+|INV1|inv1|\b[AB]\b|[\d,.%\u2212 -]+")


def lines(written: list[str], *, theirs: bool) -> tuple[ShownLine, ...]:
    """Lines of a book."""
    made = []
    for place, text in enumerate(written, start=1):
        number, kind, amount = text.split()
        made.append(
            ShownLine(
                id=place + 100 * theirs,
                on=date(2026, 6, 4 + place),
                number=number,
                kind=kind,
                description="",
                amount=Money(int(amount), "CNY"),
                row_no=place + 1 if theirs else 0,
            )
        )
    return tuple(made)


def group(
    difference: Difference, detail: Detail = Detail.NONE, numbers: tuple[int, int, int] = (0, 0, 0)
) -> ShownGroup:
    """A group of the type, as a run leaves it."""
    ours_written, theirs_written, acts = CASES[difference]
    ours, theirs = lines(ours_written, theirs=False), lines(theirs_written, theirs=True)
    our_sum = sum(line.amount.minor for line in ours)
    their_sum = sum(line.amount.minor for line in theirs)
    return ShownGroup(
        no=1,
        seen="",
        difference=difference,
        found_by="",
        state="accepted",
        acts=acts,
        residual=Money(our_sum - their_sum, "CNY"),
        only_ours=Money(0 if theirs else our_sum, "CNY"),
        only_theirs=Money(0 if ours else their_sum, "CNY"),
        value=Money(our_sum - their_sum if ours and theirs else 0, "CNY"),
        as_at=CUT_OFF,
        ours=ours,
        theirs=theirs,
        detail=detail.name.lower(),
        numbers=numbers,
        gap=30,
        our_repeats=frozenset({2}) if difference is Difference.DUPLICATE_IN_OURS else frozenset(),
        their_repeats=frozenset({102})
        if difference is Difference.DUPLICATE_IN_THEIRS
        else frozenset(),
    )


#: A discount is only called one where its rate proves it.
ALL = [
    (Detail.NONE, difference, (0, 0, 0))
    for difference in CASES
    if difference is not Difference.SHORT_PAYMENT_DISCOUNT
] + FINER


def told(one: ShownGroup, *, staff: bool) -> list[Sentence]:
    """Everything that is said about it."""
    why = words.why(one, staff=staff)
    because = words.because(one, staff=staff)
    found = [words.what(one, staff=staff), words.item(one, staff=staff), names.difference_name(one)]
    return [*found, *(sentence for sentence in (why, because) if sentence is not None)]


def test_every_type_and_every_finer_cause_is_told() -> None:
    assert set(CASES) == set(Difference)
    of_words = {detail for detail, _, _ in FINER}
    assert of_words >= {*sentences.WHAT_BY_DETAIL, Detail.DISCOUNT, Detail.FEE, Detail.EXCHANGE}


@pytest.mark.parametrize("staff", [True, False], ids=["staff", "customer"])
@pytest.mark.parametrize(
    ("detail", "difference", "numbers"), ALL, ids=[f"{one[1]}-{one[0].name}" for one in ALL]
)
def test_each_is_a_whole_sentence_in_both_languages(
    detail: Detail, difference: Difference, numbers: tuple[int, int, int], staff: bool
) -> None:
    one = group(difference, detail, numbers)

    for sentence in told(one, staff=staff):
        english = translator("en").sentence(sentence)
        chinese = translator("zh").sentence(sentence)
        assert "%(" not in english + chinese
        assert "None" not in english + chinese
        assert "  " not in english.strip()
        assert not re.search(r"[a-z]{3,}", AS_WRITTEN.sub("", chinese)), chinese
        assert re.search(r"[\u4e00-\u9fff]", chinese), chinese


@pytest.mark.parametrize("difference", [one for one, case in CASES.items() if case[2] in WHO])
def test_what_somebody_has_to_act_on_is_proved_and_says_what_to_do(difference: Difference) -> None:
    one = group(difference)

    for staff in (True, False):
        why = words.why(one, staff=staff)
        assert why is not None
        assert translator("en").sentence(names.note(one.acts, staff=staff))


@pytest.mark.parametrize("staff", [True, False], ids=["staff", "customer"])
def test_what_only_being_left_speaks_for_is_not_told_as_a_fact(staff: bool) -> None:
    one = replace(
        group(Difference.PRICE_OR_QUANTITY_DIFFERENCE), found_by="only_ones_left", state="proposed"
    )

    assert "perhaps the same document" in translator("en").sentence(words.what(one, staff=staff))
    assert "可能是同一单据" in translator("zh").sentence(words.what(one, staff=staff))


def test_the_proof_names_the_figures() -> None:
    swapped = words.why(group(Difference.AMOUNT_TRANSPOSITION), staff=False)

    said = translator("en").sentence(swapped) if swapped else ""

    assert "5,430.00" in said
    assert "4,530.00" in said
    assert "The 5 and the 4 have changed places" in said
    assert "900.00, can be divided by nine" in said


@pytest.mark.parametrize(
    ("ours", "theirs", "places"),
    [("543000", "453000", ("5", "4")), ("123456", "123465", ("5", "6")), ("1200", "3400", None)],
)
def test_digits_that_changed_places_are_found(
    ours: str, theirs: str, places: tuple[str, str] | None
) -> None:
    assert words.swapped(ours, theirs) == places
