"""Whatever text somebody searches for, a page answers; the sender of a form may type NUL."""

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.route_world import World, build
from tests.support.visitor import Visitor, settings_for
from tieout import app as roof
from tieout import db
from tieout.identity.permissions import PortalRole, Role
from tieout.ledger.search_models import SavedSearch

#: As they stand in an address: no character, bytes that are none, halves of one, control
#: characters, signs that mean something to a database, other scripts, widths and ways.
ODD = (
    "in%00v%ff%fe%ed%a0%80%01%1f%7f%c2%85",
    "%25%5f%5c%22%27%3b--a%26b%7c%21%28c%29%3a%2a%3c-%3e'NEAR(x*",
    "%ef%bc%a9%ef%bc%ae%ef%bc%b6%20%e6%98%8e%20%f0%9f%94%a7%e2%80%8d%d9%85%d8%b1%e2%80%ae",
    "%20".join(["ab%e6%98%8e"] * 2500),
)
DESK = (
    *("search", "ledger", "customers", "products", "products/offered", "prices", "messages"),
    *("statements", "disputes", "audit", "imports/readings", "matching", "matching/runs"),
    *("matching/new", "entry/customers", "payments"),
)
PORTAL = ("documents", "documents.csv", "statements", "disputes")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    """People and records, over each database."""
    settings = settings_for(database_url, tmp_path)
    roof.compose(settings)
    return build(roof.create_app(settings))


def answers(visitor: Visitor, path: str) -> None:
    found = visitor.open(path)
    assert found.status_code < 500, path
    assert found.status_code != 400, path


def test_every_search_answers_whatever_is_typed(world: World) -> None:
    accountant, customer = world.staff(Role.ADMINISTRATOR), world.customer(PortalRole.MANAGE)
    for text in ODD:
        for page in DESK:
            answers(accountant, f"/desk/{page}?q={text}")
        for page in PORTAL:
            answers(customer, f"/{page}?q={text}")
        answers(accountant, f"/desk/ledger?q={text}&as=csv")
        answers(accountant, f"/desk/ledger?source={text}&currency={text}&kind={text}&sort={text}")
        answers(accountant, f"/desk/audit?who={text}&what={text}&type={text}&id={text}")


def test_a_form_is_read_without_the_character_no_database_keeps(world: World) -> None:
    accountant = world.staff(Role.ACCOUNTANT)

    sent = {"name": "Open\0invoices", "query": "q=IN\0V&status=open"}
    answer = accountant.send("/desk/ledger/searches", sent, page="/desk/ledger?q=INV")

    assert answer.status_code == 303
    with db.reading() as session:
        assert session.scalars(select(SavedSearch.name)).one() == "Open invoices"
