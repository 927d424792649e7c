"""Customers that may be one: proposed, merged by two people, kept apart, taken back."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from internal.scope import customer, owner_id
from tieout import clock, settings
from tieout.customers import find_customer
from tieout.customers.duplicates import proposals
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.models import Customer, CustomerMerge
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import ageing, merging
from tieout.ledger.merging import STATES
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form, Required, ToldAt
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("duplicates", __name__)


class MergeForm(Form):
    """Which customer is a duplicate, and of whom."""

    told_at: ClassVar[ToldAt] = {
        CustomerUnknown: ("customer", "into"),
        CustomerAmbiguous: ("customer", "into"),
        merging.WithItself: "into",
        merging.MergedAlready: "customer",
    }

    customer = StringField(
        N_("The duplicate"),
        [Required(N_("Say which customer is the duplicate."))],
        description=N_("Stays as a signpost; its documents and statements are read there."),
    )
    into = StringField(
        N_("The one that stays"),
        [Required(N_("Say which customer stays."))],
        description=N_("Takes over what is open, with its due dates."),
    )
    reason = TextAreaField(N_("Why they are one"), [Required(N_("Say why."))])


@bp.get("/customers/duplicates")
@requires(Permission.KEEP_CUSTOMERS)
def index() -> ResponseReturnValue:
    """List customers that may be one, and the merges there were."""
    session = sessions()
    pairs = proposals(session, owner_id=owner_id())
    merges = [one for one in merging.recent(session) if _may_see(session, one)]
    ids = {one for pair in pairs for one in (pair.one_id, pair.other_id)}
    ids |= {one for merge in merges for one in (merge.customer_id, merge.into_id)}
    return page(
        "internal/duplicates.html",
        pairs=pairs,
        merges=merges,
        customers={one: session.get_one(Customer, one) for one in ids},
        states=STATES,
        two_people=settings.needs_two_people(session, merging.ACT),
    )


@bp.get("/customers/duplicates/merge")
@requires(Permission.KEEP_CUSTOMERS)
def new() -> ResponseReturnValue:
    """Ask who is a duplicate of whom, and say what merging does."""
    session = sessions()
    form = MergeForm()
    for field, name in ((form.customer, "customer"), (form.into, "into")):
        named = asked.number(name)
        if named is not None:
            field.data = customer(session, named).code
    return _form(form)


@bp.post("/customers/duplicates/merge")
@requires(Permission.KEEP_BOOKS)
def propose() -> ResponseReturnValue:
    """Propose a merge, or merge at once where one person may."""
    form = MergeForm.checked(_form)
    with transaction() as session:
        made = merging.propose(
            session,
            customer(session, find_customer(session, str(form.customer.data)).id),
            customer(session, find_customer(session, str(form.into.data)).id),
            reason=str(form.reason.data),
            on=settings.today(session),
            by=viewer().actor,
            at=clock.now(),
        )
    if made.state == merging.MERGED:
        flash(gettext("The two are merged."))
    else:
        flash(gettext("The merge is proposed. It happens once a second person has approved it."))
    return redirect(url_for(".show", merge_id=made.id), 303)


@bp.post("/customers/<int:customer_id>/apart/<int:other_customer_id>")
@requires(Permission.KEEP_CUSTOMERS)
def keep_apart(customer_id: int, other_customer_id: int) -> ResponseReturnValue:
    """Note that two customers that look alike are two."""
    with transaction() as session:
        merging.keep_apart(
            session,
            customer(session, customer_id),
            customer(session, other_customer_id),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("They are kept apart and no longer proposed."))
    return redirect(url_for(".index"), 303)


@bp.get("/customers/merges/<int:merge_id>")
@requires(Permission.SEE_BOOKS)
def show(merge_id: int) -> ResponseReturnValue:
    """Show a merge: what it would move, or moved."""
    session = sessions()
    merge = _merge(session, merge_id)
    one, into = (customer(session, it) for it in (merge.customer_id, merge.into_id))
    today = settings.today(session)
    return page(
        "internal/merge.html",
        merge=merge,
        customer=one,
        into=into,
        open=[
            (account, ageing.account_ageing(session, account.id, today)) for account in one.accounts
        ],
        states=STATES,
        is_own=merge.prepared_by == viewer().person_id
        and settings.needs_two_people(session, merging.ACT),
    )


@bp.post("/customers/merges/<int:merge_id>/approve")
@requires(Permission.APPROVE)
def approve(merge_id: int) -> ResponseReturnValue:
    """Merge the two."""
    with transaction() as session:
        merge = _merge(session, merge_id)
        on = settings.today(session)
        merging.approve(session, merge, on=on, by=viewer().actor, at=clock.now())
    flash(gettext("The two are merged."))
    return redirect(url_for(".show", merge_id=merge_id), 303)


@bp.post("/customers/merges/<int:merge_id>/turn-down")
@requires(Permission.APPROVE)
def turn_down(merge_id: int) -> ResponseReturnValue:
    """Say that they are two."""
    with transaction() as session:
        merging.turn_down(session, _merge(session, merge_id), by=viewer().actor, at=clock.now())
    flash(gettext("They are kept apart and no longer proposed."))
    return redirect(url_for(".index"), 303)


@bp.post("/customers/merges/<int:merge_id>/undo")
@requires(Permission.APPROVE)
def undo(merge_id: int) -> ResponseReturnValue:
    """Take a merge back."""
    with transaction() as session:
        merge = _merge(session, merge_id)
        on = settings.today(session)
        merging.undo(session, merge, on=on, by=viewer().actor, at=clock.now())
    flash(gettext("The merge is undone: both are as they were, with the transfers reversed."))
    return redirect(url_for(".show", merge_id=merge_id), 303)


def _merge(session: Session, merge_id: int) -> CustomerMerge:
    """A merge of two customers the viewer sees."""
    found = session.get(CustomerMerge, merge_id)
    if found is None:
        raise NotFound
    for one in (found.customer_id, found.into_id):
        customer(session, one)
    return found


def _may_see(session: Session, merge: CustomerMerge) -> bool:
    if owner_id() is None:
        return True
    both = (session.get_one(Customer, one) for one in (merge.customer_id, merge.into_id))
    return all(one.owner_id == owner_id() for one in both)


def _form(form: MergeForm) -> ResponseReturnValue:
    two = settings.needs_two_people(sessions(), merging.ACT)
    return page("internal/merge_form.html", form=form, two_people=two)
