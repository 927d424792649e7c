"""Ids that stand in no route, but in a query or a form: another customer's are not there either."""

import pytest
from sqlalchemy import func, select

from tests.support.route_world import OTHER, World
from tests.support.visitor import Visitor
from tieout import db
from tieout.disputes.models import Dispute
from tieout.disputes.templates import FIRST
from tieout.identity.permissions import Role
from tieout.statements.models import Confirmation, LineAnswer, Statement


def counted() -> list[int]:
    """How many answers and disputes there are."""
    with db.reading() as session:
        return [
            session.execute(select(func.count()).select_from(model)).scalar_one()
            for model in (Confirmation, LineAnswer, Dispute)
        ]


@pytest.fixture
def outsider(world: World) -> Visitor:
    """Somebody who may do everything, but for another customer."""
    return world.customer("manage", OTHER)


def test_lines_documents_and_disputes_of_others_are_not_there(
    world: World, outsider: Visitor
) -> None:
    ids, own, before = world.ids, world.others, counted()
    addresses = [
        f"/disputes/new?line={ids['line_id']}",
        f"/disputes/new?line={own['line_id']}&line={ids['line_id']}",
        f"/disputes/new?document={ids['document_id']}",
        f"/disputes/sent?dispute={ids['dispute_id']}",
    ]

    for address in addresses:
        assert outsider.open(address).status_code == 404, address
        if "sent" not in address:
            sent = outsider.send(address, {"reason": "price"})
            assert sent.status_code == 404, address

    assert counted() == before


def test_a_section_of_another_statement_takes_no_answer_under_the_own_one(
    world: World, outsider: Visitor
) -> None:
    ids, own, before = world.ids, world.others, counted()
    with db.reading() as session:
        theirs = session.get_one(Statement, ids["statement_id"])
        seen = {"version": theirs.version, "sha256": theirs.sha256 or ""}

    for what in ("confirm", "answer", "figure"):
        address = f"/statements/{own['statement_id']}/{ids['section_id']}/{what}"
        sent = outsider.send(address, {**seen, "name": "Eve", "position": "–", "authority": "y"})
        assert sent.status_code == 404, address
    lines = outsider.send(
        f"/statements/{own['statement_id']}/lines",
        {**seen, "line": str(ids["line_id"]), "name": "Eve", "authority": "y"},
    )

    assert lines.status_code in (400, 404, 409)
    assert counted() == before


def test_sales_do_nothing_for_customers_of_others(world: World) -> None:
    salesman, others = world.staff(Role.SALES), world.others
    dispute_id = others["dispute_id"]

    for address in (
        f"/desk/disputes/assign?dispute={dispute_id}",
        f"/desk/disputes/answer?dispute={dispute_id}&template={FIRST[0].name}",
    ):
        assert salesman.open(address).status_code in (403, 404), address
        assert salesman.send(address, {"text": "All right."}).status_code in (403, 404), address

    with db.reading() as session:
        assert session.get_one(Dispute, dispute_id).state == "open"


@pytest.mark.parametrize(
    "guess", ["0", "-1", "999999999999999", "1e3", "１", "1;drop", "%00", "", "9" * 5000]
)
def test_guessed_ids_are_not_there(outsider: Visitor, guess: str) -> None:
    for address in (f"/disputes/new?line={guess}", f"/disputes/new?document={guess}",
                    f"/disputes/sent?dispute={guess}", f"/statements/{guess}/statement.pdf",
                    f"/receipts/{guess}", f"/verify/{guess}", f"/s/{guess}"):  # fmt: skip
        answer = outsider.open(address)
        assert answer.status_code < 500, address
        assert "Mingyuan" not in answer.text, address
