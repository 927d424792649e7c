"""What people decide about lines of two books; it holds in this run and in every later one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.identity.permissions import SamePerson
from tieout.money import Money
from tieout.reconciliation import comparing, rule_sets, storing
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    RememberedDecision,
)
from tieout.reconciliation.rule_sets import CLEARS, MATCHED, REJECTED
from tieout.reconciliation.vocabulary import BY_HAND, PROPOSED

#: The act that may need a second person.
ACT = "match"


class GroupHasMoved(Conflict):
    """A group that is no longer what the person saw."""

    message = N_(
        "These lines have been decided meanwhile. Look at the page again; nothing was changed."
    )


class OneSided(InvalidInput):
    """A rejection of what stands in one book alone."""

    message = N_("These lines stand in one book alone: there is nothing to take apart.")


class NothingToAwait(Conflict):
    """A difference that is none, or has to be decided first."""

    message = N_("There is nothing to wait for: these lines agree, or are still to be decided.")


class LinesMissing(InvalidInput):
    """A match of fewer than two lines."""

    message = N_("Tick at least two lines that belong together.")


class NothingToAccept(InvalidInput):
    """All of nothing."""

    message = N_("Nothing was ticked. Tick the proposals to be accepted.")


class LineTaken(Conflict):
    """A line that belongs to another group already."""

    message = N_("%(number)s is matched already. Take that apart first; nothing was changed.")


class ReasonMissing(InvalidInput):
    """A remainder nobody gives a reason for."""

    message = N_("These lines leave %(remainder)s over. Say why they belong together all the same.")


def accept(
    session: Session,
    made: Reconciliation,
    no: int,
    seen: str,
    *,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Agree that the lines of a group belong together.

    Raises:
        GroupHasMoved: it is no longer what the person saw.
    """
    group = _group(session, made, no, seen)
    if group.found_by == BY_HAND:
        raise GroupHasMoved
    ours, theirs = lines_of(group)
    waits = bool(group.residual_minor) and settings.needs_two_people(session, ACT)
    _remember(session, made, MATCHED, ours, theirs, reason, waits=waits, by=by, at=at)
    _settled(session, made, "match.accepted", group, reason, by=by)


def accept_all(
    session: Session,
    made: Reconciliation,
    looked_at: Collection[tuple[int, str]],
    *,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Agree to several proposals at once, each as it was looked at; return how many.

    Raises:
        NothingToAccept: none was looked at.
        GroupHasMoved: one is no longer what the person saw; nothing is accepted.
    """
    if not looked_at:
        raise NothingToAccept
    needs_two = settings.needs_two_people(session, ACT)
    accepted: list[dict[str, Any]] = []
    for no, seen in sorted(looked_at):
        group = _group(session, made, no, seen)
        if group.state != PROPOSED or group.found_by == BY_HAND:
            raise GroupHasMoved
        ours, theirs = lines_of(group)
        waits = bool(group.residual_minor) and needs_two
        _remember(session, made, MATCHED, ours, theirs, reason, waits=waits, by=by, at=at)
        accepted.append(
            {
                "difference": group.difference,
                "residual": group.residual_minor,
                "ours": ours,
                "theirs": theirs,
            }
        )
    session.flush()
    session.expire_all()
    comparing.after_decision(
        session,
        made,
        [one for each in accepted for one in each["ours"]],
        [one for each in accepted for one in each["theirs"]],
    )
    audit.record(
        session,
        by,
        "match.accepted_all",
        made,
        after={
            "count": len(accepted),
            "digest": audit.digest_of_rows(str(one) for one in accepted),
            "reason": reason.strip(),
            "unexplained": made.unexplained_minor,
        },
    )
    return len(accepted)


def approve(
    session: Session, made: Reconciliation, no: int, seen: str, *, by: Actor, at: datetime
) -> None:
    """Agree to what somebody else has matched by hand, remainder and all.

    Raises:
        GroupHasMoved: it is no longer what the person saw, or does not wait.
        SamePerson: whoever matched it wants to approve it too.
    """
    group = _group(session, made, no, seen)
    decision = next(
        (
            one
            for one in rule_sets.decisions(session, made.account_id)
            if one.lines_digest == seen and one.waits_for_approval
        ),
        None,
    )
    if decision is None:
        raise GroupHasMoved
    if by.kind != "staff" or by.id == decision.decided_by_id:
        raise SamePerson
    decision.waits_for_approval = False
    decision.approved_by, decision.approved_at = by.label, at
    decision.version += 1
    _settled(session, made, "match.approved", group, decision.reason, by=by)


def reject(
    session: Session,
    made: Reconciliation,
    no: int,
    seen: str,
    *,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Say that the lines of a group do not belong together; no later run proposes it again.

    Raises:
        GroupHasMoved: it is no longer what the person saw.
        OneSided: it has lines of one book alone.
    """
    group = _group(session, made, no, seen)
    ours, theirs = lines_of(group)
    if not ours or not theirs:
        raise OneSided
    if group.found_by == BY_HAND:
        _take_back(session, made, group.proof["lines"], by=by, at=at)
    else:
        # Of a line entered twice only the repeat is in question.
        ours, theirs = (
            group.proof.get("our_repeats") or ours,
            group.proof.get("their_repeats") or theirs,
        )
        _remember(session, made, REJECTED, ours, theirs, reason, by=by, at=at)
    _settled(session, made, "match.rejected", group, reason, by=by)


def clears(
    session: Session,
    made: Reconciliation,
    no: int,
    seen: str,
    *,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Say that a difference is on its way and clears by itself, such as goods not arrived yet.

    Raises:
        GroupHasMoved: it is no longer what the person saw.
        NothingToAwait: nothing of it is left, or it waits for a decision.
    """
    group = _group(session, made, no, seen)
    if not group.residual_minor or storing.is_open(_as_stored(group)):
        raise NothingToAwait
    ours, theirs = lines_of(group)
    _remember(session, made, CLEARS, ours, theirs, reason, by=by, at=at)
    _settled(session, made, "match.clears", group, reason, by=by)


def match(
    session: Session,
    made: Reconciliation,
    ours: Collection[int],
    theirs: Collection[int],
    *,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Put lines of both books together: documents of ours, lines of theirs, by their ids.

    Raises:
        LinesMissing: fewer than two lines.
        NotFound: a line is not in this run.
        LineTaken: a line is matched already.
        ReasonMissing: they leave something over, and no reason is given.
    """
    if len(set(ours)) + len(set(theirs)) < 2:
        raise LinesMissing
    lines = _lines(session, made, ours, theirs)
    _see_free(session, lines)
    left = sum(line.amount_minor * (1 if line.document_id else -1) for line in lines)
    if left and not reason.strip():
        raise ReasonMissing(remainder=Money(left, made.currency))
    _remember(
        session,
        made,
        MATCHED,
        sorted(set(ours)),
        sorted(set(theirs)),
        reason,
        waits=bool(left) and settings.needs_two_people(session, ACT),
        by=by,
        at=at,
    )
    comparing.after_decision(session, made, ours, theirs)
    audit.record(
        session,
        by,
        "match.made",
        made,
        after={
            "ours": sorted(set(ours)),
            "theirs": sorted(set(theirs)),
            "left": left,
            "reason": reason,
            "unexplained": made.unexplained_minor,
        },
    )


def undo_last(session: Session, made: Reconciliation, *, by: Actor, at: datetime) -> bool:
    """Take back what this person decided last about the account; False where there is nothing."""
    decision = last_decision(session, made, by.label)
    if decision is None:
        return False
    _undo(decision, at)
    session.flush()
    comparing.after_decision(session, made, decision.lines["ours"], decision.lines["theirs"])
    audit.record(
        session,
        by,
        "match.undone",
        made,
        before={"decision": decision.decision, **decision.lines},
        after={"unexplained": made.unexplained_minor},
    )
    return True


def last_decision(session: Session, made: Reconciliation, label: str) -> RememberedDecision | None:
    """What a person decided last about the account, if it still counts."""
    query = (
        select(RememberedDecision)
        .where(
            RememberedDecision.account_id == made.account_id,
            RememberedDecision.decided_by == label,
            RememberedDecision.undone_at.is_(None),
        )
        .order_by(RememberedDecision.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def lines_of(group: MatchGroup) -> tuple[list[int], list[int]]:
    """The documents and their lines of a group, by id."""
    return (
        sorted(line.document_id for line in group.lines if line.document_id is not None),
        sorted(line.their_line_id for line in group.lines if line.their_line_id is not None),
    )


def _group(session: Session, made: Reconciliation, no: int, seen: str) -> MatchGroup:
    query = select(MatchGroup).where(MatchGroup.reconciliation_id == made.id, MatchGroup.no == no)
    group = session.scalars(query).one_or_none()
    if group is None or group.proof["lines"] != seen:
        raise GroupHasMoved
    return group


def _lines(
    session: Session, made: Reconciliation, ours: Collection[int], theirs: Collection[int]
) -> Sequence[MatchGroupLine]:
    query = select(MatchGroupLine).where(
        MatchGroupLine.reconciliation_id == made.id,
        MatchGroupLine.document_id.in_(set(ours)) | MatchGroupLine.their_line_id.in_(set(theirs)),
    )
    found = session.scalars(query).all()
    if len(found) != len(set(ours)) + len(set(theirs)):
        raise NotFound
    return found


def _see_free(session: Session, lines: Sequence[MatchGroupLine]) -> None:
    """Lines may be put together while nothing but a proposal holds them."""
    ids = {line.group_id for line in lines}
    for group in session.scalars(select(MatchGroup).where(MatchGroup.id.in_(ids))):
        ours, theirs = lines_of(group)
        is_single = len(ours) + len(theirs) == 1
        if not is_single and not storing.is_open(_as_stored(group)):
            raise LineTaken(number=_name(session, group))


def _as_stored(group: MatchGroup) -> dict[str, Any]:
    return {"state": group.state, "difference": group.difference, "found_by": group.found_by}


def _name(session: Session, group: MatchGroup) -> str:
    from tieout.ledger.models import Document
    from tieout.reconciliation.models import TheirLine

    ours, theirs = lines_of(group)
    if ours:
        return session.get_one(Document, ours[0]).number
    return session.get_one(TheirLine, theirs[0]).number


def _remember(
    session: Session,
    made: Reconciliation,
    decision: str,
    ours: Sequence[int],
    theirs: Sequence[int],
    reason: str,
    *,
    waits: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    session.add(
        RememberedDecision(
            account_id=made.account_id,
            decision=decision,
            lines={"ours": list(ours), "theirs": list(theirs)},
            lines_digest=storing.digest(ours, theirs),
            reason=reason.strip(),
            decided_by=by.label,
            decided_by_id=by.id if by.kind == "staff" else None,
            decided_at=at,
            waits_for_approval=waits,
        )
    )
    session.flush()


def _take_back(
    session: Session, made: Reconciliation, seen: str, *, by: Actor, at: datetime
) -> None:
    for decision in rule_sets.decisions(session, made.account_id):
        if decision.decision == MATCHED and decision.lines_digest == seen:
            _undo(decision, at)


def _undo(decision: RememberedDecision, at: datetime) -> None:
    decision.undone_at = at
    decision.version += 1


def _settled(
    session: Session,
    made: Reconciliation,
    action: str,
    group: MatchGroup,
    reason: str,
    *,
    by: Actor,
) -> None:
    """Work the run out again and note what was decided."""
    ours, theirs = lines_of(group)
    facts = {"difference": group.difference, "residual": group.residual_minor}
    session.flush()
    session.expire(made, ["groups"])
    session.expunge(group)
    comparing.after_decision(session, made, ours, theirs)
    audit.record(
        session,
        by,
        action,
        made,
        before=facts,
        after={
            "ours": ours,
            "theirs": theirs,
            "reason": reason.strip(),
            "unexplained": made.unexplained_minor,
        },
    )
