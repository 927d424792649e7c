"""Books to look at on the workbench: DOMAIN's example, beside the world of every route."""

from dataclasses import dataclass

import pytest

from tests.factories import make_customer
from tests.support.books import post, settle
from tests.support.route_world import World
from tests.support.visitor import Visitor
from tieout import db, settings
from tieout.identity.permissions import Role


@dataclass
class Desk:
    """Somebody at the workbench, and the customer they look at."""

    world: World
    accountant: Visitor
    customer_id: int
    account_id: int
    invoice_id: int
    payment_id: int


@pytest.fixture
def desk(world: World) -> Desk:
    """INV 1,000.00 of 1 May due 31 May, of which 600.00 were paid on 10 June."""
    with db.transaction() as session:
        account = make_customer(session, "C-0001")
        account.customer.name = "明远五金"
        account.customer.search_key = "c-0001|明远五金"
        invoice = post(
            session, account, "invoice", "INV-0588", "2026-05-01", "1000.00", due="2026-05-31"
        )
        payment = post(session, account, "payment", "PAY-0101", "2026-06-10", "-600.00")
        settle(session, invoice, payment, "600.00")
        made = (account.customer_id, account.id, invoice.id, payment.id)
    return Desk(world, world.staff(Role.ACCOUNTANT), *made)


@pytest.fixture
def one_person(world: World) -> None:
    """The company wants a second person for nothing."""
    with db.transaction() as session:
        settings.company(session).two_people = []
