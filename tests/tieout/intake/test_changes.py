"""Before a file of customers or products is approved: what it changes, old and new."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_company
from tests.support.imports import post, upload
from tieout.intake import changes
from tieout.intake.kinds import BatchKind

HEAD = (
    "Code,Name,Other names,Address,Currency,Terms,Credit limit,E-mail,Contact,Phone,Group,Parent,"
    "Tags\n"
)
CUSTOMERS = (
    f"{HEAD}C-1,Brightwater Trading Ltd,BWT,1 Harbour Road,CNY,45,200000,wang@bwt.example,"
    "Wang Fang,110,East,,big\n"
    "C-2,Brightwater North,,,CNY,30,,,,,,C-1,\n"
)


@pytest.fixture
def books(session: Session) -> Session:
    """A company with two customers."""
    make_company(session)
    post(session, upload(session, CUSTOMERS, BatchKind.CUSTOMERS, "customers.csv"))
    return session


def told(session: Session, text: str, kind: BatchKind = BatchKind.CUSTOMERS) -> list[list[str]]:
    """What the rows of a file would change."""
    batch = upload(session, text, kind, "changed.csv")
    said = changes.told(session, batch, batch.rows)
    return [[str(one) for one in said.get(row.id, [])] for row in batch.rows]


def test_each_field_that_changes_is_said_old_and_new(books: Session) -> None:
    edited = CUSTOMERS.replace("1 Harbour Road", "2 Harbour Road").replace("45,200000", "60,9")
    edited = edited.replace("Wang Fang,110", "Wang Fang,120") + "C-3,New One,,,CNY,,,,,,,,\n"

    assert told(books, edited) == [
        [
            "Address: “1 Harbour Road” becomes “2 Harbour Road”.",
            "Days to pay: “45” becomes “60”.",
            "Credit limit: “200000.00” becomes “9”.",
            "Phone: “110” becomes “120”.",
        ],
        [],
        ["New: it is not in the books yet."],
    ]


def test_what_is_filled_in_and_what_is_emptied(books: Session) -> None:
    text = "Code,Name,Tags,Tax number\nc-1,Brightwater Trading Ltd,(clear),91310000MA1FL00000\n"

    assert told(books, text) == [
        ["Tax number: “91310000MA1FL00000”, empty so far.", "Tags: “big” is emptied."]
    ]


def test_a_file_that_says_what_the_books_say_changes_nothing(books: Session) -> None:
    assert told(books, CUSTOMERS + "\n") == [[], []]


def test_products_say_their_prices(books: Session) -> None:
    text = "Code,Name,Unit,Price\nP-1,Anchor,pc,12.50\n"
    post(books, upload(books, text, BatchKind.PRODUCTS, "products.csv"))

    assert told(books, text.replace("12.50", "13.00"), BatchKind.PRODUCTS) == [
        ["Unit price: “12.5” becomes “13.00”."]
    ]
