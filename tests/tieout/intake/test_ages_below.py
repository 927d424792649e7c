"""How old what is owed is, said below a ledger, is read as no entry, however it is laid out."""

import pytest

from tieout.intake.age_rows import age_rows
from tieout.intake.asides import Aside
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.reading import Row
from tieout.intake.their_book import read_their_ledger
from tieout.intake.understanding import understood
from tieout.intake.uploads import inspect

STATEMENT = """HARBOUR TOOLS,,,,,
STATEMENT OF ACCOUNT 对账单,,,,,
Customer 客户:,Mingyuan Hardware,,,,
Date 日期,Doc No 单据号,Particulars 摘要,Debit 借方,Credit 贷方,Balance 余额
,,Balance b/f 上期结余,,,1000.00
2026-06-03,INV-1043,Sales 销售,4520.00,,5520.00
2026-06-12,CN-77,Return 退货,,130.50,5389.50
2026-06-15,RCP-9,Payment 收款,,3000.00,2389.50
,,TOTAL 合计,4520.00,3130.50,2389.50
{ages}
Please remit to account 123-456. E&OE,,,,,
"""
AGES = [
    "Current,1-30,31-60,61-90,90+,Total\n1389.50,1000.00,0.00,0.00,0.00,2389.50",
    "未到期,1-30天,31-60天,61-90天,90天以上,合计\n1389.50,1000.00,0.00,0.00,0.00,2389.50",
    "Ageing,0-30 days,31-60 days,61-90 days,Over 90 days,\nUSD,1389.50,1000.00,-,-,",
    "Current:,1389.50,30 days:,1000.00,60 days:,0.00",
    "Current,1389.50,,,,\n1 - 30 days,1000.00,,,,\n31 - 60 days,0.00,,,,",
]


@pytest.mark.parametrize("ages", AGES)
def test_a_statement_in_two_languages_with_its_ages_is_read_whole(ages: str) -> None:
    found = inspect(STATEMENT.format(ages=ages).encode(), "statement.csv", None)

    rows = understood(found)
    entries = [row for row in rows if row.aside is None]
    assert [row.number_of("_signed") for row in entries] == [4520, -130.5, -3000]
    assert {row.text("customer_name") for row in entries} == {"Mingyuan Hardware"}
    assert [row.aside for row in rows].count(Aside.AGES) == len(ages.splitlines())
    assert rows[-1].aside == Aside.NOTE


@pytest.mark.parametrize("ages", AGES)
def test_the_balance_of_such_a_statement_ties(ages: str) -> None:
    content = STATEMENT.format(ages=ages).encode()
    ledger = read_their_ledger(inspect(content, "s.csv", BatchKind.THEIR_LEDGER), None, "CNY")

    assert not ledger.problems
    assert ledger.closing is not None
    assert str(ledger.closing.decimal) == "2389.50"


def test_entries_are_not_taken_for_ages() -> None:
    rows = [
        Row(1, ("Current", "Total")),
        Row(2, ("100.00", "100.00")),
        Row(3, ("30 days", "2026-06-03", "INV-1", "100.00")),
        Row(4, ("1-30", "INV-2", "100.00")),
        Row(5, ("60 days", "14.00")),
        Row(6, ("90 days", "20.00")),
    ]

    assert not age_rows(rows)


@pytest.mark.parametrize(
    ("heading", "ways"),
    [
        ("Date 日期", ("date", "日期")),
        ("单据号\nDoc No.", ("单据号", "doc no")),
        ("Balance余额", ("balance", "余额")),
        ("Amount (RMB) 金额", ("amount", "金额")),
    ],
)
def test_a_heading_in_two_languages_is_read_in_each(heading: str, ways: tuple[str, ...]) -> None:
    assert set(ways) <= set(variants(heading))


def test_an_abbreviation_is_no_language() -> None:
    assert variants("PO号") == ("po号",)
