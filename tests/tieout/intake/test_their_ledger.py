"""A customer's own ledger: read in its own sign, with the balances it states."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tieout import attachments
from tieout.intake.asides import Aside
from tieout.intake.kinds import BatchKind
from tieout.intake.models import StagedRow
from tieout.intake.their_ledger import read_their_ledger, stage_their_ledger
from tieout.intake.uploads import inspect
from tieout.money import Money

CHINESE = """供应商往来明细账,,,,,,
日期,凭证号,摘要,借方金额,贷方金额,方向,余额
2026-05-31,,期初余额,,,贷,1500.00
2026-06-03,记-12,采购 INV-1031,,1000.00,贷,2500.00
2026-06-10,记-20,付款,600.00,,贷,1900.00
2026-06-30,,本月合计,600.00,1000.00,贷,1900.00
"""

ENGLISH = """Date,Reference,Description,Debit,Credit,Balance
03/06/2026,INV-1031,Goods June,,"1,000.00","2,500.00"
10/06/2026,PAY-9,Paid by bank,600.00,,"1,900.00"
25/06/2026,INV-1040,Goods,,"2,260.00","4,160.00"
31/06/2026,INV-1041,Goods,,10.00,"4,170.00"
Total,,,600.00,"3,270.00",
"""


def test_a_chinese_suppliers_account_keeps_its_own_sign_and_opening() -> None:
    inspected = inspect(CHINESE.encode(), "往来账.csv", BatchKind.THEIR_LEDGER)

    ledger = read_their_ledger(inspected, None, "CNY")

    assert [line.amount for line in ledger.lines] == [
        Money.of("-1000", "CNY"),
        Money.of("600", "CNY"),
    ]
    assert ledger.opening == Money.of("-1500", "CNY")
    assert ledger.closing == Money.of("-1900", "CNY")
    assert ledger.asides == {3: Aside.OPENING, 6: Aside.TOTAL}
    assert not ledger.problems


def test_the_running_balance_proves_the_opening() -> None:
    inspected = inspect(ENGLISH.encode(), "ledger.csv", BatchKind.THEIR_LEDGER)

    ledger = read_their_ledger(inspected, None, "CNY")

    assert [line.reference or line.number for line in ledger.lines] == [
        "INV-1031",
        "PAY-9",
        "INV-1040",
    ]
    assert ledger.opening == Money.of("-1500", "CNY")
    assert ledger.closing == Money.of("-4160", "CNY")
    [problem] = ledger.problems
    assert problem.row_no == 5
    assert str(problem.sentence) == (
        "“ledger.csv”, row 5, column A: “31/06/2026”: there is no such day. "
        "Correct the date, or the order of its parts."
    )


def test_a_ledger_in_another_currency_is_not_taken() -> None:
    text = "Date,Number,Amount,Currency\n2026-06-01,A-1,10.00,USD\n2026-06-02,A-2,5.00,CNY\n"

    ledger = read_their_ledger(inspect(text.encode(), "l.csv", BatchKind.THEIR_LEDGER), None, "CNY")

    assert [line.number for line in ledger.lines] == ["A-2"]
    assert "USD" in str(ledger.problems[0].sentence)


def test_twins_are_told_apart() -> None:
    text = "Date,Reference,Amount\n" + "2026-06-01,FEE,10.00\n" * 2

    ledger = read_their_ledger(inspect(text.encode(), "l.csv", BatchKind.THEIR_LEDGER), None, "CNY")

    assert [line.occurrence for line in ledger.lines] == [1, 2]
    assert len({line.fingerprint for line in ledger.lines}) == 1


def test_it_is_staged_with_every_row(session: Session) -> None:
    make_company(session)
    account = make_customer(session)
    inspected = inspect(ENGLISH.encode(), "ledger.csv", BatchKind.THEIR_LEDGER)
    attachment = attachments.store(
        session,
        ENGLISH.encode(),
        filename="ledger.csv",
        media_type="text/csv",
        purpose="their_ledger",
        customer_id=account.customer_id,
        by=BY,
        at=AT,
    )

    batch = stage_their_ledger(
        session,
        inspected,
        None,
        customer_id=account.customer_id,
        account_id=account.id,
        attachment=attachment,
        by=BY,
        at=AT,
    )

    rows = session.scalars(
        select(StagedRow).where(StagedRow.batch_id == batch.id).order_by(StagedRow.row_no)
    ).all()
    assert [row.state for row in rows] == ["ready", "ready", "ready", "refused", "left_out"]
    assert batch.totals["read"] == 5
