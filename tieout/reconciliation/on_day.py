"""A comparison as at an earlier day: the same groups, with the lines dated up to that day alone.

What was found later shows as on its way then, and clears by itself; nothing is stored for it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import outcomes, picture, queries, rule_sets, storing
from tieout.reconciliation.models import MatchGroup, Reconciliation, TheirBook
from tieout.reconciliation.rule_choices import CHOICES
from tieout.reconciliation.run import Run
from tieout.reconciliation.shown import ALONE, Picture, ShownGroup
from tieout.reconciliation.vocabulary import PROPOSED

#: Where a line stands: True for ours, and its id.
_Place = tuple[bool, int]


class NotInThisComparison(InvalidInput):
    """A day both books say nothing about."""

    message = N_(
        "This comparison reaches from %(first)s to %(last)s. Choose a day between them, or compare"
        " a ledger of that time."
    )


def first_day(session: Session, made: Reconciliation) -> date:
    """The earliest day a comparison can be shown as at."""
    return session.get_one(TheirBook, made.book_id).first_day or made.as_at


def picture_on(session: Session, made: Reconciliation, day: date | None) -> Picture:
    """All of a run that is shown, as at a day up to its own, or its own where none is given.

    Raises:
        NotInThisComparison: the day lies before both books, or after the cut-off.
    """
    now = picture.picture(session, made)
    if day is None or day == made.as_at:
        return now
    if not first_day(session, made) <= day <= made.as_at:
        raise NotInThisComparison(first=first_day(session, made), last=made.as_at)
    run = run_on(session, made, day)
    rows = storing.rows(made, run, rule_sets.decisions(session, made.account_id))
    groups = _drawn(session, made, run, rows, day)
    both = [row["no"] - 1 for row in rows if not _is_shown(row, groups)]
    currency = made.currency
    return replace(
        now,
        as_at=day,
        ours=Money(run.our_balance, currency),
        theirs=Money(run.their_balance, currency),
        opening=Money(run.opening_difference, currency),
        unexplained=Money(
            sum(row["residual_minor"] for row in rows if storing.is_open(row)), currency
        ),
        last_agreed=min(now.last_agreed, day) if now.last_agreed else None,
        groups=tuple(groups[number] for number in sorted(groups)),
        matched=len(both),
        matched_amount=Money(_sum(run, set(both)), currency),
    )


def run_on(session: Session, made: Reconciliation, day: date) -> Run:
    """The run as it was, looked at from an earlier day."""
    account = session.get_one(CustomerAccount, made.account_id)
    by_then = {name: value for name, value in made.rules.items() if name in CHOICES}
    chosen = rule_sets.rules_for(session, account, cutoff=made.as_at, instead=by_then)
    return replace(outcomes.outcome(session, made, chosen), as_at=day)


def _drawn(
    session: Session,
    made: Reconciliation,
    run: Run,
    rows: Sequence[dict[str, Any]],
    day: date,
) -> dict[int, ShownGroup]:
    """What is shown of the groups, by number."""
    places = _places(run)
    wanted = [row for row in rows if _says_something(row, places[row["no"] - 1])]
    lines = picture.lines_by_id(
        session,
        made,
        [one for row in wanted for is_ours, one in places[row["no"] - 1] if is_ours],
        [one for row in wanted for is_ours, one in places[row["no"] - 1] if not is_ours],
    )
    is_payable = queries.account_of(session, made).kind == "payable"
    found = {}
    for row in wanted:
        ours = [lines[place] for place in places[row["no"] - 1] if place[0]]
        theirs = [lines[place] for place in places[row["no"] - 1] if not place[0]]
        group = picture.drawn(
            made,
            MatchGroup(**row),
            tuple(sorted(ours, key=lambda line: (line.on, line.id))),
            tuple(sorted(theirs, key=lambda line: (line.on, line.row_no))),
            is_payable=is_payable,
        )
        group = replace(group, as_at=day)
        if not group.is_later:
            found[row["no"]] = group
    return found


def _says_something(row: dict[str, Any], places: Sequence[_Place]) -> bool:
    """It leaves something, waits for somebody, or has lines of one book alone."""
    difference = Difference(row["difference"])
    is_alone = difference in ALONE and len({is_ours for is_ours, _ in places}) == 1
    return bool(
        row["residual_minor"]
        or row["state"] == PROPOSED
        or difference is Difference.UNEXPLAINED
        or is_alone
    )


def _is_shown(row: dict[str, Any], groups: dict[int, ShownGroup]) -> bool:
    return row["no"] in groups


def _places(run: Run) -> defaultdict[int, list[_Place]]:
    found: defaultdict[int, list[_Place]] = defaultdict(list)
    for is_ours, lines, groups in (
        (True, run.ours, run.groups.ours),
        (False, run.theirs, run.groups.theirs),
    ):
        for line_id, number in zip(lines.id.tolist(), groups.tolist(), strict=True):
            found[number].append((is_ours, line_id))
    return found


def _sum(run: Run, numbers: set[int]) -> int:
    """What their lines of some groups come to, up to the day."""
    dated = run.theirs.day <= run.as_at.toordinal()
    return sum(
        amount
        for number, amount, counts in zip(
            run.groups.theirs.tolist(), run.theirs.amount.tolist(), dated.tolist(), strict=True
        )
        if counts and number in numbers
    )
