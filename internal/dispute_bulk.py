"""Giving many disputes to somebody at once: first what would change, then the change."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.scope import seen
from tieout import clock
from tieout.db import sessions, transaction
from tieout.disputes import moves, thread
from tieout.disputes.models import Dispute
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext, ngettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dispute_bulk", __name__)

#: So many at once.
MOST = 200
ENDED, THEIRS = N_("decided already"), N_("stays as it is")
CANNOT = N_("they cannot answer disputes of this customer")


class GiveForm(Form):
    """Nothing but the button: what changes stands in the address."""


@dataclass(frozen=True)
class Change:
    """What would become of one of the disputes."""

    dispute: Dispute
    #: Why nothing would.
    why_not: str = ""


@bp.get("/disputes/assign")
@requires(Permission.RESOLVE_DISPUTES)
def preview() -> ResponseReturnValue:
    """Show what would change."""
    return _preview(GiveForm(formdata=None))


@bp.post("/disputes/assign")
@requires(Permission.RESOLVE_DISPUTES)
def give() -> ResponseReturnValue:
    """Give those that can be given, all or none of them."""
    GiveForm.checked(_preview)
    by, at = viewer().actor, clock.now()
    with transaction() as session:
        assignee = _assignee(session)
        given = [one.dispute for one in _changes(session, assignee) if not one.why_not]
        for dispute in given:
            thread.assign(session, dispute, assignee, by=by, at=at)
        count = len(given)
    flash(ngettext("%(num)s dispute is given.", "%(num)s disputes are given.", count))
    return redirect(url_for("internal.disputes.index"), 303)


def _preview(form: GiveForm) -> ResponseReturnValue:
    session = sessions()
    assignee = _assignee(session)
    changes = _changes(session, assignee)
    if not changes:
        flash(gettext("Tick the disputes first."), "warning")
        return redirect(url_for("internal.disputes.index"), 303)
    return page(
        "internal/dispute_bulk.html",
        form=form,
        changes=changes,
        to=assignee.name if assignee else gettext("nobody in particular"),
        count=sum(not one.why_not for one in changes),
    )


def _assignee(session: Session) -> StaffUser | None:
    """Whom the address names; None for nobody in particular.

    Raises:
        NotFound: there is no such person.
    """
    person_id = asked.number("to")
    if not person_id:
        return None
    found = session.get(StaffUser, person_id)
    if found is None:
        raise NotFound
    return found


def chosen(session: Session) -> list[Dispute]:
    """The disputes the address names, those the viewer sees."""
    given = [one for one in request.args.getlist("dispute") if one.isdecimal() and len(one) < 16]
    return [seen(session, Dispute, int(one)) for one in list(dict.fromkeys(given))[:MOST]]


def _changes(session: Session, assignee: StaffUser | None) -> list[Change]:
    return [Change(one, _why_not(session, one, assignee)) for one in chosen(session)]


def _why_not(session: Session, dispute: Dispute, assignee: StaffUser | None) -> str:
    if not moves.may(dispute.state, "assign"):
        return gettext(ENDED)
    if dispute.assignee_id == (assignee.id if assignee else None):
        return gettext(THEIRS)
    if assignee is not None and not thread.may_care(session, assignee, dispute):
        return gettext(CANNOT)
    return ""
