"""The company's choices: days, limits, what leaves when."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Field, StringField

from tieout.db import sessions, transaction
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.settings import choices
from tieout.settings.choices import CHOICES, GROUPS, TICK, Choice
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("settings_rules", __name__)


def _field(choice: Choice) -> Field:
    if choice.kind == TICK:
        return BooleanField(choice.words, description=choice.hint)
    return StringField(choice.words, description=choice.hint)


#: A field for each choice.
RulesForm: type[Form] = type("RulesForm", (Form,), {n: _field(one) for n, one in CHOICES.items()})


@bp.get("/settings/rules")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show what was chosen."""
    session = sessions()
    form = RulesForm(formdata=None)
    for name, choice in CHOICES.items():
        value = choices.chosen(session, name)
        form[name].data = bool(value) if choice.kind == TICK else choices.as_text(value)
    return _page(form)


@bp.post("/settings/rules")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Choose anew; each change stands in the trail."""
    form = RulesForm.checked(_page)
    with transaction() as session:
        for name in CHOICES:
            text = str(form[name].data if form[name].data is not None else "")
            choices.choose(session, name, text, by=viewer().actor)
    flash(gettext("The rules are kept."))
    return redirect(url_for(".show"), 303)


def _page(form: Form) -> str:
    groups = [
        (gettext(words), [form[name] for name, one in CHOICES.items() if one.group == code])
        for code, words in GROUPS.items()
    ]
    return page("internal/settings_rules.html", form=form, groups=groups)
