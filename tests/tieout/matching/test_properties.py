"""What must hold for every two books."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import LONG
from tieout.matching import (
    CODE,
    Difference,
    FixedGroup,
    Groups,
    Kind,
    Line,
    Lines,
    Rules,
    bridge,
    reconcile,
    residuals,
)

#: Worlds drawn for each property; `./run test --long` draws more.
MOST = 500 if LONG else 10

RULES = Rules(cutoff=date(2026, 3, 31))

#: Few different values, so that lines meet often and in every way.
LINE = st.builds(
    Line,
    id=st.just(0),
    customer=st.integers(1, 2),
    on=st.integers(0, 90).map(lambda days: date(2026, 1, 1) + timedelta(days)),
    amount=st.sampled_from(
        [0, 100, -100, 12345, 21345, 12350, -12345, 24690, 50000, 62345, -50000, -49000, -48500]
    ),
    kind=st.sampled_from(list(Kind)),
    reference=st.sampled_from(
        [
            "",
            "INV-2026-000042",
            "inv 42",
            "2026/43",
            "INV-2026-000043",
            "CN-2026-000042",
            "AP7",
            "PAY-0670",
            "PAY-0671",
        ]
    ),
    po=st.sampled_from(["", "", "PO-77881234"]),
    description=st.sampled_from(
        [
            "",
            "",
            "TT20260601123456",
            "INV-2026-000042; INV-2026-000043",
            "付款 PAY-0670",
            "PAY 0670/0671",
        ]
    ),
    currency=st.sampled_from(["", "", "USD"]),
    doc_amount=st.sampled_from([None, 1000]),
    keys=st.just(b""),
)
BOOK = st.lists(LINE, max_size=14).map(
    lambda lines: [line._replace(id=number) for number, line in enumerate(lines, start=1)]
)


@given(ours=BOOK, theirs=BOOK)
@settings(max_examples=MOST, deadline=None)
def test_every_line_is_in_exactly_one_group_and_every_group_has_lines(
    ours: list[Line], theirs: list[Line]
) -> None:
    groups = reconcile(Lines.of(ours), Lines.of(theirs), RULES)

    assert (len(groups.ours), len(groups.theirs)) == (len(ours), len(theirs))
    assert set(groups.ours.tolist()) | set(groups.theirs.tolist()) == set(range(len(groups)))
    assert (groups.type >= 0).all()


@given(ours=BOOK, theirs=BOOK, days=st.integers(-1, 91))
@settings(max_examples=MOST, deadline=None)
def test_the_bridge_ties_out_on_every_day(ours: list[Line], theirs: list[Line], days: int) -> None:
    left, right = Lines.of(ours), Lines.of(theirs)
    groups = reconcile(left, right, RULES)

    today = bridge(groups, left, right, RULES, on=date(2026, 1, 1) + timedelta(days))

    assert all(account.ties_out for account in today.accounts)


@given(ours=BOOK, theirs=BOOK, chance=st.randoms(use_true_random=False))
@settings(max_examples=MOST, deadline=None)
def test_the_order_of_rows_does_not_matter(
    ours: list[Line], theirs: list[Line], chance: Random
) -> None:
    shuffled_ours, shuffled_theirs = list(ours), list(theirs)
    chance.shuffle(shuffled_ours)
    chance.shuffle(shuffled_theirs)

    groups = reconcile(Lines.of(ours), Lines.of(theirs), RULES)
    again = reconcile(Lines.of(shuffled_ours), Lines.of(shuffled_theirs), RULES)

    assert members(again, shuffled_ours, shuffled_theirs) == members(groups, ours, theirs)
    assert again.type.tolist() == groups.type.tolist()
    assert again.proof.tolist() == groups.proof.tolist()


@given(ours=BOOK, theirs=BOOK)
@settings(max_examples=MOST, deadline=None)
def test_seen_from_the_other_book_everything_is_mirrored(
    ours: list[Line], theirs: list[Line]
) -> None:
    groups = reconcile(Lines.of(ours), Lines.of(theirs), RULES)
    mirror = reconcile(Lines.of(theirs), Lines.of(ours), replace(RULES, payable=True))

    turned = {
        (right, left): MIRROR.get(name, name)
        for (left, right), name in named(groups, ours, theirs).items()
    }
    assert named(mirror, theirs, ours) == turned


@given(ours=BOOK)
@settings(max_examples=MOST, deadline=None)
def test_a_book_agrees_with_itself(ours: list[Line]) -> None:
    lines = Lines.of(ours)

    groups = reconcile(lines, lines, RULES)

    assert all(
        account.ours == account.theirs for account in bridge(groups, lines, lines, RULES).accounts
    )
    assert not bridge(groups, lines, lines, RULES).items.residual.any()


@given(ours=BOOK, theirs=BOOK)
@settings(max_examples=MOST, deadline=None)
def test_a_refused_pair_is_never_together_again(ours: list[Line], theirs: list[Line]) -> None:
    left, right = Lines.of(ours), Lines.of(theirs)
    groups = reconcile(left, right, RULES)
    pairs = frozenset(
        (mine.id, other.id)
        for mine, number in zip(ours, groups.ours.tolist(), strict=True)
        for other, its in zip(theirs, groups.theirs.tolist(), strict=True)
        if number == its
    )

    again = reconcile(left, right, replace(RULES, rejected=pairs))

    assert not any(
        number == its and (mine.id, other.id) in pairs
        for mine, number in zip(ours, again.ours.tolist(), strict=True)
        for other, its in zip(theirs, again.theirs.tolist(), strict=True)
    )


@given(ours=BOOK, theirs=BOOK, chance=st.randoms(use_true_random=False), days=st.integers(-1, 91))
@settings(max_examples=MOST, deadline=None)
def test_any_grouping_whatever_ties_out(
    ours: list[Line], theirs: list[Line], chance: Random, days: int
) -> None:
    left, right, on = Lines.of(ours), Lines.of(theirs), date(2026, 1, 1) + timedelta(days)
    found = reconcile(left, right, RULES)
    number = list(range(len(found)))
    scattered = replace(
        found,
        ours=np.array([chance.choice(number) for _ in ours], np.int64),
        theirs=np.array([chance.choice(number) for _ in theirs], np.int64),
    )

    assert all(one.ties_out for one in bridge(scattered, left, right, RULES, on=on).accounts)


@given(ours=BOOK, theirs=BOOK, days=st.integers(-1, 91))
@settings(max_examples=MOST, deadline=None)
def test_what_groups_leave_is_what_the_books_differ_by_on_every_day(
    ours: list[Line], theirs: list[Line], days: int
) -> None:
    left, right, on = Lines.of(ours), Lines.of(theirs), date(2026, 1, 1) + timedelta(days)
    left_over = residuals(reconcile(left, right, RULES), left, right, RULES, on=on)

    for customer in (1, 2):
        balances = [
            sum(line.amount for line in lines if line.customer == customer and line.on <= on)
            for lines in (ours, theirs)
        ]
        assert left_over.amount[left_over.customer == customer].sum() == balances[0] - balances[1]


@given(ours=BOOK, theirs=BOOK)
@settings(max_examples=MOST, deadline=None)
def test_what_was_found_once_and_locked_is_found_again(
    ours: list[Line], theirs: list[Line]
) -> None:
    left, right = Lines.of(ours), Lines.of(theirs)
    groups = reconcile(left, right, RULES)
    found = members(groups, ours, theirs)
    fixed = tuple(FixedGroup(tuple(mine), tuple(other)) for mine, other in found)

    again = reconcile(left, right, replace(RULES, fixed=fixed))

    assert set(members(again, ours, theirs)) == set(found)
    assert named(reconcile(left, right, RULES), ours, theirs) == named(groups, ours, theirs)


MIRROR = {
    CODE[left]: CODE[right]
    for left, right in [
        (Difference.SPLIT, Difference.MERGED),
        (Difference.MERGED, Difference.SPLIT),
        (Difference.DUPLICATE_IN_OURS, Difference.DUPLICATE_IN_THEIRS),
        (Difference.DUPLICATE_IN_THEIRS, Difference.DUPLICATE_IN_OURS),
        (Difference.MISSING_IN_OURS, Difference.MISSING_IN_THEIRS),
        (Difference.MISSING_IN_THEIRS, Difference.MISSING_IN_OURS),
    ]
}
Members = tuple[frozenset[int], frozenset[int]]


def members(groups: Groups, ours: list[Line], theirs: list[Line]) -> list[Members]:
    """The line ids of each group."""
    return [
        (
            frozenset(ours[row].id for row in groups.rows(group)[0].tolist()),
            frozenset(theirs[row].id for row in groups.rows(group)[1].tolist()),
        )
        for group in range(len(groups))
    ]


def named(groups: Groups, ours: list[Line], theirs: list[Line]) -> dict[Members, int]:
    """The type of each group."""
    return dict(zip(members(groups, ours, theirs), groups.type.tolist(), strict=True))
