"""What the business systems hand over, as they write it in either language."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

from tieout.periods import Period

HEADINGS = {
    "en": {
        "code": "Customer code", "name": "Name", "tax": "Tax ID", "contact": "Contact",
        "email": "E-mail", "currency": "Currency", "terms": "Days to pay", "language": "Language",
        "number": "Invoice no.", "date": "Date", "due": "Due date", "amount": "Amount",
        "kind": "Type", "product": "Product code", "po": "Customer order",
        "text": "Description", "ref": "Document", "debit": "Debit", "credit": "Credit",
        "Invoice": "Invoice",
    },
    "zh": {
        "code": "客户编号", "name": "客户名称", "tax": "税号", "contact": "联系人",
        "email": "邮箱", "currency": "币种", "terms": "账期天数", "language": "语言",
        "number": "发票号", "date": "日期", "due": "到期日", "amount": "金额",
        "kind": "单据类型", "product": "产品编号", "po": "客户订单号",
        "text": "摘要", "ref": "单据号", "debit": "借方", "credit": "贷方",
        "Invoice": "发票",
    },
}  # fmt: skip


class Month:
    """The last month, and what was sold in it."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.last = _before(today)
        self.earlier = _before(self.last.start)

    def day(self, number: int) -> date:
        """A day of the last month."""
        return self.last.start + timedelta(days=number - 1)


def _before(day: date) -> Period:
    last = day.replace(day=1) - timedelta(days=1)
    return Period.month(last.year, last.month)


def customers(folder: Path, language: str) -> Path:
    """Customers as a CSV file: columns in an order of their own."""
    words = HEADINGS[language]
    order = ("name", "email", "code", "contact", "currency", "terms", "language")
    rows = [
        ("Mingyuan Trading Co., Ltd.", "wang.min@mingyuan.example", "M-0217", "Wang Min", "CNY",
         "30", language),
        ("Zhengda Hardware Co., Ltd.", "zhao.min@zhengda.example", "M-0221", "Zhao Min", "CNY",
         "10", language),
    ]  # fmt: skip
    lines = [",".join(words[name] for name in order)]
    lines += [",".join(f'"{value}"' for value in row) for row in rows]
    path = folder / "customers.csv"
    # Chinese systems still write GB18030
    path.write_text("\n".join(lines) + "\n", "gb18030" if language == "zh" else "utf-8")
    return path


#: What is sold: customer, number, day of the last month, amount of each line, days to pay:
#: on every day of this month Mingyuan's is not due and Zhengda's overdue.
SALES = (
    ("M-0217", "INV-1001", 2, ("600.00", "400.00"), 90),
    ("M-0217", "INV-1002", 5, ("2260.00",), 90),
    ("M-0217", "INV-1003", 9, ("780.00",), 90),
    ("M-0221", "INV-2001", 1, ("900.00",), 3),
    ("M-0221", "INV-2002", 3, ("350.50",), 3),
)


def sales(folder: Path, language: str, month: Month, name: str = "sales.xlsx") -> Path:
    """The sales ledger as a workbook: two lines of INV-1001 are one document; one row is wrong."""
    words = HEADINGS[language]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    order = ("date", "number", "code", "kind", "product", "amount", "currency", "due", "po")
    sheet.append([words[heading] for heading in order])
    for code, number, day, amounts, days in SALES:
        on = month.day(day)
        for place, amount in enumerate(amounts, start=1):
            sheet.append(
                [on, number, code, words["Invoice"], f"P-{place}", Decimal(amount), "CNY",
                 on + timedelta(days=days), f"PO-{number[-4:]}"]
            )  # fmt: skip
    wrong = f"{month.last.start.year}-02-31"
    sheet.append([wrong, "INV-1009", "M-0217", words["Invoice"], "P-1", 10, "CNY", None, ""])
    path = folder / name
    book.save(path)
    return path


def payments(folder: Path, language: str, month: Month) -> Path:
    """Payments: one names its invoice, one is the only one of its amount, one says nothing."""
    words = HEADINGS[language]
    order = ("date", "code", "amount", "currency", "number", "text")
    headings = {**words, "number": {"en": "Payment no.", "zh": "收款单号"}[language]}
    rows = [
        (month.day(20), "M-0217", "600.00", "CNY", "PAY-1", "INV-1001"),
        (month.day(21), "M-0221", "350.50", "CNY", "PAY-2", ""),
        (month.day(22), "M-0217", "120.00", "CNY", "PAY-3", ""),
    ]
    lines = [",".join(headings[name] for name in order)]
    lines += [",".join(str(value) for value in row) for row in rows]
    path = folder / "payments.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8-sig")
    return path


def their_ledger(folder: Path, language: str, month: Month) -> Path:
    """Mingyuan's own ledger: a transposed amount, a payment on its way, an invoice not booked."""
    words = HEADINGS[language]
    order = ("date", "ref", "text", "debit", "credit")
    rows = [
        (month.day(3), "inv1001", "", "", "1000.00"),
        # 2,260.00: two digits have changed places
        (month.day(6), "INV-1002", "", "", "2620.00"),
        (month.day(20), "PAY-1", "INV-1001", "600.00", ""),
        (month.day(22), "PAY-3", "", "120.00", ""),
        (month.last.end, "PAY-4", "", "500.00", ""),
    ]
    lines = [",".join(words[name] for name in order)]
    lines += [",".join(str(value) for value in row) for row in rows]
    path = folder / "their-ledger.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
