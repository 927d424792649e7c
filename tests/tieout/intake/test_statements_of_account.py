"""Statements of account and account sheets are ledgers of a customer, not payments."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tieout.intake.asides import Aside
from tieout.intake.kinds import BatchKind
from tieout.intake.numbers_within import number_in
from tieout.intake.understanding import UnderstoodRow, understood
from tieout.intake.uploads import inspect

#: What an entry calls itself, by language: sold, settled, and what stood before.
WORDS = {
    "en": (("Invoice", "Sales"), ("Payment received", "Credit note"), "Balance b/f"),
    "de": (("Rechnung", "Ausgangsrechnung"), ("Zahlung", "Gutschrift"), "EB-Wert"),
    "fr": (("Facture", "Vente"), ("Règlement", "Avoir"), "Solde initial"),
    "es": (("Factura", "Venta"), ("Cobro", "Abono"), "Saldo anterior"),
    "zh": (("销售商品", "开票"), ("收货款", "退货"), "期初余额"),
}
HEADINGS = {
    "en": "Date,Ref,Description,Debit,Credit,Balance",
    "de": "Datum,Belegfeld 1,Buchungstext,Soll,Haben,Saldo",
    "fr": "Date,N° pièce,Libellé,Débit,Crédit,Solde",
    "es": "Fecha,Documento,Concepto,Debe,Haber,Saldo",
    "zh": "日期,单据号,摘要,借方,贷方,余额",
}
OPENING = Decimal(500)


def _drawn(seed: int, count: int = 9) -> list[tuple[date, str, bool, Decimal]]:
    """Entries: day, number, whether it raises what is owed, amount."""
    draw = random.Random(seed)
    day, found = date(2026, 1, 14), []
    for place in range(count):
        day += timedelta(days=draw.randint(0, 9))
        rises = place % 3 != 2 or draw.random() < 0.2
        amount = Decimal(draw.randint(1000, 900_000)) / 100
        found.append((day, f"{'RE' if rises else 'ZE'}-{100 + place}", rises, amount))
    return found


def _sided(value: Decimal, how: str) -> list[str]:
    """A balance as programs print it: with a suffix, a column beside it, or a sign."""
    debit, credit = {"DR": ("DR", "CR"), "S": ("S", "H"), "sh": ("S", "H")}.get(how, ("", ""))
    side = debit if value >= 0 else credit
    if how == "sign":
        return [f"{value:.2f}"]
    return [f"{abs(value):.2f}", side] if how == "sh" else [f"{abs(value):.2f} {side}"]


def _sheet(language: str, how: str, seed: int) -> str:
    draw = random.Random(seed)
    (sold, settled, before) = WORDS[language]
    lines = ["Brook Ltd 10001", HEADINGS[language] + (",S/H" if how == "sh" else "")]
    balance = OPENING
    lines.append(",".join(["2026-01-01", "", before, "", "", *_sided(balance, how)]))
    for day, number, rises, amount in _drawn(seed):
        balance += amount if rises else -amount
        sides = [f"{amount:.2f}", ""] if rises else ["", f"{amount:.2f}"]
        word = draw.choice(sold if rises else settled)
        lines.append(",".join([day.isoformat(), number, word, *sides, *_sided(balance, how)]))
    return "\n".join(lines) + "\n"


def _entries(text: str) -> list[UnderstoodRow]:
    found = inspect(text.encode(), "statement.csv", None)
    assert found.kind == BatchKind.DOCUMENTS
    assert all(control.ties for control in found.controls), found.controls
    return understood(found)


@pytest.mark.parametrize("how", ["DR", "S", "sh", "sign"])
@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_sheet_of_one_account_is_read_as_documents(language: str, how: str) -> None:
    for seed in range(3):
        rows = _entries(_sheet(language, how, seed))

        assert rows[0].aside == Aside.OPENING
        wanted = [amount if rises else -amount for _, _, rises, amount in _drawn(seed)]
        assert [row.number_of("_signed") for row in rows[1:]] == wanted
        assert not any(row.problems for row in rows)


@pytest.mark.parametrize("title", ["Statement of Account", ""])
def test_a_bank_statement_stays_one(title: str) -> None:
    """A bank's balance goes up by what came in; what payers write is no word for it."""
    balance, lines = Decimal(9000), [title, "Date,Ref,Description,Debit,Credit,Balance"]
    for place, (day, number, rises, amount) in enumerate(_drawn(3)):
        balance += -amount if rises else amount
        sides = f"{amount:.2f}," if rises else f",{amount:.2f}"
        text = ("Invoice 4711 Stationery", "Rent", "Card payment")[place % 3]
        lines.append(f"{day},{number},{text if rises else f'Brook Ltd {number}'},{sides},{balance}")

    assert inspect("\n".join(lines).encode(), "bank.csv", None).kind == BatchKind.PAYMENTS


def test_a_titled_statement_whose_balance_stands_in_debit_needs_no_words() -> None:
    text = (
        "STATEMENT OF ACCOUNT\nBRO001\nDate,Ref,Description,Debit,Credit,Balance\n"
        "01/06/2026,,Balance b/f,,,500.00 DR\n13/06/2026,A-20,Valves,1200.00,,1700.00 DR\n"
        "20/06/2026,A-31,Thank you,,1500.00,200.00 DR\n25/06/2026,A-22,Pipe,400.00,,600.00 DR\n"
    )

    amounts = [row.number_of("_signed") for row in _entries(text) if row.aside is None]
    assert amounts == [1200, -1500, 400]


def test_a_titled_statement_of_a_bank_stands_in_credit() -> None:
    text = (
        "STATEMENT OF ACCOUNT\nSort code 00-00-00\nDate,Ref,Description,Debit,Credit,Balance\n"
        "01/06/2026,,Balance b/f,,,5000.00 CR\n13/06/2026,A-20,Valves,1200.00,,3800.00 CR\n"
        "20/06/2026,A-31,Brook Ltd,,1500.00,5300.00 CR\n25/06/2026,A-22,Pipe,400.00,,4900.00 CR\n"
    )

    assert inspect(text.encode(), "s.csv", None).kind == BatchKind.PAYMENTS


def _details(seed: int) -> tuple[str, list[tuple[str, Decimal]]]:
    """A statement without a column for numbers, and what its entries are."""
    lines = ["Date,Transactions,Details,Amount,Payments,Balance"]
    lines.append("2026-01-01,***Opening Balance***,,500.00,,500.00")
    balance, wanted = OPENING, []
    for place, (day, _, rises, amount) in enumerate(_drawn(seed)):
        balance += amount if rises else -amount
        number = f"INV-{2000 + place:06}" if rises else ""
        if rises:
            kind, details = "Invoice", f"{number} - due on {day + timedelta(days=30)}"
            sides = f"{amount:.2f},"
        elif place % 2:
            kind, details, sides = "Payment Received", f"CNY {amount} for INV-002000", f",{amount}"
        else:
            number = f"CN-{place:05}"
            kind, details, sides = "Credit Note", number, f"-{amount:.2f},"
        lines.append(f"{day},{kind},{details},{sides},{balance:.2f}")
        wanted.append((number, amount if rises else -amount))
    lines.append(f",,,,Balance Due,{balance:.2f}")
    return "\n".join(lines), wanted


@pytest.mark.parametrize("seed", range(3))
def test_numbers_that_stand_within_the_details_are_found(seed: int) -> None:
    text, wanted = _details(seed)

    rows = [row for row in _entries(text) if row.aside is None]

    assert [(row.text("number"), row.number_of("_signed")) for row in rows] == wanted
    assert not any(row.problems for row in rows)


def test_an_invoice_without_a_number_is_still_asked_for_one() -> None:
    text, _ = _details(1)
    rows = _entries(text.replace("INV-002001 - due", "due"))

    assert [row.number for row in rows if row.problems] == [4]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("INV-000021 - due on 03/07/2026", "INV-000021"),
        ("Invoice # INV-0020", "INV-0020"),
        ("Invoice no. 1021: goods", "1021"),
        ("Payment on Invoice # INV-0020", ""),
        ("INR 1,000.00 for payment of INV-1", ""),
        ("2026", ""),
        ("Jun-26 goods", ""),
        ("Goods", ""),
    ],
)
def test_a_number_opens_its_text(text: str, number: str) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    "above",
    [
        "To,Brook Ltd\n",
        "To\nBrook Ltd\n1 Mill Lane\n",
        "Bill To:\nBrook Ltd\n",
        "Kontoblatt 10001 Brook Ltd\n",
        "Compte : 411000 - Brook Ltd\n",
        "Cuenta 430000001 Brook Ltd\n",
    ],
)
def test_whom_a_statement_is_for_is_the_customer(above: str) -> None:
    text, _ = _details(2)

    rows = [row for row in _entries(f"Statement of Accounts\n{above}\n{text}") if row.aside is None]

    assert {row.text("customer_name") for row in rows} == {"Brook Ltd"}


@pytest.mark.parametrize("above", ["Account Name: Northwind Tools Ltd", "To,Northwind Tools Ltd"])
@pytest.mark.parametrize("kind", [None, BatchKind.PAYMENTS])
def test_the_holder_of_a_bank_account_is_no_customer(above: str, kind: BatchKind | None) -> None:
    text = (
        f"{above}\nDate,Description,Money in,Money out,Balance\n"
        "13/06/2026,Brook Ltd INV-1,100.00,,1100.00\n15/06/2026,Rent,,50.00,1050.00\n"
        "16/06/2026,Alder INV-2,70.00,,1120.00\n"
    )

    found = inspect(text.encode(), "bank.csv", kind)

    assert found.kind == BatchKind.PAYMENTS
    assert not found.mapping.has("customer_name")
    assert [row.number_of("_signed") for row in understood(found)] == [100, -50, 70]


@pytest.mark.parametrize("above", ["To 30/06/2026\n", "01/06/2026 To 30/06/2026\n", "Page 1\n"])
def test_a_period_is_nobodys_name(above: str) -> None:
    text, _ = _details(2)

    found = inspect(f"Statement of Accounts\n{above}\n{text}".encode(), "s.csv", None)

    assert found.layout.sections is None


@pytest.mark.parametrize(
    ("headings", "text"),
    [
        ("Date,Number,Bank reference,Customer code,Payer,Amount,Remittance text", "INV-{no}"),
        ("Value date,Payer,Amount,Currency,Payment reference", "Invoice {no}"),
        ("日期,流水号,付款方,收款金额,用途", "发票 {no} 货款"),
        ("Date,Payer,Money in,Details", "INV {no}, thank you"),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_payments_may_name_invoices(headings: str, text: str, seed: int) -> None:
    """What is paid says what for; nothing in such a list lowers what is owed."""
    draw, lines = random.Random(seed), [headings]
    titles = headings.split(",")
    for place in range(draw.randint(1, 12)):
        cells = []
        for at, title in enumerate(titles):
            if at == len(titles) - 1:
                cells.append(f'"{text.format(no=1000 + place)}"')
            elif title in ("Date", "Value date", "日期"):
                cells.append(f"2026-06-{place + 1:02}")
            elif title in ("Amount", "Money in", "收款金额"):
                cells.append(f"{draw.randint(100, 99_999)}.50")
            elif title == "Currency":
                cells.append("CNY")
            elif title in ("Payer", "付款方"):
                cells.append(draw.choice(["Brook Ltd", "Hill & Sons", "明远五金"]))
            else:
                cells.append(f"R{draw.randint(1, 99_999):05}")
        lines.append(",".join(cells))

    assert inspect("\n".join(lines).encode(), "june.csv", None).kind == BatchKind.PAYMENTS
