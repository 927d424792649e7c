"""Several accounts in one sheet: each with its own opening, its entries and its end."""

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tieout.cli import main
from tieout.intake.account_names import name_in
from tieout.intake.kinds import BatchKind
from tieout.intake.parties import parties
from tieout.intake.their_book import read_their_ledger
from tieout.intake.understanding import understood
from tieout.intake.uploads import inspect

Accounts = dict[str, tuple[Decimal, list[tuple[date, str, Decimal]]]]

NAMES = {
    "zh": ("明远贸易", "宏达实业", "新城百货有限公司"),
    "en": ("Brook Ltd", "Alder Stores", "Northgate Supplies"),
}
HEADINGS = "日期,凭证字号,摘要,借方,贷方,方向,余额"


def _drawn(seed: int, language: str) -> Accounts:
    """Accounts by customer: what stood there before, and entries, credits below zero."""
    draw = random.Random(seed)
    found: Accounts = {}
    for at, name in enumerate(NAMES[language]):
        day, entries = date(2026, 3, 14), []
        for place in range(draw.randint(2, 6)):
            day += timedelta(days=draw.randint(0, 6))
            amount = Decimal(draw.randint(1000, 900_000)) / 100
            entries.append((day, f"记-{at}{place}", amount if place % 3 != 1 else -amount))
        found[name] = (Decimal(draw.randint(0, 90_000)) / 100, entries)
    return found


def _sides(amount: Decimal) -> list[str]:
    return [f"{amount:.2f}", ""] if amount > 0 else ["", f"{-amount:.2f}"]


def _balance(value: Decimal) -> list[str]:
    side = "平" if not value else "借" if value > 0 else "贷"
    return [side, f"{abs(value):.2f}"]


def _one_below_the_other(accounts: Accounts, over: str) -> str:
    """Each account with its headings, opening and sums, as 明细账 are printed."""
    lines = ["应收账款明细账"]
    for name, (opening, entries) in accounts.items():
        lines += [over.format(name=name), HEADINGS]
        balance = opening
        lines.append(",".join(["2026-03-01", "", "期初余额", "", "", *_balance(balance)]))
        for day, number, amount in entries:
            balance += amount
            text = "销售商品" if amount > 0 else "收货款"
            row = [day.isoformat(), number, text, *_sides(amount), *_balance(balance)]
            lines.append(",".join(row))
        up = sum((a for *_, a in entries if a > 0), Decimal(0))
        down = -sum((a for *_, a in entries if a < 0), Decimal(0))
        lines.append(",".join(["", "", "本期合计", f"{up:.2f}", f"{down:.2f}", *_balance(balance)]))
    return "\n".join(lines)


def _by_account(accounts: Accounts) -> str:
    """Each row with the account it stands on, which names the customer."""
    lines = [f"科目编码,科目名称,{HEADINGS}"]
    for place, (name, (opening, entries)) in enumerate(accounts.items()):
        account = [f"1122.0{place + 1}", f"应收账款_{name}"]
        balance = opening
        lines.append(",".join([*account, "", "", "期初余额", "", "", *_balance(balance)]))
        for day, number, amount in entries:
            balance += amount
            row = [*account, day.isoformat(), number, "x", *_sides(amount), *_balance(balance)]
            lines.append(",".join(row))
    return "\n".join(lines)


def _partners(accounts: Accounts) -> str:
    """Partners above their entries with what these come to, and the balance before them."""
    lines = [",JRNL,Account,Ref,Due Date,Matching,Debit,Credit,Balance"]
    for name, (opening, entries) in accounts.items():
        moves = [opening, *(amount for *_, amount in entries)]
        up, down = (sum((m for m in moves if m * s > 0), Decimal(0)) * s for s in (1, -1))
        lines.append(f"{name},,,,,,{up:.2f},{down:.2f},{up - down:.2f}")
        balance = opening
        lines.append(f"Initial Balance,,,,,,{opening:.2f},0.00,{opening:.2f}")
        for day, number, amount in entries:
            balance += amount
            sides = ",".join(_sides(amount))
            lines.append(f"{day:%m/%d/%Y},INV,400000,{number},,,{sides},{balance:.2f}")
    return "\n".join(lines)


SHAPES = {
    "below": lambda accounts: _one_below_the_other(accounts, "客户：{name}"),
    "科目": lambda accounts: _one_below_the_other(accounts, "往来单位：{name}   币别：人民币"),
    "account": _by_account,
    "partners": _partners,
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_each_account_keeps_its_opening_and_its_end(shape: str, language: str) -> None:
    for seed in range(2):
        accounts = _drawn(seed, language)
        text = SHAPES[shape](accounts)
        found = inspect(text.encode(), "ledger.csv", BatchKind.THEIR_LEDGER)
        ledger = read_their_ledger(found, None, "CNY")

        assert not ledger.problems
        assert parties(found) == tuple(accounts)
        assert {
            name: (opening and opening.decimal, closing and closing.decimal)
            for name, (opening, closing) in ledger.accounts.items()
        } == {
            name: (opening, opening + sum(amount for *_, amount in entries))
            for name, (opening, entries) in accounts.items()
        }
        wanted = [amount for _, entries in accounts.values() for *_, amount in entries]
        assert [line.amount.decimal for line in ledger.lines] == wanted


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_the_same_is_imported_with_each_customer(shape: str) -> None:
    accounts = _drawn(7, "zh")
    found = inspect(SHAPES[shape](accounts).encode(), "ledger.csv", None)
    rows = [row for row in understood(found) if row.aside is None]

    assert found.kind == BatchKind.DOCUMENTS
    assert all(control.ties for control in found.controls), found.controls
    assert [(row.text("customer_name"), row.number_of("_signed")) for row in rows] == [
        (name, amount) for name, (_, entries) in accounts.items() for *_, amount in entries
    ]


def test_two_books_of_several_customers_are_compared_with_each_opening(tmp_path: Path) -> None:
    accounts = _drawn(5, "zh")
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text(_by_account(accounts), encoding="utf-8")
    other = dict(accounts)
    name = next(iter(other))
    other[name] = (other[name][0] + 10, other[name][1])
    theirs.write_text(SHAPES["below"](other), encoding="utf-8")

    assert main(["match", str(ours), str(theirs), "--out", str(tmp_path / "out")]) == 0

    told = json.loads((tmp_path / "out" / "summary.json").read_text())
    total = sum(opening + sum(a for *_, a in rows) for opening, rows in accounts.values())
    assert told["ours"]["balance"] == f"{total:.2f}"
    assert (told["difference"], told["opening_difference"]) == ("-10.00", "-10.00")


def test_one_customers_book_is_asked_nothing_though_it_names_the_customer() -> None:
    accounts = dict(list(_drawn(3, "zh").items())[:1])
    found = inspect(SHAPES["below"](accounts).encode(), "l.csv", BatchKind.THEIR_LEDGER)

    assert len(parties(found)) < 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("应收账款_明远贸易", "明远贸易"),
        ("1122.01 应收账款-明远贸易", "明远贸易"),
        ("Accounts Receivable:Brook Ltd", "Brook Ltd"),
        ("应收账款", ""),
        ("主营业务收入_明远贸易", ""),
        ("Debtors 1100", ""),
    ],
)
def test_an_account_names_whose_it_is(text: str, name: str) -> None:
    assert name_in(text) == name


@pytest.mark.parametrize("said", ["宏达实业", "  宏达实业 "])
def test_one_of_several_customers_is_compared_where_it_is_named(tmp_path: Path, said: str) -> None:
    accounts = _drawn(5, "zh")
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text(_by_account(accounts), encoding="utf-8")
    opening, entries = accounts["宏达实业"]
    lines = ["日期,单据号,摘要,借方,贷方,余额", f"2026-03-01,,期初余额,,,{opening}"]
    balance = opening
    for day, number, amount in entries:
        balance += amount
        lines.append(f"{day},{number},x,{','.join(_sides(amount))},{balance}")
    theirs.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out"

    assert main(["match", str(ours), str(theirs), "--out", str(out)]) == 1
    assert main(["match", str(ours), str(theirs), "--out", str(out), "--customer", said]) == 0

    told = json.loads((out / "summary.json").read_text())
    assert told["ours"]["balance"] == told["theirs"]["balance"] == f"{balance:.2f}"
    assert (told["difference"], told["ours"]["lines"], told["warnings"]) == (
        "0.00",
        len(entries),
        [],
    )


def test_a_customer_nobody_knows_is_refused_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = tmp_path / "ours.csv"
    ours.write_text(_by_account(_drawn(5, "zh")), encoding="utf-8")

    assert main(["match", str(ours), str(ours), "--customer", "Nobody"]) == 1

    assert "There are: 明远贸易, 宏达实业" in capsys.readouterr().err
