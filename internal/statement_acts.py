"""What staff do with a statement: approve, issue, bring up to date, excuse, correct, send again."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from internal.month_end import check_may_approve
from internal.scope import seen
from tieout import clock
from tieout.customers.models import Contact
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.statements import drafting, issuing, links, moves, sending
from tieout.statements.models import Statement, StatementDelivery
from tieout.statements.runs import PreparedAnew
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("statement_acts", __name__)


class ReasonForm(Form):
    """Why a customer goes without a statement, or gets a new version."""

    reason = TextAreaField(N_("Reason"), [Required(N_("Say why; it is kept with the statement."))])


@bp.post("/statements/<int:statement_id>/issue")
@requires(Permission.ISSUE_STATEMENTS)
def issue(statement_id: int) -> ResponseReturnValue:
    """Approve a draft as it was looked at, and issue it."""
    by, at = viewer().actor, clock.now()
    with transaction() as session:
        statement = seen(session, Statement, statement_id)
        check_may_approve(session)
        drafting.hold(session, statement)
        _as_seen(statement)
        if statement.state == moves.DRAFT:
            drafting.approve(session, statement, by=by, at=at)
        issuing.issue(session, statement, by=by, at=at)
        number = statement.number
    flash(gettext("Statement %(number)s is issued and leaves for its contacts.", number=number))
    return _back(statement_id)


@bp.post("/statements/<int:statement_id>/refresh")
@requires(Permission.ISSUE_STATEMENTS)
def refresh(statement_id: int) -> ResponseReturnValue:
    """Take in what the books have learned meanwhile."""
    with transaction() as session:
        statement = seen(session, Statement, statement_id)
        drafting.refresh(session, statement, by=viewer().actor, at=clock.now())
    flash(gettext("The draft is as the books are now."))
    return _back(statement_id)


@bp.get("/statements/<int:statement_id>/excuse")
@requires(Permission.ISSUE_STATEMENTS)
def why_excuse(statement_id: int) -> ResponseReturnValue:
    """Ask why the customer goes without a statement."""
    return _reason(statement_id, "excuse", ReasonForm())


@bp.post("/statements/<int:statement_id>/excuse")
@requires(Permission.ISSUE_STATEMENTS)
def excuse(statement_id: int) -> ResponseReturnValue:
    """Let the customer go without a statement this time."""
    form = ReasonForm.checked(lambda again: _reason(statement_id, "excuse", again))
    with transaction() as session:
        drafting.excuse(
            session,
            seen(session, Statement, statement_id),
            reason=str(form.reason.data),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("The customer goes without a statement this time."))
    return _back(statement_id)


@bp.get("/statements/<int:statement_id>/supersede")
@requires(Permission.ISSUE_STATEMENTS)
def why_supersede(statement_id: int) -> ResponseReturnValue:
    """Ask why a new version is needed."""
    return _reason(statement_id, "supersede", ReasonForm())


@bp.post("/statements/<int:statement_id>/supersede")
@requires(Permission.ISSUE_STATEMENTS)
def supersede(statement_id: int) -> ResponseReturnValue:
    """Draft a new version; it takes the place of this one once it is issued."""
    form = ReasonForm.checked(lambda again: _reason(statement_id, "supersede", again))
    with transaction() as session:
        made = issuing.supersede(
            session,
            seen(session, Statement, statement_id),
            reason=str(form.reason.data),
            by=viewer().actor,
            at=clock.now(),
        )
        made_id = made.id
    flash(gettext("A new version is drafted. It counts once it is issued."))
    return _back(made_id)


@bp.post("/statements/<int:statement_id>/send-again")
@requires(Permission.ISSUE_STATEMENTS)
def send_again(statement_id: int) -> ResponseReturnValue:
    """Send a statement once more to somebody it did not reach."""
    with transaction() as session:
        statement = seen(session, Statement, statement_id)
        row = _delivery(session, statement)
        sending.send_again(session, statement, row, by=viewer().actor, at=clock.now())
    flash(gettext("It is queued once more."))
    return _back(statement_id)


@bp.post("/statements/<int:statement_id>/send-to-new")
@requires(Permission.ISSUE_STATEMENTS)
def send_to_new(statement_id: int) -> ResponseReturnValue:
    """Send a statement to contacts who have been added since it was issued."""
    with transaction() as session:
        statement = seen(session, Statement, statement_id)
        sending.send_to_new(session, statement, by=viewer().actor)
    flash(gettext("It is queued for the people who have been added since."))
    return _back(statement_id)


@bp.post("/statements/<int:statement_id>/take-links-back")
@requires(Permission.ISSUE_STATEMENTS)
def take_links_back(statement_id: int) -> ResponseReturnValue:
    """Let the links a person was sent to a statement work no more."""
    with transaction() as session:
        statement = seen(session, Statement, statement_id)
        contact = session.get_one(Contact, _delivery(session, statement).contact_id)
        links.take_back(session, statement, contact, by=viewer().actor, at=clock.now())
        name = contact.name
    flash(
        gettext(
            "The links sent to %(name)s open this statement no more. Whoever asks for a new one"
            " gets it at the address of %(name)s.",
            name=name,
        )
    )
    return _back(statement_id)


def _delivery(session: Session, statement: Statement) -> StatementDelivery:
    chosen = request.form.get("delivery", "")
    known = chosen.isdecimal() and len(chosen) < 16
    row = session.get(StatementDelivery, int(chosen)) if known else None
    if row is None or row.statement_id != statement.id:
        raise NotFound
    return row


def _as_seen(statement: Statement) -> None:
    """Approve what was looked at, not what it has become.

    Raises:
        PreparedAnew: it has changed since the page was opened.
    """
    looked_at = request.form.get("known_at", "")
    if looked_at and looked_at != statement.known_at.isoformat():
        raise PreparedAnew


def _reason(statement_id: int, act: str, form: ReasonForm) -> str:
    statement = seen(sessions(), Statement, statement_id)
    return page("internal/statement_reason.html", statement=statement, act=act, form=form)


def _back(statement_id: int) -> ResponseReturnValue:
    return redirect(url_for("internal.statements.show", statement_id=statement_id), 303)
