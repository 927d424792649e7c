"""Ledgers with several columns a side are read by what moves their balance."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tieout.intake.kinds import BatchKind
from tieout.intake.their_book import read_their_ledger
from tieout.intake.understanding import understood
from tieout.intake.uploads import inspect

#: Raising columns, lowering columns, the other headings, and kinds by column.
LANGUAGES = {
    "zh": (("销售", "运费"), ("收款", "退货", "折扣"), ("日期", "单号", "摘要", "余额")),
    "en": (
        ("Sales", "Freight", "Interest"),
        ("Receipts", "Returns"),
        ("Date", "No", "Details", "Balance"),
    ),
    "de": (
        ("Rechnungen", "Fracht"),
        ("Zahlungen", "Gutschriften"),
        ("Datum", "Beleg", "Buchungstext", "Saldo"),
    ),
}
KINDS = {
    "销售": "invoice", "收款": "payment", "退货": "credit_note", "折扣": "discount",
    "Sales": "invoice", "Receipts": "payment", "Returns": "credit_note", "Interest": "interest",
    "Rechnungen": "invoice", "Zahlungen": "payment", "Gutschriften": "credit_note",
}  # fmt: skip

Drawn = tuple[str, list[Decimal], list[str]]


def _drawn(language: str, seed: int, *, shuffles: bool = True) -> Drawn:
    """A ledger as a program prints it, what its entries come to, and their columns."""
    draw = random.Random(seed)
    ups, downs, (day_, number, details, balance_) = LANGUAGES[language]
    columns = [*ups, *downs]
    if shuffles:
        draw.shuffle(columns)
    lines = [",".join([day_, number, details, *columns, balance_])]
    balance, day = Decimal(draw.randint(0, 90_000)) / 100, date(2026, 1, 14)
    lines.append(",".join([day.isoformat(), "", "期初余额", *[""] * len(columns), str(balance)]))
    wanted, named = [], []
    names = [ups[0], *columns, *draw.choices(columns, k=8)]
    for place, name in enumerate(names):
        day += timedelta(days=draw.randint(0, 5))
        cells = dict.fromkeys(columns, "")
        amount = Decimal(draw.randint(10_000, 900_000)) / 100
        cells[name] = f"{amount:.2f}"
        moved = amount if name in ups else -amount
        if name == ups[0] and place % 2 == 0:  # freight on the same document
            more = Decimal(draw.randint(100, 9_000)) / 100
            cells[ups[1]] = f"{more:.2f}"
            moved += more
        balance += moved
        row = [day.isoformat(), f"D-{place}", "x", *cells.values(), f"{balance:.2f}"]
        lines.append(",".join(row))
        wanted.append(moved)
        named.append(name)
    return "\n".join(lines), wanted, named


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_row_is_the_sum_of_its_columns_and_named_by_them(language: str, seed: int) -> None:
    text, wanted, named = _drawn(language, seed)

    found = inspect(text.encode(), "ledger.csv", None)
    rows = [row for row in understood(found) if row.aside is None]

    assert found.kind == BatchKind.DOCUMENTS
    assert all(control.ties for control in found.controls)
    assert [row.number_of("_signed") for row in rows] == wanted
    assert [row.text("kind") for row in rows if row.text("kind")] == [
        KINDS[name] for name in named if name in KINDS
    ]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_customer_hands_in_the_same(language: str) -> None:
    text, wanted, _ = _drawn(language, 11)

    ledger = read_their_ledger(
        inspect(text.encode(), "ledger.csv", BatchKind.THEIR_LEDGER), None, "CNY"
    )

    assert [line.amount.decimal for line in ledger.lines] == wanted
    assert not ledger.problems
    assert ledger.opening is not None
    assert ledger.closing is not None
    assert ledger.opening.decimal + sum(wanted) == ledger.closing.decimal


def test_a_row_that_does_not_follow_is_named() -> None:
    """The columns are proved by the others; the row that breaks the balance is said."""
    text, _, _ = _drawn("en", 5)
    lines = text.split("\n")
    cells = lines[9].split(",")
    cells[-1] = f"{Decimal(cells[-1]) + 1}"
    lines[9] = ",".join(cells)
    long = "\n".join(lines)

    found = inspect(long.encode(), "ledger.csv", BatchKind.DOCUMENTS)

    assert {control.row for control in found.controls if not control.ties} >= {10}


def test_what_the_balance_does_not_prove_is_not_guessed() -> None:
    text, _, _ = _drawn("en", 5)
    head, *rows = text.split("\n")
    wrong = [row.rsplit(",", 1)[0] + f",{place * 37}.10" for place, row in enumerate(rows)]

    found = inspect("\n".join([head, *wrong]).encode(), "ledger.csv", BatchKind.DOCUMENTS)

    assert not found.mapping.has("debit", "credit")
    assert found.missing is not None


def test_fees_of_a_bank_are_no_side_of_a_ledger() -> None:
    text = (
        "日期,流水号,摘要,收入,支出,手续费,余额\n2026-06-01,1,明远,1200.00,,,1200.00\n"
        "2026-06-02,2,租金,,300.00,2.00,898.00\n2026-06-03,3,明远,500.00,,,1398.00\n"
        "2026-06-04,4,水电,,100.00,1.00,1297.00\n2026-06-05,5,转出,,7.00,,1290.00\n"
    )

    found = inspect(text.encode(), "bank.csv", None)

    assert found.kind == BatchKind.PAYMENTS
    assert found.mapping.by_field["money_in"].heading == "收入"
