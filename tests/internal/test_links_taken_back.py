"""The link of a mail, taken back by hand: it opens nothing more, and gives nothing away."""

import pytest
from sqlalchemy import select

from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.audit.models import AuditEntry
from tieout.customers.models import Contact
from tieout.identity.permissions import Role
from tieout.statements.delivery import delivery_to
from tieout.statements.models import Statement


@pytest.fixture
def delivery(world: World) -> dict[str, object]:
    """The form that says whose link it is: that of whom the statement went to."""
    with db.transaction() as session:
        statement = session.get_one(Statement, world.ids["statement_id"])
        contact = session.get_one(Contact, world.ids["contact_id"])
        return {"delivery": delivery_to(session, statement, contact).id}


def test_a_link_taken_back_opens_nothing_and_a_new_one_is_offered(
    world: World, delivery: dict[str, object]
) -> None:
    holder, desk = world.by_link(), world.staff(Role.ACCOUNTANT)
    path = f"/statements/{world.ids['statement_id']}"
    assert holder.open(path).status_code == 200
    assert "Take the link back" in words_of(desk.open(f"/desk{path}").text)

    assert desk.send(f"/desk{path}/take-links-back", delivery).status_code == 303

    page = words_of(desk.open(f"/desk{path}").text)
    assert "open this statement no more" in page
    assert "Take the link back" not in page
    assert holder.open(path).location.startswith("/sign-in")  # who was in is out
    taken, unknown = (
        Visitor(world.app).open(f"/s/{secret}") for secret in (world.link, "A" * len(world.link))
    )
    assert (taken.status_code, unknown.status_code) == (404, 404)
    assert words_of(taken.text) == words_of(unknown.text)
    assert "Send a new link" in words_of(taken.text)
    with db.reading() as session:
        entries = select(AuditEntry).where(AuditEntry.action == "statement.links_taken_back")
        assert len(session.scalars(entries).all()) == 1


def test_nothing_is_taken_back_twice(world: World, delivery: dict[str, object]) -> None:
    desk = world.staff(Role.APPROVER)
    where = f"/desk/statements/{world.ids['statement_id']}/take-links-back"
    desk.send(where, delivery)

    again = desk.send(where, delivery)

    assert again.status_code == 409
    assert "holds no link to this statement that still works" in words_of(again.text)


def test_only_who_issues_statements_takes_links_back(
    world: World, delivery: dict[str, object]
) -> None:
    where = f"/desk/statements/{world.ids['statement_id']}/take-links-back"

    for role in (Role.SALES, Role.AUDITOR, Role.ADMINISTRATOR):
        assert world.staff(role).send(where, delivery).status_code == 403, role
    # of another statement, such a delivery is not there
    other = where.replace(str(world.ids["statement_id"]), str(world.others["statement_id"]))
    assert world.staff(Role.ACCOUNTANT).send(other, delivery).status_code == 404
    assert world.by_link().open(f"/statements/{world.ids['statement_id']}").status_code == 200
