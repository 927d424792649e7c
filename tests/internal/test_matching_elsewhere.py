"""A line a customer's book shows alone may stand in the account of its sister company."""

import io
import re

import pytest
from sqlalchemy import select

from tests.factories import make_customer
from tests.support.books import post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import Customer, CustomerGroup
from tieout.identity.permissions import PortalRole, Role

THEIRS = """Date,Type,Reference,Amount
2026-06-03,Invoice,INV-{number},4040.00
2026-06-04,Invoice,INV-2026-004711,12800.00
"""


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who may match."""
    return world.staff(Role.ACCOUNTANT)


@pytest.fixture
def comparison(world: World, accountant: Visitor) -> str:
    """A comparison; an invoice of it was posted to a sister of the same group."""
    with db.transaction() as session:
        group = CustomerGroup(name="Own Holding")
        session.add(group)
        session.flush()
        own = session.get_one(Customer, world.ids["customer_id"])
        sister = make_customer(session, code="M-SISTER")
        own.group_id = sister.customer.group_id = group.id
        post(session, sister, "invoice", "INV-2026-004711", "2026-06-04", "12800.00")
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    text = THEIRS.format(number=world.ids["account_id"])
    data = {
        "file": (io.BytesIO(text.encode()), "theirs.csv"),
        "account": world.ids["account_id"],
        "as_at": "2026-06-30",
    }
    answer = accountant.send(path, data, page=path)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_one_press_finds_it_there_and_the_customer_never_sees_whose_it_is(
    world: World, accountant: Visitor, comparison: str
) -> None:
    before = accountant.open(f"{comparison}?view=differences").text
    assert "INV-2026-004711 of 4 June 2026 is missing in our book." in words_of(before)
    assert "Customer M-SISTER" not in before
    found = re.search(r'action="([^"]+/elsewhere)"', before)
    assert found

    answer = accountant.send(found[1], page=comparison)
    assert answer.status_code == 303
    page = words_of(accountant.open(answer.location).text)
    assert "It stands in the account of Customer M-SISTER." in page
    assert "The books tie out." in page
    again = accountant.send(found[1], page=comparison)
    assert again.location == answer.location

    number = re.search(r"/matching/(\d+)", answer.location)
    assert number
    customer = world.customer(PortalRole.MANAGE)
    assert customer.open(f"/books/{number[1]}").status_code == 404
    for path in ("/books", comparison.replace("/desk/matching", "/books")):
        assert "Customer M-SISTER" not in customer.open(path).text


def test_whoever_only_reads_looks_nowhere(world: World, comparison: str) -> None:
    auditor = world.staff(Role.AUDITOR)
    assert "/elsewhere" not in auditor.open(comparison).text
    assert auditor.send(f"{comparison}/elsewhere", page="/desk/me").status_code == 403
    with db.reading() as session:
        assert session.scalar(select(Customer.id).where(Customer.code == "M-SISTER"))
