"""Balances brought forward and handed on inside lists of documents: held, never entered."""

from tieout.intake.asides import Aside
from tieout.intake.controls import Control
from tieout.intake.kinds import BatchKind
from tieout.intake.understanding import understood
from tieout.intake.uploads import Inspected, inspect


def documents(text: str, kind: BatchKind | None = BatchKind.DOCUMENTS) -> Inspected:
    return inspect(text.encode(), "list.csv", kind)


def held(found: Inspected) -> list[tuple[str, str, bool]]:
    return [(one.label, str(one.expected), one.ties) for one in found.controls]


def broken(found: Inspected) -> list[Control]:
    return [one for one in found.controls if not one.ties]


def entries(found: Inspected) -> list[str]:
    rows = understood(found)
    assert not [row.problems for row in rows if row.problems]
    return [row.text("number") for row in rows if row.aside is None]


def test_what_was_brought_forward_and_what_is_handed_on_are_held() -> None:
    found = documents(
        "Number,Date,Customer,Amount\n"
        "Balance b/f,2026-05-31,Brook Ltd,1500.00\n"
        "INV-1,2026-06-01,Brook Ltd,100.00\n"
        "INV-2,2026-06-02,Brook Ltd,50.00\n"
        "Balance c/f,2026-06-30,Brook Ltd,1650.00\n"
    )

    assert found.asides == {2: Aside.OPENING, 5: Aside.CLOSING}
    assert held(found) == [("Balance c/f", "1650.00", True)]
    assert entries(found) == ["INV-1", "INV-2"]


def test_pages_months_and_years_of_a_chinese_list_are_held() -> None:
    found = documents(
        "单据编号,日期,客户,摘要,金额\n"
        ",2026-05-31,明远公司,上期结转,1500.00\n"
        "XS-1,2026-06-01,明远公司,销售,100.00\n"
        "XS-2,2026-06-02,明远公司,销售,50.00\n"
        ",,,过次页,150.00\n"
        ",,,承前页,150.00\n"
        "XS-3,2026-06-03,明远公司,销售,30.00\n"
        ",,,本月合计,180.00\n"
        ",,,本年累计,1680.00\n"
    )

    assert entries(found) == ["XS-1", "XS-2", "XS-3"]
    assert held(found) == [
        ("过次页", "150.00", True),
        ("承前页", "150.00", True),
        ("本月合计", "180.00", True),
        ("本年累计", "1680.00", True),
    ]


def test_an_opening_balance_by_its_kind_is_a_document() -> None:
    found = documents(
        "Type,Number,Date,Customer,Amount\n"
        "Opening balance,OB-1,2026-05-31,Brook Ltd,1500.00\n"
        "Invoice,INV-1,2026-06-01,Brook Ltd,100.00\n"
    )

    assert entries(found) == ["OB-1", "INV-1"]


LEDGER = (
    "Date,Doc No,Customer,Description,Debit,Credit,Balance\n"
    "2026-05-31,,Brook Ltd,Balance brought down,,,1500.00\n"
    "2026-06-01,INV-1,Brook Ltd,Sale,100.00,,1600.00\n"
    "2026-06-10,PAY-1,Brook Ltd,Payment,,600.00,1000.00\n"
    "2026-06-12,INV-2,Brook Ltd,Sale,50.00,,1050.00\n"
    "2026-06-30,,Brook Ltd,Balance carried down,,,1050.00\n"
)


def test_a_ledger_is_told_from_a_statement_of_payments_and_its_balance_followed() -> None:
    found = documents(LEDGER, kind=None)

    assert found.mapping.kind == BatchKind.DOCUMENTS
    assert held(found) == [
        ("Balance", "1050.00", True),
        ("Balance carried down", "1050.00", True),
    ]
    assert entries(found) == ["INV-1", "PAY-1", "INV-2"]


def test_the_row_is_named_whose_balance_does_not_follow() -> None:
    found = documents(LEDGER.replace("50.00,,1050.00", "50.00,,1060.00"))

    assert [(c.row, str(c.expected), str(c.found)) for c in broken(found)] == [
        (5, "1060.00", "1050.00")
    ]


def test_the_first_row_is_held_against_what_was_brought_down() -> None:
    found = documents(LEDGER.replace("100.00,,1600.00", "110.00,,1600.00"))

    assert [c.row for c in broken(found)] == [3, 6]


def test_each_customer_of_a_list_has_a_balance_of_its_own() -> None:
    found = documents(
        LEDGER.removesuffix("2026-06-30,,Brook Ltd,Balance carried down,,,1050.00\n")
        + "2026-05-31,,Alder Ltd,Balance b/f,,,0.00\n"
        "2026-06-01,INV-3,Alder Ltd,Sale,100.00,,100.00\n"
        "2026-06-10,INV-4,Alder Ltd,Sale,70.00,,180.00\n"
    )

    assert [(c.row, str(c.found)) for c in broken(found)] == [(8, "170.00")]


def test_a_balance_may_change_its_side() -> None:
    found = documents(
        "日期,凭证号,客户,摘要,借方,贷方,方向,余额\n"
        "2026-06-01,,明远公司,期初余额,,,借,1500.00\n"
        "2026-06-02,记-1,明远公司,销售,100.00,,借,1600.00\n"
        "2026-06-03,记-2,明远公司,收款,,1700.00,贷,100.00\n"
        "2026-06-05,记-3,明远公司,销售,300.00,,借,200.00\n"
    )

    assert held(found) == [("余额", "200.00", True)]


def test_an_account_that_was_ruled_off_comes_to_the_same_on_both_sides() -> None:
    found = documents(
        "Date,Doc No,Customer,Description,Debit,Credit\n"
        "2026-05-31,,Brook Ltd,Balance b/d,1500.00,\n"
        "2026-06-01,INV-1,Brook Ltd,Sale,100.00,\n"
        "2026-06-10,PAY-1,Brook Ltd,Payment,,600.00\n"
        "2026-06-30,,Brook Ltd,Balance c/d,,1000.00\n"
        ",,,Total,1600.00,1600.00\n"
    )

    assert held(found) == [
        ("Balance c/d", "-1000.00", True),
        ("Total · Debit", "1600.00", True),
        ("Total · Credit", "1600.00", True),
    ]


def test_what_is_open_of_each_invoice_is_no_running_balance() -> None:
    found = documents(
        "Invoice no,Date,Customer,Total,Balance\n"
        "1,2026-06-01,Brook Ltd,100.00,100.00\n"
        "2,2026-06-02,Brook Ltd,50.00,0.00\n"
        "3,2026-06-03,Brook Ltd,70.00,20.00\n",
        kind=None,
    )

    assert found.mapping.kind == BatchKind.DOCUMENTS
    assert not found.controls
