"""Identifiers stay what they are; words are understood in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from tieout.intake.kinds import LOWERS, RAISES, Kind
from tieout.intake.reading import Broken, Cell
from tieout.intake.values.currencies import read_currency
from tieout.intake.values.errors import (
    CutByTheSpreadsheet,
    ErrorInCell,
    NotAnAddress,
    NotANumber,
    UnknownCurrencyWord,
    UnknownDirection,
    UnknownKindWord,
    UnknownLanguage,
)
from tieout.intake.values.numbers import Side
from tieout.intake.values.text import read_identifier, read_text
from tieout.intake.values.words import (
    read_days,
    read_direction,
    read_kind,
    read_language,
    read_mail,
)
from tieout.ledger import models


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [
        (Decimal("1930571429.0"), "1930571429"),
        ("17850.0", "17850"),
        ("0000611365", "0000611365"),
        (7, "7"),
        ("1234567890123456789012345678\t", "1234567890123456789012345678"),
        ("'00123", "00123"),
        ('="0012"', "0012"),
        ("ＩＮＶ－００１", "INV-001"),
        ("发-001", "发-001"),
        ("  INV  7 ", "INV 7"),
        (date(2026, 6, 30), "2026-06-30"),
        ("V1.0.0", "V1.0.0"),
        ("1.10", "1.10"),
        ("", None),
        (" \ufeff", None),
    ],
)
def test_identifiers_keep_every_digit(cell: Cell, identifier: str | None) -> None:
    assert read_identifier(cell) == identifier


@pytest.mark.parametrize("cell", ["6.22203E+18", "1e12", Decimal("6222031234567890000.0")])
def test_digits_a_spreadsheet_has_eaten_are_not_made_up(cell: Cell) -> None:
    with pytest.raises(CutByTheSpreadsheet):
        read_identifier(cell)


def test_texts_lose_only_what_cannot_be_seen() -> None:
    assert read_text(" line one\nline\u200b two ") == "line one line two"
    with pytest.raises(ErrorInCell, match="#REF!"):
        read_text(Broken("#REF!"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Invoice", Kind.INVOICE), ("销售发票", Kind.INVOICE), ("SI", Kind.INVOICE),
        ("Credit Note", Kind.CREDIT_NOTE), ("Sales return", Kind.CREDIT_NOTE),
        ("退货单", Kind.CREDIT_NOTE), ("红字发票", Kind.CREDIT_NOTE), ("CN", Kind.CREDIT_NOTE),
        ("Payment", Kind.PAYMENT), ("收款单", Kind.PAYMENT), ("Refund", Kind.REFUND),
        ("退款", Kind.REFUND), ("退票", Kind.BOUNCED_PAYMENT), ("现金折扣", Kind.DISCOUNT),
        ("Late interest", Kind.INTEREST), ("手续费", Kind.FEE), ("坏账", Kind.WRITE_OFF),
        ("期初余额", Kind.OPENING_BALANCE), ("调整", Kind.ADJUSTMENT),
        ("credit_note", Kind.CREDIT_NOTE),
        ("Debit note", Kind.INVOICE), ("汇兑损益", Kind.EXCHANGE_DIFFERENCE),
    ],
)  # fmt: skip
def test_kinds_of_documents(text: str, kind: Kind) -> None:
    assert read_kind(text) == kind


def test_a_person_may_say_what_a_word_means() -> None:
    with pytest.raises(UnknownKindWord, match="ZX1"):
        read_kind("ZX1")
    assert read_kind("ZX1", {"ZX1": "invoice"}) == Kind.INVOICE


def test_kinds_are_those_of_the_books() -> None:
    assert {kind.value for kind in Kind} == {kind.value for kind in models.DocumentKind}
    assert {kind.value for kind in LOWERS} == {kind.value for kind in models.NEGATIVE}
    assert {kind.value for kind in RAISES} == {kind.value for kind in models.POSITIVE}


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("借", Side.DEBIT), ("贷 Cr", Side.CREDIT), ("借 Dr", Side.DEBIT), ("收入", Side.CREDIT),
        ("支出", Side.DEBIT), ("Af", Side.DEBIT), ("Bij", Side.CREDIT), ("D", Side.DEBIT),
        ("CRDT", Side.CREDIT), ("/", None), ("不计收支", None), ("", None),
    ],
)  # fmt: skip
def test_directions(text: str, side: Side | None) -> None:
    assert read_direction(text) == side


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(UnknownDirection):
        read_direction("sideways")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CNY", "CNY"), ("rmb", "CNY"), ("人民币", "CNY"), ("人民币             ", "CNY"),
        ("US Dollar", "USD"), ("€", "EUR"), ("156-CNY", "CNY"), ("港币", "HKD"), ("¥", None),
        ("", None),
    ],
)  # fmt: skip
def test_currencies(text: str, code: str | None) -> None:
    assert read_currency(text) == code


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(UnknownCurrencyWord, match="XQQ"):
        read_currency("XQQ")


def test_languages_addresses_and_terms() -> None:
    assert read_language("中文") == "zh"
    assert read_language("EN") == "en"
    with pytest.raises(UnknownLanguage):
        read_language("Klingon")
    assert read_mail(" wang@example.cn ") == "wang@example.cn"
    with pytest.raises(NotAnAddress):
        read_mail("wang at example")
    assert [read_days(c) for c in (30, Decimal("45.0"), "Net 30", "月结60天", "现结", "")] == [
        30, 45, 30, 60, 0, None,
    ]  # fmt: skip
    with pytest.raises(NotANumber):
        read_days("2/10 net 30")
