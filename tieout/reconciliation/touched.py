"""What one decision changes of a run, worked out in a moment: everything else stands.

The rule: what people have put together counts first. The lines a decision is about, the ones left
over of groups it breaks up, and what stands loose near them are compared again; a group made of
them takes the place of those that held its lines, and every other group stays as it is, to its
number. What is settled elsewhere, what customers' habits are, and which numbers are rare is seen
anew when both books are next compared.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, delete, func, or_, select
from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.db import bulk
from tieout.ledger.models import Document
from tieout.matching import Difference, Rules
from tieout.reconciliation import columns, habits, nearby, pricing, rule_sets, storing
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    RememberedDecision,
    TheirBook,
    TheirBookLine,
    TheirLine,
)
from tieout.reconciliation.nearby import Pool
from tieout.reconciliation.rule_sets import MATCHED, Chosen
from tieout.reconciliation.run import Run, run
from tieout.reconciliation.vocabulary import BY_HAND, ITSELF, PROPOSED

_IN_TRANSIT = (Difference.INVOICE_IN_TRANSIT, Difference.PAYMENT_IN_TRANSIT)


def work_out(
    session: Session, made: Reconciliation, ours: Collection[int], theirs: Collection[int]
) -> None:
    """Bring a run up to date after a decision about some lines.

    Raises:
        BooksDoNotTie: the sums are not what they must be.
    """
    account = session.get_one(CustomerAccount, made.account_id)
    decisions = rule_sets.decisions(session, account.id)
    pool = nearby.around(
        session, made, ours, theirs, with_loose=_frees(session, made, ours, theirs, decisions)
    )
    if not pool.decided:
        return
    chosen = rule_sets.rules_for(session, account, cutoff=made.as_at, decided=decisions)
    done = _compared(session, made, account, pool, chosen)
    groups = storing.rows(made, done, decisions)
    pricing.prove(session, made, done, groups)
    _keep(session, made, pool, done, groups)
    session.flush()


def _frees(
    session: Session,
    made: Reconciliation,
    ours: Collection[int],
    theirs: Collection[int],
    decisions: Sequence[RememberedDecision],
) -> bool:
    """Whether a line that somebody decided about, or was beside one, is free by now."""
    held = nearby.around(session, made, ours, theirs, with_loose=False)
    fixed_ours: set[int] = set()
    fixed_theirs: set[int] = set()
    for decision in decisions:
        if decision.decision == MATCHED:
            fixed_ours.update(decision.lines["ours"])
            fixed_theirs.update(decision.lines["theirs"])
    return not (held.ours.keys() <= fixed_ours and held.theirs.keys() <= fixed_theirs)


def _compared(
    session: Session, made: Reconciliation, account: CustomerAccount, pool: Pool, chosen: Chosen
) -> Run:
    """The lines of a pool compared, as known when the run was made."""
    ours = columns.our_lines_of(session, pool.ours | pool.outside, chosen.cleaning)
    theirs = columns.their_lines_of(session, account.id, list(pool.theirs), chosen.cleaning)
    rules = habits.known(session, account.id).held(chosen.rules, account.id)
    return run(
        ours,
        theirs,
        _about(rules, pool),
        as_at=made.as_at,
        account_id=account.id,
        our_balance=0,
        their_opening=0,
        fold_before=nearby.fold_before(session.get_one(TheirBook, made.book_id)),
        weighing=chosen.weighing,
    )


def _about(rules: Rules, pool: Pool) -> Rules:
    """Only what was decided about these lines."""
    ours, theirs = pool.ours | pool.outside, pool.theirs
    return replace(
        rules,
        rejected=frozenset(
            (one, other) for one, other in rules.rejected if one in ours and other in theirs
        ),
        fixed=tuple(
            group
            for group in rules.fixed
            if any(one in ours for one in group.ours) or any(one in theirs for one in group.theirs)
        ),
    )


def _keep(
    session: Session,
    made: Reconciliation,
    pool: Pool,
    done: Run,
    groups: Sequence[dict[str, Any]],
) -> None:
    """Put the groups of the lines decided about in the place of those that held them."""
    our_group = dict(zip(done.ours.id.tolist(), done.groups.ours.tolist(), strict=True))
    their_group = dict(zip(done.theirs.id.tolist(), done.groups.theirs.tolist(), strict=True))
    replaced, put = _reached(pool, our_group, their_group)
    before = _ours_up_to(session, made, replaced)
    numbers = _numbers(session, made, replaced, len(put))
    for table, column in ((MatchGroupLine, MatchGroupLine.group_id), (MatchGroup, MatchGroup.id)):
        session.execute(delete(table).where(bulk.among(session, column, replaced)))
    fresh = [groups[number] | {"no": no} for number, no in zip(sorted(put), numbers, strict=True)]
    storing.see(fresh)
    ids = bulk.new_ids(session, MatchGroup, len(fresh))
    bulk.insert_rows(
        session,
        MatchGroup,
        ("id", *fresh[0]) if fresh else (),
        ((number, *row.values()) for number, row in zip(ids, fresh, strict=True)),
    )
    by_number = dict(zip(sorted(put), ids, strict=True))
    lines = [
        (made.id, by_number[group], *sides, amount)
        for side, of_lines, is_ours in (
            (our_group, done.ours, True),
            (their_group, done.theirs, False),
        )
        for line, amount in zip(of_lines.id.tolist(), of_lines.amount.tolist(), strict=True)
        if (group := side[line]) in put
        for sides in [(line, None) if is_ours else (None, line)]
    ]
    bulk.insert_rows(session, MatchGroupLine, storing.LINE, lines)
    # What leaves the run counts as part of the opening, and what comes into it no longer does.
    made.opening_difference_minor += before - _ours_up_to(session, made, ids)
    _tell(session, made)


def _reached(
    pool: Pool, our_group: dict[int, int], their_group: dict[int, int]
) -> tuple[set[int], set[int]]:
    """The stored groups that go, and the new ones that come; each of their lines in one of both.

    A stored group that loses a line goes as a whole, and what was beside it follows.
    """
    stored_of = {line: group for group, lines in pool.groups.items() for line in lines}
    new_of: dict[tuple[int | None, int | None], int] = {
        (document, None): group for document, group in our_group.items()
    } | {(None, line): group for line, group in their_group.items()}
    lines_of: dict[int, list[tuple[int | None, int | None]]] = {}
    for line, group in new_of.items():
        lines_of.setdefault(group, []).append(line)
    replaced, put, to_do = set(pool.decided), set[int](), list(pool.decided)
    while to_do:
        for line in pool.groups[to_do.pop()]:
            new = new_of.get(line)
            if new is None or new in put:
                continue
            put.add(new)
            for other in lines_of[new]:
                stored = stored_of.get(other)
                if stored is not None and stored not in replaced:
                    replaced.add(stored)
                    to_do.append(stored)
    return replaced, put


def _ours_up_to(session: Session, made: Reconciliation, groups: Collection[int]) -> int:
    """What our lines of some groups come to at the cut-off."""
    query = (
        select(func.coalesce(func.sum(MatchGroupLine.amount_minor), 0))
        .join(Document, Document.id == MatchGroupLine.document_id)
        .where(
            bulk.among(session, MatchGroupLine.group_id, groups),
            Document.account_id == made.account_id,
            Document.issued_on <= made.as_at,
        )
    )
    return int(session.scalar(query) or 0)


def _numbers(
    session: Session, made: Reconciliation, replaced: Collection[int], count: int
) -> list[int]:
    """Numbers for new groups: those of the ones that go, then new ones."""
    query = select(MatchGroup.no).where(bulk.among(session, MatchGroup.id, replaced))
    numbers = sorted(session.scalars(query))
    query = select(func.coalesce(func.max(MatchGroup.no), 0))
    last = session.scalar(query.where(MatchGroup.reconciliation_id == made.id)) or 0
    return [*numbers, *range(last + 1, last + 1 + count)][:count]


def _tell(session: Session, made: Reconciliation) -> None:
    """The figures of the run, by all of its groups as they stand now.

    Raises:
        BooksDoNotTie: the groups do not add up to what stands between the balances.
    """
    of_run = MatchGroup.reconciliation_id == made.id
    is_open = or_(
        MatchGroup.state == PROPOSED,
        (MatchGroup.difference == str(Difference.UNEXPLAINED)) & (MatchGroup.found_by != BY_HAND),
    )
    waits = or_(
        MatchGroup.state == PROPOSED,
        (MatchGroup.residual_minor != 0) & (MatchGroup.acts != ITSELF),
    )
    total, unexplained, waiting = session.execute(
        select(
            func.coalesce(func.sum(MatchGroup.residual_minor), 0),
            func.coalesce(func.sum(case((is_open, MatchGroup.residual_minor), else_=0)), 0),
            func.coalesce(func.sum(case((waits, 1), else_=0)), 0),
        ).where(of_run)
    ).one()
    wanted = made.our_balance_minor - made.their_balance_minor - made.opening_difference_minor
    if total != wanted:
        raise storing.BooksDoNotTie(found=int(total), wanted=wanted)
    made.unexplained_minor, made.open_groups = int(unexplained), int(waiting)
    days = _days(session, made, waits)
    made.oldest_open_on = min((one.first for one in days), default=None)
    made.last_agreed_on = _last_agreed(session, made)


def _last_agreed(session: Session, made: Reconciliation) -> date | None:
    """The latest day up to which nothing but timing stands between the two books."""
    if made.opening_difference_minor:
        return None
    broken = [
        one.last
        for one in _days(session, made, MatchGroup.residual_minor != 0)
        if one.left and not (one.difference in _IN_TRANSIT and one.is_alone)
    ]
    if not broken:
        return max(made.last_agreed_on or made.as_at, made.as_at)
    day = min(broken)
    return day - timedelta(days=1) if _begins_before(session, made, day) else None


class _Days(NamedTuple):
    """A group: what all of its lines leave, whenever they are dated, and between which days."""

    difference: str
    left: int
    first: date
    last: date
    is_alone: bool


def _days(session: Session, made: Reconciliation, which: ColumnElement[bool]) -> list[_Days]:
    """The groups of the account's own lines that are so and so."""
    is_ours = MatchGroupLine.document_id.is_not(None)
    day = func.coalesce(Document.issued_on, TheirLine.booked_on)
    sign = case((is_ours, 1), else_=-1)
    query = (
        select(
            MatchGroup.difference,
            func.sum(MatchGroupLine.amount_minor * sign),
            func.min(day),
            func.max(day),
            func.min(sign) == func.max(sign),
        )
        .join(MatchGroupLine, MatchGroupLine.group_id == MatchGroup.id)
        .outerjoin(Document, Document.id == MatchGroupLine.document_id)
        .outerjoin(TheirLine, TheirLine.id == MatchGroupLine.their_line_id)
        .where(
            MatchGroup.reconciliation_id == made.id,
            which,
            or_(Document.id.is_(None), Document.account_id == made.account_id),
        )
        .group_by(MatchGroup.id, MatchGroup.difference)
    )
    return [_Days(*row) for row in session.execute(query)]


def _begins_before(session: Session, made: Reconciliation, day: date) -> bool:
    """Whether either book has a line before a day: earlier there was nothing to agree on."""
    ours = (
        select(MatchGroupLine.id)
        .join(Document, Document.id == MatchGroupLine.document_id)
        .where(
            MatchGroupLine.reconciliation_id == made.id,
            Document.account_id == made.account_id,
            Document.issued_on < day,
        )
    )
    theirs = (
        select(TheirBookLine.id)
        .join(TheirLine, TheirLine.id == TheirBookLine.line_id)
        .where(TheirBookLine.book_id == made.book_id, TheirLine.booked_on < day)
    )
    return any(session.scalar(one.limit(1)) is not None for one in (theirs, ours))
