"""Who gets what today, as a bookkeeper would decide it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.dunning.selection import (
    History,
    Item,
    LeftOut,
    Level,
    Nothing,
    Policy,
    Selection,
    select,
)

TODAY = date(2026, 7, 2)
POLICY = Policy((Level(1, 3, "friendly"), Level(2, 14, "firm"), Level(3, 30, "final")), gap_days=7)


def overdue(days: int, amount: int = 90_000, *, item: int = 1, **more: object) -> Item:
    return Item(item, f"INV-{item}", TODAY - timedelta(days=days), amount, **more)  # type: ignore[arg-type]


def chosen(*items: Item, history: History | None = None, policy: Policy = POLICY) -> Selection:
    found = select(items, policy, history or History(), TODAY)
    assert isinstance(found, Selection), found
    return found


def refused(*items: Item, history: History | None = None, policy: Policy = POLICY) -> str:
    found = select(items, policy, history or History(), TODAY)
    assert isinstance(found, Nothing), found
    return str(found.reason)


@pytest.mark.parametrize(("days", "level"), [(3, 1), (13, 1), (14, 1), (90, 1)])
def test_the_first_message_is_of_the_first_level(days: int, level: int) -> None:
    assert chosen(overdue(days)).level == level


def test_a_policy_may_jump_to_the_level_reached() -> None:
    jumping = Policy(POLICY.levels, may_jump=True)
    assert chosen(overdue(90), policy=jumping).level == 3


def test_the_next_level_comes_after_the_gap() -> None:
    sent = History({1: 1}, frozenset({1}), TODAY - timedelta(days=7))
    assert chosen(overdue(20), history=sent).level == 2
    late = History({1: 1}, frozenset({1}), TODAY - timedelta(days=6))
    assert "2026-06-26" in refused(overdue(20), history=late)


def test_a_level_is_not_sent_twice_in_a_cycle() -> None:
    sent = History({1: 1}, frozenset({1}), TODAY - timedelta(days=30))
    assert refused(overdue(5), overdue(2, item=2), history=sent).startswith("Level 1 was sent")


def test_what_becomes_overdue_later_is_asked_for_beside_what_is_at_its_last_level() -> None:
    final = Level(3, 30, "final", fee_minor=1_000, final_step="call")
    policy = Policy((*POLICY.levels[:2], final))
    sent = History({1: 3}, frozenset({1, 2, 3}), TODAY - timedelta(days=8))
    found = chosen(overdue(90), overdue(3, 5_000, item=2), history=sent, policy=policy)
    assert (found.level, found.tone, found.net_minor) == (3, "final", 95_000)
    assert [(one.number, one.level) for one in found.items] == [("INV-1", 3), ("INV-2", 1)]
    assert found.step is not None
    assert (found.step.fee_minor, found.step.final_step, found.final_step) == (0, "", "")
    named = History({1: 3, 2: 1}, frozenset({1, 2, 3}), TODAY - timedelta(days=8))
    assert refused(overdue(90), overdue(9, item=2), history=named, policy=policy).startswith(
        "Level 3 was sent"
    )
    again = chosen(overdue(90), overdue(14, item=2), history=named, policy=policy)
    assert [(one.number, one.level) for one in again.items] == [("INV-1", 3), ("INV-2", 2)]


@pytest.mark.parametrize("days", [0, -1, -30])
def test_due_today_is_not_overdue(days: int) -> None:
    assert refused(overdue(days)) == "Nothing is overdue that may be reminded of."


def test_before_the_first_level_nothing_leaves() -> None:
    assert refused(overdue(2)) == "No level of the policy is reached yet."


def test_only_the_undisputed_part_is_asked_for() -> None:
    found = chosen(overdue(10, 100_000, disputed_minor=50_000))
    assert found.net_minor == 50_000
    assert found.left_out == (LeftOut("INV-1", 50_000, "disputed"),)


def test_a_dispute_never_counts_more_than_what_is_open() -> None:
    assert refused(overdue(10, 20_000, disputed_minor=50_000)).startswith("Nothing is overdue")


def test_a_promised_part_pauses_and_the_rest_goes_on() -> None:
    assert chosen(overdue(10, 100_000, promised_minor=30_000)).net_minor == 70_000


def test_a_held_item_is_left_out() -> None:
    found = chosen(overdue(10, 1_000, held="credit note to come"), overdue(10, 2_000, item=2))
    assert [one.number for one in found.items] == ["INV-2"]


def from_level(level: int, *items: Item, history: History | None = None) -> Selection | Nothing:
    """What is chosen while a level and those above it are held."""
    return select(items, POLICY, history or History(), TODAY, held_from_level=level)


def test_a_held_level_stops_only_what_would_rise_to_it() -> None:
    sent = History({1: 1}, frozenset({1}), TODAY - timedelta(days=10))
    alone = from_level(2, overdue(20), history=sent)
    assert isinstance(alone, Nothing)
    assert str(alone.reason) == "Level 2 is held."

    beside = from_level(2, overdue(20), overdue(4, 5_000, item=2), history=sent)
    assert isinstance(beside, Selection)
    assert (beside.level, beside.net_minor) == (1, 95_000)
    assert [(one.number, one.level) for one in beside.items] == [("INV-1", 1), ("INV-2", 1)]


def test_with_the_first_level_held_nothing_leaves() -> None:
    found = from_level(1, overdue(20))
    assert isinstance(found, Nothing)
    assert str(found.reason) == "Level 1 is held."


def test_where_levels_are_jumped_the_highest_below_the_held_one_leaves() -> None:
    jumping = Policy(POLICY.levels, may_jump=True)
    top = max(one.level for one in POLICY.levels)
    found = select([overdue(400)], jumping, History(), TODAY, held_from_level=top)
    assert isinstance(found, Selection)
    assert found.level == top - 1


def test_what_stood_higher_before_the_hold_is_not_asked_for_again_lower() -> None:
    sent = History({1: 2}, frozenset({2}), TODAY - timedelta(days=10))
    found = from_level(2, overdue(20), history=sent)
    assert isinstance(found, Nothing)


def test_unapplied_credit_lowers_or_ends_it() -> None:
    credit = Item(9, "PAY-1", TODAY, -60_000)
    assert chosen(overdue(10), credit).net_minor == 30_000
    full = Item(9, "PAY-1", TODAY, -90_000)
    assert refused(overdue(10), full) == "Credit not yet applied covers what is overdue."


def test_below_the_minimum_nothing_leaves() -> None:
    policy = Policy(POLICY.levels, minimum_minor=90_001)
    assert refused(overdue(10), policy=policy) == "What is overdue is below the minimum."
    assert chosen(overdue(10), policy=Policy(POLICY.levels, minimum_minor=90_000)).level == 1


def test_the_message_takes_the_highest_level_and_names_every_item() -> None:
    sent = History({1: 1}, frozenset({1}), TODAY - timedelta(days=10))
    found = chosen(overdue(20), overdue(4, 5_000, item=2), overdue(-9, 7_000, item=3), history=sent)
    assert found.level == 2
    assert found.tone == "firm"
    assert [(one.number, one.level) for one in found.items] == [("INV-1", 2), ("INV-2", 1)]
    assert found.not_due_minor == 7_000
    assert found.pay_by == date(2026, 7, 9)


ITEMS = st.lists(
    st.builds(
        Item,
        st.integers(1, 10**6),
        st.just("INV"),
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.integers(-(10**8), 10**8),
        disputed_minor=st.integers(0, 10**8),
        promised_minor=st.integers(0, 10**8),
        held=st.sampled_from(["", "held"]),
    ),
    unique_by=lambda item: item.due_item_id,
)


@given(ITEMS, st.sampled_from([0, 1, 5_000]), st.booleans())
def test_nothing_paid_disputed_or_credited_is_ever_asked_for(
    items: list[Item], minimum: int, jump: bool
) -> None:
    found = select(items, Policy(POLICY.levels, minimum, may_jump=jump), History(), TODAY)
    if isinstance(found, Nothing):
        return
    owed = {item.due_item_id: item for item in items}
    for one in found.items:
        item = owed[one.due_item_id]
        assert not item.held
        assert item.due_on < TODAY
        assert 0 < one.amount_minor <= item.open_minor - min(item.disputed_minor, item.open_minor)
    credit = -sum(item.open_minor for item in items if item.open_minor < 0)
    assert found.net_minor == sum(one.amount_minor for one in found.items) - credit
    assert found.net_minor >= max(minimum, 1)
    policy = Policy(POLICY.levels, minimum, may_jump=jump)
    turned = select(list(reversed(items)), policy, History(), TODAY)
    assert isinstance(turned, Selection)
    assert (turned.net_minor, turned.level, turned.items) == (
        found.net_minor,
        found.level,
        found.items,
    )
