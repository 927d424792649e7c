"""The first page: what is owed, what is overdue, what waits for an answer."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import owed
from portal.scope import mine
from portal.shown import shown
from portal.statements import LOOKED_AT, confirm_forms
from tieout import settings
from tieout.customers.queries import currencies_of
from tieout.db import sessions
from tieout.disputes.models import Dispute
from tieout.disputes.queries import DisputeSearch, disputes
from tieout.identity.permissions import Permission
from tieout.settings import banks
from tieout.statements import queries
from tieout.statements.models import Statement
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("overview", __name__)


@bp.get("/")
@requires(Permission.LOOK)
def show() -> ResponseReturnValue:
    """Show where the customer stands; whoever came by a link has one statement."""
    person, session = viewer(), sessions()
    if person.is_link:
        return redirect(url_for("portal.statements.show", statement_id=person.statement_id), 303)
    recent = session.scalars(mine(queries.current(), Statement).limit(LOOKED_AT)).all()
    standings = queries.standings(session, recent)
    waiting = [one for one in standings if one.waits]
    first = shown(session, waiting[0].statement, person) if waiting else None
    last = shown(session, recent[0], person) if recent and first is None else None
    today = settings.today(session)
    hidden = any(one.is_hidden for one in waiting)
    ours = mine(disputes(DisputeSearch(group="with_customer")), Dispute)
    return page(
        "portal/overview.html",
        shown=first,
        forms=confirm_forms(first) if first else {},
        last=last,
        others=waiting[1:],
        owed=[] if hidden else owed.today(session, person.customer_id, today),
        hidden=hidden,
        today=today,
        bank_changes=banks.changes(session, currencies_of(session, person.customer_id), today),
        recent=standings[:3],
        disputes=session.scalars(ours).all(),
    )
