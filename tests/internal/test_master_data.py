"""Master data goes out, is edited, and comes in again: exactly that is changed."""

import csv
from io import StringIO
from typing import Any

from sqlalchemy import select

from tests.factories import make_customer, make_staff
from tests.internal.conftest import Desk
from tests.support.imports import post, states, upload
from tieout import db
from tieout.customers.models import Contact, Customer, CustomerGroup
from tieout.intake.kinds import BatchKind

_SEEN = ("code", "name", "tax_id", "address", "delivery_address", "language", "time_zone", "tags")


def everything() -> tuple[dict[str, list[Any]], dict[int, Any]]:
    with db.reading() as session:
        customers = {
            one.code: [
                *(getattr(one, name) for name in _SEEN),
                *(one.group_id, one.parent_id, one.owner_id, one.is_active, list(one.aliases)),
                [(a.currency, a.terms_days, a.credit_limit_minor) for a in one.accounts],
            ]
            for one in session.scalars(select(Customer))
        }
        people = {
            one.id: (one.name, one.email, one.phone, one.position)
            for one in session.scalars(select(Contact))
        }
        return customers, people


def test_a_round_trip_changes_what_was_edited_and_nothing_else(desk: Desk) -> None:
    with db.transaction() as session:
        account = make_customer(session, "RT-1")
        owner = make_staff(session, name="Sun Lei")
        group = CustomerGroup(name="Dealers")
        session.add(group)
        session.flush()
        one = account.customer
        one.group_id, one.owner_id, one.tags = group.id, owner.id, ["key", "north"]
        one.aliases, one.delivery_address = ["RT One"], "Gate 4, Ningbo"
        account.credit_limit_minor, account.terms_days = 500_000_00, 45
    before = everything()
    for form in ("csv", "xlsx"):
        content = desk.accountant.open(f"/desk/customers/master-data?as={form}").data
        with db.transaction() as session:
            batch = upload(session, content, BatchKind.CUSTOMERS, f"customers.{form}")
            assert set(states(session, batch)) == {"repeated"}, form
            session.rollback()
            session.info.pop("audit", None)
    assert everything() == before

    text = desk.accountant.open("/desk/customers/master-data?as=csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    mine = next(row for row in rows if row["Customer code"] == "RT-1")
    mine["Address"], mine["Phone"], mine["Days to pay"] = "9 New Street", "0571 88", "60"
    mine["Tags"] = "key"
    out = StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    with db.transaction() as session:
        post(session, upload(session, out.getvalue(), BatchKind.CUSTOMERS, "customers.csv"))

    after, _ = everything()
    assert [code for code in after if after[code] != before[0][code]] == ["RT-1"]
    with db.reading() as session:
        one = session.scalars(select(Customer).where(Customer.code == "RT-1")).one()
        assert (one.address, one.tags, one.accounts[0].terms_days) == ("9 New Street", ["key"], 60)
        assert [person.phone for person in one.contacts] == ["0571 88"]
        assert (one.delivery_address, one.owner_id is not None) == ("Gate 4, Ningbo", True)


def test_products_come_back_as_they_went(desk: Desk) -> None:
    for form in ("csv", "xlsx"):
        content = desk.accountant.open(f"/desk/products?as={form}").data
        with db.transaction() as session:
            batch = upload(session, content, BatchKind.PRODUCTS, f"products.{form}")
            assert set(states(session, batch)) == {"repeated"}, form
