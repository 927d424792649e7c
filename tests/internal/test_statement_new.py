"""A statement of any days is prepared at the desk."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import Customer
from tieout.runs.models import Run
from tieout.statements.models import Statement

PAGE = "/desk/statements/new"


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Whoever prepares statements."""
    return world.staff("accountant")


def code_of(world: World) -> str:
    with db.reading() as session:
        return session.get_one(Customer, world.ids["customer_id"]).code


def test_one_customers_statement_of_a_year(world: World, accountant: Visitor) -> None:
    shown = accountant.open(f"{PAGE}?customer={world.ids['customer_id']}").text
    assert f'value="{code_of(world)}"' in shown
    given = {
        "customer": code_of(world),
        "kind": "receivable",
        "start": "2026-01-01",
        "end": "2026-12-31",
    }

    answer = accountant.send(PAGE, given, page=PAGE)

    assert answer.status_code == 303
    with db.reading() as session:
        made = session.scalars(select(Statement).order_by(Statement.id.desc())).first()
        assert made is not None
        assert (made.period_start, made.period_end) == (date(2026, 1, 1), date(2026, 12, 31))
        assert (made.state, made.customer_id) == ("draft", world.ids["customer_id"])
    assert answer.location == f"/desk/statements/{made.id}"
    assert accountant.open(answer.location).status_code == 200
    again = accountant.send(PAGE, given, page=PAGE)
    assert again.status_code == 409


def test_everybodys_statements_of_some_days_are_a_run(accountant: Visitor) -> None:
    given = {"customer": "", "kind": "receivable", "start": "2026-05-10", "end": "2026-06-20"}

    answer = accountant.send(PAGE, given, page=PAGE)

    assert answer.status_code == 303
    with db.reading() as session:
        run = session.scalars(select(Run).order_by(Run.id.desc())).first()
        assert run is not None
        assert run.params["period"] == "2026-05-10..2026-06-20"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"end": "2025-12-31"}, "Swap the dates."),
        ({"customer": "nobody of this name"}, "nobody of this name"),
        ({"start": ""}, "Enter the first day."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World, accountant: Visitor, wrong: dict[str, str], words: str
) -> None:
    given = {"kind": "receivable", "start": "2026-01-01", "end": "2026-12-31"}
    answer = accountant.send(PAGE, {"customer": code_of(world), **given, **wrong}, page=PAGE)
    assert answer.status_code == 400
    assert words in words_of(answer.text)


@pytest.mark.parametrize("role", ["sales", "auditor"])
def test_who_issues_nothing_prepares_nothing(world: World, role: str) -> None:
    visitor = world.staff(role)
    assert visitor.open(PAGE).status_code == 403
    assert "Prepare a statement" not in visitor.open("/desk/statements").text
