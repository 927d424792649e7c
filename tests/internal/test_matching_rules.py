"""The rules of comparing on their pages: changed, refused in words, tried before they hold."""

import io
import re

import pytest

from internal import matching_what_if
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout.identity.permissions import Role

RULES = "/desk/settings/matching"


@pytest.fixture
def administrator(world: World) -> Visitor:
    """Somebody who may change the company's settings."""
    return world.staff(Role.ADMINISTRATOR)


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who may match."""
    return world.staff(Role.ACCOUNTANT)


def test_the_page_says_what_holds_where_nothing_is_chosen(administrator: Visitor) -> None:
    page = words_of(administrator.open(RULES).text)

    assert "Days a document or a payment may be on its way" in page
    assert "Left empty: 10." in page
    assert "Same amount, about the same day" in page
    assert "Nobody has chosen anything here yet" in page


def test_a_rule_is_changed_and_its_version_told(administrator: Visitor) -> None:
    answer = administrator.send(
        RULES, {"transit_days": "14", "pass_near_amount": "propose"}, page=RULES
    )

    assert answer.status_code == 303
    page = words_of(administrator.open(RULES).text)
    assert "Version 1 holds from now on." in page
    assert "Days a document or a payment may be on its way: 14" in page
    assert "Nearly the same amount, and a cause: only proposes" in page


def test_the_same_again_is_no_version(administrator: Visitor) -> None:
    administrator.send(RULES, {"transit_days": "14"}, page=RULES)
    administrator.send(RULES, {"transit_days": "14"}, page=RULES)

    assert "Nothing was changed." in words_of(administrator.open(RULES).text)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("transit_days", "soon", "Write a number of days from 0 to 366."),
        ("max_bank_fee", "-5", "Write an amount such as 50 or 0.05"),
        ("discount_rates", "2; 3", "Write up to ten percentages"),
        ("clean", "2026", "none of digits alone"),
    ],
)
def test_what_has_no_meaning_is_refused_at_its_field(
    administrator: Visitor, name: str, typed: str, said: str
) -> None:
    answer = administrator.send(RULES, {name: typed, "date_window": "7"}, page=RULES)

    assert answer.status_code == 400
    assert said in words_of(answer.text)
    assert 'value="7"' in answer.text
    assert f'value="{typed}"' in answer.text


def test_only_whoever_may_change_settings_opens_it(accountant: Visitor) -> None:
    assert accountant.open(RULES).status_code == 403


#: The document of "own" is of 3 June; the same amount, twelve days apart, has no number.
NEAR = "Date,Reference,Amount\n2026-06-15,,4040.00\n"


@pytest.fixture
def comparison(world: World, accountant: Visitor) -> str:
    """The address of a comparison in which one pair was found by amount and date."""
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    data = {
        "file": (io.BytesIO(NEAR.encode()), "theirs.csv"),
        "account": world.ids["account_id"],
        "as_at": "2026-06-30",
    }
    answer = accountant.send(path, data, page=path)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def typed(page: str) -> dict[str, str]:
    """What the fields of a page hold."""
    found = dict(re.findall(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', page))
    for name, options in re.findall(
        r'<select[^>]*name="([a-z_]+)"[^>]*>(.*?)</select>', page, re.S
    ):
        [chosen] = re.findall(r'<option selected value="([^"]*)"', options)
        found[name] = chosen
    found.pop("csrf_token", None)
    found.pop("q", None)
    return found


def tried(accountant: Visitor, comparison: str, **changes: str) -> str:
    """The page that shows what some rules would change."""
    fields = typed(accountant.open(f"{comparison}/what-if").text)
    query = "&".join(f"{name}={value}" for name, value in {**fields, **changes}.items())
    return f"{comparison}/what-if?{query}"


def test_other_rules_are_tried_without_being_kept(accountant: Visitor, comparison: str) -> None:
    before = words_of(accountant.open(comparison).text)

    page = words_of(accountant.open(tried(accountant, comparison, date_window="3")).text)

    assert "Groups that change 1" in page
    assert "Days apart for lines without a common number 12 3" in page
    assert words_of(accountant.open(comparison).text) == before


def test_other_rules_are_tried_over_all_customers(accountant: Visitor, comparison: str) -> None:
    address = tried(accountant, comparison, date_window="3").partition("?")[2]

    answer = accountant.open(f"/desk/matching/what-if?{address}")

    assert answer.status_code == 200, answer.text
    page = words_of(answer.text)
    assert "Days apart for lines without a common number 12 3" in page
    assert "Accounts that change 1" in page
    assert f'href="{comparison}/what-if?' in answer.text


def test_where_not_all_customers_are_tried_it_is_said_of_how_many(
    accountant: Visitor, comparison: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tried(accountant, comparison, date_window="3").partition("?")[2]
    monkeypatch.setattr(matching_what_if, "MOST_TRIED", 0)

    page = words_of(accountant.open(f"/desk/matching/what-if?{address}").text)

    assert "Accounts tried 0 of 2, those with the largest difference" in page


def test_the_rules_that_hold_change_nothing(accountant: Visitor, comparison: str) -> None:
    page = words_of(accountant.open(tried(accountant, comparison)).text)

    assert "Nothing would change." in page
    assert "These are the rules that hold already." in page


def test_rules_that_were_tried_are_kept_for_the_customer(
    world: World, accountant: Visitor, comparison: str
) -> None:
    fields = typed(accountant.open(tried(accountant, comparison, date_window="3")).text)

    answer = accountant.send(
        f"{comparison}/what-if", {**fields, "date_window": "3"}, page=comparison
    )

    assert answer.status_code == 303
    assert "Version 1 holds from now on." in words_of(accountant.open(comparison).text)
    again = typed(accountant.open(f"{comparison}/what-if").text)
    assert (again["date_window"], again["transit_days"]) == ("3", "10")


def test_an_accountant_keeps_no_rules_for_the_whole_company(
    accountant: Visitor, comparison: str
) -> None:
    fields = typed(accountant.open(f"{comparison}/what-if").text)

    answer = accountant.send(
        f"{comparison}/what-if", {**fields, "scope": "company"}, page=comparison
    )

    assert answer.status_code == 403


def test_a_rule_without_meaning_is_not_tried(accountant: Visitor, comparison: str) -> None:
    page = accountant.open(tried(accountant, comparison, date_window="soon")).text

    assert "Write a number of days from 0 to 366." in words_of(page)
    assert "Groups that change" not in words_of(page)
