"""Amounts before tax: told from those with it, brought to what the customer owes."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.imports import post, rows, sentences, upload
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import TaxMissing
from tieout.intake.uploads import Inspected, inspect
from tieout.ledger.models import Document


@pytest.fixture
def books(session: Session) -> Session:
    """A company and one customer in CNY."""
    make_company(session)
    make_customer(session)
    return session


def read(text: str) -> Inspected:
    return inspect(text.encode(), "sales.csv", BatchKind.DOCUMENTS)


def used(text: str) -> dict[str, str]:
    return {column.heading: column.field for column in read(text).mapping.columns}


#: Lines of tax invoices as invoicing programs write them: 1,130.00 + 263.64, and 109.00.
TAX_INVOICES = """\
发票号码,开票日期,客户编码,商品名称,数量,单价,金额,税率,税额
T-1,2026-06-01,M-0217,冲击钻,10,100.00,1000.00,13%,130.00
T-1,2026-06-01,M-0217,钻头,7,33.33,233.31,13%,30.33
T-2,2026-06-02,M-0217,运费,1,100.00,100.00,9%,9.00
"""


def test_lines_before_tax_are_owed_with_it(books: Session) -> None:
    batch = upload(books, TAX_INVOICES)
    post(books, batch)

    found = books.scalars(select(Document).order_by(Document.number)).all()

    assert [(one.number, one.amount_minor, one.tax_minor) for one in found] == [
        ("T-1", 1393_64, 160_33),
        ("T-2", 109_00, 9_00),
    ]
    assert [(line.amount_minor, line.unit_price_micro) for line in found[0].lines] == [
        (1130_00, 113_000000),
        (263_64, 37_662857),
    ]
    assert not sentences(books, batch)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the column without a word of tax, proved by the one with it
        (
            (
                "Invoice,Date,Customer,Qty,Unit Price,Net,VAT %,VAT,Gross\n"
                "I-1,2026-06-01,C-1,10,100.00,1000.00,20,200.00,1200.00\n"
                "I-1,2026-06-01,C-1,7,33.33,233.31,20,46.66,279.97\n"
            ),
            {"Net": "line_net", "Gross": "line_amount", "Unit Price": "net_price"},
        ),
        (
            (
                "Invoice,Date,Customer,Net,VAT 13%,Gross\n"
                "I-1,2026-06-01,C-1,1000.00,130.00,1130.00\n"
                "C-1,2026-06-02,C-1,-100.00,13.00,-113.00\n"
            ),
            {"Net": "net_amount", "VAT 13%": "tax", "Gross": "amount"},
        ),
        # the tax alone says it: 13 of 100, and never 13 within 100
        (
            (
                "Invoice,Date,Customer,Amount,Tax\n"
                "I-1,2026-06-01,C-1,1000.00,130.00\nI-2,2026-06-01,C-1,77.10,10.02\n"
            ),
            {"Amount": "net_amount"},
        ),
        (
            (
                "Invoice,Date,Customer,Amount,Tax\n"
                "I-1,2026-06-01,C-1,1130.00,130.00\nI-2,2026-06-01,C-1,87.12,10.02\n"
            ),
            {"Amount": "amount"},
        ),
        # 20 of 100 is 20 % on top or 25 % within: nothing is proved
        (
            "Invoice,Date,Customer,Amount,Tax\nI-1,2026-06-01,C-1,100.00,20.00\n",
            {"Amount": "amount"},
        ),
        # postage stands between, so that the subtotal leads nowhere
        (
            (
                "Invoice,Date,Customer,Subtotal,Sales Tax,Shipping,Total\n"
                "I-1,2026-06-01,C-1,100.00,13.00,5.00,118.00\n"
            ),
            {"Subtotal": "", "Total": "amount"},
        ),
        # no tax at all: what stands there is the amount
        ("Invoice,Date,Customer,Net Amount\nI-1,2026-06-01,C-1,100.00\n", {"Net Amount": "amount"}),
        # a price with tax stays one
        (
            (
                "发票号码,日期,客户,商品名称,数量,单价,不含税金额,税额,价税合计\n"
                "T-1,2026-06-01,C-1,钻,10,113.00,1000.00,130.00,1130.00\n"
            ),
            {"单价": "unit_price", "不含税金额": "net_amount", "价税合计": "amount"},
        ),
    ],
)
def test_which_figures_are_before_tax(text: str, expected: dict[str, str]) -> None:
    found = used(text)

    assert {heading: found.get(heading, "") for heading in expected} == expected


def test_a_net_that_does_not_lead_to_its_amount_is_asked_about(books: Session) -> None:
    batch = upload(
        books,
        "发票号码,开票日期,客户编码,不含税金额,税额,价税合计\n"
        "T-1,2026-06-01,M-0217,1000.00,130.00,1130.00\n"
        "T-2,2026-06-02,M-0217,1000.00,130.00,1131.00\n",
    )

    assert [(row.state, row.cause) for row in rows(books, batch)] == [
        ("ready", ""),
        ("decision", "net_and_tax"),
    ]
    assert (
        "“sales.csv”, row 3, column F: 1,000.00 and the tax 130.00 are 1,130.00, but the "
        "amount says 1,131.00. Correct one of them."
    ) in sentences(books, batch)


def test_net_alone_asks_for_the_tax() -> None:
    table = read("发票号码,日期,客户,不含税金额\nT-1,2026-06-01,C-1,1000.00\n")

    assert isinstance(table.missing, TaxMissing)


def test_no_tax_on_a_row_is_a_tax_of_nothing(books: Session) -> None:
    batch = upload(
        books,
        "Invoice,Date,Customer code,Net amount,Tax\n"
        "I-1,2026-06-01,M-0217,1000.00,130.00\nI-2,2026-06-02,M-0217,50.00,\n",
    )
    post(books, batch)

    amounts = books.scalars(select(Document.amount_minor).order_by(Document.number)).all()
    assert [Decimal(one) / 100 for one in amounts] == [Decimal("1130.00"), Decimal("50.00")]


def test_what_a_customer_paid_stands_before_the_fee_kept_back() -> None:
    table = inspect(
        b"Payment Date,Customer code,Amount Received,Bank Fee,Net,Reference\n"
        b"2026-06-03,C-1,1000.00,5.00,995.00,INV-1\n2026-06-04,C-1,20.00,,20.00,INV-2\n",
        "payments.csv",
        BatchKind.PAYMENTS,
    )

    amount = table.mapping.column("amount")
    assert amount is not None
    assert amount.heading == "Amount Received"
