"""A run as rows: its figures, its groups, every line of both books in exactly one of them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout.db import bulk
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.matching import DIFFERENCES, Actor, Confidence, Detail, Difference
from tieout.reconciliation import pricing
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    RememberedDecision,
)
from tieout.reconciliation.rule_sets import CLEARS
from tieout.reconciliation.run import Run
from tieout.reconciliation.vocabulary import (
    ACCEPTED,
    ALONE,
    BY_HAND,
    ITSELF,
    LISTED,
    NOBODY,
    PROPOSED,
    TOGETHER,
    WE,
    YOU,
)

_STATES = {
    Confidence.PROPOSED: PROPOSED,
    Confidence.LISTED: LISTED,
    Confidence.ACCEPTED: ACCEPTED,
    Confidence.FIXED: ACCEPTED,
}
_ACTS = {
    Actor.NOTHING: NOBODY,
    Actor.CLEARS_BY_ITSELF: ITSELF,
    Actor.WE_CORRECT: WE,
    Actor.YOU_CORRECT: YOU,
    Actor.SETTLE_TOGETHER: TOGETHER,
}


#: The columns of a line's place in a group.
LINE = ("reconciliation_id", "group_id", "document_id", "their_line_id", "amount_minor")


class BooksDoNotTie(Conflict):
    """The groups do not add up to what stands between the balances: a fault of ours."""

    message = N_(
        "The comparison does not add up: %(found)s is named, but %(wanted)s stands between the"
        " books. Nothing was kept; please tell us about it."
    )


def store(
    session: Session,
    reconciliation: Reconciliation,
    run: Run,
    decisions: Sequence[RememberedDecision],
) -> None:
    """Write the figures and groups of a run, in place of what was there.

    Raises:
        BooksDoNotTie: a line is missing, or the sums are not what they must be.
    """
    groups = rows(reconciliation, run, decisions)
    _check(run, groups)
    pricing.prove(session, reconciliation, run, groups)
    reconciliation.our_balance_minor = run.our_balance
    reconciliation.their_balance_minor = run.their_balance
    reconciliation.opening_difference_minor = run.opening_difference
    reconciliation.unexplained_minor = sum(
        group["residual_minor"] for group in groups if is_open(group)
    )
    reconciliation.last_agreed_on = run.agreement().last_day
    waiting = [group["no"] - 1 for group in groups if _waits(group)]
    reconciliation.open_groups = len(waiting)
    reconciliation.oldest_open_on = _oldest(run, waiting)
    forget(session, reconciliation.id)
    if not groups:
        return
    bulk.insert_rows(session, MatchGroup, tuple(groups[0]), (tuple(one.values()) for one in groups))
    query = select(MatchGroup.no, MatchGroup.id).where(
        MatchGroup.reconciliation_id == reconciliation.id
    )
    ids = {row.no: row.id for row in session.execute(query)}
    bulk.insert_rows(session, MatchGroupLine, LINE, _lines(reconciliation, run, ids))


def forget(session: Session, reconciliation_id: int) -> None:
    """Take the groups of a run away."""
    for table in (MatchGroupLine, MatchGroup):
        session.execute(delete(table).where(table.reconciliation_id == reconciliation_id))


def is_open(group: dict[str, Any]) -> bool:
    """Whether a group's residual is not explained: a proposal, or nothing proves it."""
    if group["state"] == PROPOSED:
        return True
    return bool(group["difference"] == Difference.UNEXPLAINED and group["found_by"] != BY_HAND)


def _waits(group: dict[str, Any]) -> bool:
    """Whether somebody has something to do about a group."""
    if group["state"] == PROPOSED:
        return True
    return bool(group["residual_minor"]) and group["acts"] != ITSELF


def _oldest(run: Run, numbers: Sequence[int]) -> date | None:
    """The earliest day of a line in any of these groups."""
    days = [
        lines.day[np.isin(groups, numbers)]
        for lines, groups in ((run.ours, run.groups.ours), (run.theirs, run.groups.theirs))
    ]
    found = np.concatenate(days)
    return date.fromordinal(int(found.min())) if len(found) else None


def digest(ours: Iterable[int], theirs: Iterable[int]) -> str:
    """What a set of lines is known by."""
    text = f"{sorted(ours)}|{sorted(theirs)}"
    return hashlib.sha256(text.encode()).hexdigest()


def rows(
    reconciliation: Reconciliation, run: Run, decisions: Sequence[RememberedDecision]
) -> list[dict[str, Any]]:
    """The groups of a run as their table holds them, in the order of their numbers."""
    ours = _by_group(run.groups.ours, run.ours.id)
    theirs = _by_group(run.groups.theirs, run.theirs.id)
    repeats = (
        _by_group(run.groups.ours[run.groups.our_repeats], run.ours.id[run.groups.our_repeats]),
        _by_group(
            run.groups.theirs[run.groups.their_repeats], run.theirs.id[run.groups.their_repeats]
        ),
    )
    by_digest = {decision.lines_digest: decision for decision in decisions}
    items, found = run.items, []
    row_of = {
        group: row
        for row, group in enumerate(items.group.tolist())
        if int(items.customer[row]) == run.account_id
    }
    for number in range(len(run.groups)):
        row = row_of.get(number)
        type_code = int(run.groups.type[number] if row is None else items.type[row])
        lines = digest(ours[number], theirs[number])
        decision = by_digest.get(lines)
        found.append(
            {
                "reconciliation_id": reconciliation.id,
                "customer_id": reconciliation.customer_id,
                "no": number + 1,
                "difference": str(DIFFERENCES[type_code]),
                "found_by": _found_by(run, number),
                "state": PROPOSED
                if decision is not None and decision.waits_for_approval
                else _STATES[run.groups.confidence_of(number)],
                "residual_minor": 0 if row is None else int(items.residual[row]),
                "acts": NOBODY
                if row is None
                else ITSELF
                if _clears(reconciliation, decision)
                else _ACTS[items.actor[row]],
                "proof": {
                    "lines": lines,
                    **_proof(run, number, repeats[0][number], repeats[1][number]),
                    **_parts(run, row),
                },
                "decided_by": decision.decided_by if decision else None,
                "decided_at": decision.decided_at if decision else None,
                "decision_reason": decision.reason if decision else "",
            }
        )
    return found


def _clears(reconciliation: Reconciliation, decision: RememberedDecision | None) -> bool:
    """Whether somebody said that it clears by itself; what is there later is missing again."""
    return (
        decision is not None
        and decision.decision == CLEARS
        and reconciliation.as_at <= decision.decided_at.date()
    )


def _by_group(
    group: np.ndarray[tuple[int], np.dtype[np.int64]],
    line: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for number, line_id in zip(group.tolist(), line.tolist(), strict=True):
        found[number].append(line_id)
    return found


def _found_by(run: Run, number: int) -> str:
    place = int(run.groups.found_by[number])
    if place < 0:
        return BY_HAND
    return run.groups.passes[place] if place < len(run.groups.passes) else ALONE


def _proof(
    run: Run, number: int, our_repeats: list[int], their_repeats: list[int]
) -> dict[str, Any]:
    """The numbers the sentence is made from; what says nothing is left out."""
    groups, proof = run.groups, {}
    detail = groups.detail_of(number)
    if detail is not Detail.NONE:
        proof = {"detail": detail.name.lower(), "numbers": groups.proof[number].tolist()}
    for name in ("shared", "gap", "rivals"):
        if value := int(getattr(groups, name)[number]):
            proof[name] = value
    if our_repeats:
        proof["our_repeats"] = our_repeats
    if their_repeats:
        proof["their_repeats"] = their_repeats
    return proof


def _parts(run: Run, row: int | None) -> dict[str, int]:
    """How much of the residual is only ours, only theirs, and a value difference."""
    if row is None:
        return {}
    items = run.items
    parts = {
        "only_ours": int(items.only_ours[row]),
        "only_theirs": int(items.only_theirs[row]),
        "value": int(items.value[row]),
    }
    return {name: amount for name, amount in parts.items() if amount}


def _lines(
    reconciliation: Reconciliation, run: Run, ids: dict[int, int]
) -> Iterator[tuple[int | None, ...]]:
    """Each line's place in a group, in the order of the columns of `LINE`."""
    for lines, groups, is_ours in (
        (run.ours, run.groups.ours, True),
        (run.theirs, run.groups.theirs, False),
    ):
        for line, group, amount in zip(
            lines.id.tolist(), groups.tolist(), lines.amount.tolist(), strict=True
        ):
            sides = (line, None) if is_ours else (None, line)
            yield (reconciliation.id, ids[group + 1], *sides, amount)


def see(groups: Sequence[dict[str, Any]]) -> None:
    """See that what is only ours, only theirs and apart in value makes up each group's residual.

    Raises:
        BooksDoNotTie: it does not.
    """
    for group in groups:
        if (found := _parts_of(group)) != group["residual_minor"]:
            raise BooksDoNotTie(found=found, wanted=group["residual_minor"])


def _parts_of(group: dict[str, Any]) -> int:
    proof = group["proof"]
    return int(proof.get("only_ours", 0) - proof.get("only_theirs", 0) + proof.get("value", 0))


def _check(run: Run, groups: Sequence[dict[str, Any]]) -> None:
    wanted = run.our_balance - run.their_balance - run.opening_difference
    found = sum(group["residual_minor"] for group in groups)
    parts = sum(_parts_of(group) for group in groups)
    placed = {*run.groups.ours.tolist(), *run.groups.theirs.tolist()}
    is_whole = placed == set(range(len(groups)))
    if found != wanted or parts != wanted or not is_whole:
        raise BooksDoNotTie(found=found, wanted=wanted)
