"""Ledgers of accounting programs: names above, “To” and “By”, payments without a number."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tieout.intake.kinds import BatchKind
from tieout.intake.their_book import read_their_ledger
from tieout.intake.understanding import understood
from tieout.intake.uploads import inspect

Entries = list[tuple[date, str, Decimal]]
Accounts = dict[str, Entries]

NAMES = ("Alder Stores", "Brook Ltd", "Northgate, Ann")


def _drawn(seed: int) -> Accounts:
    """Entries by customer: an invoice first, payments and credit notes below zero."""
    draw = random.Random(seed)
    found, number = dict[str, Entries](), 1020
    for name in NAMES:
        day, entries = date(2026, 4, 13), list[tuple[date, str, Decimal]]()
        for place in range(draw.randint(2, 5)):
            day += timedelta(days=draw.randint(0, 6))
            number += 1
            amount = Decimal(draw.randint(10_000, 900_000)) / 100
            kind = ("invoice", "payment", "invoice", "credit_note")[place % 4]
            entries.append((day, kind, amount if kind == "invoice" else -amount))
        found[name] = entries
    return found


def _quoted(*cells: object) -> str:
    return ",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in cells)


def _two_sides(amount: Decimal) -> tuple[str, str]:
    return (f"{amount:.2f}", "") if amount > 0 else ("", f"{-amount:.2f}")


def _balance_detail(accounts: Accounts) -> str:
    """By customer, with totals below; payments have no number."""
    words = {"invoice": "Invoice", "payment": "Payment", "credit_note": "Credit Memo"}
    lines = ["Northwind LLC", "Customer Balance Detail", "All Dates", ""]
    lines.append(",Date,Transaction Type,Num,Due Date,Amount,Balance")
    place, total = 0, Decimal(0)
    for name, entries in accounts.items():
        lines.append(_quoted(name, *[""] * 6))
        balance = Decimal(0)
        for day, kind, amount in entries:
            place += 1
            balance += amount
            number = "" if kind == "payment" else 1020 + place
            money = f"{amount:,.2f}", f"{balance:,.2f}"
            lines.append(_quoted("", f"{day:%m/%d/%Y}", words[kind], number, "", *money))
        total += balance
        lines.append(_quoted(f"Total for {name}", "", "", "", "", f"${balance:,.2f}", ""))
    lines.append(_quoted("TOTAL", "", "", "", "", f"${total:,.2f}", ""))
    return "\n".join(lines)


def _names_above(accounts: Accounts) -> str:
    """The customer above its entries, the kind as a journal’s code, totals below."""
    codes = {"invoice": "SJ", "payment": "CR", "credit_note": "SJ"}
    said = {"invoice": "Sale", "payment": "Payment", "credit_note": "Credit note"}
    lines = ["Customer Ledger [Detail]", "", "Date,Src,ID No.,Memo,Debit,Credit,Balance"]
    for at, (name, entries) in enumerate(accounts.items()):
        lines.append(_quoted(name, *[""] * 6))
        balance = Decimal(0)
        for place, (day, kind, amount) in enumerate(entries):
            balance += amount
            cells = f"{day:%d/%m/%Y}", codes[kind], f"{codes[kind]}{at}{place:05}"
            text = f"{said[kind]}; {name}"
            lines.append(_quoted(*cells, text, *_two_sides(amount), f"{balance:.2f}"))
        lines.append(_quoted("", "", "", f"{name} Total:", "", "", f"{balance:.2f}"))
    return "\n".join(lines)


def _activity(accounts: Accounts) -> str:
    """Code and name above the entries, which have the codes SI, SR and SC."""
    codes = {"invoice": "SI", "payment": "SR", "credit_note": "SC"}
    lines, number = ["Date: 30/06/2026,,,Northwind Ltd,,,Page: 1"], 20
    for at, (name, entries) in enumerate(accounts.items()):
        lines.append(_quoted("A/C:", f"C{at:05}", "Name:", name, "Contact:", "Ann", ""))
        lines.append("No,Type,Date,Ref,N/C,Details,Debit,Credit")
        for day, kind, amount in entries:
            number += 1
            cells = number, codes[kind], f"{day:%d/%m/%Y}", 1000 + number, 4000, "x"
            lines.append(_quoted(*cells, *_two_sides(amount)))
    return "\n".join(lines)


BY_CUSTOMER: list[Callable[[Accounts], str]] = [_balance_detail, _names_above, _activity]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("shape", BY_CUSTOMER)
def test_entries_below_their_customer(shape: Callable[[Accounts], str], seed: int) -> None:
    accounts = _drawn(seed)

    found = inspect(shape(accounts).encode(), "ledger.csv", None)
    rows = [row for row in understood(found) if row.aside is None]

    assert found.kind == BatchKind.DOCUMENTS
    assert all(control.ties for control in found.controls), found.controls
    assert not any(row.problems for row in rows)
    assert [
        (row.text("customer_name"), row.day("date"), row.number_of("_signed")) for row in rows
    ] == [(name, day, amount) for name, rows in accounts.items() for day, _, amount in rows]


def _particulars(entries: Entries, *, apart: bool) -> str:
    """One account with “To” and “By”, in one cell with what follows or in a column of their own."""
    words = {
        "invoice": ("To", "Sales - Local", "Sales"),
        "payment": ("By", "Valley Bank", "Receipt"),
        "credit_note": ("By", "Sales Returns", "Credit Note"),
    }
    between = "," if apart else " "
    more = "," if apart else ""
    lines = ["Northwind Traders", "Ledger: Brook Ltd", "1-Apr-26 to 30-Jun-26", ""]
    lines.append(f"Date,Particulars,{more}Vch Type,Vch No.,Debit,Credit")
    lines.append(f"1-Apr-26,To{between}Opening Balance,,,500.00,")
    balance = Decimal(500)
    for place, (day, kind, amount) in enumerate(entries):
        side, account, voucher = words[kind]
        balance += amount
        sides = ",".join(_two_sides(amount))
        cells = f"{day.day}-{day:%b-%y},{side}{between}{account},{voucher},{place + 1}"
        lines.append(f"{cells},{sides}")
    lines.append(f",By{between}Closing Balance,,,{','.join(reversed(_two_sides(balance)))}")
    return "\n".join(lines)


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("seed", range(2))
def test_to_and_by(seed: int, *, apart: bool) -> None:
    entries = [entry for entries in _drawn(seed).values() for entry in entries]
    text = _particulars(entries, apart=apart)

    found = inspect(text.encode(), "ledger.csv", None)
    rows = [row for row in understood(found) if row.aside is None]
    ledger = read_their_ledger(
        inspect(text.encode(), "ledger.csv", BatchKind.THEIR_LEDGER), None, "CNY"
    )

    assert found.kind == BatchKind.DOCUMENTS
    assert [(row.text("kind"), row.number_of("_signed")) for row in rows] == [
        (kind, amount) for _, kind, amount in entries
    ]
    assert {row.text("customer_name") for row in rows} == {"Brook Ltd"}
    assert "Sales - Local" in rows[0].text("description")
    total = sum((amount for *_, amount in entries), Decimal(500))
    assert ledger.opening is not None
    assert ledger.closing is not None
    assert (ledger.opening.decimal, ledger.closing.decimal) == (Decimal(500), total)
