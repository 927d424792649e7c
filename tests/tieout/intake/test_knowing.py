"""Columns without a heading that says anything, told by what stands in the books."""

from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.imports import upload
from tieout.customers.models import Customer
from tieout.intake.batches import mapping_of
from tieout.intake.kinds import BatchKind
from tieout.intake.knowing import told_by_the_books
from tieout.intake.uploads import inspect


def test_codes_of_our_customers_tell_their_column(session: Session) -> None:
    make_company(session)
    customer = session.get_one(Customer, make_customer(session).customer_id)
    text = f"Number,Date,Merkmal,Amount\nA-1,2026-06-01,{customer.code},100.00\n"

    batch = upload(session, text)

    assert mapping_of(batch).by_field["customer_code"].heading == "Merkmal"


def test_names_do_where_there_is_no_code(session: Session) -> None:
    make_company(session)
    customer = session.get_one(Customer, make_customer(session).customer_id)
    text = f"Date,Merkmal,Amount\n2026-06-01,{customer.name},100.00\n"

    batch = upload(session, text, BatchKind.PAYMENTS, "bank.csv")

    assert mapping_of(batch).by_field["customer_name"].heading == "Merkmal"


def test_values_the_books_do_not_know_tell_nothing(session: Session) -> None:
    make_company(session)
    make_customer(session)
    found = inspect(
        b"Number,Date,Merkmal,Amount\nA-1,2026-06-01,Yard,100.00\n",
        "sales.csv",
        BatchKind.DOCUMENTS,
    )

    assert told_by_the_books(session, found, found.mapping, found.rows) == found.mapping
