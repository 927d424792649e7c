"""Ledgers say whose their entries are in a row above them, and lists of lines say it once."""

from tieout.intake.asides import Aside
from tieout.intake.kinds import BatchKind
from tieout.intake.understanding import UnderstoodRow, understood
from tieout.intake.uploads import Inspected, inspect

BY_CUSTOMER = """\
ABC Trading Co - Customer ledger,,,,
,,,,
Date,Type,Num,Debit,Credit
Northwind Ltd,,,,
07/02/2026,Invoice,INV-1,"1,234.56",
07/13/2026,Payment,PMT-7,,"1,000.00"
Total Northwind Ltd,,,"1,234.56","1,000.00"
3M Contoso GmbH,,,,
07/25/2026,Credit Memo,CM-3,,50.00
Total 3M Contoso GmbH,,,0.00,50.00
TOTAL,,,"1,234.56","1,050.00"
Prepared by the accounts department,,,,
"""
BY_CUSTOMER_CHINESE = """\
应收账款明细账
客户：上海明远贸易有限公司  币种：人民币
日期,单据编号,摘要,借方,贷方
2026-07-02,XS-1,销售,1234.56,
,,本月合计,1234.56,
往来单位：北京华泰商贸有限公司
日期,单据编号,摘要,借方,贷方
2026-07-05,XS-2,销售,500.00,
,,本月合计,500.00,
,,总计,1734.56,
"""
LINES = """\
单据编号,日期,客户,商品名称,数量,单价,金额
XS-001,2026-07-02,上海明远贸易,扳手,10,12.50,125.00
,,,锤子,2,30.00,60.00
,,,小计,12,,185.00
XS-002,2026-07-03,北京华泰,扳手,4,12.50,50.00
合计,,,,16,,235.00
"""


def read(text: str, kind: BatchKind = BatchKind.DOCUMENTS) -> tuple[Inspected, list[UnderstoodRow]]:
    inspected = inspect(text.encode(), "ledger.csv", kind)
    return inspected, understood(inspected)


def whose(rows: list[UnderstoodRow]) -> list[tuple[str, str]]:
    return [(row.text("number"), row.text("customer_name")) for row in rows if not row.aside]


def test_customers_above_their_entries_are_said_in_each_of_them() -> None:
    inspected, rows = read(BY_CUSTOMER)

    assert whose(rows) == [
        ("INV-1", "Northwind Ltd"),
        ("PMT-7", "Northwind Ltd"),
        ("CM-3", "3M Contoso GmbH"),
    ]
    assert not any(row.problems for row in rows)
    assert [row.number for row in rows if row.aside == Aside.SECTION] == [4, 8]
    assert [row.number for row in rows if row.aside == Aside.TOTAL] == [7, 10, 11]
    assert inspected.controls
    assert all(control.ties for control in inspected.controls)
    assert "“Northwind Ltd” in row 4" in " ".join(map(str, inspected.warnings))


def test_the_first_may_stand_above_the_headings_and_have_a_label() -> None:
    inspected, rows = read(BY_CUSTOMER_CHINESE)

    assert whose(rows) == [("XS-1", "上海明远贸易有限公司"), ("XS-2", "北京华泰商贸有限公司")]
    assert inspected.headings[-1] == "客户名称"
    assert all(control.ties for control in inspected.controls)


def test_a_statement_names_its_one_customer_above_the_headings() -> None:
    _, rows = read("Customer:,Northwind Ltd,\n,,\nDate,Invoice,Amount\n2026-07-02,INV-1,100.00\n")

    assert whose(rows) == [("INV-1", "Northwind Ltd")]


def test_months_and_kinds_above_entries_are_nobody() -> None:
    for one, other in (("July 2026", "August 2026"), ("Invoices", "Payments"), ("CNY", "USD")):
        inspected, _ = read(
            f"Date,Num,Amount\n{one},,\n2026-07-02,INV-1,1.00\n{other},,\n2026-08-02,INV-2,2.00\n"
        )
        assert len(inspected.headings) == 3


def test_a_column_of_customers_is_left_as_it_is() -> None:
    inspected, rows = read(
        "Region East,,,\nNum,Date,Customer,Amount\nINV-1,2026-07-02,Northwind,1.00\n"
        "Region West,,,\nINV-2,2026-07-03,Contoso,2.00\n"
    )

    assert len(inspected.headings) == 4
    assert [name for _, name in whose(rows) if name] == ["Northwind", "Contoso"]


def test_lines_below_the_first_of_their_document_belong_to_it() -> None:
    inspected, rows = read(LINES)

    assert whose(rows) == [
        ("XS-001", "上海明远贸易"),
        ("XS-001", "上海明远贸易"),
        ("XS-002", "北京华泰"),
    ]
    assert [row.number for row in rows if row.aside == Aside.TOTAL] == [4, 6]
    assert "such as row 3" in " ".join(map(str, inspected.warnings))


def test_a_customer_named_once_for_a_group_is_named_in_each_row() -> None:
    _, rows = read(
        "Customer,Invoice No,Date,Amount\nNorthwind Ltd,INV-1,2026-07-02,100.00\n"
        ",INV-2,2026-07-03,200.00\nTotal Northwind Ltd,,,300.00\n"
        "Contoso,INV-3,2026-07-04,50.00\nContoso Total,,,50.00\n"
    )

    assert whose(rows) == [
        ("INV-1", "Northwind Ltd"),
        ("INV-2", "Northwind Ltd"),
        ("INV-3", "Contoso"),
    ]


def test_a_sale_to_nobody_stays_one() -> None:
    """A shop's orders without a customer are not those of the customer before."""
    _, rows = read(
        "Customer,Invoice No,Date,Amount\nNorthwind Ltd,INV-1,2026-07-02,100.00\n"
        ",INV-2,2026-07-03,200.00\nContoso,INV-3,2026-07-04,50.00\n"
    )

    assert whose(rows)[1] == ("INV-2", "")


def test_code_and_name_may_stand_in_cells_of_their_own() -> None:
    headings = "No,Type,Date,Ref,Amount\n"
    _, rows = read(
        f"A/C:,BRO001,Name:,Brook Ltd,\n{headings}41,SI,14/07/2026,INV-1,100.00\n,,,,\n"
        f"A/C:,ALD001,Name:,Alder GmbH,\n{headings}43,SI,15/07/2026,INV-2,75.00\n"
    )

    assert whose(rows) == [("41", "Brook Ltd"), ("43", "Alder GmbH")]
