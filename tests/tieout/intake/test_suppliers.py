"""Suppliers: the same files, on the accounts where we owe."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.books import day
from tests.support.imports import post, sentences, states, upload
from tieout.customers.models import CustomerAccount
from tieout.intake.kinds import BatchKind
from tieout.ledger import balances
from tieout.ledger.models import Allocation

BOUGHT = """Number,Date,Customer code,Amount,Currency
YX-88,2026-06-02,S-0011,3500.00,CNY
YX-89,2026-06-05,S-0011,1250.00,CNY
YX-90,2026-06-09,S-0011,-200.00,CNY
"""
BANK = """Date,Payer,Amount,Currency,Bank reference,Remittance information
2026-06-20,Customer S-0011,-3500.00,CNY,20260620-1,YX-88
2026-06-21,Customer S-0011,80.00,CNY,20260621-2,back from them
"""


@pytest.fixture
def books(session: Session) -> Session:
    """A supplier that is a customer as well, and has no account yet on which we owe it."""
    make_company(session)
    make_customer(session, "S-0011")
    return session


def owed(session: Session, kind: str) -> str:
    query = select(CustomerAccount).where(CustomerAccount.kind == kind)
    [account] = session.scalars(query)
    return balances.balance(session, account.id, day("2026-06-30")).plain


def test_what_suppliers_billed_stands_on_accounts_where_we_owe(books: Session) -> None:
    post(books, upload(books, BOUGHT, is_payable=True))

    assert owed(books, "payable") == "4550.00"
    assert owed(books, "receivable") == "0.00"


def test_what_went_out_pays_suppliers_and_what_came_in_does_not(books: Session) -> None:
    post(books, upload(books, BOUGHT, is_payable=True))

    batch = upload(books, BANK, BatchKind.PAYMENTS, "bank.csv", is_payable=True)

    assert states(books, batch) == ["ready", "left_out"]
    assert "came in; only what was paid to suppliers is posted" in sentences(books, batch)[0]
    post(books, batch)
    assert owed(books, "payable") == "1050.00"
    [settled] = books.scalars(select(Allocation)).all()
    assert (settled.rule, settled.amount_minor) == ("reference", 350_000)


def test_without_it_the_same_file_goes_to_customers(books: Session) -> None:
    post(books, upload(books, BOUGHT))

    assert owed(books, "receivable") == "4550.00"
