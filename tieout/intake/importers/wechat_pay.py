"""Bills of WeChat Pay's merchants (微信支付交易账单): payments, refunds, and sums that prove them.

Every cell opens with a mark (`) so that no spreadsheet reckons it; between two cells stand a comma
and that mark, so that a comma in the name of a product cuts nothing. Which columns there are
depends on the kind of bill and its age: they are found by their headings.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from tieout.i18n import N_, Sentence
from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.statement import Entry, Statement, contents_of
from tieout.intake.importers.writing import text_of
from tieout.intake.reading.errors import NothingInIt

_MARK = "`"
_NUMBERS = ("微信订单号", "微信支付订单号", "微信支付单号")
#: What a payment came to, as bills of different ages call it.
_PAID = ("应结订单金额", "总金额", "订单金额", "交易金额")
_REFUNDED = ("退款金额", "申请退款金额")
_FEE = "手续费"
#: Sums at the end, and what of the entries each adds up.
_SUM_PAID = ("应结订单总金额", "总交易额")
_SUM_REFUNDED = ("退款总金额", "总退款金额")
_SUM_FEES = ("手续费总金额", "总手续费金额")
_COUNT = "总交易单数"
_PLAIN = re.compile(r"-?\d+(\.\d*)?")

NO_SUMS = N_(
    "The bill does not end with its sums: it may have been cut off. Compare it with WeChat Pay "
    "before it is posted."
)


class WechatPay:
    """Bills a merchant downloads from WeChat Pay."""

    def recognises(self, head: bytes) -> bool:
        """See whether the headings of such a bill stand in the first line."""
        for encoding in ("utf-8-sig", "gb18030"):
            first = head.decode(encoding, "ignore").lstrip().partition("\n")[0]
            if _is_bill(_headings(first)) and f"\n{_MARK}".encode() in head:
                return True
        return False

    def read(self, path: Path, file: str) -> Contents:
        """Read every payment and refund; the sums at the end become controls."""
        text, encoding = text_of(path, file, "gb18030")
        lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
        headings = _headings(lines[0])
        statement = Statement(more={"kind": "bill"})
        sums: dict[str, str] = {}
        sums_of: list[str] = []
        for number, line in enumerate(lines[1:], 2):
            if line.startswith(_COUNT):
                sums_of = _headings(line)
            elif line.startswith(_MARK) and sums_of:
                sums = sums or dict(zip(sums_of, _cells(line), strict=False))
            elif line.strip():
                statement.entries.append(_entry(number, headings, line))
                statement.account = statement.account or _account(headings, line)
        if not statement.entries:
            raise NothingInIt(file=file)
        statement.controls = list(_controls(statement, sums))
        warnings = () if sums else (Sentence(NO_SUMS),)
        return contents_of([statement], encoding=encoding, warnings=warnings)


def _is_bill(headings: Sequence[str]) -> bool:
    return (
        "交易时间" in headings
        and "商户订单号" in headings
        and any(name in headings for name in _NUMBERS)
        and any(name in headings for name in (*_PAID, *_REFUNDED))
    )


def _headings(line: str) -> list[str]:
    return [heading.strip().lstrip(_MARK) for heading in line.split(",")]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix(_MARK).split(f",{_MARK}")]


def _account(headings: Sequence[str], line: str) -> str:
    return dict(zip(headings, _cells(line), strict=False)).get("商户号", "")


def _entry(number: int, headings: Sequence[str], line: str) -> Entry:
    cells = _cells(line)
    if len(cells) != len(headings):
        as_it_stands = line.strip()[:60]
        return Entry(number, as_it_stands, "", as_it_stands)
    said = dict(zip(headings, cells, strict=True))
    state = said.get("交易状态", "").upper()
    refund = _said(said, ("微信退款单号",))
    is_refund = state in ("REFUND", "转入退款") or (not state and refund not in ("", "0"))
    amount = _amount(said, _REFUNDED if is_refund else _PAID)
    if isinstance(amount, Decimal):
        amount = -abs(amount) if is_refund else amount
    fee = _amount(said, (_FEE,))
    order = said.get("商户订单号", "")
    return Entry(
        row=number,
        amount=amount,
        currency=said.get("货币种类", "") or "CNY",
        booked_on=_day(said.get("交易时间", "")),
        reference=refund if is_refund else _said(said, _NUMBERS),
        text=" ".join(part for part in (order, said.get("商品名称", "")) if part),
        status=_status(state, said.get("退款状态", "") if is_refund else ""),
        their_reference=order,
        code=said.get("交易类型", ""),
        charges=fee if isinstance(fee, Decimal) else None,
    )


def _status(state: str, of_refund: str) -> str:
    """What stops an entry from counting; empty where it came about."""
    if state in ("REVOKED", "已撤销"):
        return "已撤销"
    if of_refund.upper() in ("", "SUCCESS", "退款成功"):
        return ""
    return "失败" if of_refund.upper() in ("FAIL", "FAILED", "退款失败") else "处理中"


def _said(said: Mapping[str, str], names: Sequence[str]) -> str:
    return next((said[name] for name in names if said.get(name)), "")


def _amount(said: Mapping[str, str], names: Sequence[str]) -> Decimal | str:
    name = next((name for name in names if name in said), "")
    text = said.get(name, "")
    return Decimal(text) if _PLAIN.fullmatch(text) else f"{name or names[0]}: {text}"


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text


def _controls(statement: Statement, sums: Mapping[str, str]) -> Iterator[Control]:
    """What the bill sums up of itself."""
    entries, account = statement.entries, statement.account
    paid = sum((entry.moved for entry in entries if entry.moved > 0), Decimal(0))
    refunded = -sum((entry.moved for entry in entries if entry.moved < 0), Decimal(0))
    fees = sum((entry.charges or Decimal(0) for entry in entries), Decimal(0))
    for names, found in ((_SUM_PAID, paid), (_SUM_REFUNDED, refunded), (_SUM_FEES, fees)):
        name = next((name for name in names if name in sums), "")
        if name and _PLAIN.fullmatch(sums[name]):
            stated = abs(Decimal(sums[name])) if found >= 0 else Decimal(sums[name])
            currency = entries[0].currency
            yield Control(ControlKind.TOTAL, name, currency, stated, found, account=account)
    if _PLAIN.fullmatch(sums.get(_COUNT, "")):
        count, stated = Decimal(len(entries)), Decimal(sums[_COUNT])
        yield Control(ControlKind.COUNT, _COUNT, "", stated, count, account=account)
