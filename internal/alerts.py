"""Alerts: what went wrong and stands, and how one hears of each kind."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from internal.places import place
from internal.scope import condition
from tieout.db import sessions, transaction
from tieout.i18n import Sentence
from tieout.identity.permissions import Permission
from tieout.month_end import alerts
from tieout.month_end.models import Alert
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("alerts", __name__)

#: Where each subject stands.
_PLACES = {
    "message": "messages/{id}",
    "statement": "statements/{id}",
    "year": "settings/calendar?year={id}",
}
#: A field for each kind.
ChoiceForm: type[Form] = type(
    "ChoiceForm",
    (Form,),
    {kind: SelectField(words, choices=dict(alerts.HOW)) for kind, words in alerts.KINDS.items()},
)


@bp.get("/alerts")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the alerts that stand."""
    form = ChoiceForm(formdata=None)
    for kind, way in alerts.how(sessions(), viewer().person_id).items():
        form[kind].data = way
    return _page(form)


@bp.post("/alerts")
@requires(Permission.SEE_BOOKS)
def choose() -> ResponseReturnValue:
    """Choose how one hears of each kind."""
    form = ChoiceForm.checked(_page)
    with transaction() as session:
        for kind in alerts.KINDS:
            way = str(form[kind].data)
            alerts.choose(session, viewer().person_id, kind, way, by=viewer().actor)
    flash(gettext("That is kept."))
    return redirect(url_for(".index"), 303)


def _page(form: Form) -> str:
    session = sessions()
    kind = asked.choice("kind", tuple(alerts.KINDS)) or ""
    found = listed(session, alerts.standing(condition, kind))
    return page(
        "internal/alerts.html",
        found=found,
        form=form,
        kind=kind,
        kinds=alerts.KINDS,
        words={one.id: Sentence.from_json(one.words) for one in found.rows},
        places={one.id: _place(one) for one in found.rows},
        here=here,
    )


def _place(one: Alert) -> str:
    """Where what it is about is seen."""
    where = _PLACES.get(one.subject_type, f"customers/{one.customer_id}")
    return place(where.format(id=one.subject_id))
