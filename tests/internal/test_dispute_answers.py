"""Many disputes answered with a template, and the work list narrowed by age and amount."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from tests.support.route_world import World
from tests.support.visitor import Visitor, token_on, words_of
from tieout import clock, db
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.templates import FIRST, templates

LIST, TEMPLATES, ANSWER = "/desk/disputes", "/desk/disputes/templates", "/desk/disputes/answer"
LOOKED_INTO, REJECTED = FIRST[0].name, FIRST[2].name


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who answers disputes."""
    return world.staff("accountant")


def keep(visitor: Visitor, **given: str) -> int:
    """Write a template."""
    form = {
        "csrf_token": token_on(visitor.open(TEMPLATES).text),
        "name": "Thanks",
        "act": "answer",
        "en": "Thank you for {receipt}.",
        "zh": "感谢 {receipt}。",
        **given,
    }
    return visitor.open(TEMPLATES, method="POST", data=form).status_code


def there(dispute_id: int) -> Dispute:
    with db.reading() as session:
        return session.get_one(Dispute, dispute_id)


def both(world: World) -> str:
    return f"dispute={world.ids['dispute_id']}&dispute={world.others['dispute_id']}"


def test_two_are_answered_after_a_look(world: World, accountant: Visitor) -> None:
    asked = f"{ANSWER}?{both(world)}&template={LOOKED_INTO}"

    shown = accountant.open(asked)

    receipt = there(world.ids["dispute_id"]).receipt
    assert f"We are looking into {receipt} about" in words_of(shown.text)
    assert "2 customers would read this" in words_of(shown.text)
    with db.reading() as session:
        assert not session.scalars(select(DisputeEntry).where(DisputeEntry.kind == "answer")).all()
    form = dict(_fields(shown.text))
    assert accountant.open(asked, method="POST", data=form).status_code == 303
    assert {there(world.ids["dispute_id"]).state, there(world.others["dispute_id"]).state} == {
        "answered"
    }
    with db.reading() as session:
        written = session.scalars(select(DisputeEntry).where(DisputeEntry.kind == "answer")).all()
    assert len(written) == 2
    assert receipt in written[0].text


def test_no_template_promises_a_day_that_is_over(world: World, accountant: Visitor) -> None:
    asked = f"{ANSWER}?{both(world)}&template={LOOKED_INTO}"
    with clock.standing(clock.now() + timedelta(days=30)):
        shown = world.staff("accountant").open(asked)

    assert "which is over: promise another day first" in words_of(shown.text)
    assert "0 customers would read this" in words_of(shown.text)


def test_one_that_moved_on_meanwhile_stops_all_of_them(world: World, accountant: Visitor) -> None:
    asked = f"{ANSWER}?{both(world)}&template={REJECTED}"
    form = dict(_fields(accountant.open(asked).text))
    with db.transaction() as session:
        session.get_one(Dispute, world.ids["dispute_id"]).version += 1

    answer = accountant.open(asked, method="POST", data=form)

    assert answer.status_code == 409
    assert there(world.others["dispute_id"]).state == "open"


def test_what_is_decided_is_left_alone(world: World, accountant: Visitor) -> None:
    with db.transaction() as session:
        session.get_one(Dispute, world.ids["dispute_id"]).state = "withdrawn"

    page = words_of(accountant.open(f"{ANSWER}?{both(world)}&template={LOOKED_INTO}").text)

    assert "1 customer would read this" in page
    assert "Nothing: it is “Withdrawn”" in page


def test_a_template_is_written_changed_and_deleted(world: World, accountant: Visitor) -> None:
    assert keep(accountant) == 303
    assert keep(accountant) == 409  # of that name there is one
    assert keep(accountant, instead_of="Thanks", en="Thanks for {number}.") == 303

    with db.reading() as session:
        assert {one.name: one.en for one in templates(session)}["Thanks"] == "Thanks for {number}."
    form = {"csrf_token": token_on(accountant.open(TEMPLATES).text), "name": "Thanks"}
    answer = accountant.open(f"{TEMPLATES}/drop", method="POST", data=form)
    assert answer.status_code == 303
    with db.reading() as session:
        assert "Thanks" not in {one.name for one in templates(session)}


def test_what_cannot_be_filled_in_is_told(world: World, accountant: Visitor) -> None:
    form = {
        "csrf_token": token_on(accountant.open(TEMPLATES).text),
        "name": "Odd",
        "act": "answer",
        "en": "About {invoice}",
        "zh": "关于",
    }

    answer = accountant.open(TEMPLATES, method="POST", data=form)

    assert answer.status_code == 400
    assert "“{invoice}” cannot be filled in" in words_of(answer.text)


def test_words_of_a_customer_fill_nothing_in(world: World, accountant: Visitor) -> None:
    with db.transaction() as session:
        dispute = session.get_one(Dispute, world.ids["dispute_id"])
        dispute.customer.name = "{receipt} %(x)s {{ 7*7 }}"
        dispute.contact_id = None
    keep(accountant, en="Dear {person}")

    page = words_of(accountant.open(f"{ANSWER}?dispute={dispute.id}&template=Thanks").text)

    assert "Dear {receipt} %(x)s {{ 7*7 }}" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [("?least=120", True), ("?least=120.01", False), ("?most=119.99", False), ("?most=120", True),
     ("?age=7", False), ("?least=1&most=200", True)],
)  # fmt: skip
def test_the_list_is_narrowed_by_amount_and_age(
    world: World, accountant: Visitor, asked: str, found: bool
) -> None:
    receipt = there(world.ids["dispute_id"]).receipt

    assert (receipt in accountant.open(LIST + asked).text) is found


def test_sales_answer_nobody_elses(world: World) -> None:
    asked = f"{ANSWER}?dispute={world.others['dispute_id']}&template={LOOKED_INTO}"

    assert world.staff("sales").open(asked).status_code == 404


def _fields(page: str) -> list[tuple[str, str]]:
    form = page[page.index("<main") :]
    return [
        (name.group(1), unescape(value.group(1)) if value else "")
        for tag in re.findall(r"<input[^>]*>", form)
        if (name := re.search(r'name="(csrf_token|seen)"', tag))
        for value in [re.search(r'value="([^"]*)"', tag)]
    ]
