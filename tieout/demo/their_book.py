"""Mingyuan's own ledger of us, as its accountant keeps it: a workbook with her mistakes in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font

from tieout.demo.cast import MINGYUAN
from tieout.demo.dates import Dates
from tieout.demo.entries import Entry
from tieout.ledger.models import DocumentKind
from tieout.money import Money

FILENAME = "mingyuan-ledger.xlsx"
HEADINGS = (
    *("Date", "Voucher no.", "Your invoice no.", "PO number", "Description"),
    *("Debit", "Credit", "Balance", "Foreign currency", "Foreign amount"),
)
Others = Mapping[str, Entry]
Theirs = Callable[[Entry, Dates, Others], list["Row"]]

#: Months it covers.
MONTHS = 6


@dataclass(frozen=True)
class Row:
    """A line of their book; + they owe us more."""

    on: date
    reference: str
    amount: Money
    description: str = ""
    po: str = ""
    original: Money | None = None


def write(entries: Iterable[Entry], numbers: Mapping[str, str], dates: Dates) -> bytes:
    """Write the workbook; `numbers` are those our documents were posted under, by key."""
    opening, rows = book(entries, numbers, dates)
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None  # noqa: S101 - a new workbook has one
    sheet.title = "2202 Harbour Tools"
    sheet.append([f"{MINGYUAN.name} · 2202 accounts payable · Harbour Tools Co., Ltd."])
    sheet.append([f"{dates.month(MONTHS - 1).start} to {dates.anchor}, CNY"])
    sheet.append([])
    sheet.append(HEADINGS)
    for cell in sheet[4]:
        cell.font = Font(bold=True)
    start = dates.month(MONTHS - 1).start
    sheet.append([start, "", "", "", "Opening balance", None, None, opening.decimal])
    balance = opening
    for no, row in enumerate(rows, start=1):
        balance = balance + row.amount
        sheet.append(_cells(no, row, balance))
    for column, width in zip("ABCDEFGHIJ", (12, 12, 24, 18, 44, 13, 13, 14, 10, 13), strict=True):
        sheet.column_dimensions[column].width = width
    # the same content is the same file
    made = datetime.combine(dates.anchor, time())
    workbook.properties.created = workbook.properties.modified = made
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def _cells(no: int, row: Row, balance: Money) -> list[object]:
    """A row of the sheet: what they owe us stands on their credit side."""
    amount = row.amount.decimal
    return [
        row.on,
        f"V-{no:04d}",
        row.reference,
        row.po,
        row.description,
        -amount if amount < 0 else None,
        amount if amount >= 0 else None,
        balance.decimal,
        row.original.currency if row.original else None,
        row.original.decimal if row.original else None,
    ]


def book(
    entries: Iterable[Entry], numbers: Mapping[str, str], dates: Dates
) -> tuple[Money, list[Row]]:
    """The balance they begin with, and their lines."""
    start = dates.month(MONTHS - 1).start
    ours = [
        replace(entry, number=numbers.get(entry.key, entry.number))
        for entry in entries
        if entry.partner == MINGYUAN.code
    ]
    by_key = {entry.key: entry for entry in ours}
    opening = Money.total((entry.amount for entry in ours if entry.on < start), "CNY")
    rows: list[Row] = []
    for entry in ours:
        if entry.on >= start:
            rows += _THEIRS.get(entry.key, _as_ours)(entry, dates, by_key)
    rows += _only_theirs(dates)
    return opening, sorted((row for row in rows if row.on <= dates.anchor), key=lambda r: r.on)


def _as_ours(entry: Entry, dates: Dates, others: Others) -> list[Row]:
    """Booked some days later, now and then with our number written in short."""
    later = timedelta(days=-1 if entry.kind == DocumentKind.PAYMENT else 1 + entry.on.day % 3)
    number = _number(entry)
    if entry.on.day % 4 == 0:
        number = number.lower().replace("inv-", "inv ").replace("-", "/")
    return [_row(entry, on=entry.on + later, reference=number)]


def _row(entry: Entry, **changes: object) -> Row:
    po = next((value for kind, value in entry.references if kind == "po"), "")
    said = entry.lines[0].description if entry.lines else entry.description
    values: dict[str, object] = {
        "on": entry.on + timedelta(days=1),
        "reference": _number(entry),
        "amount": entry.amount,
        "description": said,
        "po": po,
        **changes,
    }
    return Row(**values)  # type: ignore[arg-type]


def _number(entry: Entry) -> str:
    """What they know a document by: our number, or the bank's for what they paid."""
    bank = next((value for kind, value in entry.references if kind == "bank"), "")
    return bank or entry.number


def _other(amount: str, **changes: object) -> Theirs:
    """Another amount than ours."""
    money = Money.of(amount, "CNY")
    return lambda entry, dates, others: [_row(entry, amount=money, **changes)]


def _nothing(entry: Entry, dates: Dates, others: Others) -> list[Row]:
    """Not booked."""
    return []


def _merged(entry: Entry, dates: Dates, others: Others) -> list[Row]:
    """Two invoices in one line that names both."""
    both = f"{entry.number}; {others['second of two'].number}"
    return [_row(entry, amount=Money.of("4176.00", "CNY"), reference="", description=both)]


def _twice(entry: Entry, dates: Dates, others: Others) -> list[Row]:
    return [_row(entry), _row(entry, on=entry.on + timedelta(days=6))]


def _only_theirs(dates: Dates) -> list[Row]:
    """What only they have."""
    return [
        Row(
            dates.anchor - timedelta(days=1), "TT204174402", -Money.of("4176.00", "CNY"), "Transfer"
        ),
        Row(dates.day(0, 9), "CASH-19", -Money.of("640.00", "CNY"), "Cash handed to your driver"),
    ]


#: What their book makes of our entries.
_THEIRS: dict[str, Theirs] = {
    "late at theirs": lambda entry, dates, others: [_row(entry, on=dates.day(0, 5))],
    "in two parts": lambda entry, dates, others: [
        _row(entry, amount=Money.of("6000.00", "CNY")),
        _row(entry, amount=Money.of("3600.00", "CNY"), reference=f"{entry.number}-2"),
    ],
    "fee kept": _other("-3000.00"),
    "discounted": _other("-5000.00"),
    "booked again": _nothing,
    "first of two": _merged,
    "second of two": _nothing,
    "twice at theirs": _twice,
    "order part one": _other("2002.40", reference="PO-77881234"),
    "order part two": _other("600.00", reference="PO77881234"),
    "came back": _nothing,
    "their number": lambda entry, dates, others: [_row(entry, reference="AP-000231", po="")],
    "cents": _other("1234.82"),
    "foreign": _other("7041.60", original=Money.of(900, "EUR")),
    "swapped": _other("4530.00"),
    "mistyped": _other("2630.00"),
    "wrong side": _other("308.00"),
    "price": _other("1176.00"),
    "part of it": _other("-3024.00"),
    "on its way": _nothing,
    "not received": _nothing,
}
