"""Customers, accounts and contacts are added and changed, each with its trace and its version."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company
from tieout.audit.models import AuditEntry
from tieout.customers import (
    AccountInput,
    ContactInput,
    CustomerInput,
    CustomerSearch,
    add_account,
    add_contact,
    add_customer,
    change_account,
    change_contact,
    change_customer,
    customers,
    find_customer,
    services,
)
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown, Directory
from tieout.customers.models import Customer
from tieout.money import CurrenciesDiffer, Money, UnknownCurrency


@pytest.fixture
def mingyuan(session: Session) -> Customer:
    make_company(session)
    given = CustomerInput(
        "M-0217", "明远五金", aliases=("Mingyuan Hardware",), tax_id="91330106MA27"
    )
    return add_customer(session, given, by=BY, at=AT)


@pytest.mark.parametrize(
    "text", ["M-0217", "m-0217", "明远五金", "MINGYUAN  hardware", "91330106ma27", "Ｍ-0217"]
)
def test_a_customer_is_found_by_all_it_is_called(
    session: Session, mingyuan: Customer, text: str
) -> None:
    assert find_customer(session, text) is mingyuan
    assert Directory.of(session).one(text) == mingyuan.id


def test_unknown_and_ambiguous_names_are_said(session: Session, mingyuan: Customer) -> None:
    add_customer(session, CustomerInput("M-0300", "明远五金"), by=BY, at=AT)

    with pytest.raises(CustomerUnknown, match="远明"):
        find_customer(session, "远明")
    with pytest.raises(CustomerAmbiguous, match=r"M-0217.*M-0300"):
        find_customer(session, "明远五金")


def test_codes_are_unique_and_names_needed(session: Session, mingyuan: Customer) -> None:
    with pytest.raises(services.CodeTaken, match=r"M-0217.*明远五金"):
        add_customer(session, CustomerInput("M-0217", "Other"), by=BY, at=AT)
    with pytest.raises(services.CodeMissing):
        add_customer(session, CustomerInput(" ", "Other"), by=BY, at=AT)
    with pytest.raises(services.UnknownChoice):
        add_customer(session, CustomerInput("M-1", "Other", language="fr"), by=BY, at=AT)


def test_who_saves_second_is_told(session: Session, mingyuan: Customer) -> None:
    looked_at = mingyuan.version
    change_customer(
        session, mingyuan, CustomerInput("M-0217", "Mingyuan"), version=looked_at, by=BY
    )

    with pytest.raises(services.ChangedMeanwhile, match="Mingyuan"):
        change_customer(
            session, mingyuan, CustomerInput("M-0217", "Ming"), version=looked_at, by=BY
        )
    assert [one.name for one in session.scalars(customers(CustomerSearch(keyword="mingy")))] == [
        "Mingyuan"
    ]


def test_nobody_belongs_to_itself(session: Session, mingyuan: Customer) -> None:
    child = add_customer(
        session, CustomerInput("M-0231", "Suzhou", parent_id=mingyuan.id), by=BY, at=AT
    )

    with pytest.raises(services.OwnParent):
        change_customer(
            session,
            mingyuan,
            CustomerInput("M-0217", "Mingyuan", parent_id=child.id),
            version=mingyuan.version,
            by=BY,
        )


def test_one_account_for_each_currency_and_kind(session: Session, mingyuan: Customer) -> None:
    limit = Money.of("120000.00", "CNY")
    account = add_account(session, mingyuan, AccountInput("cny", credit_limit=limit), by=BY, at=AT)
    add_account(session, mingyuan, AccountInput("CNY", "payable"), by=BY, at=AT)

    assert (account.currency, account.credit_limit_minor) == ("CNY", 12000000)
    with pytest.raises(services.AccountThere):
        add_account(session, mingyuan, AccountInput("CNY"), by=BY, at=AT)
    with pytest.raises(UnknownCurrency):
        add_account(session, mingyuan, AccountInput("XYZ"), by=BY, at=AT)
    with pytest.raises(CurrenciesDiffer):
        add_account(session, mingyuan, AccountInput("EUR", credit_limit=limit), by=BY, at=AT)

    change_account(
        session, account, terms_days=45, credit_limit=None, version=account.version, by=BY
    )
    assert (account.terms_days, account.credit_limit_minor) == (45, None)


def test_contacts_have_addresses_that_can_be_written_to(
    session: Session, mingyuan: Customer
) -> None:
    contact = add_contact(
        session, mingyuan, ContactInput("Wang Min", email="wang.min@mingyuan.example"), by=BY, at=AT
    )

    for text in ("wang", "wang@", "a b@c.d", "x@y.z,q@r.s"):
        with pytest.raises(services.NotAnAddress):
            add_contact(session, mingyuan, ContactInput("W", email=text), by=BY, at=AT)
    change_contact(
        session,
        contact,
        ContactInput("Wang Min", role="manage", receives_reminders=False),
        version=contact.version,
        by=BY,
    )
    assert (contact.role, contact.email, contact.receives_reminders) == ("manage", "", False)


def test_a_group_is_made_once(session: Session, mingyuan: Customer) -> None:
    made = services.group_named(session, " Key  accounts ", by=BY)

    assert made is not None
    assert services.group_named(session, "Key accounts", by=BY) is made
    assert services.group_named(session, "  ", by=BY) is None


def test_each_change_is_in_the_trail_and_names_stand_apart(database: object) -> None:
    from tieout.db import transaction

    with transaction() as session:
        make_company(session)
        add_customer(session, CustomerInput("M-0217", "Mingyuan"), by=BY, at=AT)
    with transaction() as session:
        there = find_customer(session, "M-0217")
        given = CustomerInput("M-0217", "Ming", language="zh")
        change_customer(session, there, given, version=there.version, by=BY)
    with transaction() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
        last = entries[-1]
        assert last.action == "customer.changed"
        assert last.changes["before"] == {"language": "en"}
        assert {"name_before", "name_after"} <= set(last.changes["personal"])
