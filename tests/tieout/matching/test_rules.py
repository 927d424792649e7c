"""What an installation knows, as a settings file holds it."""

import json
from datetime import date

import pytest

from tieout.matching import FixedGroup, KnownHabit, Rules


def test_rules_are_read_in_the_units_people_write() -> None:
    rules = Rules.from_dict(
        {
            "cutoff": "2026-12-31",
            "discount_rates": [0.02, 0.015],
            "max_bank_fee": "50.00",
            "tax_rounding_max": "0.05",
            "customers": 12,
        }
    )

    assert rules.cutoff == date(2026, 12, 31)
    assert rules.discount_rates == (15_000, 20_000)
    assert (rules.max_bank_fee, rules.tax_rounding_max) == (5_000, 5)


def test_a_currency_without_cents_has_no_cents() -> None:
    assert Rules.from_dict({"max_bank_fee": "500"}, minor_digits=0).max_bank_fee == 500


def test_what_was_written_is_read_back() -> None:
    rules = Rules(
        cutoff=date(2026, 12, 31),
        discount_rates=(12_500,),
        payable=True,
        rejected=frozenset({(3, 7)}),
        fixed=(FixedGroup((1, 2), (9,)),),
        passes=("same_number",),
    )

    assert Rules.from_dict(json.loads(json.dumps(rules.to_dict()))) == rules


def test_a_list_is_asked_for_where_one_is_needed() -> None:
    with pytest.raises(TypeError, match="a list was expected"):
        Rules.from_dict({"discount_rates": "0.02"})


def test_what_a_company_allows_and_knows_of_its_customers_is_read_back() -> None:
    rules = Rules(
        tax_rates=(60_000, 130_000),
        withholding_rates=(10_000,),
        tolerance_minor=100,
        tolerance_rate=5_000,
        tolerance_cap=1_000,
        tolerance_direction="less",
        habits=(KnownHabit(7, monthly=True, latest=31),),
    )

    assert Rules.from_dict(json.loads(json.dumps(rules.to_dict()))) == rules


def test_a_tolerance_goes_one_way_or_both() -> None:
    with pytest.raises(ValueError, match="none of both, less, more"):
        Rules.from_dict({"tolerance_direction": "up"})
