"""Columns of other programs' files are understood without a touch, nine in ten and more."""

from pathlib import Path

import pytest

from tests.support.header_rows import held_out, samples, shapes
from tieout.intake.fields.field import headings
from tieout.intake.guessing import known_headings
from tieout.intake.headings import variants, without_little_words
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import inspect

#: Of all columns, and of those that say something to us.
ENOUGH = 0.9


def test_nine_columns_in_ten_are_understood_without_a_touch() -> None:
    columns = [pair for shape in shapes() for pair in shape.guessed()]
    right = sum(1 for column, field in columns if field in column.right)
    used = [(column, field) for column, field in columns if "" not in column.right]
    used_right = sum(1 for column, field in used if field in column.right)

    assert len(shapes()) >= 50
    assert right / len(columns) >= ENOUGH
    assert used_right / len(used) >= ENOUGH


def test_so_are_those_that_were_held_out() -> None:
    """Nothing was learned from “sixth” and “seventh”; they say how other files will be read."""
    sets = "first second third fresh fourth fifth sixth seventh eighth ninth".split()
    halves = [held_out(half) for half in sets]
    assert sum(map(len, halves)) >= 50
    for half in halves:
        columns = [pair for shape in half for pair in shape.guessed()]
        right = sum(1 for column, field in columns if field in column.right)
        assert right / len(columns) >= ENOUGH


def test_so_are_the_columns_of_the_sample_files(sample_data: Path) -> None:
    columns = [pair for _, found in samples(sample_data) for pair in found]
    right = sum(1 for column, field in columns if field in column.right)

    assert len(columns) > 150
    assert right / len(columns) >= ENOUGH


def test_what_every_row_must_say_is_not_taken_from_a_column_that_is_mostly_empty() -> None:
    rows = "".join(
        f"{n},Customer {n},{'Acme Ltd' if n % 5 == 0 else ''},c{n}@shop.example\n"
        for n in range(1, 40)
    )

    found = inspect(f"code,name,Company,Email\n{rows}".encode(), "c.csv", BatchKind.CUSTOMERS)

    assert {column.field: column.heading for column in found.mapping.columns} == {
        "code": "code",
        "name": "name",
        "email": "Email",
    }


@pytest.mark.parametrize(
    ("heading", "as_"),
    [
        ("Date d’opération", "date operation"),
        ("Fecha de emisión", "fecha emision"),
        ("Bogføringsdato", "bogforingsdato"),
        ("Kunden-Nr.", "kunden no"),
        ("Straße", "strasse"),
    ],
)
def test_headings_are_compared_without_what_people_write_differently(
    heading: str, as_: str
) -> None:
    assert as_ in variants(heading)
    assert as_ in headings(heading.casefold()) or as_ in known_headings()


def test_little_words_that_are_all_there_is_stay() -> None:
    assert without_little_words("d c") == "d c"
    assert without_little_words("no de piece") == "no piece"


def _fields(text: str, name: str, kind: BatchKind | None = None) -> dict[str, str]:
    mapping = inspect(text.encode(), name, kind).mapping
    return {column.field: column.heading for column in mapping.columns}


def test_headings_in_a_language_nobody_wrote_words_for_are_told_by_their_values() -> None:
    turkish = (
        "Fiş;Düzenleme;Son gün;Cari;Tutar\n"
        "A-101;01.06.2026;01.07.2026;Mavi Ticaret AS;1.200,50\n"
        "A-102;13.06.2026;13.07.2026;Deniz Gida Ltd;880,00\n"
        "A-103;15.06.2026;15.07.2026;Toprak Insaat AS;60,10\n"
    )
    polish = (
        "Numer faktury;Data wystawienia;Termin płatności;Kontrahent;Netto;Podatek;Brutto\n"
        "FV/06/001;2026-06-01;2026-07-01;Drewno Sp. z o.o.;100,00;23,00;123,00\n"
        "FV/06/002;2026-06-03;2026-07-03;Stal Polska S.A.;200,00;46,00;246,00\n"
    )

    assert _fields(turkish, "fis.csv") == {
        "number": "Fiş",
        "date": "Düzenleme",
        "due_date": "Son gün",
        "customer_name": "Cari",
        "amount": "Tutar",
    }
    found = _fields(polish, "faktury.csv")
    assert found["due_date"] == "Termin płatności"
    assert (found["number"], found["customer_name"]) == ("Numer faktury", "Kontrahent")
    assert found["amount"] == "Brutto"


def test_a_second_day_that_follows_no_term_is_not_taken_as_the_due_date() -> None:
    rows = (
        "No,Date,Client,Amount,Przesylka\n"
        "1,2026-06-01,Brook Ltd,10.00,2026-06-02\n"
        "2,2026-06-03,Alder Ltd,20.00,2026-06-04\n"
        "3,2026-06-05,Elm Ltd,30.00,2026-06-05\n"
    )

    assert "due_date" not in _fields(rows, "orders.csv", BatchKind.DOCUMENTS)


def test_the_columns_a_balance_goes_up_and_down_by_are_its_two_sides() -> None:
    rows = (
        "日期,单号,应收金额,已收金额,余额\n"
        "2026-06-01,XS-1,1200.00,,1200.00\n"
        "2026-06-05,XS-2,880.00,,2080.00\n"
        "2026-06-09,SK-1,,500.00,1580.00\n"
    )

    found = _fields(rows, "对账.csv", BatchKind.THEIR_LEDGER)

    assert (found["debit"], found["credit"]) == ("应收金额", "已收金额")
    assert "amount" not in found


def test_the_total_of_an_order_is_told_from_the_sums_of_its_lines() -> None:
    rows = (
        "订单编号,下单时间,客户,菜品,数量,单价,金额,订单总额\n"
        "1001,2026-06-01,城东店,牛肉面,1,18.00,18.00,24.00\n"
        "1001,2026-06-01,城东店,豆浆,2,3.00,6.00,24.00\n"
        "1002,2026-06-02,城西店,炒饭,1,16.00,16.00,16.00\n"
    )

    found = _fields(rows, "订单.csv", BatchKind.DOCUMENTS)

    assert (found["line_amount"], found["amount"]) == ("金额", "订单总额")
