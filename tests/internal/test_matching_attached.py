"""A comparison stands beside the statement it explains, on both faces."""

import io

import pytest

from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout.db import transaction
from tieout.identity.permissions import PortalRole, Role
from tieout.reconciliation.models import Reconciliation


@pytest.fixture
def customer(world: World) -> Visitor:
    """Somebody of the customer's who may answer."""
    return world.customer(PortalRole.ANSWER)


def handed_in(customer: Visitor, world: World) -> str:
    """A ledger with its one invoice, compared; its address."""
    text = (
        "Date,Type,Invoice no,Debit,Credit\n"
        f"2026-06-05,Invoice,INV-{world.ids['account_id']},,4000.00\n"
    )
    data = {
        "file": (io.BytesIO(text.encode()), "june.csv"),
        "as_at": "2026-06-30",
        "account": world.ids["account_id"],
    }
    return str(customer.send("/books", data, page="/books").location)


def test_what_was_compared_stands_beside_the_statement(world: World, customer: Visitor) -> None:
    there = handed_in(customer, world)
    address = f"/statements/{world.ids['statement_id']}"

    theirs = customer.open(address).text
    ours = world.staff(Role.ACCOUNTANT).open(f"/desk{address}").text

    assert "Your ledger beside it" in theirs
    assert f'href="{there}"' in theirs
    assert "Difference 40.00" in words_of(theirs)
    assert "Their ledger beside it" in ours
    assert f'href="/desk/matching/{there.rsplit("/", 1)[1]}"' in ours


def test_a_comparison_made_before_is_put_beside_it(world: World, customer: Visitor) -> None:
    number = int(handed_in(customer, world).rsplit("/", 1)[1])
    with transaction() as session:
        session.get_one(Reconciliation, number).statement_id = None
    accountant = world.staff(Role.ACCOUNTANT)
    page = f"/desk/matching/{number}"
    assert "Put it beside statement" in accountant.open(page).text

    accountant.send(f"{page}/attach", {}, page=page)

    assert "It stands beside statement" in words_of(accountant.open(page).text)


def test_one_of_another_balance_is_not(world: World, customer: Visitor) -> None:
    number = int(handed_in(customer, world).rsplit("/", 1)[1])
    with transaction() as session:
        made = session.get_one(Reconciliation, number)
        made.statement_id, made.our_balance_minor = None, made.our_balance_minor + 1
    page = f"/desk/matching/{number}"

    answer = world.staff(Role.ACCOUNTANT).send(f"{page}/attach", {}, page=page)

    assert answer.status_code == 409
    assert "the comparison was made with" in words_of(answer.text)
