"""Answers to disputes written beforehand: the list, and one to be changed."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from tieout.db import sessions, transaction
from tieout.disputes import templates
from tieout.disputes.templates import ACTS, AnswerTemplate
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dispute_templates", __name__)


class TemplateForm(Form):
    """A template as it is written."""

    name = StringField(N_("Name"), [Required(N_("Enter a name."))])
    act = SelectField(N_("What it does"), choices=ACTS)
    en = TextAreaField(N_("Words in English"), [Required(N_("Write what the customer reads."))])
    zh = TextAreaField(N_("Words in Chinese"), [Required(N_("Write what the customer reads."))])
    instead_of = HiddenField()


class DropForm(Form):
    """Which template goes."""

    name = HiddenField()


@bp.get("/disputes/templates")
@requires(Permission.RESOLVE_DISPUTES)
def index() -> ResponseReturnValue:
    """List the templates; the one the address names stands in the form."""
    wanted = asked.text("name")
    found = next((one for one in templates.templates(sessions()) if one.name == wanted), None)
    if found is None:
        return _page(TemplateForm(formdata=None))
    return _page(TemplateForm(formdata=None, obj=found, instead_of=found.name))


@bp.post("/disputes/templates")
@requires(Permission.RESOLVE_DISPUTES)
def keep() -> ResponseReturnValue:
    """Add a template, or change one."""
    form = TemplateForm.checked(_page)
    given = AnswerTemplate(
        str(form.name.data), str(form.act.data), str(form.en.data), str(form.zh.data)
    )
    with transaction() as session:
        templates.keep(
            session, given, instead_of=str(form.instead_of.data or ""), by=viewer().actor
        )
    flash(gettext("The template is kept."))
    return redirect(url_for(".index"), 303)


@bp.post("/disputes/templates/drop")
@requires(Permission.RESOLVE_DISPUTES)
def drop() -> ResponseReturnValue:
    """Delete a template."""
    form = DropForm.checked(lambda _given: _page(TemplateForm(formdata=None)))
    with transaction() as session:
        templates.drop(session, str(form.name.data or ""), by=viewer().actor)
    flash(gettext("The template is deleted."))
    return redirect(url_for(".index"), 303)


def _page(form: TemplateForm) -> str:
    return page(
        "internal/dispute_templates.html",
        form=form,
        templates=templates.templates(sessions()),
        acts=ACTS,
        places=[(f"{{{code}}}", gettext(words)) for code, words in templates.PLACES.items()],
    )
