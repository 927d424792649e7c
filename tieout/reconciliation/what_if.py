"""What would change in an earlier comparison under other rules; nothing is stored."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.matching import DIFFERENCES, Difference
from tieout.money import Money
from tieout.reconciliation import outcomes, picture, rule_sets, storing, work_list
from tieout.reconciliation.models import MatchGroup, MatchGroupLine, Reconciliation
from tieout.reconciliation.run import Run
from tieout.reconciliation.shown import ShownGroup
from tieout.reconciliation.work_list import WorkSearch

#: Changes that are shown one by one; the table counts them all.
MOST_SHOWN = 100

#: Where a line stands: True for ours, and its id.
_Place = tuple[bool, int]


@dataclass(frozen=True)
class OfType:
    """Groups of one type, before and after."""

    difference: Difference
    before: int
    after: int
    before_sum: Money
    after_sum: Money

    @property
    def is_changed(self) -> bool:
        """Whether anything of it would be otherwise."""
        return (self.before, self.before_sum) != (self.after, self.after_sum)


@dataclass(frozen=True)
class Change:
    """Lines that would stand in other groups, or in groups of another name."""

    before: tuple[ShownGroup, ...]
    after: tuple[ShownGroup, ...]


@dataclass(frozen=True)
class WhatIf:
    """A comparison as it is, and as it would be."""

    types: tuple[OfType, ...]
    changes: tuple[Change, ...]
    #: How many changes there are in all.
    count: int
    unexplained_before: Money
    unexplained_after: Money
    proposals_before: int
    proposals_after: int


def tried(session: Session, made: Reconciliation, rules: Mapping[str, object]) -> WhatIf:
    """Work a comparison out again by other rules, and hold it against what is stored."""
    account = session.get_one(CustomerAccount, made.account_id)
    chosen = rule_sets.rules_for(session, account, cutoff=made.as_at, instead=rules)
    done = outcomes.outcome(session, made, chosen)
    rows = storing.rows(made, done, rule_sets.decisions(session, account.id))
    after = _after(rows, done)
    before = _stored(session, made)
    changes = _changes(before, after)
    currency = made.currency
    return WhatIf(
        types=_types(before, after, currency),
        changes=tuple(_shown(session, made, changes[:MOST_SHOWN])),
        count=len(changes),
        unexplained_before=Money(made.unexplained_minor, currency),
        unexplained_after=Money(
            sum(one.group.residual_minor for one in after if storing.is_open(one.facts)), currency
        ),
        proposals_before=sum(one.group.state == "proposed" for one in before),
        proposals_after=sum(one.group.state == "proposed" for one in after),
    )


@dataclass(frozen=True)
class Tried:
    """The newest comparison of an account, as it is and as it would be."""

    made: Reconciliation
    customer: Customer
    found: WhatIf


def over_all(
    session: Session,
    changed: Mapping[str, object],
    within: Callable[[Select[Reconciliation]], Select[Reconciliation]],
    *,
    most: int,
) -> tuple[Tried, ...]:
    """Try rules on the newest comparison of each account, what changes most first.

    `changed` is laid over the rules that hold for each customer; `most` accounts are tried, those
    with the largest difference.
    """
    query = within(work_list.work(WorkSearch(is_all=True))).limit(most)
    tried_ones = []
    for made in session.scalars(query).all():
        customer = session.get_one(Customer, made.customer_id)
        rules = {**rule_sets.holding(session, customer), **changed}
        tried_ones.append(Tried(made, customer, tried(session, made, rules)))
    return tuple(sorted(tried_ones, key=lambda one: (-one.found.count, one.customer.name)))


def accounts(
    session: Session, within: Callable[[Select[Reconciliation]], Select[Reconciliation]]
) -> int:
    """How many accounts there are to try rules on."""
    query = within(work_list.work(WorkSearch(is_all=True)))
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


@dataclass(frozen=True)
class _Placed:
    """A group with the places of its lines."""

    group: MatchGroup
    places: frozenset[_Place]

    @property
    def facts(self) -> dict[str, Any]:
        """What it says, apart from its lines."""
        group = self.group
        return {
            "difference": group.difference,
            "state": group.state,
            "found_by": group.found_by,
            "acts": group.acts,
            "residual": group.residual_minor,
            "detail": group.proof.get("detail"),
        }

    @property
    def said(self) -> tuple[object, ...]:
        """What makes it another group: who found it does not."""
        return tuple(value for name, value in self.facts.items() if name != "found_by")


def _after(rows: Sequence[dict[str, Any]], done: Run) -> list[_Placed]:
    places: defaultdict[int, set[_Place]] = defaultdict(set)
    for is_ours, lines, groups in (
        (True, done.ours, done.groups.ours),
        (False, done.theirs, done.groups.theirs),
    ):
        for line_id, number in zip(lines.id.tolist(), groups.tolist(), strict=True):
            places[number].add((is_ours, line_id))
    return [
        _Placed(MatchGroup(**row), frozenset(places[number])) for number, row in enumerate(rows)
    ]


def _stored(session: Session, made: Reconciliation) -> list[_Placed]:
    places: defaultdict[int, set[_Place]] = defaultdict(set)
    query = select(
        MatchGroupLine.group_id, MatchGroupLine.document_id, MatchGroupLine.their_line_id
    ).where(MatchGroupLine.reconciliation_id == made.id)
    for row in session.execute(query):
        is_ours = row.document_id is not None
        places[row.group_id].add((is_ours, int(row.document_id or row.their_line_id or 0)))
    groups = session.scalars(
        select(MatchGroup).where(MatchGroup.reconciliation_id == made.id).order_by(MatchGroup.no)
    )
    return [_Placed(group, frozenset(places[group.id])) for group in groups]


def _changes(
    before: Iterable[_Placed], after: Iterable[_Placed]
) -> list[tuple[list[_Placed], list[_Placed]]]:
    """What is not the same on both sides, lines that hang together in one change."""
    was = {one.places: one for one in before}
    same = {one.places for one in after if one.places in was and was[one.places].said == one.said}
    left = [one for places, one in was.items() if places not in same]
    right = [one for one in after if one.places not in same]
    root: dict[_Place, _Place] = {}

    def top(place: _Place) -> _Place:
        while root.setdefault(place, place) != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for one in (*left, *right):
        first, *others = sorted(one.places)
        for other in others:
            root[top(other)] = top(first)
    found: dict[_Place, tuple[list[_Placed], list[_Placed]]] = {}
    for side, groups in enumerate((left, right)):
        for one in groups:
            found.setdefault(top(min(one.places)), ([], []))[side].append(one)
    return sorted(found.values(), key=_largest)


def _largest(change: tuple[list[_Placed], list[_Placed]]) -> tuple[int, int]:
    amounts = [abs(one.group.residual_minor) for side in change for one in side]
    return -max(amounts), min(one.group.no for side in change for one in side)


def _types(
    before: Sequence[_Placed], after: Sequence[_Placed], currency: str
) -> tuple[OfType, ...]:
    counts = [Counter(one.group.difference for one in side) for side in (before, after)]
    sums: list[Counter[str]] = [Counter(), Counter()]
    for place, side in enumerate((before, after)):
        for one in side:
            sums[place][one.group.difference] += one.group.residual_minor
    return tuple(
        OfType(
            difference,
            counts[0][difference],
            counts[1][difference],
            Money(sums[0][difference], currency),
            Money(sums[1][difference], currency),
        )
        for difference in DIFFERENCES
        if counts[0][difference] or counts[1][difference]
    )


def _shown(
    session: Session,
    made: Reconciliation,
    changes: Sequence[tuple[list[_Placed], list[_Placed]]],
) -> list[Change]:
    groups = [one for before, after in changes for one in (*before, *after)]
    places = {place for one in groups for place in one.places}
    lines = picture.lines_by_id(
        session,
        made,
        [line_id for is_ours, line_id in places if is_ours],
        [line_id for is_ours, line_id in places if not is_ours],
    )

    def drawn(one: _Placed) -> ShownGroup:
        ours = [lines[place] for place in one.places if place[0] and place in lines]
        theirs = [lines[place] for place in one.places if not place[0] and place in lines]
        return picture.drawn(
            made,
            one.group,
            tuple(sorted(ours, key=lambda line: (line.on, line.id))),
            tuple(sorted(theirs, key=lambda line: (line.on, line.row_no))),
        )

    return [
        Change(tuple(map(drawn, before)), tuple(map(drawn, after))) for before, after in changes
    ]
