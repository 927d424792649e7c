"""The whole company on its pages: begun, watched, cancelled; and what is open."""

import io

import pytest

from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout.identity.permissions import PortalRole, Role

THEIRS = "Date,Reference,Amount\n2026-06-03,X-9,4000.00\n2026-06-09,TT-1,-640.00\n"


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who may match."""
    return world.staff(Role.ACCOUNTANT)


@pytest.fixture(autouse=True)
def _book(world: World, accountant: Visitor) -> None:
    """A customer whose ledger is here."""
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    data = {
        "file": (io.BytesIO(THEIRS.encode()), "theirs.csv"),
        "account": world.ids["account_id"],
        "as_at": "2026-06-30",
    }
    assert accountant.send(path, data, page=path).status_code == 303


def begun(accountant: Visitor) -> str:
    """A run that was begun; its address."""
    path = "/desk/matching/runs"
    answer = accountant.send(path, {"as_at": "2026-06-30"}, page=path)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_the_whole_company_is_compared_and_each_account_told(accountant: Visitor) -> None:
    page = words_of(accountant.open(begun(accountant)).text)

    assert "Own Trading" in page
    assert "Still to do 0" in page
    assert "begun by Chen Accountant" in page


def test_what_is_open_is_listed_with_its_types(accountant: Visitor) -> None:
    begun(accountant)

    page = words_of(accountant.open("/desk/matching/work").text)
    none = words_of(accountant.open("/desk/matching/work?age=90").text)
    typed = words_of(accountant.open("/desk/matching/work?type=tax_rounding").text)

    assert "Own Trading" in page
    assert "habits and rules" in page
    assert "Nothing is open" in none
    assert "Nothing is open" in typed


def test_without_a_day_no_run_begins(accountant: Visitor) -> None:
    path = "/desk/matching/runs"

    answer = accountant.send(path, {"as_at": ""}, page=path)

    assert answer.status_code == 400
    assert "Enter the day." in words_of(answer.text)


def test_a_run_that_is_over_is_not_cancelled(accountant: Visitor) -> None:
    run = begun(accountant)

    answer = accountant.send(f"{run}/cancel", page=run)

    assert answer.status_code == 409
    assert "there is nothing left to cancel" in words_of(answer.text)


def test_the_customer_never_sees_what_was_compared_for_our_people(
    world: World, accountant: Visitor
) -> None:
    begun(accountant)
    customer = world.customer(PortalRole.ANSWER)
    listed = customer.open("/books").text

    from sqlalchemy import select

    from tieout import db
    from tieout.reconciliation.models import Reconciliation

    with db.reading() as session:
        internal = session.scalars(select(Reconciliation).where(Reconciliation.is_internal)).all()
        found = [(one.id, one.receipt) for one in internal]

    assert found
    for made_id, receipt in found:
        assert receipt not in listed
        assert customer.open(f"/books/{made_id}").status_code == 404
        assert customer.open(f"/books/{made_id}/reconciliation.pdf").status_code == 404


def test_sales_see_their_own_customers_alone(world: World, accountant: Visitor) -> None:
    run = begun(accountant)
    sales = world.staff(Role.SALES)

    assert sales.open(run).status_code == 403
    assert sales.open("/desk/matching/work").status_code == 200
