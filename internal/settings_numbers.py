"""Our own numbers: how each series looks, and how far it has come."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectField, StringField

from tieout import settings
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.settings import numbers
from tieout.settings.changing import change_series
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("settings_numbers", __name__)

#: What each series numbers.
SERIES = {
    "statement": N_("Statements"),
    "receipt": N_("Receipts of answers, disputes and comparisons"),
    "credit_note": N_("Credit notes"),
    "reversal": N_("Reversals"),
    "fee": N_("Fees"),
    "interest": N_("Interest"),
    "write_off": N_("Write-offs"),
    "transfer": N_("Transfers"),
    "voucher_file": N_("Voucher files"),
}


class SeriesForm(Form):
    """How the numbers of a series look."""

    series = SelectField(N_("Series"), choices=SERIES)
    pattern = StringField(
        N_("Pattern"),
        [Required(N_("Enter a pattern."))],
        description=N_("Such as ST-{year}-{n:04d}: {n:04d} is the number in four digits."),
    )
    yearly = BooleanField(N_("Begins again at 1 every year"), default=True)


@bp.get("/settings/numbers")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the series."""
    return _page(SeriesForm(formdata=None))


@bp.post("/settings/numbers")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Change how the numbers of a series look; those given out stay."""
    form = SeriesForm.checked(_page)
    with transaction() as session:
        change_series(
            session,
            str(form.series.data),
            str(form.pattern.data),
            yearly=bool(form.yearly.data),
            by=viewer().actor,
        )
    flash(gettext("The next number looks like that."))
    return redirect(url_for(".show"), 303)


def _page(form: SeriesForm) -> str:
    session = sessions()
    rows = numbers.series(session, settings.today(session))
    return page("internal/settings_numbers.html", form=form, rows=rows, words=SERIES)
