"""Customers and products from files: added, changed, left as they are."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.factories import AT, OTHER, make_company
from tests.support.imports import post, sentences, states, upload
from tieout.catalog import Product
from tieout.customers.models import Customer
from tieout.intake import undoing
from tieout.intake.kinds import BatchKind
from tieout.intake.templates import template
from tieout.intake.undoing import MasterDataStays

CUSTOMERS = """Code,Name,Other names,Currency,Terms,Credit limit,E-mail,Contact,Parent
C-0012,Brightwater Trading Ltd,Brightwater; BWT,CNY,Net 45,200000,wang@bwt.example,Wang Fang,
C-0013,Brightwater North,,EUR,30,,,,C-0012
"""


@pytest.fixture
def books(session: Session) -> Session:
    """A company without customers."""
    make_company(session)
    return session


def customer(session: Session, code: str) -> Customer:
    """A customer by its code."""
    return session.scalars(select(Customer).where(Customer.code == code)).one()


def test_customers_come_with_account_contact_and_parent(books: Session) -> None:
    batch = post(books, upload(books, CUSTOMERS, BatchKind.CUSTOMERS, "customers.csv"))

    first, second = customer(books, "C-0012"), customer(books, "C-0013")
    [account] = first.accounts
    assert (account.currency, account.terms_days, account.credit_limit_minor) == (
        "CNY",
        45,
        20_000_000,
    )
    assert [contact.email for contact in first.contacts] == ["wang@bwt.example"]
    assert first.aliases == ["Brightwater", "BWT"]
    assert second.parent_id == first.id
    assert batch.totals["added"] == 2


def test_the_same_customers_again_are_nothing_new(books: Session) -> None:
    post(books, upload(books, CUSTOMERS, BatchKind.CUSTOMERS, "customers.csv"))

    again = upload(books, CUSTOMERS + "\n", BatchKind.CUSTOMERS, "customers.csv")

    assert states(books, again) == ["repeated", "repeated"]


def test_what_the_file_says_anew_is_changed_and_the_rest_kept(books: Session) -> None:
    post(books, upload(books, CUSTOMERS, BatchKind.CUSTOMERS, "customers.csv"))
    text = "Customer code,Customer name,Payment terms\nC-0012,Brightwater Group,60\n"

    batch = post(books, upload(books, text, BatchKind.CUSTOMERS, "new.csv"))

    changed = customer(books, "C-0012")
    assert (changed.name, changed.accounts[0].terms_days) == ("Brightwater Group", 60)
    assert changed.aliases == ["Brightwater", "BWT"]
    assert (batch.totals["added"], batch.totals["changed"]) == (0, 1)


def test_a_cell_that_says_clear_empties_what_is_known(books: Session) -> None:
    """An empty cell beside it changes nothing."""
    post(books, upload(books, CUSTOMERS, BatchKind.CUSTOMERS, "customers.csv"))
    head = "Code,Name,Other names,Currency,Terms,Credit limit,Parent\n"
    text = (
        f"{head}C-0012,Brightwater Trading Ltd,,CNY,,(clear),\n"
        "C-0013,Brightwater North,,EUR,,,（清空）\n"
    )

    batch = post(books, upload(books, text, BatchKind.CUSTOMERS, "new.csv"))

    first, second = customer(books, "C-0012"), customer(books, "C-0013")
    [account] = first.accounts
    assert (account.credit_limit_minor, account.terms_days) == (None, 45)
    assert first.aliases == ["Brightwater", "BWT"]
    assert second.parent_id is None
    assert batch.totals["changed"] == 2
    again = upload(books, text, BatchKind.CUSTOMERS, "again.csv")
    assert states(books, again) == ["repeated", "repeated"]


def test_a_name_cannot_be_cleared(books: Session) -> None:
    text = "Code,Name,Tax number\nC-0014,(clear),\nC-0015,Oak,(clear)\n"

    post(books, upload(books, text, BatchKind.CUSTOMERS, "new.csv"))

    assert [customer(books, code).name for code in ("C-0014", "C-0015")] == ["(clear)", "Oak"]


def test_one_code_under_two_names_is_named(books: Session) -> None:
    text = CUSTOMERS + "C-0012,Somebody Else,,,,,,,\n"

    batch = upload(books, text, BatchKind.CUSTOMERS, "customers.csv")

    assert states(books, batch) == ["refused", "ready", "refused"]
    assert "under another name, “Brightwater Trading Ltd”" in " ".join(sentences(books, batch))


def test_customers_are_not_undone_by_reversal(books: Session) -> None:
    batch = post(books, upload(books, CUSTOMERS, BatchKind.CUSTOMERS, "customers.csv"))

    with pytest.raises(MasterDataStays):
        undoing.undo(books, batch, reason="wrong", by=OTHER, at=AT)


def test_products_are_added_and_changed(books: Session) -> None:
    text = "Product code,Product name,Unit,Unit price\nP-100,Valve 20 mm,pc,100\n"
    post(books, upload(books, text, BatchKind.PRODUCTS, "products.csv"))
    other = text.replace("100\n", "110.5\n")

    batch = post(books, upload(books, other, BatchKind.PRODUCTS, "products-2.csv"))

    product = books.scalars(select(Product)).one()
    assert product.price_micro == 110_500_000
    assert batch.totals["changed"] == 1


def test_templates_of_what_is_changed_say_that_empty_cells_change_nothing() -> None:
    assert template(BatchKind.CUSTOMERS).note == template(BatchKind.PRODUCTS).note != ""
    assert template(BatchKind.DOCUMENTS).note == ""


def _list(count: int, terms: int, phone: str) -> str:
    rows = (
        f"K-{no:04d},Customer {no},Street {no} {phone},CNY,{terms},K-0000,a{no}@k.example,"
        f"Person {no},{phone}\n"
        for no in range(count)
    )
    heading = "Code,Name,Address,Currency,Terms,Parent,E-mail,Contact,Phone\n"
    return heading + "".join(rows).replace(",K-0000,a0@", ",,a0@")


def test_many_customers_are_changed_by_a_few_statements(books: Session) -> None:
    """Every change is on record; what the database is asked does not grow with the customers."""
    count = 40

    def changed(first: int, phone: str) -> int:
        text = _list(first, 60, phone)
        batch = upload(books, text, BatchKind.CUSTOMERS, "customers.csv")
        asked: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
            asked.append(statement)

        engine = books.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        post(books, batch)
        event.remove(engine, "before_cursor_execute", note)
        assert batch.totals["changed"] == first
        return len(asked)

    text = _list(count, 30, "1")
    post(books, upload(books, text, BatchKind.CUSTOMERS, "customers.csv"))
    few, many = changed(count // 4, "2"), changed(count, "3")

    assert many - few < 10
    there = customer(books, "K-0039")
    assert (there.address, there.accounts[0].terms_days) == ("Street 39 3", 60)
    assert there.contacts[0].phone == "3"
    assert (there.version, customer(books, "K-0001").version) == (3, 4)


def test_a_time_zone_nobody_has_is_refused_in_its_row(books: Session) -> None:
    text = "Code,Name,Time zone\nC-1,One,Mars/Base\nC-2,Two,Asia/Shanghai\n"

    batch = upload(books, text, BatchKind.CUSTOMERS, "customers.csv")

    assert states(books, batch) == ["refused", "ready"]
    assert "“Mars/Base” is no time zone" in sentences(books, batch)[0]
