"""Holds: no reminders for a customer, an item or from a level on, until a day."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from tieout import audit
from tieout.dunning.models import Hold
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_


class ReasonMissing(InvalidInput):
    """A hold nobody will understand later."""

    message = N_("Say why reminders are held; whoever looks at it later will ask.")


class ResumesInThePast(InvalidInput):
    """A hold that would be over before it begins."""

    message = N_("%(day)s is over. Give a day from today on, or leave it empty.")


class LiftedAlready(Conflict):
    """A hold that no longer holds."""

    message = N_("Reminders have gone on already.")


def hold(
    session: Session,
    scope: str,
    scope_id: int,
    reason: str,
    *,
    on: date,
    until: date | None,
    by: audit.Actor,
    at: datetime,
) -> Hold:
    """Pause reminders; they resume by themselves after `until`.

    Raises:
        ReasonMissing, ResumesInThePast: nobody would understand it, or it would hold nothing.
    """
    if not reason.strip():
        raise ReasonMissing
    if until is not None and until < on:
        raise ResumesInThePast(day=until)
    made = Hold(
        scope=scope,
        scope_id=scope_id,
        from_on=on,
        until=until,
        reason=reason.strip(),
        made_by=by.label,
        made_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "reminders.held",
        made,
        after={"scope": scope, "scope_id": scope_id, "until": until and until.isoformat()},
    )
    return made


def lift(session: Session, made: Hold, *, by: audit.Actor, at: datetime) -> None:
    """Let reminders go on at once.

    Raises:
        LiftedAlready: they do.
    """
    if made.lifted_at is not None:
        raise LiftedAlready
    made.lifted_at = at
    audit.record(session, by, "reminders.resumed", made)
