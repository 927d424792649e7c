"""Chinese in both of its scripts is one vocabulary."""

import re

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_customer
from tieout.chinese import both, compiled, simplified
from tieout.customers.finding import Directory
from tieout.customers.models import Customer
from tieout.intake.asides import Aside
from tieout.intake.kinds import BatchKind
from tieout.intake.their_book import read_their_ledger
from tieout.intake.understanding import understood
from tieout.intake.uploads import inspect
from tieout.intake.values.numbers import Side
from tieout.intake.values.words import read_days, read_direction, read_kind
from tieout.matching.kinds import Kind, kind_of

LEDGER = """客戶往來明細帳
客戶名稱：,明遠五金有限公司,,,,
日期,單據號碼,摘要,借方,貸方,餘額
2026-06-01,,期初餘額,,,"1,000.00"
2026-06-03,INV-1043,銷售,"4,520.00",,"5,520.00"
2026-06-12,CN-77,退貨,,130.50,"5,389.50"
2026-06-15,RCP-9,收款,,"3,000.00","2,389.50"
,,本月合計,"4,520.00","3,130.50","2,389.50"
,,期末餘額,,,"2,389.50"
"""


@pytest.mark.parametrize("encoding", ["utf-8", "big5hkscs"])
def test_a_ledger_in_traditional_characters_is_read_whole(encoding: str) -> None:
    found = inspect(LEDGER.encode(encoding), "ledger.csv", None)

    assert found.kind == BatchKind.DOCUMENTS
    rows = understood(found)
    entries = [row for row in rows if row.aside is None]
    assert [row.number_of("_signed") for row in entries] == [4520, -130.5, -3000]
    assert {row.text("customer_name") for row in entries} == {"明遠五金有限公司"}
    asides = [row.aside for row in rows if row.aside is not None]
    assert asides == [Aside.OPENING, Aside.TOTAL, Aside.CLOSING]


def test_its_balance_ties_as_the_customers_own_book() -> None:
    found = inspect(LEDGER.encode("big5hkscs"), "ledger.csv", BatchKind.THEIR_LEDGER)
    ledger = read_their_ledger(found, None, "HKD")

    assert not ledger.problems
    assert ledger.opening is not None
    assert ledger.closing is not None
    assert (str(ledger.opening.decimal), str(ledger.closing.decimal)) == ("1000.00", "2389.50")


def test_words_mean_the_same_in_either_script() -> None:
    assert read_kind("銷貨退回") == read_kind("销货退回")
    assert read_direction("貸") == Side.CREDIT
    assert read_days("貨到付款") == 0
    assert (kind_of("退貨"), kind_of("電匯")) == (Kind.CREDIT, Kind.PAYMENT)


def test_a_customer_is_known_by_its_name_in_either_script(session: Session) -> None:
    account = make_customer(session)
    session.get_one(Customer, account.customer_id).name = "明远贸易有限公司"

    assert Directory.of(session).find("明遠貿易有限公司") == [account.customer_id]


def test_a_pattern_fits_both_within_and_outside_of_brackets() -> None:
    pattern = compiled(r"本[日月]合\s*计|[余额]+\[\d\]")

    assert pattern.fullmatch("本月合 計")
    assert pattern.fullmatch("餘額[1]")
    assert both("abc[d]") == "abc[d]"
    assert not re.fullmatch(both("余额"), "x")


def test_what_is_simplified_already_stays() -> None:
    text = "对账单：明远五金 2026年6月 INV-1"

    assert simplified(text) == text
