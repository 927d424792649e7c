"""A signed copy that a customer handed in is there for staff, and for nobody by guessing."""

from tests.support.route_world import World
from tests.support.visitor import words_of
from tieout.identity.permissions import Role


def test_staff_open_the_signed_copy_that_came_with_an_answer(world: World) -> None:
    desk = world.staff(Role.ACCOUNTANT)
    own, file = world.ids["statement_id"], world.ids["evidence_file_id"]

    page = desk.open(f"/desk/statements/{own}")
    assert "delivery note.pdf" in words_of(page.text)
    answer = desk.open(f"/desk/statements/{own}/handed-in/{file}")

    assert answer.status_code == 200
    assert answer.data == b"%PDF-1.7"


def test_a_file_that_no_answer_came_with_is_not_there(world: World) -> None:
    desk = world.staff(Role.ACCOUNTANT)
    own, other = world.ids["statement_id"], world.others["statement_id"]

    for statement, file in (
        (own, world.others["evidence_file_id"]),
        (other, world.ids["evidence_file_id"]),
        (own, world.ids["attachment_id"]),
    ):
        answer = desk.open(f"/desk/statements/{statement}/handed-in/{file}")
        assert answer.status_code == 404
