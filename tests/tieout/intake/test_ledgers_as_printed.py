"""Ledgers as accounting programs print and export them: read to the cent without a touch."""

from decimal import Decimal

import pytest

from tieout.intake.asides import Aside
from tieout.intake.kinds import BatchKind
from tieout.intake.left_aside import LEFT_OF_EACH
from tieout.intake.parties import parties
from tieout.intake.their_book import TheirLedger, read_their_ledger
from tieout.intake.understanding import UnderstoodRow, understood
from tieout.intake.uploads import Inspected, inspect

CHARGE = """Date,Invoice No,Description,Charge,Payment
2026-09-01,INV-101,Goods,1200.00,
2026-09-10,INV-102,Goods,300.00,
2026-09-20,,Bank transfer,,1000.00
"""
ACTIVITY = """Statement - Activity
Brook Furniture

Date,Activity,Reference,Due Date,Invoice Amount,Payments,Balance
1 Sep 2026,Opening Balance,,,,,500.00
3 Sep 2026,Invoice # INV-0020,P/O 9711,3 Oct 2026,1200.00,,1700.00
20 Sep 2026,Payment on Invoice # INV-0020,,,,1000.00,700.00
25 Sep 2026,Credit Note # CN-0007,,,(50.00),,650.00
,,,,,BALANCE DUE CNY,650.00
"""
RECEIVABLE = """日期,类别,编号,说明,应收
2026-09-01,销售,XS-101,五金,1200.00
2026-09-12,退货,TH-007,退货,-50.00
2026-09-20,收款,SK-001,转账,-1000.00
"""
RECEIVED = """应收对账单
单据日期,单据类型,单据编号,应收金额,优惠金额,收款金额,应收余额
,期初余额,,,,,1000.00
2026-09-05,销货单,SA-0001,2000.00,0.00,,3000.00
2026-09-20,收款单,SK-0001,,0.00,1500.00,1500.00
2026-09-28,退货单,SR-0001,-200.00,0.00,,1300.00
合计,,,1800.00,0.00,1500.00,1300.00
"""
TWO_ROWS = """应收账款明细账
单位：某公司,,,,期间：2026.01-2026.03
2026年,,凭证号,摘要,单据号,本期应收,本期收回,方向,余额
月,日,,,,本币,本币,,本币
,,,期初余额,,,,借,1000.00
01,05,记-12,销售商品,XS0001,2000.00,,借,3000.00
01,20,记-30,收货款,SK0007,,1500.00,借,1500.00
,,,本月合计,,2000.00,1500.00,借,1500.00
02,03,记-5,销售商品,XS0019,800.00,,借,2300.00
,,,本年累计,,2800.00,1500.00,借,2300.00
"""
TAX_ADVISER = """Konto;Kontobezeichnung;Belegdatum;Belegfeld 1;Buchungstext;Umsatz Soll;\
Umsatz Haben;Saldo;S/H
10001;Bach;01.09.2026;RE-20;Rechnung;1.200,00;;1.200,00;S
10001;Bach;20.09.2026;ZE-31;Zahlung;;1.000,00;200,00;S
"""
PAGES = """Customer Ledger   Page 1
Date,Number,Description,Debit,Credit,Balance
03/09/2026,INV20,Goods,1200.00,,1200.00
13/09/2026,INV21,Goods,100.00,,1300.00
Carried forward,,,1300.00,,1300.00
Customer Ledger   Page 2
Date,Number,Description,Debit,Credit,Balance
Brought forward,,,1300.00,,1300.00
20/09/2026,RCP31,Payment,,1000.00,300.00
Total,,,1300.00,1000.00,300.00
"""
CLOSED = """Brook Traders
Date,Particulars,Vch Type,Vch No.,Debit,Credit
1-Apr-26,To Opening Balance,,,500.00,
3-Apr-26,To Sales A/c,Sales,S/26-27/001,1200.00,
20-Apr-26,By Bank,Receipt,R/12,,1000.00
,By Closing Balance,,,,700.00
,,,,1700.00,1700.00
"""
QUOTED = """Posting Date,Account,Debit,Credit,Balance,Voucher Type,Voucher No,Party Type,Party
,'Opening',500.0,0.0,500.0,,,,
2026-09-03,Debtors - HT,1200.0,0.0,1700.0,Sales Invoice,SINV-20,Customer,Brook Ltd
2026-09-20,Debtors - HT,0.0,1000.0,700.0,Payment Entry,PAY-31,Customer,Brook Ltd
,'Total',1200.0,1000.0,200.0,,,,
,'Closing (Opening + Total)',1700.0,1000.0,700.0,,,,
"""
PARTNERS = """,JRNL,Account,Ref,Due Date,Matching,Debit,Credit,Balance
Alder Ltd,,,,,,1500.00,1000.00,500.00
Initial Balance,,,,,,100.00,0.00,100.00
09/01/2026,INV,400000,INV/0001,10/01/2026,A1,1100.00,,1200.00
09/10/2026,INV,400000,INV/0002,10/10/2026,,300.00,,1500.00
09/20/2026,BNK1,400000,BNK1/31,09/20/2026,A1,,1000.00,500.00
Brook 2 Ltd,,,,,,750.00,0.00,750.00
09/03/2026,INV,400000,INV/0003,10/03/2026,,750.00,,750.00
Total,,,,,,2250.00,1000.00,1250.00
"""
LIST = """Customer Line Item Display

Customer        100234

-----------------------------------------------------------------------------
|Assignment|DocumentNo|Ty|Doc. Date |   Amount in local cur.|LCurr|Text    |
-----------------------------------------------------------------------------
|0080012345|1800000011|RV|01.09.2026|            1.200,00 |CNY  |Goods   |
|20260920  |1400000031|DZ|20.09.2026|            1.000,00-|CNY  |Payment |
-----------------------------------------------------------------------------
|* |       |          |  |          |              200,00 |CNY  |        |
-----------------------------------------------------------------------------
"""
CLASSES = """Class,Number,Transaction Date,Due Date,Original Amount,Balance Due,Customer Name
INV,10020,01-SEP-2026,01-OCT-2026,"1,200.00",200.00,Brook Ltd
PMT,31,20-SEP-2026,,"-1,000.00",0.00,Brook Ltd
CM,10007,25-SEP-26,,<50.00>,<50.00>,Brook Ltd
"""
BY_CUSTOMER = """,Type,Date,Num,Amount,Balance
"Alder, Ann",,,,,
,Invoice,09/01/2026,1085,1200.00,1200.00
,Payment,09/20/2026,,-1000.00,200.00
"Total Alder, Ann",,,,200.00,200.00
Brook Music,,,,,
,Invoice,09/09/2026,1086,75.00,75.00
Total Brook Music,,,,75.00,75.00
TOTAL,,,,275.00,275.00
"""
OPEN = """Date,Transaction Type,Num,Amount,Open Balance,Balance
09/15/2026,Invoice,1021,1200.00,200.00,200.00
09/16/2026,Invoice,1022,100.00,100.00,300.00
"""


def _book(text: str) -> tuple[Inspected, TheirLedger]:
    found = inspect(text.encode(), "ledger.csv", BatchKind.THEIR_LEDGER)
    return found, read_their_ledger(found, None, "CNY")


def _entries(text: str) -> list[UnderstoodRow]:
    found = inspect(text.encode(), "ledger.csv", None)
    assert found.kind == BatchKind.DOCUMENTS
    return [row for row in understood(found) if row.aside is None]


@pytest.mark.parametrize(
    ("text", "amounts", "opening", "closing"),
    [
        (CHARGE, [1200, 300, -1000], None, None),
        (ACTIVITY, [1200, -1000, -50], 500, 650),
        (RECEIVABLE, [1200, -50, -1000], None, None),
        (RECEIVED, [2000, -1500, -200], 1000, 1300),
        (TWO_ROWS, [2000, -1500, 800], 1000, 2300),
        (TAX_ADVISER, [1200, -1000], 0, 200),
        (PAGES, [1200, 100, -1000], 0, 300),
        (CLOSED, [1200, -1000], 500, 700),
        (QUOTED, [1200, -1000], 500, 700),
        (LIST, [1200, -1000], None, None),
        (CLASSES, [1200, -1000, -50], None, None),
        (PARTNERS, [1100, 300, -1000, 750], 100, 1250),
        (BY_CUSTOMER, [1200, -1000, 75], 0, 275),
    ],
)
def test_a_ledger_is_read_to_the_cent(
    text: str, amounts: list[int], opening: int | None, closing: int | None
) -> None:
    _, ledger = _book(text)

    assert not ledger.problems
    assert [line.amount.decimal for line in ledger.lines] == amounts
    said = [None if one is None else one.decimal for one in (ledger.opening, ledger.closing)]
    assert said == [opening, closing]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        (CHARGE, [1200, 300, -1000]),
        (RECEIVED, [2000, -1500, -200]),
        (TWO_ROWS, [2000, -1500, 800]),
        (TAX_ADVISER, [1200, -1000]),
        (QUOTED, [1200, -1000]),
        (LIST, [1200, -1000]),
        (CLASSES, [1200, -1000, -50]),
        (PARTNERS, [1100, 300, -1000, 750]),
    ],
)
def test_the_same_is_read_as_documents(text: str, amounts: list[int]) -> None:
    assert [row.number_of("_signed") for row in _entries(text)] == amounts


def test_the_customer_stands_above_rows_of_months_and_days() -> None:
    titled = TWO_ROWS.replace("单位：某公司,,,", "客户：,明远贸易,,")

    rows = _entries(titled)

    assert [row.number_of("_signed") for row in rows] == [2000, -1500, 800]
    assert {row.text("customer_name") for row in rows} == {"明远贸易"}


def test_types_of_two_letters_are_told_by_a_heading_as_short() -> None:
    rows = _entries(
        "DocumentNo|Ty|Doc. Date|Customer|Amount in lc\n1800000123|RV|03.05.2026|Brook|4.520,00\n"
        "1600000009|DG|12.05.2026|Brook|130,50-\n1400000077|DZ|15.06.2026|Brook|3.000,00-\n"
    )

    assert [row.text("kind") for row in rows] == ["invoice", "credit_note", "payment"]


def test_a_list_of_invoices_with_what_was_paid_of_each_has_no_two_sides() -> None:
    rows = _entries(
        "Date,Invoice No,Customer,Amount,Paid\n2026-09-01,INV-1,Brook,1200.00,1000.00\n"
        "2026-09-02,INV-2,Brook,300.00,\n2026-09-03,INV-3,Brook,40.00,40.00\n"
    )

    assert [row.number_of("_signed") for row in rows] == [1200, 300, 40]


def test_what_a_buyer_paid_stands_in_its_debit() -> None:
    _, ledger = _book("日期,单号,送货金额,付款金额\n2026-09-01,1,1200.00,\n2026-09-20,2,,1000.00\n")

    assert [line.amount.decimal for line in ledger.lines] == [-1200, 1000]


@pytest.mark.parametrize(
    ("text", "names"),
    [(PARTNERS, ("Alder Ltd", "Brook 2 Ltd")), (BY_CUSTOMER, ("Alder, Ann", "Brook Music"))],
)
def test_customers_above_their_entries_are_told_apart(text: str, names: tuple[str, ...]) -> None:
    found, _ = _book(text)

    assert parties(found) == names


def test_a_name_beside_figures_its_entries_do_not_give_is_no_heading() -> None:
    text = PARTNERS.replace(",JRNL", "Date,JRNL").replace("750.00,0.00,750.00", "75.00,1.00,2.00")
    rows = understood(inspect(text.encode(), "l.csv", BatchKind.DOCUMENTS))

    assert not any(row.aside == Aside.SECTION for row in rows)


def test_a_balance_is_never_taken_for_what_an_entry_came_to() -> None:
    found = inspect(
        "日期,单号,摘要,销售,运费,收款,退货,余额\n2026-09-05,XS-1,五金,2000.00,30.00,,,3030.00\n"
        "2026-09-20,SK-1,转账,,,1500.00,,1530.00\n2026-09-25,TH-1,退货,,,,200.00,1330.00\n".encode(),
        "l.csv",
        BatchKind.DOCUMENTS,
    )

    assert not found.mapping.has("amount")


def test_a_balance_of_what_is_left_opens_nothing_and_is_spoken_of() -> None:
    found, ledger = _book(OPEN)

    assert [line.amount.decimal for line in ledger.lines] == [1200, 100]
    assert (ledger.opening, ledger.closing) == (None, None)
    assert LEFT_OF_EACH in [one.text for one in found.warnings]


def test_the_word_of_a_kind_that_says_more_is_kept() -> None:
    _, ledger = _book(ACTIVITY)

    assert ledger.lines[1].description == "Payment on Invoice # INV-0020"
    assert ledger.lines[1].amount.decimal == Decimal(-1000)
