"""Products entered twice: found, merged with their history kept, taken back."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tests.support.imports import post, sentences, states, upload
from tieout import catalog
from tieout.catalog import Product, ProductInput
from tieout.intake.kinds import BatchKind
from tieout.ledger import prices, product_merging
from tieout.ledger.beside import AgreedPrice
from tieout.ledger.models import DocumentLine
from tieout.ledger.prices import PriceBook, PriceInput
from tieout.ledger.product_duplicates import proposals
from tieout.ledger.product_merging import (
    NotMerged,
    ProductMergedAlready,
    ProductWithItself,
    ReasonMissing,
)

LINES = "Number,Date,Customer code,Product code,Line amount\n"


@pytest.fixture
def books(session: Session) -> Session:
    """A company, a customer, and a valve that stands there twice."""
    make_company(session)
    make_customer(session)
    for code, name, spec in (
        ("V-020", "Ball valve", "20 mm"),
        ("V20", "Ball valve", "20mm"),
        ("V-025", "Ball valve", "25 mm"),
        ("P-1", "Pump", ""),
    ):
        catalog.add_product(session, ProductInput(code, name, spec), by=BY)
    return session


def product(session: Session, code: str) -> Product:
    """A product by its own code."""
    return session.scalars(catalog.with_code(code)).one()


def agree(session: Session, code: str, price: str, quantity: int = 0) -> AgreedPrice:
    """Agree a price for everybody."""
    given = PriceInput(
        product(session, code).id,
        "CNY",
        Decimal(price),
        date(2026, 1, 1),
        from_quantity=Decimal(quantity),
    )
    return prices.add(session, given, by=BY, at=AT)


def test_what_differs_in_signs_is_proposed_and_another_size_is_not(books: Session) -> None:
    [pair] = proposals(books)

    assert {pair.one.code, pair.other.code} == {"V-020", "V20"}
    assert len(pair.reasons) == 2


def test_documents_keep_what_they_say_and_new_ones_name_the_one_that_stays(
    books: Session,
) -> None:
    old, stays = product(books, "V20"), product(books, "V-020")
    post(books, upload(books, f"{LINES}N-1,2026-06-01,M-0217,V20,10.00\n"))

    product_merging.merge(books, old, stays, reason="Entered twice", by=BY, at=AT)
    post(books, upload(books, f"{LINES}N-2,2026-06-02,M-0217,V20,10.00\n", name="two.csv"))

    lines = books.scalars(select(DocumentLine).order_by(DocumentLine.id)).all()
    assert [(line.code, line.product_id) for line in lines] == [
        ("V20", old.id),
        ("V20", stays.id),
    ]
    assert catalog.find_product(books, "V20") is stays
    assert old not in books.scalars(catalog.products("valve")).all()
    assert proposals(books) == []


def test_prices_move_where_the_other_has_none_and_go_back(books: Session) -> None:
    old, stays = product(books, "V20"), product(books, "V-020")
    moves, stays_behind = agree(books, "V20", "9", 100), agree(books, "V20", "12")
    agree(books, "V-020", "11")

    merged = product_merging.merge(books, old, stays, reason="One", by=BY, at=AT)

    for one in (moves, stays_behind):
        books.refresh(one)
    assert (moves.product_id, stays_behind.product_id) == (stays.id, old.id)
    found = PriceBook.of(books, [stays.id]).agreed(
        1, stays.id, "CNY", date(2026, 6, 1), Decimal(200)
    )
    assert found is not None
    assert found.price == 9

    product_merging.undo(books, merged, by=BY, at=AT)
    books.refresh(moves)
    assert moves.product_id == old.id
    assert catalog.find_product(books, "V20") is old
    with pytest.raises(NotMerged):
        product_merging.undo(books, merged, by=BY, at=AT)


def test_one_merged_before_follows_and_comes_back_to_where_it_was(books: Session) -> None:
    first, second, third = (product(books, code) for code in ("V20", "V-020", "V-025"))
    product_merging.merge(books, first, second, reason="One", by=BY, at=AT)
    merged = product_merging.merge(books, second, third, reason="One", by=BY, at=AT)

    books.refresh(first)
    assert catalog.find_product(books, "V20") is third
    product_merging.undo(books, merged, by=BY, at=AT)
    books.refresh(first)
    assert catalog.find_product(books, "V20") is second


def test_what_cannot_be_merged_is_told(books: Session) -> None:
    old, stays = product(books, "V20"), product(books, "V-020")
    with pytest.raises(ProductWithItself):
        product_merging.merge(books, old, old, reason="One", by=BY, at=AT)
    with pytest.raises(ReasonMissing):
        product_merging.merge(books, old, stays, reason=" ", by=BY, at=AT)
    product_merging.merge(books, old, stays, reason="One", by=BY, at=AT)
    with pytest.raises(ProductMergedAlready):
        product_merging.merge(books, product(books, "P-1"), old, reason="One", by=BY, at=AT)


def test_a_list_that_names_the_duplicate_is_told_so(books: Session) -> None:
    old, stays = product(books, "V20"), product(books, "V-020")
    product_merging.merge(books, old, stays, reason="One", by=BY, at=AT)

    batch = upload(books, "Code,Name\nV20,Valve\n", BatchKind.PRODUCTS, "products.csv")

    assert states(books, batch) == ["refused"]
    assert "merged into another" in sentences(books, batch)[0]


def test_two_that_are_two_are_proposed_no_more(books: Session) -> None:
    [pair] = proposals(books)

    product_merging.keep_apart(books, pair.one, pair.other, by=BY, at=AT)

    assert proposals(books) == []
