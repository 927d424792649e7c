"""Customers and products that come by the hundred are what they would be one by one."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company
from tieout.catalog import ProductCodeTaken, ProductInput, add_products
from tieout.customers import (
    AccountInput,
    ContactInput,
    CustomerInput,
    add_account,
    add_contact,
    add_customer,
    find_customer,
)
from tieout.customers.many import NewCustomer, add_customers
from tieout.customers.models import Customer
from tieout.customers.services import AccountThere, CodeTaken


@pytest.fixture(autouse=True)
def company(session: Session) -> None:
    make_company(session)


def new(code: str) -> NewCustomer:
    """A customer with an account and a person."""
    return NewCustomer(
        CustomerInput(code, f"Works {code}", aliases=(f"厂 {code}",), tax_id=f"T{code}"),
        (AccountInput("CNY", terms_days=45),),
        (ContactInput("Wang Min", f"wang@{code.lower()}.example"),),
    )


def noted(session: Session) -> list[tuple[str, object, object]]:
    """What the trail will say: action, content, and what is kept apart."""
    found = [
        (one.action, {**(one.after or {}), "customer_id": 0}, dict(one.personal))
        for one in session.info["audit"]
        if one.action.partition(".")[0] in ("customer", "account", "contact")
    ]
    return sorted(found, key=str)


def test_many_are_what_each_would_be_alone(session: Session) -> None:
    one = new("M-0001")
    alone = add_customer(session, one.given, by=BY, at=AT)
    add_account(session, alone, one.accounts[0], by=BY, at=AT)
    add_contact(session, alone, one.contacts[0], by=BY, at=AT)
    first = noted(session)
    session.info["audit"].clear()
    session.execute(Customer.__table__.update().values(code="old"))  # type: ignore[attr-defined]

    [together] = add_customers(session, [one], by=BY, at=AT)

    assert noted(session) == first
    assert together.search_key == alone.search_key
    assert [account.terms_days for account in together.accounts] == [45]
    assert [contact.email for contact in together.contacts] == ["wang@m-0001.example"]


def test_a_thousand_are_added(session: Session) -> None:
    made = add_customers(session, [new(f"M-{number:04}") for number in range(1000)], by=BY, at=AT)

    assert len({customer.id for customer in made}) == 1000
    assert find_customer(session, "M-0999") is made[999]


def test_a_code_is_given_once(session: Session) -> None:
    with pytest.raises(CodeTaken):
        add_customers(session, [new("M-0001"), new("M-0001")], by=BY, at=AT)
    with pytest.raises(AccountThere):
        twice = NewCustomer(CustomerInput("M-2", "Two"), (AccountInput("CNY"),) * 2)
        add_customers(session, [twice], by=BY, at=AT)


def test_products_are_added_at_once(session: Session) -> None:
    given = [ProductInput(f"P-{number}", f"Hammer {number}") for number in range(700)]

    made = add_products(session, given, by=BY)

    assert [product.code for product in made][-1] == "P-699"
    with pytest.raises(ProductCodeTaken):
        add_products(session, [ProductInput("P-1", "Again")], by=BY)
