"""What is said about differences: the document first, the proof, who acts."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.support.books import post
from tests.tieout.reconciliation.books import OURS, THEIRS, compared, rows
from tieout.matching import Detail, Difference
from tieout.money import Money
from tieout.reconciliation import names, sentences, words
from tieout.reconciliation.picture import picture
from tieout.reconciliation.shown import ShownGroup, ShownLine
from tieout.rendering.translation import reading

CUT_OFF = date(2026, 6, 30)


def group(
    difference: Difference,
    ours: str = "",
    theirs: str = "",
    *,
    detail: Detail = Detail.NONE,
    numbers: tuple[int, int, int] = (0, 0, 0),
    acts: str = "together",
    **more: object,
) -> ShownGroup:
    """A group of lines written as "2026-06-03 invoice INV-1 100.00"."""
    ours_lines = lines(ours, 0)
    their_lines = lines(theirs, 12)
    residual = sum(line.amount.minor for line in ours_lines) - sum(
        line.amount.minor for line in their_lines
    )
    given: dict[str, object] = {
        "no": 1,
        "seen": "",
        "difference": difference,
        "found_by": "",
        "state": "accepted",
        "acts": acts,
        "residual": Money(residual, "CNY"),
        "only_ours": Money.zero("CNY"),
        "only_theirs": Money.zero("CNY"),
        "value": Money(residual, "CNY"),
        "as_at": CUT_OFF,
        "ours": ours_lines,
        "theirs": their_lines,
        "detail": detail.name.lower(),
        "numbers": numbers,
        **more,
    }
    return ShownGroup(**given)  # type: ignore[arg-type]


def lines(text: str, first_row: int) -> tuple[ShownLine, ...]:
    return tuple(
        ShownLine(
            place,
            date.fromisoformat(day),
            number,
            kind,
            "",
            Money.of(amount, "CNY"),
            first_row + place if first_row else 0,
        )
        for place, (day, kind, number, amount) in enumerate(rows(text))
    )


def told(one: ShownGroup, *, staff: bool = False, language: str = "en") -> tuple[str, str]:
    with reading(language) as translator:
        why = words.why(one, staff=staff)
        return (
            translator.sentence(words.what(one, staff=staff)),
            translator.sentence(why) if why else "",
        )


def test_the_worked_example_in_words(session: Session) -> None:
    factories.make_company(session)
    account = factories.make_customer(session)
    for day, kind, number, amount in rows(OURS):
        post(session, account, kind, number, day, amount)

    shown = picture(session, compared(session, account, THEIRS))

    assert {told(one) for one in shown.differences} == {
        (
            "Invoice INV-1043 of 29 June 2026 reached your book on 2 July 2026.",
            "Line 7 of your file, after the cut-off. Nobody has to act.",
        ),
        (
            "Your payment of 29 June 2026 has not reached our book yet.",
            "Line 6 of your file, close to the cut-off. Nobody has to act.",
        ),
        (
            "Invoice INV-1021 is in your book twice.",
            (
                "Lines 2, 3 of your file carry the same number and amount; we have it once, of"
                " 18 May 2026. Reverse one of them."
            ),
        ),
        (
            "Credit note CN-77 of 3 June 2026 is missing in your book.",
            "No line of your file goes with it. Book it; you then owe 2,000.00 less.",
        ),
        (
            "Invoice INV-1039: two digits are swapped.",
            (
                "Our book says 5,430.00, your book 4,530.00 (line 4). The 5 and the 4 have changed"
                " places; the difference, 900.00, can be divided by nine, as it always can then."
                " Raise your line by 900.00."
            ),
        ),
    }


def test_the_companys_people_read_it_the_other_way_round() -> None:
    missing = group(
        Difference.MISSING_IN_OURS, theirs="2026-06-09 payment CASH-19 -640.00", acts="we"
    )

    assert told(missing, staff=True) == (
        "Payment CASH-19 of 9 June 2026 is missing in our book.",
        (
            "Line 12 of their file; no document of ours goes with it. Ask the"
            " customer for the document, or find where it was booked."
        ),
    )


@pytest.mark.parametrize(
    ("one", "what", "why"),
    [
        (
            group(
                Difference.SHORT_PAYMENT_DISCOUNT,
                "2026-06-03 payment PAY-1 -980.00",
                "2026-06-02 payment PAY-1 -1000.00",
                detail=Detail.DISCOUNT,
                numbers=(20_000, 2000, 100_000),
            ),
            "Payment PAY-1 differs by a discount of 2 %.",
            (
                "Our book says −980.00, your book −1,000.00 (line 12). 20.00 is 2 % of 1,000.00."
                " Let us agree whether the discount is granted."
            ),
        ),
        (
            group(
                Difference.BANK_FEE,
                "2026-06-03 payment PAY-1 -7985.00",
                "2026-06-02 payment PAY-1 -8000.00",
                detail=Detail.FEE,
                numbers=(1500, 0, 0),
            ),
            "Payment PAY-1 arrived 15.00 short.",
            (
                "Our book says −7,985.00, your book −8,000.00 (line 12). 15.00 stayed with the"
                " banks on the way. Let us agree who bears it."
            ),
        ),
        (
            group(
                Difference.AMOUNT_TYPO,
                "2026-06-03 invoice INV-1 1000.00",
                "2026-06-02 invoice INV-1 100.00",
                detail=Detail.DECIMAL_SLIP,
                numbers=(10, 1, 0),
                acts="you",
            ),
            "Invoice INV-1: the decimal point has slipped.",
            (
                "Our book says 1,000.00, your book 100.00 (line 12). One amount is 10 times the"
                " other. Raise your line by 900.00."
            ),
        ),
        (
            group(
                Difference.SIGN_REVERSED,
                "2026-06-03 credit_note CN-5 -308.00",
                "2026-06-02 - CN-5 308.00",
                detail=Detail.OTHER_SIDE,
                acts="you",
            ),
            "Credit note CN-5 stands on the wrong side in your book.",
            (
                "Our book says −308.00, your book 308.00 (line 12). The difference is twice the"
                " amount. Book it on the other side."
            ),
        ),
        (
            group(
                Difference.UNEXPLAINED,
                "2026-06-03 invoice INV-1 154.00\n2026-06-03 invoice INV-2 20.00",
                "2026-06-02 - X 129.00",
            ),
            "Invoice INV-1: 45.00 more or less than in your book, unproven.",
            (
                "Our book says 174.00, your book 129.00 (line 12). The difference can be divided by"
                " nine: look for swapped digits. Let us look at it together."
            ),
        ),
    ],
    ids=lambda value: str(value.difference) if isinstance(value, ShownGroup) else "",
)
def test_each_cause_has_its_own_words(one: ShownGroup, what: str, why: str) -> None:
    assert told(one) == (what, why)


@pytest.mark.parametrize("difference", list(Difference))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_type_can_be_told_in_both_voices(difference: Difference, language: str) -> None:
    both = group(difference, "2026-06-03 invoice INV-1 154.00", "2026-06-02 - X 129.00")

    for staff in (False, True):
        what, _ = told(both, staff=staff, language=language)
        assert "INV-1" in what
        with reading(language) as translator:
            assert "%(" not in translator.sentence(words.item(both, staff=staff))
            assert translator.sentence(names.difference_name(both))


def test_a_decision_is_told_with_its_reason() -> None:
    one = group(
        Difference.UNEXPLAINED,
        "2026-06-03 invoice INV-1 100.00\n2026-06-03 invoice INV-2 20.00",
        "2026-06-02 - X 115.00",
        found_by="by_hand",
        reason="freight kept back",
    )

    what, why = told(one)

    assert what == "Invoice INV-1 was matched by hand, leaving 5.00."
    assert "Reason given: freight kept back" in why


def test_the_sentences_of_both_voices_are_complete() -> None:
    in_transit = {Difference.INVOICE_IN_TRANSIT, Difference.PAYMENT_IN_TRANSIT}
    assert set(sentences.WHAT) | in_transit == set(Difference)


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (
            "XS-2026061203",
            "XS-2026061230",
            (
                "Invoice XS-2026061203 is XS-2026061230 in your book: the 0 and the 3 have changed"
                " places in the number."
            ),
        ),
        (
            "INV-2026-000815",
            "inv2026000875",
            (
                "Invoice INV-2026-000815 is inv2026000875 in your book: one digit of the number"
                " differs."
            ),
        ),
        (
            "INV-2026-000815",
            "INV-2O26-OOO8I5",
            (
                "Invoice INV-2026-000815 is INV-2O26-OOO8I5 in your book: letters stand for figures"
                " in the number."
            ),
        ),
        ("INV-2026-000815", "V00012", "Invoice INV-2026-000815 has another number in your book."),
        ("INV-12", "INV-21", "Invoice INV-12 has another number in your book."),
        ("INV-815A", "INV-815B", "Invoice INV-815A has another number in your book."),
    ],
)
def test_how_a_number_differs_is_said_where_it_can_be_seen(
    ours: str, theirs: str, said: str
) -> None:
    one = group(
        Difference.REF_MISMATCH,
        f"2026-06-03 invoice {ours} 100.00",
        f"2026-06-04 invoice {theirs} 100.00",
    )

    assert told(one)[0] == said


def test_several_rows_of_their_file_are_lines() -> None:
    one = group(
        Difference.SHORT_PAYMENT_DISCOUNT,
        "2026-06-30 payment RC-40 -4410.00",
        "2026-06-28 payment PV-5 -2000.00\n2026-06-28 payment PV-5 -2500.00",
        detail=Detail.DISCOUNT,
        numbers=(20_000, 9_000, 450_000),
    )

    assert "their book −4,500.00 (lines 12, 13)." in told(one, staff=True)[1]
    assert "（第 12、13 行）" in told(one, staff=True, language="zh")[1]


def test_a_payment_the_customer_has_not_booked_is_proved_by_the_bank() -> None:
    one = group(Difference.MISSING_IN_THEIRS, "2026-04-10 payment RC-3 -1000.00", acts="you")

    assert told(one, staff=True)[1].endswith("Show when it arrived; the customer books it.")
