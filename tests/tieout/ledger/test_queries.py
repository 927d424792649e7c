"""Documents are found by whatever somebody remembers of them."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_customer, make_staff
from tests.support.books import day, post, settle
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.names import search_key
from tieout.customers.queries import CustomerSearch
from tieout.ledger import disputed, listing, queries, reversing
from tieout.ledger.inputs import LineInput, ReferenceInput
from tieout.ledger.listing import AccountList, as_listed
from tieout.ledger.queries import DocumentSearch
from tieout.ledger.search import search
from tieout.ledger.summaries import summaries_of
from tieout.money import Money
from tieout.periods import Period

TODAY = day("2026-07-02")


@pytest.fixture
def books(session: Session, account: CustomerAccount) -> CustomerAccount:
    """Some documents of two customers."""
    customer = session.get_one(Customer, account.customer_id)
    customer.name, customer.search_key = "明远五金", search_key("M-0217", "明远五金")
    other = make_customer(session, "M-0300", "JPY")
    supplier = make_customer(session, "S-0001", "CNY", "payable")
    post(
        session,
        account,
        "invoice",
        "INV-2026-0611",
        "2026-06-03",
        "1000.00",
        references=(ReferenceInput("po", "PO 88-012"),),
        lines=(LineInput(Money.of("1000.00", "CNY"), code="DR-18", description="冲击钻 18V"),),
        description="delivery of June",
    )
    post(session, account, "invoice", "INV-2026-0560", "2026-05-01", "250.00")
    post(session, account, "payment", "PAY-1", "2026-06-12", "-250.00")
    post(session, other, "invoice", "JP-1", "2026-06-20", "1000")
    post(session, supplier, "invoice", "S-1", "2026-06-21", "77.00")
    return account


def found(session: Session, **asked: object) -> list[str]:
    search = DocumentSearch(today=TODAY, **asked)  # type: ignore[arg-type]
    return [document.number for document in session.scalars(queries.documents(search))]


def test_newest_first_and_by_period_kind_and_customer(
    session: Session, books: CustomerAccount
) -> None:
    assert found(session) == ["S-1", "JP-1", "PAY-1", "INV-2026-0611", "INV-2026-0560"]
    assert found(session, period=Period.month(2026, 5)) == ["INV-2026-0560"]
    assert found(session, kinds=("payment",)) == ["PAY-1"]
    assert found(session, customer_id=books.customer_id, currency="CNY")[0] == "PAY-1"
    assert found(session, currency="JPY") == ["JP-1"]
    assert found(session, account_kind="payable") == ["S-1"]


@pytest.mark.parametrize(
    "text",
    ["0611", "inv2026-0611", "88012", "PO 88", "delivery of", "冲击", "dr-18", "明远"],
)
def test_by_any_part_of_what_it_says(session: Session, books: CustomerAccount, text: str) -> None:
    assert "INV-2026-0611" in found(session, keyword=text)
    assert "JP-1" not in found(session, keyword=text)


def test_amounts_are_compared_in_units_of_each_currency(
    session: Session, books: CustomerAccount
) -> None:
    asked = {"least": Decimal(1000), "most": Decimal("1000.00")}

    assert found(session, **asked) == ["JP-1", "INV-2026-0611"]
    assert found(session, most=Decimal("100")) == ["S-1"]


def test_by_how_they_stand(session: Session, books: CustomerAccount) -> None:
    [old] = session.scalars(queries.by_number(books.id, "inv 2026 0560"))
    [payment] = session.scalars(queries.by_number(books.id, "PAY-1"))
    assert found(session, status="overdue") == ["INV-2026-0560"]
    settle(session, old, payment, "250.00")
    [new] = session.scalars(queries.by_number(books.id, "INV-2026-0611"))
    disputed.open_parts(session, new, Money.of("5.00", "CNY"), dispute_ref="D-1", on=TODAY, at=AT)
    [supply] = session.scalars(queries.documents(DocumentSearch(keyword="S-1")))
    reversing.reverse(session, supply, by=BY, at=AT)

    assert found(session, status="overdue") == []
    assert found(session, status="disputed") == ["INV-2026-0611"]
    assert found(session, status="open") == ["JP-1", "INV-2026-0611"]
    assert set(found(session, status="settled")) >= {"PAY-1", "INV-2026-0560"}
    assert found(session, status="reversed") == ["S-1"]
    stand = queries.statuses(session, [old.id, new.id, supply.id], TODAY)
    assert stand == {old.id: "settled", new.id: "disputed", supply.id: "reversed"}


def test_sums_keep_currencies_and_what_we_owe_apart(
    session: Session, books: CustomerAccount
) -> None:
    sums = queries.sums(session, DocumentSearch())

    assert [(one.kind, one.documents, str(one.total)) for one in sums] == [
        ("receivable", 3, "CNY 1,000.00"),
        ("receivable", 1, "JPY 1,000"),
        ("payable", 1, "CNY 77.00"),
    ]


def test_one_box_finds_customers_and_documents(session: Session, books: CustomerAccount) -> None:
    assert search(session, "明") == search(session, "")
    hits = search(session, "明远")
    assert [hit.code for hit in hits.customers] == ["M-0217"]
    assert hits.payments[0].number == "PAY-1"
    assert hits.documents[0].number == "INV-2026-0611"
    assert search(session, "INV-2026-0560").documents[0].number == "INV-2026-0560"
    assert search(session, "100%").documents == ()


def test_sales_find_their_own_customers_alone(session: Session, books: CustomerAccount) -> None:
    salesman = make_staff(session, "sales", name="Lin Jie")
    session.get_one(Customer, books.customer_id).owner_id = salesman.id
    session.flush()

    assert found(session, owner_id=salesman.id)[-1] == "INV-2026-0560"
    assert "JP-1" not in found(session, owner_id=salesman.id)
    assert search(session, "JP-1", owner_id=salesman.id).documents == ()


def test_the_list_of_customers_says_what_each_owes(
    session: Session, books: CustomerAccount
) -> None:
    wanted = AccountList(CustomerSearch(), order="-balance")
    rows = [as_listed(row) for row in session.execute(listing.accounts(wanted, TODAY))]

    told = [(row.code, str(row.summary.balance)) for row in rows if row.summary]
    assert told == [
        ("M-0217", "CNY 1,000.00"),
        ("S-0001", "CNY 77.00"),
        ("M-0300", "JPY 1,000"),
    ]
    [first, *_] = [row.summary for row in rows]
    assert first is not None
    assert (first.overdue.plain, first.unapplied.plain) == ("250.00", "-250.00")
    assert first.oldest_due_on == day("2026-05-31")

    overdue = AccountList(standing="overdue")
    assert len(session.execute(listing.accounts(overdue, TODAY)).all()) == 1
    sums = listing.sums(session, AccountList(), TODAY)
    assert [(one.kind, str(one.balance)) for one in sums] == [
        ("receivable", "CNY 1,000.00"),
        ("receivable", "JPY 1,000"),
        ("payable", "CNY 77.00"),
    ]
    assert summaries_of(session, books.customer_id, TODAY)[0].balance.plain == "1000.00"


def test_a_customer_without_an_account_is_listed_too(
    session: Session, account: CustomerAccount
) -> None:
    session.add(Customer(code="N-1", name="New", created_at=AT))
    session.flush()

    rows = session.execute(listing.accounts(AccountList(order="name"), TODAY))

    assert [(row.code, as_listed(row).summary is None) for row in rows] == [
        ("M-0217", False),
        ("N-1", True),
    ]
