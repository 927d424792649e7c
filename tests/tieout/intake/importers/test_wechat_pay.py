"""Bills of WeChat Pay's merchants: payments, refunds, sums, whatever columns they have."""

from decimal import Decimal

from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import Inspected, inspect

HEADINGS = (
    "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易类型,交易状态,货币种类,应结订单金额,"
    "微信退款单号,退款金额,退款状态,商品名称,手续费,订单金额"
)
ROWS = (
    "2026-07-01 10:00:01|wx1|77|4201|ORD-1|NATIVE|SUCCESS|CNY|100.00|0|0.00||茶杯,茶壶|0.60|100.00",
    "2026-07-01 11:00:01|wx1|77|4202|ORD-1|NATIVE|REFUND|CNY|0.00|50|30.00|SUCCESS|茶杯|-0.18|0",
    "2026-07-01 12:00:01|wx1|77|4203|ORD-2|NATIVE|REFUND|CNY|0.00|51|7.00|PROCESSING|茶杯|0.00|0",
)
SUMS = "总交易单数,应结订单总金额,退款总金额,手续费总金额\n`3,`100.00,`37.00,`0.42\n"


def bill(*rows: str, sums: str = SUMS, encoding: str = "utf-8-sig") -> Inspected:
    """A bill as the pages read it."""
    lines = [f"`{row.replace('|', ',`')}" for row in rows or ROWS]
    text = "\n".join([HEADINGS, *lines, sums])
    return inspect(text.encode(encoding), "bill.csv", None, may_be_empty=True)


def under(found: Inspected, heading: str) -> list[object]:
    """What stands under a heading."""
    place = found.headings.index(heading)
    return [row.cells[place] for row in found.rows]


def test_payments_came_in_and_refunds_went_out() -> None:
    found = bill()

    assert found.kind == BatchKind.PAYMENTS
    assert under(found, "Amount") == [Decimal("100.00"), Decimal("-30.00"), Decimal("-7.00")]
    assert under(found, "Bank reference") == ["4201", "50", "51"]
    assert under(found, "Text")[0] == "ORD-1 茶杯,茶壶"
    assert under(found, "Status") == ["", "", "处理中"]


def test_its_sums_prove_it() -> None:
    assert [control.ties for control in bill().controls] == [True] * 4
    apart = {control.label for control in bill(*ROWS[:2]).controls if not control.ties}
    assert apart == {"总交易单数", "退款总金额"}


def test_a_bill_without_its_sums_may_have_been_cut_off() -> None:
    found = bill(sums="")

    assert not found.controls
    assert "cut off" in str(found.warnings[0])


def test_a_row_cut_in_two_keeps_only_itself_back() -> None:
    found = bill(*ROWS[:1], ROWS[1][:40], encoding="gb18030")

    assert under(found, "Amount")[0] == Decimal("100.00")
    assert str(under(found, "Amount")[1]).startswith("`2026-07-01 11:00:01")
