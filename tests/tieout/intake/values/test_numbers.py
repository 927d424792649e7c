"""Numbers as accountants, banks and spreadsheets write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.errors import TieoutError
from tieout.intake.reading import Broken, Cell
from tieout.intake.reading.cells import NOT_CALCULATED
from tieout.intake.values.errors import (
    DateForNumber,
    ErrorInCell,
    NeverCalculated,
    NotANumber,
    WrongGrouping,
)
from tieout.intake.values.numbers import DecimalMark, Figure, Side, decimal_mark, read_number

POINT, COMMA = DecimalMark.POINT, DecimalMark.COMMA


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("12,34,567.89", "1234567.89"),
        ("1'234.56", "1234.56"),
        ("1 234.56", "1234.56"),
        ("1\u202f234.56", "1234.56"),
        ("-5", "-5"),
        ("−5.00", "-5.00"),
        ("5.00-", "-5.00"),
        ("(5.00)", "-5.00"),
        ("（5.00）", "-5.00"),
        ("(¥5.00)", "-5.00"),
        ("¥(5.00)", "-5.00"),
        ("-$76.00", "-76.00"),
        ("$-76.00", "-76.00"),
        ("+$327.49", "327.49"),
        ("１，２３４．５６", "1234.56"),
        ("￥1,234.00", "1234.00"),
        ("  -6,086.11   \t", "-6086.11"),
        ("100元", "100"),
        (".50", "0.50"),
        ("'12.00", "12.00"),
        ("0", "0"),
    ],
)
def test_a_number_with_a_decimal_point(text: str, value: str) -> None:
    assert read_number(text, POINT) == Figure(Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1234,56", "1234.56"),
        ("-48,00", "-48.00"),
        ("200.000.000", "200000000"),
        ("1 234,5", "1234.5"),
        ("1.234", "1234"),
    ],
)
def test_a_number_with_a_decimal_comma(text: str, value: str) -> None:
    assert read_number(text, COMMA) == Figure(Decimal(value))


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("1,000.00 CR", Figure(Decimal("1000.00"), side=Side.CREDIT)),
        ("1,000.00DR", Figure(Decimal("1000.00"), side=Side.DEBIT)),
        ("Dr. 5.00", Figure(Decimal("5.00"), side=Side.DEBIT)),
        ("借 5.00", Figure(Decimal("5.00"), side=Side.DEBIT)),
        ("5.00贷", Figure(Decimal("5.00"), side=Side.CREDIT)),
        ("平 0.00", Figure(Decimal("0.00"))),
        ("CNY 1,234.56", Figure(Decimal("1234.56"), "CNY")),
        ("1,234.56 USD", Figure(Decimal("1234.56"), "USD")),
        ("HK$12.00", Figure(Decimal("12.00"), "HKD")),
        ("RMB12.00", Figure(Decimal("12.00"), "CNY")),
        ("€ 5", Figure(Decimal(5), "EUR")),
        ("Fr.50", Figure(Decimal(50), "CHF")),
        ("人民币12.50", Figure(Decimal("12.50"), "CNY")),
        ("12.50 USD CR", Figure(Decimal("12.50"), "USD", Side.CREDIT)),
    ],
)
def test_a_number_with_words_around_it(text: str, figure: Figure) -> None:
    assert read_number(text, POINT) == figure


@pytest.mark.parametrize(
    "text",
    [
        "abc", "1.2.3", "12%", "1,234.56.78", "(5.00", "(-5.00)", "--5", "5 pieces", "1/2",
        "2026-06-30", "壹仟元整", "1.5万", "1e5", "1.23457E+11", "INV-5", "5 USD EUR", "+-3", "3.",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises((NotANumber, WrongGrouping)):
        read_number(text, POINT)


@pytest.mark.parametrize("text", ["1,23", "12,3456", "1,2345,678", "1,23,45", "1,234'567"])
def test_a_thousands_mark_in_the_wrong_place_is_refused(text: str) -> None:
    with pytest.raises(WrongGrouping):
        read_number(text, POINT)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "\t", "/", "--"])
def test_a_blank_cell_is_no_number(text: str) -> None:
    assert read_number(text, POINT) is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (Broken("#N/A"), ErrorInCell),
        (Broken(NOT_CALCULATED), NeverCalculated),
        (date(2026, 6, 30), DateForNumber),
        (True, NotANumber),
    ],
)
def test_cells_of_another_kind_are_refused(cell: Cell, reason: type[TieoutError]) -> None:
    with pytest.raises(reason):
        read_number(cell, POINT)


def test_the_noise_of_binary_fractions_is_not_read() -> None:
    assert read_number(Decimal("0.30000000000000004")) == Figure(Decimal("0.3"))
    assert read_number(Decimal("1.005")) == Figure(Decimal("1.005"))


@given(st.integers(-(10**12), 10**12), st.sampled_from([POINT, COMMA]))
def test_what_is_written_is_read_back(minor: int, mark: DecimalMark) -> None:
    text = f"{Decimal(minor).scaleb(-2):,.2f}"
    if mark == COMMA:
        text = text.translate(str.maketrans(",.", ".,"))

    assert read_number(text, mark) == Figure(Decimal(minor).scaleb(-2))


@given(st.text(alphabet="0123456789,.-()¥ CRDr借贷EURabc", max_size=12))
def test_reading_never_fails_but_by_refusing(text: str) -> None:
    try:
        figure = read_number(text, POINT)
    except TieoutError:
        return
    assert figure is None or figure.value.is_finite()


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["1,234.56", "1,234"], POINT),
        (["1.234,56", "1.234"], COMMA),
        (["12,5", "3"], COMMA),
        (["0,500", "1,234"], COMMA),
        (["1.234.567"], COMMA),
        (["1,234,567"], POINT),
        (["12.50"], POINT),
        (["1'234"], None),
        (["1 234,00"], COMMA),
        (["-48,00", "26550,33"], COMMA),
    ],
)
def test_a_column_tells_its_decimal_mark(column: list[str], mark: DecimalMark | None) -> None:
    assert decimal_mark(column).mark == mark


def test_a_column_that_may_be_read_two_ways_says_so() -> None:
    found = decimal_mark(["5", "1,234", "9,999"])

    assert found.mark is None
    assert found.doubtful == "1,234"


@pytest.mark.parametrize(
    "text",
    ["1\u200b,234.56", "\u200e1,234.56\u200e", '="1,234.56"', "**1,234.56**", "\u00ad1,234.56"],
)
def test_what_cannot_be_seen_or_only_guards_a_number_is_no_part_of_it(text: str) -> None:
    assert read_number(text) == Figure(Decimal("1234.56"))


def test_a_column_written_both_ways_is_in_doubt() -> None:
    assert decimal_mark(["1.234,56", "1,234.56", "1.234,00", "1.234"]).doubtful == "1.234"
