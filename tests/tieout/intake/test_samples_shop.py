"""Days of an online shop, the way an accountant brings them in, to the figures known beforehand.

Rows become documents; twins are kept and named; what begins with C comes out as a credit note;
sales to nobody go to the clearing customer, by one decision.
"""

import csv
import io
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company
from tests.support.imports import post, rows, states, upload
from tieout.customers.models import Customer
from tieout.intake import problems, staging, together
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, SeenRow
from tieout.intake.newcomers import newcomers
from tieout.ledger.models import Document, DocumentKind, DocumentLine
from tieout.money import Money

DAYS = [f"2010-12-0{day}.csv" for day in (1, 2, 3, 5, 6, 7, 8, 9)]


@pytest.fixture
def shop(sample_data: Path) -> Path:
    """The folder of the shop's days."""
    return sample_data / "ar-uci-online-retail"


@pytest.fixture
def books(session: Session) -> Session:
    """A company that sells in pounds and knows nobody yet."""
    make_company(session, base_currency="GBP")
    return session


def expected(shop: Path) -> dict[str, Any]:
    """The figures known beforehand."""
    return dict(json.loads((shop / "expected.json").read_text("utf-8")))


def bring_in(session: Session, shop: Path, day: str) -> ImportBatch:
    """Bring a day in: add its customers by a list made from it, send the rest to clearing, post."""
    batch = upload(session, (shop / day).read_bytes(), name=day)
    add_newcomers(session, batch)
    staging.check_again(session, batch, by=BY)
    clearing = together.clearing_customer(session, by=BY, at=AT)
    seen = batch.version
    together.assign(session, batch, "customer_missing", "", clearing, seen=seen, by=BY, at=AT)
    return post(session, batch)


def add_newcomers(session: Session, batch: ImportBatch) -> None:
    """Hand in the list of the customers the file names and the books do not know."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Customer code", "Customer name"])
    writer.writerows([one.code, one.name] for one in newcomers(session, batch))
    text = out.getvalue()
    post(session, upload(session, text, BatchKind.CUSTOMERS, f"customers of {batch.filename}"))


def sum_of(session: Session, kind: DocumentKind) -> tuple[int, Decimal]:
    """How many documents of a kind there are, and what they come to."""
    query = select(func.count(), func.coalesce(func.sum(Document.amount_minor), 0))
    count, minor = session.execute(query.where(Document.kind == kind)).one()
    return count, Money(int(minor), "GBP").decimal


def balance_of(session: Session, code: str) -> tuple[int, Decimal]:
    """How many documents a customer has, and what it owes."""
    query = (
        select(func.count(), func.coalesce(func.sum(Document.amount_minor), 0))
        .join(Customer, Customer.id == Document.customer_id)
        .where(Customer.code == code)
    )
    count, minor = session.execute(query).one()
    return count, Money(int(minor), "GBP").decimal


def test_a_day_of_the_shop_comes_to_the_known_figures(books: Session, shop: Path) -> None:
    day = expected(shop)["files"][DAYS[0]]

    batch = bring_in(books, shop, DAYS[0])

    assert batch.totals["read"] == batch.totals["posted"] == day["rows"]
    invoices, sold = sum_of(books, DocumentKind.INVOICE)
    credit_notes, returned = sum_of(books, DocumentKind.CREDIT_NOTE)
    assert (invoices, credit_notes) == (day["invoices"], day["credit_notes"])
    assert sold + returned == Decimal(day["net"])

    again = upload(books, (shop / DAYS[0]).read_bytes(), name="once more.csv")
    assert set(states(books, again)) == {"repeated"}


def test_what_is_worth_a_look_is_named(books: Session, shop: Path) -> None:
    batch = upload(books, (shop / DAYS[0]).read_bytes(), name=DAYS[0])
    lines = Counter((shop / DAYS[0]).read_text("utf-8").splitlines())

    add_newcomers(books, batch)
    staging.check_again(books, batch, by=BY)
    clearing = together.clearing_customer(books, by=BY, at=AT)
    seen = batch.version
    together.assign(books, batch, "customer_missing", "", clearing, seen=seen, by=BY, at=AT)

    stored = rows(books, batch)
    named = {check for row in stored for check in checks_of(row.problems)}
    assert {"twins", "below_zero", "zero_amount", "date_old"} <= named
    twins = sum("twins" in checks_of(row.problems) for row in stored)
    assert twins == sum(count - 1 for count in lines.values())
    assert not [one for one in problems.groups(books, batch) if one.stops]


def checks_of(said: list[dict[str, Any]]) -> list[str]:
    """The checks that say something of a row."""
    return [one["check"] for one in said]


@pytest.mark.long
def test_all_days_of_the_shop_come_to_the_known_figures(books: Session, shop: Path) -> None:
    figures = expected(shop)["TOTAL"]

    batches = [bring_in(books, shop, day) for day in DAYS]

    assert sum(batch.totals["posted"] for batch in batches) == figures["rows"]
    invoices, sold = sum_of(books, DocumentKind.INVOICE)
    credit_notes, returned = sum_of(books, DocumentKind.CREDIT_NOTE)
    assert (invoices, credit_notes) == (figures["sales_invoices"], figures["credit_notes"])
    assert (sold, returned) == (
        Decimal(figures["sales_total"]),
        Decimal(figures["credit_note_total"]),
    )
    assert books.scalar(select(func.count(Customer.id))) == figures["customers"] + 1
    for code, documents, net in figures["top5_customers_net"]:
        assert balance_of(books, code.removesuffix(".0")) == (documents, Decimal(net))
    _, cleared = balance_of(books, together.CLEARING)
    assert cleared == Decimal(figures["net_without_customer"])
    assert lines_of(books) == (
        figures["sales_lines"],
        figures["credit_note_lines"],
        figures["rows_without_customer"],
        figures["negative_quantity_not_credit_note"],
    )
    twins = books.scalar(select(func.count()).where(SeenRow.occurrence > 1))
    assert twins == figures["exact_duplicate_rows"]


def lines_of(session: Session) -> tuple[int, int, int, int]:
    """Lines of sales, of credit notes, of nobody, and of stock that only moved."""
    is_credit = Document.kind == DocumentKind.CREDIT_NOTE
    counted = [
        ~is_credit,
        is_credit,
        Customer.code == together.CLEARING,
        ~is_credit & (DocumentLine.quantity_micro < 0),
    ]
    query = (
        select(*(func.sum(case((one, 1), else_=0)) for one in counted))
        .select_from(DocumentLine)
        .join(Document, Document.id == DocumentLine.document_id)
        .join(Customer, Customer.id == Document.customer_id)
    )
    found = tuple(int(count) for count in session.execute(query).one())
    return found[0], found[1], found[2], found[3]
