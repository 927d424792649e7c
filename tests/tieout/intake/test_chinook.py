"""A real shop's sales, through the services the pages use, to the figures known beforehand."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_company
from tests.support.imports import post, states, upload
from tieout.customers.models import Customer
from tieout.intake.kinds import BatchKind
from tieout.ledger.models import AccountTotal, Document, DocumentLine
from tieout.money import Money


@pytest.fixture
def chinook(sample_data: Path) -> Path:
    """The folder of the shop's files."""
    return sample_data / "ar-chinook"


def expected(folder: Path) -> dict[str, Any]:
    """The figures known beforehand."""
    [figures] = json.loads((folder / "expected.json").read_text("utf-8")).values()
    return dict(figures)


def sales_of(folder: Path) -> str:
    """Invoices and their lines as one file of lines, as shops export them."""
    invoices = {row["InvoiceId"]: row for row in _rows(folder / "invoice.csv")}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow("InvoiceId CustomerId InvoiceDate Total TrackId UnitPrice Quantity".split())
    for line in _rows(folder / "invoice_line.csv"):
        head = invoices[line["InvoiceId"]]
        whole = (head["InvoiceId"], head["CustomerId"], head["InvoiceDate"], head["Total"])
        writer.writerow([*whole, line["TrackId"], line["UnitPrice"], line["Quantity"]])
    return out.getvalue()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_shops_sales_come_to_the_known_figures(session: Session, chinook: Path) -> None:
    figures = expected(chinook)
    make_company(session, base_currency="USD")
    customers = upload(
        session, (chinook / "customer.csv").read_bytes(), BatchKind.CUSTOMERS, "customer.csv"
    )
    post(session, customers)
    assert session.scalar(select(func.count(Customer.id))) == int(figures["customers"])

    sales = upload(session, sales_of(chinook), BatchKind.DOCUMENTS, "sales.csv")
    post(session, sales)

    assert sales.totals["read"] == sales.totals["posted"] == int(figures["lines"])
    assert session.scalar(select(func.count(Document.id))) == int(figures["invoices"])
    assert session.scalar(select(func.count(DocumentLine.id))) == int(figures["lines"])
    total = session.scalar(select(func.sum(AccountTotal.balance_minor)))
    assert Money(int(total or 0), "USD").decimal == Decimal(figures["total"])
    for code, amount in figures["top5_customers"]:
        assert balance_of(session, str(code)) == Decimal(amount)

    again = upload(session, sales_of(chinook), BatchKind.DOCUMENTS, "sales.csv")
    assert set(states(session, again)) == {"repeated"}


def balance_of(session: Session, code: str) -> Decimal:
    """What a customer owes."""
    query = (
        select(AccountTotal.balance_minor)
        .join(Document, Document.account_id == AccountTotal.account_id)
        .join(Customer, Customer.id == Document.customer_id)
        .where(Customer.code == code)
        .limit(1)
    )
    return Money(int(session.scalar(query) or 0), "USD").decimal
