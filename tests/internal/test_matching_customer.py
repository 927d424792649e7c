"""A customer's page under Matching: habits and rules of its own."""

import pytest

from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout.identity.permissions import Role


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who may match."""
    return world.staff(Role.ACCOUNTANT)


@pytest.fixture
def place(world: World) -> str:
    """The page of a customer."""
    return f"/desk/matching/customers/{world.ids['customer_id']}"


def test_what_is_not_known_yet_is_said(accountant: Visitor, place: str) -> None:
    page = words_of(accountant.open(place).text)

    assert "nothing learned yet: it takes eight pairs that agree" in page
    assert "They book once a month not known yet" in page


def test_a_person_says_how_a_customer_books(world: World, accountant: Visitor, place: str) -> None:
    habits = f"/desk/matching/accounts/{world.ids['account_id']}/habits"
    said = {"lag": "4", "latest": "9", "monthly": "yes", "own_numbers": "", "is_used": "y"}

    answer = accountant.send(habits, {**said, "version": "1"}, page=habits)

    assert answer.status_code == 303
    page = words_of(accountant.open(place).text)
    assert "Our documents are dated there 4 days after ours, at most 9 after · said by" in page
    assert "They book once a month yes" in page


def test_habits_are_switched_off_and_forgotten(
    world: World, accountant: Visitor, place: str
) -> None:
    habits = f"/desk/matching/accounts/{world.ids['account_id']}/habits"
    said = {"lag": "4", "monthly": "", "own_numbers": "", "version": "1"}
    accountant.send(habits, said, page=habits)
    off = words_of(accountant.open(place).text)

    accountant.send(f"{habits}/forget", page=place)

    assert "Comparisons do not use them" in off
    assert "not known yet" in words_of(accountant.open(place).text)


def test_days_that_are_none_are_refused_at_their_field(world: World, accountant: Visitor) -> None:
    habits = f"/desk/matching/accounts/{world.ids['account_id']}/habits"

    answer = accountant.send(habits, {"lag": "soon", "version": "1"}, page=habits)

    assert answer.status_code == 400
    assert "“soon” is no number of days." in words_of(answer.text)


def test_a_customer_has_rules_of_its_own(accountant: Visitor, place: str) -> None:
    accountant.send(f"{place}/rules", {"transit_days": "21"}, page=f"{place}/rules")

    page = words_of(accountant.open(place).text)
    assert "Days a document or a payment may be on its way: 21" in page
    assert 'value="21"' in accountant.open(f"{place}/rules").text


def test_whoever_only_reads_sees_and_changes_nothing(world: World, place: str) -> None:
    auditor = world.staff(Role.AUDITOR)

    assert "Say it differently" not in auditor.open(place).text
    assert auditor.open(f"{place}/rules").status_code == 403
