"""What a file holds is told by its columns; a balance that is off by a cent is never silent."""

import pytest

from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import inspect


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ("Number,Date,Customer,Amount", BatchKind.DOCUMENTS),
        ("单据编号,单据日期,客户名称,价税合计", BatchKind.DOCUMENTS),
        ("Belegnr,Datum,Kunde,Betrag", BatchKind.DOCUMENTS),
        ("Payment No,Date,Customer,Amount", BatchKind.PAYMENTS),
        ("收款单号,收款日期,客户名称,收款金额", BatchKind.PAYMENTS),
        ("Receipt No,Date,Customer,Amount", BatchKind.PAYMENTS),
    ],
)
def test_a_list_that_could_be_either_is_documents_unless_it_speaks_of_paying(
    headings: str, kind: BatchKind
) -> None:
    found = inspect(f"{headings}\nX-1,2026-06-01,Brook Ltd,100.00\n".encode(), "list.csv", None)

    assert found.kind == kind


@pytest.mark.parametrize(
    ("last", "ties"),
    [("1149.00", True), ("1148.99", False)],
)
@pytest.mark.parametrize("fee", ["1.00", "-1.00"])
def test_the_balance_of_a_short_statement_is_followed(last: str, fee: str, ties: bool) -> None:
    text = (
        "Date,Description,Debit,Credit,Balance\n2026-06-01,Brook,,100.00,1100.00\n"
        f"2026-06-02,fee,{fee},,1099.00\n2026-06-03,Alder,,50.00,{last}\n"
    )

    found = inspect(text.encode(), "june.csv", BatchKind.PAYMENTS)

    assert [control.ties for control in found.controls] == [ties]


@pytest.mark.parametrize(("closing", "ties"), [("640.00", True), ("640.01", False)])
def test_what_one_column_brings_forward_is_what_it_closes_with(closing: str, ties: bool) -> None:
    text = (
        "Number,Date,Payer,Amount\n,,Balance b/f,500.00\nP-1,2026-06-01,Brook Ltd,100.00\n"
        f"P-2,2026-06-02,Brook Ltd,40.00\n,,Balance c/f,{closing}\n"
    )

    found = inspect(text.encode(), "june.csv", BatchKind.PAYMENTS)

    assert [control.ties for control in found.controls] == [ties]


def test_a_wallets_bill_that_names_who_paid_is_a_list_of_payments() -> None:
    text = (
        "支付宝交易记录明细查询\n"
        "交易号,商家订单号,付款时间,类型,交易对方,商品名称,金额（元）,收/支,交易状态,备注\n"
        "2026060122001,T200P1,2026-06-01 10:00:05,即时到账交易,明远,货款,100.00,收入,交易成功,\n"
        "2026060122002,T2,2026-06-02 10:00:05,即时到账交易,东方,退款,30.00,,退款成功,\n"
        "共2笔记录\n"
        "已收入:1笔,100.00元\n"
    )

    found = inspect(text.encode(), "账单.csv", None)

    assert found.mapping.kind == BatchKind.PAYMENTS
    assert sorted(found.asides) == [5, 6]
    assert [control.ties for control in found.controls if control.kind == "count"] == [True, True]
