"""The company: its names, where it is, which acts need two people."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import EmailField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from tieout import settings
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.settings import Company
from tieout.settings.changing import CompanyInput, change_company
from tieout.settings.company import ACTS
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("settings_company", __name__)


class TicksField(SelectMultipleField):
    """Several choices, each with a tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CompanyForm(Form):
    """What the company says about itself."""

    name = StringField(N_("Name"), [Required(N_("Enter the company's name."))])
    short_name = StringField(
        N_("Short name"), description=N_("As it stands in a sentence and in subjects of mails.")
    )
    name_zh = StringField(N_("Name in Chinese"))
    short_name_zh = StringField(N_("Short name in Chinese"))
    tax_id = StringField(N_("Tax number"))
    address = TextAreaField(N_("Address"))
    contact_name = StringField(N_("Whom customers ask"))
    contact_email = EmailField(N_("Their e-mail address"))
    contact_phone = StringField(N_("Their telephone"))
    time_zone = StringField(
        N_("Time zone"),
        [Required(N_("Enter a time zone."))],
        description=N_("Such as Asia/Shanghai; “today” is a date there."),
    )
    languages = TicksField(N_("Languages of the pages"), choices={"en": "English", "zh": "中文"})
    two_people = TicksField(N_("Needs a second person"), choices=ACTS)
    version = HiddenField()


@bp.get("/settings")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """Go to the first part of the settings that the viewer may see."""
    if viewer().may(Permission.CHANGE_SETTINGS):
        return redirect(url_for(".show"), 303)
    return redirect(url_for("internal.settings_banks.index"), 303)


@bp.get("/settings/company")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the company as it is."""
    return _page(_filled(settings.company(sessions())))


@bp.post("/settings/company")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Change the company."""
    form = CompanyForm.checked(_page)
    with transaction() as session:
        change_company(session, _given(form), seen=_seen(form), by=viewer().actor)
    flash(gettext("The company is changed."))
    return redirect(url_for(".show"), 303)


def _page(form: CompanyForm) -> str:
    company = settings.company(sessions())
    return page("internal/settings_company.html", form=form, shown=company)


def _filled(company: Company) -> CompanyForm:
    form = CompanyForm(formdata=None, obj=company)
    form.version.data = str(company.version)
    return form


def _seen(form: CompanyForm) -> int:
    text = str(form.version.data or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _given(form: CompanyForm) -> CompanyInput:
    return CompanyInput(
        name=str(form.name.data),
        short_name=str(form.short_name.data or ""),
        name_zh=str(form.name_zh.data or ""),
        short_name_zh=str(form.short_name_zh.data or ""),
        time_zone=str(form.time_zone.data).strip(),
        languages=form.languages.data or [],
        tax_id=str(form.tax_id.data or ""),
        address=str(form.address.data or ""),
        contact_name=str(form.contact_name.data or ""),
        contact_email=str(form.contact_email.data or ""),
        contact_phone=str(form.contact_phone.data or ""),
        two_people=form.two_people.data or [],
    )
