"""Exports as shops, payment services and Chinese ledgers write them, read without a touch."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.imports import sentences, states, upload
from tieout.intake.kinds import BatchKind
from tieout.intake.understanding import UnderstoodRow, understood
from tieout.intake.uploads import Inspected, inspect
from tieout.intake.values.statuses import stops_a_document

SHOP = """Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,\
Lineitem price,Billing Name,Id
#1001,a@x.example,paid,USD,110.00,2026-06-03 09:59:00 +0800,2,Hammer,30.00,Ann Lee,501
#1001,a@x.example,,,,2026-06-03 09:59:00 +0800,1,Saw,50.00,,
#1002,b@x.example,paid,USD,50.00,2026-06-04 09:59:00 +0800,1,Saw,50.00,Bob Ray,502
#1003,c@x.example,voided,USD,80.00,2026-06-05 09:59:00 +0800,1,Saw,50.00,Cy Ho,503
#1003,c@x.example,,,,2026-06-05 09:59:00 +0800,1,Hammer,30.00,,
"""
BILL = """微信支付账单明细,,,,,,,,
共4笔记录,,,,,,,,
收入：3笔 350.00元,,,,,,,,
支出：1笔 100.00元,,,,,,,,
----------------------微信支付账单明细列表--------------------,,,,,,,,
交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号
2026-06-03 10:00:00,二维码收款,甲,二维码收款,收入,¥200.00,/,已收钱,1001
2026-06-04 10:00:00,商户消费,某店,货,支出,¥100.00,零钱,已全额退款,1002
2026-06-05 10:00:00,某店-退款,某店,货,收入,¥100.00,零钱,已全额退款,1003
2026-06-06 10:00:00,转账,乙,转账备注,收入,¥50.00,零钱,已存入零钱,1004
"""
LEDGER = """客户往来明细账
科目：1122 应收账款
年,月,日,凭证号,摘要,借方,贷方,方向,余额
2026,06,,,期初余额,,,借,1000.00
2026,06,03,记-0001,销售货物,500.00,,借,1500.00
,,05,记-0002,收款,,700.00,借,800.00
2026,06,,,本月合计,500.00,700.00,借,800.00
"""


def read(text: str, encoding: str = "utf-8") -> tuple[Inspected, list[UnderstoodRow]]:
    found = inspect(text.encode(encoding), "export.csv", None)
    return found, [row for row in understood(found) if not row.aside]


def told(found: Inspected) -> str:
    return " ".join(map(str, found.warnings))


def test_lines_of_an_order_of_a_shop_say_number_customer_and_status() -> None:
    found, rows = read(SHOP)

    assert found.kind == BatchKind.DOCUMENTS
    assert [
        (row.text("number"), row.text("customer_name"), row.text("status")) for row in rows
    ] == [
        ("#1001", "Ann Lee", "paid"),
        ("#1001", "Ann Lee", "paid"),
        ("#1002", "Bob Ray", "paid"),
        ("#1003", "Cy Ho", "voided"),
        ("#1003", "Cy Ho", "voided"),
    ]


def test_a_wechat_bill_is_payments_and_a_refund_received_is_money_in() -> None:
    """已全额退款 stands over both: what was spent, and what came back of it; both moved."""
    found, rows = read(BILL)

    assert found.kind == BatchKind.PAYMENTS
    assert [(row.text("payer"), row.number_of("_signed")) for row in rows] == [
        ("甲", Decimal("200.00")),
        ("某店", Decimal("-100.00")),
        ("某店", Decimal("100.00")),
        ("乙", Decimal("50.00")),
    ]
    assert all(one.ties for one in found.controls), found.controls


@pytest.mark.parametrize(
    ("status", "is_sold"),
    [("交易成功", True), ("等待买家付款", False), ("交易关闭", False), ("(删除)等待付款", False)],
)
def test_orders_nobody_paid_for_are_no_sales(status: str, is_sold: bool) -> None:
    assert bool(stops_a_document(status)) is not is_sold


def test_the_shop_itself_is_not_the_customer() -> None:
    lines = "".join(
        f"30000{n},买家{n},{n}00.00,交易成功,2026-06-0{n} 10:00:00,货物,2,旗舰店\n"
        for n in range(1, 5)
    )
    found, rows = read(
        f"订单编号,买家会员名,总金额,订单状态,订单创建时间,宝贝标题,宝贝总数量,店铺名称\n{lines}",
        "gbk",
    )

    assert found.about.encoding == "gb18030"
    assert [row.text("customer_name") for row in rows] == ["买家1", "买家2", "买家3", "买家4"]


def test_a_day_in_three_columns() -> None:
    found, rows = read(LEDGER, "gbk")

    assert [(row.text("date"), row.number_of("_signed")) for row in rows] == [
        ("2026-06-03", Decimal("500.00")),
        ("2026-06-05", Decimal("-700.00")),
    ]
    assert "put together from columns A, B, C" in told(found)
    assert all(one.ties for one in found.controls)


def test_the_year_stands_once_above_month_and_day() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["2026年", "", "凭证号", "客户名称", "摘要", "借方", "贷方"],
        ["月", "日", "", "", "", "", ""],
        [6, 3, "记-1", "甲公司", "销售", 500, None],
        ["", 15, "记-2", "乙公司", "收款", None, 700],
    ):
        sheet.append(row)
    for area in ("A1:B1", "C1:C2", "D1:D2", "E1:E2", "F1:F2", "G1:G2"):
        sheet.merge_cells(area)
    content = BytesIO()
    book.save(content)
    found = inspect(content.getvalue(), "ledger.xlsx", None)

    assert [row.text("date") for row in understood(found)] == ["2026-06-03", "2026-06-15"]


def test_sides_of_customers_under_numbers_of_vouchers_are_a_ledger() -> None:
    found, rows = read(
        "日期,凭证号,客户名称,摘要,方向,金额,余额\n"
        "2026-06-03,记-1,甲公司,销售商品,借,500.00,1500.00\n"
        "2026-06-05,记-2,甲公司,收货款,贷,700.00,800.00\n"
        "2026-06-06,记-3,甲公司,销售,借,70.00,870.00\n"
    )

    assert found.kind == BatchKind.DOCUMENTS
    assert [row.number_of("_signed") for row in rows] == [500, -700, 70]


def test_items_of_customers_out_of_a_ledger_are_documents_though_posted() -> None:
    found, rows = read(
        "Document Number,Posting Date,Account,Name 1,Amount in Local Currency,Local Currency\n"
        '1800001,01.06.2026,1001,Northwind,"1,234.50",EUR\n'
        "1800002,12.06.2026,1002,Contoso,99.00-,EUR\n"
    )

    assert found.kind == BatchKind.DOCUMENTS
    assert [(row.text("customer_name"), row.number_of("_signed")) for row in rows] == [
        ("Northwind", Decimal("1234.50")),
        ("Contoso", Decimal("-99.00")),
    ]


def test_what_is_pending_was_not_paid_and_what_went_back_raises_the_balance(
    session: Session,
) -> None:
    make_company(session)
    make_customer(session, code="ANN", currency="USD")
    batch = upload(
        session,
        "Date,Customer code,Type,Status,Currency,Gross,Transaction ID\n"
        "06/13/2026,ANN,Express Checkout Payment,Completed,USD,100.00,T1\n"
        "06/14/2026,ANN,Payment Refund,Completed,USD,-100.00,T2\n"
        "06/15/2026,ANN,Express Checkout Payment,Pending,USD,50.00,T3\n",
        kind=BatchKind.DOCUMENTS,
    )

    assert states(session, batch) == ["ready", "ready", "left_out"], sentences(session, batch)


def test_another_table_beside_the_first_is_named_and_not_mixed_in() -> None:
    found, rows = read(
        "Invoice No,Date,Customer,Amount,,Payment No,Received on,Payer,Paid\n"
        "INV-1,2026-06-01,Northwind,100.00,,P-1,2026-06-20,Contoso,50.00\n"
        "INV-2,2026-06-02,Contoso,200.00,,P-2,2026-06-21,Contoso,60.00\n"
    )

    assert found.kind == BatchKind.DOCUMENTS
    assert [row.number_of("amount") for row in rows] == [100, 200]
    assert "stands beside the first from column F" in told(found)


def test_a_group_of_amounts_in_the_plural() -> None:
    found, rows = read(
        "No,Date,Customer,Amounts Net,Amounts VAT,Amounts Gross\n"
        "S-1,2026-06-01,Northwind,100,13,113\nS-2,2026-06-02,Contoso,200,26,226\n"
    )

    assert found.missing is None
    assert [row.number_of("amount") for row in rows] == [113, 226]
