"""Lists of services that collect money, and ledgers as accounting programs print them."""

from collections.abc import Iterable

import pytest

from tieout.customers import Directory
from tieout.intake import batches, deeds
from tieout.intake.controls import Control
from tieout.intake.judging.books import Books
from tieout.intake.judging.judge import groups_alone
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import Inspected, inspect
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import DocumentKind


class _Everybody(Directory):
    """Whoever is named is the first customer."""

    def find(self, text: str) -> list[int]:
        return [1] if text else []


def _read(text: str, kind: BatchKind | None = None) -> Inspected:
    return inspect(text.encode(), "list.csv", kind)


def _fields(found: Inspected) -> dict[str, str]:
    return {column.field: column.heading for column in found.mapping.columns}


def _ties(controls: Iterable[Control]) -> dict[str, bool]:
    return {f"{one.kind} {one.label}": one.ties for one in controls}


CARDS = (
    "balance_transaction_id,created,currency,gross,fee,net,reporting_category,description,"
    "customer_id\n"
    "txn_1,2026-06-01 09:12:33,eur,120.00,3.78,116.22,charge,Order 1001,cus_A1\n"
    "txn_2,2026-06-02 15:40:00,eur,-80.50,0.00,-80.50,refund,Order 1002,cus_B2\n"
)
SHOP = (
    "Transaction Date,Type,Order,Card Brand,Payout Status,Payout Date,Amount,Fee,Net,Currency\n"
    "2026-06-01,charge,#1001,visa,paid,2026-06-04,120.00,3.78,116.22,USD\n"
    "2026-06-02,charge,#1002,master,paid,2026-06-04,80.50,2.63,77.87,USD\n"
)
TILL = (
    "Date,Gross Sales,Tax,Total Collected,Card,Fees,Net Total,Transaction ID,Customer Name\n"
    "06/14/2026,$100.00,$8.25,$108.25,$108.25,($2.92),$105.33,T1,Ann Lee\n"
    "06/15/2026,($50.00),($4.13),($54.13),($54.13),$0.00,($54.13),T2,Bo Chan\n"
)


@pytest.mark.parametrize(
    ("text", "amount"), [(CARDS, "gross"), (SHOP, "Amount"), (TILL, "Total Collected")]
)
def test_what_a_service_collected_is_payments_before_its_fee(text: str, amount: str) -> None:
    found = _read(text)

    assert found.kind == BatchKind.PAYMENTS
    assert _fields(found)["amount"] == amount


def test_a_brand_of_card_is_nobodys_name() -> None:
    found = _fields(_read(SHOP))

    assert not {"customer_name", "payer"} & found.keys()


def test_a_balance_that_moves_by_what_is_left_after_fees_is_not_held_against_what_was_paid() -> (
    None
):
    text = (
        "Date,Name,Status,Currency,Gross,Fee,Net,Transaction ID,Balance,Balance Impact\n"
        "06/13/2026,Brook Ltd,Completed,USD,100.00,-3.20,96.80,A,96.80,Credit\n"
        "06/14/2026,Alder Ltd,Completed,USD,200.00,-6.10,193.90,B,290.70,Credit\n"
        "06/15/2026,Alder Ltd,Completed,USD,-50.00,0.00,-50.00,C,240.70,Debit\n"
    )

    found = _read(text)

    assert found.kind == BatchKind.PAYMENTS
    assert _fields(found)["amount"] == "Gross"
    assert found.controls == ()


def test_refunds_in_a_column_that_is_not_read_are_said() -> None:
    text = (
        "id,Created,Amount,Amount Refunded,Currency,Fee,Status,Card Brand\n"
        "ch_1,2026-06-01,120.00,0.00,eur,3.78,Paid,visa\n"
        "ch_2,2026-06-02,80.50,30.50,eur,2.63,Paid,visa\n"
    )

    said = [one.text % one.facts for one in _read(text).warnings]
    without = [one.text for one in _read(text.replace("30.50", "0.00")).warnings]

    assert [
        one for one in said if "Amount Refunded" in one and "column D".casefold() in one.lower()
    ]
    assert not [one for one in without if "paid back" in one]


@pytest.mark.parametrize(
    ("heading", "day", "zone"),
    [
        ("created_at", "2026-06-30T23:30:00-07:00", "-07:00"),
        ("created_at", "2026-06-30T23:30:00Z", "Z"),
        ("Created (UTC)", "2026-06-30 23:30", "UTC"),
        ("created_at", "2026-06-30 23:30:00", ""),
    ],
)
def test_a_day_of_another_time_zone_is_said(heading: str, day: str, zone: str) -> None:
    text = f"id,{heading},customer,amount\nt1,{day},Brook Ltd,100.00\n"

    found = _read(text, BatchKind.DOCUMENTS)

    said = [one.facts["zone"] for one in found.warnings if "time zone" in one.text]
    assert said == ([zone] if zone else [])


ALIPAY = (
    "#账务明细查询\n"
    "账务流水号,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,备注\n"
    "1001,2026-06-01 09:00:05,王敏,118.00,,1118.00,\n"
    "1002,2026-06-01 09:00:06,,,-0.72,1117.28,服务费\n"
    "{last}"
    "#支出合计：2笔，共-81.22元\n"
    "#收入合计：1笔，共118.00元\n"
)
LAST = "1003,2026-06-03 09:00:06,李海,,-80.50,1036.78,\n"


@pytest.mark.parametrize("last", [LAST, ""])
def test_what_a_wallet_adds_up_at_the_end_is_held_against_its_rows(last: str) -> None:
    ties = _ties(_read(ALIPAY.format(last=last)).controls)

    assert ties["total 收入"]
    assert ties["count 收入"]
    assert ties["total 支出"] is bool(last)
    assert ties["count 支出"] is bool(last)


def test_sums_cut_in_two_by_a_comma_are_read() -> None:
    text = (
        "交易号,付款时间,交易对方,金额（元）,收/支,交易状态\n"
        "1,2026-06-01,明远,120.00,收入,交易成功\n"
        "2,2026-06-02,海川,80.50,收入,交易成功\n"
        "已收入:2笔,200.50元\n"
        "待收入:0笔,0.00元\n"
    )

    assert _ties(_read(text).controls) == {"count 收入": True, "total 收入": True}


YEAR_ABOVE = (
    "客户往来明细账\n"
    "2026年,,凭证号,摘要,借方,贷方,方向,余额\n"
    "月,日,,,,,,\n"
    ",,,期初余额,,,借,500.00\n"
    "06,05,记-0003,销售阀门,1200.00,,借,1700.00\n"
    "06,12,收-0021,收回货款,,2000.00,贷,300.00\n"
    "06,,,本月合计,1200.00,2000.00,贷,300.00\n"
)


def test_a_ledger_that_says_the_year_above_month_and_day_is_read_as_documents() -> None:
    found = _read(YEAR_ABOVE)

    assert found.kind == BatchKind.DOCUMENTS
    assert found.layout.header_row == 3
    assert {"date", "number", "debit", "credit"} <= _fields(found).keys()
    entries = [row for row in found.rows if row.number not in found.asides]
    assert [row.cells[1] for row in entries] == ["2026-6-5", "2026-6-12"]
    assert all(_ties(found.controls).values())


def test_an_account_of_receivables_is_no_statement_of_a_bank() -> None:
    text = (
        "日期,凭证号,科目名称,摘要,借方,贷方,方向,余额\n"
        "2026-05-10,记-0012,应收账款,销售阀门,1200.00,,借,1700.00\n"
        "2026-06-12,收-0021,应收账款,收回货款,,2000.00,贷,300.00\n"
    )

    assert _read(text).kind == BatchKind.DOCUMENTS
    assert _read(text.replace("应收账款", "银行存款")).kind == BatchKind.PAYMENTS


def test_customers_stand_above_entries_on_accounts_of_the_general_ledger() -> None:
    text = (
        ",Date,Transaction Type,Num,Account,Amount\n"
        "Brook Ltd\n"
        ",06/01/2026,Invoice,1001,Accounts Receivable (A/R),120.00\n"
        ",06/15/2026,Payment,55,Undeposited Funds,120.00\n"
        "Total for Brook Ltd\n"
        "Alder Ltd\n"
        ",06/02/2026,Invoice,1002,Accounts Receivable (A/R),60.00\n"
        "Total for Alder Ltd\n"
    )

    found = _read(text)

    assert _fields(found)["customer_name"] == "Customer name"
    assert "customer_code" not in _fields(found)


def test_a_customer_may_stand_apart_from_its_label_above_the_headings() -> None:
    text = (
        "Customer               100017\n"
        "DocumentNo,Type,Doc. Date,Amt in loc.cur.,LCurr\n"
        '1800000001,RV,01.06.2026,"1.200,00",EUR\n'
        '1400000001,DZ,20.06.2026,"1.200,00-",EUR\n'
    )

    found = _read(text)

    assert found.layout.sections is not None
    assert found.layout.sections.text == "100017"
    assert _fields(found)["amount"] == "Amt in loc.cur."


def test_an_id_beside_the_number_of_an_invoice_is_not_the_number() -> None:
    text = (
        "ID,Invoice Number,Client,Issue Date,Total Amount\n"
        "90017,INV-1001,Brook Ltd,2026-06-01,120.00\n"
        "90018,INV-1002,Alder Ltd,2026-06-02,60.00\n"
    )

    assert _fields(_read(text))["number"] == "Invoice Number"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("收回货款", DocumentKind.PAYMENT),
        ("Receipt with thanks", DocumentKind.PAYMENT),
        ("退货", DocumentKind.CREDIT_NOTE),
        ("阀门", DocumentKind.CREDIT_NOTE),
    ],
)
def test_what_a_ledger_calls_paid_is_no_credit_note(said: str, kind: DocumentKind) -> None:
    found = _read(
        "日期,凭证号,客户名称,摘要,借方,贷方\n"
        "2026-05-10,记-0012,明远,销售阀门,1200.00,\n"
        f"2026-06-12,收-0021,明远,{said},,200.00\n",
        BatchKind.DOCUMENTS,
    )
    rows = batches.trial(found, deeds.NO_DEEDS)
    books = Books(base_currency="CNY", directory=_Everybody(), accounts={}, locked_through=None)

    groups = groups_alone(found.mapping, rows, books).groups

    kinds = [group.plan.kind for group in groups if isinstance(group.plan, DocumentInput)]
    assert kinds == [DocumentKind.INVOICE, kind]
