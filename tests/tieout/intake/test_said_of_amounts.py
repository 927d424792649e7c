"""What headings, titles and number formats say of the amounts is not lost."""

from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tieout.intake.kinds import BatchKind
from tieout.intake.understanding import understood
from tieout.intake.uploads import Inspected, inspect


def read(text: str, kind: BatchKind | None = BatchKind.DOCUMENTS) -> Inspected:
    return inspect(text.encode(), "sales.csv", kind)


def shown_as(*formats: str) -> Inspected:
    book = Workbook()
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    sheet.append(["Invoice No", "Date", "Customer", "Amount"])
    for row, code in enumerate(formats, 2):
        sheet.append([f"INV-{row}", "2026-07-02", "Northwind", 10.5])
        sheet.cell(row, 4).number_format = code
    out = BytesIO()
    book.save(out)
    return inspect(out.getvalue(), "sales.xlsx", BatchKind.DOCUMENTS)


@pytest.mark.parametrize(
    ("heading", "currency"),
    [
        ("Amount (USD)", "USD"), ("Amount EUR", "EUR"), ("金额(美元)", "USD"), ("金额（元）", ""),
        ("Amount ($)", ""), ("Amount", ""), ("USD Amount", "USD"), ("应收金额/港币", "HKD"),
    ],
)  # fmt: skip
def test_a_heading_names_the_currency(heading: str, currency: str) -> None:
    found = read(f"Invoice No,Date,Customer,{heading}\nINV-1,2026-07-02,Northwind,5.00\n")

    assert found.mapping.currency == currency
    assert found.mapping.has("amount")


@pytest.mark.parametrize(
    "line", ["Currency: EUR", "Currency:,EUR", "币种：欧元", "All amounts in EUR"]
)
def test_a_line_above_the_headings_names_it(line: str) -> None:
    found = read(f"{line},\n\nInvoice No,Date,Customer,Amount\nINV-1,2026-07-02,Northwind,5.00\n")

    assert found.mapping.currency == "EUR"


def test_a_column_of_currencies_comes_first() -> None:
    found = read("Currency: EUR\nNo,Date,Customer,Amount,Currency\n1,2026-07-02,N,5.00,USD\n")

    assert found.mapping.currency == ""


@pytest.mark.parametrize(
    ("code", "currency"),
    [
        ("[$€-407] #,##0.00", "EUR"), ("[$¥-804]#,##0.00", "CNY"), ("[$¥-411]#,##0", "JPY"),
        ("[$USD] #,##0.00", "USD"), ('#,##0.00 "HKD"', "HKD"), ("[$$-409]#,##0.00", "USD"),
        ("#,##0.00", ""), ("General", ""), ('"¥"#,##0', ""),
    ],
)  # fmt: skip
def test_number_formats_name_it(code: str, currency: str) -> None:
    found = shown_as(code, code, code)

    assert found.mapping.currency == currency


def test_a_sign_that_several_share_is_asked_about() -> None:
    assert "several currencies share" in " ".join(map(str, shown_as('"¥"#,##0').warnings))


def test_rows_shown_in_different_currencies_are_each_in_their_own() -> None:
    found = shown_as("[$€-407] #,##0.00", "[$USD] #,##0.00", "#,##0.00")

    assert [row.text("currency") for row in understood(found)] == ["EUR", "USD", ""]
    assert [row.text("amount") for row in understood(found)] == ["10.5", "10.5", "10.5"]


@pytest.mark.parametrize(
    ("above", "heading", "amount"),
    [
        ("销售明细", "金额（万元）", "15000.0"), ("单位：万元", "金额", "15000.0"),
        ("Sales", "Amount (in thousands)", "1500.0"), ("Sales", "Amount", "1.5"),
    ],
)  # fmt: skip
def test_what_figures_count_in_is_used(above: str, heading: str, amount: str) -> None:
    found = read(
        f"{above},,,\n单据编号,日期,客户,{heading}\nXS-1,2026-07-02,明远,1.5\n合计,,,1.5\n"
    )

    assert understood(found)[0].text("amount") == amount
    assert all(control.ties for control in found.controls)
    assert (amount == "1.5") == (not found.warnings)


def test_a_balance_that_rises_by_debit_is_a_ledger_and_no_bank_statement() -> None:
    rows = "2026-07-02,INV-1,Sale,1000.00,,1000.00\n2026-07-05,REC-1,Receipt,,400.00,600.00\n"

    assert read(f"Date,Num,Text,Debit,Credit,Balance\n{rows}", None).kind == BatchKind.DOCUMENTS
    assert read(f"Date,Num,Text,Credit,Debit,Balance\n{rows}", None).kind == BatchKind.PAYMENTS


def test_in_a_cash_book_of_ones_own_debit_is_what_came_in() -> None:
    rows = "2026-07-02,1,Receipt,1000.00,,1000.00\n2026-07-05,2,Rent,,400.00,600.00\n"

    found = read(f"Date,Num,Text,Debit,Credit,Balance\n{rows}", BatchKind.PAYMENTS)

    assert [row.text("_signed") for row in understood(found)] == ["1000.00", "-400.00"]
