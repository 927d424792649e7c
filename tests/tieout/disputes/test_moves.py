"""Every state against every act."""

import pytest

from tieout.disputes import moves

#: What each state allows; everything else is refused.
ALLOWED = {
    "open": "answer write note assign promise propose accept part_accept reject withdraw",
    "answered": "answer write note assign promise propose accept part_accept reject withdraw",
    "accepting": "answer write note assign promise send_back accept part_accept withdraw",
    "accepted": "note",
    "part_accepted": "note",
    "rejected": "note reopen take_up",
    "withdrawn": "note",
    "reopened": "answer write note assign promise propose accept part_accept reject withdraw"
    " take_up",
}


@pytest.mark.parametrize("state", moves.STATES)
@pytest.mark.parametrize("act", moves.ACTS)
def test_only_what_the_table_says_is_allowed(state: str, act: str) -> None:
    if act in ALLOWED[state].split():
        assert moves.may(state, act)
        assert moves.after(state, act, "R-1") in moves.STATES
        return

    assert not moves.may(state, act)
    with pytest.raises(moves.MoveNotAllowed, match="R-1 is “"):
        moves.after(state, act, "R-1")


def test_every_state_can_be_reached_and_is_either_live_or_ended() -> None:
    assert {*moves.MOVES.values(), moves.OPEN} == set(moves.STATES)
    assert set(moves.LIVE) | set(moves.ENDED) == set(moves.STATES)
    assert not set(moves.LIVE) & set(moves.ENDED)


def test_a_reopened_dispute_pauses_nothing_until_staff_take_it_up() -> None:
    assert moves.REOPENED not in moves.HOLDS
    assert moves.after(moves.REOPENED, "take_up", "R-1") in moves.HOLDS
